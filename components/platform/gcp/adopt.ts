import type * as pulumi from "@pulumi/pulumi";
import { failOn, type Problem } from "../../lib/errors";
import type { GcpExistingNetwork, GcpPlatformSettings } from "../../settings/gcp/types";
import { besideProblem, inTermsOf, plainProblems, rangeProblems } from "../shared/adopt";
import { at } from "../shared/problems";
import type { GcpFacts } from "./lookUp";
import { clusterIdOf, workloadPoolOf } from "./names";

/**
 * Network and cluster of whoever uses this package in a program of his own. Ids and addresses may be outputs of the same
 * update; what decides which resources there will be (names of ranges and clusters, ranges) is plain. Moving a stack that
 * is up from one network or cluster to another makes everything in it anew.
 */
export interface GcpAdoption {
  /** In place of `gcp.network`. Needed with `cluster`. */
  readonly network?: OwnGcpNetwork;
  /** In place of `gcp.cluster`; Logfire's nodes join it. */
  readonly cluster?: OwnGcpCluster;
}

export interface OwnGcpNetwork {
  /** Of the VPC network: `network.id`. */
  readonly id: pulumi.Input<string>;
  readonly subnet: OwnGcpSubnet;
  /**
   * Range that the network gave away to private services access, connected with Google's own network. Needed where
   * PostgreSQL or Redis is made. Default none.
   */
  readonly stores?: { readonly name: pulumi.Input<string>; readonly cidr: string };
  /** IPv4 range of a subnet for proxies in the region. Needed with `edge.mode: native` inside the network. Default none. */
  readonly proxiesCidr?: string;
  /** What a node reaches nothing without: Cloud NAT, the connection with Google. Nodes come after it. Default none. */
  readonly ready?: readonly pulumi.Resource[];
}

/** For nodes, in `gcp.region`, with Private Google Access and a way to the outside. */
export interface OwnGcpSubnet {
  readonly id: pulumi.Input<string>;
  /** IPv4 range: `10.60.0.0/20`. */
  readonly cidr: string;
  /** Its secondary ranges for pods and for Services. */
  readonly pods: { readonly name: string; readonly cidr: string };
  readonly services: { readonly name: string; readonly cidr: string };
}

/** A GKE cluster, Standard, in `gcp.region` and in the network, with Workload Identity. */
export interface OwnGcpCluster {
  /** As GKE knows it; plain, because the credentials of kubectl go by it. */
  readonly name: string;
  /** Of the control plane: `cluster.masterVersion`. Logfire's nodes begin with it. */
  readonly version: pulumi.Input<string>;
  /** With `https://`: of the DNS-based endpoint, or of the address. */
  readonly server: pulumi.Input<string>;
  /** PEM in base64, with the address: `cluster.masterAuth.clusterCaCertificate`. Default: a public authority. */
  readonly certificateAuthority?: pulumi.Input<string>;
  /** Whether its Gateway controller is on, `CHANNEL_STANDARD`. Needed with `edge.mode: native`. Default off. */
  readonly gatewayApi?: boolean;
  /** What has to be there before nodes join and objects are made: the cluster, rights in it. Default none. */
  readonly ready?: readonly pulumi.Resource[];
  /**
   * Makes what itself waits for nodes, and that pods cannot do without. Called once, with Logfire's node pools. Logfire
   * comes after what it returns, and goes before it. Default: makes nothing.
   */
  readonly afterNodes?: (nodePools: readonly pulumi.Resource[]) => readonly pulumi.Resource[];
}

/** In place of names that may not be known yet. */
const standIn = { network: "adopted-network", subnetwork: "adopted-subnet", stores: "adopted-stores" } as const;

const existingOf = ({ subnet, stores }: OwnGcpNetwork): GcpExistingNetwork => ({
  network: standIn.network,
  subnetwork: standIn.subnetwork,
  podsRange: subnet.pods.name,
  servicesRange: subnet.services.name,
  ...(stores === undefined ? {} : { storesRange: standIn.stores }),
});

/** The settings with what the program hands over in the place of what they would make. Throws all that is wrong with it. */
export function adoptInto(settings: GcpPlatformSettings, adopt: GcpAdoption | undefined): GcpPlatformSettings {
  const { network, cluster } = adopt ?? {};
  failOn("What is handed over does not do", problemsOf(settings, { network, cluster }));
  return {
    ...settings,
    ...(network === undefined ? {} : { network: { kind: "existing", ...existingOf(network) } }),
    ...(cluster === undefined ? {} : { cluster: { kind: "existing", name: cluster.name } }),
  };
}

