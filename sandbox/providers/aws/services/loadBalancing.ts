import { digest, hex } from "../../cloud/ids";
import { CloudError, isUnknown, list, number, record, text, texts, type Values } from "../../cloud/model";
import type { Kinds, ResourceKind } from "../kind";
import { matches, oneOf, whole } from "../../cloud/rules";
import { valueOf } from "../rules";
import { groupsOf, listeners } from "./listeners";
import { networkOf } from "./rds";

const name32 = {
  ...{ property: "name", prefix: "namePrefix", max: 32 },
  pattern: /^(?!internal-)[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/,
  words: "at most 32 letters, digits and hyphens, no hyphen at either end, not beginning with internal-",
};

const subnetsOf = (inputs: Values): readonly string[] => [
  ...texts(inputs.subnets),
  ...list(inputs.subnetMappings).map((mapping) => text(record(mapping).subnetId)),
];
const typeOf = (inputs: Values): string => text(inputs.loadBalancerType) || "application";

const loadBalancer: ResourceKind = {
  api: ["ELBv2", "LoadBalancer"],
  rules: {
    loadBalancerType: valueOf("elastic-load-balancing-v2", "LoadBalancerTypeEnum"),
    ipAddressType: valueOf("elastic-load-balancing-v2", "IpAddressType"),
    idleTimeout: whole(1, 4000),
    clientKeepAlive: whole(60, 604_800),
    dnsRecordClientRoutingPolicy: oneOf(
      "any_availability_zone",
      "availability_zone_affinity",
      "partial_availability_zone_affinity",
    ),
    desyncMitigationMode: oneOf("monitor", "defensive", "strictest"),
  },
  name: { ...name32, uniqueError: "DuplicateLoadBalancerName" },
  references: {
    "subnets[]": { to: "ec2/subnet:Subnet", missing: "SubnetNotFound", holds: "DependencyViolation" },
    "subnetMappings[].subnetId": { to: "ec2/subnet:Subnet", missing: "SubnetNotFound", holds: "DependencyViolation" },
    "subnetMappings[].allocationId": {
      to: "ec2/eip:Eip",
      missing: "AllocationIdNotFound",
      holds: "InvalidIPAddress.InUse",
    },
    "securityGroups[]": {
      to: "ec2/securityGroup:SecurityGroup",
      missing: "InvalidSecurityGroup",
      holds: "DependencyViolation",
    },
  },
  replaces: ["name", "namePrefix", "internal", "loadBalancerType", "customerOwnedIpv4Pool"],
  check: (inputs) => {
    const network = typeOf(inputs) === "network";
    const onlyNetwork = ["enforceSecurityGroupInboundRulesOnPrivateLinkTraffic", "dnsRecordClientRoutingPolicy"];
    const onlyApplication = [
      "idleTimeout",
      "dropInvalidHeaderFields",
      "enableHttp2",
      "desyncMitigationMode",
      "preserveHostHeader",
      "xffHeaderProcessingMode",
    ];
    const wrong = (network ? onlyApplication : onlyNetwork).filter((each) => inputs[each] !== undefined);
    const withAddress = list(inputs.subnetMappings).some((mapping) => record(mapping).allocationId !== undefined);
    return [
      ...wrong.map((each) => `${each} does not go with a load balancer of type ${typeOf(inputs)}`),
      ...(inputs.subnets !== undefined && inputs.subnetMappings !== undefined
        ? ["one of subnets and subnetMappings, not both"]
        : []),
      ...(withAddress && inputs.internal === true ? ["allocationId does not go with an internal load balancer"] : []),
      ...(withAddress && !network ? ["allocationId goes with a network load balancer only"] : []),
      ...(!network && subnetsOf(inputs).length < 2 && !isUnknown(inputs.subnets)
        ? ["an application load balancer needs subnets in two zones"]
        : []),
    ];
  },
  admit: (inputs, view) => {
    const subnets = view.of("ec2/subnet:Subnet").filter(({ id }) => subnetsOf(inputs).includes(id));
    if (new Set(subnets.map(({ outs }) => outs.availabilityZone)).size < subnets.length)
      throw new CloudError(
        "InvalidConfigurationRequest",
        "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
      );
    if (inputs.internal === true) return;
    const of = text(subnets[0]?.outs.vpcId);
    if (!view.of("ec2/internetGateway:InternetGateway").some(({ outs }) => outs.vpcId === of))
      throw new CloudError("InvalidSubnet", `VPC ${of} has no internet gateway`);
  },
  seconds: { update: 10, delete: 30 },
  id: (inputs, view) => {
    const kind = typeOf(inputs) === "network" ? "net" : "app";
    return `arn:${view.partition}:elasticloadbalancing:${view.region}:${view.accountId}:loadbalancer/${kind}/${text(inputs.name)}/${hex(16)}`;
  },
  outputs: (inputs, { id, view }) => {
    const network = typeOf(inputs) === "network";
    const unique = digest(id, network ? 16 : 10);
    const host = `${inputs.internal === true ? "internal-" : ""}${text(inputs.name)}-${unique}`;
    return {
      arn: id,
      arnSuffix: id.split(":loadbalancer/")[1],
      dnsName: network ? `${host}.elb.${view.region}.amazonaws.com` : `${host}.${view.region}.elb.amazonaws.com`,
      vpcId: networkOf(view, subnetsOf(inputs)),
      zoneId: network ? "Z2IFOLAFXWLO4F" : "Z32O12XQLNTSW2",
      internal: inputs.internal ?? false,
      ipAddressType: inputs.ipAddressType ?? "ipv4",
      subnets: subnetsOf(inputs),
      subnetMappings:
        list(inputs.subnetMappings).length > 0
          ? inputs.subnetMappings
          : subnetsOf(inputs).map((subnetId) => ({ subnetId, outpostId: "" })),
      enforceSecurityGroupInboundRulesOnPrivateLinkTraffic:
        inputs.enforceSecurityGroupInboundRulesOnPrivateLinkTraffic ?? (network ? "on" : ""),
    };
  },
  unset: ["enablePrefixForIpv6SourceNat", "namePrefix", "secondaryIpsAutoAssignedPerSubnet", "securityGroups"],
  release: ({ id, outs }) => {
    if (outs.enableDeletionProtection === true)
      throw new CloudError(
        "OperationNotPermitted",
        `Load balancer '${id}' cannot be deleted because deletion protection is enabled`,
      );
  },
};

/** Whether a target group is for an application load balancer. */
const forApplication = (inputs: Values): boolean => ["HTTP", "HTTPS"].includes(text(inputs.protocol));

/** Codes that a health check takes for well: of HTTP, or of gRPC. `200-299,301` */
function matcherFaults(matcher: unknown, grpc: boolean): readonly string[] {
  if (matcher === undefined || isUnknown(matcher)) return [];
  const [least, most] = grpc ? [0, 99] : [200, 599];
  const codes = text(matcher).split(/[,-]/);
  return codes.every((code) => /^\d+$/.test(code) && Number(code) >= least && Number(code) <= most)
    ? []
    : [
        `healthCheck.matcher: Health check matcher ${grpc ? "GRPC" : "HTTP"} code '${text(matcher)}' must be within '${least}-${most}' inclusive`,
      ];
}

/** What goes with one kind of load balancer only: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html */
function kindFaults(inputs: Values): readonly string[] {
  if (isUnknown(inputs.protocol)) return [];
  const application = forApplication(inputs);
  const onlyNetwork = ["preserveClientIp", "proxyProtocolV2", "connectionTermination"];
  const onlyApplication = ["protocolVersion", "slowStart", "loadBalancingAlgorithmType"];
  const check = record(inputs.healthCheck);
  return [
    ...(application ? onlyNetwork : onlyApplication)
      .filter((each) => inputs[each] !== undefined && inputs[each] !== false)
      .map((each) => `${each} does not go with protocol ${text(inputs.protocol)}`),
    ...(application && check.protocol !== undefined && !["HTTP", "HTTPS"].includes(text(check.protocol))
      ? ["healthCheck.protocol must be HTTP or HTTPS with an application load balancer"]
      : []),
    ...matcherFaults(check.matcher, inputs.protocolVersion === "GRPC"),
  ];
}

const usualCheck = {
  network: { protocol: "TCP", timeout: 10, healthyThreshold: 3, unhealthyThreshold: 3 },
  application: { protocol: "HTTP", path: "/", matcher: "200", timeout: 5, healthyThreshold: 5, unhealthyThreshold: 2 },
} as const;

const targetGroup: ResourceKind = {
  api: ["ELBv2", "TargetGroup"],
  rules: {
    protocol: valueOf("elastic-load-balancing-v2", "ProtocolEnum"),
    protocolVersion: oneOf("HTTP1", "HTTP2", "GRPC"),
    port: whole(1, 65_535),
    targetType: valueOf("elastic-load-balancing-v2", "TargetTypeEnum"),
    deregistrationDelay: whole(0, 3600),
    preserveClientIp: matches(/^(true|false)$/, '"true" or "false", as text'),
    "healthCheck.protocol": valueOf("elastic-load-balancing-v2", "ProtocolEnum"),
    "healthCheck.interval": whole(5, 300),
    "healthCheck.timeout": whole(2, 120),
    "healthCheck.healthyThreshold": whole(2, 10),
    "healthCheck.unhealthyThreshold": whole(2, 10),
    "healthCheck.path": matches(/^\/\S{0,1023}$/, "a path that begins with a slash"),
    "healthCheck.port": matches(/^(traffic-port|\d{1,5})$/, "a port as text, or traffic-port"),
  },
  name: { ...name32, uniqueError: "DuplicateTargetGroupName" },
  references: { vpcId: { to: "ec2/vpc:Vpc", missing: "InvalidVpcID.NotFound" } },
  replaces: ["name", "namePrefix", "port", "protocol", "targetType", "vpcId", "protocolVersion", "ipAddressType"],
  check: (inputs) => {
    const check = record(inputs.healthCheck);
    const http = ["HTTP", "HTTPS"].includes(text(check.protocol ?? (forApplication(inputs) ? "HTTP" : "TCP")));
    return [
      ...kindFaults(inputs),
      ...["port", "protocol", "vpcId"]
        .filter((each) => inputs[each] === undefined)
        .map((each) => `${each} is required`),
      ...(check.path !== undefined && !http ? ["healthCheck.path goes with HTTP and HTTPS only"] : []),
      ...(check.matcher !== undefined && !http ? ["healthCheck.matcher goes with HTTP and HTTPS only"] : []),
      ...(number(check.timeout ?? 2) >= number(check.interval ?? 30)
        ? ["healthCheck.timeout must be below healthCheck.interval"]
        : []),
    ];
  },
  id: (inputs, view) =>
    `arn:${view.partition}:elasticloadbalancing:${view.region}:${view.accountId}:targetgroup/${text(inputs.name)}/${hex(16)}`,
  outputs: (inputs, { id }) => ({
    arn: id,
    arnSuffix: id.split(":").at(-1),
    loadBalancerArns: [],
    connectionTermination: inputs.connectionTermination ?? false,
    healthCheck: {
      ...{ enabled: true, interval: 30, port: "traffic-port" },
      ...usualCheck[forApplication(inputs) ? "application" : "network"],
      ...record(inputs.healthCheck),
    },
    ipAddressType: "ipv4",
    ...(forApplication(inputs)
      ? { loadBalancingAnomalyMitigation: "off", loadBalancingAlgorithmType: "round_robin", protocolVersion: "HTTP1" }
      : { loadBalancingAnomalyMitigation: "", loadBalancingAlgorithmType: "", protocolVersion: "" }),
    ...(inputs.protocolVersion === undefined ? {} : { protocolVersion: inputs.protocolVersion }),
    loadBalancingCrossZoneEnabled: inputs.loadBalancingCrossZoneEnabled ?? "use_load_balancer_configuration",
    preserveClientIp: inputs.preserveClientIp ?? (forApplication(inputs) ? "" : "true"),
    stickiness: {
      ...{ enabled: false, type: forApplication(inputs) ? "lb_cookie" : "source_ip", cookieName: "" },
      ...{ cookieDuration: forApplication(inputs) ? 86_400 : 0, ...record(inputs.stickiness) },
    },
    targetGroupHealth: record(inputs.targetGroupHealth),
  }),
  unset: ["namePrefix", "targetFailovers", "targetHealthStates"],
  release: ({ id }, view) => {
    const users = [...view.of("lb/listener:Listener"), ...view.of("lb/listenerRule:ListenerRule")];
    const user = users.find(({ outs }) => groupsOf(outs).includes(id));
    if (user !== undefined)
      throw new CloudError("ResourceInUse", `Target group '${id}' is currently in use by a listener or a rule`);
  },
};

export const loadBalancing: Kinds = {
  "lb/loadBalancer:LoadBalancer": loadBalancer,
  "lb/targetGroup:TargetGroup": targetGroup,
  ...listeners,
};
