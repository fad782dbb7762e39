import { collectorGrpc, fusionfireHosts, pythonRedis, serviceAttributes } from "./environment";
import { connection } from "./secretRefs";
import { pythonServer } from "./tls";
import type { Context, Probe, Workload } from "./workload";

const probe: Probe = { path: "/health" };

export const remoteMcp = {
  name: "logfire-remote-mcp",
  summary: "MCP server: lets coding agents query Logfire with the rights of the person who signed in.",
  kind: "Deployment",
  image: "python",
  command: ["python", "-m", "logfire_remote_mcp"],
  ports: { http: 8005 },
  services: [{ name: "logfire-remote-mcp", ports: { http: 8005 } }],
  probes: { port: "http", startup: { ...probe, period: 5, timeout: 3, failures: 30 }, live: probe, ready: probe },
  calls: { "logfire-ff-query-api": ["http"], "logfire-ff-crud-api": ["http"], "logfire-otel-collector": ["otlp-grpc"] },
  needs: ["postgres:crud", "redis", "publicUrl"],
  environment: (context: Context) => ({
    LOGFIRE_SERVICE_NAME: "logfire-remote-mcp",
    LOGFIRE_SERVICE_VERSION: context.settings.images.version,
    OTEL_RESOURCE_ATTRIBUTES: serviceAttributes(context),
    HOST_IP: { field: "status.hostIP" },
    COLLECTOR_OTLP_GRPC_HOST: collectorGrpc(context),
    APP_PORT: "8005",
    LOGFIRE_BASE_URL: context.urls[0],
    FRONTEND_HOST: context.urls[0],
    CRUD_PG_DSN: connection.crudDsn,
    JWT_SECRET: context.secrets.jwtSecret,
    ...pythonRedis(context),
    ...fusionfireHosts(context),
    LOGFIRE_REGION: "local",
    ALLOWED_HOSTS: JSON.stringify(context.settings.hostnames),
    MCP_SERVER_URL: context.settings.oauth.mcpServerUrl,
  }),
  tls: pythonServer,
  account: "logfire-unprivileged",
  drainSeconds: 5,
  longestRequestSeconds: 120,
} as const satisfies Workload;
