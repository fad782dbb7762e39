import type * as pulumi from "@pulumi/pulumi";
import { failOn, type Problem } from "../../lib/errors";
import type { AzurePlatformSettings } from "../../settings/azure/types";
import { besideProblem, inTermsOf, plainProblems, rangeProblems } from "../shared/adopt";
import { at } from "../shared/problems";
import type { WayOut } from "./check";
import type { AzureFacts, KnownSubnet } from "./lookUp";

/**
 * Network and cluster of whoever uses this package in a program of his own. Ids and addresses may be outputs of the same
 * update; what decides which resources there will be (names, ranges, which subnets) is plain. Moving a stack that is up
 * from one network or cluster to another makes everything in it anew.
 */
export interface AzureAdoption {
  /** In place of `azure.network`. Needed with `cluster`. */
  readonly network?: OwnAzureNetwork;
  /** In place of `azure.cluster`; Logfire's nodes join it. */
  readonly cluster?: OwnAzureCluster;
}

export interface OwnAzureNetwork {
  /** ARM id of the virtual network. */
  readonly id: pulumi.Input<string>;
  /** IPv4 ranges of the virtual network: `10.60.0.0/16`. */
  readonly ranges: readonly string[];
  /** For nodes, with a way to the outside. */
  readonly nodesSubnet: OwnAzureSubnet;
  /** Delegated to Microsoft.DBforPostgreSQL/flexibleServers; needed where PostgreSQL is made. */
  readonly postgresSubnet?: OwnAzureSubnet;
  /** For private endpoints; needed where Redis is made. */
  readonly endpointsSubnet?: OwnAzureSubnet;
  /** What a node reaches nothing without: the NAT gateway's place in the subnet. Nodes come after it and go before it. Default none. */
  readonly ready?: readonly pulumi.Resource[];
}

export interface OwnAzureSubnet {
  /** ARM id. */
  readonly id: pulumi.Input<string>;
  /** IPv4 range. Taken as empty: what of it is in use already is not asked for. */
  readonly cidr: string;
  /**
   * Whether it has the service endpoint Microsoft.Storage: then a storage account lets in nobody but this subnet. Only
   * read of the nodes' subnet. Default false.
   */
  readonly storageEndpoint?: boolean;
  /** What nodes reach the outside by, which AKS is told. Only read of the nodes' subnet. Default `natGateway`. */
  readonly leavesBy?: WayOut;
}

/** An AKS cluster with OIDC issuer and workload identity; autoscaler and disks' driver AKS brings. */
export interface OwnAzureCluster {
  /** As Azure knows it; plain, because it is asked for the pools that run. */
  readonly name: string;
  readonly resourceGroup: string;
  /** `1.35`; Logfire's nodes get it as well. */
  readonly version: string;
  /** Of its service account tokens: `cluster.oidcIssuerProfile.issuerURL`. */
  readonly issuer: pulumi.Input<string>;
  /** Of the cluster's identity, which gets the right to use the load balancer's address. Default: the program gives it. */
  readonly principalId?: pulumi.Input<string>;
  /** IPv4 range of its pods, where they have addresses of their own (overlay). Default: those of the virtual network. */
  readonly podsCidr?: string;
  /**
   * What has to be there before nodes join and objects are made: the cluster, and rights in it. Its address and its
   * certificate are asked for after it. Default none.
   */
  readonly ready?: readonly pulumi.Resource[];
  /**
   * Makes what itself waits for nodes, and that pods cannot do without. Called once, with Logfire's node pools. Logfire
   * comes after what it returns, and goes before it. Default: makes nothing.
   */
  readonly afterNodes?: (nodePools: readonly pulumi.Resource[]) => readonly pulumi.Resource[];
}

const subnetKeys = ["nodesSubnet", "postgresSubnet", "endpointsSubnet"] as const;

/** Names in place of what may not be known yet: for messages, and to find the part again. */
const standIn = {
  network: "adopt.network",
  group: "handed-over",
  subnet: (key: (typeof subnetKeys)[number]) => `adopt.network.${key}`,
} as const;

const subnetsOf = (network: OwnAzureNetwork) =>
  subnetKeys.flatMap((key) => {
    const subnet = network[key];
    return subnet === undefined ? [] : [[key, subnet] as const];
  });

/** The settings with what the program hands over in the place of what they would make. Throws all that is wrong with it. */
export function adoptInto(settings: AzurePlatformSettings, adopt: AzureAdoption | undefined): AzurePlatformSettings {
  const { network, cluster } = adopt ?? {};
  failOn("What is handed over does not do", problemsOf(settings, { network, cluster }));
  return {
    ...settings,
    ...(network === undefined
      ? {}
      : {
          network: {
            ...{ kind: "existing", name: standIn.network, resourceGroup: standIn.group },
            nodesSubnet: standIn.subnet("nodesSubnet"),
            ...Object.fromEntries(subnetsOf(network).map(([key]) => [key, standIn.subnet(key)])),
          },
        }),
    ...(cluster === undefined
      ? {}
      : { cluster: { kind: "existing", name: cluster.name, resourceGroup: cluster.resourceGroup } }),
  };
}

