import assert from "node:assert/strict";
import fc from "fast-check";
import { checkSizes } from "../../components/logfire/sizing";
import { presetNames, workloadNames, type WorkloadName } from "../../components/logfire/catalogue/names";
import type { WorkloadOverrides } from "../../components/settings/types";
import { anySettings } from "./arbitrary";

const features = { queryWorker: true, remoteMcp: true, aiGateway: true };
const problems = (name: WorkloadName, override: WorkloadOverrides) =>
  checkSizes({ preset: "standard", features, workloads: { [name]: override } });

const cases: readonly {
  readonly wrong: string;
  readonly of: WorkloadName;
  readonly override: WorkloadOverrides;
  readonly key: string;
  readonly says: RegExp;
}[] = [
  {
    wrong: "a minimum above the maximum",
    of: "logfire-backend",
    override: { minReplicas: 5, maxReplicas: 2 },
    key: "minReplicas",
    says: /^5 is more than maxReplicas, which is 2$/,
  },
  {
    wrong: "a fixed count beside autoscaling",
    of: "logfire-backend",
    override: { replicas: 2, maxReplicas: 3 },
    key: "replicas",
    says: /fixed count/,
  },
  {
    wrong: "a fixed count beside a target",
    of: "logfire-backend",
    override: { replicas: 2, cpuTargetPercent: 3 },
    key: "replicas",
    says: /fixed count/,
  },
  {
    wrong: "autoscaling without anything to scale by",
    of: "logfire-ff-query-worker",
    override: { maxReplicas: 3 },
    key: "cpuTargetPercent",
    says: /is missing/,
  },
  {
    wrong: "a target without anything to scale",
    of: "logfire-ff-query-worker",
    override: { cpuTargetPercent: 60 },
    key: "maxReplicas",
    says: /is missing/,
  },
  {
    wrong: "two pods of a store that is not replicated",
    of: "logfire-redis",
    override: { replicas: 2 },
    key: "replicas",
    says: /one pod/,
  },
  { wrong: "too little CPU to start", of: "logfire-dex", override: { cpu: 0.001 }, key: "cpu", says: /too little/ },
  {
    wrong: "too little memory to start",
    of: "logfire-dex",
    override: { memoryGib: 0.01 },
    key: "memoryGib",
    says: /too little/,
  },
  {
    wrong: "scratch on a workload without",
    of: "logfire-backend",
    override: { scratchGib: 8 },
    key: "scratchGib",
    says: /has no scratch volume/,
  },
  {
    wrong: "scratch smaller than jobs need",
    of: "logfire-ff-compaction-worker",
    override: { scratchGib: 1 },
    key: "scratchGib",
    says: /1 GiB is smaller/,
  },
  {
    wrong: "scratch smaller than queries need",
    of: "logfire-ff-query-api",
    override: { scratchGib: 0.5 },
    key: "scratchGib",
    says: /0.5 GiB is smaller/,
  },
  {
    wrong: "a setting that the workload does not read",
    of: "logfire-backend",
    override: { tuning: { ioThreads: 2 } },
    key: "tuning.ioThreads",
    says: /does not read it/,
  },
  {
    wrong: "a setting of the query engine where the query API has none",
    of: "logfire-ff-query-api",
    override: { tuning: { datafusionThreads: 2 } },
    key: "tuning.datafusionThreads",
    says: /logfire-ff-query-api does not read it/,
  },
  {
    wrong: "a spill quota beyond scratch",
    of: "logfire-ff-maintenance-worker",
    override: { tuning: { spillQuotaMb: 65_000 } },
    key: "tuning.spillQuotaMb",
    says: /65000 is more than the pod has: 80 % of 65536 MiB/,
  },
  {
    wrong: "a cache beyond scratch",
    of: "logfire-ff-cache-byte",
    override: { scratchGib: 10, tuning: { cacheCapacityMb: 10_000 } },
    key: "tuning.cacheCapacityMb",
    says: /90 % of 10240 MiB/,
  },
  {
    wrong: "more threads than cores",
    of: "logfire-ff-query-worker",
    override: { cpu: 4, tuning: { datafusionThreads: 5 } },
    key: "tuning.datafusionThreads",
    says: /4 whole cores/,
  },
  {
    wrong: "more memory than the pod's",
    of: "logfire-ff-query-worker",
    override: { memoryGib: 8, tuning: { datafusionMemoryMb: 9000 } },
    key: "tuning.datafusionMemoryMb",
    says: /8192 MiB of memory/,
  },
  {
    wrong: "buffers beyond half of the memory",
    of: "logfire-ff-ingest",
    override: { tuning: { ingestBufferMb: 64 } },
    key: "tuning.ingestBufferMb",
    says: /half of 2048 MiB/,
  },
  {
    wrong: "a setting that is no positive number",
    of: "logfire-ff-ingest",
    override: { tuning: { ingestConcurrency: 0 } },
    key: "tuning.ingestConcurrency",
    says: /0 is not a positive whole number/,
  },
];

describe("the check of sizes", () => {
  for (const { wrong, of, override, key, says } of cases)
    it(`names ${wrong}`, () => {
      const [found, ...more] = problems(of, override);
      assert.deepEqual(more, []);
      assert.equal(found?.key, `workloads.${of}.${key}`);
      assert.match(found.problem, says);
      assert.notEqual(found.remedy, "");
    });

  it("finds everything at once", () => {
    const found = problems("logfire-ff-query-api", { cpu: 0, scratchGib: 0.1, minReplicas: 9, maxReplicas: 1 });
    assert.deepEqual(found.map(({ key }) => key.split(".").pop()).sort(), ["cpu", "minReplicas", "scratchGib"]);
  });

  it("accepts every preset, and the preset's own figures as overrides", () => {
    for (const preset of presetNames) assert.deepEqual(checkSizes({ preset, features, workloads: {} }), []);
    assert.deepEqual(problems("logfire-ff-query-api", { cpu: 4, memoryGib: 8, scratchGib: 6, maxReplicas: 8 }), []);
    assert.deepEqual(problems("logfire-ff-query-worker", { maxReplicas: 4, cpuTargetPercent: 60 }), []);
    assert.deepEqual(problems("logfire-backend", { maxReplicas: 1 }), []);
    assert.deepEqual(problems("logfire-backend", { minReplicas: 40 }), []);
    const alone = { ...features, queryWorker: false };
    const workloads = { "logfire-ff-query-api": { tuning: { datafusionThreads: 2 } } };
    assert.deepEqual(checkSizes({ preset: "standard", features: alone, workloads }), []);
  });

  it("names a key of the workload that is wrong, whatever the overrides", () =>
    fc.assert(
      fc.property(anySettings, (settings) => {
        for (const { key, problem, remedy } of checkSizes(settings)) {
          const name = workloadNames.find((candidate) => key.startsWith(`workloads.${candidate}.`));
          assert.ok(name !== undefined && settings.workloads[name] !== undefined, key);
          assert.ok(problem.length > 0 && remedy.length > 0);
        }
      }),
    ));
});
