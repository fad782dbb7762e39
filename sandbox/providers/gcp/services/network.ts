import { createHash } from "node:crypto";
import { digest, now } from "../../cloud/ids";
import { CloudError, isUnknown, list, record, text, type Entity, type Values } from "../../cloud/model";
import { addressIn, cidr, contains, matches, oneOf, overlap, parseCidr, whole, type Range } from "../../cloud/rules";
import { overQuota } from "../errors";
import {
  anyName,
  byAnyName,
  inUse,
  lastPart,
  networkOf,
  rfc1035,
  selfLink,
  type GcpView,
  type Kinds,
  type ResourceKind,
} from "../kind";
import { regions } from "../regions";

/** A number that stays the same for one id, as Google numbers its resources. */
export const numericId = (id: string): string =>
  String(createHash("sha256").update(id).digest().readUIntBE(0, 6)).padStart(15, "1");

export const networkIn = (view: GcpView, value: unknown): Entity | undefined =>
  byAnyName(view.of("compute/network:Network"), value);
export const subnetworkIn = (view: GcpView, value: unknown): Entity | undefined =>
  byAnyName(view.of("compute/subnetwork:Subnetwork"), value);

const network: ResourceKind = {
  api: ["Compute", "Network"],
  rules: {
    mtu: whole(1300, 8896),
    routingMode: oneOf("REGIONAL", "GLOBAL"),
    networkFirewallPolicyEnforcementOrder: oneOf("BEFORE_CLASSIC_FIREWALL", "AFTER_CLASSIC_FIREWALL"),
  },
  name: rfc1035(63),
  replaces: ["name", "project", "autoCreateSubnetworks", "description", "networkProfile"],
  admit: (_inputs, view, before) => {
    const quota = view.quotas.NETWORKS ?? 15;
    if (before === undefined && view.of("compute/network:Network").length >= quota)
      throw new CloudError("quotaExceeded", `Quota 'NETWORKS' exceeded.  Limit: ${quota.toFixed(1)} globally.`);
  },
  seconds: { create: 12, delete: 25 },
  id: (inputs) => `projects/${text(inputs.project)}/global/networks/${text(inputs.name)}`,
  outputs: (inputs, { id }) => ({
    ...{ gatewayIpv4: "", selfLink: selfLink(id), networkId: numericId(id), numericId: numericId(id) },
    routingMode: inputs.routingMode ?? "REGIONAL",
    ...{
      bgpBestPathSelectionMode: "LEGACY",
      mtu: inputs.mtu ?? 0,
      autoCreateSubnetworks: inputs.autoCreateSubnetworks ?? true,
    },
  }),
  unset: ["bgpAlwaysCompareMed", "bgpInterRegionCost", "internalIpv6Range"],
  // A peering that its connection was abandoned with is still there, and nothing in the program speaks of it.
  release: ({ id }, view) => {
    const left = view.of("compute/networkPeering:NetworkPeering").find(({ outs }) => outs.network === id);
    if (left !== undefined)
      throw new CloudError(inUse, `The network resource '${id}' is already being used by '${left.id}'`);
  },
};

/** Every range that a network has given away, with what has it. */
export function rangesIn(view: GcpView, networkId: string): readonly { readonly of: Entity; readonly range: Range }[] {
  const subnets = view
    .of("compute/subnetwork:Subnetwork")
    .filter(({ outs }) => networkIn(view, outs.network)?.id === networkId)
    .flatMap((of) =>
      [of.outs.ipCidrRange, ...list(of.outs.secondaryIpRanges).map((each) => record(each).ipCidrRange)].map(
        (each) => [of, parseCidr(each)] as const,
      ),
    );
  const reserved = view
    .of("compute/globalAddress:GlobalAddress")
    .filter(({ outs }) => outs.purpose === "VPC_PEERING" && networkIn(view, outs.network)?.id === networkId)
    .map((of) => [of, parseCidr(`${text(of.outs.address)}/${Number(of.outs.prefixLength)}`)] as const);
  return [...subnets, ...reserved].flatMap(([of, range]) => (range === undefined ? [] : [{ of, range }]));
}

const ownRanges = (inputs: Values): readonly (readonly [where: string, cidr: unknown])[] => [
  ["ipCidrRange", inputs.ipCidrRange],
  ...list(inputs.secondaryIpRanges).map(
    (each, at) => [`secondaryIpRanges[${at}].ipCidrRange`, record(each).ipCidrRange] as const,
  ),
];

