import type { Size } from "../sizing/sizes";
import { scratchVolume } from "./fusionfire";
import { maintaining, maintenance, rewriting } from "./maintenance";
import type { Context, Workload } from "./workload";

export const compactionWorker = {
  name: "logfire-ff-compaction-worker",
  summary: "Merges small fresh files into larger ones, so that queries open few.",
  ...maintaining,
  sweepsScratch: true,
  command: ["fusionfire"],
  args: ["compaction-worker", "--host=0.0.0.0", "--port=8013"],
  volume: scratchVolume,
  environment: (context: Context, size: Size) => ({ ...maintenance(context, size), ...rewriting(size) }),
} as const satisfies Workload;
