import assert from "node:assert/strict";
import { presetNames, type PresetName } from "../../../components/logfire/catalogue/names";
import { nodesFor, resolveSizes } from "../../../components/logfire/sizing";
import { usualPods } from "../../../components/platform/aws/figures/clusterPods";
import { instanceTypeOf } from "../../../components/platform/aws/figures/machineTypes";
import { awsMachines, defaultTypes } from "../../../components/platform/aws/figures/nodePlan";
import { checkNodePlan } from "../../../components/platform/shared/checkNodePlan";
import {
  defaultBounds,
  leastLocalSsdGb,
  nodePool,
  packedNodes,
  poolPods,
  zoneCount,
} from "../../../components/platform/shared/nodePlan";
import type { AwsNodePool } from "../../../components/settings/aws/types";

const pools = ["general", "scratch"] as const;
const sizesOf = (preset: PresetName, optional = false) =>
  resolveSizes({
    preset,
    features: { queryWorker: optional, remoteMcp: optional, aiGateway: optional },
    workloads: {},
  });
const poolOf = (preset: PresetName, pool: (typeof pools)[number], optional = false): AwsNodePool => {
  const type = defaultTypes[preset][pool];
  return { type, ...defaultBounds(sizesOf(preset, optional), pool, instanceTypeOf(type), usualPods(preset)) };
};
const nodesOf = (preset: PresetName) => ({ general: poolOf(preset, "general"), scratch: poolOf(preset, "scratch") });
const lines = (
  sizes: ReturnType<typeof sizesOf>,
  nodes: ReturnType<typeof nodesOf>,
  services: ReturnType<typeof usualPods>,
) =>
  checkNodePlan(awsMachines, nodes, { sizes, services }).map(
    ({ key, problem, remedy }) => `${key}: ${problem}; ${remedy}`,
  );

/** Most nodes by preset: half of what every autoscaler at its maximum needs. */
const most = { tiny: [7, 21], small: [8, 14], standard: [7, 18], large: [16, 16] } as const;

