import { byId, found } from "../cloud/lookups";
import { CloudError, list, record, text, texts, type Values } from "../cloud/model";
import { parseCidr } from "../cloud/rules";
import type { Lookup as Lookups } from "../cloud/simulation";
import type { AwsView } from "./kind";
import { enumeration } from "./enumerations";
import { addonVersion, clusterNamed, versions } from "./services/eks";

type Lookup = Lookups<AwsView>;

/** Values of a filter; every name that a lookup does not know is an error. */
function filtersOf(args: Values, known: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const filters = list(args.filters).map(record);
  const unknown = filters.find(({ name }) => !known.includes(text(name)));
  if (unknown !== undefined)
    throw new Error(
      `The simulated aws provider does not know the filter ${text(unknown.name)} here; it knows ${known.join(", ")}.`,
    );
  return Object.fromEntries(filters.map(({ name, values }) => [text(name), texts(values)]));
}

const instanceTypeOfferings: Lookup = {
  answer: (args, view) => {
    const { "instance-type": types = [], location = [] } = filtersOf(args, ["instance-type", "location"]);
    const all = enumeration("ec2", "_InstanceType").filter((type) => types.length === 0 || types.includes(type));
    const inZone = (without: readonly string[]) => all.filter((type) => !without.includes(type));
    const byZone = view.zones.flatMap(({ name, without }) => inZone(without).map((type) => [name, type] as const));
    const inRegion = [...new Set(byZone.map(([, type]) => type))].map((type) => [view.region, type] as const);
    const rows = (args.locationType === "availability-zone" ? byZone : inRegion).filter(
      ([place]) => location.length === 0 || location.includes(place),
    );
    return {
      instanceTypes: rows.map(([, type]) => type),
      locations: rows.map(([place]) => place),
      locationTypes: rows.map(() => args.locationType ?? "region"),
    };
  },
};

const subnet: Lookup = {
  answer: (args, view) => {
    const known = byId(view, "ec2/subnet:Subnet", args.id);
    const of = args.vpcId !== undefined && known?.outs.vpcId !== args.vpcId ? undefined : known;
    const { id, outs } = found(of, "InvalidSubnetID.NotFound", `The subnet ID '${text(args.id)}'`);
    const size = 2 ** (32 - (parseCidr(outs.cidrBlock)?.prefix ?? 24));
    return {
      ...outs,
      ...{ id, state: "available", defaultForAz: false, tags: record(outs.tags) },
      // AWS keeps five of every subnet.
      availableIpAddressCount: Number(outs.simulatedFreeAddresses ?? size - 5),
      mapPublicIpOnLaunch: outs.mapPublicIpOnLaunch ?? false,
    };
  },
  unset: [
    ...["assignIpv6AddressOnCreation", "customerOwnedIpv4Pool", "enableDns64", "enableLniAtDeviceIndex"],
    ...["enableResourceNameDnsARecordOnLaunch", "enableResourceNameDnsAaaaRecordOnLaunch", "ipv6Native"],
    ...["mapCustomerOwnedIpOnLaunch", "outpostArn"],
  ],
};

const routeTable: Lookup = {
  answer: (args, view) => {
    const filters = filtersOf(args, ["association.main"]);
    const ofSubnet = view
      .of("ec2/routeTableAssociation:RouteTableAssociation")
      .find(({ outs }) => outs.subnetId === args.subnetId);
    const main = filters["association.main"]?.includes("true") === true;
    const vpc = byId(view, "ec2/vpc:Vpc", args.vpcId);
    if (main && vpc !== undefined) return tableAnswer(text(vpc.outs.mainRouteTableId), vpc.outs, [], view);
    const table = byId(view, "ec2/routeTable:RouteTable", args.routeTableId ?? ofSubnet?.outs.routeTableId);
    if (table === undefined)
      throw new Error(
        "reading EC2 Route Table: empty result: query returned no results. Please change your search criteria and try again",
      );
    const inline = list(table.outs.routes).map(record);
    const own = view
      .of("ec2/route:Route")
      .flatMap(({ outs }) =>
        outs.routeTableId === table.id ? [{ ...outs, cidrBlock: outs.destinationCidrBlock }] : [],
      );
    return tableAnswer(table.id, table.outs, [...inline, ...own], view);
  },
  unset: [
    ...["carrierGatewayId", "coreNetworkArn", "destinationPrefixListId", "egressOnlyGatewayId", "gatewayId"],
    ...["instanceId", "ipv6CidrBlock", "localGatewayId", "natGatewayId", "networkInterfaceId", "odbNetworkArn"],
    ...["transitGatewayId", "vpcEndpointId", "vpcPeeringConnectionId"],
  ].map((name) => `routes[].${name}`),
};

