import assert from "node:assert/strict";
import { externalPostgres, problemsOf, raw, set, type Values } from "./helpers";

interface Case {
  readonly title: string;
  readonly values: Values;
  readonly lines: readonly string[];
}

const withPostgres = (server: Values) => ({
  existing: { postgres: { ...externalPostgres, ...server } },
  secrets: { postgresAdminPassword: "given-password" },
});
const long = "a".repeat(64);

const cases: readonly Case[] = [
  {
    title: "an unknown key with a near one",
    values: { presset: "tiny" },
    lines: ["presset: is not a setting; did you mean preset?"],
  },
  {
    title: "a key one level off",
    values: { kubeconfig: "/etc/kubeconfig" },
    lines: ["kubeconfig: is not a setting; did you mean existing.kubeconfig?"],
  },
  {
    title: "a key that another cloud has",
    values: { platform: "gcp", gcp: { project: "acme-logfire", region: "europe-west3", network: { podsCidr: "x" } } },
    lines: ["gcp.network.podsCidr: is not a setting; remove it, or choose from cidr, zones, flowLogs, existing"],
  },
  {
    title: "an unknown key below features",
    values: { features: { queryWorkr: true, zzz: true } },
    lines: [
      "features.queryWorkr: is not a setting; did you mean queryWorker?",
      "features.zzz: is not a setting; remove it, or choose from queryWorker, remoteMcp, aiGateway",
    ],
  },
  {
    title: "a key of a list's entry",
    values: { identity: { connectors: [{ type: "authproxy", id: "proxy", nam: "Proxy" }] } },
    lines: ["identity.connectors[0].nam: is not a setting; did you mean name?"],
  },
  {
    title: "a wrong type: text for a flag",
    values: { disposable: "yes" },
    lines: ['disposable: "yes" is not true or false; write true'],
  },
  {
    title: "a wrong type: text for an object",
    values: { smtp: "smtp.example.com:587" },
    lines: ["smtp: is text, not an object; write keys below it: host, port, tls, authenticated"],
  },
  {
    title: "a wrong type: text for a list",
    values: { network: { allowedHosts: "example.com" } },
    lines: ["network.allowedHosts: is text, not a list; write a list, one `- …` on each line"],
  },
  {
    title: "a wrong type: a number for text",
    values: { images: { version: 1.1 } },
    lines: ['images.version: 1.1 is not text; write it in quotes: "1.1"'],
  },
  {
    title: "a wrong type: a list for a number",
    values: { ingestVolumeGib: [16] },
    lines: ["ingestVolumeGib: a list is not a whole number of GiB; write a whole number of GiB, 1 to 65536"],
  },
  {
    title: "nothing at all",
    values: { preset: null },
    lines: ["preset: nothing is not a preset; choose from tiny, small, standard, large"],
  },
  {
    title: "quantities with a unit",
    values: {
      workloads: {
        "logfire-worker": { memoryGib: "16 gigs", cpu: "500m" },
        "logfire-backend": { memoryGib: "16Gi", cpuTargetPercent: "80%" },
        "logfire-ff-query-api": { memoryGib: "8192 MiB", cpu: "lots" },
      },
      oauth: { gatewayTimeoutSeconds: "10m" },
    },
    lines: [
      'workloads.logfire-backend.memoryGib: "16Gi" is not a number of GiB; write 16',
      'workloads.logfire-backend.cpuTargetPercent: "80%" is not a whole number of per cent; write 80',
      'workloads.logfire-worker.cpu: "500m" is not a number of cores; write 0.5',
      'workloads.logfire-worker.memoryGib: "16 gigs" is not a number of GiB; write 16',
      'workloads.logfire-ff-query-api.cpu: "lots" is not a number of cores; write a number of cores, 0.01 to 256',
      'workloads.logfire-ff-query-api.memoryGib: "8192 MiB" is not a number of GiB; write 8',
      'oauth.gatewayTimeoutSeconds: "10m" is not a whole number of seconds; write 600',
    ],
  },
  {
    title: "quantities out of range",
    values: { ingestVolumeGib: 0, smtp: { host: "smtp.example.com", port: 70000, authenticated: false } },
    lines: [
      "ingestVolumeGib: 0 is too small; write a whole number of GiB, 1 to 65536",
      "smtp.port: 70000 is too large; write a whole number, 1 to 65535",
    ],
  },
  {
    title: "half a pod",
    values: { workloads: { "logfire-worker": { replicas: 1.5 } } },
    lines: ["workloads.logfire-worker.replicas: 1.5 is not a whole number; write 2"],
  },
  {
    title: "a hostname with a scheme",
    values: { hostname: "https://logfire.example.com" },
    lines: ['hostname: "https://logfire.example.com" has a scheme; write logfire.example.com'],
  },
  {
    title: "a hostname with a path",
    values: { hostname: "logfire.example.com/app" },
    lines: ['hostname: "logfire.example.com/app" has a path; write logfire.example.com'],
  },
  {
    title: "a hostname with a scheme, a port, a path and capital letters",
    values: { hostname: "https://Logfire.example.com:8443/app" },
    lines: [
      'hostname: "https://Logfire.example.com:8443/app" has a scheme, a port, a path and capital letters; write logfire.example.com',
    ],
  },
  {
    title: "a hostname with a port",
    values: { hostname: "logfire.example.com:8080" },
    lines: ['hostname: "logfire.example.com:8080" has a port; write logfire.example.com'],
  },
  {
    title: "a wildcard",
    values: { hostname: "*.example.com" },
    lines: ['hostname: "*.example.com" has a wildcard; write each hostname in full, such as logfire.example.com'],
  },
  {
    title: "a hostname that is too long",
    values: { hostname: `${long}.example.com` },
    lines: [
      `hostname: "${long}.example.com" has a part longer than 63 characters; write a DNS name such as logfire.example.com`,
    ],
  },
  {
    title: "an address instead of a hostname",
    values: { hostname: "192.0.2.7" },
    lines: ['hostname: "192.0.2.7" is an IP address; write a DNS name such as logfire.example.com'],
  },
  {
    title: "a hostname with an underscore",
    values: { hostname: "log_fire.example.com" },
    lines: ['hostname: "log_fire.example.com" is not a DNS name; write a DNS name such as logfire.example.com'],
  },
  {
    title: "an e-mail address without a domain",
    values: { adminEmail: "admin@localhost" },
    lines: ['adminEmail: "admin@localhost" is not an e-mail address; write one such as sre@example.com'],
  },
  {
    title: "a preset that does not exist",
    values: { preset: "standart" },
    lines: ['preset: "standart" is not a preset; did you mean standard?'],
  },
  {
    title: "workloads that do not exist",
    values: { workloads: { "query-api": {}, logfire_redis: {} } },
    lines: [
      "workloads.query-api: is not a workload; did you mean logfire-ff-query-api?",
      "workloads.logfire_redis: is not a workload; did you mean logfire-redis?",
    ],
  },
  {
    title: "an image that does not exist",
    values: { images: { overrides: { dexx: { tag: "v2" } } } },
    lines: ["images.overrides.dexx: is not an image; did you mean dex?"],
  },
  {
    title: "an image that moves",
    values: { images: { version: "latest" } },
    lines: ['images.version: "latest" is not a version; write the version that is meant to run'],
  },
  {
    title: "a cloud that is none of these",
    values: { platform: "gpc" },
    lines: ['platform: "gpc" is not a platform; did you mean gcp?'],
  },
  {
    title: "a platform that is misspelt",
    values: { platform: "existin" },
    lines: ['platform: "existin" is not a platform; did you mean existing?'],
  },
  {
    title: "a Kubernetes that is too old",
    values: { existing: { kubernetesVersion: "v1.31.4" } },
    lines: ['existing.kubernetesVersion: "v1.31.4" is too old; upgrade the cluster to 1.32 or later'],
  },
  {
    title: "a version of Kubernetes that YAML read as a number",
    values: { existing: { kubernetesVersion: 1.4 } },
    lines: ['existing.kubernetesVersion: 1.4 is not text; write it in quotes: "1.4"'],
  },
  {
    title: "a PostgreSQL that is too old",
    values: withPostgres({ version: 15 }),
    lines: ["existing.postgres.version: 15 is too old; upgrade the server to PostgreSQL 16 or later"],
  },
  {
    title: "a PostgreSQL server given by URL",
    values: withPostgres({ host: "postgres://pg.example.com:5432" }),
    lines: [
      'existing.postgres.host: "postgres://pg.example.com:5432" is not a host; write a DNS name or an IP address, without scheme and port',
    ],
  },
  {
    title: "half a PostgreSQL server",
    values: { existing: { postgres: { host: "pg.example.com" } } },
    lines: ["existing.postgres.adminUser: is missing; write text"],
  },
  {
    title: "a misspelt word for a store",
    values: { existing: { postgres: "incluster" } },
    lines: ['existing.postgres: "incluster" is not inCluster; did you mean inCluster?'],
  },
  {
    title: "addresses that are no buckets",
    values: { existing: { objectStore: { uri: "https://logfire.s3.amazonaws.com" } } },
    lines: [
      'existing.objectStore.uri: "https://logfire.s3.amazonaws.com" is not the address of a bucket; write s3://BUCKET, gs://BUCKET or az://CONTAINER',
    ],
  },
  {
    title: "a scheme of another tool",
    values: { existing: { objectStore: { uri: "gcs://logfire" } } },
    lines: ['existing.objectStore.uri: "gcs://logfire" is not the address of a bucket; write gs://…'],
  },
  {
    title: "a namespace with capital letters",
    values: { namespace: "Logfire" },
    lines: [
      'namespace: "Logfire" is not a name of at most 63 small letters, digits and dashes; write a name of at most 63 small letters, digits and dashes, such as logfire',
    ],
  },
  {
    title: "address ranges that are none",
    values: { network: { egressCidrs: ["10.0.0.0/33", "10.0.0.1", "example.com", "fd00::/8"] } },
    lines: [
      'network.egressCidrs[0]: "10.0.0.0/33" is not an address range; write a prefix of 0 to 32, such as 10.0.0.0/32',
      'network.egressCidrs[1]: "10.0.0.1" is not an address range; write 10.0.0.1/32 for the one address',
      'network.egressCidrs[2]: "example.com" is not an address range; write one such as 10.0.0.0/16 or fd00::/8',
    ],
  },
  {
    title: "an OAuth address with a slash at its end",
    values: { oauth: { mcpServerUrl: "https://mcp.example.com/" } },
    lines: ['oauth.mcpServerUrl: "https://mcp.example.com/" ends with a slash; write "https://mcp.example.com"'],
  },
  {
    title: "roles that do not exist",
    values: {
      groupOrganizationMapping: [
        {
          group_id: "g",
          organization_roles: [
            { organization_name: "o", role: "admn", project_roles: [{ project_name: "p", role: "guest" }] },
          ],
        },
      ],
    },
    lines: [
      'groupOrganizationMapping[0].organization_roles[0].role: "admn" is not a role in an organisation; did you mean admin?',
      'groupOrganizationMapping[0].organization_roles[0].project_roles[0].role: "guest" is not a role in a project; choose from admin, member',
    ],
  },
  {
    title: "rate limits that are no counts",
    values: { rateLimits: { queriesPerHour: 0, queriesPerMinute: "ten" } },
    lines: [
      "rateLimits.queriesPerHour: 0 is too small; write a whole number, 1 to 1000000000",
      'rateLimits.queriesPerMinute: "ten" is not a whole number; write a whole number, 1 to 1000000000',
    ],
  },
  {
    title: "a multi-region that leaves the region",
    values: { ai: { vertexAi: { multiRegionLocation: "global" } } },
    lines: [
      'ai.vertexAi.multiRegionLocation: "global" is not a multi-region (global would leave the region); choose from us, eu',
    ],
  },
  {
    title: "variables with bad names and values",
    values: { workloads: { "logfire-worker": { extraEnv: { "1ST": "x", TWO: 2, THREE: { secret: "s" } } } } },
    lines: [
      "workloads.logfire-worker.extraEnv.1ST: is not a name of a variable; use letters, digits and underscores, with no digit in front",
      'workloads.logfire-worker.extraEnv.TWO: 2 is not text; write it in quotes: "2"',
      "workloads.logfire-worker.extraEnv.THREE: is not a reference to a Kubernetes Secret; write { secret: NAME, key: KEY }",
    ],
  },
  {
    title: "a label with a bad value",
    values: { existing: { podLabels: { "example.com/team": "a b" } } },
    lines: [
      'existing.podLabels["example.com/team"]: "a b" is not a label\'s value; write at most 63 letters, digits, dots and dashes',
    ],
  },
  {
    title: "a connector type that does not exist",
    values: { identity: { connectors: [{ type: "gihub", id: "g" }] } },
    lines: ['identity.connectors[0].type: "gihub" is not a connector type of Dex; did you mean github?'],
  },
  {
    title: "a secret that does not exist, below existingSecrets",
    values: { existingSecrets: { jwtsecret: { name: "a", key: "b" } } },
    lines: ["existingSecrets.jwtsecret: is not a secret; did you mean jwtSecret?"],
  },
  {
    title: "a secret that does not exist, below secrets",
    values: { secrets: { jwtSecrt: "does-not-matter-here" } },
    lines: ["secrets.jwtSecrt: is not a setting; did you mean jwtSecret?"],
  },
  {
    title: "an existing Secret without its name",
    values: { existingSecrets: { jwtSecret: { key: "b" } } },
    lines: ["existingSecrets.jwtSecret.name: is missing; write name of a Kubernetes object"],
  },
  {
    title: "secrets that do not have their form",
    values: {
      secrets: { encryptionKey: "c2hvcnQ=", adminTotpSecret: "not base32", redisDsn: "cache.example.com:6379" },
      existing: { redis: "external" },
    },
    lines: [
      `secrets.encryptionKey: does not have the form of this secret; set URL-safe base64 of 32 bytes (44 characters) with ${set("encryptionKey")}`,
      `secrets.adminTotpSecret: does not have the form of this secret; set base32: at least 16 of A-Z and 2-7 with ${set("adminTotpSecret")}`,
      `secrets.redisDsn: does not have the form of this secret; set an address such as rediss://:PASSWORD@redis.example.com:6379 with ${set("redisDsn")}`,
    ],
  },
];

describe("a wrong value is named with what to write instead", () => {
  for (const { title, values, lines } of cases)
    it(title, () => {
      const found = problemsOf(raw(values));
      assert.deepEqual([...found].sort(), [...lines].sort());
    });
});
