import type { Platform } from "../../components/platform/contract";
import type { AwsFacts } from "../../components/platform/aws";
import type { LogfireSettings } from "../../components/settings/types";
import type { AwsPlatformSettings } from "../../components/settings/aws/types";
import { edgeSettings, logfireSettings } from "../support/logfireSettings";
import { awsOf, withAws } from "./figures/values";

/** Everything made, `standard`, open to the world. Tests override what they are about. */
export const awsSettings = (overrides: Partial<AwsPlatformSettings> = {}): AwsPlatformSettings => ({
  ...settled,
  ...overrides,
});

/** What a stack's file comes to, with more general nodes than zones, so that they do not divide evenly. */
const settled = awsOf(
  withAws(
    {
      tags: { team: "observability" },
      cluster: { apiAccess: ["203.0.113.0/24"], administrators: ["arn:aws:iam::123456789012:role/operations"] },
      nodes: { general: { minNodes: 4, maxNodes: 7 }, scratch: { minNodes: 4, maxNodes: 18 } },
    },
    { hostname: "logfire.acme.dev" },
  ),
);

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
