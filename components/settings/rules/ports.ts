import { type Rule, when } from "./rule";

const portKeys = { redisDsn: "port", tokenRedisDsn: "tokenPort", usageRedisDsn: "usagePort" } as const;

/** NetworkPolicies open ports that are not read from the DSNs: plans are made without the secrets. */
export const checkDsnPorts: Rule = ({ config, readable }) => {
  const { redis } = config.existing;
  if (redis === "inCluster" || !readable(["existing", "redis"])) return [];
  const ports = redis === "external" ? { port: 6379 } : redis;
  return (Object.keys(portKeys) as (keyof typeof portKeys)[]).flatMap((name) => {
    const dsn = config.secrets?.[name];
    if (typeof dsn !== "string") return [];
    const key = portKeys[name];
    const opened = ports[key] ?? ports.port;
    const used = Number(new URL(dsn).port || 6379);
    return when(
      used !== opened,
      `existing.redis.${key}`,
      `is ${opened}, and secrets.${name} names port ${used}`,
      `write existing.redis: { ${key}: ${used} }`,
    );
  });
};
