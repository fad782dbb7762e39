import type { Problem } from "../../lib/errors";
import type { WorkloadOverrides } from "../../settings/types";
import { workloadNames, type WorkloadName } from "../catalogue/names";
import { checkTuning } from "./checkTuning";
import { maxCompactionJobMb } from "./formulas";
import { presets } from "./presets";
import { resolveSize, resolveSizes, type Size, type Sizes, type SizingSettings } from "./sizes";

/** Smallest override that still starts a program. */
const least = { cpuMillis: 10, memoryMib: 64 } as const;

/** Workloads that are one pod by nature: an in-memory store without replication. */
const singletons: readonly WorkloadName[] = ["logfire-redis"];

/**
 * Everything that is wrong with the overrides of sizes. Presets by themselves are right, which tests hold. Values are
 * taken to be numbers of the right type: types and quantities are the settings validator's business.
 */
export function checkSizes(settings: SizingSettings): Problem[] {
  const sizes = resolveSizes(settings, { redisInCluster: true });
  return workloadNames.flatMap((name) => {
    const override = settings.workloads[name];
    if (override === undefined) return [];
    const size = resolveSize(settings, name);
    const key = `workloads.${name}`;
    return [
      ...checkReplicas(key, name, override, size),
      ...checkResources(key, override),
      ...checkScratch(key, override, size, sizes),
      ...checkTuning(key, override.tuning ?? {}, size, sizes),
    ];
  });
}

function checkReplicas(key: string, name: WorkloadName, override: WorkloadOverrides, size: Size): Problem[] {
  const { replicas, minReplicas, maxReplicas, cpuTargetPercent, memoryTargetPercent } = override;
  const bounds = minReplicas !== undefined || maxReplicas !== undefined;
  const targets = cpuTargetPercent !== undefined || memoryTargetPercent !== undefined;
  if (singletons.includes(name) && (replicas ?? 1) + (minReplicas ?? 1) + (maxReplicas ?? 1) !== 3)
    return [
      {
        key: `${key}.replicas`,
        problem: `${name} is one pod: its data is not replicated`,
        remedy: "leave replicas out, or give a managed Redis",
      },
    ];
  if (replicas !== undefined && (bounds || targets))
    return [
      {
        key: `${key}.replicas`,
        problem: `${replicas} is a fixed count, and autoscaling is set beside it`,
        remedy: "keep either replicas, or minReplicas, maxReplicas and the targets",
      },
    ];
  if (size.scaling.kind === "fixed") return targets ? [targetsWithoutBounds(key, size.scaling.replicas)] : [];
  const { min, max, cpuPercent, memoryPercent } = size.scaling;
  return [
    ...(min > max
      ? [
          {
            key: `${key}.minReplicas`,
            problem: `${min} is more than maxReplicas, which is ${max}`,
            remedy: `write at most ${max}, or raise maxReplicas`,
          },
        ]
      : []),
    ...(cpuPercent === undefined && memoryPercent === undefined
      ? [
          {
            key: `${key}.cpuTargetPercent`,
            problem: "is missing: the preset does not scale this workload, so there is nothing to scale by",
            remedy: "write 60, or give a fixed count in replicas",
          },
        ]
      : []),
  ];
}

const targetsWithoutBounds = (key: string, replicas: number): Problem => ({
  key: `${key}.maxReplicas`,
  problem: `is missing: a target is set, but the preset runs a fixed count of ${replicas}`,
  remedy: "give maxReplicas, or leave the target out",
});

function checkResources(key: string, { cpu, memoryGib }: WorkloadOverrides): Problem[] {
  const problems: Problem[] = [];
  if (cpu !== undefined && cpu * 1000 < least.cpuMillis)
    problems.push({ key: `${key}.cpu`, problem: `${cpu} cores is too little to start`, remedy: "write at least 0.01" });
  if (memoryGib !== undefined && memoryGib * 1024 < least.memoryMib)
    problems.push({
      key: `${key}.memoryGib`,
      problem: `${memoryGib} GiB is too little to start`,
      remedy: "write at least 0.0625",
    });
  return problems;
}

/**
 * Scratch a workload needs at least, in MiB.
 *
 * Queries and the cache: 1 GiB, the smallest preset. Maintenance and compaction: a job reads its inputs and writes its
 * result beside them, twice the largest job, on top of the half that spilling may fill; at least 2 GiB.
 */
export function scratchNeedMib(size: Size, sizes: Sizes): number {
  if (size.scratchMib === 0) return 0;
  const jobs = size.name === "logfire-ff-maintenance-worker" || size.name === "logfire-ff-compaction-worker";
  return jobs ? Math.max(2048, 2 * 2 * maxCompactionJobMb(sizes)) : 1024;
}

function checkScratch(key: string, { scratchGib }: WorkloadOverrides, size: Size, sizes: Sizes): Problem[] {
  if (scratchGib === undefined) return [];
  if (!hasScratch(size.name))
    return [
      {
        key: `${key}.scratchGib`,
        problem: `${size.name} has no scratch volume`,
        remedy: `leave it out; scratch is for ${workloadNames.filter(hasScratch).join(", ")}`,
      },
    ];
  const need = scratchNeedMib(size, sizes);
  if (size.scratchMib >= need) return [];
  return [
    {
      key: `${key}.scratchGib`,
      problem: `${scratchGib} GiB is smaller than ${size.name} needs`,
      remedy: `write at least ${Math.ceil((need / 1024) * 100) / 100}`,
    },
  ];
}

const hasScratch = (name: WorkloadName): boolean => presets.standard[name].scratch !== undefined;
