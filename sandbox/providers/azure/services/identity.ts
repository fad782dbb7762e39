import { uuid } from "../../cloud/ids";
import { CloudError, list, record, text, type Entity, type Values } from "../../cloud/model";
import { length, matches, oneOf } from "../../cloud/rules";
import { armId, armKinds, busy, byId, isWithin, sameId, type ArmSpec } from "../arm";
import { valueOf } from "../enumerations";
import type { AzureView } from "../kind";

const guid = matches(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, "a GUID");

const identity: ArmSpec = {
  named: {
    ...{ max: 128, pattern: /^[A-Za-z0-9][\w-]{2,127}$/ },
    words: "3 to 128 letters, digits and _ -, the first a letter or digit",
  },
  stays: true,
  seconds: { create: 8, delete: 4 },
  outputs: (_inputs, { before, view }) => ({
    clientId: before?.clientId ?? uuid(),
    principalId: before?.principalId ?? uuid(),
    tenantId: view.tenantId,
  }),
};

export const identityOf = (view: AzureView, id: unknown): Entity | undefined =>
  byId(view, "managedidentity:UserAssignedIdentity", id);

const federated = "managedidentity:FederatedIdentityCredential";

const credential: ArmSpec = {
  named: {
    ...{ max: 120, pattern: /^[A-Za-z0-9][\w-]{2,119}$/ },
    words: "3 to 120 letters, digits and _ -, the first a letter or digit",
  },
  rules: { issuer: matches(/^https:\/\/\S+$/, "an https URL"), subject: length(1, 600) },
  check: ({ audiences }) => (list(audiences).length === 1 ? [] : ["audiences takes exactly one"]),
  admit: (inputs, view, before) => {
    const owner = armId(view, "managedidentity:UserAssignedIdentity", inputs);
    const all = view.of(federated).filter(({ id }) => isWithin(id, owner) && id !== before?.id);
    // https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
    if (busy(all, view) !== undefined)
      throw new CloudError(
        "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity",
        `Too many federated identity credentials are written concurrently for the managed identity ${owner}.`,
      );
    if (all.length >= 20)
      throw new CloudError("QuotaExceeded", "A managed identity has at most 20 federated identity credentials.");
    if (all.some(({ outs }) => outs.issuer === inputs.issuer && outs.subject === inputs.subject))
      throw new CloudError(
        "BadRequest",
        "Federated Identity Credential with this issuer and subject already exists on the managed identity.",
      );
  },
  seconds: { create: 5, delete: 3 },
};

