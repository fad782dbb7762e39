import type { RenderInput } from "../../components/logfire/manifests";
import type { PlatformFacts } from "../../components/platform/contract";
import type { EdgeSettings, LogfireSettings } from "../../components/settings/types";
import { edgeSettings, edgeSupport } from "../support/logfireSettings";
import type { PresetName } from "../../components/logfire/catalogue/names";

/** The reference's renderings, and the settings of ours that mean the same. */
export const renderingNames = ["tiny", "small", "standard", "large", "everything", "local"] as const;
export type RenderingName = (typeof renderingNames)[number];

const anywhere = ["0.0.0.0/0", "::/0"];
const version = "4ae3e48d";

/** Settings of a stack with an external database, bucket and Redis, and every optional workload. */
export function settingsOf(preset: PresetName, url = "https://logfire.example.com"): LogfireSettings {
  return {
    namespace: "logfire",
    hostnames: [new URL(url).hostname],
    https: url.startsWith("https:"),
    adminEmail: "sre@example.com",
    preset,
    disposable: false,
    features: { queryWorker: true, remoteMcp: true, aiGateway: true },
    workloads: {},
    images: { version, pullPolicy: "IfNotPresent", pullSecrets: ["logfire-image-key"], overrides: {} },
    identity: { passwordLogin: false, connectors: [] },
    groupOrganizationMapping: [],
    rateLimits: {},
    ai: {},
    oauth: {
      intakeResourceUrl: `${url}/v1`,
      gatewayResourceUrl: `${url}/proxy`,
      gatewayIssuer: url,
      mcpServerUrl: `${url}/mcp`,
      gatewayTimeoutSeconds: 600,
    },
    telemetry: { resourceAttributes: {} },
    network: {
      policies: true,
      allowedHosts: [],
      webhookHosts: [],
      edgeNamespaces: [],
      egressCidrs: anywhere,
      kubernetesApi: [{ port: 443, to: { cidrs: anywhere } }],
      dns: { namespaces: ["kube-system"], cidrs: ["169.254.20.10/32"], ports: [53] },
      clusterDomain: "cluster.local",
    },
    edge: edgeSettings(),
    podSecurity: "restricted",
    redisPrefixes: { token: "", usage: "" },
    sseC: false,
    ingestVolumeGib: 16,
    readyTimeoutSeconds: 600,
    existingSecrets: existingSecrets("logfire-secrets", "logfire-admin"),
    givenSecrets: [],
  };
}

/** The owner's own Kubernetes Secrets, one for the product and one for the administrator. */
function existingSecrets(product: string, admin: string): LogfireSettings["existingSecrets"] {
  const own = (name: string, key: string) => ({ name, key });
  return {
    jwtSecret: own(product, "logfire-jwt-secret"),
    metaWriteToken: own(product, "logfire-meta-write-token"),
    metaFrontendToken: own(product, "logfire-meta-frontend-token"),
    dexClientSecret: own(product, "logfire-dex-client-secret"),
    unsubscribeSecret: own(product, "logfire-unsubscribe-secret"),
    mcpOauthClientSecret: own(product, "logfire-mcp-oauth-client-secret"),
    encryptionKey: own(product, "logfire-encryption-key"),
    adminPassword: own(admin, "logfire-admin-password"),
    adminTotpSecret: own(admin, "logfire-admin-totp-secret"),
    adminTotpRecoveryCodes: own(admin, "logfire-admin-totp-recovery-codes"),
  };
}

/** A cloud's database, bucket and Redis. */
export const cloudPlatform: PlatformFacts = {
  objectStore: {
    uri: "s3://logfire-prod",
    environment: { AWS_DEFAULT_REGION: "us-east-1" },
    secretEnvironmentKeys: [],
    destination: { port: 443, to: { cidrs: anywhere } },
  },
  postgres: {
    host: "pg.example.com",
    port: 5432,
    adminUser: "postgres",
    adminDatabase: "postgres",
    tls: "require",
    destination: { port: 5432, to: { cidrs: ["10.0.0.0/16"] } },
  },
  redis: { destinations: [{ port: 6379, to: { cidrs: ["10.0.0.0/16"] } }] },
  identity: {
    serviceAccountAnnotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/logfire" },
    podLabels: {},
    destinations: [],
  },
  edge: edgeSupport,
  scratch: { kind: "emptyDir", nodeSelector: {}, tolerations: [] },
  placement: { nodeSelector: {}, tolerations: [] },
};

