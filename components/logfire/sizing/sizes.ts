import { toMib, toMillis } from "../../lib/quantities";
import type { LogfireSettings, Tuning, WorkloadOverrides } from "../../settings/types";
import { enabledWorkloads, type WorkloadName } from "../catalogue/names";
import { presets, type PresetSize } from "./presets";

/** What one pod of a workload gets after preset and overrides. CPU in millicores, everything else in MiB. */
export interface Size {
  readonly name: WorkloadName;
  /** Workloads with scratch run on the nodes that have it. */
  readonly pool: "general" | "scratch";
  readonly requests: { readonly cpuMillis: number; readonly memoryMib: number };
  readonly limits: { readonly cpuMillis?: number; readonly memoryMib?: number };
  /** Size of the scratch volume; 0 for a workload without. */
  readonly scratchMib: number;
  /** Node disk besides scratch (logs, the writable layer), requested by those that write there. */
  readonly diskMib: number;
  /** Whether the disk above is also a limit. */
  readonly diskLimited: boolean;
  readonly scaling: Scaling;
  /** Derived settings set by hand, by preset or owner. */
  readonly tuning: Tuning;
}

export type Scaling =
  | { readonly kind: "fixed"; readonly replicas: number }
  | {
      readonly kind: "auto";
      readonly min: number;
      readonly max: number;
      readonly cpuPercent?: number;
      readonly memoryPercent?: number;
    };

export type Sizes = Readonly<Partial<Record<WorkloadName, Size>>>;
export type SizingSettings = Pick<LogfireSettings, "preset" | "features" | "workloads">;

/** Node disk that a pod with scratch asks for beyond its scratch volume: logs and the writable layer. */
export const diskBesidesScratchMib = 1024;

/** Sizes of every enabled workload. Redis is one only where the platform has none to offer. */
export function resolveSizes(settings: SizingSettings, options: { readonly redisInCluster?: boolean } = {}): Sizes {
  const enabled = enabledWorkloads({ ...settings.features, redisInCluster: options.redisInCluster === true });
  return Object.fromEntries(enabled.map((name) => [name, resolveSize(settings, name)]));
}

/** Size of one workload, whether it is enabled or not. */
export function resolveSize({ preset, workloads }: SizingSettings, name: WorkloadName): Size {
  const base = presets[preset][name];
  const override = workloads[name] ?? {};
  const scratchMib = base.scratch === undefined ? 0 : gibOr(override.scratchGib, base.scratch);
  const requests = {
    cpuMillis: override.cpu === undefined ? toMillis(base.cpu) : Math.max(1, Math.round(override.cpu * 1000)),
    memoryMib: gibOr(override.memoryGib, base.memory),
  };
  return {
    name,
    pool: scratchMib > 0 ? "scratch" : "general",
    requests,
    limits: limitsOf(base, override, requests),
    scratchMib,
    diskMib: base.scratch !== undefined ? diskBesidesScratchMib : base.disk === undefined ? 0 : toMib(base.disk),
    diskLimited: base.disk !== undefined,
    scaling: scalingOf(base, override),
    tuning: { ...base.tuning, ...override.tuning },
  };
}

const gibOr = (gib: number | undefined, quantity: string): number =>
  gib === undefined ? toMib(quantity) : Math.max(1, Math.round(gib * 1024));

// One number from the owner means "this much": it is the request and, where the preset limits at all, the limit.
function limitsOf(base: PresetSize, override: WorkloadOverrides, requests: Size["requests"]): Size["limits"] {
  if (base.limits === undefined) return {};
  const limits = base.limits === "same" ? { cpu: base.cpu, memory: base.memory } : base.limits;
  const cpuMillis = override.cpu === undefined ? limits.cpu && toMillis(limits.cpu) : limits.cpu && requests.cpuMillis;
  const memoryMib =
    override.memoryGib === undefined ? limits.memory && toMib(limits.memory) : limits.memory && requests.memoryMib;
  return { ...(cpuMillis ? { cpuMillis } : {}), ...(memoryMib ? { memoryMib } : {}) };
}

function scalingOf(base: PresetSize, override: WorkloadOverrides): Scaling {
  if (override.replicas !== undefined) return { kind: "fixed", replicas: override.replicas };
  const [presetMin, presetMax] = typeof base.replicas === "number" ? [base.replicas, base.replicas] : base.replicas;
  const asked = override.minReplicas !== undefined || override.maxReplicas !== undefined;
  if (typeof base.replicas === "number" && !asked) return { kind: "fixed", replicas: base.replicas };
  const cpuPercent = override.cpuTargetPercent ?? base.cpuTarget;
  const memoryPercent = override.memoryTargetPercent ?? base.memoryTarget;
  return {
    kind: "auto",
    // A bound given alone pulls the preset's other bound along, so that one number is enough.
    min: override.minReplicas ?? Math.min(presetMin, override.maxReplicas ?? presetMin),
    max: override.maxReplicas ?? Math.max(presetMax, override.minReplicas ?? presetMax),
    ...(cpuPercent === undefined ? {} : { cpuPercent }),
    ...(memoryPercent === undefined ? {} : { memoryPercent }),
  };
}

export const minReplicas = ({ scaling }: Size): number => (scaling.kind === "fixed" ? scaling.replicas : scaling.min);
export const maxReplicas = ({ scaling }: Size): number => (scaling.kind === "fixed" ? scaling.replicas : scaling.max);

/** CPU the program may count on: the limit, or the request where nothing limits it. */
export const effectiveCpuMillis = ({ limits, requests }: Size): number => limits.cpuMillis ?? requests.cpuMillis;
/** Memory the program may count on: the limit, or the request where nothing limits it. */
export const effectiveMemoryMib = ({ limits, requests }: Size): number => limits.memoryMib ?? requests.memoryMib;
