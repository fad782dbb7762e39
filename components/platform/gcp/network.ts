import { Address } from "@pulumi/gcp/compute/address";
import { Network as Vpc } from "@pulumi/gcp/compute/network";
import { Router } from "@pulumi/gcp/compute/router";
import { RouterNat } from "@pulumi/gcp/compute/routerNat";
import { Subnetwork } from "@pulumi/gcp/compute/subnetwork";
import type * as pulumi from "@pulumi/pulumi";
import type { Text } from "../../lib/text";
import type { GcpExistingNetwork, GcpNetwork } from "../../settings/gcp/types";
import { enabled } from "./apis";
import { needsStoresRange } from "./apiPlan";
import type { GcpContext } from "./context";
import { planNetwork, rangeNames, type NetworkPlan } from "./figures/networkPlan";
import { staticAddresses } from "./figures/publicAddresses";
import { limits } from "./names";
import { createStoresRange, type StoresRange } from "./storesRange";
import { endsUniquely } from "../shared/unique";

export interface Network {
  /** Id or link of the VPC network. */
  readonly id: pulumi.Input<string>;
  /** Id or link of the nodes' subnet. */
  readonly subnetworkId: pulumi.Input<string>;
  /** Names of the subnet's secondary ranges. */
  readonly ranges: Readonly<Record<"pods" | "services", string>>;
  /** Of nodes and of pods. */
  readonly nodesCidr: string;
  readonly podsCidr: string;
  /** Where managed stores get their addresses from; undefined where none is made. */
  readonly stores?: StoresRange;
  /** Of an internal load balancer of the mode `native`. */
  readonly proxies?: ProxySubnet;
  /** What has to be there before a node can reach anything, and may go only after the last node. */
  readonly wayOut: readonly pulumi.Resource[];
  /** Addresses that pods have in the internet, where they stay the same. */
  readonly natAddresses: readonly pulumi.Output<string>[];
}

/** Where Google puts the proxies that an internal load balancer consists of. */
export interface ProxySubnet {
  readonly cidr: string;
  readonly made: readonly pulumi.Resource[];
}

export function createNetwork(context: GcpContext): Network {
  const { network } = context.settings;
  return network.kind === "create" ? makeNetwork(context, network) : adoptNetwork(context, network);
}

function adoptNetwork({ facts, adopt }: GcpContext, { podsRange, servicesRange }: GcpExistingNetwork): Network {
  const { network, storesRange } = facts;
  if (network === undefined) throw new Error("the network was not looked up");
  const { id, subnetworkId, cidr } = network;
  const ready = adopt.network?.ready ?? [];
  return {
    id,
    subnetworkId,
    ranges: { pods: podsRange, services: servicesRange },
    nodesCidr: cidr,
    podsCidr: network.secondaryRanges.find(({ name }) => name === podsRange)?.cidr ?? "",
    ...(storesRange === undefined
      ? {}
      : { stores: { name: storesRange.name, cidr: storesRange.cidr, connected: ready } }),
    ...(network.proxiesCidr === undefined ? {} : { proxies: { cidr: network.proxiesCidr, made: ready } }),
    wayOut: ready,
    natAddresses: [],
  };
}

function makeNetwork(context: GcpContext, settings: GcpNetwork): Network {
  const { name, settings: platform, child } = context;
  const plan = planNetwork(settings);
  const stores = needsStoresRange(platform);
  const vpc = new Vpc(
    `${name}-network`,
    {
      // It may outlive the stack, and another one of the stack's name must find its own name free.
      name: endsUniquely(context, "network", limits.resource),
      description: "Logfire",
      autoCreateSubnetworks: false,
      routingMode: "REGIONAL",
      // Google holds its end of the connection for days after the last store went, and a network that is connected cannot
      // be deleted: it stays, without anything in it, and costs nothing.
      ...(stores ? { deletionPolicy: "ABANDON" } : {}),
    },
    { ...child, dependsOn: enabled(context, "compute") },
  );
  const subnet = createSubnet(context, settings, vpc, plan);
  const nat = createNat(context, vpc);
  return {
    id: vpc.id,
    subnetworkId: subnet.id,
    ranges: rangeNames,
    nodesCidr: plan.nodes,
    podsCidr: plan.pods,
    ...(stores ? { stores: createStoresRange(context, vpc, plan.stores) } : {}),
    ...createProxies(context, vpc, plan.proxies),
    wayOut: [nat.gateway],
    natAddresses: nat.addresses,
  };
}

