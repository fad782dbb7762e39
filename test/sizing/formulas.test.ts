import assert from "node:assert/strict";
import fc from "fast-check";
import {
  auto,
  cacheCapacityMb,
  cpuCores,
  ingestBufferMb,
  ingestConcurrency,
  maxCompactionJobMb,
  maxQueryCost,
  memoryBytes,
  queryExecutor,
  recordBatchMemory,
  spillQuotaMb,
  wholeCores,
} from "../../components/logfire/sizing/formulas";
import {
  effectiveCpuMillis,
  effectiveMemoryMib,
  maxReplicas,
  minReplicas,
  resolveSize,
  resolveSizes,
  scratchNeedMib,
  type Size,
  type SizingSettings,
} from "../../components/logfire/sizing";
import { presetNames, type WorkloadName } from "../../components/logfire/catalogue/names";
import type { WorkloadOverrides } from "../../components/settings/types";
import { acceptedSettings } from "./arbitrary";

const features = { queryWorker: true, remoteMcp: true, aiGateway: true };
const settings = (workloads: SizingSettings["workloads"] = {}): SizingSettings => ({
  preset: "standard",
  features,
  workloads,
});
const size = (name: WorkloadName, override: WorkloadOverrides = {}): Size =>
  resolveSize(settings({ [name]: override }), name);

describe("formulas", () => {
  it("write cores with three decimals and memory in bytes, of the limit or else the request", () => {
    const limited = size("logfire-ff-crud-api", { cpu: 0.25 });
    assert.equal(cpuCores(limited), "0.250");
    assert.equal(memoryBytes(limited), "536870912");
    const unlimited = size("logfire-ff-query-api", { memoryGib: 12.5 });
    assert.equal(cpuCores(unlimited), "4.000");
    assert.equal(memoryBytes(unlimited), "13421772800");
    assert.equal(memoryBytes(size("logfire-backend")), "2147483648");
  });

  it("follow overrides", () => {
    assert.equal(spillQuotaMb(size("logfire-ff-compaction-worker", { scratchGib: 100 })), 51_200);
    assert.equal(cacheCapacityMb(size("logfire-ff-cache-byte", { scratchGib: 100 })), 81_920);
    assert.equal(ingestBufferMb(size("logfire-ff-ingest", { memoryGib: 1 })), 4);
    assert.equal(ingestConcurrency(size("logfire-ff-ingest", { cpu: 2, memoryGib: 4 })), 63);
    assert.equal(ingestConcurrency(size("logfire-ff-ingest", { cpu: 64, memoryGib: 64 })), 128);
    const compaction = { "logfire-ff-compaction-worker": { memoryGib: 1 } };
    assert.equal(maxCompactionJobMb(resolveSizes(settings(compaction))), 64);
    assert.equal(
      maxCompactionJobMb(resolveSizes(settings({ "logfire-ff-compaction-worker": { memoryGib: 0.25 } }))),
      32,
    );
  });

  it("take the cost of queries from the pod that executes them", () => {
    const workloads = { "logfire-ff-query-worker": { cpu: 6.2 }, "logfire-ff-query-api": { cpu: 2 } };
    assert.equal(maxQueryCost(resolveSizes(settings(workloads))), 7);
    const alone = { ...settings(workloads), features: { ...features, queryWorker: false } };
    assert.equal(maxQueryCost(resolveSizes(alone)), 2);
  });

  it("let a value set by hand win", () => {
    assert.equal(spillQuotaMb(size("logfire-ff-compaction-worker", { tuning: { spillQuotaMb: 7 } })), 7);
    assert.equal(recordBatchMemory({ datafusionMemoryMb: 900 }), "900MB");
    assert.equal(recordBatchMemory({ datafusionMemoryMb: 900, recordBatchMemoryMb: 100 }), "100MB");
    assert.equal(auto(undefined), "auto");
    const maintenance = { "logfire-ff-maintenance-worker": { tuning: { maxCompactionJobMb: 77 } } };
    assert.equal(maxCompactionJobMb(resolveSizes(settings(maintenance))), 77);
  });
});

