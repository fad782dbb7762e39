import assert from "node:assert/strict";
import { presetNames, type PresetName } from "../../../components/logfire/catalogue/names";
import { nodesFor } from "../../../components/logfire/sizing";
import { usualPods } from "../../../components/platform/gcp/figures/clusterPods";
import { type GcpMachine, machineTypes, nodeOf } from "../../../components/platform/gcp/figures/machineTypes";
import { defaultMachines, gcpMachines, usualSsds } from "../../../components/platform/gcp/figures/nodePlan";
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
import type { GcpNodePool } from "../../../components/settings/gcp/types";
import { sizesOf } from "./values";

function machineOf(machine: GcpMachine) {
  const node = nodeOf(machine);
  assert.ok(node !== undefined, machine.type);
  return node;
}
const poolOf = (preset: PresetName, pool: PoolName, optional = false): GcpNodePool => {
  const machine = defaultMachines[preset][pool];
  return { ...machine, ...defaultBounds(sizesOf(preset, optional), pool, machineOf(machine), usualPods(preset)) };
};
const nodesOf = (preset: PresetName) => ({ general: poolOf(preset, "general"), scratch: poolOf(preset, "scratch") });
const lines = (preset: PresetName, change: Partial<Record<PoolName, Partial<GcpNodePool>>> = {}, optional = false) => {
  const { general, scratch } = nodesOf(preset);
  const nodes = { general: { ...general, ...change.general }, scratch: { ...scratch, ...change.scratch } };
  return checkNodePlan(gcpMachines, nodes, { sizes: sizesOf(preset, optional), services: usualPods(preset) }).map(
    ({ key, problem, remedy }) => `${key}: ${problem}; ${remedy}`,
  );
};

/** Fewest and most nodes by preset: what the pods need, and half of what every autoscaler at its maximum needs. */
const bounds = {
  tiny: { general: [3, 7], scratch: [3, 16] },
  small: { general: [3, 9], scratch: [3, 12] },
  standard: { general: [3, 7], scratch: [3, 18] },
  large: { general: [4, 16], scratch: [3, 16] },
} as const;

describe("the node plan on GCP", () => {
  for (const preset of presetNames)
    for (const optional of [false, true]) {
      const name = `${preset}${optional ? " with all features" : ""}`;
      it(`of ${name} holds its pods with at most 15 % more nodes than packing needs, but one in each zone`, () => {
        for (const pool of poolNames) {
          const { minNodes, ...machine } = poolOf(preset, pool, optional);
          const needed = poolPods(sizesOf(preset, optional), pool, "min", usualPods(preset));
          const bound = packedNodes(needed, machineOf(machine));
          assert.ok(bound !== undefined);
          assert.ok(minNodes >= bound, `${pool}: ${minNodes} < ${bound}`);
          assert.ok(minNodes <= Math.max(zoneCount, 1.15 * bound), `${pool}: ${minNodes} for ${bound}`);
        }
      });

      it(`of ${name} has the local SSD that Logfire asks for, and no problem`, () => {
        const { minNodes, ...machine } = poolOf(preset, "scratch", optional);
        assert.ok(minNodes * machineOf(machine).localSsdGb >= leastLocalSsdGb);
        assert.deepEqual(lines(preset, {}, false), []);
      });
    }

  for (const preset of presetNames)
    it(`of ${preset} has these bounds`, () => {
      for (const pool of poolNames) {
        const { minNodes, maxNodes } = poolOf(preset, pool);
        assert.deepEqual([minNodes, maxNodes], bounds[preset][pool], pool);
      }
    });

  it("is refused with the arithmetic where the nodes are too few", () =>
    assert.match(
      lines("large", { general: { maxNodes: 3, minNodes: 3 } })[0] ?? "",
      /^gcp\.nodes\.general\.maxNodes: the \d+ pods of this pool ask for [\d.]+ cores, [\d.]+ GiB at their minimum, which takes 4 × n2d-standard-8 of 7\.41 cores, 26\.6 GiB each, and maxNodes is 3; write at least 4/,
    ));

  it("is refused where a pod fits no node, with a type that holds it", () =>
    assert.match(
      lines("large", { scratch: { type: "n2-highmem-4", localSsds: 1 } })[0] ?? "",
      /^gcp\.nodes\.scratch\.type: a pod of logfire-ff-query-api asks for 4 cores, 8 GiB, 7 GiB of scratch, and a n2-highmem-4 has 3\.42 cores, .* write a larger type, such as c4-highmem-8-lssd$/,
    ));

  it("is refused with too little local SSD", () =>
    assert.deepEqual(lines("tiny", { scratch: { minNodes: 1 } }), [
      "gcp.nodes.scratch.minNodes: 1 × n2-highmem-4 have 1 × 402 = 402 GB of local SSD, and Logfire needs 512 GB; " +
        "write at least 2, or a type with larger disks",
    ]));

  it("refuses types that are unknown, of the other architecture, or without disks for scratch", () => {
    const of = (general: string, scratch: string, localSsds: number) =>
      lines("standard", { general: { type: general }, scratch: { type: scratch, localSsds } });
    const [unknown = "", axion = ""] = of("n9-standard-8", "c4a-highmem-8-lssd", 2);
    assert.match(
      unknown,
      /^gcp\.nodes\.general\.type: "n9-standard-8" is not a machine type .* choose from .*n2d-standard-8/,
    );
    assert.match(axion, /^gcp\.nodes\.scratch\.type: "c4a-highmem-8-lssd" is an arm64 machine, .* not Axion$/);
    assert.match(of("n2d-standard-8", "c3-highmem-8", 0)[0] ?? "", /"c3-highmem-8" has no local SSD .* n2-highmem-8/);
  });

  it("refuses bounds the wrong way round and a zone without a general node", () =>
    assert.deepEqual(
      lines("tiny", { general: { type: "n2-standard-32", minNodes: 2, maxNodes: 1 } }).map(
        (text) => text.split(";")[0],
      ),
      [
        "gcp.nodes.general.minNodes: 2 is more than maxNodes, 1",
        "gcp.nodes.general.minNodes: 2 leaves a zone without a node, and the volumes of the ingest queue belong to one zone each",
      ],
    ));

  it("offers the contract what is left of a machine with its SSDs", () => {
    const pool = { type: "n2-highmem-8", localSsds: 2, minNodes: 3, maxNodes: 18 };
    assert.deepEqual(nodePool(gcpMachines, "scratch", pool), {
      name: "scratch",
      type: "n2-highmem-8",
      allocatable: machineOf(pool).allocatable,
      minNodes: 3,
      maxNodes: 18,
    });
  });

  it("packs as the simulated scheduler does: nodes hold what packing says that they hold", () => {
    for (const preset of presetNames)
      for (const pool of poolNames) {
        const shape = machineOf(defaultMachines[preset][pool]).allocatable;
        const needed = poolPods(sizesOf(preset), pool, "max", usualPods(preset));
        const nodes = nodesFor(needed, shape) ?? 0;
        const cpu = needed.reduce((sum, { cpuMillis }) => sum + cpuMillis, 0);
        assert.ok(nodes * shape.cpuMillis >= cpu && nodes <= needed.length);
      }
  });
});

