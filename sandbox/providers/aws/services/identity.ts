import { letters, now, uuid } from "../../cloud/ids";
import { CloudError, isUnknown, record, text, texts } from "../../cloud/model";
import type { AwsView, Kinds, ResourceKind } from "../kind";
import { length, matches, oneOf, whole } from "../../cloud/rules";
import { arn as arnRule, policy, valueOf } from "../rules";

const roleByName = { to: "iam/role:Role", by: "name", missing: "NoSuchEntity", holds: "DeleteConflict" } as const;
const path = matches(/^\/([!-~]+\/)?$/, "a path such as /team/");

const role: ResourceKind = {
  api: ["IAM", "Role"],
  rules: {
    assumeRolePolicy: policy("trust", 2048),
    path,
    description: length(0, 1000),
    maxSessionDuration: whole(3600, 43200),
    permissionsBoundary: arnRule("iam"),
  },
  name: {
    ...{ property: "name", prefix: "namePrefix", max: 64, uniqueError: "EntityAlreadyExists" },
    pattern: /^[\w+=,.@-]+$/,
    words: "at most 64 letters, digits and _ + = , . @ -",
  },
  replaces: ["name", "namePrefix", "path"],
  seconds: { create: 2, delete: 1 },
  id: (inputs) => text(inputs.name),
  outputs: (inputs, { view }) => ({
    arn: view.arn("iam", `role${text(inputs.path) || "/"}${text(inputs.name)}`, { region: false }),
    createDate: now(),
    uniqueId: `AROA${letters(17)}`,
  }),
  unset: ["inlinePolicies", "managedPolicyArns", "namePrefix"],
};

const rolePolicy: ResourceKind = {
  api: ["IAM", "RolePolicy"],
  rules: { policy: policy("identity", 10_240) },
  name: {
    ...{ property: "name", prefix: "namePrefix", max: 128 },
    pattern: /^[\w+=,.@-]+$/,
    words: "at most 128 letters, digits and _ + = , . @ -",
  },
  references: { role: roleByName },
  replaces: ["name", "namePrefix", "role"],
  id: (inputs) => `${text(inputs.role)}:${text(inputs.name)}`,
  outputs: () => ({}),
  unset: ["namePrefix"],
};

/** Those of Amazon's own policies that a stack of this kind attaches; another one has to be looked up first. */
const managedPolicies = [
  ...["AmazonEKSClusterPolicy", "AmazonEKSVPCResourceController", "AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy"],
  ...["AmazonEC2ContainerRegistryPullOnly", "AmazonEC2ContainerRegistryReadOnly", "AmazonSSMManagedInstanceCore"],
  ...[
    "service-role/AmazonEBSCSIDriverPolicy",
    "service-role/AmazonEBSCSIDriverPolicyV2",
    "service-role/AmazonEBSCSIDriverEKSClusterScopedPolicy",
  ],
  ...["service-role/AmazonRDSEnhancedMonitoringRole", "AmazonEKSServicePolicy"],
];
const amazonsPolicy = new RegExp(`^arn:aws(-[a-z-]+)?:iam::aws:policy/(${managedPolicies.join("|")})$`);

const rolePolicyAttachment: ResourceKind = {
  api: ["IAM", "RolePolicy"],
  references: {
    role: roleByName,
    policyArn: {
      ...{ to: "iam/policy:Policy", by: "arn", missing: "NoSuchEntity", holds: "DeleteConflict" },
      outside: amazonsPolicy,
    },
  },
  replaces: ["role", "policyArn"],
  id: (inputs) => `${text(inputs.role)}/${text(inputs.policyArn)}`,
  outputs: () => ({}),
};

const managedPolicy: ResourceKind = {
  api: ["IAM", "Policy"],
  rules: { policy: policy("identity", 6144), path, description: length(0, 1000) },
  name: {
    ...{ property: "name", prefix: "namePrefix", max: 128, uniqueError: "EntityAlreadyExists" },
    pattern: /^[\w+=,.@-]+$/,
    words: "at most 128 letters, digits and _ + = , . @ -",
  },
  replaces: ["name", "namePrefix", "path", "description"],
  id: (inputs, view) =>
    `arn:${view.partition}:iam::${view.accountId}:policy${text(inputs.path) || "/"}${text(inputs.name)}`,
  outputs: (_inputs, { id }) => ({ arn: id, attachmentCount: 0, policyId: `ANPA${letters(17)}` }),
  unset: ["namePrefix"],
};