function checkRanges(inputs: Values): readonly string[] {
  const ranges = ownRanges(inputs).flatMap(([where, value]) => {
    const range = isUnknown(value) ? undefined : parseCidr(value);
    return range === undefined ? [] : [{ where, value: text(value), range }];
  });
  const names = list(inputs.secondaryIpRanges).map((each) => text(record(each).rangeName));
  return [
    ...(inputs.ipCidrRange === undefined ? ["ipCidrRange is required"] : []),
    ...ranges.flatMap(({ where, value, range }, at) =>
      ranges
        .slice(0, at)
        .filter((other) => overlap(other.range, range))
        .map((other) => `${where} ${value} overlaps ${other.where} ${other.value}`),
    ),
    ...names.filter((name, at) => names.indexOf(name) !== at).map((name) => `secondaryIpRanges has ${name} twice`),
  ];
}

const subnetwork: ResourceKind = {
  api: ["Compute", "Subnetwork"],
  rules: {
    ipCidrRange: cidr(4, 29),
    region: oneOf(...regions),
    purpose: oneOf("PRIVATE", "REGIONAL_MANAGED_PROXY", "GLOBAL_MANAGED_PROXY", "PRIVATE_SERVICE_CONNECT"),
    stackType: oneOf("IPV4_ONLY", "IPV4_IPV6", "IPV6_ONLY"),
    "secondaryIpRanges[].ipCidrRange": cidr(4, 29),
    "secondaryIpRanges[].rangeName": matches(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/, "a name that RFC 1035 allows"),
    "logConfig.flowSampling": (value) => (Number(value) >= 0 && Number(value) <= 1 ? undefined : "not from 0 to 1"),
    "logConfig.aggregationInterval": matches(/^INTERVAL_(5_SEC|30_SEC|1_MIN|5_MIN|10_MIN|15_MIN)$/, "an interval"),
  },
  name: rfc1035(63),
  references: { network: networkOf },
  replaces: ["name", "project", "region", "network", "purpose", "description"],
  check: checkRanges,
  admit: (inputs, view, before) => {
    const of = networkIn(view, inputs.network);
    if (of?.outs.autoCreateSubnetworks === true && before === undefined)
      throw new CloudError("badRequest", `Cannot create subnetworks in the auto mode network '${of.id}'`);
    for (const [where, value] of ownRanges(inputs)) {
      const range = parseCidr(value);
      const clash = rangesIn(view, of?.id ?? "").find(
        (each) => each.of.id !== before?.id && range !== undefined && overlap(each.range, range),
      );
      if (clash !== undefined)
        throw new CloudError(
          "badRequest",
          `Invalid IPCidrRange: ${text(value)} (${where}) conflicts with existing range of '${clash.of.id}' in region ${text(inputs.region)}.`,
        );
    }
    refuseShrinking(inputs, before);
  },
  seconds: { create: 15, update: 12, delete: 20 },
  id: (inputs) => `projects/${text(inputs.project)}/regions/${text(inputs.region)}/subnetworks/${text(inputs.name)}`,
  outputs: (inputs, { id, before }) => ({
    ...{ selfLink: selfLink(id), creationTimestamp: before?.creationTimestamp ?? now(), fingerprint: digest(id, 12) },
    ...{ subnetworkId: Number(numericId(id)), gatewayAddress: addressIn(text(inputs.ipCidrRange), 1) },
    ...{ purpose: inputs.purpose ?? "PRIVATE", stackType: inputs.stackType ?? "IPV4_ONLY", state: "READY" },
    privateIpGoogleAccess: inputs.privateIpGoogleAccess ?? false,
    privateIpv6GoogleAccess: inputs.privateIpv6GoogleAccess ?? "DISABLE_GOOGLE_ACCESS",
  }),
  unset: [
    ...["allowSubnetCidrRoutesOverlap", "externalIpv6Prefix", "internalIpv6Prefix", "ipv6CidrRange", "ipv6GceEndpoint"],
    ...["secondaryIpRanges", "ipCidrRange"],
  ],
};

/** A subnet's first range can grow, and nothing else. */
function refuseShrinking(inputs: Values, before: Entity | undefined): void {
  const [was, is] = [parseCidr(before?.outs.ipCidrRange), parseCidr(inputs.ipCidrRange)];
  if (was !== undefined && is !== undefined && !contains(is, was))
    throw new CloudError(
      "badRequest",
      `The new IP range ${text(inputs.ipCidrRange)} must contain the present one ${text(before?.outs.ipCidrRange)}.`,
    );
}

