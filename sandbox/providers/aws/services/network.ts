import { hex } from "../../cloud/ids";
import { CloudError, list, record, text, type Values } from "../../cloud/model";
import type { AwsView, Kinds, ResourceKind } from "../kind";
import { addressIn, cidr, contains, matches, oneOf, overlap, parseCidr } from "../../cloud/rules";
import { valueOf } from "../rules";

const vpcId = { to: "ec2/vpc:Vpc", missing: "InvalidVpcID.NotFound", holds: "DependencyViolation" } as const;
const subnetId = {
  to: "ec2/subnet:Subnet",
  missing: "InvalidSubnetID.NotFound",
  holds: "DependencyViolation",
} as const;
const routeTableId = { to: "ec2/routeTable:RouteTable", missing: "InvalidRouteTableID.NotFound" } as const;
const ec2Id = (prefix: string) => () => `${prefix}-0${hex(16)}`;

export const vpcOf = (view: AwsView, subnet: unknown): string =>
  text(view.of("ec2/subnet:Subnet").find(({ id }) => id === subnet)?.outs.vpcId);

const vpc: ResourceKind = {
  api: ["EC2", "Vpc"],
  rules: { cidrBlock: cidr(16, 28), instanceTenancy: valueOf("ec2", "Tenancy") },
  replaces: ["cidrBlock", "instanceTenancy"],
  check: (inputs) =>
    inputs.cidrBlock === undefined && inputs.ipv4IpamPoolId === undefined ? ["cidrBlock is required without IPAM"] : [],
  admit: (_inputs, view, before) => {
    const quota = 5;
    if (before === undefined && view.of("ec2/vpc:Vpc").length >= quota)
      throw new CloudError("VpcLimitExceeded", `The maximum number of VPCs has been reached (${quota}).`);
  },
  seconds: { delete: 2 },
  id: ec2Id("vpc"),
  outputs: (inputs, { id, view }) => ({
    arn: view.arn("ec2", `vpc/${id}`),
    defaultNetworkAclId: `acl-0${hex(16)}`,
    defaultRouteTableId: `rtb-0${hex(16)}`,
    defaultSecurityGroupId: `sg-0${hex(16)}`,
    dhcpOptionsId: `dopt-0${hex(16)}`,
    ipv6AssociationId: "",
    mainRouteTableId: `rtb-0${hex(16)}`,
    ownerId: view.accountId,
    enableDnsHostnames: inputs.enableDnsHostnames ?? false,
    enableNetworkAddressUsageMetrics: false,
  }),
  unset: ["ipv6CidrBlock", "ipv6CidrBlockNetworkBorderGroup"],
};

const subnet: ResourceKind = {
  api: ["EC2", "Subnet"],
  rules: { cidrBlock: cidr(16, 28), availabilityZone: matches(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, "a zone's name") },
  references: { vpcId },
  replaces: ["cidrBlock", "availabilityZone", "availabilityZoneId", "vpcId"],
  check: (inputs) => (inputs.cidrBlock === undefined ? ["cidrBlock is required"] : []),
  admit: (inputs, view, before) => {
    const range = parseCidr(inputs.cidrBlock);
    const of = parseCidr(view.of("ec2/vpc:Vpc").find(({ id }) => id === inputs.vpcId)?.outs.cidrBlock);
    if (range === undefined || of === undefined || !contains(of, range))
      throw new CloudError("InvalidSubnet.Range", `The CIDR '${text(inputs.cidrBlock)}' is invalid.`);
    const others = view
      .of("ec2/subnet:Subnet")
      .filter(({ id, outs }) => outs.vpcId === inputs.vpcId && id !== before?.id);
    const clash = others.find(({ outs }) => overlap(range, parseCidr(outs.cidrBlock) ?? range));
    if (clash !== undefined)
      throw new CloudError(
        "InvalidSubnet.Conflict",
        `The CIDR '${text(inputs.cidrBlock)}' conflicts with another subnet: ${clash.id}`,
      );
    const zone = inputs.availabilityZone;
    if (zone !== undefined && !view.zones.some(({ name }) => name === zone))
      throw new CloudError(
        "InvalidParameterValue",
        `Value (${text(zone)}) for parameter availabilityZone is invalid. Subnets can currently only be created in the ` +
          `following availability zones: ${view.zones.map(({ name }) => name).join(", ")}.`,
      );
  },
  seconds: { delete: 2 },
  id: ec2Id("subnet"),
  outputs: (inputs, { id, view }) => {
    const zone = text(inputs.availabilityZone) || (view.zones[0]?.name ?? "");
    return {
      arn: view.arn("ec2", `subnet/${id}`),
      availabilityZone: zone,
      availabilityZoneId: view.zones.find(({ name }) => name === zone)?.id ?? "",
      ipv6CidrBlockAssociationId: "",
      ownerId: view.accountId,
      privateDnsHostnameTypeOnLaunch: "ip-name",
    };
  },
  unset: ["ipv6CidrBlock"],
};

