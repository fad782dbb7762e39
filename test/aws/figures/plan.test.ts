import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatPlan, planFigures } from "../../../cli/plan";
import { inspectStack } from "../../../cli/stack";
import { presetNames } from "../../../components/logfire/catalogue/names";
import { command } from "../../cli/command";

/** Without credentials, and with a home that holds none. */
const noAccount = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", AWS_PROFILE: "", AWS_REGION: "" };

describe("plans of the stacks on AWS", function () {
  this.timeout(30_000);

  for (const stack of ["aws-prod", "aws-dev"])
    it(`${stack} is planned without an account: pools, cost and limits`, async () => {
      const { code, stdout, stderr } = await command(["plan", "--stack", stack], { env: noAccount });
      assert.equal(code, 0, stderr);
      const { aws } = planFigures(inspectStack(stack));
      assert.ok(aws !== undefined);
      for (const { type, minNodes, maxNodes } of aws.pools)
        assert.match(stdout, new RegExp(`${type.replace(".", "\\.")} +${minNodes} +${maxNodes} `));
      assert.match(stdout, new RegExp(`^total +${aws.cost.totalUsd.toFixed(2)}$`, "m"));
      for (const { code: quota } of aws.quotas) assert.ok(stdout.includes(quota));
      assert.doesNotMatch(stdout, /Available capacity: not known|n2d-standard/);
    });

  it("hold their pods in every preset", () => {
    for (const preset of presetNames) {
      const { aws } = planFigures(inspectStack("aws-prod", preset));
      for (const { name, packed, minNodes } of aws?.pools ?? [])
        assert.ok(packed !== undefined && packed <= minNodes, `${preset} ${name}`);
    }
    assert.match(formatPlan(inspectStack("aws-prod")), /Node pools/);
  });

  it("protect production and let the trial be thrown away", () => {
    assert.equal(inspectStack("aws-prod").settings.logfire.disposable, false);
    assert.equal(inspectStack("aws-dev").settings.logfire.disposable, true);
  });

  it("are not rendered: only the engine knows where the stores are", async () => {
    const folder = mkdtempSync(join(tmpdir(), "logfire-platform-aws-"));
    try {
      const out = join(folder, "out");
      const { code, stderr } = await command(["render", "--stack", "aws-prod", "--out", out]);
      assert.notEqual(code, 0);
      assert.match(stderr, /--stack: the stack aws-prod makes its own bucket/);
      assert.equal(existsSync(out), false);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
