import assert from "node:assert/strict";
import { least, problemsOf, raw, externalPostgres, set, type Values } from "./helpers";

type Case = readonly [title: string, values: Values, ...lines: string[]];

const connector = (type: string, config: Values = {}, secrets: Values = {}): Values => ({
  identity: { connectors: [{ type, id: "id", config }] },
  ...(Object.keys(secrets).length === 0 ? {} : { secrets: { connectors: { id: secrets } } }),
});
const bucket = (uri: string, environment: Values = {}, objectStore: Values = {}): Values => ({
  existing: { objectStore: { uri, environment } },
  ...(Object.keys(objectStore).length === 0 ? {} : { secrets: { objectStore } }),
});
const oauthClient = { clientID: "logfire" };
const clientSecret = { clientSecret: "given-secret" };
const at = "identity.connectors[0].config";
const environment = "existing.objectStore.environment";

const settings: readonly Case[] = [
  [
    "hostname beside hostnames",
    { hostnames: ["a.example.com"] },
    "hostnames: stands beside hostname; keep one: hostnames is the list, with the primary name first",
  ],
  [
    "a name twice",
    { hostname: undefined, hostnames: ["a.example.com", "a.example.com"] },
    'hostnames: "a.example.com" stands there twice; remove one',
  ],
  [
    "no name",
    { hostname: undefined, hostnames: [] },
    "hostname: is missing; write the name under which people reach Logfire, such as logfire.example.com",
  ],
  [
    "a port that the collector has already",
    { telemetry: { prometheusPort: 4317 } },
    "telemetry.prometheusPort: 4317 is a port of the collector itself; write another one, such as 9090",
  ],
  [
    "an identity on Azure without the label that hands it out",
    { existing: { serviceAccountAnnotations: { "azure.workload.identity/client-id": "id" } } },
    "existing.podLabels.azure.workload.identity/use: is missing: azure.workload.identity/client-id is set, and pods without this label do not get the identity; " +
      'write "true"',
  ],
  [
    "no administrator",
    { adminEmail: undefined },
    "adminEmail: is missing; write the e-mail address of the first administrator",
  ],
  [
    "a namespace of the cluster's",
    { namespace: "kube-system" },
    'namespace: "kube-system" belongs to the cluster, and Logfire denies all other traffic in its namespace; write a name of its own, such as logfire',
  ],
  [
    "more replicas at least than at most",
    { workloads: { "logfire-worker": { minReplicas: 5, maxReplicas: 2 } } },
    "workloads.logfire-worker.minReplicas: 5 is more than maxReplicas, which is 2; write at most 2, or raise maxReplicas",
  ],
  [
    "one bound alone, which pulls the preset's other bound along",
    { preset: "tiny", workloads: { "logfire-worker": { minReplicas: 50 } } },
  ],
  [
    "a fixed count beside autoscaling",
    { workloads: { "logfire-worker": { replicas: 2, maxReplicas: 3 } } },
    "workloads.logfire-worker.replicas: 2 is a fixed count, and autoscaling is set beside it; keep either replicas, or minReplicas, maxReplicas and the targets",
  ],
  [
    "scratch that is smaller than the workload needs",
    { workloads: { "logfire-ff-compaction-worker": { scratchGib: 1 } } },
    "workloads.logfire-ff-compaction-worker.scratchGib: 1 GiB is smaller than logfire-ff-compaction-worker needs; write at least 2",
  ],
  [
    "more in a minute than in an hour",
    { rateLimits: { queriesPerHour: 10, queriesPerMinute: 60 } },
    "rateLimits.queriesPerMinute: 60 is more than queriesPerHour, 10, allows at all; write at most 10, or raise queriesPerHour",
  ],
  [
    "no way out",
    { network: { egressCidrs: [] } },
    "network.egressCidrs: is empty, so that identity providers, AI providers and mail cannot be reached; write the ranges where they are, or remove the key for any address",
  ],
  [
    "registry credentials without password",
    { images: { credentials: { server: "registry.example.com", username: "u" } } },
    `secrets.registryPassword: is missing: images.credentials needs it; set it with ${set("registryPassword")}`,
  ],
  [
    "a registry's password without credentials",
    { secrets: { registryPassword: "given-password" } },
    "secrets.registryPassword: is given for no one; write images.credentials with server and username, or remove it",
  ],
  [
    "a mail server without its secrets",
    { smtp: { host: "smtp.example.com" } },
    `secrets.smtpUsername: is missing: smtp.authenticated is true; set it with ${set("smtpUsername")}`,
    `secrets.smtpPassword: is missing: smtp.authenticated is true; set it with ${set("smtpPassword")}`,
  ],
  [
    "secrets of a mail server that wants none",
    { smtp: { host: "smtp.example.com", authenticated: false }, secrets: { smtpPassword: "given-password" } },
    "secrets.smtpPassword: is not used: smtp.authenticated is false; write smtp.authenticated: true, or remove it",
  ],
  [
    "a secret given twice",
    { existingSecrets: { jwtSecret: { name: "mine", key: "jwt" } }, secrets: { jwtSecret: "given-secret-value" } },
    "existingSecrets.jwtSecret: stands beside secrets.jwtSecret; keep the one that is meant and remove the other",
  ],
];

