import type * as pulumi from "@pulumi/pulumi";
import { failOn, type Problem } from "../../lib/errors";
import type { AwsPlatformSettings } from "../../settings/aws/types";
import { besideProblem, inTermsOf, plainProblems, rangeProblems } from "../shared/adopt";
import { at } from "../shared/problems";
import { usableAddresses } from "../shared/ranges";
import type { AwsFacts } from "./lookUp";
import { reservedPerSubnet } from "./figures/networkPlan";

/**
 * Network and cluster of whoever uses this package in a program of his own. Ids and addresses may be outputs of the same
 * update; what decides which resources there will be (names, zones, ranges, how many subnets) is plain. Moving a stack
 * that is up from one network or cluster to another makes everything in it anew.
 */
export interface AwsAdoption {
  /** In place of `aws.network`. Needed with `cluster`. */
  readonly network?: OwnAwsNetwork;
  /** In place of `aws.cluster`; Logfire's nodes join it. */
  readonly cluster?: OwnAwsCluster;
}

export interface OwnAwsNetwork {
  readonly vpcId: pulumi.Input<string>;
  /** IPv4 range of the VPC: `10.60.0.0/16`. */
  readonly cidr: string;
  /** For nodes, database and cache: at least three, in three zones, with a way to the outside. Their order is fixed. */
  readonly privateSubnets: readonly OwnAwsSubnet[];
  /**
   * Of an internet gateway, one in each of the same zones, for the load balancer. Default none: then `edge.exposure` has
   * to be `internal`.
   */
  readonly publicSubnets?: readonly OwnAwsSubnet[];
  /** What a node reaches nothing without: routes, NAT gateways. Nodes come after it and go before it. Default none. */
  readonly ready?: readonly pulumi.Resource[];
}

export interface OwnAwsSubnet {
  readonly id: pulumi.Input<string>;
  /** `eu-central-1a` */
  readonly zone: string;
  /** IPv4 range. Taken as empty: what of it is in use already is not asked for. */
  readonly cidr: string;
}

/** An EKS cluster with its add-ons: network, DNS, EBS volumes, Pod Identity agent, metrics, autoscaler, cert-manager. */
export interface OwnAwsCluster {
  /** As AWS knows it; plain, because pods' roles and the credentials of kubectl go by it. */
  readonly name: string;
  /** `1.35`; Logfire's nodes get it as well. */
  readonly version: string;
  readonly endpoint: pulumi.Input<string>;
  /** PEM in base64: `cluster.certificateAuthority.data`. */
  readonly certificateAuthority: pulumi.Input<string>;
  /** Of control plane and managed nodes: `cluster.vpcConfig.clusterSecurityGroupId`. */
  readonly securityGroupId: pulumi.Input<string>;
  /** Of its service account tokens, with `https://`. Only read with `aws.identity: irsa`. */
  readonly issuer?: pulumi.Input<string>;
  /**
   * What has to be there before nodes join and objects are made: the cluster, rights in it, the add-ons that nodes cannot
   * do without. Not what itself waits for nodes, such as CoreDNS: each would wait for the other. Default none.
   */
  readonly ready?: readonly pulumi.Resource[];
  /**
   * Makes what itself waits for nodes, and that pods cannot do without: DNS, volumes, certificates. Called once, with
   * Logfire's node groups. Logfire comes after what it returns, and goes before it. Default: makes nothing.
   */
  readonly afterNodes?: (nodeGroups: readonly pulumi.Resource[]) => readonly pulumi.Resource[];
}

/** Names in place of ids that may not be known yet: for messages, and to find the id again. */
const names = {
  vpc: "adopt.network.vpcId",
  private: (index: number) => `adopt.network.privateSubnets[${index}]`,
  public: (index: number) => `adopt.network.publicSubnets[${index}]`,
} as const;

/** The id that a name of `adoptInto` stands for. */
export function idOf(network: OwnAwsNetwork, name: string): pulumi.Input<string> {
  const found = [
    ...network.privateSubnets.map(({ id }, index) => [names.private(index), id] as const),
    ...(network.publicSubnets ?? []).map(({ id }, index) => [names.public(index), id] as const),
  ].find(([each]) => each === name);
  if (found === undefined) throw new Error(`${name} is not an adopted subnet`);
  return found[1];
}

/** The settings with what the program hands over in the place of what they would make. Throws all that is wrong with it. */
export function adoptInto(settings: AwsPlatformSettings, adopt: AwsAdoption | undefined): AwsPlatformSettings {
  const { network, cluster } = adopt ?? {};
  failOn("What is handed over does not do", problemsOf(settings, { network, cluster }));
  return {
    ...settings,
    ...(network === undefined
      ? {}
      : {
          network: {
            kind: "existing",
            vpcId: names.vpc,
            privateSubnetIds: network.privateSubnets.map((_, index) => names.private(index)),
            publicSubnetIds: (network.publicSubnets ?? []).map((_, index) => names.public(index)),
          },
        }),
    ...(cluster === undefined ? {} : { cluster: { kind: "existing", name: cluster.name } }),
  };
}

