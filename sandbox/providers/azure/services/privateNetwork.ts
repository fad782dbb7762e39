import { CloudError, list, record, text, texts, type Values } from "../../cloud/model";
import { matches, oneOf } from "../../cloud/rules";
import { armId, armKinds, byId, sameId, type ArmSpec } from "../arm";
import type { AzureView, Reference } from "../kind";
import { zoneTagFaults } from "./dns";
import { networkName, subnetReference } from "./network";

const global = oneOf("global");
const domain = {
  ...{ max: 253, pattern: /^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}$/i },
  words: "a domain of at least two labels",
};

export const privateZoneReference: Reference = {
  ...{ to: "privatedns:PrivateZone", missing: "PrivateZoneNotFound" },
  as: (_value, inputs, view) => armId(view, "privatedns:PrivateZone", inputs),
  holds: "CannotDeleteResource",
};

const privateZone: ArmSpec = {
  named: domain,
  rules: { location: global },
  check: ({ location, tags }) => [
    ...(location === undefined ? ["location must be global"] : []),
    ...zoneTagFaults(record(tags)),
  ],
  seconds: { create: 30, delete: 10 },
  outputs: () => ({
    ...{ internalId: "", maxNumberOfRecordSets: 25_000, maxNumberOfVirtualNetworkLinks: 1000 },
    ...{ maxNumberOfVirtualNetworkLinksWithRegistration: 100, numberOfRecordSets: 1 },
    ...{ numberOfVirtualNetworkLinks: 0, numberOfVirtualNetworkLinksWithRegistration: 0 },
  }),
};

const zoneLink: ArmSpec = {
  named: networkName(80),
  rules: { location: global },
  references: {
    privateZoneName: privateZoneReference,
    "virtualNetwork.id": { to: "network:VirtualNetwork", missing: "VirtualNetworkNotFound" },
  },
  replaces: ["virtualNetwork"],
  check: ({ location, registrationEnabled, virtualNetwork, tags }) => [
    ...(location === undefined ? ["location must be global"] : []),
    ...zoneTagFaults(record(tags)),
    ...(registrationEnabled === undefined ? ["registrationEnabled is needed"] : []),
    ...(virtualNetwork === undefined ? ["virtualNetwork is needed"] : []),
  ],
  admit: (inputs, view, before) => {
    const { id } = record(inputs.virtualNetwork);
    const same = view
      .of("privatedns:VirtualNetworkLink")
      .find(
        (each) =>
          each.id !== before?.id &&
          sameId(record(each.outs.virtualNetwork).id, id) &&
          text(each.outs.privateZoneName) === text(inputs.privateZoneName),
      );
    if (same !== undefined)
      throw new CloudError(
        "Conflict",
        `A virtual network cannot be linked to multiple zones with overlapping namespaces: ${same.id} is there already.`,
      );
  },
  seconds: { create: 35, delete: 30 },
  outputs: () => ({ virtualNetworkLinkState: "Completed" }),
};

/** Private link groups by the type that they belong to. */
const linkGroups: Readonly<Record<string, readonly string[]>> = {
  "redisenterprise:RedisEnterprise": ["redisEnterprise"],
  "storage:StorageAccount": ["blob", "dfs", "file", "queue", "table", "web"],
  "dbforpostgresql:Server": ["postgresqlServer"],
};

const endpoint: ArmSpec = {
  named: networkName(64),
  references: {
    "subnet.id": subnetReference,
    "privateLinkServiceConnections[].privateLinkServiceId": {
      ...{ to: Object.keys(linkGroups), missing: "PrivateLinkServiceNotFound" },
    },
  },
  replaces: ["subnet"],
  check: ({ subnet, privateLinkServiceConnections, manualPrivateLinkServiceConnections }) => [
    ...(subnet === undefined ? ["subnet is needed"] : []),
    ...(list(privateLinkServiceConnections).length + list(manualPrivateLinkServiceConnections).length === 1
      ? []
      : ["privateLinkServiceConnections needs one connection"]),
  ],
  admit: (inputs, view) => {
    const subnet = byId(view, "network:Subnet", record(inputs.subnet).id);
    if (list(subnet?.outs.delegations).length > 0)
      throw new CloudError(
        "PrivateEndpointCreationNotAllowedAsSubnetIsDelegated",
        `Private endpoint ${text(inputs.privateEndpointName)} cannot be created as subnet ${text(subnet?.id)} is delegated.`,
      );
    for (const connection of list(inputs.privateLinkServiceConnections).map(record)) requireLink(connection, view);
  },
  seconds: { create: 60, delete: 40 },
  outputs: (inputs, { id }) => ({
    ...{
      networkInterfaces: [],
      customDnsConfigs: [],
      customNetworkInterfaceName: inputs.customNetworkInterfaceName ?? "",
    },
    subnet: subnetAnswer(record(inputs.subnet).id),
    privateLinkServiceConnections: list(inputs.privateLinkServiceConnections).map((each) => ({
      ...record(each),
      ...{
        etag: "",
        provisioningState: "Succeeded",
        type: "Microsoft.Network/privateEndpoints/privateLinkServiceConnections",
      },
      id: `${id}/privateLinkServiceConnections/${text(record(each).name)}`,
    })),
  }),
};

function requireLink({ privateLinkServiceId, groupIds }: Values, view: AzureView): void {
  const target = Object.keys(linkGroups).flatMap((token) => byId(view, token, privateLinkServiceId) ?? [])[0];
  if (target === undefined) return;
  if (target.readyAt > view.now)
    throw new CloudError("ResourceNotReady", `The resource ${target.id} is still being provisioned.`);
  const known = linkGroups[target.token] ?? [];
  const wrong = texts(groupIds).find((group) => !known.includes(group));
  if (wrong !== undefined || list(groupIds).length === 0)
    throw new CloudError(
      "InvalidPrivateLinkServiceGroupId",
      `Group id ${wrong ?? "(none)"} is not one of ${target.id}: ${known.join(", ")}.`,
    );
}

/** What a subnet within another answer promises. */
const subnetAnswer = (id: unknown): Values => ({
  ...{ id, etag: "", ipConfigurationProfiles: [], ipConfigurations: [], privateEndpoints: [], purpose: "" },
  ...{ provisioningState: "Succeeded", resourceNavigationLinks: [], serviceAssociationLinks: [] },
});

const zoneGroup: ArmSpec = {
  named: { max: 80, pattern: /^[\w.-]+$/, words: "letters, digits and _ . -" },
  rules: { "privateDnsZoneConfigs[].name": matches(/^[\w.-]{1,80}$/, "a name of letters, digits and _ . -") },
  references: {
    "privateDnsZoneConfigs[].privateDnsZoneId": {
      ...{ to: "privatedns:PrivateZone", missing: "PrivateDnsZoneNotFound", holds: "CannotDeleteResource" },
    },
  },
  seconds: { create: 15, delete: 10 },
  outputs: (inputs) => ({
    privateDnsZoneConfigs: list(inputs.privateDnsZoneConfigs).map((each) => ({ ...record(each), recordSets: [] })),
  }),
};

export const privateNetwork = armKinds({
  "privatedns:PrivateZone": privateZone,
  "privatedns:VirtualNetworkLink": zoneLink,
  "network:PrivateEndpoint": endpoint,
  "network:PrivateDnsZoneGroup": zoneGroup,
});