describe("the number of local SSDs", () => {
  const scratch = (type: string, localSsds: number) => lines("standard", { scratch: { type, localSsds } });

  it("is refused where Compute Engine has no such machine, with those that there are", () => {
    assert.deepEqual(scratch("n2-highmem-8", 3), [
      "gcp.nodes.scratch.localSsds: a n2-highmem-8 cannot have 3 local SSDs; write one of 1, 2, 4, 8, 16, 24",
    ]);
    assert.deepEqual(scratch("n2-highmem-16", 1), [
      "gcp.nodes.scratch.localSsds: a n2-highmem-16 cannot have 1 local SSDs; write one of 2, 4, 8, 16, 24",
    ]);
    assert.deepEqual(scratch("n2-highmem-8", 0), [
      "gcp.nodes.scratch.localSsds: a n2-highmem-8 cannot have 0 local SSDs; write one of 1, 2, 4, 8, 16, 24",
    ]);
  });

  it("is the type's own where it has them by itself", () => {
    assert.deepEqual(scratch("c4-highmem-16-lssd", 4), [
      'gcp.nodes.scratch.localSsds: "c4-highmem-16-lssd" has 2 by itself, and 4 is written; write 2, or leave it out',
    ]);
    assert.deepEqual(scratch("c4-highmem-16-lssd", 2), []);
  });

  it("is refused for a type that takes none", () =>
    assert.deepEqual(scratch("c3-highmem-8", 2), [
      "gcp.nodes.scratch.localSsds: 2 are written, and a c3-highmem-8 takes none; write another type",
    ]));

  it("by itself is legal for every type and preset, and no fewer than the preset has where the type takes so many", () => {
    for (const preset of presetNames) {
      const wanted = defaultMachines[preset].scratch.localSsds;
      for (const [type, { localSsds }] of Object.entries(machineTypes)) {
        const usual = usualSsds(type, preset);
        assert.ok(localSsds.length === 0 ? usual === 0 : localSsds.includes(usual), `${type} ${usual}`);
        assert.ok(usual >= wanted || !localSsds.some((count) => count >= wanted), `${type} ${usual}`);
      }
    }
    assert.deepEqual([usualSsds("n2-highmem-16", "tiny"), usualSsds("c4-highmem-32-lssd", "standard")], [2, 5]);
  });
});

describe("machines of the general pool", () => {
  it("take persistent disks, which the ingest queue's volumes are, and have no local SSDs of their own", () => {
    const general = (type: string) => lines("standard", { general: { type } });
    assert.match(general("c4-standard-8-lssd")[0] ?? "", /^gcp\.nodes\.general\.type: .* takes Hyperdisk alone/);
    assert.deepEqual(general("c3-standard-8-lssd"), [
      'gcp.nodes.general.type: "c3-standard-8-lssd" has local SSDs, which general nodes do not use; write c3-standard-8',
    ]);
    for (const type of usableTypes(gcpMachines, "general"))
      assert.ok(!type.endsWith("-lssd") && !type.startsWith("c4"));
  });
});
