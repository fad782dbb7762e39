import type { Tuning } from "../../settings/types";
import { effectiveCpuMillis, effectiveMemoryMib, type Size, type Sizes } from "./sizes";

// The programs' "MB" are what Kubernetes calls Mi; all divisions round down to whole ones.
const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** CPU the program may use, in cores with three decimals. `4000m` -> `"4.000"`. */
export const cpuCores = (size: Size): string => (effectiveCpuMillis(size) / 1000).toFixed(3);

/** Memory the program may use, in bytes. `8192 MiB` -> `"8589934592"`. */
export const memoryBytes = (size: Size): string => String(Math.floor(effectiveMemoryMib(size)) * 1024 ** 2);

/** Whole cores, rounded up: a pod with half a core still serves one query at a time. */
export const wholeCores = (size: Size): number => Math.max(1, Math.ceil(effectiveCpuMillis(size) / 1000));

/** Half of scratch, at least 1 MB: the rest is headroom for local files and merges. */
export const spillQuotaMb = (size: Size): number =>
  size.tuning.spillQuotaMb ?? Math.max(1, Math.floor(size.scratchMib / 2));

/** Four fifths of scratch, at least 1 MB. Without it the cache would count on the whole node's free space. */
export const cacheCapacityMb = (size: Size): number =>
  size.tuning.cacheCapacityMb ?? Math.max(1, Math.floor((size.scratchMib * 4) / 5));

/** The pod that executes queries: the query worker where there is one, else the query API itself. */
export const queryExecutor = (sizes: Sizes): Size | undefined =>
  sizes["logfire-ff-query-worker"] ?? sizes["logfire-ff-query-api"];

/** Queries a pod runs at once: whole cores of the pod that executes. */
export function maxQueryCost(sizes: Sizes): number {
  const executor = queryExecutor(sizes);
  const tuned = executor?.tuning.maxQueryCost ?? sizes["logfire-ff-query-api"]?.tuning.maxQueryCost;
  return tuned ?? (executor === undefined ? 1 : wholeCores(executor));
}

/** Largest compaction job: a sixteenth of the compaction worker's memory request, between 32 and 512 MB. */
export function maxCompactionJobMb(sizes: Sizes): number {
  const compaction = sizes["logfire-ff-compaction-worker"];
  const tuned =
    compaction?.tuning.maxCompactionJobMb ?? sizes["logfire-ff-maintenance-worker"]?.tuning.maxCompactionJobMb;
  return tuned ?? clamp(Math.floor((compaction?.requests.memoryMib ?? 0) / 16), 32, 512);
}

/** Buffer of one ingest stream: a 256th of the memory request, between 1 and 8 MB. */
export const ingestBufferMb = ({ tuning, requests }: Size): number =>
  tuning.ingestBufferMb ?? clamp(Math.floor(requests.memoryMib / 256), 1, 8);

/**
 * Streams handed on at once: what both CPU (a 32nd of the millicores) and memory (a 64th of the MiB) allow, at least
 * 4 for each and at most 128.
 */
export const ingestConcurrency = ({ tuning, requests }: Size): number =>
  tuning.ingestConcurrency ??
  clamp(
    Math.min(Math.max(4, Math.ceil(requests.cpuMillis / 32)), Math.max(4, Math.floor(requests.memoryMib / 64))),
    1,
    128,
  );

/** `auto` lets the program derive the setting from its CPU and memory. */
export const auto = (value: number | undefined, unit = ""): string =>
  value === undefined ? "auto" : `${value}${unit}`;

/** What one record batch may take; follows the memory of the engine around it. */
export const recordBatchMemory = ({ recordBatchMemoryMb, datafusionMemoryMb }: Tuning): string =>
  auto(recordBatchMemoryMb ?? datafusionMemoryMb, "MB");
