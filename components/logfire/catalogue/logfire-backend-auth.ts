import { codeAttributes, collectorGrpc, pythonRedis, rateLimits } from "./environment";
import { connection } from "./secretRefs";
import { pythonServer } from "./tls";
import type { Context, Workload } from "./workload";

export const backendAuth = {
  name: "logfire-backend-auth",
  summary: "Tells the storage engine whether a token may write or query, apart from the rest of the backend.",
  kind: "Deployment",
  image: "python",
  command: ["python", "-m", "logfire_backend.profiles.auth"],
  ports: { http: 8000 },
  services: [{ name: "logfire-backend-auth", ports: { http: 8000 } }],
  probes: {
    port: "http",
    startup: { path: "/health/live", period: 5, timeout: 3, failures: 12 },
    live: { path: "/health/live", timeout: 3 },
    ready: { path: "/health", timeout: 3, successes: 2 },
  },
  calls: { "logfire-otel-collector": ["otlp-grpc"] },
  needs: ["postgres:crud", "redis"],
  environment: (context: Context) => ({
    APP_PORT: "8000",
    LOGFIRE_SERVICE_NAME: "logfire-backend-auth",
    LOGFIRE_SERVICE_VERSION: context.settings.images.version,
    COLLECTOR_OTLP_GRPC_HOST: collectorGrpc(context),
    OTEL_RESOURCE_ATTRIBUTES: codeAttributes(context),
    ON_PREM: "true",
    CRUD_PG_DSN: connection.crudDsn,
    JWT_SECRET: context.secrets.jwtSecret,
    ...pythonRedis(context),
    ...rateLimits(context),
    FRONTEND_HOST: context.urls[0],
    INTAKE_OAUTH_RESOURCE_URL: context.settings.oauth.intakeResourceUrl,
    GATEWAY_OAUTH_RESOURCE_URL: context.features.aiGateway ? context.settings.oauth.gatewayResourceUrl : undefined,
  }),
  tls: pythonServer,
  account: "logfire-unprivileged",
  drainSeconds: 5,
  longestRequestSeconds: 50,
} as const satisfies Workload;