function createSubnet(
  { name, names, settings: { region }, child }: GcpContext,
  { flowLogs }: GcpNetwork,
  vpc: Vpc,
  { nodes, pods, services }: NetworkPlan,
): Subnetwork {
  return new Subnetwork(
    `${name}-nodes`,
    {
      name: names.of(limits.resource, "nodes"),
      description: "Nodes of Logfire, with their pods and Services",
      network: vpc.id,
      region,
      ipCidrRange: nodes,
      // To Google's own services without a public address, and without paying for the way.
      privateIpGoogleAccess: true,
      secondaryIpRanges: [
        { rangeName: rangeNames.pods, ipCidrRange: pods },
        { rangeName: rangeNames.services, ipCidrRange: services },
      ],
      ...(flowLogs
        ? {
            logConfig: {
              aggregationInterval: "INTERVAL_5_SEC",
              flowSampling: 1,
              metadata: "INCLUDE_ALL_METADATA",
            },
          }
        : {}),
    },
    child,
  );
}

/**
 * Ports that a node has for connections to one place outside, at least and at most. Powers of two; a node that needs more
 * gets them while it runs.
 */
const portsOfNode = { minPortsPerVm: 128, maxPortsPerVm: 8192 } as const;

interface Nat {
  readonly gateway: RouterNat;
  readonly addresses: readonly pulumi.Output<string>[];
}

function createNat(context: GcpContext, vpc: Vpc): Nat {
  const { name, names, settings, logfire, child } = context;
  const { region } = settings;
  const router = new Router(
    `${name}-router`,
    { name: names.of(limits.resource, "router"), description: "Logfire", network: vpc.id, region },
    child,
  );
  const addresses = Array.from(
    { length: staticAddresses(settings.network, logfire.edge).nat },
    (_, index) =>
      new Address(
        `${name}-nat-${index}`,
        { name: names.of(limits.resource, "nat", String(index)), region, addressType: "EXTERNAL" },
        { ...child, dependsOn: enabled(context, "compute") },
      ),
  );
  const gateway = new RouterNat(
    `${name}-nat`,
    {
      name: names.of(limits.resource, "nat"),
      router: router.name,
      region,
      ...(addresses.length === 0
        ? { natIpAllocateOption: "AUTO_ONLY" }
        : { natIpAllocateOption: "MANUAL_ONLY", natIps: addresses.map(({ selfLink }) => selfLink) }),
      sourceSubnetworkIpRangesToNat: "ALL_SUBNETWORKS_ALL_IP_RANGES",
      enableDynamicPortAllocation: true,
      // Google refuses both together.
      enableEndpointIndependentMapping: false,
      ...portsOfNode,
      // Packets that found no port.
      logConfig: { enable: true, filter: "ERRORS_ONLY" },
    },
    child,
  );
  return { gateway, addresses: addresses.map(({ address }) => address) };
}

function createProxies(context: GcpContext, vpc: Vpc, cidr: string): { readonly proxies?: ProxySubnet } {
  const { name, names, settings, logfire, child } = context;
  if (logfire.edge.mode !== "native" || logfire.edge.exposure !== "internal") return {};
  const subnet = new Subnetwork(
    `${name}-proxies`,
    {
      name: names.of(limits.resource, "proxies"),
      description: "Load balancer of Logfire",
      network: vpc.id,
      region: settings.region,
      ipCidrRange: cidr,
      purpose: "REGIONAL_MANAGED_PROXY",
      role: "ACTIVE",
    },
    child,
  );
  return { proxies: { cidr, made: [subnet] } };
}

/**
 * Ranges from which pods reach the load balancer: their own, because the dataplane leads them to Envoy without leaving the
 * cluster, that of the nodes for pods in their network, and back in from the internet.
 */
export const clusterRanges = ({ nodesCidr, podsCidr, natAddresses }: Network): readonly Text[] => [
  nodesCidr,
  podsCidr,
  ...natAddresses.map((address) => address.apply((ip) => `${ip}/32`)),
];
