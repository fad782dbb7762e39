import type { LogfireSettings } from "../../settings/types";
import { connection } from "./secretRefs";
import type { Context, Environment, ServiceAddress } from "./workload";

export const collectorGrpc = ({ service }: Context): string => service("logfire-otel-collector", "otlp-grpc").url;
export const collectorHttp = ({ service }: Context): string => service("logfire-otel-collector", "otlp-http").url;

/** Share of traces that the busiest services sample of themselves. */
export const sampled: Environment = {
  OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
  OTEL_TRACES_SAMPLER_ARG: "0.05",
};

/** Attributes of Logfire's own telemetry; the owner's win. Keys in order, so that equal settings give equal pods. */
export function resourceAttributes({ settings }: Context, ownAttributes: Readonly<Record<string, string>>): string {
  const attributes = { ...ownAttributes, ...settings.telemetry.resourceAttributes };
  return Object.entries(attributes)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, value]) => `${key}=${value.replace(/[%,;=\s]/g, encodeURIComponent)}`)
    .join(",");
}

const version = ({ images }: LogfireSettings): Readonly<Record<string, string>> => ({
  "service.version": images.version,
  "vcs.repository.ref.revision": images.version,
});

/** Attributes of a service without source code in its image. */
export const serviceAttributes = (context: Context): string => resourceAttributes(context, version(context.settings));
/** Attributes of a service whose source code is in `/app`. */
export const codeAttributes = (context: Context): string =>
  resourceAttributes(context, { "logfire.code.work_dir": "/app", ...version(context.settings) });

/** Redis for sessions and messages, for the Python services. */
export function pythonRedis({ settings }: Context): Environment {
  return {
    REDIS_DSN: connection.redisDsn,
    SHARED_REDIS_DSN: connection.redisDsn,
    TOKEN_REDIS_DSN: connection.tokenRedisDsn,
    TOKEN_REDIS_PREFIX: settings.redisPrefixes.token,
  };
}

/** Addresses of the storage engine's services, for the Python services. */
export const fusionfireHosts = ({ service }: Context): Environment => ({
  ...hostAndPort("FUSIONFIRE_QUERY", service("logfire-ff-query-api")),
  ...hostAndPort("FUSIONFIRE_CRUD", service("logfire-ff-crud-api")),
});
export const fusionfireIngestHost = ({ service }: Context): Environment =>
  hostAndPort("FUSIONFIRE_INGEST", service("logfire-ff-ingest-processor"));

const hostAndPort = (variable: string, { origin, port }: ServiceAddress): Environment => ({
  [`${variable}_HOST`]: origin,
  [`${variable}_PORT`]: String(port),
});

/** The one region a self-hosted Logfire has. */
export function regions({ urls: [url] }: Context): Environment {
  return { LOGFIRE_REGION: "local", KNOWN_LOGFIRE_REGIONS: JSON.stringify(regionList(url)) };
}
const regionList = (url: string) => [{ name: "local", frontend_host: url, api_host: url, auth_host: url }];

/** Limits of the query API for programs. */
export function rateLimits({ settings: { rateLimits: limits } }: Context): Environment {
  return {
    ENTERPRISE_CLOUD_RATE_LIMITS__SDK_V1_QUERY__PER_HOUR: limits.queriesPerHour?.toString(),
    ENTERPRISE_CLOUD_RATE_LIMITS__SDK_V1_QUERY__PER_MINUTE: limits.queriesPerMinute?.toString(),
  };
}

/** Credentials and addresses of the AI providers, for whoever runs models. */
export function aiProviders({ settings: { ai }, secrets }: Context): Environment {
  return {
    AI_MODEL_DEFAULT: ai.model,
    AI_MODEL_LLM_JUDGE: ai.llmJudgeModel,
    OPENAI_API_KEY: ai.openAi && secrets.openAiApiKey,
    OPENAI_BASE_URL: ai.openAi?.baseUrl,
    AZURE_OPENAI_ENDPOINT: ai.azureOpenAi?.endpoint,
    AZURE_OPENAI_API_KEY: ai.azureOpenAi && secrets.azureOpenAiApiKey,
    OPENAI_API_VERSION: ai.azureOpenAi?.apiVersion,
    CLOUD_ML_REGION: ai.vertexAi?.region,
    GOOGLE_CLOUD_LOCATION: ai.vertexAi?.region,
    GOOGLE_CLOUD_MULTI_REGION_LOCATION: ai.vertexAi?.multiRegionLocation,
    ANTHROPIC_VERTEX_PROJECT_ID: ai.vertexAi?.anthropicProjectId,
    ANTHROPIC_VERTEX_BASE_URL: ai.vertexAi?.anthropicBaseUrl,
  };
}
