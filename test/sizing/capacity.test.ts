import assert from "node:assert/strict";
import fc from "fast-check";
import {
  capacity,
  maxReplicas,
  minReplicas,
  nodesNeeded,
  resolveSizes,
  totals,
  type Size,
  type Totals,
} from "../../components/logfire/sizing";
import { catalogue } from "../../components/logfire/catalogue";
import { presetNames, type PresetName } from "../../components/logfire/catalogue/names";
import { acceptedSettings } from "./arbitrary";
import nodeCounts from "./nodeCounts.json";
import totalRows from "./totals.json";
import workloadRows from "./workloads.json";

const sizesOf = (preset: string, optional = false) =>
  resolveSizes({
    preset: preset as PresetName,
    features: { queryWorker: optional, remoteMcp: true, aiGateway: optional },
    workloads: {},
  });

/** Groups of the tables: pods with scratch, pods with a durable volume, the rest. */
const inGroup = (group: string) => (size: Size) => {
  if (group === "total") return true;
  if (size.pool === "scratch") return group === "scratch";
  return (catalogue[size.name].volume?.class === "durable" ? "pvc" : "rest") === group;
};

const figures = ({ pods, cpuMillis, memoryMib, scratchMib }: Totals) => ({
  pods,
  cpu: cpuMillis / 1000,
  memoryGib: memoryMib / 1024,
  scratchGib: scratchMib / 1024,
});
type Figures = ReturnType<typeof figures>;

/** Equal to the last digit that the table gives: one decimal below a thousand, none above. */
function assertWritten(actual: Figures, table: Figures): void {
  for (const key of ["pods", "cpu", "memoryGib", "scratchGib"] as const) {
    const half = key === "pods" ? 0 : table[key] >= 1000 ? 0.5 : 0.05;
    assert.ok(Math.abs(actual[key] - table[key]) <= half + 1e-9, `${key}: ${actual[key]}, in the table ${table[key]}`);
  }
}

describe("capacity", () => {
  for (const { preset, group, min, max } of totalRows)
    it(`of ${preset}, ${group}, equals the table at minimum and maximum`, () => {
      const sizes = Object.values(sizesOf(preset)).filter(inGroup(group));
      assertWritten(figures(totals(sizes, minReplicas)), min);
      assertWritten(figures(totals(sizes, maxReplicas)), max);
    });

  for (const preset of presetNames)
    it(`of each workload in ${preset} equals the table`, () => {
      const rows = workloadRows.filter((row) => row.preset === preset);
      const sizes = sizesOf(preset, true);
      assert.deepEqual(rows.map(({ workload }) => workload).sort(), Object.keys(sizes).sort());
      for (const row of rows) {
        const size = Object.values(sizes).find(({ name }) => name === row.workload);
        assert.ok(size !== undefined);
        const { requests, scratchMib } = size;
        const own = {
          cpu: requests.cpuMillis / 1000,
          memoryGib: requests.memoryMib / 1024,
          scratchGib: scratchMib / 1024,
        };
        for (const key of ["cpu", "memoryGib", "scratchGib"] as const)
          assert.ok(Math.abs(own[key] - row[key]) <= 0.0005 + 1e-9, `${row.workload} ${key}: ${own[key]}`);
        assert.deepEqual([minReplicas(size), maxReplicas(size)], [row.min, row.max], row.workload);
      }
    });

  it("of the pools is that of the workloads, whatever the overrides", () =>
    fc.assert(
      fc.property(acceptedSettings, (settings) => {
        const sizes = resolveSizes(settings);
        const pools = capacity(sizes);
        const whole = totals(Object.values(sizes), minReplicas);
        for (const key of ["pods", "cpuMillis", "memoryMib", "scratchMib"] as const) {
          assert.equal(
            pools.reduce((sum, { min }) => sum + min[key], 0),
            whole[key],
          );
          assert.ok(pools.every(({ min, max }) => min[key] <= max[key]));
        }
      }),
    ));
});

describe("nodes needed", () => {
  for (const { type, cpu, memoryGib, scratchGib, nodes } of nodeCounts)
    it(`of ${type} for scratch equal the table`, () => {
      const shape = {
        cpuMillis: Math.round(cpu * 1000),
        memoryMib: Math.round(memoryGib * 1024),
        scratchMib: scratchGib * 1024,
      };
      for (const preset of presetNames) {
        const sizes = sizesOf(preset);
        const count = (replicas: (size: Size) => number) => nodesNeeded(sizes, "scratch", shape, replicas) ?? null;
        assert.deepEqual([count(minReplicas), count(maxReplicas)], nodes[preset], preset);
      }
    });

  it("hold what the pods ask for, and are undefined where one fits no node", () => {
    const shape = { cpuMillis: 15_590, memoryMib: 55 * 1024, scratchMib: 0 };
    for (const preset of presetNames) {
      const sizes = sizesOf(preset);
      const nodes = nodesNeeded(sizes, "general", shape, maxReplicas);
      const asked = totals(
        Object.values(sizes).filter(({ pool }) => pool === "general"),
        maxReplicas,
      );
      assert.ok(nodes !== undefined && nodes * shape.cpuMillis >= asked.cpuMillis);
      assert.ok(nodes * shape.memoryMib >= asked.memoryMib);
      assert.equal(nodesNeeded(sizes, "scratch", { ...shape, scratchMib: 512 }, minReplicas), undefined);
    }
  });
});
