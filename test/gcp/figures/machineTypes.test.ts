import assert from "node:assert/strict";
import { daemonSets } from "../../../components/platform/gcp/figures/daemonSets";
import {
  kernelMib,
  localSsdGib,
  machineTypes,
  maxPods,
  nodeOf,
  reservedMemoryMib,
  scratchMib,
} from "../../../components/platform/gcp/figures/machineTypes";
import { assertOffersLess } from "../../clouds/machines";

/**
 * What a node has left before daemon sets: local SSDs, cores, GiB, GiB of scratch, raw GB. Worked out apart from this
 * code, by the same formulas but without the correction of 0.175 % that the autoscaler makes.
 */
const reckoned: Readonly<Record<string, readonly [number, number, number, number, number]>> = {
  "n2d-standard-4": [0, 3.92, 13.0, 0, 0],
  "n2d-standard-8": [0, 7.91, 27.7, 0, 0],
  "n2d-standard-16": [0, 15.89, 57.3, 0, 0],
  "n2-highmem-4": [1, 3.92, 27.7, 281, 402],
  "n2-highmem-8": [2, 7.91, 57.3, 588, 805],
  "n2-standard-8": [2, 7.91, 27.7, 588, 805],
  "n2-highmem-16": [4, 15.89, 116.4, 1227, 1610],
  "c4-highmem-8-lssd": [1, 7.91, 55.5, 281, 402],
  "c4-highmem-16-lssd": [2, 15.89, 112.7, 588, 805],
};

const known = (type: string, localSsds: number) => {
  const node = nodeOf({ type, localSsds });
  assert.ok(node !== undefined, type);
  return node;
};

describe("a machine type of Compute Engine", () => {
  for (const [type, [localSsds, cpu, memoryGib, scratchGib, ssdGb]] of Object.entries(reckoned))
    it(`${type} with ${localSsds} local SSDs has what GKE's formulas leave of it`, () => {
      const { allocatable, localSsdGb } = known(type, localSsds);
      assert.equal(allocatable.cpuMillis, Math.round(cpu * 1000) - daemonSets.cpuMillis);
      const memory = (allocatable.memoryMib + daemonSets.memoryMib) / 1024;
      assert.ok(memory <= memoryGib + 0.05 && memory >= memoryGib - 0.05 - 0.00175 * 128, String(memory));
      assert.ok(Math.abs(allocatable.scratchMib / 1024 - scratchGib) <= 0.5, String(allocatable.scratchMib / 1024));
      assert.equal(localSsdGb, ssdGb);
    });

  it("has as much as a real node of GKE 1.36 shows, and not more", () => {
    const { allocatable } = known("n2-standard-4", 0);
    const shown = { cpuMillis: 3920, memoryMib: 13_591_652 / 1024 };
    assert.equal(allocatable.cpuMillis + daemonSets.cpuMillis, shown.cpuMillis);
    const memory = allocatable.memoryMib + daemonSets.memoryMib;
    assert.ok(memory <= shown.memoryMib && memory >= 0.995 * shown.memoryMib, `${memory} of ${shown.memoryMib}`);
  });

  it("loses memory to the kubelet by steps, and to the kernel", () => {
    assert.deepEqual(
      [4, 8, 16, 32, 128, 256].map((gib) => reservedMemoryMib(gib * 1024)),
      [1024, 1844, 2663, 3646, 9544, 12166],
    );
    assert.equal(kernelMib(2048), 32 + 16 + 8 + 3.584);
    assert.equal(kernelMib(16384), 256 + 16 + 64 + 28.672);
  });

  it("loses scratch to the filesystem, to eviction and to GKE: one, two, and three or more differ", () => {
    const lost = (count: number) => count * localSsdGib - scratchMib(count) / 1024;
    assert.equal(scratchMib(0), 0);
    assert.ok(lost(2) < 2 * lost(1), "GKE keeps less of each of two");
    for (const count of [1, 2, 4, 5, 8, 16, 24]) assert.ok(lost(count) > count * localSsdGib * 0.1, String(count));
    assert.equal(scratchMib(3), 0, "no figure is made up for a number that nobody measured");
  });

  it("offers less than it has, in every dimension, with every number of SSDs that it may have", () => {
    for (const [type, { localSsds }] of Object.entries(machineTypes))
      for (const count of localSsds.length === 0 ? [0] : localSsds) {
        const node = known(type, count);
        assertOffersLess(`${type} with ${count}`, node);
        assert.equal(node.localSsdGb > 0, count > 0, type);
        assert.equal(node.freePods, maxPods - daemonSets.pods);
      }
  });

  it("takes the numbers of local SSDs that Compute Engine lets it have", () => {
    const counts = (type: string) => machineTypes[type]?.localSsds;
    assert.deepEqual(counts("n2-highmem-8"), [1, 2, 4, 8, 16, 24]);
    assert.deepEqual(counts("n2-highmem-16"), [2, 4, 8, 16, 24]);
    assert.deepEqual(counts("n2-standard-32"), [4, 8, 16, 24]);
    assert.deepEqual(counts("n2d-highmem-16"), [1, 2, 4, 8, 16, 24]);
    assert.deepEqual(counts("n2d-standard-32"), [2, 4, 8, 16, 24]);
    assert.deepEqual(counts("c3-standard-8-lssd"), [2]);
    assert.deepEqual(counts("c4-highmem-32-lssd"), [5]);
    assert.deepEqual(counts("c3-standard-8"), []);
    for (const { bundled, localSsds } of Object.values(machineTypes)) assert.ok(!bundled || localSsds.length === 1);
  });

  it("without known figures has none made up", () => {
    assert.equal(nodeOf({ type: "n2-standard-6", localSsds: 0 }), undefined);
  });
});
