import { auto, recordBatchMemory, spillQuotaMb } from "../sizing/formulas";
import type { Size } from "../sizing/sizes";
import { cacheAndTelemetry, fusionfire, patientLive, ready, resources, spilling, startup, threads } from "./fusionfire";
import { connection } from "./secretRefs";
import { fusionfireTls } from "./tls";
import type { Context, Environment, Workload } from "./workload";

/** Pace of the deletion loop, of scheduler and worker alike. */
export const deletionDelay: Environment = { FF_DELETION_LOOP_DELAY: "30s" };

/** What the scheduler and both kinds of worker have in common. */
export const maintaining = {
  kind: "Deployment",
  image: "fusionfire",
  ports: { http: 8013 },
  services: [],
  probes: { port: "http", startup, live: patientLive, ready },
  calls: cacheAndTelemetry,
  needs: ["postgres:ff", "objectStore", "redis"],
  environmentFrom: ["logfire-ff-base-config", "logfire-ff-write-config", "logfire-ff-maintenance-config"],
  tls: fusionfireTls,
  account: "logfire",
  drainSeconds: 0,
  // A job that is cut off is done again by the next pod.
  longestRequestSeconds: 20,
} as const satisfies Partial<Workload>;

export const maintenance = (context: Context, size: Size): Environment => ({
  ...resources(size),
  ...threads(size),
  FF_DATAFUSION_MEMORY_LIMIT: auto(size.tuning.datafusionMemoryMb, "MB"),
  ...fusionfire(context, size),
  PG_DSN: connection.ffDsn,
});

/** Of the pods that rewrite files. */
export const rewriting = (size: Size): Environment => ({
  FF_MAINTENANCE_MAX_RECORD_BATCH_MEMORY: recordBatchMemory(size.tuning),
  ...spilling,
  FF_SPILL_TO_DISK_QUOTA: `${spillQuotaMb(size)}MB`,
  FF_MAINTENANCE_CPU_CONCURRENCY: "auto",
  FF_PARQUET_SPOOL_THRESHOLD_BYTES: "1MB",
  FF_COMPACTION_JOB_PARALLELISM: "auto",
});
