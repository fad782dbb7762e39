import { toMillis } from "../../../lib/quantities";
import type { GcpNodePool } from "../../../settings/gcp/types";
import { type Architecture, type MachineType, reservedCpuMillis } from "../../shared/machines";
import { daemonSets } from "./daemonSets";

/** A machine type of Compute Engine. */
export interface GcpMachineType {
  readonly cpus: number;
  /** As Compute Engine names it; the kernel sees less. */
  readonly memoryMib: number;
  readonly architecture: Architecture;
  /** Numbers of local SSDs that a machine may have, beside none; a single one where the type has them by itself. */
  readonly localSsds: readonly number[];
  /** Whether the type has its local SSDs by itself. */
  readonly bundled: boolean;
  /** Whether it takes persistent disks; newer ones take Hyperdisk alone. */
  readonly persistentDisks: boolean;
}

/** What decides the figures of a node. */
export type GcpMachine = Pick<GcpNodePool, "type" | "localSsds">;

/** Size of one local SSD. */
export const localSsdGib = 375;

/** Boot disk of a node: images and logs, which scratch nodes have on their local SSDs. GiB. */
export const bootDiskGib = { general: 100, scratch: 50 } as const;

/** Pods that GKE lets a node have, which decides that each node gets 256 addresses for them. */
export const maxPods = 110;

const upTo = (counts: readonly (readonly [cpus: number, least: number])[]) => (cpus: number) => {
  const least = counts.find(([most]) => cpus <= most)?.[1] ?? Infinity;
  return [1, 2, 4, 8, 16, 24].filter((count) => count >= least);
};

/** The more vCPUs a machine of these families has, the more local SSDs it takes at least. */
const chosen = {
  n2: upTo([
    [10, 1],
    [20, 2],
    [40, 4],
    [80, 8],
  ]),
  n2d: upTo([
    [16, 1],
    [48, 2],
    [80, 4],
  ]),
};

const type = (
  cpus: number,
  memoryGib: number,
  localSsds: readonly number[],
  others: Partial<Pick<GcpMachineType, "architecture" | "bundled" | "persistentDisks">> = {},
): GcpMachineType => ({
  cpus,
  memoryMib: memoryGib * 1024,
  localSsds,
  ...{ architecture: "amd64", bundled: false, persistentDisks: true, ...others },
});

const flexible = (family: "n2" | "n2d"): Readonly<Record<string, GcpMachineType>> =>
  Object.fromEntries(
    [2, 4, 8, 16, 32].flatMap((cpus) =>
      Object.entries({ standard: 4, highmem: 8 }).map(([kind, gibPerCpu]) => [
        `${family}-${kind}-${cpus}`,
        type(cpus, cpus * gibPerCpu, chosen[family](cpus)),
      ]),
    ),
  );

const bundled = { bundled: true, persistentDisks: false } as const;
const axion = { architecture: "arm64", persistentDisks: false } as const;

/**
 * Machine types that a pool may have, by name. All that their allocatable resources are known of: a type that is not
 * here is refused, because a plan that is wrong about its nodes leaves pods without a place.
 */
export const machineTypes: Readonly<Record<string, GcpMachineType>> = {
  ...flexible("n2"),
  ...flexible("n2d"),
  "c3-standard-4": type(4, 16, []),
  "c3-standard-8": type(8, 32, []),
  "c3-standard-22": type(22, 88, []),
  "c3-highmem-4": type(4, 32, []),
  "c3-highmem-8": type(8, 64, []),
  "c3-highmem-22": type(22, 176, []),
  "c3-standard-4-lssd": type(4, 16, [1], { bundled: true }),
  "c3-standard-8-lssd": type(8, 32, [2], { bundled: true }),
  "c3-standard-22-lssd": type(22, 88, [4], { bundled: true }),
  "c4-standard-4-lssd": type(4, 15, [1], bundled),
  "c4-standard-8-lssd": type(8, 30, [1], bundled),
  "c4-standard-16-lssd": type(16, 60, [2], bundled),
  "c4-standard-32-lssd": type(32, 120, [5], bundled),
  "c4-highmem-4-lssd": type(4, 31, [1], bundled),
  "c4-highmem-8-lssd": type(8, 62, [1], bundled),
  "c4-highmem-16-lssd": type(16, 124, [2], bundled),
  "c4-highmem-32-lssd": type(32, 248, [5], bundled),
  "c4a-standard-8": type(8, 32, [], axion),
  "c4a-standard-16": type(16, 64, [], axion),
  "c4a-highmem-8-lssd": type(8, 64, [2], { ...axion, bundled: true }),
  "c4a-highmem-16-lssd": type(16, 128, [4], { ...axion, bundled: true }),
};

