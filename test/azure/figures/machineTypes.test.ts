import assert from "node:assert/strict";
import {
  cpusOf,
  largestOsDiskGib,
  localDisksOf,
  machineNames,
  machineOf,
  maxPods,
  reservedMemoryMib,
  scratchMibOf,
  usualOsDiskGib,
} from "../../../components/platform/azure/figures/machineTypes";
import { assertOffersLess } from "../../clouds/machines";

/**
 * What a node has left for pods, by the reservations that Microsoft documents and the requests of what runs on every node:
 * cores, GiB, and GiB of scratch on the disk that a scratch pool gets by itself. Worked out by hand.
 */
const byHand: Readonly<Record<string, readonly [number, number, number]>> = {
  Standard_D4ds_v5: [3.49, 12.4, 116.9],
  Standard_D8ds_v5: [7.45, 28.0, 247.6],
  Standard_D16ds_v5: [15.37, 59.2, 509.0],
  Standard_D4ds_v6: [3.49, 12.4, 177.9],
  Standard_D8ds_v6: [7.45, 28.0, 369.6],
  Standard_D16ds_v6: [15.37, 59.2, 369.6],
  Standard_E8ds_v5: [7.45, 59.2, 247.6],
  Standard_E8ds_v6: [7.45, 59.2, 369.6],
  Standard_E16ds_v5: [15.37, 121.6, 509.0],
  Standard_E16ds_v6: [15.37, 121.6, 369.6],
  Standard_D32ds_v6: [31.21, 121.6, 369.6],
};

describe("a machine type on Azure", () => {
  for (const [type, [cpu, memoryGib, scratchGib]] of Object.entries(byHand))
    it(`${type} has what its formula leaves of it`, () => {
      const machine = machineOf({ type, osDiskGib: usualOsDiskGib("scratch", type) });
      assert.ok(machine !== undefined);
      const { cpuMillis, memoryMib, scratchMib } = machine.allocatable;
      assert.equal(cpuMillis, Math.round(cpu * 1000));
      assert.ok(Math.abs(memoryMib / 1024 - memoryGib) <= 0.05 + 1e-9, String(memoryMib / 1024));
      assert.ok(Math.abs(scratchMib / 1024 - scratchGib) <= 0.3, String(scratchMib / 1024));
    });

  it("keeps memory for its pods, or a quarter where that is less", () => {
    assert.equal(reservedMemoryMib(32 * 1024, maxPods), 2250);
    assert.equal(reservedMemoryMib(8 * 1024, maxPods), 2048);
    // What the default of an overlay would cost.
    assert.equal(reservedMemoryMib(32 * 1024, 250) - reservedMemoryMib(32 * 1024, maxPods), 2800);
  });

  it("puts its OS disk on one local disk, nearly all of it for scratch", () => {
    assert.deepEqual(localDisksOf("Standard_E16ds_v6"), { count: 2, gib: 440 });
    for (const type of machineNames) {
      const largest = largestOsDiskGib(type) ?? 0;
      for (const pool of ["general", "scratch"] as const) assert.ok(usualOsDiskGib(pool, type) <= largest, type);
      assert.ok(largest < (localDisksOf(type)?.gib ?? 0), type);
    }
    assert.equal(usualOsDiskGib("scratch", "Standard_E8ds_v6"), 430);
    assert.equal(usualOsDiskGib("general", "Standard_D8ds_v5"), 128);
  });

  it("has more scratch on a larger disk, and none of the disk's own share", () => {
    assert.ok(scratchMibOf(200) < scratchMibOf(430));
    assert.ok(scratchMibOf(430) < 430 * 1024);
  });

  it("offers less than it has, in every dimension", () => {
    for (const type of machineNames) {
      const machine = machineOf({ type, osDiskGib: usualOsDiskGib("scratch", type) });
      assert.ok(machine !== undefined);
      assertOffersLess(type, machine);
      assert.ok(machine.localSsdGb > 0, type);
      assert.ok(machine.freePods > 0 && machine.freePods < maxPods);
    }
  });

  it("without known figures has none made up", () => {
    assert.equal(machineOf({ type: "Standard_D7ds_v5", osDiskGib: 128 }), undefined);
    assert.equal(largestOsDiskGib("Standard_D7ds_v5"), undefined);
    assert.equal(cpusOf("Standard_D7ds_v5"), 0);
  });
});
