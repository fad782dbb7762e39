import type { NodePool } from "../../platform/contract";
import { diskBesidesScratchMib, maxReplicas, minReplicas, type Size, type Sizes } from "./sizes";

/** What the pods of one pool ask for together. CPU in millicores, memory and scratch volumes in MiB. */
export interface Totals {
  readonly pods: number;
  readonly cpuMillis: number;
  readonly memoryMib: number;
  readonly scratchMib: number;
}

export interface PoolCapacity {
  readonly pool: Size["pool"];
  /** With every autoscaler at its minimum. */
  readonly min: Totals;
  /** With every autoscaler at its maximum. */
  readonly max: Totals;
}

const nothing: Totals = { pods: 0, cpuMillis: 0, memoryMib: 0, scratchMib: 0 };

/** Sum of requests per pool. */
export function capacity(sizes: Sizes): readonly PoolCapacity[] {
  return (["general", "scratch"] as const).map((pool) => {
    const inPool = Object.values(sizes).filter((size) => size.pool === pool);
    return { pool, min: totals(inPool, minReplicas), max: totals(inPool, maxReplicas) };
  });
}

/** Sum of requests of some workloads, each with as many pods as `replicas` says. */
export function totals(sizes: readonly Size[], replicas: (size: Size) => number): Totals {
  return sizes.reduce((sum, size) => {
    const pods = replicas(size);
    return {
      pods: sum.pods + pods,
      cpuMillis: sum.cpuMillis + pods * size.requests.cpuMillis,
      memoryMib: sum.memoryMib + pods * size.requests.memoryMib,
      scratchMib: sum.scratchMib + pods * size.scratchMib,
    };
  }, nothing);
}

export type NodeShape = NodePool["allocatable"];

/**
 * Nodes of one shape that hold a pool's pods, by first-fit decreasing. A lower bound for the real scheduler, which also
 * spreads over zones. `undefined` where a pod fits no node.
 */
export function nodesNeeded(
  sizes: Sizes,
  pool: Size["pool"],
  shape: NodeShape,
  replicas: (size: Size) => number,
): number | undefined {
  return nodesFor(podsIn(sizes, pool, replicas), shape);
}

/** What each pod of a pool asks of its node. */
export const podsIn = (sizes: Sizes, pool: Size["pool"], replicas: (size: Size) => number): readonly NodeShape[] =>
  Object.values(sizes)
    .filter((size) => size.pool === pool)
    .flatMap((size) => Array.from({ length: replicas(size) }, () => podRequests(size)));

/** Nodes of one shape that hold these pods, by first-fit decreasing; `undefined` where one fits no node. */
export function nodesFor(pods: readonly NodeShape[], shape: NodeShape): number | undefined {
  const free: NodeShape[] = [];
  for (const pod of [...pods].sort((left, right) => share(right, shape) - share(left, shape))) {
    if (!fits(pod, shape)) return undefined;
    const node = free.findIndex((room) => fits(pod, room));
    const room = free[node];
    if (room === undefined) free.push(minus(shape, pod));
    else free[node] = minus(room, pod);
  }
  return free.length;
}

// Node disk of pods without scratch is left out: nodes of the general pool have a root disk, not a scratch array.
const podRequests = ({ requests, scratchMib }: Size): NodeShape => ({
  ...requests,
  scratchMib: scratchMib === 0 ? 0 : scratchMib + diskBesidesScratchMib,
});

/** The dimension in which a pod takes most of a node. */
const share = (pod: NodeShape, shape: NodeShape): number =>
  Math.max(
    pod.cpuMillis / shape.cpuMillis,
    pod.memoryMib / shape.memoryMib,
    pod.scratchMib === 0 ? 0 : pod.scratchMib / shape.scratchMib,
  );

/** Whether a node with this much room left takes the pod. */
export const fits = (pod: NodeShape, room: NodeShape): boolean =>
  pod.cpuMillis <= room.cpuMillis && pod.memoryMib <= room.memoryMib && pod.scratchMib <= room.scratchMib;

/** What is left of the room when the pod is there. */
export const minus = (room: NodeShape, pod: NodeShape): NodeShape => ({
  cpuMillis: room.cpuMillis - pod.cpuMillis,
  memoryMib: room.memoryMib - pod.memoryMib,
  scratchMib: room.scratchMib - pod.scratchMib,
});