const internetGateway: ResourceKind = {
  api: ["EC2", "InternetGateway"],
  references: { vpcId },
  admit: (inputs, view, before) => {
    const other = view
      .of("ec2/internetGateway:InternetGateway")
      .find(({ id, outs }) => outs.vpcId === inputs.vpcId && id !== before?.id);
    if (other !== undefined)
      throw new CloudError(
        "Resource.AlreadyAssociated",
        `Network ${text(inputs.vpcId)} already has an internet gateway`,
      );
  },
  // Detaching waits for every public address of the VPC to be gone.
  release: ({ outs }, view) => {
    const users = [...view.of("ec2/natGateway:NatGateway"), ...publicBalancers(view)].filter(
      (user) => (text(user.outs.vpcId) || vpcOf(view, user.outs.subnetId)) === outs.vpcId,
    );
    if (users.length > 0)
      throw new CloudError("DependencyViolation", `Network ${text(outs.vpcId)} has some mapped public address(es).`);
  },
  id: ec2Id("igw"),
  outputs: (_inputs, { id, view }) => ({ arn: view.arn("ec2", `internet-gateway/${id}`), ownerId: view.accountId }),
  unset: ["vpcId"],
};

const publicBalancers = (view: AwsView) => view.of("lb/loadBalancer:LoadBalancer").filter(({ outs }) => !outs.internal);