const tableAnswer = (id: string, of: Values, routes: readonly Values[], view: AwsView): Values => ({
  ...{ arn: `arn:${view.partition}:ec2:${view.region}:${view.accountId}:route-table/${id}`, id, routeTableId: id },
  ...{
    associations: [],
    gatewayId: "",
    ownerId: view.accountId,
    subnetId: "",
    tags: record(of.tags),
    vpcId: of.vpcId ?? "",
  },
  routes,
});

const cluster: Lookup = {
  answer: ({ name }, view) => {
    const { outs, id } = found(
      clusterNamed(view, name),
      "ResourceNotFoundException",
      `No cluster found for name: ${text(name)}. It`,
    );
    const some = (value: unknown) => (value === undefined ? [] : [value]);
    return {
      ...outs,
      ...{ id, tags: record(outs.tags), accessConfigs: some(outs.accessConfig) },
      certificateAuthorities: some(outs.certificateAuthority),
      kubernetesNetworkConfigs: some(outs.kubernetesNetworkConfig),
      upgradePolicies: some(outs.upgradePolicy),
      enabledClusterLogTypes: list(outs.enabledClusterLogTypes),
    };
  },
  unset: [
    ...["computeConfigs", "controlPlaneScalingConfigs", "kubeApiServerConfigs", "kubeControllerManagerConfigs"],
    ...["kubeSchedulerConfigs", "outpostConfigs", "remoteNetworkConfigs", "storageConfigs", "zonalShiftConfigs"],
    ...["kubernetesNetworkConfigs[].elasticLoadBalancings", "vpcConfig.securityGroupIds"],
  ],
};

const nodeGroup: Lookup = {
  answer: (args, view) => {
    const id = `${text(args.clusterName)}:${text(args.nodeGroupName)}`;
    const { outs } = found(
      byId(view, "eks/nodeGroup:NodeGroup", id),
      "ResourceNotFoundException",
      `No node group found for name: ${id}. It`,
    );
    const some = (value: unknown) => (value === undefined ? [] : [value]);
    return {
      ...outs,
      ...{ id, labels: record(outs.labels), tags: record(outs.tags), taints: list(outs.taints) },
      launchTemplates: some(outs.launchTemplate),
      scalingConfigs: some(outs.scalingConfig),
      updateConfigs: some(outs.updateConfig),
    };
  },
  unset: [
    ...["remoteAccesses", "warmPoolConfigs"],
    ...["maxUnavailable", "maxUnavailablePercentage", "updateStrategy"].map((name) => `updateConfigs[].${name}`),
  ],
};

const hostedZone: Lookup = {
  answer: (args, view) => {
    const zones = view.of("route53/zone:Zone");
    const plain = (name: unknown) => text(name).replace(/\.$/, "");
    const zone =
      args.zoneId === undefined
        ? zones.find(({ outs }) => plain(outs.name) === plain(args.name))
        : zones.find(({ id }) => id === args.zoneId);
    const { id, outs } = found(
      zone,
      "NoSuchHostedZone",
      `no matching Route 53 Hosted Zone found: ${text(args.zoneId ?? args.name)}`,
    );
    const records = view.of("route53/record:Record").filter((each) => each.outs.zoneId === id);
    return {
      ...outs,
      ...{
        id,
        zoneId: id,
        name: plain(outs.name),
        tags: record(outs.tags),
        resourceRecordSetCount: records.length + 2,
      },
      ...{ callerReference: "simulated", nameServers: list(outs.nameServers) },
    };
  },
  unset: ["linkedServiceDescription", "linkedServicePrincipal"],
};

const snapshot: Lookup = {
  answer: (args, view) => {
    const of = byId(view, "rds/snapshot:Snapshot", args.dbSnapshotIdentifier);
    const { id, outs } = found(of, "DBSnapshotNotFound", `DBSnapshot ${text(args.dbSnapshotIdentifier)}`);
    return {
      ...{ id, engine: outs.engine, engineVersion: outs.engineVersion, status: "available", encrypted: true },
      ...{
        allocatedStorage: outs.allocatedStorage ?? 20,
        port: 5432,
        storageType: "gp3",
        licenseModel: "postgresql-license",
      },
      dbSnapshotArn: `arn:${view.partition}:rds:${view.region}:${view.accountId}:snapshot:${id}`,
      ...{ snapshotCreateTime: new Date().toISOString(), originalSnapshotCreateTime: new Date().toISOString() },
    };
  },
  unset: [
    "availabilityZone",
    "iops",
    "kmsKeyId",
    "optionGroupName",
    "sourceDbSnapshotIdentifier",
    "sourceRegion",
    "tags",
    "vpcId",
  ],
};

