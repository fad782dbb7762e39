import { Instance } from "@pulumi/gcp/redis/instance";
import * as pulumi from "@pulumi/pulumi";
import type { GcpRedis } from "../../settings/gcp/types";
import type { RedisServer } from "../contract";
import { ownRedis } from "../shared/ownStores";
import { inClusterRedisDsn } from "../shared/redisFacts";
import { enabled } from "./apis";
import type { GcpContext } from "./context";
import { redisDestinations, storePorts } from "./figures/facts";
import { limits } from "./names";
import type { Network } from "./network";

export type Redis = RedisServer & { readonly ready: readonly pulumi.Resource[] };

export function createRedis(context: GcpContext, network: Network): Redis {
  const { settings, secrets } = context;
  const destinations = redisDestinations(settings, network.stores?.cidr ?? "");
  switch (settings.redis.kind) {
    case "inCluster":
      return { dsn: inClusterRedisDsn, inCluster: true, destinations, ready: [] };
    case "external":
      return { ...ownRedis(secrets), inCluster: false, destinations, ready: [] };
    case "create": {
      const { host, authString, server } = createServer(context, settings.redis, network);
      return {
        dsn: pulumi.secret(pulumi.interpolate`redis://:${authString}@${host}:${storePorts.redis}`),
        inCluster: false,
        destinations,
        ready: [server],
      };
    }
  }
}

function createServer(context: GcpContext, { memoryGib, replica }: GcpRedis, { id, stores }: Network) {
  const { name, names, settings, logfire, guarded } = context;
  if (stores === undefined) throw new Error("Redis without a range of the network for it");
  const server = new Instance(
    `${name}-redis`,
    {
      name: names.of(limits.cache, "redis"),
      displayName: "Live tail and cache of Logfire",
      region: settings.region,
      tier: replica ? "STANDARD_HA" : "BASIC",
      memorySizeGb: memoryGib,
      redisVersion: "REDIS_7_2",
      connectMode: "PRIVATE_SERVICE_ACCESS",
      authorizedNetwork: id,
      reservedIpRange: stores.name,
      // A token that Google makes up.
      authEnabled: true,
      // Google signs its certificate by an authority of the instance's own, which the images cannot be told of.
      transitEncryptionMode: "DISABLED",
      maintenancePolicy: {
        weeklyMaintenanceWindows: [{ day: "SUNDAY", startTime: { hours: 3, minutes: 0, seconds: 0, nanos: 0 } }],
      },
      deletionProtection: !logfire.disposable,
    },
    {
      ...guarded,
      dependsOn: [...stores.connected, ...enabled(context, "redis")],
      // There may be one of a name, and another network or tier makes it anew.
      deleteBeforeReplace: true,
      customTimeouts: { create: "60m", update: "60m", delete: "60m" },
    },
  );
  return { server, host: server.host, authString: server.authString };
}
