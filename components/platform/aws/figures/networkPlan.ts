import { parseRange, partOf } from "../../shared/ranges";
import { instanceTypeOf } from "./machineTypes";

/** What AWS keeps of every subnet: network, router, DNS, future use, broadcast. */
export const reservedPerSubnet = 5;

export interface PlannedSubnet {
  readonly zone: string;
  readonly cidr: string;
}
export interface NetworkPlan {
  /** Load balancer and NAT: few addresses. */
  readonly public: readonly PlannedSubnet[];
  /** Nodes, pods, database and cache. */
  readonly private: readonly PlannedSubnet[];
}

/** Largest range that AWS allows a VPC, and the smallest that leaves private subnets of a thousand addresses. */
export const networkPrefix = { shortest: 16, longest: 20 } as const;
const publicPrefix = 24;

/**
 * Subnets of a VPC with a range of /16 to /20, for up to three zones: the first quarter holds the public subnets, /24
 * each, and every zone has one of the other quarters to itself. `10.40.0.0/16` gives 10.40.0.0/24, 10.40.1.0/24, ...
 * and 10.40.64.0/18, 10.40.128.0/18, 10.40.192.0/18.
 *
 * Where a zone's subnets lie depends on its place in `zones` alone, so the order must not change in a stack that is up.
 */
export function planNetwork({
  cidr,
  zones,
}: {
  readonly cidr: string;
  readonly zones: readonly string[];
}): NetworkPlan {
  const vpc = parseRange(cidr);
  if (zones.length > 3) throw new RangeError(`${zones.length} zones do not fit the three quarters of a VPC`);
  return {
    public: zones.map((zone, index) => ({ zone, cidr: partOf(vpc, publicPrefix, index) })),
    private: zones.map((zone, index) => ({ zone, cidr: partOf(vpc, vpc.prefix + 2, index + 1) })),
  };
}

/** Private addresses that a zone's subnet needs besides those of nodes and pods: control plane, database, cache. */
const servicesPerZone = 16;
/** Smallest number of free addresses in a public subnet: load balancers want eight, a NAT gateway one. */
export const publicAddressesNeeded = 16;

export interface ScalePlan {
  /** Pods with every autoscaler at its maximum, cluster services included. */
  readonly pods: number;
  readonly pools: readonly { readonly type: string; readonly maxNodes: number }[];
  readonly zones: number;
}

export interface AddressNeed {
  /** Of one zone's private subnet, with one of the zones lost. */
  readonly perZone: number;
  /** How it comes about, for people: `118 pods + 16 nodes x 61 + 16`. */
  readonly arithmetic: string;
}

/**
 * Addresses that a private subnet needs at full scale when one zone is lost and the others hold everything. Every node
 * has, beyond its pods' addresses, at most one interface that is partly used and one that is kept ready.
 */
export function addressesNeeded({ pods, pools, zones }: ScalePlan): AddressNeed {
  const left = Math.max(1, zones - 1);
  const podsHere = Math.ceil(pods / left);
  const nodes = pools.map(({ type, maxNodes }) => {
    const count = Math.ceil(maxNodes / left);
    const each = 2 * instanceTypeOf(type).addressesPerInterface + 1;
    return { type, count, each };
  });
  const perZone = podsHere + nodes.reduce((sum, { count, each }) => sum + count * each, 0) + servicesPerZone;
  const parts = nodes.map(({ type, count, each }) => `${count} ${type} × ${each} held ready`);
  return { perZone, arithmetic: [`${podsHere} pods`, ...parts, `${servicesPerZone} others`].join(" + ") };
}