const router: ResourceKind = {
  api: ["Compute", "Router"],
  rules: { region: oneOf(...regions), "bgp.asn": whole(64_512, 4_294_967_294) },
  name: rfc1035(63),
  references: { network: networkOf },
  replaces: ["name", "project", "region", "network"],
  check: ({ network: of }) => (of === undefined ? ["network is required"] : []),
  seconds: { create: 12, delete: 12 },
  id: (inputs) => `projects/${text(inputs.project)}/regions/${text(inputs.region)}/routers/${text(inputs.name)}`,
  outputs: (_inputs, { id, before }) => ({
    ...{ selfLink: selfLink(id), creationTimestamp: before?.creationTimestamp ?? now() },
  }),
};

const powerOfTwo =
  (min: number, max: number) =>
  (value: unknown): string | undefined =>
    Number.isInteger(Math.log2(Number(value))) && Number(value) >= min && Number(value) <= max
      ? undefined
      : `not a power of two from ${min} to ${max}`;

const routerNat: ResourceKind = {
  api: ["Compute", "RouterNat"],
  rules: {
    natIpAllocateOption: oneOf("AUTO_ONLY", "MANUAL_ONLY"),
    sourceSubnetworkIpRangesToNat: oneOf(
      ...["ALL_SUBNETWORKS_ALL_IP_RANGES", "ALL_SUBNETWORKS_ALL_PRIMARY_IP_RANGES", "LIST_OF_SUBNETWORKS"],
    ),
    "logConfig.filter": oneOf("ERRORS_ONLY", "TRANSLATIONS_ONLY", "ALL"),
    "subnetworks[].sourceIpRangesToNats[]": oneOf("ALL_IP_RANGES", "PRIMARY_IP_RANGE", "LIST_OF_SECONDARY_IP_RANGES"),
  },
  name: rfc1035(63),
  references: {
    router: { to: "compute/router:Router", by: anyName, missing: "notFound" },
    "natIps[]": { to: "compute/address:Address", by: anyName, missing: "notFound", holds: inUse },
    "subnetworks[].name": { to: "compute/subnetwork:Subnetwork", by: anyName, missing: "notFound", holds: inUse },
  },
  replaces: ["name", "project", "region", "router"],
  check: natFaults,
  admit: (inputs, view, before) => {
    const all = text(inputs.sourceSubnetworkIpRangesToNat).startsWith("ALL_SUBNETWORKS");
    const of = routerIn(view, inputs.router);
    const other = view
      .of("compute/routerNat:RouterNat")
      .find(
        (each) => each.id !== before?.id && networkOfRouter(view, each.outs.router) === networkOfRouter(view, of?.id),
      );
    if (all && other !== undefined && other.outs.region === inputs.region)
      throw new CloudError(
        "invalid",
        `Invalid value for field 'resource.nats': router ${lastPart(of?.id)} would translate subnetworks that NAT '${text(other.outs.name)}' translates already.`,
      );
  },
  seconds: { create: 14, update: 14, delete: 14 },
  id: (inputs) => [inputs.project, inputs.region, lastPart(inputs.router), inputs.name].map(text).join("/"),
  outputs: (inputs) => ({
    enableDynamicPortAllocation: inputs.enableDynamicPortAllocation ?? false,
    enableEndpointIndependentMapping: inputs.enableEndpointIndependentMapping ?? false,
    endpointTypes: inputs.endpointTypes ?? ["ENDPOINT_TYPE_VM"],
    minPortsPerVm: inputs.minPortsPerVm ?? 0,
  }),
  unset: ["autoNetworkTier", "drainNatIps", "natIps"],
};

const routerIn = (view: GcpView, value: unknown) => byAnyName(view.of("compute/router:Router"), value);
const networkOfRouter = (view: GcpView, value: unknown): string =>
  networkIn(view, routerIn(view, value)?.outs.network)?.id ?? "";

