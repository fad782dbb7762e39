import type { GcpNodePool } from "../../../settings/gcp/types";
import { contains, overlap, parseRange, partOf, sizeOf, usableAddresses } from "../../shared/ranges";

/** Ranges that one range of a network is cut into. */
export interface NetworkPlan {
  /** Subnet of the nodes. */
  readonly nodes: string;
  /** Secondary ranges of that subnet. */
  readonly pods: string;
  readonly services: string;
  /** For Google's managed stores, by private services access. */
  readonly stores: string;
  /** Subnet of the proxies that an internal load balancer of the mode `native` consists of. */
  readonly proxies: string;
}

/** Names of the secondary ranges. */
export const rangeNames = { pods: "pods", services: "services" } as const;

/** Shortest: Services may have at most a /16. Longest: pods of 32 nodes, and a /22 for the stores. */
export const networkPrefix = { shortest: 12, longest: 18 } as const;

/** Addresses that every node gets for its pods: twice the 110 that it may have, as a power of two. */
const podsPrefixOfNode = 24;

/** What GCP keeps of every subnet: network, gateway, second to last, broadcast. */
export const reservedPerSubnet = 4;

/**
 * The second half is for pods, because every node takes 256 addresses of it; nodes, Services and stores have a sixteenth
 * each. `10.40.0.0/16` gives 10.40.0.0/20, 10.40.16.0/20, 10.40.32.0/20, proxies 10.40.48.0/23, and pods 10.40.128.0/17:
 * room for 128 nodes, whatever the preset, so that a larger one needs no other cluster.
 */
export function planNetwork({ cidr }: { readonly cidr: string }): NetworkPlan {
  const whole = parseRange(cidr);
  const sixteenth = whole.prefix + 4;
  return {
    nodes: partOf(whole, sixteenth, 0),
    services: partOf(whole, sixteenth, 1),
    stores: partOf(whole, sixteenth, 2),
    proxies: partOf(whole, whole.prefix + 7, 24),
    pods: partOf(whole, whole.prefix + 1, 1),
  };
}

/** Addresses of RFC 1918, which Cloud SQL lets in by themselves. */
const letIn = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map(parseRange);

/** Those of these ranges that Cloud SQL lets in only where it is told of them, as pods' often are: 100.64.0.0/10. */
export const toldToDatabase = (cidrs: readonly string[]): readonly string[] =>
  cidrs.filter((cidr) => !letIn.some((range) => contains(range, parseRange(cidr))));

/** Cloud SQL has it for itself: who connects from there gets no answer, and a server with an address of it is not reached. */
export const databasesOwn = "172.17.0.0/16";

/** Whether somebody there would get no answer of Cloud SQL. */
export const isDatabasesOwn = (cidr: string): boolean => overlap(parseRange(databasesOwn), parseRange(cidr));

/** Nodes that a range of pods has addresses for. */
export const nodesOfPods = (cidr: string): number =>
  Math.floor(sizeOf(parseRange(cidr).prefix) / sizeOf(podsPrefixOfNode));

/** Nodes that a subnet has addresses for. */
export const nodesOfSubnet = (cidr: string): number => usableAddresses(cidr, reservedPerSubnet);

export interface AddressNeed {
  /** Nodes at a time. */
  readonly nodes: number;
  /** How it comes about, for people: `7 n2d-standard-8 + 3 while they are replaced`. */
  readonly arithmetic: string;
}

/** Nodes that there can be at a time: a pool that is replaced comes up at its minimum beside the old one at its maximum. */
export function nodesNeeded(pools: readonly Pick<GcpNodePool, "type" | "minNodes" | "maxNodes">[]): AddressNeed {
  return {
    nodes: pools.reduce((sum, { minNodes, maxNodes }) => sum + minNodes + maxNodes, 0),
    arithmetic: pools
      .map(({ type, minNodes, maxNodes }) => `${maxNodes} ${type} + ${minNodes} while they are replaced`)
      .join(" + "),
  };
}
