import type { NodePool } from "../contract";

export type Architecture = "amd64" | "arm64";

/** A machine type of a cloud, and what a node of it has left for pods. */
export interface MachineType {
  readonly cpus: number;
  /** As the cloud names it; the kernel sees less. */
  readonly memoryMib: number;
  /** Raw local SSD, decimal GB; 0 without. */
  readonly localSsdGb: number;
  readonly architecture: Architecture;
  /** Pods that one node takes, those of daemon sets included. */
  readonly maxPods: number;
  /** Those that are left for others. */
  readonly freePods: number;
  /** After reservations and daemon sets. */
  readonly allocatable: NodePool["allocatable"];
}

/** Architecture of the product's images. Nothing says that they exist for another one. */
export const imageArchitecture: Architecture = "amd64";

/**
 * CPU that EKS and GKE reserve for the kubelet: 6 % of the first core, 1 % of the second, 0.5 % of two more, 0.25 % of the
 * rest.
 */
export function reservedCpuMillis(cpus: number): number {
  const share = (from: number, to: number, permille: number) => Math.max(0, Math.min(cpus, to) - from) * permille;
  return Math.ceil(share(0, 1, 60) + share(1, 2, 10) + share(2, 4, 5) + share(4, Infinity, 2.5));
}