/** https://docs.cloud.google.com/nat/docs/ports-and-addresses */
function natFaults(inputs: Values): readonly string[] {
  const dynamic = inputs.enableDynamicPortAllocation === true;
  const { minPortsPerVm: least, maxPortsPerVm: most, natIpAllocateOption: option, natIps } = inputs;
  const bounds = (name: string, value: unknown, min: number, max: number) => {
    const wrong = value === undefined || isUnknown(value) ? undefined : powerOfTwo(min, max)(value);
    return wrong === undefined ? [] : [`${name} ${String(value)} is ${wrong}, which dynamic ports need`];
  };
  return [
    ...(dynamic ? [...bounds("minPortsPerVm", least, 32, 32_768), ...bounds("maxPortsPerVm", most, 64, 65_536)] : []),
    ...(dynamic && inputs.enableEndpointIndependentMapping === true
      ? ["enableEndpointIndependentMapping does not go with enableDynamicPortAllocation"]
      : []),
    ...(!dynamic && most !== undefined ? ["maxPortsPerVm needs enableDynamicPortAllocation"] : []),
    ...(Number(most) <= Number(least)
      ? [`maxPortsPerVm ${String(most)} must be above minPortsPerVm ${String(least)}`]
      : []),
    ...(option === undefined ? ["natIpAllocateOption is required for a public NAT"] : []),
    ...(option === "AUTO_ONLY" && natIps !== undefined
      ? ["natIps does not go with natIpAllocateOption AUTO_ONLY"]
      : []),
    ...(option === "MANUAL_ONLY" && natIps === undefined
      ? ["natIps is required with natIpAllocateOption MANUAL_ONLY"]
      : []),
    ...((inputs.sourceSubnetworkIpRangesToNat === "LIST_OF_SUBNETWORKS") === (inputs.subnetworks === undefined)
      ? ["subnetworks goes with sourceSubnetworkIpRangesToNat LIST_OF_SUBNETWORKS, and only with it"]
      : []),
  ];
}

/** Whether what has no public address in a subnet reaches the internet, by a NAT of the subnet's region. */
export const leadsOut = (view: GcpView, subnet: Entity): boolean =>
  view
    .of("compute/routerNat:RouterNat")
    .some(
      ({ outs }) =>
        outs.region === subnet.outs.region &&
        networkOfRouter(view, outs.router) === networkIn(view, subnet.outs.network)?.id &&
        (text(outs.sourceSubnetworkIpRangesToNat).startsWith("ALL_SUBNETWORKS") ||
          list(outs.subnetworks).some((each) => subnetworkIn(view, record(each).name)?.id === subnet.id)),
    );

const ports = matches(/^\d{1,5}(-\d{1,5})?$/, "a port or a range of ports");

const firewall: ResourceKind = {
  api: ["Compute", "Firewall"],
  rules: {
    direction: oneOf("INGRESS", "EGRESS"),
    priority: whole(0, 65_535),
    "allows[].ports[]": ports,
    "denies[].ports[]": ports,
    "sourceRanges[]": cidr(),
    "destinationRanges[]": cidr(),
  },
  name: rfc1035(63),
  references: { network: networkOf },
  replaces: ["name", "project", "network", "direction"],
  check: (inputs) => [
    ...((inputs.allows === undefined) === (inputs.denies === undefined)
      ? ["allows or denies is needed, one of them"]
      : []),
    ...((inputs.direction ?? "INGRESS") === "INGRESS" &&
    inputs.destinationRanges !== undefined &&
    inputs.sourceRanges === undefined
      ? ["sourceRanges is required for INGRESS"]
      : []),
    ...(inputs.direction === "EGRESS" && inputs.sourceRanges !== undefined
      ? ["sourceRanges does not go with direction EGRESS"]
      : []),
    ...(inputs.targetTags !== undefined && inputs.targetServiceAccounts !== undefined
      ? ["targetTags does not go with targetServiceAccounts"]
      : []),
  ],
  admit: (_inputs, view, before) => {
    const quota = view.quotas.FIREWALLS ?? 100;
    if (before === undefined && view.of("compute/firewall:Firewall").length >= quota)
      throw overQuota("FIREWALLS", quota, "global");
  },
  seconds: { create: 8, delete: 8 },
  id: (inputs) => `projects/${text(inputs.project)}/global/firewalls/${text(inputs.name)}`,
  outputs: (inputs, { id, before }) => ({
    ...{ selfLink: selfLink(id), creationTimestamp: before?.creationTimestamp ?? now() },
    ...{ direction: inputs.direction ?? "INGRESS", enableLogging: inputs.logConfig !== undefined },
  }),
  unset: ["destinationRanges"],
};

export const networks: Kinds = {
  "compute/network:Network": network,
  "compute/subnetwork:Subnetwork": subnetwork,
  "compute/router:Router": router,
  "compute/routerNat:RouterNat": routerNat,
  "compute/firewall:Firewall": firewall,
};