const quota: Lookup = {
  answer: (args, view) => {
    const code = text(args.quotaCode);
    const value = view.quotas[code];
    if (value === undefined) throw new CloudError("NoSuchResourceException", `service quota ${code} does not exist`);
    return {
      ...{ value, defaultValue: value, adjustable: true, globalQuota: false, quotaCode: code, quotaName: code },
      ...{ serviceName: text(args.serviceCode), usageMetrics: [] },
      arn: `arn:${view.partition}:servicequotas:${view.region}:${view.accountId}:${text(args.serviceCode)}/${code}`,
    };
  },
};

const addon: Lookup = {
  answer: (args) => {
    if (!versions.includes(text(args.kubernetesVersion)))
      throw new CloudError(
        "InvalidParameterException",
        `unsupported Kubernetes version ${text(args.kubernetesVersion)}`,
      );
    const version = addonVersion(text(args.addonName), text(args.kubernetesVersion));
    if (version === undefined)
      throw new CloudError("ResourceNotFoundException", `Addon ${text(args.addonName)} not found`);
    return { version };
  },
};

export const lookups: Readonly<Record<string, Lookup>> = {
  "aws:index/getAvailabilityZones:getAvailabilityZones": {
    answer: (args, view) => {
      filtersOf(args, ["opt-in-status", "zone-type", "region-name"]);
      const excluded = texts(args.excludeNames);
      const zones = view.zones.filter(({ name }) => !excluded.includes(name));
      return { groupNames: [view.region], names: zones.map(({ name }) => name), zoneIds: zones.map(({ id }) => id) };
    },
  },
  "aws:index/getCallerIdentity:getCallerIdentity": {
    answer: (_args, view) => ({ accountId: view.accountId, arn: view.caller, userId: "AROASIMULATED:rehearsal" }),
  },
  "aws:index/getPartition:getPartition": {
    answer: (_args, { partition }) => ({ partition, dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" }),
  },
  "aws:index/getRegion:getRegion": {
    answer: (_args, { region }) => ({ name: region, description: region, endpoint: `ec2.${region}.amazonaws.com` }),
  },
  "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings": instanceTypeOfferings,
  "aws:ec2/getVpc:getVpc": {
    answer: (args, view) => {
      const { id, outs } = found(
        byId(view, "ec2/vpc:Vpc", args.id),
        "InvalidVpcID.NotFound",
        `The vpc ID '${text(args.id)}'`,
      );
      return {
        ...outs,
        ...{ id, default: false, enableDnsSupport: outs.enableDnsSupport ?? true, instanceTenancy: "default" },
        ...{ cidrBlockAssociations: [], state: "available", tags: record(outs.tags) },
      };
    },
    unset: ["ipv6CidrBlockAssociations"],
  },
  "aws:ec2/getSubnet:getSubnet": subnet,
  "aws:ec2/getSubnets:getSubnets": {
    answer: (args, view) => {
      const { "vpc-id": vpcs } = filtersOf(args, ["vpc-id"]);
      const ids = view
        .of("ec2/subnet:Subnet")
        .flatMap(({ id, outs }) => (vpcs?.includes(text(outs.vpcId)) === false ? [] : [id]));
      return { ids, tags: record(args.tags) };
    },
  },
  "aws:ec2/getRouteTable:getRouteTable": routeTable,
  "aws:eks/getCluster:getCluster": cluster,
  "aws:eks/getNodeGroups:getNodeGroups": {
    answer: ({ clusterName }, view) => {
      found(
        clusterNamed(view, clusterName),
        "ResourceNotFoundException",
        `No cluster found for name: ${text(clusterName)}. It`,
      );
      const groups = view.of("eks/nodeGroup:NodeGroup").filter(({ outs }) => outs.clusterName === clusterName);
      return { names: groups.map(({ outs }) => outs.nodeGroupName) };
    },
  },
  "aws:eks/getNodeGroup:getNodeGroup": nodeGroup,
  "aws:eks/getAddonVersion:getAddonVersion": addon,
  "aws:route53/getZone:getZone": hostedZone,
  "aws:rds/getSnapshot:getSnapshot": snapshot,
  "aws:servicequotas/getServiceQuota:getServiceQuota": quota,
  "aws:s3/getBucket:getBucket": {
    answer: ({ bucket }, view) =>
      found(byId(view, "s3/bucket:Bucket", bucket), "NoSuchBucket", `bucket ${text(bucket)}`).outs,
  },
};
