import { digest } from "../../cloud/ids";
import { CloudError, list, record, text, texts, type Entity, type Values } from "../../cloud/model";
import { cidr, contains, matches, oneOf, overlap, parseCidr, whole } from "../../cloud/rules";
import { armId, armKinds, busy, byId, sameId, type ArmSpec } from "../arm";
import { valueOf } from "../enumerations";
import type { AzureView, Reference } from "../kind";

/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules */
export const networkName = (max: number) => ({
  ...{ max, pattern: /^[A-Za-z0-9]([\w.-]*\w)?$/ },
  words: "letters, digits and _ . -, the first a letter or digit, the last one of them or _",
});

export const subnetReference: Reference = {
  ...{ to: "network:Subnet", missing: "InvalidResourceReference", holds: "InUseSubnetCannotBeDeleted" },
};
const address: Reference = {
  to: "network:PublicIPAddress",
  ...{ missing: "InvalidResourceReference", holds: "PublicIPAddressCannotBeDeleted" },
};

const virtualNetwork: ArmSpec = {
  named: networkName(64),
  rules: {
    "addressSpace.addressPrefixes[]": cidr(2, 29),
    flowTimeoutInMinutes: whole(4, 30),
    "subnets[].addressPrefix": cidr(8, 29),
  },
  stays: true,
  check: ({ addressSpace }) =>
    list(record(addressSpace).addressPrefixes).length === 0 ? ["addressSpace.addressPrefixes needs a range"] : [],
  admit: (inputs, view, before) => {
    const ranges = texts(record(inputs.addressSpace).addressPrefixes).flatMap((each) => parseCidr(each) ?? []);
    if (ranges.some((one, at) => ranges.some((other, place) => at < place && overlap(one, other))))
      throw new CloudError("NetcfgOverlappingAddressPrefixes", "Address prefixes of the virtual network overlap.");
    if (before === undefined) return;
    const outside = subnetsOf(view, before.id).find((subnet) => !within(rangesOfSubnet(subnet.outs), ranges));
    if (outside !== undefined)
      throw new CloudError(
        "InUsePrefixCannotBeDeleted",
        `IpPrefix on Vnet ${before.id} cannot be deleted: subnet ${text(outside.outs.name)} lies in it.`,
      );
  },
  seconds: { create: 5, update: 5, delete: 10 },
  outputs: (inputs) => ({ flowLogs: [], enableDdosProtection: inputs.enableDdosProtection ?? false }),
};

export const subnetsOf = (view: AzureView, network: unknown): readonly Entity[] =>
  view.of("network:Subnet").filter(({ id }) => sameId(id.replace(/\/subnets\/[^/]+$/, ""), network));

type Ranges = readonly NonNullable<ReturnType<typeof parseCidr>>[];
export const rangesOfSubnet = ({ addressPrefix, addressPrefixes }: Values): Ranges =>
  [addressPrefix, ...list(addressPrefixes)].flatMap((each) => parseCidr(each) ?? []);
const within = (inner: Ranges, outer: Ranges): boolean =>
  inner.every((each) => outer.some((range) => contains(range, each)));

/** Services that a subnet of such a stack can be handed over to. */
const delegable = ["Microsoft.DBforPostgreSQL/flexibleServers", "Microsoft.ContainerService/managedClusters"];

const subnet: ArmSpec = {
  named: networkName(80),
  rules: {
    addressPrefix: cidr(8, 29),
    "addressPrefixes[]": cidr(8, 29),
    "delegations[].serviceName": oneOf(...delegable),
    "serviceEndpoints[].service": matches(/^Microsoft\.[A-Za-z]+$/, "a service such as Microsoft.Storage"),
    privateEndpointNetworkPolicies: valueOf("network", "VirtualNetworkPrivateEndpointNetworkPolicies"),
    privateLinkServiceNetworkPolicies: valueOf("network", "VirtualNetworkPrivateLinkServiceNetworkPolicies"),
  },
  references: {
    "natGateway.id": {
      to: "network:NatGateway",
      ...{ missing: "InvalidResourceReference", holds: "InUseNatGatewayCannotBeDeleted" },
    },
    "networkSecurityGroup.id": {
      to: "network:NetworkSecurityGroup",
      ...{ missing: "InvalidResourceReference", holds: "InUseNetworkSecurityGroupCannotBeDeleted" },
    },
  },
  check: ({ addressPrefix, addressPrefixes, delegations }) => [
    ...((addressPrefix === undefined) === (addressPrefixes === undefined)
      ? ["addressPrefix or addressPrefixes is needed, one of them"]
      : []),
    ...(list(delegations).some((each) => record(each).serviceName === undefined)
      ? ["delegations need a serviceName"]
      : []),
  ],
  admit: admitSubnet,
  seconds: { create: 5, update: 5, delete: 10 },
  release: ({ id }, view) => refuseBusy(view, id),
  outputs: (inputs, { id }) => ({
    ...{ ipConfigurations: [], ipConfigurationProfiles: [], privateEndpoints: [], purpose: "" },
    ...{ resourceNavigationLinks: [], serviceAssociationLinks: [] },
    privateEndpointNetworkPolicies: inputs.privateEndpointNetworkPolicies ?? "Disabled",
    privateLinkServiceNetworkPolicies: inputs.privateLinkServiceNetworkPolicies ?? "Enabled",
    delegations: list(inputs.delegations).map((each) => ({
      ...record(each),
      ...{ actions: [], etag: etagOf(id), provisioningState: "Succeeded" },
      id: `${id}/delegations/${text(record(each).name)}`,
      type: "Microsoft.Network/virtualNetworks/subnets/delegations",
    })),
    serviceEndpoints: list(inputs.serviceEndpoints).map((each) => ({
      ...record(each),
      ...{ locations: ["*"], provisioningState: "Succeeded" },
    })),
    ...(inputs.networkSecurityGroup === undefined ? {} : { networkSecurityGroup: groupAnswer(inputs) }),
  }),
};

