import { digest, hex } from "../ids";
import {
  AwsError,
  isUnknown,
  list,
  number,
  record,
  text,
  texts,
  type Entity,
  type ResourceKind,
  type Values,
  type View,
} from "../model";
import { arn as arnRule, matches, oneOf, valueOf, whole } from "../rules";
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
      throw new AwsError(
        "InvalidConfigurationRequest",
        "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
      );
    if (inputs.internal === true) return;
    const of = text(subnets[0]?.outs.vpcId);
    if (!view.of("ec2/internetGateway:InternetGateway").some(({ outs }) => outs.vpcId === of))
      throw new AwsError("InvalidSubnet", `VPC ${of} has no internet gateway`);
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
      throw new AwsError(
        "OperationNotPermitted",
        `Load balancer '${id}' cannot be deleted because deletion protection is enabled`,
      );
  },
};

const protocols = valueOf("elastic-load-balancing-v2", "ProtocolEnum");

const targetGroup: ResourceKind = {
  api: ["ELBv2", "TargetGroup"],
  rules: {
    protocol: protocols,
    port: whole(1, 65_535),
    targetType: valueOf("elastic-load-balancing-v2", "TargetTypeEnum"),
    deregistrationDelay: whole(0, 3600),
    preserveClientIp: matches(/^(true|false)$/, '"true" or "false", as text'),
    "healthCheck.protocol": valueOf("elastic-load-balancing-v2", "ProtocolEnum"),
    "healthCheck.interval": whole(5, 300),
    "healthCheck.timeout": whole(2, 120),
    "healthCheck.healthyThreshold": whole(2, 10),
    "healthCheck.unhealthyThreshold": whole(2, 10),
    "healthCheck.port": matches(/^(traffic-port|\d{1,5})$/, "a port as text, or traffic-port"),
  },
  name: { ...name32, uniqueError: "DuplicateTargetGroupName" },
  references: { vpcId: { to: "ec2/vpc:Vpc", missing: "InvalidVpcID.NotFound" } },
  replaces: ["name", "namePrefix", "port", "protocol", "targetType", "vpcId", "protocolVersion", "ipAddressType"],
  check: (inputs) => {
    const check = record(inputs.healthCheck);
    const http = ["HTTP", "HTTPS"].includes(text(check.protocol));
    return [
      ...["port", "protocol", "vpcId"]
        .filter((each) => inputs[each] === undefined)
        .map((each) => `${each} is required`),
      ...(check.path !== undefined && !http ? ["healthCheck.path goes with HTTP and HTTPS only"] : []),
      ...(check.matcher !== undefined && !http ? ["healthCheck.matcher goes with HTTP and HTTPS only"] : []),
      ...(number(check.timeout ?? 2) >= number(check.interval ?? 30)
        ? ["healthCheck.timeout must be below healthCheck.interval"]
        : []),
      ...(inputs.preserveClientIp !== undefined && ["HTTP", "HTTPS"].includes(text(inputs.protocol))
        ? ["preserveClientIp does not go with an application load balancer"]
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
      ...{
        enabled: true,
        healthyThreshold: 3,
        interval: 30,
        port: "traffic-port",
        protocol: "TCP",
        timeout: 10,
        unhealthyThreshold: 3,
      },
      ...record(inputs.healthCheck),
    },
    ipAddressType: "ipv4",
    ...{ loadBalancingAnomalyMitigation: "", loadBalancingAlgorithmType: "" },
    loadBalancingCrossZoneEnabled: inputs.loadBalancingCrossZoneEnabled ?? "use_load_balancer_configuration",
    preserveClientIp: inputs.preserveClientIp ?? (["HTTP", "HTTPS"].includes(text(inputs.protocol)) ? "" : "true"),
    stickiness: { enabled: false, type: "source_ip", cookieDuration: 0, cookieName: "", ...record(inputs.stickiness) },
    targetGroupHealth: record(inputs.targetGroupHealth),
  }),
  unset: ["namePrefix", "protocolVersion", "targetFailovers", "targetHealthStates"],
  release: ({ id }, view) => {
    const user = view.of("lb/listener:Listener").find(({ outs }) => targetsOf(outs).includes(id));
    if (user !== undefined)
      throw new AwsError("ResourceInUse", `Target group '${id}' is currently in use by a listener or a rule`);
  },
};

const targetsOf = (listener: Values): readonly string[] =>
  list(listener.defaultActions).map((action) => text(record(action).targetGroupArn));

