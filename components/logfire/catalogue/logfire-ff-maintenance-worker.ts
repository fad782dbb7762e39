import type { Size } from "../sizing/sizes";
import { scratchVolume } from "./fusionfire";
import { deletionDelay, maintaining, maintenance, rewriting } from "./maintenance";
import type { Context, Workload } from "./workload";

export const maintenanceWorker = {
  name: "logfire-ff-maintenance-worker",
  summary: "Does the queued maintenance jobs: indexes, deletions, large merges.",
  ...maintaining,
  sweepsScratch: true,
  command: ["fusionfire"],
  args: ["maintenance-worker", "--host=0.0.0.0", "--port=8013"],
  volume: scratchVolume,
  environment: (context: Context, size: Size) => ({
    ...maintenance(context, size),
    ...rewriting(size),
    ...deletionDelay,
  }),
} as const satisfies Workload;