/** What the owner says of his parts, in the place of what AWS would have answered. */
export function adoptedFacts(
  { network, cluster }: AwsAdoption,
  account: Pick<AwsFacts, "accountId" | "partition" | "region">,
): Pick<AwsFacts, "vpc" | "cluster"> {
  const subnets = (all: readonly OwnAwsSubnet[], name: (index: number) => string) =>
    all.map(({ zone, cidr }, index) => ({
      ...{ id: name(index), zone, cidr, freeAddresses: usableAddresses(cidr, reservedPerSubnet) },
      routesOut: true,
    }));
  const { accountId, partition, region } = account;
  return {
    ...(network === undefined
      ? {}
      : {
          vpc: {
            ...{ id: names.vpc, cidr: network.cidr },
            subnets: [
              ...subnets(network.privateSubnets, names.private),
              ...subnets(network.publicSubnets ?? [], names.public),
            ],
          },
        }),
    ...(cluster === undefined
      ? {}
      : {
          cluster: {
            ...{ name: cluster.name, version: cluster.version, endpoint: cluster.endpoint },
            arn: `arn:${partition}:eks:${region}:${accountId}:cluster/${cluster.name}`,
            certificateAuthority: cluster.certificateAuthority,
            securityGroupId: cluster.securityGroupId,
            issuer: cluster.issuer ?? "",
            vpcId: names.vpc,
          },
        }),
  };
}

function problemsOf(settings: AwsPlatformSettings, { network, cluster }: AwsAdoption): readonly Problem[] {
  const { network: ownNetwork, cluster: ownCluster } = settings;
  return [
    ...(network !== undefined && ownNetwork.kind === "existing" && ownNetwork.vpcId !== standIn.vpc
      ? [besideProblem("aws", "network")]
      : []),
    ...(cluster !== undefined && ownCluster.kind === "existing" && ownCluster.name !== cluster.name
      ? [besideProblem("aws", "cluster")]
      : []),
    ...(cluster !== undefined && network === undefined && settings.network.kind === "create"
      ? at("adopt.network", "is missing: adopt.cluster has a VPC already", "hand over the cluster's own VPC")
      : []),
    ...problemsIn({ network, cluster }),
    ...(cluster !== undefined && settings.identity === "irsa" && cluster.issuer === undefined
      ? at("adopt.cluster.issuer", "is missing with aws.identity: irsa", "hand over the issuer of its tokens")
      : []),
  ];
}

/** What is wrong with the parts by themselves. Programs in JavaScript have no compiler that would tell them. */
export const problemsIn = ({ network, cluster }: AwsAdoption): readonly Problem[] => [
  ...(network === undefined ? [] : networkProblems(network)),
  ...(cluster === undefined ? [] : clusterProblems(cluster)),
];

function networkProblems({ cidr, privateSubnets, publicSubnets = [] }: OwnAwsNetwork): readonly Problem[] {
  const subnets = [
    ...privateSubnets.map((subnet, index) => [names.private(index), subnet] as const),
    ...publicSubnets.map((subnet, index) => [names.public(index), subnet] as const),
  ];
  return [
    ...rangeProblems("adopt.network.cidr", cidr),
    ...subnets.flatMap(([name, subnet]) => [
      ...plainProblems(`${name}.zone`, subnet.zone, "the zone, such as eu-central-1a"),
      ...rangeProblems(`${name}.cidr`, subnet.cidr),
    ]),
  ];
}

const clusterProblems = ({ name, version }: OwnAwsCluster): readonly Problem[] => [
  ...plainProblems("adopt.cluster.name", name, "the name that you give the cluster"),
  ...plainProblems("adopt.cluster.version", version, 'the version that you give it, such as "1.35"'),
];

/** Ids that stand in the configuration of an adopted part until the part itself is handed over. */
const standIn = {
  vpc: "vpc-00000000",
  cluster: "cluster",
  subnet: (index: number) => `subnet-${String(index).padStart(8, "0")}`,
};

/** What the configuration below `aws` has to say where a program hands parts over. */
export function adoptedConfiguration({ network, cluster }: AwsAdoption): Readonly<Record<string, unknown>> {
  const inside = network?.privateSubnets.length ?? 0;
  return {
    ...(network === undefined
      ? {}
      : {
          network: {
            existing: {
              vpcId: standIn.vpc,
              privateSubnetIds: network.privateSubnets.map((_, index) => standIn.subnet(index)),
              publicSubnetIds: (network.publicSubnets ?? []).map((_, index) => standIn.subnet(inside + index)),
            },
          },
        }),
    ...(cluster === undefined
      ? {}
      : { cluster: { existing: { name: typeof cluster.name === "string" ? cluster.name : standIn.cluster } } }),
  };
}

/** A problem of a part that was handed over, under the name that it was handed over by. */
export const inAdoptedTerms = ({ network }: AwsAdoption): ((found: Problem) => Problem) =>
  inTermsOf(
    network === undefined
      ? {}
      : {
          "aws.network.existing.privateSubnetIds": "adopt.network.privateSubnets",
          "aws.network.existing.publicSubnetIds": "adopt.network.publicSubnets",
          "aws.network.existing": "adopt.network",
        },
  );
