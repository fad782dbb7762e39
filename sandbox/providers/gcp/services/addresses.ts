import { digest, now } from "../../cloud/ids";
import { CloudError, isUnknown, text, texts, type Entity, type Values } from "../../cloud/model";
import { addressIn, contains, oneOf, overlap, parseCidr, whole } from "../../cloud/rules";
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
import { networkIn, rangesIn, subnetworkIn } from "./network";

const internal = (inputs: Values): boolean => inputs.addressType === "INTERNAL";

const address: ResourceKind = {
  api: ["Compute", "Address"],
  rules: {
    addressType: oneOf("EXTERNAL", "INTERNAL"),
    networkTier: oneOf("PREMIUM", "STANDARD"),
    purpose: oneOf(
      "GCE_ENDPOINT",
      "SHARED_LOADBALANCER_VIP",
      "VPC_PEERING",
      "IPSEC_INTERCONNECT",
      "PRIVATE_SERVICE_CONNECT",
    ),
    region: oneOf(...regions),
    ipVersion: oneOf("IPV4", "IPV6"),
  },
  name: rfc1035(63),
  references: {
    network: networkOf,
    subnetwork: { to: "compute/subnetwork:Subnetwork", by: anyName, missing: "notFound", holds: inUse },
  },
  replaces: [
    ...["name", "project", "region", "address", "addressType", "purpose", "networkTier", "subnetwork", "network"],
    ...["description", "prefixLength"],
  ],
  check: (inputs) => [
    ...(internal(inputs) && inputs.networkTier !== undefined
      ? ["networkTier does not go with addressType INTERNAL"]
      : []),
    ...(!internal(inputs) && inputs.subnetwork !== undefined ? ["subnetwork needs addressType INTERNAL"] : []),
    ...(!internal(inputs) && inputs.purpose !== undefined ? ["purpose needs addressType INTERNAL"] : []),
    ...(internal(inputs) && inputs.subnetwork === undefined && inputs.network === undefined
      ? ["subnetwork is required for addressType INTERNAL"]
      : []),
  ],
  admit: (inputs, view, before) => {
    if (before !== undefined) return;
    if (internal(inputs)) return checkInternal(inputs, view);
    const own = view
      .of("compute/address:Address")
      .filter(({ outs }) => outs.region === inputs.region && outs.addressType !== "INTERNAL");
    const quota = view.quotas.STATIC_ADDRESSES ?? 8;
    if (own.length >= quota) throw overQuota("STATIC_ADDRESSES", quota, text(inputs.region));
  },
  seconds: { create: 8, delete: 8 },
  id: (inputs) => `projects/${text(inputs.project)}/regions/${text(inputs.region)}/addresses/${text(inputs.name)}`,
  outputs: (inputs, { id, view, before }) => ({
    ...{ selfLink: selfLink(id), addressId: digest(id, 12), creationTimestamp: before?.creationTimestamp ?? now() },
    ...{ labelFingerprint: digest(JSON.stringify(inputs.labels ?? {}), 11), users: before?.users ?? [] },
    address: inputs.address ?? before?.address ?? (internal(inputs) ? insideOf(inputs, view) : free(view)),
    networkTier: internal(inputs) ? "" : (inputs.networkTier ?? "PREMIUM"),
    ...{ purpose: inputs.purpose ?? (internal(inputs) ? "GCE_ENDPOINT" : ""), prefixLength: inputs.prefixLength ?? 0 },
  }),
  unset: ["subnetwork"],
};

function checkInternal(inputs: Values, view: GcpView): void {
  const subnet = subnetworkIn(view, inputs.subnetwork);
  const range = parseCidr(subnet?.outs.ipCidrRange);
  const wanted = parseCidr(`${text(inputs.address)}/32`);
  if (range !== undefined && wanted !== undefined && !contains(range, wanted))
    throw new CloudError(
      "badRequest",
      `Requested internal IP address is outside the network/subnetwork range: ${text(inputs.address)}`,
    );
  const taken = view
    .of("compute/address:Address")
    .find(({ outs }) => wanted !== undefined && outs.address === inputs.address && outs.region === inputs.region);
  if (taken !== undefined)
    throw new CloudError(
      "badRequest",
      `Invalid value for field 'resource.address': '${text(inputs.address)}'. Specified IP address is already reserved.`,
    );
}