/** Built-in roles by their GUIDs: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
export const builtInRoles: Readonly<Record<string, string>> = {
  "acdd72a7-3385-48ef-bd42-f606fba81ae7": "Reader",
  "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
  "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
  "4d97b98b-1d4f-4787-a291-c67834d212e7": "Network Contributor",
  "befefa01-2a29-4197-83a8-272ff33ce314": "DNS Zone Contributor",
  "b12aa53e-6015-4669-85d0-8515ebb3ae7f": "Private DNS Zone Contributor",
  "ba92f5b4-2d11-453d-a403-e96b0029c9fe": "Storage Blob Data Contributor",
  "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1": "Storage Blob Data Reader",
  "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b": "Azure Kubernetes Service RBAC Cluster Admin",
  "3498e952-d568-435e-9b2c-8d77e338d7f7": "Azure Kubernetes Service RBAC Admin",
  "4abbcc35-e782-43d8-92c5-2d3f1bd2253f": "Azure Kubernetes Service Cluster User Role",
  "f1a07417-d97a-45cb-824c-7a7467783830": "Managed Identity Operator",
};

const roleOf = ({ roleDefinitionId }: Values): string | undefined =>
  builtInRoles[text(roleDefinitionId).split("/").at(-1)?.toLowerCase() ?? ""];

const assignment: ArmSpec = {
  named: { max: 36, pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, words: "a GUID" },
  rules: {
    principalId: guid,
    principalType: valueOf("authorization", "PrincipalType"),
    roleDefinitionId: matches(
      /^(\/subscriptions\/[^/]+)?\/providers\/Microsoft\.Authorization\/roleDefinitions\/[0-9a-f-]{36}$/i,
      "the ARM id of a role definition",
    ),
  },
  replaces: ["principalId"],
  admit: admitAssignment,
  seconds: { create: 10, delete: 3 },
  outputs: (_inputs, { before, view }) => ({
    ...{ createdBy: view.caller.objectId, updatedBy: view.caller.objectId },
    ...{ createdOn: before?.createdOn ?? new Date().toISOString(), updatedOn: new Date().toISOString() },
  }),
};

function admitAssignment(inputs: Values, view: AzureView, before?: Entity): void {
  if (before !== undefined && !sameId(before.outs.roleDefinitionId, inputs.roleDefinitionId))
    throw new CloudError(
      "RoleAssignmentUpdateNotPermitted",
      "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
    );
  if (roleOf(inputs) === undefined)
    throw new CloudError(
      "RoleDefinitionDoesNotExist",
      `The specified role definition with ID '${text(inputs.roleDefinitionId).split("/").at(-1)}' does not exist.`,
    );
  requireScope(inputs.scope, view);
  const identity = view
    .of("managedidentity:UserAssignedIdentity")
    .find(({ outs }) => sameId(outs.principalId, inputs.principalId));
  // A new principal is not known everywhere yet; with its type ARM does not look for it.
  if (identity !== undefined && inputs.principalType === undefined)
    throw new CloudError(
      "PrincipalNotFound",
      `Principal ${text(inputs.principalId)} does not exist in the directory ${view.tenantId}. If you are creating this ` +
        "principal and then immediately assigning a role, set the role assignment principalType property to ServicePrincipal.",
    );
  const isService = identity !== undefined || sameId(view.caller.objectId, inputs.principalId);
  // The SDK writes User where the program says nothing.
  if (isService && inputs.principalType !== undefined && inputs.principalType !== "ServicePrincipal")
    throw new CloudError(
      "UnmatchedPrincipalType",
      `The principal is a ServicePrincipal, not ${text(inputs.principalType)}.`,
    );
  const same = view
    .of("authorization:RoleAssignment")
    .some(
      ({ id, outs }) =>
        id !== before?.id &&
        sameId(outs.principalId, inputs.principalId) &&
        sameId(outs.scope, inputs.scope) &&
        roleOf(outs) === roleOf(inputs),
    );
  if (same) throw new CloudError("RoleAssignmentExists", "The role assignment already exists.");
}

/** What a role or a lock is on has to be there. */
function requireScope(scope: unknown, view: AzureView): void {
  const subscription = `/subscriptions/${view.subscriptionId}`;
  if (sameId(scope, subscription) || view.entities.some(({ id }) => sameId(id, scope))) return;
  throw new CloudError("ResourceNotFound", `The Resource '${text(scope)}' was not found.`);
}

/** Whether a principal has one of the roles on something, or on what it lies in. */
export const hasRole = (view: AzureView, principalId: unknown, roles: readonly string[], on: string): boolean =>
  view
    .of("authorization:RoleAssignment")
    .some(
      ({ outs, readyAt }) =>
        readyAt <= view.now &&
        sameId(outs.principalId, principalId) &&
        isWithin(on, outs.scope) &&
        roles.includes(roleOf(outs) ?? ""),
    );

const lock: ArmSpec = {
  named: { max: 90, pattern: /^[-\w.()]+$/, words: "letters, digits and - _ . ( )" },
  rules: { level: oneOf("CanNotDelete", "ReadOnly"), notes: length(0, 512) },
  replaces: ["scope"],
  admit: ({ scope }, view) => requireScope(scope, view),
  seconds: { create: 3, delete: 5 },
};

export const identities = armKinds({
  "managedidentity:UserAssignedIdentity": identity,
  [federated]: credential,
  "authorization:RoleAssignment": assignment,
  "authorization:ManagementLockByScope": lock,
});

/** The identities that an input names, and the map of them that ARM answers. */
export const identityAnswer = (view: AzureView, { identity: given }: Values): Values => {
  const { type, userAssignedIdentities } = record(given);
  const known = list(userAssignedIdentities).flatMap((id) => {
    const outs = identityOf(view, id)?.outs;
    return outs === undefined ? [] : [[text(id), { clientId: outs.clientId, principalId: outs.principalId }] as const];
  });
  return {
    ...{ type, principalId: "", tenantId: view.tenantId },
    ...(known.length === 0 ? {} : { userAssignedIdentities: Object.fromEntries(known) }),
  };
};
