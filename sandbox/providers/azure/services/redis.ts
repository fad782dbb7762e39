import { CloudError, text, type Values } from "../../cloud/model";
import { oneOf } from "../../cloud/rules";
import { armId, armKinds, byId, type ArmSpec } from "../arm";
import { valueOf } from "../enumerations";

export const cacheToken = "redisenterprise:RedisEnterprise";
export const databaseToken = "redisenterprise:Database";

const cache: ArmSpec = {
  named: {
    ...{ max: 60, pattern: /^[A-Za-z0-9](-?[A-Za-z0-9])*$/ },
    words: "letters, digits and single hyphens, no hyphen at either end",
  },
  rules: {
    "sku.name": valueOf("redisenterprise", "SkuName"),
    highAvailability: valueOf("redisenterprise", "HighAvailability"),
    minimumTlsVersion: valueOf("redisenterprise", "TlsVersion"),
    publicNetworkAccess: valueOf("redisenterprise", "PublicNetworkAccess"),
  },
  stays: true,
  replaces: ["zones"],
  check: ({ sku, zones }: Values) => {
    const { name, capacity } = (sku ?? {}) as { readonly name?: unknown; readonly capacity?: unknown };
    const managed = !/^Enterprise/.test(text(name));
    return [
      ...(managed && capacity !== undefined ? [`sku.capacity does not go with ${text(name)}`] : []),
      ...(managed && zones !== undefined ? ["zones are chosen by Azure Managed Redis itself"] : []),
    ];
  },
  // https://learn.microsoft.com/azure/redis/architecture#running-without-high-availability-mode-enabled
  admit: ({ highAvailability }, _view, before) => {
    if (before?.outs.highAvailability === "Enabled" && highAvailability === "Disabled")
      throw new CloudError("BadRequest", "High availability cannot be disabled once it is enabled.");
  },
  seconds: { create: 600, update: 600, delete: 300 },
  outputs: (inputs) => ({
    hostName: `${text(inputs.clusterName)}.${text(inputs.location)}.redis.azure.net`,
    ...{
      kind: "v2",
      privateEndpointConnections: [],
      redisVersion: "7.4",
      resourceState: "Running",
      redundancyMode: "ZR",
    },
    highAvailability: inputs.highAvailability ?? "Enabled",
  }),
  stateful: true,
};

const database: ArmSpec = {
  named: { max: 7, pattern: /^default$/, words: "default: there is one in each cache" },
  rules: {
    clientProtocol: valueOf("redisenterprise", "Protocol"),
    clusteringPolicy: valueOf("redisenterprise", "ClusteringPolicy"),
    evictionPolicy: valueOf("redisenterprise", "EvictionPolicy"),
    accessKeysAuthentication: oneOf("Enabled", "Disabled"),
    // Azure Managed Redis listens here and nowhere else.
    port: oneOf(10_000),
  },
  replaces: ["clusteringPolicy", "port"],
  admit: (inputs, view) => {
    const owner = byId(view, cacheToken, armId(view, cacheToken, inputs));
    if (owner !== undefined && owner.readyAt > view.now)
      throw new CloudError("BadRequest", `The cluster ${text(inputs.clusterName)} is not in a running state.`);
  },
  seconds: { create: 120, update: 60, delete: 60 },
  outputs: (inputs) => ({
    ...{ redisVersion: "7.4", resourceState: "Running", port: inputs.port ?? 10_000 },
    accessKeysAuthentication: inputs.accessKeysAuthentication ?? "Disabled",
    clusteringPolicy: inputs.clusteringPolicy ?? "OSSCluster",
    clientProtocol: inputs.clientProtocol ?? "Encrypted",
  }),
  stateful: true,
};

export const redis = armKinds({ [cacheToken]: cache, [databaseToken]: database });
