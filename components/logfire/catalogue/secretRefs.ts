import type { LogfireSettings } from "../../settings/types";
import { secretNames, type SecretName } from "./names";
import type { SecretRef } from "./workload";

/** Where each secret lives unless the owner names a Kubernetes Secret of their own. The names are fixed for ever. */
const places = {
  jwtSecret: own("logfire-jwt-secret"),
  metaWriteToken: own("logfire-meta-write-token"),
  metaFrontendToken: own("logfire-meta-frontend-token"),
  dexClientSecret: own("logfire-dex-client-secret"),
  unsubscribeSecret: own("logfire-unsubscribe-secret"),
  mcpOauthClientSecret: own("logfire-mcp-oauth-client-secret"),
  encryptionKey: own("logfire-encryption-key"),
  adminPassword: own("logfire-admin-password"),
  adminTotpSecret: own("logfire-admin-totp-secret"),
  adminTotpRecoveryCodes: own("logfire-admin-totp-recovery-codes"),
  gatewayEncryptionKey: { secret: "logfire-gateway", key: "key" },
  gatewayInternalSecret: { secret: "logfire-gateway", key: "internalSecret" },
  postgresCrudPassword: { secret: "logfire-postgres-roles", key: "crud" },
  postgresFfPassword: { secret: "logfire-postgres-roles", key: "ff" },
  postgresDexPassword: { secret: "logfire-postgres-roles", key: "dex" },
  smtpUsername: { secret: "logfire-smtp", key: "username" },
  smtpPassword: { secret: "logfire-smtp", key: "password" },
  openAiApiKey: { secret: "logfire-ai", key: "openAiApiKey" },
  azureOpenAiApiKey: { secret: "logfire-ai", key: "azureOpenAiApiKey" },
  objectStoreSseCKey: { secret: "logfire-object-store-sse-c", key: "key" },
} as const satisfies Record<SecretName, SecretRef>;

function own<Name extends string>(name: Name): { readonly secret: Name; readonly key: Name } {
  return { secret: name, key: name };
}

export type SecretRefs = Readonly<Record<SecretName, SecretRef>>;

/** Every secret by reference: the owner's Kubernetes Secrets first, ours for the rest. */
export function secretRefs({ existingSecrets }: Pick<LogfireSettings, "existingSecrets">): SecretRefs {
  const entries = secretNames.map((name) => {
    const existing = existingSecrets[name];
    return [name, existing === undefined ? places[name] : { secret: existing.name, key: existing.key }] as const;
  });
  return Object.fromEntries(entries) as Record<SecretName, SecretRef>;
}

/** Kubernetes Secrets that hold connection data rather than one of the named secrets, with the keys workloads read. */
export const connectionSecrets = {
  postgres: { name: "logfire-postgres", crud: "postgresDsn", ff: "postgresFFDsn" },
  dexPostgres: { name: "logfire-dex-postgres", host: "host", user: "user", password: "password" },
  redis: { name: "logfire-redis", main: "redisDsn", token: "tokenRedisDsn", usage: "usageRedisDsn" },
  /** One key per variable of `platform.objectStore.secretEnvironment`. */
  objectStore: { name: "logfire-object-store" },
  /** One key per variable of `connectorVariable(id, key)`. */
  dexConnectors: { name: "logfire-dex-connectors" },
  /** `kubernetes.io/dockerconfigjson`, made when `images.credentials` is given. */
  imagePull: { name: "logfire-image-key" },
} as const;

/** Reference to one of the connection Secrets. */
export const connection = {
  crudDsn: { secret: connectionSecrets.postgres.name, key: connectionSecrets.postgres.crud },
  ffDsn: { secret: connectionSecrets.postgres.name, key: connectionSecrets.postgres.ff },
  redisDsn: { secret: connectionSecrets.redis.name, key: connectionSecrets.redis.main },
  tokenRedisDsn: { secret: connectionSecrets.redis.name, key: connectionSecrets.redis.token },
  usageRedisDsn: { secret: connectionSecrets.redis.name, key: connectionSecrets.redis.usage },
} as const satisfies Record<string, SecretRef>;
