import assert from "node:assert/strict";
import fc from "fast-check";
import { presetNames } from "../../../components/logfire/catalogue/names";
import { resolveSizes } from "../../../components/logfire/sizing";
import { checkNodePlan } from "../../../components/platform/shared/checkNodePlan";
import { type MachineType, reservedCpuMillis } from "../../../components/platform/shared/machines";
import {
  defaultBounds,
  type Machine,
  type MachineCatalogue,
  packedNodes,
  spreadOver,
} from "../../../components/platform/shared/nodePlan";

describe("nodes over zones", () => {
  it("give none more than one beyond another, and all of them together", () =>
    fc.assert(
      fc.property(fc.nat(100), fc.integer({ min: 1, max: 6 }), (nodes, groups) => {
        const spread = spreadOver(nodes, groups);
        assert.equal(
          spread.reduce((sum, count) => sum + count, 0),
          nodes,
        );
        assert.ok(Math.max(...spread) - Math.min(...spread) <= 1);
      }),
    ));
});

describe("CPU for the kubelet", () => {
  it("is a share that falls with the number of cores", () =>
    assert.deepEqual([2, 4, 8, 16, 32].map(reservedCpuMillis), [70, 80, 90, 110, 150]));
});

/** A cloud whose nodes have as many disks as their owner says. */
interface Disked extends Machine {
  readonly disks: number;
}

const machine = (disks: number): MachineType => ({
  ...{ cpus: 16, memoryMib: 131072, localSsdGb: disks * 403, architecture: "amd64", maxPods: 110, freePods: 100 },
  allocatable: { cpuMillis: 15000, memoryMib: 120000, scratchMib: disks * 300 * 1024 },
});

const catalogue: MachineCatalogue<Disked> = {
  ...{ key: "cloud.nodes", arm: "Arm", examples: { general: "big", scratch: "big" } },
  machineOf: ({ type, disks }) => (type === "big" ? machine(disks) : undefined),
  usable: (pool) => ({ big: machine(pool === "scratch" ? 2 : 0) }),
  refused: (key, _pool, { disks }) =>
    disks % 2 === 0 ? [] : [{ key: `${key}.disks`, problem: `${disks} is odd`, remedy: "write an even number" }],
};

describe("a plan of nodes whose disks are chosen", () => {
  const sizes = resolveSizes({
    ...{ preset: "standard", workloads: {} },
    features: { queryWorker: false, remoteMcp: false, aiGateway: false },
  });
  const keys = (disks: number) =>
    checkNodePlan(
      catalogue,
      {
        general: { type: "big", disks: 0, minNodes: 3, maxNodes: 9 },
        scratch: { type: "big", disks, minNodes: 3, maxNodes: 9 },
      },
      { sizes, services: [] },
    ).map(({ key }) => key);

  it("holds where the disks do", () => assert.deepEqual(keys(2), []));
  it("is refused for what the cloud refuses, and for nothing that follows from it", () =>
    assert.deepEqual(keys(1), ["cloud.nodes.scratch.disks"]));
  it("is refused without disks", () => assert.deepEqual(keys(0), ["cloud.nodes.scratch.type"]));

  it("takes the pods that a node may have as a bound as well", () => {
    const pods = Array.from({ length: 301 }, () => ({ cpuMillis: 1, memoryMib: 1, scratchMib: 0 }));
    assert.equal(packedNodes(pods, machine(0)), 4);
  });

  it("has a node in each zone and half of the most, whatever the preset", () => {
    for (const preset of presetNames) {
      const { minNodes, maxNodes } = defaultBounds(
        resolveSizes({ preset, workloads: {}, features: { queryWorker: true, remoteMcp: true, aiGateway: true } }),
        "scratch",
        machine(2),
        [],
      );
      assert.ok(minNodes >= 3 && maxNodes >= minNodes, `${preset}: ${minNodes} to ${maxNodes}`);
    }
  });
});
