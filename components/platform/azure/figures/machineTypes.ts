import { toMillis } from "../../../lib/quantities";
import type { Architecture, MachineType } from "../../shared/machines";
import { daemonSets } from "./daemonSets";

/** A size of virtual machine, and the local disk that its ephemeral OS disk is put on. */
interface Size {
  readonly cpus: number;
  readonly memoryGib: number;
  readonly architecture: Architecture;
  /** One disk of those that it has: an ephemeral OS disk is certain to fit one, and nobody promises that it spans two. */
  readonly localDiskGib: number;
  readonly localDisks: number;
}

interface Family {
  readonly letter: "D" | "E";
  readonly suffix: string;
  readonly architecture: Architecture;
  readonly disks: Readonly<Record<number, { readonly gib: number; readonly count: number }>>;
}

/** SCSI temporary disk: the placement that is documented for every size that has one. */
const temporary = {
  2: { gib: 75, count: 1 },
  4: { gib: 150, count: 1 },
  8: { gib: 300, count: 1 },
  16: { gib: 600, count: 1 },
  32: { gib: 1200, count: 1 },
};
/** NVMe, of which the ephemeral OS disk takes a whole one. */
const nvme = {
  2: { gib: 110, count: 1 },
  4: { gib: 220, count: 1 },
  8: { gib: 440, count: 1 },
  16: { gib: 440, count: 2 },
  32: { gib: 440, count: 4 },
};
const gibPerCpu = { D: 4, E: 8 } as const;

const families: readonly Family[] = [
  { letter: "D", suffix: "ds_v5", architecture: "amd64", disks: temporary },
  { letter: "E", suffix: "ds_v5", architecture: "amd64", disks: temporary },
  { letter: "D", suffix: "ds_v6", architecture: "amd64", disks: nvme },
  { letter: "E", suffix: "ds_v6", architecture: "amd64", disks: nvme },
  { letter: "D", suffix: "ads_v6", architecture: "amd64", disks: nvme },
  { letter: "D", suffix: "pds_v6", architecture: "arm64", disks: nvme },
];

/** Sizes that a pool may have, by name: all that their local disks are known of. */
const sizes: Readonly<Record<string, Size>> = Object.fromEntries(
  families.flatMap(({ letter, suffix, architecture, disks }) =>
    Object.entries(disks).map(([cpus, { gib, count }]): [string, Size] => [
      `Standard_${letter}${cpus}${suffix}`,
      {
        cpus: Number(cpus),
        memoryGib: Number(cpus) * gibPerCpu[letter],
        architecture,
        localDiskGib: gib,
        localDisks: count,
      },
    ]),
  ),
);

/** Pods of one node. AKS reserves memory by it: its own default for an overlay, 250, would cost 2.8 GB more of each. */
export const maxPods = 110;

/** What a trusted launch keeps of a local disk beside the OS disk. GiB. */
const trustedLaunchGib = 1;
/** Azure's largest OS disk. GiB. */
const largestOsDisk = 2040;
/** Images and logs, of nodes that hold no scratch. GiB. */
export const generalOsDiskGib = 128;
/** Smaller ones hold neither the image of the node nor those of the pods. GiB. */
export const leastOsDiskGib = 64;

/** Largest ephemeral OS disk of a size; none where the size is not known. */
export const largestOsDiskGib = (type: string): number | undefined => {
  const size = sizes[type];
  return size === undefined ? undefined : Math.min(largestOsDisk, size.localDiskGib - trustedLaunchGib);
};

/** Ephemeral OS disk of a pool where the owner says nothing: scratch takes all that there is, in steps of ten. */
export function usualOsDiskGib(pool: "general" | "scratch", type: string): number {
  const largest = largestOsDiskGib(type);
  if (largest === undefined) return generalOsDiskGib;
  return pool === "scratch" ? Math.floor(largest / 10) * 10 : Math.min(generalOsDiskGib, largest);
}

/** CPU that AKS reserves for the kubelet, by vCPUs: the table of its documentation. Millicores. */
const reservedCpu: Readonly<Record<number, number>> = { 2: 100, 4: 140, 8: 180, 16: 260, 32: 420 };

/** Memory that AKS reserves for the kubelet: 20 MB for each pod and 50 MB, or a quarter, whichever is less. */
export const reservedMemoryMib = (memoryMib: number, pods: number): number =>
  Math.min(20 * pods + 50, Math.floor(memoryMib / 4));

/** Share of the memory that the hypervisor and the kernel keep; an estimate. */
const memoryOverhead = 0.025;
/** kubelet's threshold `memory.available` on AKS. MiB. */
const evictionMib = 100;

/**
 * Scratch of pods on an OS disk: less what the filesystem takes, the tenth at which the kubelet begins to evict, and five
 * GiB for the node's own image, the images of pods and logs.
 */
export const scratchMibOf = (osDiskGib: number): number => Math.floor(osDiskGib * 1024 * 0.968 * 0.9) - 5 * 1024;

const gbOf = (gib: number): number => Math.floor((gib * 1024 ** 3) / 1e9);

/** What an owner chooses of a node. */
export interface AzureMachine {
  readonly type: string;
  readonly osDiskGib: number;
}

/** A machine with this OS disk, which scratch lies on; none where its size is not known. */
export function machineOf({ type, osDiskGib }: AzureMachine): MachineType | undefined {
  const size = sizes[type];
  if (size === undefined) return undefined;
  const memoryMib = size.memoryGib * 1024;
  return {
    cpus: size.cpus,
    memoryMib,
    localSsdGb: gbOf(osDiskGib),
    architecture: size.architecture,
    maxPods,
    freePods: maxPods - daemonSets.pods,
    allocatable: {
      cpuMillis: toMillis(String(size.cpus)) - (reservedCpu[size.cpus] ?? 0) - daemonSets.cpuMillis,
      memoryMib:
        Math.floor(memoryMib * (1 - memoryOverhead)) -
        reservedMemoryMib(memoryMib, maxPods) -
        evictionMib -
        daemonSets.memoryMib,
      scratchMib: scratchMibOf(osDiskGib),
    },
  };
}

/** Names of all sizes whose figures are known. */
export const machineNames: readonly string[] = Object.keys(sizes);

/** vCPUs of a size; 0 where it is not known. */
export const cpusOf = (type: string): number => sizes[type]?.cpus ?? 0;

/** Local disks of a size, with what each holds; none where it is not known. */
export const localDisksOf = (type: string): { readonly count: number; readonly gib: number } | undefined => {
  const size = sizes[type];
  return size === undefined ? undefined : { count: size.localDisks, gib: size.localDiskGib };
};
