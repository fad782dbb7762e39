import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation";
import { OpenIdConnectProvider } from "@pulumi/aws/iam/openIdConnectProvider";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment";
import * as pulumi from "@pulumi/pulumi";
import type { Text } from "../../lib/text";
import { json, type AwsContext } from "./context";
import { roleAnnotations } from "./figures/facts";
import { limits } from "./names";
import { podIdentityTrust, webIdentityTrust, type PodAccount, type PolicyDocument } from "./policies";

export interface RoleArgs {
  readonly trust: PolicyDocument | pulumi.Output<string>;
  /** Policies of Amazon's own, such as `AmazonEKSClusterPolicy`. */
  readonly managed?: readonly string[];
  readonly own?: Readonly<Record<string, PolicyDocument | pulumi.Output<string>>>;
}

export interface MadeRole {
  readonly role: Role;
  /** The role is worth nothing before them, and its user must be gone before they are. */
  readonly policies: readonly pulumi.Resource[];
}

const text = (document: PolicyDocument | pulumi.Output<string>): pulumi.Input<string> =>
  pulumi.Output.isInstance(document) ? document : JSON.stringify(document);

/** A role with its policies; `part` ends its logical name. */
export function createRole({ name, names, facts, child }: AwsContext, part: string, args: RoleArgs): MadeRole {
  const logical = `${name}-${part}`;
  const role = new Role(
    logical,
    { namePrefix: names.prefix(limits.role, part), assumeRolePolicy: text(args.trust) },
    child,
  );
  const managed = (args.managed ?? []).map(
    (policy) =>
      new RolePolicyAttachment(
        `${logical}-${policy.split("/").at(-1)}`,
        { role: role.name, policyArn: `arn:${facts.partition}:iam::aws:policy/${policy}` },
        child,
      ),
  );
  const own = Object.entries(args.own ?? {}).map(
    ([what, document]) =>
      new RolePolicy(`${logical}-${what}`, { role: role.name, name: what, policy: text(document) }, child),
  );
  return { role, policies: [...managed, ...own] };
}

/** How the cluster's ServiceAccounts are known to IAM. */
export interface PodIdentities {
  /** With IAM roles for service accounts. */
  readonly web?: { readonly providerArn: pulumi.Input<string>; readonly issuer: pulumi.Input<string> };
}

export function createPodIdentities(
  { name, settings, facts, child }: AwsContext,
  issuer: pulumi.Input<string>,
): PodIdentities {
  if (settings.identity === "podIdentity") return {};
  const host = pulumi.output(issuer).apply((url) => url.replace(/^https:\/\//, ""));
  // An account has one provider for each issuer. Of an owner's cluster it is the owner's.
  if (settings.cluster.kind === "existing") {
    const { accountId, partition } = facts;
    return {
      web: { providerArn: pulumi.interpolate`arn:${partition}:iam::${accountId}:oidc-provider/${host}`, issuer: host },
    };
  }
  const provider = new OpenIdConnectProvider(
    `${name}-oidc`,
    { url: issuer, clientIdLists: ["sts.amazonaws.com"] },
    child,
  );
  return { web: { providerArn: provider.arn, issuer: host } };
}

/** A role for one ServiceAccount, by whichever way the settings say. */
export interface PodRole extends MadeRole {
  /** Of the ServiceAccount. */
  readonly annotations: Readonly<Record<string, Text>>;
}

export function createPodRole(
  context: AwsContext,
  identities: PodIdentities,
  part: string,
  account: PodAccount,
  policies: Omit<RoleArgs, "trust">,
): PodRole {
  const { web } = identities;
  const trust =
    web === undefined
      ? podIdentityTrust(account, context.clusterArn)
      : json({ providerArn: web.providerArn, issuer: web.issuer }, (known) => webIdentityTrust(account, known));
  const made = createRole(context, part, { trust, ...policies });
  return { ...made, annotations: roleAnnotations(context.settings.identity, made.role.arn) };
}

/**
 * Ties the role to its ServiceAccount. EKS gives pods their credentials when they start: what starts them comes after
 * this. Nothing to do with IAM roles for service accounts, where the annotation says it.
 */
export function associate(
  { name, settings, clusterName, child }: AwsContext,
  part: string,
  { namespace, serviceAccount }: PodAccount,
  { role, policies }: PodRole,
  dependsOn: readonly pulumi.Resource[],
): readonly pulumi.Resource[] {
  if (settings.identity === "irsa") return policies;
  const association = new PodIdentityAssociation(
    `${name}-${part}`,
    { clusterName, namespace, serviceAccount, roleArn: role.arn },
    { ...child, dependsOn: [...policies, ...dependsOn] },
  );
  return [association];
}
