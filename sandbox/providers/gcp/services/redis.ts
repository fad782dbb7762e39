import { digest, now } from "../../cloud/ids";
import { CloudError, record, text, texts, type Entity, type Values } from "../../cloud/model";
import { matches, oneOf, whole } from "../../cloud/rules";
import { ownRefusal } from "../errors";
import { networkOf, type GcpView, type Kinds, type Made, type ResourceKind } from "../kind";
import { regions } from "../regions";
import { connectionOf, storeAddress } from "./addresses";
import { agentOf } from "./apis";
import { requireKey } from "./kms";

/** https://docs.cloud.google.com/memorystore/docs/redis/supported-redis-configurations */
const policies = [
  "noeviction",
  ...["lru", "lfu", "random"].flatMap((kind) => [`allkeys-${kind}`, `volatile-${kind}`]),
  "volatile-ttl",
];
const configurations: Readonly<Record<string, RegExp>> = {
  "maxmemory-policy": new RegExp(`^(${policies.join("|")})$`),
  "maxmemory-gb": /^\d+(\.\d+)?$/,
  "notify-keyspace-events": /^[KEg$lszxehtmdnA]*$/,
  activedefrag: /^(yes|no)$/,
  databases: /^([1-9]\d?|100)$/,
  "lfu-decay-time": /^\d+$/,
  "lfu-log-factor": /^\d+$/,
  "stream-node-max-bytes": /^\d+$/,
  "stream-node-max-entries": /^\d+$/,
  timeout: /^\d+$/,
  ...Object.fromEntries(
    ["eviction", "expire", "user-del", "user-flush"].map((of) => [`lazyfree-lazy-${of}`, /^(yes|no)$/]),
  ),
};

const instance: ResourceKind = {
  api: ["Memorystore for Redis", "Instance"],
  rules: {
    tier: oneOf("BASIC", "STANDARD_HA"),
    memorySizeGb: whole(1, 300),
    redisVersion: oneOf("REDIS_4_0", "REDIS_5_0", "REDIS_6_X", "REDIS_7_0", "REDIS_7_2"),
    region: oneOf(...regions),
    connectMode: oneOf("DIRECT_PEERING", "PRIVATE_SERVICE_ACCESS"),
    transitEncryptionMode: oneOf("DISABLED", "SERVER_AUTHENTICATION"),
    readReplicasMode: oneOf("READ_REPLICAS_DISABLED", "READ_REPLICAS_ENABLED"),
    replicaCount: whole(0, 5),
    "persistenceConfig.persistenceMode": oneOf("DISABLED", "RDB"),
    "maintenancePolicy.weeklyMaintenanceWindows[].day": oneOf(
      ...["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"],
    ),
    displayName: matches(/^.{1,80}$/, "at most 80 characters"),
  },
  name: {
    ...{ property: "name", max: 40, lower: true },
    pattern: /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
    words: "at most 40 lower-case letters, digits and hyphens, beginning with a letter",
  },
  references: { authorizedNetwork: networkOf },
  replaces: [
    ...["name", "project", "region", "tier", "connectMode", "authorizedNetwork", "reservedIpRange", "locationId"],
    ...["transitEncryptionMode", "customerManagedKey", "alternativeLocationId"],
  ],
  check: (inputs) => [
    ...Object.entries(record(inputs.redisConfigs)).flatMap(([name, value]) =>
      configurations[name]?.test(text(value)) === true
        ? []
        : [
            configurations[name] === undefined
              ? `redisConfigs: Memorystore does not let ${name} be set`
              : `redisConfigs: ${text(value)} is not a value of ${name}`,
          ],
    ),
    ...(inputs.readReplicasMode === "READ_REPLICAS_ENABLED" && (inputs.tier ?? "BASIC") === "BASIC"
      ? ["readReplicasMode READ_REPLICAS_ENABLED needs tier STANDARD_HA"]
      : []),
    ...((inputs.tier ?? "BASIC") === "BASIC" && inputs.alternativeLocationId !== undefined
      ? ["alternativeLocationId needs tier STANDARD_HA"]
      : []),
  ],
  admit: admitInstance,
  seconds: (_inputs, before) => ({ create: 300, update: before === undefined ? 0 : 180, delete: 60 }),
  id: (inputs) => `projects/${text(inputs.project)}/locations/${text(inputs.region)}/instances/${text(inputs.name)}`,
  outputs: instanceOutputs,
  unset: [
    "maintenanceSchedules",
    "secondaryIpRange",
    "serverCaCerts",
    "persistenceConfig",
    "readEndpoint",
    "readEndpointPort",
  ],
  release: ({ outs }) => {
    if (outs.deletionProtection === true)
      throw new CloudError(
        ownRefusal,
        "Error: Cannot destroy redis instance because deletion_protection is set to true.",
      );
  },
  stateful: true,
};