const natGateway: ResourceKind = {
  api: ["EC2", "NatGateway"],
  rules: {
    availabilityMode: valueOf("ec2", "AvailabilityMode"),
    connectivityType: valueOf("ec2", "ConnectivityType"),
  },
  references: {
    vpcId,
    subnetId,
    allocationId: { to: "ec2/eip:Eip", missing: "InvalidAllocationID.NotFound", holds: "InvalidIPAddress.InUse" },
    "availabilityZoneAddresses[].allocationIds[]": {
      ...{ to: "ec2/eip:Eip", missing: "InvalidAllocationID.NotFound", holds: "InvalidIPAddress.InUse" },
    },
  },
  replaces: ["availabilityMode", "connectivityType", "subnetId", "vpcId", "allocationId"],
  check: (inputs) => {
    const regional = inputs.availabilityMode === "regional";
    const isPublic = (inputs.connectivityType ?? "public") === "public";
    return [
      ...(regional && inputs.vpcId === undefined ? ["vpcId is required for a regional NAT gateway"] : []),
      ...(regional && inputs.subnetId !== undefined ? ["subnetId must not be given for a regional NAT gateway"] : []),
      ...(!regional && inputs.subnetId === undefined ? ["subnetId is required for a zonal NAT gateway"] : []),
      ...(!regional && isPublic && inputs.allocationId === undefined
        ? ["allocationId is required for a public zonal NAT gateway"]
        : []),
      ...(!regional && inputs.availabilityZoneAddresses !== undefined
        ? ["availabilityZoneAddresses goes with a regional NAT gateway only"]
        : []),
      ...(!isPublic && inputs.allocationId !== undefined ? ["allocationId contradicts connectivityType private"] : []),
    ];
  },
  admit: (inputs, view) => {
    const network = text(inputs.vpcId) || vpcOf(view, inputs.subnetId);
    if (!view.of("ec2/internetGateway:InternetGateway").some(({ outs }) => outs.vpcId === network))
      throw new CloudError("Gateway.NotAttached", `Network ${network} has no Internet gateway attached`);
  },
  seconds: { delete: 60 },
  id: ec2Id("nat"),
  outputs: (inputs, { view }) => {
    const regional = inputs.availabilityMode === "regional";
    const byHand = inputs.availabilityZoneAddresses !== undefined;
    const eip = view.of("ec2/eip:Eip").find(({ id }) => id === inputs.allocationId);
    const range = view.of("ec2/subnet:Subnet").find(({ id }) => id === inputs.subnetId)?.outs.cidrBlock;
    return {
      availabilityMode: inputs.availabilityMode ?? "zonal",
      associationId: regional ? "" : `eipassoc-0${hex(16)}`,
      autoProvisionZones: regional ? (byHand ? "disabled" : "enabled") : "",
      autoScalingIps: regional ? (byHand ? "disabled" : "enabled") : "",
      networkInterfaceId: regional ? "" : `eni-0${hex(16)}`,
      publicIp: eip?.outs.publicIp ?? "",
      privateIp: range === undefined ? "" : addressIn(text(range), 10),
      regionalNatGatewayAddresses: [],
      regionalNatGatewayAutoMode: regional ? (byHand ? "disabled" : "enabled") : "",
      routeTableId: regional ? `rtb-0${hex(16)}` : "",
      vpcId: text(inputs.vpcId) || vpcOf(view, inputs.subnetId),
    };
  },
  unset: ["secondaryAllocationIds", "secondaryPrivateIpAddressCount", "secondaryPrivateIpAddresses"],
};

const eip: ResourceKind = {
  api: ["EC2", "Address"],
  rules: { domain: oneOf("vpc", "standard") },
  replaces: ["domain", "networkBorderGroup"],
  admit: (_inputs, view, before) => {
    const quota = view.quotas["L-0263D0A3"] ?? 5;
    if (before === undefined && view.of("ec2/eip:Eip").length >= quota)
      throw new CloudError("AddressLimitExceeded", "The maximum number of addresses has been reached.");
  },
  seconds: { delete: 2 },
  id: ec2Id("eipalloc"),
  outputs: (_inputs, { id, view, before }) => {
    // 198.51.100.0/24 is reserved for documentation (RFC 5737).
    const taken = new Set(view.of("ec2/eip:Eip").map(({ outs }) => outs.publicIp));
    const free = Array.from({ length: 254 }, (_, at) => `198.51.100.${at + 1}`).find((ip) => !taken.has(ip)) ?? "";
    const publicIp = text(before?.publicIp) || free;
    return {
      allocationId: id,
      arn: view.arn("ec2", `elastic-ip/${id}`),
      publicIp,
      publicDns: `ec2-${publicIp.replaceAll(".", "-")}.${view.region}.compute.amazonaws.com`,
      domain: "vpc",
      networkBorderGroup: view.region,
      publicIpv4Pool: "amazon",
      ...{ associationId: "", carrierIp: "", customerOwnedIp: "", privateDns: "", privateIp: "", ptrRecord: "" },
    };
  },
  unset: ["instance", "ipamPoolId", "networkInterface"],
  stateful: false,
};

const targets = [
  ...["carrierGatewayId", "coreNetworkArn", "egressOnlyGatewayId", "gatewayId", "localGatewayId", "natGatewayId"],
  ...["networkInterfaceId", "transitGatewayId", "vpcEndpointId", "vpcPeeringConnectionId"],
];
const routeFaults = (route: Values, where: string, destination: string): readonly string[] => {
  const given = targets.filter((name) => text(route[name]) !== "");
  return [
    ...(given.length === 1 ? [] : [`${where} needs one target, has ${given.join(", ") || "none"}`]),
    ...(route[destination] === undefined ? [`${where} needs ${destination}`] : []),
  ];
};
const routeTargets = {
  natGatewayId: { to: "ec2/natGateway:NatGateway", missing: "InvalidNatGatewayID.NotFound" },
  gatewayId: {
    to: "ec2/internetGateway:InternetGateway",
    missing: "InvalidGatewayID.NotFound",
    outside: /^vgw-|^local$/,
  },
} as const;

