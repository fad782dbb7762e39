import { randomInt } from "node:crypto";
import { simulatedNode } from "../../../nodes/nodeObject";
import type { NodeGroup, PoolName } from "../../../rehearsal/cloud";

/** A group of nodes that scales as one, as the cloud makes it of its resources: `groupOf` in each cloud's `nodes.ts`. */
export interface Group {
  readonly name: string;
  readonly pool: PoolName;
  readonly region: string;
  /** Label that the cloud gives every node of the group, and its value. */
  readonly mark: { readonly key: string; readonly value: string };
  readonly machine: Machine;
  /** What one node has for pods; `scratchMib` is ephemeral storage. */
  readonly allocatable: NodeGroup["allocatable"];
  /** `v1.35.0-eks-simulated` */
  readonly kubeletVersion: string;
  readonly osImage: string;
  /** Beside the mark and those that every kubelet sets. */
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** Where it can start nodes: zones that are lost are left out. */
  readonly spots: readonly Spot[];
  readonly desired: number;
  readonly max: number;
  /** Nodes that are exchanged at once in a rolling update. */
  readonly atOnce: number;
  readonly drain: Drain;
  /** Name and provider's id of a new node; the name ends in `.ZONE`, by which a simulated disk finds its place. */
  identify(spot: Spot): { readonly name: string; readonly providerId: string };
}

export interface Machine {
  readonly type: string;
  readonly architecture: string;
  readonly cpus: number;
  /** Most pods, daemon sets aside. */
  readonly pods: number;
}

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: "NoSchedule" | "NoExecute" | "PreferNoSchedule";
}

/** A zone, and the range that nodes in it have their addresses from. */
export interface Spot {
  readonly zone: string;
  readonly cidr: string;
}

/** How long a node waits for its pods to be evicted, and what comes then. */
export interface Drain {
  /** Real seconds. */
  readonly seconds: number;
  /** Code that a rolling update fails with; undefined where the cloud ends the pods and goes on. */
  readonly fails?: string;
}

/** So many new nodes, in the zones that have fewest of the group's, as clouds balance them. */
export function newNodes(group: Group, count: number, inZones: readonly string[]): readonly object[] {
  const zones = [...inZones];
  return Array.from({ length: count }, () => {
    const amount = (zone: string) => zones.filter((each) => each === zone).length;
    const spot = [...group.spots].sort((a, b) => amount(a.zone) - amount(b.zone))[0];
    if (spot === undefined) throw new Error(`node group ${group.name} has no zone to start a node in`);
    zones.push(spot.zone);
    return nodeObject(group, spot);
  });
}

function nodeObject(group: Group, spot: Spot): object {
  const { machine, mark, region, allocatable, osImage, kubeletVersion, taints } = group;
  return simulatedNode({
    ...group.identify(spot),
    ...{ machine: machine.type, architecture: machine.architecture, cpus: machine.cpus, pods: machine.pods },
    ...{ region, zone: spot.zone, allocatable, taints, osImage, kubeletVersion },
    labels: { [mark.key]: mark.value, ...group.labels },
  });
}

/** So many hexadecimal digits for an instance's id, other ones each time. */
export const instanceId = (): string => `${Date.now().toString(16)}${randomInt(2 ** 24).toString(16)}`;