/** PostgreSQL, MinIO and Redis as pods beside the workloads. */
export const inClusterPlatform: PlatformFacts = {
  ...cloudPlatform,
  objectStore: {
    uri: "s3://logfire",
    environment: {
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_ENDPOINT: "http://logfire-minio:9000",
      AWS_ALLOW_HTTP: "true",
    },
    secretEnvironmentKeys: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
    destination: { port: 9000, to: { component: "logfire-minio" } },
  },
  postgres: {
    ...cloudPlatform.postgres,
    host: "logfire-postgres",
    tls: "disable",
    destination: { port: 5432, to: { component: "logfire-postgres" } },
  },
  redis: { destinations: [{ port: 6379, to: { component: "logfire-redis" } }] },
  identity: { serviceAccountAnnotations: {}, podLabels: {}, destinations: [] },
};

function everything(): RenderInput {
  const placement = {
    nodeSelector: { pool: "general" },
    tolerations: [{ key: "dedicated", operator: "Equal", value: "logfire", effect: "NoSchedule" } as const],
  };
  const base = settingsOf("standard");
  return {
    redisInCluster: false,
    platform: { ...cloudPlatform, placement, scratch: { kind: "emptyDir", ...placement } },
    settings: {
      ...base,
      hostnames: ["logfire.example.com", "logfire.internal.example.com"],
      edge: gateway,
      inClusterTls: { certificates: "certManager", secretPrefix: "logfire" },
      priorityClassName: "logfire-high",
      groupOrganizationMapping: [
        {
          group_id: "g-1",
          organization_roles: [
            { organization_name: "org-1", role: "admin" },
            {
              organization_name: "org-3",
              role: "guest",
              project_roles: [{ project_name: "admin-project", role: "admin" }],
            },
          ],
        },
      ],
      rateLimits: { queriesPerHour: 60, queriesPerMinute: 10 },
      smtp: { host: "smtp.example.com", port: 587, tls: true, authenticated: true },
      ai: {
        model: "openai:gpt-4o",
        chatModel: "azure:gpt-4o",
        reasoningModel: "google-cloud:gemini-2.5-pro",
        llmJudgeModel: "openai:gpt-4o-mini",
        openAi: { baseUrl: "https://proxy.example.com/v1" },
        azureOpenAi: { endpoint: "https://e.openai.azure.com", apiVersion: "2024-05-01-preview" },
        vertexAi: {
          region: "us-east5",
          multiRegionLocation: "us",
          anthropicProjectId: "proj",
          anthropicBaseUrl: "https://vertex.example.com",
        },
      },
      identity: {
        passwordLogin: false,
        connectors: [
          {
            type: "github",
            id: "github",
            name: "GitHub",
            config: { getUserInfo: true },
            secretKeys: ["clientID", "clientSecret"],
          },
        ],
      },
      telemetry: { resourceAttributes: { "deployment.environment.name": "prod" }, prometheusPort: 9090 },
      redisPrefixes: { token: "tok", usage: "use" },
      sseC: true,
      existingSecrets: {
        ...base.existingSecrets,
        smtpUsername: { name: "smtp", key: "username" },
        smtpPassword: { name: "smtp", key: "password" },
        openAiApiKey: { name: "openai", key: "api-key" },
        azureOpenAiApiKey: { name: "azureai", key: "api-key" },
        objectStoreSseCKey: { name: "ssec", key: "key-b64" },
      },
    },
  };
}

function local(): RenderInput {
  const base = settingsOf("tiny", "http://localhost");
  return {
    redisInCluster: true,
    platform: inClusterPlatform,
    settings: {
      ...base,
      edge: ingress({ source: "none" }),
      adminEmail: "dev@example.com",
      features: { queryWorker: false, remoteMcp: false, aiGateway: false },
      images: { ...base.images, pullSecrets: [] },
      identity: { passwordLogin: true, connectors: [] },
      existingSecrets: {},
    },
  };
}

export function renderInput(name: RenderingName): RenderInput {
  if (name === "everything") return everything();
  if (name === "local") return local();
  const settings = { ...settingsOf(name), edge: ingress(publicCertificate) };
  return { settings, platform: cloudPlatform, redisInCluster: false };
}

const publicCertificate = { source: "existingSecret", name: "logfire-frontend-cert" } as const;

const ingress = (certificate: EdgeSettings["certificate"]): EdgeSettings =>
  edgeSettings({ mode: "ingress", ingress: { className: "nginx", annotations: {} }, certificate });

const gateway: EdgeSettings = edgeSettings({
  mode: "gateway",
  gateway: { ...edgeSettings().gateway, controller: "existing", className: "envoy-gateway" },
  certificate: publicCertificate,
});
