import assert from "node:assert/strict";
import { rehearsalRequest } from "../../cli/rehearse";
import { presetNames } from "../../components/logfire/catalogue/names";
import program from "../../index";
import { rehearsedAws } from "../../sandbox/providers/aws/rehearsed";
import { ownerParts, type OwnerPart } from "../../sandbox/rehearsal/cloud";
import { matrixCases, rehearseMatrix, type MatrixCase } from "../../sandbox/rehearsal/matrix";
import { toolset } from "../support/tools";

/**
 * A part of the matrix that `npm run rehearse -- --matrix` plays as a whole: everything adopted, and the one part that
 * changes most for the others. Between them and the stacks of the other files every part is made and adopted, with three
 * of the four presets; `large` is the matrix' own.
 */
const cases: readonly MatrixCase[] = [
  { preset: "tiny", adopt: ownerParts, scope: "platform" },
  { preset: "standard", adopt: ["cluster"], scope: "platform" },
];

/** Types of which nothing is made where a part is the owner's. */
const madeOf: Readonly<Record<OwnerPart, string>> = {
  network: "ec2/vpc:Vpc",
  cluster: "eks/cluster:Cluster",
  postgres: "rds/instance:Instance",
  bucket: "s3/bucket:Bucket",
  redis: "elasticache/replicationGroup:ReplicationGroup",
  zone: "route53/zone:Zone",
};

describe("a platform on AWS without Logfire in it", function () {
  this.timeout(600_000);

  for (const each of cases)
    it(`rehearses clean with preset ${each.preset} and ${each.adopt.join(", ")} of the owner's`, async () => {
      const tools = await toolset();
      const options = { fault: [], scenario: [], speed: 1000, quota: {} } as const;
      let types = new Set<string>();
      const [row] = await rehearseMatrix(
        [each],
        ({ preset, adopt }) => ({
          ...rehearsalRequest({ stack: "aws-dev", preset, adopt, ...options }, rehearsedAws, tools, program),
          visit: async (stage) => {
            types = new Set((await stage.state()).map(({ type }) => type.replace("aws:", "")));
          },
        }),
        () => undefined,
      );
      assert.deepEqual(row?.problems, []);
      // A cluster lies in its owner's network.
      const adopted = new Set([...each.adopt, ...(each.adopt.includes("cluster") ? ["network" as const] : [])]);
      for (const part of ownerParts) assert.equal(types.has(madeOf[part]), !adopted.has(part), part);
    });
});

describe("the matrix of rehearsals", () => {
  it("has every preset with everything made, each part adopted and all parts adopted", () => {
    const all = matrixCases("standard");
    assert.equal(all.length, presetNames.length * (ownerParts.length + 2));
    assert.equal(new Set(all.map(({ preset, adopt }) => `${preset} ${adopt.join()}`)).size, all.length);
  });

  it("has Logfire in it for the stack's own preset, and elsewhere where everything is made or adopted", () => {
    const withLogfire = matrixCases("small").filter(({ scope }) => scope === "stack");
    assert.equal(withLogfire.filter(({ preset }) => preset === "small").length, ownerParts.length + 2);
    assert.equal(withLogfire.length, ownerParts.length + 2 + 2 * (presetNames.length - 1));
  });
});
