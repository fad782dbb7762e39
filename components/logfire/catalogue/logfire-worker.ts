import {
  aiProviders,
  codeAttributes,
  collectorGrpc,
  fusionfireHosts,
  fusionfireIngestHost,
  pythonRedis,
  regions,
  sampled,
} from "./environment";
import { connection } from "./secretRefs";
import { pythonClient } from "./tls";
import type { Context, Environment, Workload } from "./workload";

// Without a mail server the variables are there and empty: the program then sends nothing.
function smtp({ settings: { smtp: server }, secrets }: Context): Environment {
  return {
    SMTP_SERVER: server?.host ?? "",
    SMTP_PORT: String(server?.port ?? 25),
    SMTP_USERNAME: server?.authenticated === true ? secrets.smtpUsername : "",
    SMTP_PASSWORD: server?.authenticated === true ? secrets.smtpPassword : "",
    SMTP_USE_TLS: String(server?.tls ?? false),
  };
}

export const worker = {
  name: "logfire-worker",
  summary: "Background work of the product: alerts, e-mails, evaluations.",
  kind: "Deployment",
  image: "python",
  command: ["python", "-m", "logfire_worker"],
  ports: { http: 8003 },
  services: [],
  probes: {
    port: "http",
    startup: { path: "/health/live", period: 10, timeout: 3, failures: 11 },
    live: { path: "/health/live" },
    ready: { path: "/health" },
  },
  calls: {
    "logfire-ff-query-api": ["http"],
    "logfire-ff-ingest-processor": ["http"],
    "logfire-ff-crud-api": ["http"],
    "logfire-otel-collector": ["otlp-grpc"],
  },
  needs: ["postgres:crud", "redis", "ai", "smtp", "webhooks"],
  environment: (context: Context) => ({
    MATERIALIZE_DASHBOARDS: "false",
    LOGFIRE_SERVICE_NAME: "logfire-worker",
    LOGFIRE_SERVICE_VERSION: context.settings.images.version,
    OTEL_RESOURCE_ATTRIBUTES: codeAttributes(context),
    CRUD_PG_DSN: connection.crudDsn,
    ...pythonRedis(context),
    BACKEND_REDIS_DSN: connection.redisDsn,
    ...sampled,
    ...fusionfireHosts(context),
    ...fusionfireIngestHost(context),
    COLLECTOR_OTLP_GRPC_HOST: collectorGrpc(context),
    FRONTEND_HOST: context.urls[0],
    UNSUBSCRIBE_SECRET: context.secrets.unsubscribeSecret,
    JWT_SECRET: context.secrets.jwtSecret,
    ...regions(context),
    ...smtp(context),
    ...aiProviders(context),
    AI_MODEL_REASONING: context.settings.ai.reasoningModel,
  }),
  tls: pythonClient,
  account: "logfire",
  drainSeconds: 0,
  longestRequestSeconds: 20,
} as const satisfies Workload;