/** 198.51.100.0/24 is reserved for documentation (RFC 5737). */
function free(view: GcpView): string {
  const taken = new Set(
    [...view.of("compute/address:Address"), ...view.of("compute/globalAddress:GlobalAddress")].map(
      ({ outs }) => outs.address,
    ),
  );
  return Array.from({ length: 254 }, (_, at) => `198.51.100.${at + 1}`).find((ip) => !taken.has(ip)) ?? "";
}

function insideOf(inputs: Values, view: GcpView): string {
  const range = text(subnetworkIn(view, inputs.subnetwork)?.outs.ipCidrRange);
  const taken = new Set(view.of("compute/address:Address").map(({ outs }) => outs.address));
  // Google keeps the first two and the last two addresses of a subnet.
  const inside = Array.from({ length: 200 }, (_, at) => addressIn(range, at + 2));
  return inside.find((ip) => !taken.has(ip)) ?? "";
}

const globalAddress: ResourceKind = {
  api: ["Compute", "GlobalAddress"],
  rules: {
    addressType: oneOf("EXTERNAL", "INTERNAL"),
    purpose: oneOf("VPC_PEERING", "PRIVATE_SERVICE_CONNECT"),
    prefixLength: whole(8, 29),
    ipVersion: oneOf("IPV4", "IPV6"),
  },
  name: rfc1035(63),
  references: { network: networkOf },
  replaces: [
    "name",
    "project",
    "address",
    "addressType",
    "purpose",
    "network",
    "prefixLength",
    "description",
    "ipVersion",
  ],
  check: (inputs) => {
    if (inputs.purpose !== "VPC_PEERING")
      return inputs.prefixLength === undefined ? [] : ["prefixLength needs purpose VPC_PEERING"];
    const needed = ["prefixLength", "network"].filter((name) => inputs[name] === undefined);
    return [
      ...needed.map((name) => `${name} is required with purpose VPC_PEERING`),
      ...(internal(inputs) ? [] : ["addressType must be INTERNAL with purpose VPC_PEERING"]),
    ];
  },
  admit: (inputs, view, before) => {
    if (before !== undefined) return;
    if (inputs.purpose === "VPC_PEERING") return checkReserved(inputs, view);
    const own = view.of("compute/globalAddress:GlobalAddress").filter(({ outs }) => !internal(outs));
    const quota = view.quotas.GLOBAL_EXTERNAL_MANAGED_ADDRESSES ?? view.quotas.STATIC_ADDRESSES ?? 8;
    if (own.length >= quota) throw overQuota("STATIC_ADDRESSES", quota, "global");
  },
  seconds: { create: 12, delete: 12 },
  id: (inputs) => `projects/${text(inputs.project)}/global/addresses/${text(inputs.name)}`,
  outputs: (inputs, { id, view, before }) => ({
    ...{ selfLink: selfLink(id), creationTimestamp: before?.creationTimestamp ?? now() },
    labelFingerprint: digest(JSON.stringify(inputs.labels ?? {}), 11),
    address:
      inputs.address ?? before?.address ?? (inputs.purpose === "VPC_PEERING" ? freeRange(inputs, view) : free(view)),
    prefixLength: inputs.prefixLength ?? 0,
  }),
};

function checkReserved(inputs: Values, view: GcpView): void {
  if (inputs.address === undefined) return;
  const range = parseCidr(`${text(inputs.address)}/${Number(inputs.prefixLength)}`);
  const clash = rangesIn(view, networkIn(view, inputs.network)?.id ?? "").find(
    (each) => range !== undefined && overlap(each.range, range),
  );
  if (clash !== undefined)
    throw new CloudError(
      "invalid",
      `Invalid value for field 'resource.address': '${text(inputs.address)}'. Requested range conflicts with other resources: '${clash.of.id}'.`,
    );
}

/** The first range of the size that the network has not given away. */
function freeRange(inputs: Values, view: GcpView): string {
  const size = 2 ** (32 - Number(inputs.prefixLength));
  const taken = rangesIn(view, networkIn(view, inputs.network)?.id ?? "");
  const count = 2 ** 24 / size;
  for (let at = 0; at < count; at++) {
    const address = addressIn("10.0.0.0/8", at * size);
    const range = parseCidr(`${address}/${Number(inputs.prefixLength)}`);
    if (range !== undefined && !taken.some((each) => overlap(each.range, range))) return address;
  }
  throw new CloudError("badRequest", `No range of /${Number(inputs.prefixLength)} is free in the network.`);
}

export const peeringName = "servicenetworking-googleapis-com";

