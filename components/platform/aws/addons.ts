import { Addon } from "@pulumi/aws/eks/addon";
import type * as pulumi from "@pulumi/pulumi";
import { addonsOf, clusterAddons, nodeAddons, type AddonName } from "./addonPlan";
import type { Cluster } from "./cluster";
import type { AwsContext } from "./context";
import { createPodRole, type PodIdentities, type PodRole, type RoleArgs } from "./identity";
import type { PodAccount } from "./policies";

interface Rights {
  readonly account: PodAccount;
  readonly policies: Omit<RoleArgs, "trust">;
}

/** Add-ons whose pods call AWS, with the policy that Amazon keeps for each. */
const rights: Readonly<Partial<Record<AddonName, Rights>>> = {
  "vpc-cni": {
    account: { namespace: "kube-system", serviceAccount: "aws-node" },
    policies: { managed: ["AmazonEKS_CNI_Policy"] },
  },
  "aws-ebs-csi-driver": {
    account: { namespace: "kube-system", serviceAccount: "ebs-csi-controller-sa" },
    policies: { managed: ["service-role/AmazonEBSCSIDriverPolicy"] },
  },
};

/** Roles of add-ons, which nothing but IAM is needed for. */
export type AddonRoles = Readonly<Partial<Record<AddonName, PodRole>>>;

export function createAddonRoles(context: AwsContext, identities: PodIdentities): AddonRoles {
  const wanted = addonsOf(context.settings, context.logfire);
  return Object.fromEntries(
    wanted.flatMap((addon) => {
      const needs = rights[addon];
      return needs === undefined
        ? []
        : [[addon, createPodRole(context, identities, addon, needs.account, needs.policies)] as const];
    }),
  );
}

/** What nodes cannot do without; before the first node. */
export const createNodeAddons = (
  context: AwsContext,
  cluster: Cluster,
  roles: AddonRoles,
): readonly pulumi.Resource[] => {
  const wanted = nodeAddons.filter((name) => addonsOf(context.settings, context.logfire).includes(name));
  // The others ask the agent for their credentials.
  const agent = wanted.flatMap((name) =>
    name === "eks-pod-identity-agent" ? [createAddon(context, cluster, roles, name, [])] : [],
  );
  const others = wanted.filter((name) => name !== "eks-pod-identity-agent");
  return [...agent, ...others.map((name) => createAddon(context, cluster, roles, name, agent))];
};

/** What runs on nodes; after the first node. */
export const createClusterAddons = (
  context: AwsContext,
  cluster: Cluster,
  roles: AddonRoles,
  after: Readonly<Partial<Record<AddonName | "all", readonly pulumi.Resource[]>>>,
): Readonly<Partial<Record<AddonName, Addon>>> =>
  Object.fromEntries(
    clusterAddons
      .filter((name) => addonsOf(context.settings, context.logfire).includes(name))
      .map((name) => [
        name,
        createAddon(context, cluster, roles, name, [...(after.all ?? []), ...(after[name] ?? [])]),
      ]),
  );

function createAddon(
  context: AwsContext,
  cluster: Cluster,
  roles: AddonRoles,
  addonName: AddonName,
  dependsOn: readonly pulumi.Resource[],
): Addon {
  const { name, facts, child } = context;
  const role = roles[addonName];
  const configuration = configurationOf(context, addonName);
  return new Addon(
    `${name}-${addonName}`,
    {
      clusterName: cluster.name,
      addonName,
      addonVersion: facts.addonVersions[addonName],
      ...(configuration === undefined ? {} : { configurationValues: JSON.stringify(configuration) }),
      ...(role === undefined ? {} : identityOf(context, addonName, role)),
      resolveConflictsOnCreate: "OVERWRITE",
      resolveConflictsOnUpdate: "OVERWRITE",
      // The driver works on while the nodes go, so that the volumes of a namespace that has just been deleted go too.
      ...(addonName === "aws-ebs-csi-driver" ? { preserve: true } : {}),
    },
    { ...child, dependsOn: [...cluster.made, ...(role?.policies ?? []), ...dependsOn] },
  );
}

function identityOf({ settings }: AwsContext, addon: AddonName, { role }: PodRole) {
  if (settings.identity === "irsa") return { serviceAccountRoleArn: role.arn };
  const serviceAccount = rights[addon]?.account.serviceAccount ?? "";
  return { podIdentityAssociations: [{ roleArn: role.arn, serviceAccount }] };
}

/** By each add-on's own schema; the add-on's defaults elsewhere. */
function configurationOf({ tags }: AwsContext, addon: AddonName): Readonly<Record<string, unknown>> | undefined {
  switch (addon) {
    case "vpc-cni":
      return { enableNetworkPolicy: "true" };
    case "aws-ebs-csi-driver":
      return { controller: { extraVolumeTags: tags } };
    default:
      return undefined;
  }
}