/** What the owner says of his parts, in the place of what GCP would have answered. */
export function adoptedFacts(
  { network, cluster }: GcpAdoption,
  place: Pick<GcpPlatformSettings, "project" | "region">,
): Pick<GcpFacts, "network" | "storesRange" | "cluster"> {
  return {
    ...(network === undefined ? {} : networkFacts(network)),
    ...(cluster === undefined
      ? {}
      : {
          cluster: {
            ...{ name: cluster.name, version: cluster.version, server: cluster.server },
            id: clusterIdOf(place, cluster.name),
            ...(cluster.certificateAuthority === undefined
              ? {}
              : { certificateAuthority: cluster.certificateAuthority }),
            workloadPool: workloadPoolOf(place.project),
            gatewayApi: cluster.gatewayApi ?? false,
          },
        }),
  };
}

function networkFacts({ id, subnet, stores, proxiesCidr }: OwnGcpNetwork): Pick<GcpFacts, "network" | "storesRange"> {
  const { network } = standIn;
  return {
    network: {
      ...{ id, subnetworkId: subnet.id, network, cidr: subnet.cidr, privateGoogleAccess: true },
      secondaryRanges: [subnet.pods, subnet.services],
      ...(proxiesCidr === undefined ? {} : { proxiesCidr }),
    },
    ...(stores === undefined ? {} : { storesRange: { ...stores, network, purpose: "VPC_PEERING" } }),
  };
}

function problemsOf(settings: GcpPlatformSettings, { network, cluster }: GcpAdoption): readonly Problem[] {
  const { network: ownNetwork, cluster: ownCluster } = settings;
  return [
    ...(network !== undefined && ownNetwork.kind === "existing" && ownNetwork.network !== standIn.network
      ? [besideProblem("gcp", "network")]
      : []),
    ...(cluster !== undefined && ownCluster.kind === "existing" && ownCluster.name !== cluster.name
      ? [besideProblem("gcp", "cluster")]
      : []),
    ...(cluster !== undefined && network === undefined && ownNetwork.kind === "create"
      ? at("adopt.network", "is missing: adopt.cluster has a network already", "hand over the cluster's own network")
      : []),
    ...problemsIn({ network, cluster }),
  ];
}

/** What is wrong with the parts by themselves. Programs in JavaScript have no compiler that would tell them. */
export const problemsIn = ({ network, cluster }: GcpAdoption): readonly Problem[] => [
  ...(network === undefined ? [] : networkProblems(network)),
  ...(cluster === undefined
    ? []
    : plainProblems("adopt.cluster.name", cluster.name, "the name that you give the cluster")),
];

function networkProblems({ subnet, stores, proxiesCidr }: OwnGcpNetwork): readonly Problem[] {
  const key = "adopt.network";
  return [
    ...rangeProblems(`${key}.subnet.cidr`, subnet.cidr),
    ...(["pods", "services"] as const).flatMap((range) => [
      ...plainProblems(`${key}.subnet.${range}.name`, subnet[range].name, "the name of the secondary range"),
      ...rangeProblems(`${key}.subnet.${range}.cidr`, subnet[range].cidr),
    ]),
    ...(stores === undefined ? [] : rangeProblems(`${key}.stores.cidr`, stores.cidr)),
    ...(proxiesCidr === undefined ? [] : rangeProblems(`${key}.proxiesCidr`, proxiesCidr)),
  ];
}

/** What the configuration below `gcp` has to say where a program hands parts over. */
export const adoptedConfiguration = ({ network, cluster }: GcpAdoption): Readonly<Record<string, unknown>> => ({
  ...(network === undefined ? {} : { network: { existing: existingOf(network) } }),
  ...(cluster === undefined
    ? {}
    : { cluster: { existing: { name: typeof cluster.name === "string" ? cluster.name : "adopted-cluster" } } }),
});

/** A problem of a part that was handed over, under the name that it was handed over by. */
export const inAdoptedTerms = ({ network }: GcpAdoption): ((found: Problem) => Problem) =>
  network === undefined
    ? (found) => found
    : inTermsOf({
        "gcp.network.existing.subnetwork": "adopt.network.subnet.cidr",
        "gcp.network.existing.podsRange": "adopt.network.subnet.pods",
        "gcp.network.existing.servicesRange": "adopt.network.subnet.services",
        "gcp.network.existing.storesRange": "adopt.network.stores",
        "gcp.network.existing": "adopt.network",
      });
