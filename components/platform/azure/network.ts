import { NatGateway } from "@pulumi/azure-native/network/natGateway";
import { NetworkSecurityGroup } from "@pulumi/azure-native/network/networkSecurityGroup";
import { PublicIPAddress } from "@pulumi/azure-native/network/publicIPAddress";
import { Subnet, type SubnetArgs } from "@pulumi/azure-native/network/subnet";
import { VirtualNetwork } from "@pulumi/azure-native/network/virtualNetwork";
import type * as pulumi from "@pulumi/pulumi";
import type { AzureExistingNetwork, AzureNetwork } from "../../settings/azure/types";
import type { WayOut } from "./check";
import { armId, type AzureContext } from "./context";
import { storePorts } from "./figures/facts";
import { planNetwork, type NetworkPlan } from "./figures/networkPlan";
import { zoneNumbers } from "./figures/regions";
import { limits } from "./names";

export interface Network {
  readonly id: pulumi.Input<string>;
  /** Ranges of the virtual network. */
  readonly ranges: readonly string[];
  /** Of the nodes' subnet. */
  readonly nodesCidr: string;
  /** Of the subnets of PostgreSQL and of private endpoints; empty where the owner's network has none for them. */
  readonly postgresCidr: string;
  readonly endpointsCidr: string;
  readonly nodesSubnetId: pulumi.Input<string>;
  readonly postgresSubnetId: pulumi.Input<string>;
  readonly endpointsSubnetId: pulumi.Input<string>;
  /** Whether storage accounts know a request from the nodes' subnet as such. */
  readonly reachesStorage: boolean;
  /**
   * What has to be there before a node can reach anything, and may go only after the last node. All subnets are: Azure
   * refuses to make one while something joins another of the same network.
   */
  readonly wayOut: readonly pulumi.Resource[];
  /** What the nodes' subnet leaves by. */
  readonly leavesBy: WayOut;
  /** Address that nodes and pods have in the internet; unknown where the way out is the owner's. */
  readonly natAddress?: pulumi.Output<string>;
}

export function createNetwork(context: AzureContext): Network {
  const { network } = context.settings;
  return network.kind === "create" ? makeNetwork(context, network) : adoptNetwork(context, network);
}

function adoptNetwork({ facts, adopt }: AzureContext, settings: AzureExistingNetwork): Network {
  const { vnet, subscriptionId } = facts;
  if (vnet === undefined) throw new Error("the network was not looked up");
  const { network } = adopt;
  const { name, resourceGroup, nodesSubnet, postgresSubnet, endpointsSubnet } = settings;
  const id = armId(subscriptionId, resourceGroup, "Microsoft.Network/virtualNetworks", name);
  const known = (subnet: string | undefined) => vnet.subnets.find((each) => each.name === subnet);
  return {
    id: network?.id ?? id,
    ranges: vnet.ranges,
    nodesCidr: known(nodesSubnet)?.cidr ?? "",
    postgresCidr: known(postgresSubnet)?.cidr ?? "",
    endpointsCidr: known(endpointsSubnet)?.cidr ?? "",
    nodesSubnetId: network?.nodesSubnet.id ?? `${id}/subnets/${nodesSubnet}`,
    postgresSubnetId: network?.postgresSubnet?.id ?? `${id}/subnets/${postgresSubnet ?? ""}`,
    endpointsSubnetId: network?.endpointsSubnet?.id ?? `${id}/subnets/${endpointsSubnet ?? ""}`,
    reachesStorage: known(nodesSubnet)?.storageEndpoint ?? false,
    leavesBy: known(nodesSubnet)?.leavesBy ?? "natGateway",
    wayOut: network?.ready ?? [],
  };
}

function makeNetwork(context: AzureContext, { cidr }: AzureNetwork): Network {
  const { name, names, place, child } = context;
  const plan = planNetwork(cidr);
  const address = createPublicAddress(context, "nat");
  const nat = new NatGateway(
    `${name}-nat`,
    {
      natGatewayName: names.of(limits.natGateway, "nat"),
      sku: { name: "Standard" },
      publicIpAddresses: [{ id: address.id }],
      // Of silent connections. Ports are handed out anew after it, so that a longer one runs out of them sooner.
      idleTimeoutInMinutes: 10,
      ...place,
    },
    child,
  );
  const network = new VirtualNetwork(
    `${name}-vnet`,
    { virtualNetworkName: names.of(limits.virtualNetwork), addressSpace: { addressPrefixes: [cidr] }, ...place },
    // They are resources of their own: an update of the network would take those away that it does not name.
    { ...child, ignoreChanges: ["subnets"] },
  );
  const { nodes, postgres, endpoints } = createSubnets(context, plan, network, nat);
  return {
    id: network.id,
    ranges: [cidr],
    nodesCidr: plan.nodes,
    postgresCidr: plan.postgres,
    endpointsCidr: plan.endpoints,
    nodesSubnetId: nodes.id,
    postgresSubnetId: postgres.id,
    endpointsSubnetId: endpoints.id,
    reachesStorage: true,
    leavesBy: "natGateway",
    wayOut: [nodes, postgres, endpoints],
    natAddress: addressOf(address),
  };
}