const groupAnswer = ({ networkSecurityGroup }: Values): Values => ({
  ...{ id: record(networkSecurityGroup).id, name: text(record(networkSecurityGroup).id).split("/").at(-1) },
  ...{ defaultSecurityRules: [], etag: "", flowLogs: [], networkInterfaces: [], provisioningState: "Succeeded" },
  ...{ resourceGuid: "", subnets: [], type: "Microsoft.Network/networkSecurityGroups" },
});

function admitSubnet(inputs: Values, view: AzureView, before?: Entity): void {
  const id = before?.id ?? armId(view, "network:Subnet", inputs);
  refuseBusy(view, id);
  const network = byId(view, "network:VirtualNetwork", armId(view, "network:VirtualNetwork", inputs));
  const own = rangesOfSubnet(inputs);
  const name = text(inputs.subnetName);
  const ranges = texts(record(network?.outs.addressSpace).addressPrefixes).flatMap((each) => parseCidr(each) ?? []);
  if (!within(own, ranges))
    throw new CloudError(
      "NetcfgInvalidSubnet",
      `Subnet '${name}' is not valid in virtual network '${text(inputs.virtualNetworkName)}'.`,
    );
  const others = subnetsOf(view, network?.id).filter((each) => each.id !== before?.id);
  if (others.some(({ outs }) => rangesOfSubnet(outs).some((range) => own.some((each) => overlap(each, range)))))
    throw new CloudError(
      "NetcfgSubnetRangesOverlap",
      `Subnet '${name}' is not valid because its IP address range overlaps with that of an existing subnet in virtual ` +
        `network '${text(inputs.virtualNetworkName)}'.`,
    );
  const usedBy = before === undefined ? undefined : userOf(view, before.id);
  if (usedBy !== undefined && JSON.stringify(own) !== JSON.stringify(rangesOfSubnet(before?.outs ?? {})))
    throw new CloudError(
      "InUseSubnetCannotBeUpdated",
      `Subnet ${name} is in use by ${usedBy.id} and cannot be updated.`,
    );
}

/** What has addresses in a subnet. */
export const userOf = (view: AzureView, subnetId: unknown): Entity | undefined =>
  [
    ...view.of("containerservice:AgentPool"),
    ...view.of("dbforpostgresql:Server"),
    ...view.of("network:PrivateEndpoint"),
  ].find(({ outs }) =>
    [outs.vnetSubnetID, record(outs.network).delegatedSubnetResourceId, record(outs.subnet).id].some((id) =>
      sameId(id, subnetId),
    ),
  );

/** Addresses of a subnet that something can have: Azure keeps five of every one. */
export const freeAddresses = ({ outs }: Entity): number =>
  rangesOfSubnet(outs).reduce((sum, { prefix }) => sum + 2 ** (32 - prefix) - 5, 0);

/** Subnets of a network are changed one after the other. */
function refuseBusy(view: AzureView, id: string): void {
  const other = busy(subnetsOf(view, id.replace(/\/subnets\/[^/]+$/, "")), view, { id } as Entity);
  if (other !== undefined)
    throw new CloudError(
      "AnotherOperationInProgress",
      `Another operation on this or dependent resource is in progress: ${other.id}.`,
    );
}

export const etagOf = (id: string): string => `W/"${digest(id, 32)}"`;