const identity: readonly Case[] = [
  [
    "nobody could sign in",
    { identity: { passwordLogin: false } },
    "identity.passwordLogin: is false and there is no connector, so that nobody could sign in; write identity.connectors, or leave passwordLogin on",
  ],
  [
    "github half filled",
    connector("github", { clientId: "logfire" }),
    `${at}.clientID: is missing: GitHub needs it; rename clientId to clientID`,
    `secrets.connectors.id.clientSecret: is missing: GitHub needs it; set it with ${set("connectors.id.clientSecret")}`,
  ],
  ...["google", "gitlab", "microsoft", "linkedin", "bitbucket-cloud", "gitea"].map((type): Case => [
    `${type} filled`,
    connector(type, oauthClient, clientSecret),
  ]),
  [
    "oidc without issuer",
    connector("oidc", oauthClient, clientSecret),
    `${at}.issuer: is missing: OpenID Connect needs it; write it as Dex documents it`,
  ],
  [
    "oauth without addresses",
    connector("oauth", oauthClient, clientSecret),
    `${at}.tokenURL: is missing: OAuth 2.0 needs it; write it as Dex documents it`,
    `${at}.authorizationURL: is missing: OAuth 2.0 needs it; write it as Dex documents it`,
    `${at}.userInfoURL: is missing: OAuth 2.0 needs it; write it as Dex documents it`,
  ],
  [
    "saml without certificate",
    connector("saml", { ssoURL: "https://idp.example.com/sso", usernameAttr: "name", emailAttr: "email" }),
    `${at}.ca: is missing: SAML needs it; write it, or caData or insecureSkipSignatureValidation`,
  ],
  [
    "ldap without search",
    connector("ldap", { host: "ldap.example.com:636", bindDN: "cn=logfire", userSearch: { baseDn: "ou=people" } }),
    `${at}.userSearch.baseDN: is missing: LDAP needs it; rename baseDn to baseDN`,
    `${at}.userSearch.username: is missing: LDAP needs it; write it as Dex documents it`,
    `secrets.connectors.id.bindPW: is missing: LDAP needs it; set it with ${set("connectors.id.bindPW")}`,
  ],
  [
    "two connectors with one id, beside one that is broken",
    {
      identity: {
        connectors: [
          { type: "authproxy", id: "proxy" },
          { type: "oidcc", id: "o" },
          { type: "authproxy", id: "proxy" },
        ],
      },
    },
    'identity.connectors[1].type: "oidcc" is not a connector type of Dex; did you mean oidc?',
    'identity.connectors[2].id: "proxy" is the id of another connector; write another id',
  ],
  [
    "an id that Dex has taken",
    { identity: { connectors: [{ type: "authproxy", id: "local" }] } },
    'identity.connectors[0].id: "local" is the id of the password login; write another id',
  ],
  [
    "a redirect address of one's own",
    connector("authproxy", { redirectURI: "https://logfire.example.com/x" }),
    `${at}.redirectURI: follows from the hostname; remove it`,
  ],
  [
    "secrets of a connector that is not there",
    {
      identity: { connectors: [{ type: "authproxy", id: "proxy" }] },
      secrets: { connectors: { prox: { clientSecret: "given-secret" } } },
    },
    "secrets.connectors.prox.clientSecret: belongs to no connector; did you mean connectors.proxy?",
  ],
];

