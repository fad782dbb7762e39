import { ReplicationGroup } from "@pulumi/aws/elasticache/replicationGroup";
import { SubnetGroup } from "@pulumi/aws/elasticache/subnetGroup";
import * as pulumi from "@pulumi/pulumi";
import { randomPassword } from "../../logfire/secrets/values";
import type { AwsRedis } from "../../settings/aws/types";
import type { RedisServer } from "../contract";
import { ownRedis } from "../shared/ownStores";
import { inClusterRedisDsn } from "../shared/redisFacts";
import type { Cluster } from "./cluster";
import type { AwsContext } from "./context";
import { redisDestinations, storePorts } from "./figures/facts";
import { limits } from "./names";
import type { Network } from "./network";
import { createStoreGroup, endsUniquely, letIn } from "./postgres";

export type Redis = RedisServer & { readonly ready: readonly pulumi.Resource[] };

export function createRedis(context: AwsContext, network: Network, cluster: Cluster): Redis {
  const { settings, secrets } = context;
  const destinations = redisDestinations(settings, network.cidr);
  switch (settings.redis.kind) {
    case "inCluster":
      return { dsn: inClusterRedisDsn, inCluster: true, destinations, ready: [] };
    case "external":
      return { ...ownRedis(secrets), inCluster: false, destinations, ready: [] };
    case "create":
      return createServer(context, settings.redis, network, cluster);
  }
}

function createServer(context: AwsContext, settings: AwsRedis, network: Network, cluster: Cluster): Redis {
  const { name, names, logfire, child, guarded } = context;
  const group = createStoreGroup(context, "redis", network);
  const subnets = new SubnetGroup(
    `${name}-redis`,
    { name: names.of(255, "redis"), description: "Cache of Logfire", subnetIds: [...network.privateSubnetIds] },
    child,
  );
  const token = randomPassword(`${name}-redis-token`, guarded);
  const replicated = settings.nodes > 1;
  const server = new ReplicationGroup(
    `${name}-redis`,
    {
      replicationGroupId: endsUniquely(context, "redis", limits.cache),
      description: "Live tail and cache of Logfire",
      // What Redis 7.2 is elsewhere.
      engine: "valkey",
      engineVersion: "7.2",
      parameterGroupName: "default.valkey7",
      clusterMode: "disabled",
      nodeType: settings.nodeType,
      numCacheClusters: settings.nodes,
      automaticFailoverEnabled: replicated,
      multiAzEnabled: replicated,
      port: storePorts.redis,
      transitEncryptionEnabled: true,
      authToken: token,
      atRestEncryptionEnabled: true,
      subnetGroupName: subnets.name,
      securityGroupIds: [group.id],
      snapshotRetentionLimit: logfire.disposable ? 0 : 1,
      autoMinorVersionUpgrade: true,
      applyImmediately: true,
      tags: { Name: names.of(255, "redis") },
    },
    { ...guarded, customTimeouts: { create: "60m", update: "60m", delete: "60m" } },
  );
  const rule = letIn(context, "redis", storePorts.redis, group, cluster);
  const host = server.primaryEndpointAddress;
  return {
    dsn: pulumi.secret(pulumi.interpolate`rediss://:${token}@${host}:${storePorts.redis}`),
    inCluster: false,
    destinations: redisDestinations(context.settings, network.cidr),
    ready: [server, rule],
  };
}
