import type { PodGroup } from "../../logfire/edge/capacity";
import { maxReplicas, minReplicas, nodesFor, podsIn, type NodeShape, type Sizes } from "../../logfire/sizing";
import type { NodePool } from "../contract";
import type { Problem } from "../../lib/errors";
import { podsOf } from "./clusterPods";
import type { MachineType } from "./machines";

export type PoolName = NodePool["name"];
export const poolNames = ["general", "scratch"] as const satisfies readonly PoolName[];

/** Zones that a stack is spread over. */
export const zoneCount = 3;

/** Local SSD that Logfire asks for, over all nodes together. Decimal GB, raw. */
export const leastLocalSsdGb = 512;

/** How far the nodes at the minimum may exceed what the pods need when packed tightly. */
const headroom = 1.15;

/** What an owner chooses of a node; a cloud adds what else decides its figures, such as the number of its SSDs. */
export interface Machine {
  readonly type: string;
}

/** Nodes of a pool, over all zones together. */
export interface Bounds {
  readonly minNodes: number;
  readonly maxNodes: number;
}

/** The machine types of a cloud, as pools use them. */
export interface MachineCatalogue<M extends Machine = Machine> {
  /** Key of the settings that hold the pools: `aws.nodes`. */
  readonly key: string;
  /** Figures of a machine; none where its type is not known. */
  readonly machineOf: (machine: M) => MachineType | undefined;
  /** Types that a pool can have, by name; with as many disks as the pool gets by itself. */
  readonly usable: (pool: PoolName) => Readonly<Record<string, MachineType>>;
  /** What the cloud refuses of a known machine, such as a number of SSDs; nothing else is judged then. */
  readonly refused?: (key: string, pool: PoolName, machine: M) => readonly Problem[];
  /** What the cloud calls its arm64 machines: `Graviton`. */
  readonly arm: string;
  /** Type to write in place of such a one. */
  readonly examples: Readonly<Record<PoolName, string>>;
}

/** What the pods of a pool need when every autoscaler is at its minimum, or at its maximum. */
export function poolPods(
  sizes: Sizes,
  pool: PoolName,
  bound: "min" | "max",
  services: readonly PodGroup[],
): readonly NodeShape[] {
  const own = podsIn(sizes, pool, bound === "min" ? minReplicas : maxReplicas);
  return pool === "general" ? [...own, ...podsOf(services, bound)] : own;
}

/** Nodes that the pods need at least, when packed tightly; `undefined` where one fits no node. */
export function packedNodes(needed: readonly NodeShape[], { allocatable, freePods }: MachineType): number | undefined {
  const packed = nodesFor(needed, allocatable);
  return packed === undefined ? undefined : Math.max(packed, Math.ceil(needed.length / freePods));
}

/**
 * Bounds of a pool where the owner gives none. At least: what the pods need with every autoscaler at its minimum, up to
 * 15 % more where that is a whole node, and one node in each zone. At most: half of what they need with every autoscaler
 * at its maximum, which guards the bill; at the limit, workers wait and nothing breaks.
 */
export function defaultBounds(
  sizes: Sizes,
  pool: PoolName,
  type: MachineType | undefined,
  services: readonly PodGroup[],
): Bounds {
  if (type === undefined) return { minNodes: zoneCount, maxNodes: zoneCount };
  const least = packedNodes(poolPods(sizes, pool, "min", services), type) ?? 0;
  const most = packedNodes(poolPods(sizes, pool, "max", services), type) ?? 0;
  const disks = pool === "scratch" && type.localSsdGb > 0 ? Math.ceil(leastLocalSsdGb / type.localSsdGb) : 0;
  const minNodes = Math.max(zoneCount, Math.floor(least * headroom), disks);
  return { minNodes, maxNodes: Math.max(minNodes, Math.ceil(most / 2)) };
}

/** Nodes over groups, one group for each zone; the first zones take what does not divide. `4, 3` gives `2, 1, 1`. */
export const spreadOver = (nodes: number, groups: number): readonly number[] =>
  Array.from({ length: groups }, (_, index) => Math.floor(nodes / groups) + (index < nodes % groups ? 1 : 0));

/** A pool as the contract says it. */
export const nodePool = <M extends Machine>(
  catalogue: Pick<MachineCatalogue<M>, "machineOf">,
  name: PoolName,
  pool: M & Bounds,
): NodePool => ({
  name,
  type: pool.type,
  allocatable: catalogue.machineOf(pool)?.allocatable ?? { cpuMillis: 0, memoryMib: 0, scratchMib: 0 },
  minNodes: pool.minNodes,
  maxNodes: pool.maxNodes,
});
