import assert from "node:assert/strict";
import { faultNames, scenarioNames } from "../../sandbox/rehearsal/scenarios";
import { command, stackTrace, terminalCodes } from "../cli/command";

describe("the command `rehearse`", function () {
  this.timeout(30_000);

  it("explains its options, and everything that they take", async () => {
    const { code, stdout, stderr } = await command(["rehearse", "--help"]);
    assert.deepEqual([code, stderr], [0, ""]);
    for (const option of ["--stack", "--preset", "--adopt", "--fault", "--scenario", "--matrix", "--speed", "--quota"])
      assert.ok(stdout.includes(option), `${option} is not in\n${stdout}`);
    for (const name of [...faultNames, ...scenarioNames]) assert.match(stdout, new RegExp(`^ {2}${name} +\\w`, "m"));
    assert.match(stdout, /^Ctrl-C .*`npm run sandbox -- down` removes what is left/ms);
    assert.doesNotMatch(stdout, terminalCodes);
  });

  const slips: readonly (readonly [args: string, said: RegExp])[] = [
    ["rehearse", /^error: required option '-s, --stack <name>' not specified/],
    [
      "rehearse --stack existing",
      /^Stack existing is for the platform "existing", which a rehearsal does not simulate/,
    ],
    [
      "rehearse --stack aws-dev --fault thunder",
      /^error: .*'thunder' is invalid. Allowed choices are throttle, fail, cut/,
    ],
    ["rehearse --stack aws-dev --speed 0", /^error: .*write a number above 0/],
    ["rehearse --stack aws-dev --quota L-0263D0A3", /^error: .*write a limit's code and its value: L-0263D0A3=10/],
    [
      "rehearse --stack aws-dev --matrix --scenario zone",
      /^error: option '--matrix' cannot be used with option '--scen/,
    ],
  ];
  for (const [args, said] of slips)
    it(`\`${args}\` is refused in plain words`, async () => {
      const { code, stdout, stderr } = await command(args.split(" "));
      assert.notEqual(code, 0);
      assert.match(stderr, said);
      assert.doesNotMatch(stderr, stackTrace);
      assert.equal(stdout, "");
    });
});
