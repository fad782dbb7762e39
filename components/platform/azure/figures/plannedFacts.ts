import { concat, type Text } from "../../../lib/text";
import type { LogfireSettings } from "../../../settings/types";
import type { AzurePlatformSettings } from "../../../settings/azure/types";
import type { PlatformFacts } from "../../contract";
import { balancerExposure } from "../../shared/exposure";
import { placeholdersOf } from "../../shared/placeholders";
import { placements } from "../../shared/placements";
import {
  loadBalancerFacts,
  dns01,
  durableStorageClass,
  identityAnnotations,
  identityFacts,
  identityLabels,
  objectStoreFacts,
  postgresFacts,
  redisDestinations,
} from "./facts";
import { internalAddress, planNetwork } from "./networkPlan";

/** What only the subscription knows, and what follows from the stack's name. */
export const placeholders = {
  "PLACEHOLDER-SUBSCRIPTION-ID": "id of the subscription",
  "PLACEHOLDER-RESOURCE-GROUP": "name of the resource group",
  "PLACEHOLDER-DATABASE-HOST": "address of the Flexible Server",
  "PLACEHOLDER-STORAGE-ACCOUNT": "name of the storage account",
  "PLACEHOLDER-NETWORK-RANGE": "IPv4 range of your virtual network",
  "PLACEHOLDER-POSTGRES-RANGE": "IPv4 range of your subnet for PostgreSQL",
  "PLACEHOLDER-ENDPOINTS-RANGE": "IPv4 range of your subnet for private endpoints",
  "PLACEHOLDER-PODS-RANGE": "IPv4 range of the pods of your cluster",
  "PLACEHOLDER-WORKLOADS-CLIENT-ID": "client id of the identity of Logfire's ServiceAccount",
  "PLACEHOLDER-CERT-MANAGER-CLIENT-ID": "client id of cert-manager's identity",
  "PLACEHOLDER-NAT-ADDRESS": "public address of the NAT gateway",
  "PLACEHOLDER-BALANCER-ADDRESS": "address of the load balancer",
  "PLACEHOLDER-BALANCER-NAME": "name of the load balancer's public address in the resource group",
} as const;

export const { one: placeholder } = placeholdersOf(placeholders);

/** Settings of a stack, as far as its place on Azure depends on them. */
export interface PlannedStack {
  readonly platform: AzurePlatformSettings;
  readonly logfire: Pick<LogfireSettings, "edge">;
}

/** The container that is made; in its own account, so that every stack has one of this name. */
export const containerName = "logfire";

interface Ranges {
  readonly network: string;
  readonly postgres: string;
  readonly endpoints: string;
}

const rangesOf = ({ network }: AzurePlatformSettings): Ranges =>
  network.kind === "create"
    ? { network: network.cidr, ...planNetwork(network.cidr) }
    : {
        network: placeholder("PLACEHOLDER-NETWORK-RANGE"),
        postgres: placeholder("PLACEHOLDER-POSTGRES-RANGE"),
        endpoints: placeholder("PLACEHOLDER-ENDPOINTS-RANGE"),
      };

/** The platform as it will be, worked out without a subscription: what needs one stands there as a placeholder. */
export function plannedFacts({ platform, logfire }: PlannedStack): PlatformFacts {
  const ranges = rangesOf(platform);
  return {
    identity: identityFacts(platform, placeholder("PLACEHOLDER-WORKLOADS-CLIENT-ID")),
    placement: placements.general,
    scratch: { kind: "emptyDir", ...placements.scratch },
    durableStorageClass,
    postgres: postgresFacts(platform, { host: placeholder("PLACEHOLDER-DATABASE-HOST"), range: ranges.postgres }),
    objectStore: objectStoreFacts(platform, {
      account: placeholder("PLACEHOLDER-STORAGE-ACCOUNT"),
      container: containerName,
    }),
    redis: { destinations: redisDestinations(platform, ranges.endpoints) },
    edge: plannedEdge({ platform, logfire }, ranges),
  };
}