const connection: ResourceKind = {
  api: ["Service Networking", "Connection"],
  rules: { service: oneOf("servicenetworking.googleapis.com"), deletionPolicy: oneOf("ABANDON", "DELETE", "PREVENT") },
  references: {
    // What holds the network is the peering that it makes.
    network: { ...networkOf, holds: undefined },
    "reservedPeeringRanges[]": { to: "compute/globalAddress:GlobalAddress", by: ["name"], missing: "badRequest" },
  },
  replaces: ["network", "service"],
  admit: (inputs, view, before) => {
    const of = networkIn(view, inputs.network)?.id;
    const other = connectionOf(view, inputs.network);
    // Service Networking remembers a connection that was abandoned.
    const remembered = view.of("compute/networkPeering:NetworkPeering").some(({ outs }) => outs.network === of);
    if (before === undefined && (other !== undefined || (remembered && inputs.updateOnCreationFail !== true)))
      throw new CloudError(
        "badRequest",
        "Cannot modify allocated ranges in CreateConnection. Please use UpdateConnection.",
      );
    const ranges = view
      .of("compute/globalAddress:GlobalAddress")
      .filter(({ outs }) => texts(inputs.reservedPeeringRanges).includes(text(outs.name)));
    const wrong = ranges.find(({ outs }) => outs.purpose !== "VPC_PEERING" || networkIn(view, outs.network)?.id !== of);
    if (wrong !== undefined)
      throw new CloudError(
        "badRequest",
        `Range '${text(wrong.outs.name)}' is not reserved for peering in network '${text(of)}'.`,
      );
  },
  seconds: { create: 60, update: 40, delete: 40 },
  id: (inputs) => `${encodeURIComponent(text(inputs.network))}:${text(inputs.service)}`,
  outputs: () => ({ peering: peeringName }),
  makes: (inputs, { view }) => {
    const of = networkIn(view, inputs.network)?.id ?? "";
    return [
      {
        ...{ token: "compute/networkPeering:NetworkPeering", id: `${of}/networkPeerings/${peeringName}` },
        outs: { name: peeringName, network: of },
      },
    ];
  },
  // Cloud SQL keeps its side for up to four days after an instance has gone: a delete in the same run always fails.
  release: ({ outs }, view) => {
    const of = networkIn(view, outs.network)?.id;
    const users = [...view.of("sql/databaseInstance:DatabaseInstance"), ...view.of("sql/instanceName:InstanceName")];
    if ([...users, ...view.of("redis/instance:Instance")].some((each) => usesNetwork(view, each) === of))
      throw new CloudError(
        "provider",
        "Unable to remove Service Networking Connection, err: Error waiting for Delete Service Networking Connection: " +
          "Error code 9, message: Failed to delete connection; Producer services (e.g. CloudSQL, Cloud Memstore, etc.) are still using this connection.",
      );
  },
};

function usesNetwork(view: GcpView, { outs }: Entity): string | undefined {
  const settings = outs.settings as { readonly ipConfiguration?: { readonly privateNetwork?: string } } | undefined;
  return networkIn(view, outs.authorizedNetwork ?? outs.network ?? settings?.ipConfiguration?.privateNetwork)?.id;
}

/** The connection to Google's stores that a network has. */
export const connectionOf = (view: GcpView, of: unknown): Entity | undefined =>
  view
    .of("servicenetworking/connection:Connection")
    .find(({ outs }) => networkIn(view, outs.network)?.id === networkIn(view, of)?.id);

/** An address for a managed store, from a range that is reserved in its network; those of before are skipped. */
export function storeAddress(view: GcpView, of: unknown, wantedRange: unknown): string {
  const ranges = texts(connectionOf(view, of)?.outs.reservedPeeringRanges);
  const chosen = isUnknown(wantedRange) || text(wantedRange) === "" ? ranges[0] : lastPart(wantedRange);
  const range = byAnyName(view.of("compute/globalAddress:GlobalAddress"), chosen)?.outs;
  const stores = [...view.of("sql/databaseInstance:DatabaseInstance"), ...view.of("redis/instance:Instance")].length;
  return addressIn(`${text(range?.address)}/${Number(range?.prefixLength ?? 24)}`, 3 + 16 * stores);
}

export const addresses: Kinds = {
  "compute/address:Address": address,
  "compute/globalAddress:GlobalAddress": globalAddress,
  "servicenetworking/connection:Connection": connection,
};
