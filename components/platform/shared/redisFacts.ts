import type { ExternalRedis } from "../../settings/types";
import type { Destination } from "../contract";
import { externalRedis, inside } from "../external";

/** Of Redis inside the cluster: Service, component label and host in one. Fixed for ever. */
const redisName = "logfire-redis";
const redisPort = 6379;

export const inClusterRedis = inside(redisPort, redisName);

/** Only pods in Logfire's namespace reach it, which its policies see to, so it has no password. */
export const inClusterRedisDsn = `redis://${redisName}:${redisPort}`;

/** Where packets to Redis go; `made` is a managed cache, on the platforms that make one. */
export function redisDestinations(
  redis: { readonly kind: "create" | "inCluster" } | ExternalRedis,
  made: Destination,
): readonly Destination[] {
  switch (redis.kind) {
    case "inCluster":
      return [inClusterRedis];
    case "external":
      return externalRedis(redis);
    case "create":
      return [made];
  }
}