const publicAddress: ArmSpec = {
  named: networkName(80),
  rules: {
    "sku.name": valueOf("network", "PublicIPAddressSkuName"),
    "sku.tier": valueOf("network", "PublicIPAddressSkuTier"),
    publicIPAllocationMethod: valueOf("network", "IPAllocationMethod"),
    publicIPAddressVersion: valueOf("network", "IPVersion"),
    idleTimeoutInMinutes: whole(4, 30),
    "zones[]": oneOf("1", "2", "3"),
  },
  stays: true,
  replaces: ["sku", "publicIPAddressVersion", "publicIPPrefix"],
  check: ({ sku, publicIPAllocationMethod, zones }) => [
    ...(record(sku).name === "Standard" && publicIPAllocationMethod !== "Static"
      ? ["publicIPAllocationMethod must be Static with sku.name Standard"]
      : []),
    ...(record(sku).name !== "Standard" && zones !== undefined ? ["zones need sku.name Standard"] : []),
  ],
  admit: ({ zones }, view, before) => {
    requireZones(zones, view);
    const others = view.of("network:PublicIPAddress").filter(({ id }) => id !== before?.id);
    const limit = view.quotas.StandardSkuPublicIpAddresses ?? 0;
    if (others.length >= limit)
      throw new CloudError(
        "PublicIPCountLimitReached",
        `Cannot create more than ${limit} public IP addresses for this subscription in this region.`,
      );
  },
  seconds: { create: 4, delete: 12 },
  outputs: (inputs, { id, before }) => ({
    ipAddress: before?.ipAddress ?? addressOf(id),
    ...{ ipConfiguration: {}, ipTags: inputs.ipTags ?? [], idleTimeoutInMinutes: inputs.idleTimeoutInMinutes ?? 4 },
    publicIPAddressVersion: inputs.publicIPAddressVersion ?? "IPv4",
    sku: { tier: "Regional", ...record(inputs.sku ?? { name: "Basic" }) },
  }),
};

/** Made up, in a range of Azure's own. */
const addressOf = (id: string): string =>
  `20.${[0, 2, 4].map((at) => parseInt(digest(id, 6).slice(at, at + 2), 16)).join(".")}`;

/** A location has three zones or none. */
export function requireZones(zones: unknown, view: AzureView): void {
  const missing = texts(zones).find((zone) => Number(zone) > view.zones.length);
  if (missing !== undefined)
    throw new CloudError(
      "AvailabilityZoneNotSupported",
      `The zone(s) '${missing}' for resource is not supported. The supported zones for location '${view.region}' are ` +
        `'${view.zones.map((_, at) => at + 1).join(",")}'`,
    );
}

const natGateway: ArmSpec = {
  named: networkName(80),
  rules: {
    "sku.name": valueOf("network", "NatGatewaySkuName"),
    idleTimeoutInMinutes: whole(4, 120),
    "zones[]": oneOf("1", "2", "3"),
  },
  references: { "publicIpAddresses[].id": address },
  check: ({ zones }) => (list(zones).length > 1 ? ["zones takes one zone: a NAT gateway is zonal, or in none"] : []),
  admit: ({ zones }, view) => requireZones(zones, view),
  seconds: { create: 5, delete: 12 },
  outputs: (inputs) => ({ subnets: [], idleTimeoutInMinutes: inputs.idleTimeoutInMinutes ?? 4 }),
};

const port = matches(/^(\*|\d{1,5}(-\d{1,5})?)$/, "a port, a range of ports or *");

const securityGroup: ArmSpec = {
  named: networkName(80),
  rules: {
    "securityRules[].access": valueOf("network", "SecurityRuleAccess"),
    "securityRules[].direction": valueOf("network", "SecurityRuleDirection"),
    "securityRules[].protocol": valueOf("network", "SecurityRuleProtocol"),
    "securityRules[].priority": whole(100, 4096),
    "securityRules[].destinationPortRange": port,
    "securityRules[].destinationPortRanges[]": port,
    "securityRules[].sourcePortRange": port,
  },
  check: ({ securityRules }) => {
    const rules = list(securityRules).map(record);
    const places = rules.map(({ direction, priority }) => `${text(direction)} ${String(priority)}`);
    const twice = places.find((place, at) => places.indexOf(place) !== at);
    return [
      ...(twice === undefined ? [] : [`securityRules have two of ${twice}: priorities are used once in a direction`]),
      ...rules.flatMap(({ name }) => (name === undefined ? ["securityRules need a name each"] : [])),
    ];
  },
  seconds: { create: 5, delete: 10 },
  outputs: (inputs, { id }) => ({
    ...{ defaultSecurityRules: [], flowLogs: [], networkInterfaces: [], subnets: [] },
    securityRules: list(inputs.securityRules).map((each) => ({
      ...record(each),
      ...{ etag: etagOf(id), provisioningState: "Succeeded" },
      id: `${id}/securityRules/${text(record(each).name)}`,
    })),
  }),
};

export const network = armKinds({
  "network:VirtualNetwork": virtualNetwork,
  "network:Subnet": subnet,
  "network:PublicIPAddress": publicAddress,
  "network:NatGateway": natGateway,
  "network:NetworkSecurityGroup": securityGroup,
});
