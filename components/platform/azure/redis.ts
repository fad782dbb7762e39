import { PrivateDnsZoneGroup } from "@pulumi/azure-native/network/privateDnsZoneGroup";
import { PrivateEndpoint } from "@pulumi/azure-native/network/privateEndpoint";
import { Database } from "@pulumi/azure-native/redisenterprise/database";
import { listDatabaseKeysOutput } from "@pulumi/azure-native/redisenterprise/listDatabaseKeys";
import { RedisEnterprise } from "@pulumi/azure-native/redisenterprise/redisEnterprise";
import * as pulumi from "@pulumi/pulumi";
import type { AzureRedis } from "../../settings/azure/types";
import type { RedisServer } from "../contract";
import { ownRedis } from "../shared/ownStores";
import { inClusterRedisDsn } from "../shared/redisFacts";
import { endsUniquely } from "../shared/unique";
import type { AzureContext } from "./context";
import { redisDestinations, storePorts } from "./figures/facts";
import { limits } from "./names";
import type { Network } from "./network";
import { createPrivateZone } from "./privateZone";

export type Redis = RedisServer & { readonly ready: readonly pulumi.Resource[] };

export function createRedis(context: AzureContext, network: Network): Redis {
  const { settings, secrets } = context;
  const destinations = redisDestinations(settings, network.endpointsCidr);
  switch (settings.redis.kind) {
    case "inCluster":
      return { dsn: inClusterRedisDsn, inCluster: true, destinations, ready: [] };
    case "external":
      return { ...ownRedis(secrets), inCluster: false, destinations, ready: [] };
    case "create": {
      const { dsn, ready } = createServer(context, settings.redis, network);
      return { dsn, inCluster: false, destinations, ready };
    }
  }
}

function createServer(
  context: AzureContext,
  { sku, replica }: AzureRedis,
  network: Network,
): { readonly dsn: pulumi.Output<string>; readonly ready: readonly pulumi.Resource[] } {
  const { name, place, group, child, guarded } = context;
  const cluster = new RedisEnterprise(
    `${name}-redis`,
    {
      ...place,
      clusterName: endsUniquely(context, "redis", limits.redis),
      sku: { name: sku },
      highAvailability: replica ? "Enabled" : "Disabled",
      minimumTlsVersion: "1.2",
      publicNetworkAccess: "Disabled",
    },
    { ...guarded, customTimeouts: { create: "60m", update: "60m", delete: "60m" } },
  );
  const database = new Database(
    `${name}-redis`,
    {
      ...group,
      clusterName: cluster.name,
      databaseName: "default",
      clientProtocol: "Encrypted",
      // Any client can use it; the default wants one that knows of shards, and is never changed afterwards.
      clusteringPolicy: "NoCluster",
      evictionPolicy: "VolatileLRU",
      accessKeysAuthentication: "Enabled",
      port: storePorts.redis,
    },
    { ...guarded, customTimeouts: { create: "60m", update: "60m", delete: "60m" } },
  );
  const key = listDatabaseKeysOutput(
    { ...group, clusterName: cluster.name, databaseName: database.name },
    child,
  ).primaryKey;
  return {
    dsn: pulumi.secret(
      pulumi.interpolate`rediss://:${key.apply(encodeURIComponent)}@${cluster.hostName}:${storePorts.redis}`,
    ),
    ready: [database, ...createEntrance(context, cluster, database, network)],
  };
}

/**
 * An address in the virtual network, under which the cache is found by its own name. After the database: a cache in which
 * one is being made is not `Running`, and nothing promises that it takes a connection then.
 */
function createEntrance(
  context: AzureContext,
  cluster: RedisEnterprise,
  database: Database,
  network: Network,
): readonly pulumi.Resource[] {
  const { name, names, place, group, child } = context;
  const endpoint = new PrivateEndpoint(
    `${name}-redis`,
    {
      ...place,
      privateEndpointName: names.of(limits.privateEndpoint, "redis"),
      customNetworkInterfaceName: names.of(limits.privateEndpoint, "redis-nic"),
      subnet: { id: network.endpointsSubnetId },
      privateLinkServiceConnections: [
        { name: "redis", privateLinkServiceId: cluster.id, groupIds: ["redisEnterprise"] },
      ],
    },
    { ...child, dependsOn: [database] },
  );
  const { zone, link } = createPrivateZone(context, "redis", "privatelink.redis.azure.net", network);
  const entry = new PrivateDnsZoneGroup(
    `${name}-redis`,
    {
      ...group,
      privateEndpointName: endpoint.name,
      privateDnsZoneGroupName: "default",
      privateDnsZoneConfigs: [{ name: "redis", privateDnsZoneId: zone.id }],
    },
    child,
  );
  return [link, entry];
}
