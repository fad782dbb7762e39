import type { Problem } from "../../lib/errors";
import type { Tuning } from "../../settings/types";
import type { WorkloadName } from "../catalogue/names";
import { ingestBufferMb, ingestConcurrency, queryExecutor, wholeCores } from "./formulas";
import { effectiveMemoryMib, type Size, type Sizes } from "./sizes";

interface Rule {
  /** Workloads that read the setting. */
  readonly of: readonly WorkloadName[];
  /** Largest value that the resources of the pods that read it allow, and what it is made of. */
  readonly budget: (size: Size, sizes: Sizes) => Budget;
}

interface Budget {
  readonly most: number;
  readonly because: string;
}

const query: readonly WorkloadName[] = ["logfire-ff-query-api", "logfire-ff-query-worker"];
const jobs: readonly WorkloadName[] = ["logfire-ff-maintenance-worker", "logfire-ff-compaction-worker"];
const ingest: readonly WorkloadName[] = ["logfire-ff-ingest"];
const engines: readonly WorkloadName[] = [...query, ...jobs, "logfire-ff-maintenance-scheduler"];
const threads: readonly WorkloadName[] = [...engines, ...ingest, "logfire-ff-ingest-processor"];

// Threads that wait for the network may outnumber the cores; threads that compute may not.
const ioThreadsPerCore = 8;

const ofCores =
  (factor: number) =>
  (size: Size): Budget => ({
    most: factor * wholeCores(size),
    because: `${factor === 1 ? "" : `${factor} for each of `}${wholeCores(size)} whole cores`,
  });
const ofMemory =
  (part: number) =>
  (size: Size): Budget => ({
    most: Math.floor(effectiveMemoryMib(size) / part),
    because: `${part === 1 ? "" : `a ${part}th of `}${effectiveMemoryMib(size)} MiB of memory`,
  });
const ofScratch =
  (percent: number) =>
  (size: Size): Budget => ({
    most: Math.floor((size.scratchMib * percent) / 100),
    because: `${percent} % of ${size.scratchMib} MiB of scratch`,
  });

/** Budgets of the settings that may be set by hand. */
export const tuningRules: Readonly<Record<keyof Tuning, Rule>> = {
  spillQuotaMb: { of: jobs, budget: ofScratch(80) },
  cacheCapacityMb: { of: ["logfire-ff-cache-byte"], budget: ofScratch(90) },
  maxQueryCost: { of: query, budget: (size, sizes) => ofCores(4)(queryExecutor(sizes) ?? size) },
  maxCompactionJobMb: { of: jobs, budget: jobBudget },
  ingestBufferMb: { of: ingest, budget: (size) => share(size, ingestConcurrency(size), "streams at once") },
  ingestConcurrency: { of: ingest, budget: (size) => share(size, ingestBufferMb(size), "MB of buffer each") },
  ioThreads: { of: threads, budget: ofCores(ioThreadsPerCore) },
  datafusionThreads: { of: threads, budget: ofCores(1) },
  datafusionMemoryMb: { of: engines, budget: ofMemory(1) },
  recordBatchMemoryMb: { of: jobs, budget: ofMemory(1) },
  queryParallelism: { of: query, budget: ofCores(4) },
  datafusionBatchSize: { of: query, budget: () => ({ most: 65_536, because: "rows in one batch" }) },
};

const ofQueryEngine: readonly (keyof Tuning)[] = [
  "ioThreads",
  "datafusionThreads",
  "datafusionMemoryMb",
  "datafusionBatchSize",
];

/** Where there are query workers, the query API hands queries on and runs no engine of its own. */
function readersOf(name: keyof Tuning, sizes: Sizes): readonly WorkloadName[] {
  const handsOn = sizes["logfire-ff-query-worker"] !== undefined && ofQueryEngine.includes(name);
  return tuningRules[name].of.filter((reader) => !handsOn || reader !== "logfire-ff-query-api");
}

// All ingest buffers together may take half of the memory.
const share = (size: Size, other: number, of: string): Budget => ({
  most: Math.floor(effectiveMemoryMib(size) / 2 / other),
  because: `half of ${effectiveMemoryMib(size)} MiB of memory, for ${other} ${of}`,
});

/** One size for both kinds of worker: a quarter of the memory and of the scratch of the smaller one. */
function jobBudget(size: Size, sizes: Sizes): Budget {
  const workers = jobs.map((name) => sizes[name] ?? size);
  const most = Math.min(...workers.flatMap((worker) => [effectiveMemoryMib(worker), worker.scratchMib]));
  return { most: Math.floor(most / 4), because: `a quarter of ${most} MiB, the least that a worker has` };
}

/** Settings set by hand that the workload does not read, that are no positive whole number, or that exceed its pod. */
export function checkTuning(key: string, tuning: Tuning, size: Size, sizes: Sizes): Problem[] {
  return (Object.entries(tuning) as [keyof Tuning, number | undefined][]).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const path = `${key}.tuning.${name}`;
    const rule = tuningRules[name];
    const readers = readersOf(name, sizes);
    if (!readers.includes(size.name))
      return [{ key: path, problem: `${size.name} does not read it`, remedy: `it is for ${readers.join(", ")}` }];
    const { most, because } = rule.budget(size, sizes);
    if (!Number.isInteger(value) || value < 1)
      return [{ key: path, problem: `${value} is not a positive whole number`, remedy: `write 1 to ${most}` }];
    if (value <= most) return [];
    return [
      {
        key: path,
        problem: `${value} is more than the pod has: ${because}`,
        remedy: `write at most ${most}, or give the pod more`,
      },
    ];
  });
}