const openIdConnectProvider: ResourceKind = {
  api: ["IAM", "OpenIDConnectProvider"],
  rules: { url: matches(/^https:\/\/[^\s?#]{1,247}$/, "an https URL"), "clientIdLists[]": length(1, 255) },
  replaces: ["url"],
  admit: ({ url }, view, before) => {
    const same = view
      .of("iam/openIdConnectProvider:OpenIdConnectProvider")
      .find(({ id, outs }) => id !== before?.id && outs.url === url);
    if (same !== undefined)
      throw new CloudError("EntityAlreadyExists", `Provider with url ${text(url)} already exists.`);
  },
  id: (inputs, view) =>
    `arn:${view.partition}:iam::${view.accountId}:oidc-provider/${text(inputs.url).replace("https://", "")}`,
  outputs: (_inputs, { id }) => ({ arn: id }),
  unset: ["thumbprintLists"],
};

const key: ResourceKind = {
  api: ["KMS", "Key"],
  rules: {
    deletionWindowInDays: whole(7, 30),
    rotationPeriodInDays: whole(90, 2560),
    description: length(0, 8192),
    keyUsage: valueOf("kms", "KeyUsageType"),
    customerMasterKeySpec: valueOf("kms", "KeySpec"),
    policy: policy("resource", 32_768),
  },
  replaces: ["keyUsage", "customerMasterKeySpec", "multiRegion"],
  check: ({ policy: document }) => {
    if (document === undefined || isUnknown(document)) return [];
    // KMS refuses a policy that locks everybody out; the account's root in it is what keeps the key manageable.
    return /:root"/.test(text(document)) ? [] : ["policy names no account root: the key could not be managed any more"];
  },
  seconds: { delete: 2 },
  id: () => uuid(),
  outputs: (inputs, { id, view }) => ({
    arn: view.arn("kms", `key/${id}`),
    keyId: id,
    description: inputs.description ?? "",
    multiRegion: inputs.multiRegion ?? false,
    policy: inputs.policy ?? '{"Version":"2012-10-17","Statement":[]}',
    rotationPeriodInDays: inputs.rotationPeriodInDays ?? (inputs.enableKeyRotation === true ? 365 : 0),
  }),
  stateful: true,
};

const alias: ResourceKind = {
  api: ["KMS", "Alias"],
  name: {
    ...{ property: "name", prefix: "namePrefix", max: 256, automatic: false, uniqueError: "AlreadyExistsException" },
    pattern: /^alias\/(?!aws\/)[a-zA-Z0-9/_-]+$/,
    words: "alias/ and letters, digits, / _ -, not alias/aws/",
  },
  references: { targetKeyId: { to: "kms/key:Key", missing: "NotFoundException" } },
  replaces: ["name", "namePrefix"],
  id: (inputs) => text(inputs.name),
  outputs: (inputs, { view }) => ({
    arn: view.arn("kms", text(inputs.name)),
    targetKeyArn: view.arn("kms", `key/${text(inputs.targetKeyId)}`),
  }),
  unset: ["namePrefix"],
};

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
const retentionDays = [
  ...[0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731],
  ...[1096, 1827, 2192, 2557, 2922, 3288, 3653],
];

const logGroup: ResourceKind = {
  api: ["CloudWatch Logs", "LogGroup"],
  rules: { retentionInDays: oneOf(...retentionDays), logGroupClass: valueOf("cloudwatch-logs", "LogGroupClass") },
  name: {
    ...{ property: "name", prefix: "namePrefix", max: 512, uniqueError: "ResourceAlreadyExistsException" },
    pattern: /^[.\-_/#A-Za-z0-9]+$/,
    words: "at most 512 letters, digits and . - _ / #",
  },
  references: { kmsKeyId: { to: "kms/key:Key", by: "arn", missing: "InvalidParameterException" } },
  replaces: ["name", "namePrefix", "logGroupClass"],
  id: (inputs) => text(inputs.name),
  outputs: (inputs, { view }) => ({
    arn: view.arn("logs", `log-group:${text(inputs.name)}`),
    logGroupClass: inputs.logGroupClass ?? "STANDARD",
    deletionProtectionEnabled: inputs.deletionProtectionEnabled ?? false,
  }),
  unset: ["namePrefix"],
};

/** Whether a service may take on a role, with these actions. */
export function trusts(view: AwsView, roleArn: unknown, service: string, actions: readonly string[]): boolean {
  const found = view.of("iam/role:Role").find(({ outs }) => outs.arn === roleArn);
  const document = JSON.parse(text(found?.inputs.assumeRolePolicy) || "{}") as { readonly Statement?: unknown };
  const statements = [document.Statement].flat().map(record);
  const allowed = statements
    .filter(({ Effect, Principal }) => Effect === "Allow" && [record(Principal).Service].flat().includes(service))
    .flatMap(({ Action }) => texts([Action].flat()));
  return actions.every((action) => allowed.includes(action));
}

/** Names of Amazon's policies that a role has: `AmazonEKSClusterPolicy`. */
export const amazonPoliciesOf = (view: AwsView, roleArn: unknown): readonly string[] => {
  const name = view.of("iam/role:Role").find(({ outs }) => outs.arn === roleArn)?.outs.name;
  return view
    .of("iam/rolePolicyAttachment:RolePolicyAttachment")
    .filter(({ outs }) => outs.role === name)
    .map(({ outs }) => text(outs.policyArn).split("/").at(-1) ?? "");
};

export const identity: Kinds = {
  "iam/role:Role": role,
  "iam/rolePolicy:RolePolicy": rolePolicy,
  "iam/rolePolicyAttachment:RolePolicyAttachment": rolePolicyAttachment,
  "iam/policy:Policy": managedPolicy,
  "iam/openIdConnectProvider:OpenIdConnectProvider": openIdConnectProvider,
  "kms/key:Key": key,
  "kms/alias:Alias": alias,
  "cloudwatch/logGroup:LogGroup": logGroup,
};