function admitInstance(inputs: Values, view: GcpView): void {
  const { connectMode, authorizedNetwork, reservedIpRange } = inputs;
  if (connectMode === "PRIVATE_SERVICE_ACCESS") {
    const connection = connectionOf(view, authorizedNetwork);
    if (connection === undefined || connection.readyAt > view.now)
      throw new CloudError(
        "failedPrecondition",
        "Google private service access is not enabled. Enable privateServiceAccess and try again.",
      );
    if (reservedIpRange !== undefined && !texts(connection.outs.reservedPeeringRanges).includes(text(reservedIpRange)))
      throw new CloudError(
        "badRequest",
        `Invalid value: '${text(reservedIpRange)}' is not an allocated range of the connection.`,
      );
  }
  const agent = agentOf("redis.googleapis.com", view);
  requireKey(
    ...([view, inputs.customerManagedKey, agent, inputs.region] as const),
    `Permission 'cloudkms.cryptoKeyVersions.useToEncrypt' denied on '${text(inputs.customerManagedKey)}' for ${agent}`,
  );
}

function instanceOutputs(inputs: Values, { id, view, before }: Made): Values {
  const zones = view.zones.map(({ name }) => name);
  const standby = inputs.tier === "STANDARD_HA";
  const location = text(inputs.locationId) || text(before?.locationId) || (zones[0] ?? "");
  const other = standby ? (zones.find((zone) => zone !== location) ?? "") : "";
  return {
    ...{ host: text(before?.host) || storeAddress(view, inputs.authorizedNetwork, inputs.reservedIpRange), port: 6379 },
    // The account's file does not keep it, and an update must not change it.
    authString: inputs.authEnabled === true ? digest(`token of ${id} in ${view.project}`, 32) : "",
    ...{
      createTime: before?.createTime ?? now(),
      locationId: location,
      currentLocationId: before?.currentLocationId ?? location,
    },
    alternativeLocationId: inputs.alternativeLocationId ?? other,
    ...{ effectiveReservedIpRange: inputs.reservedIpRange ?? "", reservedIpRange: inputs.reservedIpRange ?? "" },
    nodes: standby
      ? [location, other].map((zone, at) => ({ id: `node-${at}`, zone }))
      : [{ id: "node-0", zone: location }],
    ...{
      maintenanceVersion: "20261012_00_00",
      persistenceIamIdentity: `serviceAccount:${agentOf("redis.googleapis.com", view)}`,
    },
    ...{ readReplicasMode: inputs.readReplicasMode ?? "READ_REPLICAS_DISABLED", replicaCount: standby ? 1 : 0 },
    redisVersion: inputs.redisVersion ?? "REDIS_7_2",
    ...{ tier: inputs.tier ?? "BASIC", authorizedNetwork: inputs.authorizedNetwork ?? "default" },
  };
}

/** Zones of a cache's nodes: one, or two with a standby. */
export const zonesOfCache = ({ outs }: Entity): readonly string[] =>
  (outs.nodes as readonly { readonly zone: string }[]).map(({ zone }) => zone);

export const redis: Kinds = { "redis/instance:Instance": instance };
