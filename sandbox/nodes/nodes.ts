import { UserError } from "../../components/lib/errors";
import { fits, minus, type NodeShape as Requests } from "../../components/logfire/sizing/capacity";
import { simulatedNode } from "./nodeObject";
import { nodeShapes, regions, type Cloud, type NodeShape, type PoolName } from "./shapes";

/** What one pod asks the scheduler for; scratch is `ephemeral-storage`. */
export type PodRequest = Requests;

export interface SandboxNode {
  /** Ends in `.ZONE`: a simulated disk finds its zone by it. */
  readonly name: string;
  readonly pool: PoolName;
  readonly shape: NodeShape;
  readonly region: string;
  readonly zone: string;
}

export interface NodesRequest {
  readonly cloud: Cloud;
  /** Number of zones, 1 to 3. */
  readonly zones?: number;
  /** Every pod that must find room, by pool. */
  readonly pods: Readonly<Record<PoolName, readonly PodRequest[]>>;
  /** Shape by pool; the cloud's usual one where absent. */
  readonly shapes?: Readonly<Partial<Record<PoolName, NodeShape>>>;
  /**
   * Part of each node kept free, 0 to 1. Default 0.25: a rolling update starts a quarter of the pods in addition, and
   * spreading over zones packs less tightly than arithmetic does.
   */
  readonly headroom?: number;
}

/** Enough nodes for the pods, the same number in every zone. Throws for a pod that fits on no node of its pool. */
export function nodesFor(request: NodesRequest): readonly SandboxNode[] {
  return (["general", "scratch"] as const).flatMap((pool) => poolNodes(pool, request));
}

function poolNodes(pool: PoolName, { cloud, zones = 3, pods, shapes, headroom = 0.25 }: NodesRequest): SandboxNode[] {
  const shape = shapes?.[pool] ?? nodeShapes[cloud][pool][0];
  const { region, zones: all } = regions[cloud];
  const used = all.slice(0, zones);
  const perZone = Math.ceil(nodeCount(pods[pool], shape, headroom) / used.length);
  return used.flatMap((zone) =>
    Array.from({ length: perZone }, (_, index) => ({
      name: `${nodePrefix(pool, shape)}-${index + 1}.${zone}`,
      pool,
      shape,
      region,
      zone,
    })),
  );
}

const nodePrefix = (pool: PoolName, { type, variant }: NodeShape): string =>
  [pool, type, variant]
    .filter((part) => part !== undefined)
    .join("-")
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, "-");

/** How many nodes hold the pods, by first fit, largest first. Always at least one. */
export function nodeCount(pods: readonly PodRequest[], shape: NodeShape, headroom: number): number {
  const whole = capacity(shape);
  for (const pod of pods) if (!fits(pod, whole)) throw new UserError(tooLarge(pod, shape));
  const share = (free: number) => free * (1 - headroom);
  const room = (pod: PodRequest) => ({
    // A pod larger than the share still gets a node of its own.
    cpuMillis: Math.max(share(whole.cpuMillis), pod.cpuMillis),
    memoryMib: Math.max(share(whole.memoryMib), pod.memoryMib),
    scratchMib: Math.max(share(whole.scratchMib), pod.scratchMib),
  });
  const free: PodRequest[] = [];
  const weight = (pod: PodRequest) =>
    Math.max(pod.cpuMillis / whole.cpuMillis, pod.memoryMib / whole.memoryMib, pod.scratchMib / whole.scratchMib);
  for (const pod of [...pods].sort((a, b) => weight(b) - weight(a))) {
    const index = free.findIndex((node) => fits(pod, node));
    if (index < 0) free.push(minus(room(pod), pod));
    else free[index] = minus(free[index] ?? whole, pod);
  }
  return Math.max(1, free.length);
}

const capacity = ({ cpuMillis, memoryGib, ephemeralGib }: NodeShape): PodRequest => ({
  cpuMillis,
  memoryMib: Math.floor(memoryGib * 1024),
  scratchMib: ephemeralGib * 1024,
});

const tooLarge = (pod: PodRequest, shape: NodeShape): string =>
  `A pod of ${pod.cpuMillis}m CPU, ${pod.memoryMib} MiB memory and ${pod.scratchMib} MiB scratch fits on no ` +
  `${shape.type}, which offers ${shape.cpuMillis}m, ${Math.floor(shape.memoryGib * 1024)} MiB and ` +
  `${shape.ephemeralGib * 1024} MiB: choose a larger type`;

/** Node objects as a kubelet would register them. */
export function nodeObjects(nodes: readonly SandboxNode[], kubeletVersion: string): readonly object[] {
  return nodes.map(({ name, pool, shape, region, zone }) =>
    simulatedNode({
      ...{ name, region, zone, kubeletVersion },
      machine: shape.type,
      architecture: shape.type.startsWith("r7gd") ? "arm64" : "amd64",
      cpus: shape.vcpu,
      allocatable: capacity(shape),
      pods: 110,
      labels: { "logfire.dev/pool": pool },
      taints: pool === "scratch" ? [{ key: "logfire.dev/scratch", value: "true", effect: "NoSchedule" }] : [],
      providerId: `sandbox://${zone}/${name}`,
      osImage: "simulated",
    }),
  );
}
