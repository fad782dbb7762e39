import { collectorHttp, serviceAttributes } from "./environment";
import { connection } from "./secretRefs";
import { nodeServer } from "./tls";
import type { Context, Workload } from "./workload";

export const aiGateway = {
  name: "logfire-ai-gateway",
  summary: "Passes model requests to AI providers, with the organisation's keys and limits, and records them.",
  kind: "Deployment",
  image: "aiGateway",
  ports: { http: 8788 },
  services: [{ name: "logfire-ai-gateway", ports: { http: 8788 } }],
  probes: {
    port: "http",
    startup: { path: "/health", period: 5, timeout: 3, failures: 30 },
    live: { path: "/health", delay: 10, period: 30 },
    ready: { path: "/health", delay: 5 },
  },
  calls: { "logfire-ff-ingest": ["http"], "logfire-otel-collector": ["otlp-http"] },
  needs: ["postgres:crud", "redis", "ai"],
  environment: (context: Context) => ({
    DATABASE_URL: connection.crudDsn,
    PORT: "8788",
    GATEWAY_ENCRYPTION_KEY: context.secrets.gatewayEncryptionKey,
    GATEWAY_INTERNAL_SECRET: context.secrets.gatewayInternalSecret,
    GATEWAY_REDIS_DSN: connection.redisDsn,
    SHARED_REDIS_DSN: connection.redisDsn,
    HOST_IP: { field: "status.hostIP" },
    LOGFIRE_BASE_URL: collectorHttp(context),
    GATEWAY_INGEST_BASE_URL: context.service("logfire-ff-ingest").url,
    ON_PREM: "true",
    LOGFIRE_SERVICE_NAME: "logfire-ai-gateway",
    GITHUB_SHA: context.settings.images.version,
    OTEL_RESOURCE_ATTRIBUTES: serviceAttributes(context),
    GATEWAY_OAUTH_SIGNING_SECRET: context.secrets.jwtSecret,
    GATEWAY_OAUTH_RESOURCE_URL: context.settings.oauth.gatewayResourceUrl,
    GATEWAY_OAUTH_ISSUER: context.settings.oauth.gatewayIssuer,
  }),
  tls: nodeServer,
  account: "logfire",
  drainSeconds: 5,
  longestRequestSeconds: ({ settings }: Context) => settings.oauth.gatewayTimeoutSeconds,
} as const satisfies Workload;