const routeTable: ResourceKind = {
  api: ["EC2", "RouteTable"],
  rules: { "routes[].cidrBlock": cidr() },
  references: {
    vpcId,
    "routes[].natGatewayId": routeTargets.natGatewayId,
    "routes[].gatewayId": routeTargets.gatewayId,
  },
  replaces: ["vpcId"],
  check: ({ routes }) => list(routes).flatMap((route, at) => routeFaults(record(route), `routes[${at}]`, "cidrBlock")),
  release: ({ id }, view) => {
    if (view.of("ec2/routeTableAssociation:RouteTableAssociation").some(({ outs }) => outs.routeTableId === id))
      throw new CloudError("DependencyViolation", `The routeTable '${id}' has dependencies and cannot be deleted.`);
  },
  id: ec2Id("rtb"),
  outputs: (_inputs, { id, view }) => ({ arn: view.arn("ec2", `route-table/${id}`), ownerId: view.accountId }),
  unset: ["propagatingVgws", "routes"],
};

const route: ResourceKind = {
  api: ["EC2", "Route"],
  rules: { destinationCidrBlock: cidr() },
  references: { routeTableId, ...routeTargets },
  replaces: ["routeTableId", "destinationCidrBlock"],
  check: (inputs) => routeFaults(inputs, "a route", "destinationCidrBlock"),
  admit: (inputs, view, before) => {
    const same = view
      .of("ec2/route:Route")
      .find(
        ({ id, outs }) =>
          id !== before?.id &&
          outs.routeTableId === inputs.routeTableId &&
          outs.destinationCidrBlock === inputs.destinationCidrBlock,
      );
    if (same !== undefined)
      throw new CloudError(
        "RouteAlreadyExists",
        `The route identified by ${text(inputs.destinationCidrBlock)} already exists.`,
      );
  },
  id: () => `r-rtb-0${hex(16)}`,
  outputs: () => ({ instanceId: "", instanceOwnerId: "", origin: "CreateRoute", state: "active" }),
  unset: ["networkInterfaceId"],
};

const routeTableAssociation: ResourceKind = {
  api: ["EC2", "RouteTableAssociation"],
  references: { subnetId, routeTableId },
  replaces: ["subnetId", "gatewayId"],
  admit: (inputs, view, before) => {
    const same = view
      .of("ec2/routeTableAssociation:RouteTableAssociation")
      .find(({ id, outs }) => id !== before?.id && outs.subnetId === inputs.subnetId);
    if (same !== undefined)
      throw new CloudError(
        "Resource.AlreadyAssociated",
        `the specified association for route table ${text(inputs.routeTableId)} conflicts with an existing association`,
      );
  },
  id: ec2Id("rtbassoc"),
  outputs: () => ({}),
};