function plannedEdge({ platform, logfire: { edge } }: PlannedStack, ranges: Ranges): PlatformFacts["edge"] {
  const { dns, cluster, network } = platform;
  const proves = provesByRecords(platform, edge);
  return {
    ...(dns.kind === "none" ? {} : { zone: { name: dns.name } }),
    ...(dns.kind !== "none" && proves ? { dns01: plannedSolver(platform, dns) } : {}),
    loadBalancer: plannedBalancer({ platform, logfire: { edge } }),
    certManagerIdentity: certManagerIdentity(proves ? placeholder("PLACEHOLDER-CERT-MANAGER-CLIENT-ID") : undefined),
    clusterRanges: clusterRanges({
      pods: cluster.kind === "create" ? cluster.podsCidr : placeholder("PLACEHOLDER-PODS-RANGE"),
      networks: [ranges.network],
      ...(network.kind === "create" ? { nat: placeholder("PLACEHOLDER-NAT-ADDRESS") } : {}),
    }),
  };
}

/** Whether cert-manager proves the hostnames by records that it writes itself, and so needs an identity. */
export const provesByRecords = (
  { dns }: Pick<AzurePlatformSettings, "dns">,
  { certificate }: Pick<LogfireSettings["edge"], "certificate">,
): boolean => dns.kind !== "none" && certificate.source === "acme" && !certificate.http01;

/** Of cert-manager's controller; none where it proves nothing by records. */
export const certManagerIdentity = (clientId: Text | undefined): PlatformFacts["edge"]["certManagerIdentity"] =>
  clientId === undefined
    ? { serviceAccountAnnotations: {}, podLabels: {} }
    : { serviceAccountAnnotations: identityAnnotations(clientId), podLabels: identityLabels };

export interface ClusterRanges {
  /** Absent where pods have addresses of the network's own. */
  readonly pods: string | undefined;
  readonly networks: readonly string[];
  /** Public address that pods leave by; absent where the way out is the owner's. */
  readonly nat?: Text | undefined;
}

/** Pods call the public name too: Cilium leads them straight to Envoy, with their own address, or with that of NAT. */
export const clusterRanges = ({ pods, networks, nat }: ClusterRanges): readonly Text[] => [
  ...(pods === undefined ? [] : [pods]),
  ...networks,
  ...(nat === undefined ? [] : [concat(nat, "/32")]),
];

const plannedSolver = (
  { subscriptionId }: AzurePlatformSettings,
  dns: Exclude<AzurePlatformSettings["dns"], { readonly kind: "none" }>,
) =>
  dns01({
    subscriptionId: subscriptionId ?? placeholder("PLACEHOLDER-SUBSCRIPTION-ID"),
    resourceGroup: dns.kind === "existing" ? dns.resourceGroup : placeholder("PLACEHOLDER-RESOURCE-GROUP"),
    name: dns.name,
    clientId: placeholder("PLACEHOLDER-CERT-MANAGER-CLIENT-ID"),
  });

function plannedBalancer({ platform, logfire: { edge } }: PlannedStack): PlatformFacts["edge"]["loadBalancer"] {
  const { network, resourceGroup } = platform;
  const exposure = balancerExposure(edge);
  switch (exposure) {
    case "none":
      return loadBalancerFacts({ exposure });
    case "internal":
      return loadBalancerFacts({
        exposure,
        address:
          network.kind === "create"
            ? internalAddress(planNetwork(network.cidr).nodes)
            : placeholder("PLACEHOLDER-BALANCER-ADDRESS"),
      });
    case "public":
      return loadBalancerFacts({
        exposure,
        address: placeholder("PLACEHOLDER-BALANCER-ADDRESS"),
        name: placeholder("PLACEHOLDER-BALANCER-NAME"),
        resourceGroup:
          resourceGroup.kind === "existing" ? resourceGroup.name : placeholder("PLACEHOLDER-RESOURCE-GROUP"),
      });
  }
}
