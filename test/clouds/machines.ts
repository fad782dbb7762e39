import assert from "node:assert/strict";
import type { MachineType } from "../../components/platform/shared/machines";

/** A node has less for pods than its machine has, in every dimension, and some of each; of scratch where it has a disk. */
export function assertOffersLess(name: string, { cpus, memoryMib, localSsdGb, allocatable }: MachineType): void {
  const between = (part: number, whole: number) => part > 0 && part < whole;
  assert.ok(between(allocatable.cpuMillis, cpus * 1000), name);
  assert.ok(between(allocatable.memoryMib, memoryMib), name);
  assert.ok(localSsdGb === 0 || between(allocatable.scratchMib * 1024 ** 2, localSsdGb * 1e9), name);
}
