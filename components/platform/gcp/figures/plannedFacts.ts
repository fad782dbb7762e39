import type { LogfireSettings } from "../../../settings/types";
import type { GcpPlatformSettings } from "../../../settings/gcp/types";
import type { PlatformFacts } from "../../contract";
import { placeholdersOf } from "../../shared/placeholders";
import { placements } from "../../shared/placements";
import {
  accountAnnotations,
  dns01,
  durableStorageClass,
  identityFacts,
  loadBalancerFacts,
  nativeFacts,
  objectStoreFacts,
  postgresFacts,
  redisDestinations,
} from "./facts";
import { planNetwork } from "./networkPlan";
import { staticAddresses } from "./publicAddresses";

/** What only the project knows. */
export const placeholders = {
  "PLACEHOLDER-DATABASE-HOST": "private address of the Cloud SQL instance",
  "PLACEHOLDER-DATABASE-AUTHORITY": "certificate of the Cloud SQL instance's own authority, PEM",
  "PLACEHOLDER-BUCKET": "name of the bucket",
  "PLACEHOLDER-NODES-RANGE": "IPv4 range of your subnet",
  "PLACEHOLDER-PODS-RANGE": "IPv4 range of your subnet's secondary range for pods",
  "PLACEHOLDER-STORES-RANGE": "IPv4 range that your network allocated to private services access",
  "PLACEHOLDER-ZONE-NAME": "name of the zone in Cloud DNS",
  "PLACEHOLDER-WORKLOADS-ACCOUNT": "e-mail address of the service account of Logfire's ServiceAccount",
  "PLACEHOLDER-CERT-MANAGER-ACCOUNT": "e-mail address of cert-manager's service account",
  "PLACEHOLDER-NAT-ADDRESS": "public address of Cloud NAT",
  "PLACEHOLDER-BALANCER-ADDRESS": "static address of the load balancer",
  "PLACEHOLDER-PROXIES-RANGE": "IPv4 range of your subnet for proxies of internal load balancers",
  "PLACEHOLDER-LABELS": "labels of the stack, `key=value` with commas between them",
} as const;

export const { one: placeholder, numbered } = placeholdersOf(placeholders);

/** Settings of a stack, as far as its place on GCP depends on them. */
export interface PlannedStack {
  readonly platform: GcpPlatformSettings;
  readonly logfire: Pick<LogfireSettings, "edge">;
}

/** Ranges of the network that is made, or what stands for those of the owner's. */
function rangesOf({ network }: GcpPlatformSettings) {
  if (network.kind === "create") return planNetwork(network);
  return {
    nodes: placeholder("PLACEHOLDER-NODES-RANGE"),
    pods: placeholder("PLACEHOLDER-PODS-RANGE"),
    stores: placeholder("PLACEHOLDER-STORES-RANGE"),
    proxies: placeholder("PLACEHOLDER-PROXIES-RANGE"),
  };
}

/** The platform as it will be, worked out without a project: what needs one stands there as a placeholder. */
export function plannedFacts({ platform, logfire }: PlannedStack): PlatformFacts {
  const { stores } = rangesOf(platform);
  return {
    identity: identityFacts(platform, placeholder("PLACEHOLDER-WORKLOADS-ACCOUNT")),
    placement: placements.general,
    scratch: { kind: "emptyDir", ...placements.scratch },
    durableStorageClass,
    postgres: postgresFacts(platform, {
      host: placeholder("PLACEHOLDER-DATABASE-HOST"),
      caBundle: `${placeholder("PLACEHOLDER-DATABASE-AUTHORITY")}\n`,
      range: stores,
    }),
    objectStore: objectStoreFacts(platform, `gs://${placeholder("PLACEHOLDER-BUCKET")}`),
    redis: { destinations: redisDestinations(platform, stores) },
    edge: plannedEdge({ platform, logfire }),
  };
}

function plannedEdge({ platform, logfire: { edge } }: PlannedStack): PlatformFacts["edge"] {
  const { dns, network, project } = platform;
  const { nodes, pods, proxies } = rangesOf(platform);
  const { nat, balancer } = staticAddresses(network, edge);
  const proves = dns.kind !== "none" && edge.certificate.source === "acme" && !edge.certificate.http01;
  const zone = dns.kind === "existing" ? dns.zone : placeholder("PLACEHOLDER-ZONE-NAME");
  const address = [placeholder("PLACEHOLDER-BALANCER-ADDRESS")];
  const native = edge.mode === "native";
  return {
    ...(dns.kind === "none" ? {} : { zone: { name: dns.name }, dns01: dns01(project, zone) }),
    loadBalancer: loadBalancerFacts(native || balancer === "none" ? [] : address),
    certManagerIdentity: {
      serviceAccountAnnotations: proves ? accountAnnotations(placeholder("PLACEHOLDER-CERT-MANAGER-ACCOUNT")) : {},
      podLabels: {},
    },
    ...(native ? { native: nativeFacts(address, edge.exposure === "internal" ? proxies : undefined) } : {}),
    clusterRanges: [nodes, pods, ...numbered("PLACEHOLDER-NAT-ADDRESS", nat).map((one) => `${one}/32`)],
  };
}