describe("the node plan", () => {
  for (const preset of presetNames)
    for (const optional of [false, true]) {
      const name = `${preset}${optional ? " with all features" : ""}`;
      it(`of ${name} holds its pods with at most 15 % more nodes than packing needs, but one in each zone`, () => {
        for (const pool of pools) {
          const { type, minNodes } = poolOf(preset, pool, optional);
          const bound = packedNodes(
            poolPods(sizesOf(preset, optional), pool, "min", usualPods(preset)),
            instanceTypeOf(type),
          );
          assert.ok(bound !== undefined);
          assert.ok(minNodes >= bound, `${pool}: ${minNodes} < ${bound}`);
          assert.ok(minNodes <= Math.max(zoneCount, 1.15 * bound), `${pool}: ${minNodes} for ${bound}`);
        }
      });

      it(`of ${name} has the local SSD that Logfire asks for, and no problem`, () => {
        const { type, minNodes } = poolOf(preset, "scratch", optional);
        assert.ok(minNodes * instanceTypeOf(type).localSsdGb >= leastLocalSsdGb);
        assert.deepEqual(lines(sizesOf(preset, optional), nodesOf(preset), usualPods(preset)), []);
      });
    }

  for (const preset of presetNames)
    it(`of ${preset} grows to half of what every autoscaler at its maximum needs`, () => {
      const { general, scratch } = nodesOf(preset);
      assert.deepEqual([general.maxNodes, scratch.maxNodes], most[preset]);
    });

  it("is refused with the arithmetic where the nodes are too few", () =>
    assert.deepEqual(
      lines(
        sizesOf("large"),
        { ...nodesOf("large"), general: { type: "m7i.2xlarge", minNodes: 3, maxNodes: 3 } },
        usualPods("large"),
      ),
      [
        "aws.nodes.general.maxNodes: the 43 pods of this pool ask for 28.18 cores, 35.7 GiB at their minimum, which takes " +
          "4 × m7i.2xlarge of 7.61 cores, 28.1 GiB each, and maxNodes is 3; write at least 4, or a larger type",
      ],
    ));

  it("is refused where a pod fits no node, with a type that holds it", () =>
    assert.deepEqual(
      lines(
        sizesOf("large"),
        { ...nodesOf("large"), scratch: { type: "r6id.xlarge", minNodes: 3, maxNodes: 9 } },
        usualPods("large"),
      ),
      [
        "aws.nodes.scratch.type: a pod of logfire-ff-query-api asks for 4 cores, 8 GiB, 7 GiB of scratch, and a " +
          "r6id.xlarge has 3.62 cores, 28.1 GiB, 194.7 GiB of scratch for pods; write a larger type, such as r6id.2xlarge",
        "aws.nodes.scratch.type: a pod of logfire-ff-maintenance-worker asks for 4 cores, 24 GiB, 129 GiB of scratch, and a " +
          "r6id.xlarge has 3.62 cores, 28.1 GiB, 194.7 GiB of scratch for pods; write a larger type, such as r6id.2xlarge",
        "aws.nodes.scratch.type: a pod of logfire-ff-compaction-worker asks for 6 cores, 32 GiB, 129 GiB of scratch, and a " +
          "r6id.xlarge has 3.62 cores, 28.1 GiB, 194.7 GiB of scratch for pods; write a larger type, such as r6id.2xlarge",
      ],
    ));

  it("is refused with too little local SSD", () =>
    assert.deepEqual(
      lines(
        sizesOf("tiny"),
        { ...nodesOf("tiny"), scratch: { type: "m6id.xlarge", minNodes: 2, maxNodes: 9 } },
        usualPods("tiny"),
      ),
      [
        "aws.nodes.scratch.minNodes: 2 × m6id.xlarge have 2 × 237 = 474 GB of local SSD, and Logfire needs 512 GB; " +
          "write at least 3, or a type with larger disks",
      ],
    ));

  it("refuses types that are unknown, of the other architecture, or without disks for scratch", () => {
    const of = (general: string, scratch: string) =>
      lines(
        sizesOf("standard"),
        {
          general: { type: general, minNodes: 3, maxNodes: 9 },
          scratch: { type: scratch, minNodes: 3, maxNodes: 9 },
        },
        usualPods("standard"),
      );
    const [unknown = "", graviton = ""] = of("m9x.2xlarge", "r7gd.4xlarge");
    assert.match(
      unknown,
      /^aws\.nodes\.general\.type: "m9x\.2xlarge" is not a machine type .* choose from .*m7i\.2xlarge/,
    );
    assert.match(graviton, /^aws\.nodes\.scratch\.type: "r7gd\.4xlarge" is an arm64 machine, .* amd64 only/);
    assert.match(of("m7i.2xlarge", "r7i.2xlarge")[0] ?? "", /"r7i\.2xlarge" has no local SSD .* r6id\.2xlarge/);
  });

  it("refuses bounds the wrong way round and a zone without a general node", () =>
    assert.deepEqual(
      lines(
        sizesOf("tiny"),
        { ...nodesOf("tiny"), general: { type: "m7i.4xlarge", minNodes: 2, maxNodes: 1 } },
        usualPods("tiny"),
      ).map((text) => text.split(";")[0]),
      [
        "aws.nodes.general.minNodes: 2 is more than maxNodes, 1",
        "aws.nodes.general.minNodes: 2 leaves a zone without a node, and the volumes of the ingest queue belong to one zone each",
      ],
    ));
});

describe("nodes over zones", () => {
  it("hold what packing says that they hold", () => {
    for (const preset of presetNames)
      for (const pool of pools) {
        const shape = instanceTypeOf(defaultTypes[preset][pool]).allocatable;
        const needed = poolPods(sizesOf(preset), pool, "max", usualPods(preset));
        const nodes = nodesFor(needed, shape) ?? 0;
        const cpu = needed.reduce((sum, { cpuMillis }) => sum + cpuMillis, 0);
        assert.ok(nodes * shape.cpuMillis >= cpu && nodes <= needed.length);
      }
  });

  it("offer the contract what is left of their type", () =>
    assert.deepEqual(nodePool(awsMachines, "scratch", { type: "r6id.2xlarge", minNodes: 3, maxNodes: 18 }), {
      name: "scratch",
      type: "r6id.2xlarge",
      allocatable: instanceTypeOf("r6id.2xlarge").allocatable,
      minNodes: 3,
      maxNodes: 18,
    }));
});