/** What boot disks and volumes of a machine are made of. */
export const diskTypeOf = (name: string): "pd-balanced" | "hyperdisk-balanced" =>
  machineTypes[name]?.persistentDisks === false ? "hyperdisk-balanced" : "pd-balanced";

const gib = 1024;

/** Memory that kernel and buffers take on Container-Optimized OS, as GKE's autoscaler reckons. MiB. */
export const kernelMib = (memoryMib: number): number =>
  memoryMib / 64 +
  16 +
  (memoryMib > 3 * gib ? 64 : 0) +
  (memoryMib <= 8 * gib ? 8 : 0) +
  Math.min(0.00175 * memoryMib, 248);

/** Memory that GKE reserves for the kubelet: 25 % of the first 4 GiB, 20 % of 4 more, 10 % of 8, 6 % of 112, 2 % of the rest. */
export function reservedMemoryMib(memoryMib: number): number {
  const share = (from: number, to: number, percent: number) =>
    (Math.max(0, Math.min(memoryMib, to * gib) - from * gib) * percent) / 100;
  return Math.ceil(share(0, 4, 25) + share(4, 8, 20) + share(8, 16, 10) + share(16, 128, 6) + share(128, Infinity, 2));
}

/** kubelet's threshold `memory.available`. MiB. */
const evictionMib = 100;

/** What the filesystem over these many local SSDs takes, measured by the authors of the cluster autoscaler. KiB. */
const filesystemKib: Readonly<Record<number, number>> = {
  1: 7_289_472,
  2: 13_725_224,
  4: 26_332_924,
  5: 32_634_536,
  8: 51_556_096,
  16: 52_837_800,
  24: 78_686_620,
};

/** What GKE keeps for itself of one, of two, and of more local SSDs. GiB. */
const systemGib = (count: number): number => (count === 1 ? 50 : count === 2 ? 75 : 100);

/**
 * Scratch of the local SSDs: less the filesystem, the tenth at which the kubelet begins to evict, and what GKE keeps for
 * itself. MiB.
 */
export function scratchMib(count: number): number {
  if (count === 0) return 0;
  const usable = count * localSsdGib * gib - (filesystemKib[count] ?? Infinity) / 1024;
  return Math.max(0, Math.floor(usable * 0.9 - systemGib(count) * gib));
}

/** A node of a machine with its local SSDs; none where the type is not known. */
export function nodeOf({ type: name, localSsds }: GcpMachine): MachineType | undefined {
  const found = machineTypes[name];
  if (found === undefined) return undefined;
  const { cpus, memoryMib, architecture } = found;
  return {
    cpus,
    memoryMib,
    localSsdGb: Math.floor((localSsds * localSsdGib * 1024 ** 3) / 1e9),
    architecture,
    maxPods,
    freePods: maxPods - daemonSets.pods,
    allocatable: {
      cpuMillis: toMillis(String(cpus)) - reservedCpuMillis(cpus) - daemonSets.cpuMillis,
      memoryMib:
        Math.floor(memoryMib - kernelMib(memoryMib)) -
        reservedMemoryMib(memoryMib) -
        evictionMib -
        daemonSets.memoryMib,
      scratchMib: scratchMib(localSsds),
    },
  };
}