const gemini = "google-cloud:gemini-3.5-flash";
const ai: readonly Case[] = [
  ...["openai", "openai-chat", "openai-responses"].map((prefix): Case => [
    `${prefix} without key`,
    { ai: { model: `${prefix}:gpt-4o` } },
    `secrets.openAiApiKey: is missing: ai.model uses "${prefix}:gpt-4o"; set it with ${set("openAiApiKey")}`,
  ]),
  ["openai with key", { ai: { model: "openai:gpt-4o" }, secrets: { openAiApiKey: "given-key" } }],
  [
    "azure as a fallback, without endpoint and key",
    { ai: { chatModel: "openai:gpt-4o, azure:gpt-4o" }, secrets: { openAiApiKey: "given-key" } },
    'ai.azureOpenAi.endpoint: is missing: ai.chatModel uses "azure:gpt-4o"; write the endpoint of the resource, such as https://NAME.openai.azure.com',
    `secrets.azureOpenAiApiKey: is missing: ai.chatModel uses "azure:gpt-4o"; set it with ${set("azureOpenAiApiKey")}`,
  ],
  [
    "an endpoint of azure without key",
    { ai: { azureOpenAi: { endpoint: "https://e.openai.azure.com" } } },
    `ai.azureOpenAi: has an endpoint and no key; set it with ${set("azureOpenAiApiKey")}, or remove ai.azureOpenAi`,
  ],
  [
    "a regional model of Google without region",
    { ai: { reasoningModel: "google-cloud:gemini-2.5-pro", vertexAi: { multiRegionLocation: "us" } } },
    'ai.vertexAi.region: is missing: ai.reasoningModel uses "google-cloud:gemini-2.5-pro"; write a region, such as us-east5',
  ],
  [
    "a multi-region model of Google without location",
    { ai: { llmJudgeModel: gemini, vertexAi: { region: "us-east5" } } },
    `ai.vertexAi.multiRegionLocation: is missing: ai.llmJudgeModel uses "${gemini}"; write us or eu`,
  ],
  [
    "Anthropic on Vertex without region and project",
    { ai: { model: "anthropic-vertex:claude-sonnet-4" } },
    'ai.vertexAi.region: is missing: ai.model uses "anthropic-vertex:claude-sonnet-4"; write a region, such as us-east5',
    'ai.vertexAi.anthropicProjectId: is missing: ai.model uses "anthropic-vertex:claude-sonnet-4"; write the id of the Google Cloud project',
  ],
  [
    "models without and with a misspelt provider",
    { ai: { model: "gpt-4o", chatModel: "opanai:gpt-4o" } },
    'ai.model: "gpt-4o" is not a model; write PROVIDER:MODEL, such as openai:gpt-4o',
    'ai.chatModel: "opanai" is not a provider; did you mean openai:gpt-4o?',
  ],
  ["a provider that takes its key from extraEnv", { ai: { model: "bedrock:claude" } }],
];

