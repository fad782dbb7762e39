import type { Output } from "@pulumi/pulumi";
import { given } from "../../logfire/secrets/values";
import type { SecretValues } from "../../settings/types";
import type { RedisServer } from "../contract";

/** What only their owner knows of stores that are used as they are. */

/** Values of `secrets.objectStore.*`, by the variables that hold them. */
export const secretEnvironment = (keys: readonly string[], secrets: SecretValues): Record<string, Output<string>> =>
  Object.fromEntries(keys.map((key) => [key, given(secrets, `objectStore.${key}`)]));

export function ownRedis(secrets: SecretValues): Pick<RedisServer, "dsn" | "tokenDsn" | "usageDsn"> {
  const optional = (path: string) => (secrets[path] === undefined ? undefined : given(secrets, path));
  return { dsn: given(secrets, "redisDsn"), tokenDsn: optional("tokenRedisDsn"), usageDsn: optional("usageRedisDsn") };
}