/** What the owner says of his parts, in the place of what Azure would have answered. */
export function adoptedFacts(
  { network, cluster }: AzureAdoption,
  location: string,
): Pick<AzureFacts, "vnet" | "cluster"> {
  return {
    ...(network === undefined
      ? {}
      : {
          vnet: {
            location,
            ranges: network.ranges,
            subnets: subnetsOf(network).map(
              ([key, { cidr, leavesBy = "natGateway", storageEndpoint = false }]): KnownSubnet => ({
                ...{ name: standIn.subnet(key), cidr, usedAddresses: 0, leavesBy, storageEndpoint },
                delegations: key === "postgresSubnet" ? ["Microsoft.DBforPostgreSQL/flexibleServers"] : [],
              }),
            ),
          },
        }),
    ...(cluster === undefined ? {} : { cluster: { ...clusterFacts(cluster), location, workloadIdentity: true } }),
  };
}

const clusterFacts = ({ ready: _ready, afterNodes: _afterNodes, ...facts }: OwnAzureCluster) => facts;

function problemsOf(settings: AzurePlatformSettings, { network, cluster }: AzureAdoption): readonly Problem[] {
  const { network: ownNetwork, cluster: ownCluster, postgres, redis } = settings;
  const needs = (key: (typeof subnetKeys)[number], made: boolean, what: string) =>
    network !== undefined && made && network[key] === undefined
      ? at(standIn.subnet(key), `is missing, and ${what} is made in it`, "hand over a subnet for it")
      : [];
  return [
    ...(network !== undefined && ownNetwork.kind === "existing" && ownNetwork.resourceGroup !== standIn.group
      ? [besideProblem("azure", "network")]
      : []),
    ...(cluster !== undefined && ownCluster.kind === "existing" && ownCluster.name !== cluster.name
      ? [besideProblem("azure", "cluster")]
      : []),
    ...(cluster !== undefined && network === undefined && settings.network.kind === "create"
      ? at(
          "adopt.network",
          "is missing: adopt.cluster has a virtual network already",
          "hand over the cluster's own virtual network",
        )
      : []),
    ...needs("postgresSubnet", postgres.kind === "create", "PostgreSQL"),
    ...needs("endpointsSubnet", redis.kind === "create", "the entrance of Redis"),
    ...problemsIn({ network, cluster }),
  ];
}

/** What is wrong with the parts by themselves. Programs in JavaScript have no compiler that would tell them. */
export const problemsIn = ({ network, cluster }: AzureAdoption): readonly Problem[] => [
  ...(network === undefined
    ? []
    : [
        ...network.ranges.flatMap((range, index) => rangeProblems(`adopt.network.ranges[${index}]`, range)),
        ...subnetsOf(network).flatMap(([key, { cidr }]) => rangeProblems(`${standIn.subnet(key)}.cidr`, cidr)),
      ]),
  ...(cluster === undefined
    ? []
    : [
        ...plainProblems("adopt.cluster.name", cluster.name, "the name that you give the cluster"),
        ...plainProblems("adopt.cluster.resourceGroup", cluster.resourceGroup, "the resource group that it lies in"),
        ...plainProblems("adopt.cluster.version", cluster.version, 'the version that you give it, such as "1.35"'),
      ]),
];

/** What the configuration below `azure` has to say where a program hands parts over. */
export function adoptedConfiguration({ network, cluster }: AzureAdoption): Readonly<Record<string, unknown>> {
  const text = (value: unknown, otherwise: string) => (typeof value === "string" ? value : otherwise);
  return {
    ...(network === undefined
      ? {}
      : {
          network: {
            existing: {
              ...{ name: standIn.network, resourceGroup: standIn.group },
              ...Object.fromEntries(subnetsOf(network).map(([key]) => [key, standIn.subnet(key)])),
            },
          },
        }),
    ...(cluster === undefined
      ? {}
      : {
          cluster: {
            existing: {
              name: text(cluster.name, "cluster"),
              resourceGroup: text(cluster.resourceGroup, standIn.group),
            },
          },
        }),
  };
}

/** A problem of a part that was handed over, under the name that it was handed over by. */
export const inAdoptedTerms = ({ network }: AzureAdoption): ((found: Problem) => Problem) =>
  network === undefined ? (found) => found : inTermsOf({ "azure.network.existing": standIn.network });
