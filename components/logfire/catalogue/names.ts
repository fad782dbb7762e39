/** Every workload, in start order of its tier. The names are selectors and so fixed for ever. */
export const workloadNames = [
  "logfire-redis",
  "logfire-otel-collector",
  "logfire-dex",
  "logfire-backend-auth",
  "logfire-backend",
  "logfire-worker",
  "logfire-ff-cache-byte",
  "logfire-ff-proxy-cache-byte",
  "logfire-ff-ingest",
  "logfire-ff-ingest-processor",
  "logfire-ff-query-api",
  "logfire-ff-query-worker",
  "logfire-ff-crud-api",
  "logfire-ff-maintenance-scheduler",
  "logfire-ff-maintenance-worker",
  "logfire-ff-compaction-worker",
  "logfire-remote-mcp",
  "logfire-ai-gateway",
  "logfire-frontend-service",
  "logfire-service",
] as const;
export type WorkloadName = (typeof workloadNames)[number];

/** Images by role; `images.overrides` is keyed by these. */
export const imageNames = [
  "python",
  "fusionfire",
  "frontend",
  "dex",
  "aiGateway",
  "haproxy",
  "redis",
  "collector",
  "postgres",
  "minio",
  "minioClient",
] as const;
export type ImageName = (typeof imageNames)[number];

export const presetNames = ["tiny", "small", "standard", "large"] as const;
export type PresetName = (typeof presetNames)[number];

/**
 * Everything a workload reads as a secret. Each is generated or given by the owner, as a value (`secrets` in the
 * stack's encrypted configuration) or as the name of a Kubernetes Secret that is already there (`existingSecrets`).
 */
export const secretNames = [
  "jwtSecret",
  "metaWriteToken",
  "metaFrontendToken",
  "dexClientSecret",
  "unsubscribeSecret",
  "mcpOauthClientSecret",
  "encryptionKey",
  "adminPassword",
  "adminTotpSecret",
  "adminTotpRecoveryCodes",
  "gatewayEncryptionKey",
  "gatewayInternalSecret",
  "postgresCrudPassword",
  "postgresFfPassword",
  "postgresDexPassword",
  "smtpUsername",
  "smtpPassword",
  "openAiApiKey",
  "azureOpenAiApiKey",
  "objectStoreSseCKey",
] as const;
export type SecretName = (typeof secretNames)[number];

/** ConfigMaps. The names are part of pods' specifications: a rename rolls everything. */
export const configMapNames = [
  "logfire-ff-base-config",
  "logfire-ff-query-config",
  "logfire-ff-write-config",
  "logfire-ff-maintenance-config",
  "logfire-ff-ingest-config",
  "logfire-haproxy-config",
  "logfire-cache-byte-haproxy-config",
  "logfire-frontend-nginx-config",
  "logfire-frontend-service-config",
  "logfire-dex-config",
  "otel-collector-config",
] as const;
export type ConfigMapName = (typeof configMapNames)[number];

/** Jobs in Logfire's namespace, by component label: policies know them by it. */
export const jobNames = [
  "logfire-database-bootstrap",
  "logfire-backend-migrations",
  "logfire-ff-migrations",
  "logfire-minio-bucket",
] as const;
export type JobName = (typeof jobNames)[number];

/** Workloads that are left out unless the owner, or a platform without a Redis to offer, asks for them. */
export const optionalWorkloads = {
  "logfire-redis": "redisInCluster",
  "logfire-ff-query-worker": "queryWorker",
  "logfire-remote-mcp": "remoteMcp",
  "logfire-ai-gateway": "aiGateway",
} as const satisfies Partial<Record<WorkloadName, string>>;

/** What decides which workloads there are. */
export type Features = Readonly<Record<(typeof optionalWorkloads)[keyof typeof optionalWorkloads], boolean>>;

/** In start order of their tier. */
export function enabledWorkloads(features: Features): WorkloadName[] {
  const switches: Partial<Record<WorkloadName, keyof Features>> = optionalWorkloads;
  return workloadNames.filter((name) => {
    const feature = switches[name];
    return feature === undefined || features[feature];
  });
}