/** One after the other: Azure refuses two changes of one virtual network at the same moment. */
function createSubnets(context: AzureContext, plan: NetworkPlan, network: VirtualNetwork, nat: NatGateway) {
  const nodes = createSubnet(context, "nodes", network, {
    addressPrefix: plan.nodes,
    natGateway: { id: nat.id },
    ...noOtherWayOut,
    serviceEndpoints: [storage],
  });
  const postgres = createSubnet(
    context,
    "postgres",
    network,
    {
      addressPrefix: plan.postgres,
      delegations: [{ name: "postgres", serviceName: "Microsoft.DBforPostgreSQL/flexibleServers" }],
      // The server writes its log to storage.
      serviceEndpoints: [storage],
      networkSecurityGroup: { id: letIn(context, "postgres", plan.nodes, storePorts.postgres, plan.postgres).id },
    },
    [nodes],
  );
  const endpoints = createSubnet(
    context,
    "endpoints",
    network,
    {
      addressPrefix: plan.endpoints,
      ...noOtherWayOut,
      // Private endpoints take no notice of rules otherwise.
      privateEndpointNetworkPolicies: "NetworkSecurityGroupEnabled",
      networkSecurityGroup: { id: letIn(context, "endpoints", plan.nodes, storePorts.redis).id },
    },
    [postgres],
  );
  return { nodes, postgres, endpoints };
}

/** To the internet through the NAT gateway or not at all. Says nothing of a subnet that is delegated. */
const noOtherWayOut = { defaultOutboundAccess: false };

/** Keeps traffic to storage accounts inside Azure, and off the NAT gateway's bill. */
const storage = { service: "Microsoft.Storage" };

type SubnetProperties = Omit<SubnetArgs, "resourceGroupName" | "virtualNetworkName" | "subnetName">;

const createSubnet = (
  { name, names, group, child }: AzureContext,
  part: string,
  network: VirtualNetwork,
  properties: SubnetProperties,
  after: readonly pulumi.Resource[] = [],
): Subnet =>
  new Subnet(
    `${name}-subnet-${part}`,
    {
      ...group,
      virtualNetworkName: network.name,
      subnetName: names.of(limits.subnet, part),
      ...properties,
    },
    { ...child, dependsOn: [...after] },
  );

/**
 * Rules of a subnet with a store: nodes alone come in, on its port; pods have their nodes' addresses outside of the
 * cluster. `itself` is the subnet where the store's own members, in several zones, talk to each other.
 */
function letIn(
  { name, names, place, child }: AzureContext,
  part: string,
  nodesCidr: string,
  port: number,
  itself?: string,
): NetworkSecurityGroup {
  const rule = (title: string, priority: number, from: string, to: string, access: "Allow" | "Deny") => ({
    ...{ name: title, priority, access, direction: "Inbound" },
    protocol: access === "Deny" || to === "*" ? "*" : "Tcp",
    ...{ sourceAddressPrefix: from, sourcePortRange: "*", destinationAddressPrefix: "*", destinationPortRange: to },
  });
  return new NetworkSecurityGroup(
    `${name}-rules-${part}`,
    {
      networkSecurityGroupName: names.of(limits.subnet, part),
      securityRules: [
        rule("nodes", 100, nodesCidr, String(port), "Allow"),
        ...(itself === undefined ? [] : [rule("itself", 110, itself, "*", "Allow")]),
        // Before Azure's own rule that lets the whole virtual network in. The internet gets nowhere anyway.
        rule("nobody-else", 4000, "VirtualNetwork", "*", "Deny"),
      ],
      ...place,
    },
    child,
  );
}

/** Stays the same, and in all zones. */
export const createPublicAddress = ({ name, names, place, child }: AzureContext, part: string): PublicIPAddress =>
  new PublicIPAddress(
    `${name}-${part}`,
    {
      publicIpAddressName: names.of(limits.publicAddress, part),
      sku: { name: "Standard", tier: "Regional" },
      publicIPAllocationMethod: "Static",
      publicIPAddressVersion: "IPv4",
      zones: [...zoneNumbers],
      ...place,
    },
    child,
  );

/** A static address is there as soon as its resource is. */
export const addressOf = ({ ipAddress }: PublicIPAddress): pulumi.Output<string> => ipAddress.apply((ip) => ip ?? "");
