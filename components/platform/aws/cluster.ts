import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { AccessEntry } from "@pulumi/aws/eks/accessEntry";
import { AccessPolicyAssociation } from "@pulumi/aws/eks/accessPolicyAssociation";
import { Cluster as EksCluster } from "@pulumi/aws/eks/cluster";
import { Alias } from "@pulumi/aws/kms/alias";
import { Key } from "@pulumi/aws/kms/key";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsCluster } from "../../settings/aws/types";
import { kubeconfigOf as kubeconfig } from "../shared/kubernetesProvider";
import { serviceCidr } from "./check";
import type { AwsContext } from "./context";
import { createRole } from "./identity";
import { noLogGroups, type PolicyDocument, serviceTrust } from "./policies";
import type { Network } from "./network";

export interface Cluster {
  readonly name: string;
  /** `1.35`; nodes follow it. */
  readonly version: string;
  /** Of the control plane and of every node. */
  readonly securityGroupId: pulumi.Input<string>;
  readonly endpoint: pulumi.Input<string>;
  /** PEM in base64. */
  readonly certificateAuthority: pulumi.Input<string>;
  /** Of service account tokens. */
  readonly issuer: pulumi.Input<string>;
  /** The control plane; of the owner's, what his program says. */
  readonly made: readonly pulumi.Resource[];
  /** Rights of whoever administers it. Objects in the cluster come after them, and go before. */
  readonly access: readonly pulumi.Resource[];
}

export function createCluster(context: AwsContext, network: Network): Cluster {
  const { settings, facts } = context;
  if (settings.cluster.kind === "create") return makeCluster(context, settings.cluster, network);
  if (facts.cluster === undefined) throw new Error("the cluster was not looked up");
  const ready = context.adopt.cluster?.ready ?? [];
  return { ...facts.cluster, made: ready, access: ready };
}

function makeCluster(context: AwsContext, settings: AwsCluster, network: Network): Cluster {
  const { name, clusterName, logfire, child, guarded } = context;
  const key = createKey(context, "secrets", "Secrets of the Kubernetes cluster");
  const { role, policies } = createRole(context, "cluster", {
    trust: serviceTrust("eks"),
    managed: ["AmazonEKSClusterPolicy"],
    own: { "keep-the-log-group": noLogGroups() },
  });
  // Under the name that EKS would give it, and before: EKS' own has no retention and stays behind.
  const logs = new LogGroup(
    `${name}-cluster`,
    { name: `/aws/eks/${clusterName}/cluster`, retentionInDays: settings.logRetentionDays },
    child,
  );
  const open = settings.apiAccess.length > 0;
  const cluster = new EksCluster(
    `${name}-cluster`,
    {
      name: clusterName,
      version: settings.version,
      roleArn: role.arn,
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
      bootstrapSelfManagedAddons: false,
      vpcConfig: {
        subnetIds: [...network.privateSubnetIds],
        endpointPrivateAccess: true,
        endpointPublicAccess: open,
        ...(open ? { publicAccessCidrs: [...settings.apiAccess] } : {}),
      },
      kubernetesNetworkConfig: { ipFamily: "ipv4", serviceIpv4Cidr: serviceCidr },
      encryptionConfig: { provider: { keyArn: key.arn }, resources: ["secrets"] },
      enabledClusterLogTypes: ["api", "audit", "authenticator"],
      upgradePolicy: { supportType: "STANDARD" },
      deletionProtection: !logfire.disposable,
    },
    { ...guarded, dependsOn: [...policies, logs] },
  );
  return {
    name: clusterName,
    version: settings.version,
    securityGroupId: cluster.vpcConfig.clusterSecurityGroupId,
    endpoint: cluster.endpoint,
    certificateAuthority: cluster.certificateAuthority.data,
    issuer: cluster.identities.apply(([identity]) => identity?.oidcs?.[0]?.issuer ?? ""),
    made: [cluster],
    access: settings.administrators.flatMap((arn) => administrator(context, arn, cluster)),
  };
}

/** A key that what it encrypts is lost without: protected, and recoverable for a while after it was deleted. */
export function createKey(
  { name, names, logfire, child, guarded }: AwsContext,
  part: string,
  description: string,
  /** What KMS gives a key otherwise: everybody whom IAM lets. */
  policy?: PolicyDocument,
): Key {
  const key = new Key(
    `${name}-${part}`,
    {
      description,
      enableKeyRotation: true,
      deletionWindowInDays: logfire.disposable ? 7 : 30,
      ...(policy === undefined ? {} : { policy: JSON.stringify(policy) }),
    },
    guarded,
  );
  new Alias(`${name}-${part}`, { name: `alias/${names.of(240, part)}`, targetKeyId: key.keyId }, child);
  return key;
}

function administrator(
  { name, facts, child }: AwsContext,
  principalArn: string,
  cluster: EksCluster,
): readonly pulumi.Resource[] {
  const who = `${name}-${principalArn
    .split(":")
    .at(-1)
    ?.replace(/[^A-Za-z0-9]+/g, "-")}`;
  const entry = new AccessEntry(who, { clusterName: cluster.name, principalArn, type: "STANDARD" }, child);
  const association = new AccessPolicyAssociation(
    who,
    {
      clusterName: cluster.name,
      principalArn,
      policyArn: `arn:${facts.partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`,
      accessScope: { type: "cluster" },
    },
    { ...child, dependsOn: [entry] },
  );
  return [entry, association];
}

/** With a token that the AWS CLI fetches. */
export const kubeconfigOf = ({ settings }: AwsContext, cluster: Cluster): pulumi.Output<string> =>
  kubeconfig({
    name: cluster.name,
    server: cluster.endpoint,
    certificateAuthority: cluster.certificateAuthority,
    exec: {
      command: "aws",
      args: ["eks", "get-token", "--cluster-name", cluster.name, "--region", settings.region, "--output", "json"],
      ...(settings.profile === undefined ? {} : { env: { AWS_PROFILE: settings.profile } }),
    },
  });