const vpcEndpoint: ResourceKind = {
  api: ["EC2", "VpcEndpoint"],
  rules: {
    serviceName: matches(
      /^(com\.amazonaws\.[a-z0-9-]+\.[a-z0-9.-]+|aws\.[a-z.-]+)$/,
      "a service such as com.amazonaws.eu-west-1.s3",
    ),
    vpcEndpointType: valueOf("ec2", "VpcEndpointType"),
  },
  references: {
    vpcId,
    "routeTableIds[]": { ...routeTableId, holds: "DependencyViolation" },
    "subnetIds[]": subnetId,
    "securityGroupIds[]": { to: "ec2/securityGroup:SecurityGroup", missing: "InvalidSecurityGroupId.NotFound" },
  },
  replaces: ["serviceName", "vpcEndpointType", "vpcId"],
  check: (inputs) => {
    const gateway = (inputs.vpcEndpointType ?? "Gateway") === "Gateway";
    const wrong = gateway ? ["subnetIds", "securityGroupIds", "privateDnsEnabled"] : ["routeTableIds"];
    return [
      ...(inputs.serviceName === undefined ? ["serviceName is required"] : []),
      ...wrong
        .filter((name) => inputs[name] !== undefined)
        .map((name) => `${name} does not go with an endpoint of type ${gateway ? "Gateway" : "Interface"}`),
    ];
  },
  admit: ({ serviceName }, { region }) => {
    const [, of = region] = /^com\.amazonaws\.([a-z0-9-]+)\./.exec(text(serviceName)) ?? [];
    if (of !== region)
      throw new CloudError("InvalidServiceName", `The Vpc Endpoint Service '${text(serviceName)}' does not exist`);
  },
  seconds: { create: 6, delete: 8 },
  id: ec2Id("vpce"),
  outputs: (inputs, { id, view }) => ({
    arn: view.arn("ec2", `vpc-endpoint/${id}`),
    cidrBlocks: ["203.0.113.0/24"],
    dnsEntries: [],
    networkInterfaceIds: list(inputs.subnetIds).map(() => `eni-0${hex(16)}`),
    ownerId: view.accountId,
    prefixListId: `pl-${hex(8)}`,
    requesterManaged: false,
    state: "available",
    ipAddressType: "ipv4",
    dnsOptions: { dnsRecordIpType: "service-defined", privateDnsOnlyForInboundResolverEndpoint: false },
    policy:
      inputs.policy ??
      '{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}],"Version":"2008-10-17"}',
    privateDnsEnabled: inputs.privateDnsEnabled ?? false,
    serviceRegion: view.region,
  }),
  unset: ["routeTableIds", "securityGroupIds", "subnetConfigurations", "subnetIds"],
};

const flowLog: ResourceKind = {
  api: ["EC2", "FlowLogs"],
  rules: {
    trafficType: valueOf("ec2", "TrafficType"),
    logDestinationType: valueOf("ec2", "LogDestinationType"),
    maxAggregationInterval: oneOf(60, 600),
  },
  references: {
    vpcId: { ...vpcId, holds: undefined },
    iamRoleArn: { to: "iam/role:Role", by: "arn", missing: "InvalidParameterValue" },
  },
  replaces: ["vpcId", "trafficType", "logDestination", "logDestinationType", "iamRoleArn", "maxAggregationInterval"],
  check: (inputs) => {
    const of = ["eniId", "subnetId", "transitGatewayId", "transitGatewayAttachmentId", "vpcId"];
    const given = of.filter((name) => inputs[name] !== undefined);
    const toLogs = (inputs.logDestinationType ?? "cloud-watch-logs") === "cloud-watch-logs";
    return [
      ...(given.length === 1 ? [] : [`exactly one of ${of.join(", ")} must be given`]),
      ...(inputs.trafficType === undefined ? ["trafficType is required"] : []),
      ...(toLogs && inputs.iamRoleArn === undefined ? ["iamRoleArn is required for CloudWatch Logs"] : []),
    ];
  },
  id: ec2Id("fl"),
  outputs: (inputs, { id, view }) => ({
    arn: view.arn("ec2", `vpc-flow-log/${id}`),
    logFormat:
      inputs.logFormat ?? "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport}",
  }),
  unset: ["logDestination"],
};

export const network: Kinds = {
  "ec2/vpc:Vpc": vpc,
  "ec2/subnet:Subnet": subnet,
  "ec2/internetGateway:InternetGateway": internetGateway,
  "ec2/natGateway:NatGateway": natGateway,
  "ec2/eip:Eip": eip,
  "ec2/routeTable:RouteTable": routeTable,
  "ec2/route:Route": route,
  "ec2/routeTableAssociation:RouteTableAssociation": routeTableAssociation,
  "ec2/vpcEndpoint:VpcEndpoint": vpcEndpoint,
  "ec2/flowLog:FlowLog": flowLog,
};
