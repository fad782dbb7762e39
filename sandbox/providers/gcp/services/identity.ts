import { digest } from "../../cloud/ids";
import { CloudError, list, text, texts, type Values } from "../../cloud/model";
import { both, length, matches, oneOf } from "../../cloud/rules";
import type { GcpView, Kinds, Reference, ResourceKind } from "../kind";
import { isAgent } from "./apis";
import { numericId } from "./network";

const member = matches(
  /^((user|serviceAccount|group):[^\s@]+@[^\s@]+\.[^\s@]+|serviceAccount:[a-z][a-z0-9.:-]+\.svc\.id\.goog\[[a-z0-9-]+\/[a-z0-9-]+\]|domain:[^\s]+|principal(Set)?:\/\/iam\.googleapis\.com\/\S+)$/,
  "a member such as serviceAccount:name@project.iam.gserviceaccount.com; allUsers and allAuthenticatedUsers are refused here, because nothing of Logfire is public",
);
const role = matches(
  /^(roles\/[A-Za-z.]+|(projects|organizations)\/[a-z0-9:.-]+\/roles\/[A-Za-z0-9_.]+)$/,
  "a role such as roles/storage.objectUser",
);

export const emailOf = (name: string, project: string): string => `${name}@${project}.iam.gserviceaccount.com`;

const account: ResourceKind = {
  api: ["IAM", "Account"],
  rules: { displayName: length(0, 100), description: length(0, 256) },
  name: {
    ...{ property: "accountId", max: 30, lower: true },
    pattern: /^[a-z](?=[-a-z0-9]{5,29}$)([-a-z0-9]*[a-z0-9])$/,
    words: "6 to 30 lower-case letters, digits and hyphens, beginning with a letter and not ending in a hyphen",
  },
  replaces: ["accountId", "project"],
  admit: (_inputs, view, before) => {
    const quota = view.quotas.SERVICE_ACCOUNTS ?? 100;
    if (before === undefined && view.of("serviceaccount/account:Account").length >= quota)
      throw new CloudError("rateLimitExceeded", `Maximum number of service accounts on project reached: ${quota}`);
  },
  seconds: { create: 12, delete: 2 },
  id: (inputs) => {
    const project = text(inputs.project);
    return `projects/${project}/serviceAccounts/${emailOf(text(inputs.accountId), project)}`;
  },
  outputs: (inputs, { id }) => {
    const email = emailOf(text(inputs.accountId), text(inputs.project));
    return { email, name: id, member: `serviceAccount:${email}`, uniqueId: `1${numericId(id)}` };
  },
};

