import { formatRange, parseRange, partOf, sizeOf, usableAddresses } from "../../shared/ranges";

/** Largest range that a virtual network may have here, and the smallest that leaves hundred addresses for nodes. */
export const networkPrefix = { shortest: 16, longest: 24 } as const;

/** What Azure keeps of every subnet: network, router, two for DNS, broadcast. */
export const reservedPerSubnet = 5;

export const usableIn = (cidr: string): number => usableAddresses(cidr, reservedPerSubnet);

/** Ranges of the subnets. */
export interface NetworkPlan {
  /** Nodes, and an internal load balancer. Pods have a range of their own outside. */
  readonly nodes: string;
  /** Delegated to PostgreSQL; nothing else may be in it. */
  readonly postgres: string;
  /** Private endpoints: Redis. */
  readonly endpoints: string;
}

/**
 * Subnets of a virtual network: the first half for nodes, the third quarter for PostgreSQL, the last for private
 * endpoints. `10.60.0.0/16` gives 10.60.0.0/17, 10.60.128.0/18 and 10.60.192.0/18.
 */
export function planNetwork(cidr: string): NetworkPlan {
  const whole = parseRange(cidr);
  return {
    nodes: partOf(whole, whole.prefix + 1, 0),
    postgres: partOf(whole, whole.prefix + 2, 2),
    endpoints: partOf(whole, whole.prefix + 2, 3),
  };
}

const addressAt = (cidr: string, index: number): string => {
  const { first, prefix } = parseRange(cidr);
  const place = index < 0 ? sizeOf(prefix) + index : index;
  return formatRange({ first: first + place, prefix: 32 }).replace(/\/32$/, "");
};

/** Of the cluster's DNS, which AKS wants to be told: the tenth of the services' range. */
export const dnsServiceAddress = (servicesCidr: string): string => addressAt(servicesCidr, 10);

/**
 * Of an internal load balancer: near the end of the nodes' subnet. Azure hands addresses out from the beginning, and
 * nothing in its interface reserves one.
 */
export const internalAddress = (nodesCidr: string): string => addressAt(nodesCidr, -2 - 4);

/** Share of a pool that an upgrade adds before it takes old nodes away, as AKS is told. */
export const surgePercent = 33;

export const surgeOf = (nodes: number): number => Math.ceil((nodes * surgePercent) / 100);

/** In the nodes' subnet beside them: the load balancer's and the cluster's API, where it is private. */
const otherAddresses = 2;

/** Pods of one node have a range of this prefix to themselves. */
const podsPerNodePrefix = 24;

/** Nodes that a range of pods is enough for. */
export const nodesInPods = (podsCidr: string): number =>
  2 ** Math.max(0, podsPerNodePrefix - parseRange(podsCidr).prefix);

/** Shortest and longest range of pods: fewer than eight nodes are no stack. */
export const podsPrefix = { shortest: 8, longest: 21 } as const;

export interface NodeCount {
  /** Nodes at full scale while an upgrade runs. */
  readonly nodes: number;
  /** Addresses of the nodes' subnet. */
  readonly addresses: number;
  /** How they come about, for people: `7 + 3 general + 18 + 6 scratch + 2 others`. */
  readonly arithmetic: string;
}

/** Addresses of the nodes' subnet that so many nodes take, the others included where there are any. */
export const addressesOf = (nodes: number, podsOfNode = 0): number =>
  nodes === 0 ? 0 : nodes * (podsOfNode + 1) + otherAddresses;

/**
 * What the nodes of both pools take at full scale while both are upgraded. `podsOfNode` are those that have addresses of the
 * subnet as well, which AKS takes with the node: none where pods have a range of their own.
 */
export function nodesNeeded(
  pools: Readonly<Record<"general" | "scratch", { readonly maxNodes: number }>>,
  podsOfNode = 0,
): NodeCount {
  const parts = Object.entries(pools).map(([name, { maxNodes }]) => {
    const surge = surgeOf(maxNodes);
    return { count: maxNodes + surge, text: `${maxNodes} ${name} and ${surge} of an upgrade` };
  });
  const nodes = parts.reduce((sum, { count }) => sum + count, 0);
  const own = parts.map(({ text }) => text).join(" + ");
  const counted = podsOfNode === 0 ? own : `(${own}) × ${podsOfNode + 1}, each with ${podsOfNode} pods`;
  return {
    nodes,
    addresses: addressesOf(nodes, podsOfNode),
    arithmetic: `${counted} + ${otherAddresses} others`,
  };
}