describe("sizes under any accepted override", () => {
  const everySize = (check: (size: Size, sizes: ReturnType<typeof resolveSizes>) => void) =>
    fc.assert(
      fc.property(acceptedSettings, (accepted) => {
        const sizes = resolveSizes(accepted, { redisInCluster: true });
        for (const one of Object.values(sizes)) check(one, sizes);
      }),
      { numRuns: 300 },
    );

  it("never count on more CPU than the pod has", () =>
    everySize((one) => {
      assert.ok(Number(cpuCores(one)) * 1000 <= effectiveCpuMillis(one) + 0.5);
      assert.ok((wholeCores(one) - 1) * 1000 < effectiveCpuMillis(one));
      const { datafusionThreads, ioThreads } = one.tuning;
      assert.ok((datafusionThreads ?? 1) <= wholeCores(one));
      assert.ok((ioThreads ?? 1) <= 8 * wholeCores(one));
    }));

  it("never count on more memory than the pod has", () =>
    everySize((one, sizes) => {
      const memory = effectiveMemoryMib(one);
      assert.ok(Number(memoryBytes(one)) <= memory * 1024 ** 2);
      assert.ok((one.tuning.datafusionMemoryMb ?? 0) <= memory);
      assert.ok((one.tuning.recordBatchMemoryMb ?? 0) <= memory);
      if (one.name === "logfire-ff-ingest") assert.ok(ingestBufferMb(one) * ingestConcurrency(one) <= memory / 2);
      if (one.name === "logfire-ff-compaction-worker") assert.ok(maxCompactionJobMb(sizes) <= memory / 2);
    }));

  it("never count on more scratch than the volume holds", () =>
    everySize((one, sizes) => {
      if (one.scratchMib === 0) return;
      assert.ok(one.scratchMib >= scratchNeedMib(one, sizes), `${one.name}: ${one.scratchMib}`);
      assert.ok(spillQuotaMb(one) <= one.scratchMib * 0.8);
      assert.ok(cacheCapacityMb(one) <= one.scratchMib * 0.9);
    }));

  it("keep limits at or above requests, and the minimum of replicas at or below the maximum", () =>
    everySize((one) => {
      assert.ok((one.limits.cpuMillis ?? Infinity) >= one.requests.cpuMillis);
      assert.ok((one.limits.memoryMib ?? Infinity) >= one.requests.memoryMib);
      assert.ok(one.requests.cpuMillis >= 1 && Number.isInteger(one.requests.cpuMillis));
      assert.ok(one.requests.memoryMib >= 1 && Number.isInteger(one.requests.memoryMib));
      assert.ok(minReplicas(one) >= 1 && minReplicas(one) <= maxReplicas(one));
      if (one.scaling.kind === "auto")
        assert.ok(one.scaling.cpuPercent !== undefined || one.scaling.memoryPercent !== undefined);
    }));

  it("let the executing pod run no more queries at once than four for each core", () =>
    fc.assert(
      fc.property(acceptedSettings, (accepted) => {
        const sizes = resolveSizes(accepted);
        const executor = queryExecutor(sizes);
        assert.ok(executor !== undefined && maxQueryCost(sizes) <= 4 * wholeCores(executor));
      }),
    ));
});

describe("presets", () => {
  for (const preset of presetNames)
    it(`${preset} needs no correction`, () => {
      const sizes = resolveSizes({ preset, features, workloads: {} }, { redisInCluster: true });
      for (const one of Object.values(sizes)) {
        assert.ok(minReplicas(one) <= maxReplicas(one));
        assert.ok(one.scratchMib === 0 || one.scratchMib >= scratchNeedMib(one, sizes));
        assert.equal(one.pool, one.scratchMib > 0 ? "scratch" : "general");
      }
    });
});
