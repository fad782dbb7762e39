import type { Platform } from "../../components/platform/contract";
import type { AwsFacts } from "../../components/platform/aws";
import type { LogfireSettings } from "../../components/settings/types";
import type { AwsPlatformSettings } from "../../components/settings/typesAws";
import { edgeSettings, logfireSettings } from "../support/logfireSettings";

/** Everything made, `standard`, open to the world. Tests override what they are about. */
export const awsSettings = (overrides: Partial<AwsPlatformSettings> = {}): AwsPlatformSettings => ({
  kind: "aws",
  region: "eu-central-1",
  tags: { team: "observability" },
  network: { kind: "create", cidr: "10.40.0.0/16", zones: [], nat: "regional", flowLogs: false },
  cluster: {
    kind: "create",
    version: "1.35",
    apiAccess: ["203.0.113.0/24"],
    administrators: ["arn:aws:iam::123456789012:role/operations"],
    logRetentionDays: 30,
  },
  nodes: {
    general: { type: "m7i.2xlarge", minNodes: 4, maxNodes: 7 },
    scratch: { type: "r6id.2xlarge", minNodes: 4, maxNodes: 18 },
  },
  postgres: {
    kind: "create",
    instanceClass: "db.m7g.xlarge",
    storageGib: 100,
    maxStorageGib: 500,
    multiAz: true,
    backupDays: 7,
  },
  objectStore: { kind: "create", encryption: "s3" },
  redis: { kind: "create", nodeType: "cache.m7g.large", nodes: 2 },
  dns: { kind: "create", name: "logfire.acme.dev" },
  identity: "podIdentity",
  ...overrides,
});

/** What the platform's owner says of Logfire, with a certificate by ACME and a Gateway. */
export const logfireOnAws = (overrides: Partial<LogfireSettings> = {}): LogfireSettings =>
  logfireSettings({
    hostnames: ["logfire.acme.dev"],
    adminEmail: "admin@acme.dev",
    preset: "standard",
    edge: edgeSettings({
      mode: "gateway",
      proxiesInFront: 0,
      certificate: {
        source: "acme",
        server: "https://acme-v02.api.letsencrypt.org/directory",
        email: "admin@acme.dev",
        http01: false,
      },
      certManager: { controller: "existing", namespace: "cert-manager" },
    }),
    ...overrides,
  });

export const settingsOf = ({
  platform,
  logfire,
}: {
  readonly platform?: Partial<AwsPlatformSettings>;
  readonly logfire?: Partial<LogfireSettings>;
}) => ({ platform: awsSettings(platform), logfire: logfireOnAws(logfire) });

/** An account in which nothing is yet. */
export const factsOf = (overrides: Partial<AwsFacts> = {}): AwsFacts => ({
  accountId: "123456789012",
  partition: "aws",
  region: "eu-central-1",
  zones: ["a", "b", "c"].map((zone) => ({ name: `eu-central-1${zone}`, offers: ["m7i.2xlarge", "r6id.2xlarge"] })),
  quotas: {},
  addonVersions: { "vpc-cni": "v1.20.4-eksbuild.1", coredns: "v1.12.4-eksbuild.1" },
  caller: "arn:aws:sts::123456789012:assumed-role/deployer/run",
  clusterIsUp: false,
  nodeGroups: [],
  ...overrides,
});

/** The load balancer of a platform that has made one. */
export function edgeOf(platform: Platform) {
  const { addresses = [], nodePorts } = platform.edge.loadBalancer;
  if (nodePorts === undefined) throw new Error("the platform has no load balancer of its own");
  return { addresses, nodePorts };
}
