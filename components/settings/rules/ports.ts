import type { Rule } from "./rule";

const names = ["redisDsn", "tokenRedisDsn", "usageRedisDsn"] as const;

/** A NetworkPolicy opens one port for Redis, which is not read from the DSN: plans are made without the secrets. */
export const checkDsnPorts: Rule = ({ config, readable }) => {
  const { redis } = config.existing;
  if (redis === "inCluster" || !readable(["existing", "redis"])) return [];
  const port = redis === "external" ? 6379 : redis.port;
  return names.flatMap((name) => {
    const dsn = config.secrets?.[name];
    if (typeof dsn !== "string") return [];
    const used = Number(new URL(dsn).port || 6379);
    return used === port
      ? []
      : [
          {
            key: "existing.redis.port",
            problem: `is ${port}, and secrets.${name} names port ${used}`,
            remedy: `write existing.redis: { port: ${used} }`,
          },
        ];
  });
};
