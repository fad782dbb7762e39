import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { DefaultSecurityGroup } from "@pulumi/aws/ec2/defaultSecurityGroup";
import { Eip } from "@pulumi/aws/ec2/eip";
import { FlowLog } from "@pulumi/aws/ec2/flowLog";
import { InternetGateway } from "@pulumi/aws/ec2/internetGateway";
import { NatGateway } from "@pulumi/aws/ec2/natGateway";
import { Route } from "@pulumi/aws/ec2/route";
import { RouteTable } from "@pulumi/aws/ec2/routeTable";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation";
import { Subnet } from "@pulumi/aws/ec2/subnet";
import { Vpc } from "@pulumi/aws/ec2/vpc";
import { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint";
import type * as pulumi from "@pulumi/pulumi";
import type { Text } from "../../lib/text";
import type { AwsNetwork, AwsPlatformSettings } from "../../settings/aws/types";
import { idOf } from "./adopt";
import { chooseZones } from "./check";
import { json, type AwsContext } from "./context";
import { planNetwork, type PlannedSubnet } from "./figures/networkPlan";
import { elasticIps } from "./figures/publicAddresses";
import { createRole } from "./identity";
import { flowLogTrust, flowLogWriting } from "./policies";

export interface Network {
  readonly vpcId: pulumi.Input<string>;
  /** Of the VPC. */
  readonly cidr: string;
  /** In the zones' order. */
  readonly privateSubnetIds: readonly pulumi.Input<string>[];
  /** The same by zone; of the owner's there may be several in one. */
  readonly privateByZone: readonly (readonly pulumi.Input<string>[])[];
  /** One for each zone, which is all that a load balancer takes. */
  readonly publicSubnetIds: readonly pulumi.Input<string>[];
  /** What has to be there before a node can reach anything, and may go only after the last node. */
  readonly wayOut: readonly pulumi.Resource[];
  /** Addresses that pods have in the internet, where they stay the same. */
  readonly natAddresses: readonly pulumi.Output<string>[];
}

export function createNetwork(context: AwsContext): Network {
  const { network } = context.settings;
  return network.kind === "create" ? makeNetwork(context, network) : adoptNetwork(context, network);
}

function adoptNetwork(
  { facts, adopt }: AwsContext,
  { vpcId, privateSubnetIds, publicSubnetIds }: Extract<AwsPlatformSettings["network"], { readonly kind: "existing" }>,
): Network {
  if (facts.vpc === undefined) throw new Error("the network was not looked up");
  const { cidr, subnets } = facts.vpc;
  const zoneOf = (id: string) => subnets.find((subnet) => subnet.id === id)?.zone;
  const byZone = (ids: readonly string[]) =>
    [...new Set(ids.map(zoneOf))].map((zone) => ids.filter((id) => zoneOf(id) === zone));
  const { network } = adopt;
  const idFor = (id: string) => (network === undefined ? id : idOf(network, id));
  return {
    vpcId: network?.vpcId ?? vpcId,
    cidr,
    privateSubnetIds: privateSubnetIds.map(idFor),
    privateByZone: byZone(privateSubnetIds).map((ids) => ids.map(idFor)),
    publicSubnetIds: byZone(publicSubnetIds).flatMap(([first]) => (first === undefined ? [] : [idFor(first)])),
    wayOut: network?.ready ?? [],
    natAddresses: [],
  };
}

function makeNetwork(context: AwsContext, settings: AwsNetwork): Network {
  const { name, names, facts, child } = context;
  const plan = planNetwork({ cidr: settings.cidr, zones: chooseZones(context.settings, facts) });
  const tags = { Name: names.of(255) };

  const vpc = new Vpc(
    `${name}-vpc`,
    { cidrBlock: settings.cidr, enableDnsHostnames: true, enableDnsSupport: true, tags },
    child,
  );
  // Whatever is made without a security group gets this one: it lets nothing in and nothing out.
  new DefaultSecurityGroup(`${name}-default`, { vpcId: vpc.id, ingress: [], egress: [], tags }, child);
  const gateway = new InternetGateway(`${name}-internet`, { vpcId: vpc.id, tags }, child);

  const outside = plan.public.map((subnet, index) => createSubnet(context, settings, vpc.id, "public", index, subnet));
  const table = new RouteTable(`${name}-public`, { vpcId: vpc.id, tags: nameTag(context, "public") }, child);
  const toInternet = new Route(
    `${name}-public`,
    { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id },
    child,
  );
  const associations = outside.map((subnet, index) => associateTable(context, `public-${index}`, subnet, table));

  const inside = plan.private.map((subnet, index) => createSubnet(context, settings, vpc.id, "private", index, subnet));
  const nat = createNat(context, settings.nat, { vpc, outside, zones: plan.public.map(({ zone }) => zone) }, [
    gateway,
    toInternet,
    ...associations,
  ]);
  const routes = createPrivateRoutes(context, vpc, inside, nat.gateways);
  if (settings.flowLogs) createFlowLogs(context, vpc);

  return {
    vpcId: vpc.id,
    cidr: settings.cidr,
    privateSubnetIds: inside.map(({ id }) => id),
    privateByZone: inside.map(({ id }) => [id]),
    publicSubnetIds: outside.map(({ id }) => id),
    wayOut: [...associations, toInternet, ...routes],
    natAddresses: nat.addresses,
  };
}

const nameTag = ({ names }: AwsContext, ...parts: readonly string[]) => ({ Name: names.of(255, ...parts) });

/** Tags by which load balancer controllers of the owner's find their subnets, should there ever be one. */
const roleTags = {
  public: { "kubernetes.io/role/elb": "1" },
  private: { "kubernetes.io/role/internal-elb": "1" },
} as const;

function createSubnet(
  context: AwsContext,
  { zones }: AwsNetwork,
  vpcId: pulumi.Input<string>,
  kind: keyof typeof roleTags,
  index: number,
  { zone, cidr }: PlannedSubnet,
): Subnet {
  return new Subnet(
    `${context.name}-${kind}-${index}`,
    {
      vpcId,
      availabilityZone: zone,
      cidrBlock: cidr,
      tags: { ...nameTag(context, kind, String(index)), ...roleTags[kind] },
    },
    // What AWS offers where changes from day to day; a subnet that holds a database does not move after it.
    { ...context.child, ignoreChanges: zones.length === 0 ? ["availabilityZone"] : [] },
  );
}

const associateTable = ({ name, child }: AwsContext, part: string, subnet: Subnet, table: RouteTable) =>
  new RouteTableAssociation(`${name}-${part}`, { subnetId: subnet.id, routeTableId: table.id }, child);

interface NatPlace {
  readonly vpc: Vpc;
  readonly outside: readonly Subnet[];
  readonly zones: readonly string[];
}

/** Gateways for the private subnets: one for all of them, or one for each zone. */
function createNat(
  context: AwsContext,
  nat: AwsNetwork["nat"],
  { vpc, outside, zones }: NatPlace,
  dependsOn: readonly pulumi.Resource[],
): { readonly gateways: readonly NatGateway[]; readonly addresses: readonly pulumi.Output<string>[] } {
  const { name, child } = context;
  const address = (index: number) =>
    new Eip(`${name}-nat-${index}`, { domain: "vpc", tags: nameTag(context, "nat", String(index)) }, child);
  const opts = { ...child, dependsOn: [...dependsOn] };
  if (nat === "regional") {
    const addresses = zones
      .slice(0, elasticIps(context.settings.network, context.logfire.edge).nat)
      .map((_zone, index) => address(index));
    const gateway = new NatGateway(
      `${name}-nat`,
      {
        vpcId: vpc.id,
        availabilityMode: "regional",
        connectivityType: "public",
        ...(addresses.length === 0
          ? {}
          : {
              availabilityZoneAddresses: addresses.map(({ allocationId }, index) => ({
                availabilityZone: outside[index]?.availabilityZone,
                allocationIds: [allocationId],
              })),
            }),
        tags: nameTag(context, "nat"),
      },
      opts,
    );
    return { gateways: [gateway], addresses: addresses.map(({ publicIp }) => publicIp) };
  }
  const places = nat === "single" ? outside.slice(0, 1) : outside;
  const made = places.map((subnet, index) => {
    const eip = address(index);
    const gateway = new NatGateway(
      `${name}-nat-${index}`,
      {
        subnetId: subnet.id,
        allocationId: eip.allocationId,
        connectivityType: "public",
        tags: nameTag(context, "nat", String(index)),
      },
      opts,
    );
    return { gateway, address: eip.publicIp };
  });
  return { gateways: made.map(({ gateway }) => gateway), addresses: made.map(({ address: known }) => known) };
}

/** One table for each gateway, and the way to S3 that costs nothing. */
function createPrivateRoutes(
  context: AwsContext,
  vpc: Vpc,
  inside: readonly Subnet[],
  gateways: readonly NatGateway[],
): readonly pulumi.Resource[] {
  const { name, settings, child } = context;
  const tables = gateways.map((gateway, index) => {
    const table = new RouteTable(
      `${name}-private-${index}`,
      { vpcId: vpc.id, tags: nameTag(context, "private", String(index)) },
      child,
    );
    const route = new Route(
      `${name}-private-${index}`,
      { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", natGatewayId: gateway.id },
      child,
    );
    return { table, route };
  });
  const associations = inside.flatMap((subnet, index) => {
    const own = tables[tables.length === 1 ? 0 : index];
    return own === undefined ? [] : [associateTable(context, `private-${index}`, subnet, own.table)];
  });
  const endpoint = new VpcEndpoint(
    `${name}-s3`,
    {
      vpcId: vpc.id,
      vpcEndpointType: "Gateway",
      serviceName: `com.amazonaws.${settings.region}.s3`,
      routeTableIds: tables.map(({ table }) => table.id),
      tags: nameTag(context, "s3"),
    },
    child,
  );
  return [...tables.map(({ route }) => route), ...associations, endpoint];
}

/** Days that somebody can look back at who talked to whom. */
const flowLogDays = 30;

function createFlowLogs(context: AwsContext, vpc: Vpc): void {
  const { name, names, facts, child } = context;
  const group = new LogGroup(
    `${name}-flow-logs`,
    { name: `/aws/vpc/${names.of(480)}`, retentionInDays: flowLogDays },
    child,
  );
  const { role, policies } = createRole(context, "flow-logs", {
    trust: flowLogTrust(facts.accountId),
    own: { write: json({ arn: group.arn }, ({ arn }) => flowLogWriting(arn)) },
  });
  new FlowLog(
    `${name}-flow-logs`,
    {
      vpcId: vpc.id,
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: group.arn,
      iamRoleArn: role.arn,
      tags: nameTag(context, "flow-logs"),
    },
    { ...child, dependsOn: [...policies] },
  );
}

/** Ranges from which the cluster's pods reach the load balancer: inside the VPC, and back in from the internet. */
export const clusterRanges = ({ cidr, natAddresses }: Network): readonly Text[] => [
  cidr,
  ...natAddresses.map((address) => address.apply((ip) => `${ip}/32`)),
];
