import type { Size } from "../sizing/sizes";
import { deletionDelay, maintaining, maintenance } from "./maintenance";
import type { Context, Workload } from "./workload";

export const maintenanceScheduler = {
  name: "logfire-ff-maintenance-scheduler",
  summary: "Decides which files are to be merged, indexed or deleted, and queues the jobs in PostgreSQL.",
  ...maintaining,
  command: ["fusionfire", "maintenance-scheduler", "--host=0.0.0.0", "--port=8013"],
  environment: (context: Context, size: Size) => ({
    ...maintenance(context, size),
    FF_COMPACTION_MAX_DAYS: "3",
    FF_MAX_PARTITIONS_PER_COMPACTION_SCAN: "5000",
    FF_COMPACTION_GATHER_DELAY: "1s",
    FF_MAINTENANCE_SCHEDULING_CONCURRENCY: "1",
    ...deletionDelay,
  }),
} as const satisfies Workload;