const listener: ResourceKind = {
  api: ["ELBv2", "Listener"],
  rules: {
    protocol: protocols,
    port: whole(1, 65_535),
    "defaultActions[].type": valueOf("elastic-load-balancing-v2", "ActionTypeEnum"),
    certificateArn: arnRule("acm"),
    tcpIdleTimeoutSeconds: whole(60, 6000),
  },
  references: {
    loadBalancerArn: { to: "lb/loadBalancer:LoadBalancer", by: "arn", missing: "LoadBalancerNotFound" },
    "defaultActions[].targetGroupArn": { to: "lb/targetGroup:TargetGroup", by: "arn", missing: "TargetGroupNotFound" },
    certificateArn: {
      to: "acm/certificate:Certificate",
      by: "arn",
      missing: "CertificateNotFound",
      holds: "ResourceInUseException",
    },
  },
  replaces: ["loadBalancerArn"],
  check: (inputs) => {
    const encrypted = ["TLS", "HTTPS"].includes(text(inputs.protocol));
    return [
      ...(encrypted && inputs.certificateArn === undefined
        ? [`protocol ${text(inputs.protocol)} needs certificateArn`]
        : []),
      ...(!encrypted && !isUnknown(inputs.protocol) && inputs.certificateArn !== undefined
        ? ["certificateArn goes with TLS and HTTPS only"]
        : []),
      ...list(inputs.defaultActions)
        .map(record)
        .flatMap(({ type, targetGroupArn, forward, redirect }) => [
          ...(type === "forward" && targetGroupArn === undefined && forward === undefined
            ? ["a forward action needs targetGroupArn"]
            : []),
          ...(type === "redirect" && redirect === undefined ? ["a redirect action needs redirect"] : []),
        ]),
    ];
  },
  admit: (inputs, view, before) => {
    const of = view.of("lb/loadBalancer:LoadBalancer").find(({ id }) => id === inputs.loadBalancerArn);
    const same = view
      .of("lb/listener:Listener")
      .find(
        ({ id, outs }) =>
          id !== before?.id && outs.loadBalancerArn === inputs.loadBalancerArn && outs.port === inputs.port,
      );
    if (same !== undefined)
      throw new AwsError(
        "DuplicateListener",
        `A listener already exists on this port for this load balancer '${text(inputs.loadBalancerArn)}'`,
      );
    checkProtocols(inputs, of, view);
    const issued = view
      .of("acm/certificateValidation:CertificateValidation")
      .some(({ outs }) => outs.certificateArn === inputs.certificateArn);
    if (inputs.certificateArn !== undefined && !issued)
      throw new AwsError(
        "UnsupportedCertificate",
        `The certificate '${text(inputs.certificateArn)}' must have a fully-qualified domain name, a supported signature, and a supported key size: it is not issued yet`,
      );
  },
  seconds: { create: 2, delete: 1 },
  id: (inputs) => `${text(inputs.loadBalancerArn).replace(":loadbalancer/", ":listener/")}/${hex(16)}`,
  outputs: (inputs, { id }) => ({
    arn: id,
    protocol: inputs.protocol ?? "TCP",
    sslPolicy:
      inputs.sslPolicy ?? (inputs.certificateArn === undefined ? "" : "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"),
    tcpIdleTimeoutSeconds: inputs.tcpIdleTimeoutSeconds ?? (inputs.protocol === "TCP" ? 350 : 0),
    mutualAuthentication: { mode: "off" },
    routingHttpResponseServerEnabled: false,
  }),
  unset: [
    ...["MtlsClientcert", "MtlsClientcertIssuer", "MtlsClientcertLeaf", "MtlsClientcertSerialNumber"].map(
      (part) => `routingHttpRequestXAmzn${part}HeaderName`,
    ),
    ...["MtlsClientcertSubject", "MtlsClientcertValidity", "TlsCipherSuite", "TlsVersion"].map(
      (part) => `routingHttpRequestXAmzn${part}HeaderName`,
    ),
    ...["AllowCredentials", "AllowHeaders", "AllowMethods", "AllowOrigin", "ExposeHeaders", "MaxAge"].map(
      (part) => `routingHttpResponseAccessControl${part}HeaderValue`,
    ),
    ...["ContentSecurityPolicy", "StrictTransportSecurity", "XContentTypeOptions", "XFrameOptions"].map(
      (part) => `routingHttpResponse${part}HeaderValue`,
    ),
  ],
};

function checkProtocols(inputs: Values, balancer: Entity | undefined, view: View): void {
  const http = ["HTTP", "HTTPS"];
  const network = balancer?.outs.loadBalancerType === "network";
  if (network === http.includes(text(inputs.protocol)))
    throw new AwsError(
      "InvalidConfigurationRequest",
      `Protocol ${text(inputs.protocol)} does not go with this type of load balancer`,
    );
  const groups = view.of("lb/targetGroup:TargetGroup").filter(({ id }) => targetsOf(inputs).includes(id));
  const wrong = groups.find(({ outs }) => network === http.includes(text(outs.protocol)));
  if (wrong !== undefined)
    throw new AwsError(
      "InvalidConfigurationRequest",
      `Target group ${wrong.id} has protocol ${text(wrong.outs.protocol)}, which this type of load balancer does not speak`,
    );
  const foreign = groups.find(({ outs }) => outs.vpcId !== balancer?.outs.vpcId);
  if (foreign !== undefined)
    throw new AwsError(
      "InvalidConfigurationRequest",
      `Target group ${foreign.id} is in another VPC than the load balancer`,
    );
}

export const loadBalancing: Readonly<Record<string, ResourceKind>> = {
  "lb/loadBalancer:LoadBalancer": loadBalancer,
  "lb/targetGroup:TargetGroup": targetGroup,
  "lb/listener:Listener": listener,
};
