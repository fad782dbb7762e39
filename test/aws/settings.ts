import type { Platform } from "../../components/platform/contract";
import type { AwsFacts } from "../../components/platform/aws";
import { resolvedOn } from "../clouds/resolved";
import { aws } from "./figures/values";

const resolved = resolvedOn(
  aws,
  {
    tags: { team: "observability" },
    cluster: { apiAccess: ["203.0.113.0/24"], administrators: ["arn:aws:iam::123456789012:role/operations"] },
  },
  "existing",
);
export const { platform: awsSettings, logfire: logfireOnAws, both: settingsOf } = resolved;

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