const stores: readonly Case[] = [
  [
    "a server without password",
    { existing: { postgres: externalPostgres } },
    `secrets.postgresAdminPassword: is missing: existing.postgres names a server; set it with ${set("postgresAdminPassword")}`,
  ],
  [
    "passwords in clear, and a check without certificates",
    {
      existing: { postgres: { ...externalPostgres, tls: "disable" } },
      secrets: { postgresAdminPassword: "given-password" },
    },
    'existing.postgres.tls: "disable" sends passwords to "pg.example.com" in clear; write require, or verify-full with caBundle',
  ],
  [
    "a check without certificates",
    {
      existing: { postgres: { ...externalPostgres, tls: "verify-full" } },
      secrets: { postgresAdminPassword: "given-password" },
    },
    "existing.postgres.caBundle: is missing: tls is verify-full; write the PEM text of the server's certificate authorities",
  ],
  [
    "a Redis server without address",
    { existing: { redis: "external" } },
    `secrets.redisDsn: is missing: existing.redis is external; set it with ${set("redisDsn")}`,
  ],
  [
    "an address of Redis beside the one in the cluster",
    { secrets: { redisDsn: "redis://r.example.com" } },
    "secrets.redisDsn: is not used: Redis runs inside the cluster; write existing.redis: external, or remove it",
  ],
  [
    "another port in the address of Redis",
    { existing: { redis: "external" }, secrets: { redisDsn: "rediss://:pw-of-redis@r.example.com:6380/0" } },
    "existing.redis.port: is 6379, and secrets.redisDsn names port 6380; write existing.redis: { port: 6380 }",
  ],
  [
    "another port in the address of a second Redis",
    {
      existing: { redis: { port: 6380 } },
      secrets: { redisDsn: "rediss://:pw-of-redis@r.example.com:6380/0", tokenRedisDsn: "redis://t.example.com" },
    },
    "existing.redis.tokenPort: is 6380, and secrets.tokenRedisDsn names port 6379; write existing.redis: { tokenPort: 6379 }",
  ],
  [
    "S3 without region",
    bucket("s3://logfire"),
    `${environment}.AWS_DEFAULT_REGION: is missing: "s3://logfire" needs it; write the bucket's region, such as us-east-1`,
  ],
  ["S3 with its region", bucket("s3://logfire", { AWS_DEFAULT_REGION: "eu-central-1" })],
  [
    "Azure without account",
    bucket("az://container"),
    `${environment}.AZURE_STORAGE_ACCOUNT_NAME: is missing: "az://container" needs it; write the name of the storage account`,
  ],
  ["Google with workload identity", bucket("gs://logfire")],
  [
    "variables of another store and with a slip",
    bucket("az://container", { AZURE_STORAGE_ACOUNT_NAME: "a", AWS_REGION: "x" }),
    `${environment}.AZURE_STORAGE_ACCOUNT_NAME: is missing: "az://container" needs it; write the name of the storage account`,
    `${environment}.AZURE_STORAGE_ACOUNT_NAME: is not a variable of the object store; did you mean AZURE_STORAGE_ACCOUNT_NAME?`,
    `${environment}.AWS_REGION: is for s3:// and the bucket is az://; remove it`,
  ],
  [
    "half a pair of keys",
    bucket("s3://logfire", { AWS_REGION: "eu-central-1", AWS_ACCESS_KEY_ID: "id" }),
    `secrets.objectStore.AWS_SECRET_ACCESS_KEY: is missing: AWS_ACCESS_KEY_ID is given; set it with ${set("objectStore.AWS_SECRET_ACCESS_KEY")}`,
  ],
  [
    "the other half",
    bucket("s3://logfire", { AWS_REGION: "eu-central-1" }, { AWS_SECRET_ACCESS_KEY: "given-secret" }),
    `${environment}.AWS_ACCESS_KEY_ID: is missing: secrets.objectStore.AWS_SECRET_ACCESS_KEY is given; write the id of the key`,
  ],
  [
    "an endpoint without encryption",
    bucket("s3://logfire", { AWS_REGION: "x", AWS_ENDPOINT: "http://minio.example.com:9000" }),
    `${environment}.AWS_ENDPOINT: "http://minio.example.com:9000" is not encrypted; write https://, or add AWS_ALLOW_HTTP: "true"`,
  ],
  [
    "keys for the store in the cluster",
    { secrets: { objectStore: { AWS_SECRET_ACCESS_KEY: "given-secret" } } },
    "secrets.objectStore.AWS_SECRET_ACCESS_KEY: is not used: the object store runs inside the cluster; write existing.objectStore, or remove it",
  ],
  [
    "SSE-C without bucket and key",
    { sseC: true },
    "sseC: is true and the object store is inside the cluster; use it with an s3:// bucket of your own only, or remove it",
    `secrets.objectStoreSseCKey: is missing: sseC is true, and the key has to be one that you keep; set it with ${set("objectStoreSseCKey")}`,
  ],
  [
    "a key of SSE-C without SSE-C",
    { secrets: { objectStoreSseCKey: Buffer.alloc(32, 7).toString("base64") } },
    "secrets.objectStoreSseCKey: is not used: sseC is off; write sseC: true on an empty bucket, or remove it",
  ],
];

const areas: Readonly<Record<string, readonly Case[]>> = { settings, identity, ai, stores };
for (const [area, cases] of Object.entries(areas))
  describe(`${area} that contradict or lack each other are named`, () => {
    for (const [title, values, ...lines] of cases)
      it(title, () => assert.deepEqual([...problemsOf(raw({ ...least, ...values }))].sort(), [...lines].sort()));
  });
