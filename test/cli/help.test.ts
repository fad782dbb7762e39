import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../cli/root";
import { command, stackTrace, terminalCodes } from "./command";

/** Every command, with the options that a user finds in the documentation. */
const commands: readonly (readonly [command: string, options: readonly string[]])[] = [
  ["", ["start", "test", "sandbox", "plan", "render", "rehearse", "bench"]],
  ["start", ["--stack", "--preset", "--nodes", "--name"]],
  ["test", ["[files...]", "--grep"]],
  ["sandbox", ["up", "status", "down"]],
  ["sandbox up", ["--stack", "--preset", "--nodes", "--name"]],
  ["sandbox status", ["--namespace", "--json", "--name"]],
  ["sandbox down", ["--name", "--all", "--tools"]],
  ["plan", ["--stack", "--preset", "--json"]],
  ["render", ["--stack", "--preset", "--out", "--overwrite"]],
  ["rehearse", ["--stack", "--preset", "--fault", "--scenario", "--adopt", "--matrix", "--speed", "--keep", "--json"]],
  ["bench", ["--no-write"]],
];

describe("help", function () {
  this.timeout(30_000);

  for (const [name, options] of commands)
    it(`of \`${name === "" ? "logfire-platform" : name}\` names everything that can be written`, async () => {
      const { code, stdout, stderr } = await command([...name.split(" ").filter(Boolean), "--help"]);
      assert.deepEqual([code, stderr], [0, ""]);
      assert.match(stdout, /^Usage: logfire-platform/);
      for (const option of options) assert.ok(stdout.includes(option), `${option} is not in\n${stdout}`);
      assert.doesNotMatch(stdout, terminalCodes);
    });
});

const stacks = readdirSync(join(root, "stacks"))
  .map((file) => file.replace(/^Pulumi\.|\.yaml$/g, ""))
  .sort()
  .join(", ");

describe("a slip on the command line", function () {
  this.timeout(30_000);

  const slips: readonly (readonly [args: string, said: RegExp])[] = [
    ["plann", /^error: unknown command 'plann'\n\(Did you mean plan\?\)/],
    ["sandbox statsu", /^error: unknown command 'statsu'\n\(Did you mean status\?\)/],
    ["plan --stack sandbox --presett tiny", /^error: unknown option '--presett'\n\(Did you mean --preset\?\)/],
    ["plan --stack sandbox --preset standart", /^error: .*'standart' is invalid. Allowed choices are tiny, small, /],
    ["plan --stack gcp-prd", /did you mean gcp-prod\?/],
    ["start --nodes was", /^error: .*'was' is invalid. Allowed choices are aws, gcp, azure\./],
    ["plan", new RegExp(`^Which stack\\? Write --stack and one of: ${stacks}\n$`)],
    ["render --stack sandbox", /^error: required option '-o, --out <folder>' not specified/],
    ["plan sandbox --stack sandbox", /^error: too many arguments for 'plan'/],
    [
      "plan --stack sandbx",
      new RegExp(`^No stack "sandbx":\n {2}stacks: .*there are ${stacks}; did you mean sandbox\\?\n$`),
    ],
    [
      "render --stack production --out x",
      new RegExp(`^No stack "production":\n {2}stacks: .*there are ${stacks}; write `),
    ],
  ];
  for (const [args, said] of slips)
    it(`\`${args}\` is refused in plain words`, async () => {
      const { code, stdout, stderr } = await command(args.split(" "));
      assert.notEqual(code, 0);
      assert.match(stderr, said);
      assert.doesNotMatch(stderr, stackTrace);
      assert.doesNotMatch(stderr, terminalCodes);
      assert.equal(stdout, "");
    });
});
