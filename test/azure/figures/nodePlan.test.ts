import assert from "node:assert/strict";
import type { PresetName } from "../../../components/logfire/catalogue/names";
import { resolveSizes } from "../../../components/logfire/sizing";
import { usualPods } from "../../../components/platform/azure/figures/clusterPods";
import { machineOf, usualOsDiskGib } from "../../../components/platform/azure/figures/machineTypes";
import { azureMachines, defaultTypes } from "../../../components/platform/azure/figures/nodePlan";
import { checkNodePlan, usableTypes } from "../../../components/platform/shared/checkNodePlan";
import {
  defaultBounds,
  leastLocalSsdGb,
  nodePool,
  packedNodes,
  poolNames,
  type PoolName,
  poolPods,
  zoneCount,
} from "../../../components/platform/shared/nodePlan";
import type { AzureNodePool } from "../../../components/settings/azure/types";
import { presets, sizesOf } from "./values";

const sizes = (preset: PresetName, optional: boolean) =>
  resolveSizes({
    preset,
    features: { queryWorker: optional, remoteMcp: optional, aiGateway: optional },
    workloads: {},
  });

function poolOf(preset: PresetName, pool: PoolName, optional = false): AzureNodePool {
  const type = defaultTypes[preset][pool];
  const machine = { type, osDiskGib: usualOsDiskGib(pool, type) };
  return { ...machine, ...defaultBounds(sizes(preset, optional), pool, machineOf(machine), usualPods(preset)) };
}
const nodesOf = (preset: PresetName) => ({ general: poolOf(preset, "general"), scratch: poolOf(preset, "scratch") });
const lines = (preset: PresetName, nodes: ReturnType<typeof nodesOf>) =>
  checkNodePlan(azureMachines, nodes, { sizes: sizesOf(preset), services: usualPods(preset) }).map(
    ({ key, problem, remedy }) => `${key}: ${problem}; ${remedy}`,
  );

/** Most nodes by preset: half of what every autoscaler at its maximum needs. */
const most = { tiny: [7, 21], small: [4, 16], standard: [7, 18], large: [16, 16] } as const;

describe("the node plan on Azure", () => {
  for (const preset of presets)
    for (const optional of [false, true]) {
      const name = `${preset}${optional ? " with all features" : ""}`;
      it(`of ${name} holds its pods with at most 15 % more nodes than packing needs, but one in each zone`, () => {
        for (const pool of poolNames) {
          const own = poolOf(preset, pool, optional);
          const type = machineOf(own);
          assert.ok(type !== undefined);
          const bound = packedNodes(poolPods(sizes(preset, optional), pool, "min", usualPods(preset)), type);
          assert.ok(bound !== undefined);
          assert.ok(own.minNodes >= bound, `${pool}: ${own.minNodes} < ${bound}`);
          assert.ok(own.minNodes <= Math.max(zoneCount, 1.15 * bound), `${pool}: ${own.minNodes} for ${bound}`);
        }
      });
    }

  for (const preset of presets)
    it(`of ${preset} has the local SSD that Logfire asks for, no problem, and grows to half of the maximum`, () => {
      const nodes = nodesOf(preset);
      assert.ok(nodes.scratch.minNodes * (machineOf(nodes.scratch)?.localSsdGb ?? 0) >= leastLocalSsdGb);
      assert.deepEqual(lines(preset, nodes), []);
      assert.deepEqual([nodes.general.maxNodes, nodes.scratch.maxNodes], most[preset]);
    });

  it("holds on the conservative sizes of the fifth generation as well", () => {
    for (const [preset, type] of [
      ["standard", "Standard_E8ds_v5"],
      ["large", "Standard_E16ds_v5"],
    ] as const) {
      const scratch = { ...nodesOf(preset).scratch, type, osDiskGib: usualOsDiskGib("scratch", type) };
      assert.deepEqual(lines(preset, { ...nodesOf(preset), scratch }), []);
    }
  });

  it("counts the disk that the owner gives, not the one that the machine could have", () =>
    assert.deepEqual(
      lines("tiny", {
        ...nodesOf("tiny"),
        scratch: { type: "Standard_D4ds_v6", osDiskGib: 100, minNodes: 3, maxNodes: 9 },
      }),
      [
        "azure.nodes.scratch.minNodes: 3 × Standard_D4ds_v6 have 3 × 107 = 321 GB of local SSD, and Logfire needs 512 GB; " +
          "write at least 5, or a type with larger disks",
      ],
    ));

  it("is refused where a pod fits no node, with a type that holds it", () => {
    const scratch = { type: "Standard_D8ds_v6", osDiskGib: 430, minNodes: 3, maxNodes: 9 };
    assert.deepEqual(lines("large", { ...nodesOf("large"), scratch }), [
      "azure.nodes.scratch.type: a pod of logfire-ff-compaction-worker asks for 6 cores, 32 GiB, 129 GiB of scratch, and a " +
        "Standard_D8ds_v6 has 7.45 cores, 28 GiB, 369.6 GiB of scratch for pods; write a larger type, such as Standard_E8ds_v5",
    ]);
  });

  it("is refused with the arithmetic where the nodes are too few", () => {
    const general = { ...nodesOf("large").general, minNodes: 3, maxNodes: 3 };
    assert.match(
      lines("large", { ...nodesOf("large"), general })[0] ?? "",
      /^azure\.nodes\.general\.maxNodes: the \d+ pods of this pool ask for .* takes 4 × Standard_D8ds_v5 .* maxNodes is 3; write at least 4/,
    );
  });

  it("has one type for general nodes from small up, because a cluster's first pool keeps its machines", () =>
    assert.deepEqual(
      presets.slice(1).map((preset) => defaultTypes[preset].general),
      presets.slice(1).map(() => defaultTypes.large.general),
    ));

  it("has no machine that AKS would refuse for what belongs to the system", () => {
    for (const name of usableTypes(azureMachines, "general"))
      assert.ok((azureMachines.usable("general")[name]?.cpus ?? 0) >= 4, name);
    assert.ok(!usableTypes(azureMachines, "scratch").some((name) => name.includes("pds")), "arm64");
  });

  it("offers the contract what is left of its type", () => {
    const pool = { type: "Standard_E8ds_v6", osDiskGib: 430, minNodes: 3, maxNodes: 18 };
    assert.deepEqual(nodePool(azureMachines, "scratch", pool), {
      ...{ name: "scratch", type: "Standard_E8ds_v6", minNodes: 3, maxNodes: 18 },
      allocatable: machineOf(pool)?.allocatable,
    });
  });
});