/** Google refuses to grant anything to a service account that is not there, and to a pod before its pool is. */
function requireMember(value: unknown, view: GcpView): void {
  const [, kind = "", who = ""] = /^(\w+):(.*)$/.exec(text(value)) ?? [];
  if (kind !== "serviceAccount") return;
  const [, pool] = /^([^[]+)\[/.exec(who) ?? [];
  if (pool !== undefined) return requirePool(pool, view);
  const known = view.of("serviceaccount/account:Account").some(({ outs }) => outs.email === who);
  const outside = !who.endsWith(`@${view.project}.iam.gserviceaccount.com`) && !who.includes(`-${view.projectNumber}@`);
  if (!known && !outside && !isAgent(who, view))
    throw new CloudError("badRequest", `Service account ${who} does not exist.`);
}

function requirePool(pool: string, view: GcpView): void {
  const made = view
    .of("container/cluster:Cluster")
    .some(
      ({ outs, readyAt }) =>
        readyAt <= view.now &&
        (outs.workloadIdentityConfig as { readonly workloadPool?: string } | undefined)?.workloadPool === pool,
    );
  if (!made)
    throw new CloudError(
      "badRequest",
      `Identity Pool does not exist (${pool}). Please check that you specified a valid resource name as returned in the \`name\` attribute in the configuration API.`,
    );
}

/** A role that the project defines itself has to be there. */
function requireRole(value: unknown, view: GcpView): void {
  if (!text(value).startsWith("projects/")) return;
  const known = view.of("projects/iAMCustomRole:IAMCustomRole").some(({ outs }) => outs.name === value);
  if (!known) throw new CloudError("badRequest", `Role (${text(value)}) does not exist in the resource's hierarchy.`);
}

/** One role for one member on one thing; granted twice, it is the same grant. */
function grant(
  api: ResourceKind["api"],
  on: string,
  reference: Reference | undefined,
  scope: (inputs: Values) => string,
): ResourceKind {
  return {
    api,
    rules: { member, role },
    ...(reference === undefined ? {} : { references: { [on]: reference } }),
    replaces: [on, "member", "role", "condition"],
    repeatable: true,
    admit: (inputs, view) => {
      if (on === "project" && inputs.project !== view.project)
        throw new CloudError("forbidden", `The caller does not have permission on project ${text(inputs.project)}`);
      requireMember(inputs.member, view);
      requireRole(inputs.role, view);
    },
    seconds: { create: 9, delete: 9 },
    id: (inputs) => [scope(inputs), text(inputs.role), text(inputs.member)].join("/"),
    outputs: (inputs) => ({ etag: digest(JSON.stringify(inputs), 12) }),
  };
}

const customRole: ResourceKind = {
  api: ["IAM", "IAMCustomRole"],
  rules: {
    title: length(1, 100),
    description: length(0, 256),
    stage: oneOf("ALPHA", "BETA", "GA", "DEPRECATED", "DISABLED", "EAP"),
    "permissions[]": matches(/^[a-z][A-Za-z0-9]*(\.[a-zA-Z0-9]+){2}$/, "a permission such as dns.changes.create"),
  },
  name: {
    ...{ property: "roleId", max: 64 },
    pattern: /^[a-zA-Z0-9_.]{3,64}$/,
    words: "3 to 64 letters, digits, underscores and dots",
    // The provider writes no hyphens here.
    automatic: (name) =>
      `${name.replaceAll(/[^a-zA-Z0-9_.]/g, "_")}_${digest(name + String(process.hrtime.bigint()), 7)}`,
  },
  replaces: ["roleId", "project"],
  check: ({ permissions }) => (list(permissions).length === 0 ? ["permissions must not be empty"] : []),
  admit: (inputs, view, before) => {
    // A role that was deleted is kept for a week, undeletable and with its name: https://docs.cloud.google.com/iam/docs/creating-custom-roles
    const gone = view.of("projects/roleName:RoleName").some(({ outs }) => outs.roleId === inputs.roleId);
    if (before === undefined && gone)
      throw new CloudError(
        "failedPrecondition",
        `You can't create a role with role_id (${text(inputs.roleId)}) where there is an existing role with that role_id in a deleted state.`,
      );
  },
  id: (inputs) => `projects/${text(inputs.project)}/roles/${text(inputs.roleId)}`,
  outputs: (_inputs, { id }) => ({ name: id, deleted: false }),
};

const aboutAccount: Reference = {
  ...{ to: "serviceaccount/account:Account", by: ["id", "name"], missing: "notFound" },
};
const aboutBucket: Reference = { to: "storage/bucket:Bucket", by: ["name"], missing: "notFound" };
const aboutKey: Reference = { to: "kms/cryptoKey:CryptoKey", by: ["id"], missing: "notFound" };
const aboutZone: Reference = { to: "dns/managedZone:ManagedZone", by: ["id", "name"], missing: "notFound" };

export const identity: Kinds = {
  "serviceaccount/account:Account": account,
  "projects/iAMCustomRole:IAMCustomRole": customRole,
  "projects/iAMMember:IAMMember": {
    ...grant(["Resource Manager", "IAMMember"], "project", undefined, ({ project }) => text(project)),
    rules: {
      member,
      role: both(role, matches(/^(?!roles\/(owner|editor)$)/, "a role that is narrower than owner and editor")),
    },
  },
  "serviceaccount/iAMMember:IAMMember": grant(
    ["IAM", "ServiceAccountIAMMember"],
    "serviceAccountId",
    aboutAccount,
    ({ serviceAccountId }) => text(serviceAccountId),
  ),
  "storage/bucketIAMMember:BucketIAMMember": grant(
    ["Cloud Storage", "BucketIAMMember"],
    "bucket",
    aboutBucket,
    ({ bucket }) => `b/${text(bucket)}`,
  ),
  "kms/cryptoKeyIAMMember:CryptoKeyIAMMember": grant(
    ["Cloud KMS", "CryptoKeyIAMMember"],
    "cryptoKeyId",
    aboutKey,
    ({ cryptoKeyId }) => text(cryptoKeyId),
  ),
  "dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember": grant(
    ["Cloud DNS", "ManagedZoneIamMember"],
    "managedZone",
    aboutZone,
    ({ project, managedZone }) => `projects/${text(project)}/managedZones/${text(managedZone).split("/").at(-1) ?? ""}`,
  ),
};

/** Roles of a member on the project. */
export const projectRoles = (view: GcpView, who: string): readonly string[] =>
  view.of("projects/iAMMember:IAMMember").flatMap(({ outs }) => (outs.member === who ? texts([outs.role]) : []));
