import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment";
import { FederatedIdentityCredential } from "@pulumi/azure-native/managedidentity/federatedIdentityCredential";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/userAssignedIdentity";
import type * as pulumi from "@pulumi/pulumi";
import type { AzureContext } from "./context";
import { roleDefinitionId, type roles } from "./figures/roles";
import { limits } from "./names";

/** The one account of pods that an identity is for. */
export interface PodAccount {
  readonly namespace: string;
  readonly serviceAccount: string;
}

export const createIdentity = ({ name, names, place, child }: AzureContext, part: string): UserAssignedIdentity =>
  new UserAssignedIdentity(`${name}-${part}`, { resourceName: names.of(limits.identity, part), ...place }, child);

export interface Grant {
  readonly role: keyof typeof roles;
  /** ARM id of what the role is given on: nothing beside it. */
  readonly scope: pulumi.Input<string>;
}

/**
 * Gives a role to an identity. Its kind is said, because Azure looks an identity of this minute up in vain otherwise. It
 * may take minutes until a right is known everywhere: what needs it comes after.
 */
export const grant = (
  { name, facts, child }: AzureContext,
  part: string,
  principalId: pulumi.Input<string>,
  { role, scope }: Grant,
): RoleAssignment =>
  new RoleAssignment(
    `${name}-${part}`,
    {
      principalId,
      principalType: "ServicePrincipal",
      roleDefinitionId: roleDefinitionId(facts.subscriptionId, role),
      scope,
    },
    child,
  );

/** An identity that pods have without a key that somebody could lose. */
export interface PodIdentity {
  readonly clientId: pulumi.Output<string>;
  /** Pods that use it come after it. */
  readonly ready: readonly pulumi.Resource[];
}

/** Trusts the tokens of one ServiceAccount of this cluster, and may do one thing. */
export function createPodIdentity(
  context: AzureContext,
  part: string,
  { namespace, serviceAccount }: PodAccount,
  issuer: pulumi.Input<string>,
  right: Grant & { readonly on: string },
): PodIdentity {
  const { name, group, child } = context;
  const identity = createIdentity(context, part);
  const trust = new FederatedIdentityCredential(
    `${name}-${part}`,
    {
      ...group,
      resourceName: identity.name,
      federatedIdentityCredentialResourceName: serviceAccount,
      issuer,
      subject: `system:serviceaccount:${namespace}:${serviceAccount}`,
      audiences: ["api://AzureADTokenExchange"],
    },
    child,
  );
  const granted = grant(context, `${part}-${right.on}`, identity.principalId, right);
  return { clientId: identity.clientId, ready: [trust, granted] };
}
