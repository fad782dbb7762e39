import type { LogfireSettings } from "../../../settings/types";
import type { AwsPlatformSettings } from "../../../settings/aws/types";
import type { PlatformFacts } from "../../contract";
import { balancerExposure } from "../../shared/exposure";
import { placeholdersOf } from "../../shared/placeholders";
import { placements } from "../../shared/placements";
import {
  dns01,
  durableStorageClass,
  identityFacts,
  nativeFacts,
  nodePorts,
  objectStoreFacts,
  postgresFacts,
  redisDestinations,
  roleAnnotations,
} from "./facts";
import { elasticIps } from "./publicAddresses";

/** What only the account knows. */
export const placeholders = {
  "PLACEHOLDER-DATABASE-HOST": "address of the RDS instance",
  "PLACEHOLDER-BUCKET": "name of the bucket",
  "PLACEHOLDER-VPC-RANGE": "IPv4 range of your VPC",
  "PLACEHOLDER-ZONE-ID": "id of the Route 53 zone",
  "PLACEHOLDER-WORKLOADS-ROLE-ARN": "ARN of the role of Logfire's ServiceAccount",
  "PLACEHOLDER-CERT-MANAGER-ROLE-ARN": "ARN of cert-manager's role",
  "PLACEHOLDER-AUTOSCALER-ROLE-ARN": "ARN of cluster-autoscaler's role",
  "PLACEHOLDER-NAT-ADDRESS": "public address of a NAT gateway, one in each zone that has one",
  "PLACEHOLDER-BALANCER-ADDRESS": "public address of the load balancer, one in each zone",
  "PLACEHOLDER-BALANCER-NAME": "DNS name of the load balancer",
} as const;

export const { one: placeholder, numbered } = placeholdersOf(placeholders);

/** Settings of a stack, as far as its place on AWS depends on them. */
export interface PlannedStack {
  readonly platform: AwsPlatformSettings;
  readonly logfire: Pick<LogfireSettings, "edge">;
}

/** The platform as it will be, worked out without an account: what needs one stands there as a placeholder. */
export function plannedFacts({ platform, logfire }: PlannedStack): PlatformFacts {
  const range = platform.network.kind === "create" ? platform.network.cidr : placeholder("PLACEHOLDER-VPC-RANGE");
  return {
    identity: identityFacts(platform, placeholder("PLACEHOLDER-WORKLOADS-ROLE-ARN")),
    placement: placements.general,
    scratch: { kind: "emptyDir", ...placements.scratch },
    durableStorageClass,
    postgres: postgresFacts(platform, { host: placeholder("PLACEHOLDER-DATABASE-HOST"), range }),
    objectStore: objectStoreFacts(platform, `s3://${placeholder("PLACEHOLDER-BUCKET")}`),
    redis: { destinations: redisDestinations(platform, range) },
    edge: plannedEdge({ platform, logfire }, range),
  };
}

function plannedEdge({ platform, logfire: { edge } }: PlannedStack, range: string): PlatformFacts["edge"] {
  const { dns, network, region, identity } = platform;
  const { nat } = elasticIps(network, edge);
  const proves = dns.kind !== "none" && edge.certificate.source === "acme" && !edge.certificate.http01;
  const zoneId = dns.kind === "existing" ? dns.zoneId : placeholder("PLACEHOLDER-ZONE-ID");
  return {
    ...(dns.kind === "none" ? {} : { zone: { name: dns.name }, dns01: dns01(region, zoneId) }),
    loadBalancer: plannedBalancer({ platform, logfire: { edge } }),
    certManagerIdentity: {
      serviceAccountAnnotations: proves
        ? roleAnnotations(identity, placeholder("PLACEHOLDER-CERT-MANAGER-ROLE-ARN"))
        : {},
      podLabels: {},
    },
    ...(edge.mode === "native" ? { native: nativeFacts([placeholder("PLACEHOLDER-BALANCER-NAME")], range) } : {}),
    clusterRanges: [range, ...numbered("PLACEHOLDER-NAT-ADDRESS", nat).map((address) => `${address}/32`)],
  };
}

function plannedBalancer({ platform, logfire: { edge } }: PlannedStack): PlatformFacts["edge"]["loadBalancer"] {
  const shared = { annotations: { public: {}, internal: {} }, asksByAddress: false };
  if (edge.mode === "native") return shared;
  const { balancer } = elasticIps(platform.network, edge);
  switch (balancerExposure(edge)) {
    case "none":
      return shared;
    case "internal":
      return { ...shared, nodePorts, addresses: [placeholder("PLACEHOLDER-BALANCER-NAME")] };
    case "public":
      return { ...shared, nodePorts, addresses: numbered("PLACEHOLDER-BALANCER-ADDRESS", balancer) };
  }
}
