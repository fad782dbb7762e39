import {
  aiProviders,
  codeAttributes,
  collectorGrpc,
  collectorHttp,
  fusionfireHosts,
  fusionfireIngestHost,
  pythonRedis,
  rateLimits,
  regions,
} from "./environment";
import { connection } from "./secretRefs";
import { pythonServer } from "./tls";
import type { Context, Environment, Workload } from "./workload";

/** What the MCP server may do on behalf of the person who signed in. */
const mcpScopes = [
  ...["read", "write", "write_token", "read_dashboard", "write_dashboard", "read_alert", "write_alert"],
  ...["read_variables", "write_variables"],
].map((scope) => `project:${scope}`);
const mcpOrganizationScopes = ["create_project", "read_channel", "write_channel"].map(
  (scope) => `organization:${scope}`,
);

/**
 * The first organisation, which holds Logfire's own telemetry, its administrator and its MCP client. Kubernetes puts
 * the secrets in: each must stand before this variable. The recovery codes are a JSON list by themselves.
 */
function bootstrappedOrganizations({ settings }: Context): string {
  const codes = "$(ADMIN_TOTP_RECOVERY_CODES)";
  const organization = {
    admin_user_email: settings.adminEmail,
    admin_user_password: "$(ADMIN_PASSWORD)",
    admin_user_totp_secret: "$(ADMIN_TOTP_SECRET)",
    admin_user_totp_recovery_codes: codes,
    organization_name: "logfire-meta",
    projects: [
      {
        project_name: "logfire-meta",
        write_token: "$(META_WRITE_TOKEN)",
        permanent_frontend_token: "$(META_FRONTEND_TOKEN)",
      },
    ],
    oauth_clients: [
      {
        client_id: "logfire-mcp",
        client_secret: "$(MCP_OAUTH_CLIENT_SECRET)",
        client_name: "Logfire Remote MCP Server",
        redirect_uris: [`${settings.oauth.mcpServerUrl}/oauth/callback`],
        allowed_scopes: [...mcpScopes, ...mcpOrganizationScopes],
      },
    ],
  };
  return JSON.stringify([organization]).replace(JSON.stringify(codes), codes);
}

function secrets({ secrets: refs, features }: Context): Environment {
  return {
    CRUD_PG_DSN: connection.crudDsn,
    DEX_CLIENT_SECRET: refs.dexClientSecret,
    JWT_SECRET: refs.jwtSecret,
    ENCRYPTION_KEY: refs.encryptionKey,
    GATEWAY_ENCRYPTION_KEY: features.aiGateway ? refs.gatewayEncryptionKey : undefined,
    GATEWAY_INTERNAL_SECRET: features.aiGateway ? refs.gatewayInternalSecret : undefined,
    META_WRITE_TOKEN: refs.metaWriteToken,
    META_FRONTEND_TOKEN: refs.metaFrontendToken,
    UNSUBSCRIBE_SECRET: refs.unsubscribeSecret,
    ADMIN_PASSWORD: refs.adminPassword,
    ADMIN_TOTP_SECRET: refs.adminTotpSecret,
    ADMIN_TOTP_RECOVERY_CODES: refs.adminTotpRecoveryCodes,
    MCP_OAUTH_CLIENT_SECRET: refs.mcpOauthClientSecret,
  };
}

const groupMapping = ({ settings: { groupOrganizationMapping: mapping } }: Context): string | undefined =>
  mapping.length === 0 ? undefined : JSON.stringify(mapping);

export const backend = {
  name: "logfire-backend",
  summary: "The product's API: organisations, projects, dashboards, alerts, and the sign-in that Dex completes.",
  kind: "Deployment",
  image: "python",
  command: ["python", "-m", "logfire_backend"],
  ports: { http: 8000 },
  services: [{ name: "logfire-backend", ports: { http: 8000 } }],
  probes: {
    port: "http",
    startup: { path: "/health/live", period: 10, timeout: 3, failures: 20 },
    live: { path: "/health/live", timeout: 3 },
    ready: { path: "/health", timeout: 3, successes: 2 },
  },
  calls: {
    "logfire-dex": ["http", "grpc"],
    "logfire-ff-query-api": ["http"],
    "logfire-ff-ingest-processor": ["http"],
    "logfire-ff-crud-api": ["http"],
    "logfire-ai-gateway": ["http"],
    "logfire-otel-collector": ["otlp-grpc", "otlp-http"],
  },
  needs: ["postgres:crud", "redis", "ai", "webhooks"],
  environment: (context: Context) => ({
    ...secrets(context),
    MATERIALIZE_DASHBOARDS: "false",
    APP_PORT: "8000",
    ...pythonRedis(context),
    USAGE_REDIS_DSN: connection.usageRedisDsn,
    USAGE_REDIS_PREFIX: context.settings.redisPrefixes.usage,
    WORKER_REDIS_DSN: connection.redisDsn,
    DEX_INTERNAL_URL: context.service("logfire-dex").url,
    DEX_CLIENT_ID: "logfire-backend",
    ON_PREM: "true",
    BROWSER_TELEMETRY_COLLECTOR_OTLP_HTTP_HOST: collectorHttp(context),
    COLLECTOR_OTLP_GRPC_HOST: collectorGrpc(context),
    LOGFIRE_SERVICE_NAME: "logfire-backend",
    LOGFIRE_SERVICE_VERSION: context.settings.images.version,
    OTEL_RESOURCE_ATTRIBUTES: codeAttributes(context),
    ...fusionfireHosts(context),
    ...fusionfireIngestHost(context),
    GATEWAY_BASE_URL: context.features.aiGateway ? context.service("logfire-ai-gateway").url : undefined,
    GATEWAY_OAUTH_RESOURCE_URL: context.features.aiGateway ? context.settings.oauth.gatewayResourceUrl : undefined,
    INTAKE_OAUTH_RESOURCE_URL: context.settings.oauth.intakeResourceUrl,
    MIN_DATE_USAGE_CHART: "2025-01-01",
    DEFAULT_SUBSCRIPTION_PLAN: "non_stripe",
    DEFAULT_PERSONAL_SUBSCRIPTION_PLAN: "non_stripe",
    ...regions(context),
    FRONTEND_HOST: context.urls[0],
    ...rateLimits(context),
    ...aiProviders(context),
    AI_MODEL_CHAT: context.settings.ai.chatModel,
    GROUP_ORGANIZATION_MAPPING: groupMapping(context),
    BOOTSTRAPPED_ORGANIZATIONS: bootstrappedOrganizations(context),
  }),
  tls: pythonServer,
  account: "logfire",
  drainSeconds: 5,
  longestRequestSeconds: 120,
} as const satisfies Workload;
