import { createHash } from "node:crypto";
import { CloudError, list, record, text, type Values } from "../../cloud/model";
import { matches, oneOf, whole } from "../../cloud/rules";
import { armId, armKind, armKinds, byId, type ArmSpec } from "../arm";
import { valueOf } from "../enumerations";
import type { AzureView, Kinds } from "../kind";

export const accountToken = "storage:StorageAccount";
export const containerToken = "storage:BlobContainer";

const account: ArmSpec = {
  named: { max: 24, pattern: /^[a-z0-9]{3,24}$/, words: "3 to 24 lower-case letters and digits" },
  rules: {
    kind: valueOf("storage", "Kind"),
    "sku.name": valueOf("storage", "SkuName"),
    accessTier: valueOf("storage", "AccessTier"),
    minimumTlsVersion: valueOf("storage", "MinimumTlsVersion"),
    publicNetworkAccess: valueOf("storage", "PublicNetworkAccess"),
    "networkRuleSet.defaultAction": oneOf("Allow", "Deny"),
    "networkRuleSet.virtualNetworkRules[].action": oneOf("Allow"),
  },
  references: {
    "networkRuleSet.virtualNetworkRules[].virtualNetworkResourceId": {
      to: "network:Subnet",
      missing: "InvalidValuesForRequestParameters",
    },
  },
  stays: true,
  replaces: ["isHnsEnabled", "kind"],
  admit: (inputs, view, before) => {
    const name = text(inputs.accountName);
    if (
      before === undefined &&
      (view.taken.includes(name) || view.of(accountToken).some(({ outs }) => outs.name === name))
    )
      throw new CloudError("StorageAccountAlreadyTaken", `The storage account named ${name} is already taken.`);
    for (const rule of list(record(inputs.networkRuleSet).virtualNetworkRules).map(record)) refuseSubnet(rule, view);
  },
  seconds: { create: 25, update: 5, delete: 5 },
  outputs: (inputs, { before }) => {
    const name = text(inputs.accountName);
    const url = (service: string) => `https://${name}.${service}.core.windows.net/`;
    return {
      ...{ accessTier: inputs.accessTier ?? "Hot", accountMigrationInProgress: false, failoverInProgress: false },
      ...{ blobRestoreStatus: {}, customDomain: {}, geoReplicationStats: {}, isSkuConversionBlocked: false },
      ...{ keyPolicy: {}, sasPolicy: {}, lastGeoFailoverTime: "", statusOfPrimary: "available" },
      ...{ statusOfSecondary: "", secondaryLocation: "", secondaryEndpoints: {}, keyCreationTime: {} },
      creationTime: before?.creationTime ?? new Date().toISOString(),
      encryption: { keySource: "Microsoft.Storage", ...record(inputs.encryption) },
      networkRuleSet: { bypass: "AzureServices", defaultAction: "Allow", ...record(inputs.networkRuleSet) },
      primaryEndpoints: {
        ...{
          blob: url("blob"),
          dfs: url("dfs"),
          file: url("file"),
          queue: url("queue"),
          table: url("table"),
          web: url("web"),
        },
      },
      ...{ primaryLocation: inputs.location, privateEndpointConnections: [] },
      sku: { tier: "Standard", ...record(inputs.sku) },
    };
  },
  release: ({ outs, id }, view) => {
    const full = view
      .of(containerToken)
      .find((each) => each.id.startsWith(`${id}/`) && Number(each.outs.simulatedObjects ?? 0) > 0);
    if (full !== undefined && outs.seeded === true)
      throw new CloudError("StorageAccountNotEmpty", `${id} is not the stack's, and has objects.`);
  },
  stateful: true,
};

/** A rule by subnet counts only where the subnet has the service's endpoint. */
function refuseSubnet({ virtualNetworkResourceId }: Values, view: AzureView): void {
  const subnet = byId(view, "network:Subnet", virtualNetworkResourceId);
  if (subnet === undefined) return;
  if (list(subnet.outs.serviceEndpoints).some((each) => record(each).service === "Microsoft.Storage")) return;
  throw new CloudError(
    "SubnetsHaveNoServiceEndpointsConfigured",
    `Subnets ${text(subnet.outs.name)} of virtual network do not have ServiceEndpoints for Microsoft.Storage resources ` +
      "configured. Add Microsoft.Storage to subnet's ServiceEndpoints collection before trying to ACL Microsoft.Storage " +
      "resources to these subnets.",
  );
}

const retention = {
  "deleteRetentionPolicy.days": whole(1, 365),
  "containerDeleteRetentionPolicy.days": whole(1, 365),
  "restorePolicy.days": whole(1, 364),
};

const blobService: ArmSpec = {
  named: { max: 7, pattern: /^default$/, words: "default: there is one in each account" },
  rules: retention,
  // It is there with its account: the provider changes it, and sets it back in the end.
  repeatable: true,
  check: ({ deleteRetentionPolicy, containerDeleteRetentionPolicy, isVersioningEnabled, restorePolicy }) => [
    ...[{ deleteRetentionPolicy }, { containerDeleteRetentionPolicy }].flatMap((each) =>
      Object.entries(each).flatMap(([name, policy]) =>
        record(policy).enabled === true && record(policy).days === undefined ? [`${name}.days is needed`] : [],
      ),
    ),
    ...(record(restorePolicy).enabled === true && isVersioningEnabled !== true
      ? ["restorePolicy needs isVersioningEnabled"]
      : []),
  ],
  seconds: { create: 3, delete: 3 },
  outputs: () => ({ sku: { name: "Standard_ZRS", tier: "Standard" } }),
};

const container: ArmSpec = {
  named: {
    ...{ max: 63, pattern: /^(\$root|\$web|[a-z0-9](-?[a-z0-9]){2,62})$/ },
    words: "3 to 63 lower-case letters, digits and single hyphens, no hyphen at either end",
  },
  rules: { publicAccess: valueOf("storage", "PublicAccess") },
  admit: (inputs, view) => {
    const own = byId(view, accountToken, armId(view, accountToken, inputs));
    if (own?.outs.allowBlobPublicAccess !== true && inputs.publicAccess !== undefined && inputs.publicAccess !== "None")
      throw new CloudError("PublicAccessNotPermitted", "Public access is not permitted on this storage account.");
  },
  seconds: { create: 2, delete: 2 },
  outputs: (inputs) => ({
    ...{ deleted: false, deletedTime: "", hasImmutabilityPolicy: false, hasLegalHold: false, lastModifiedTime: "" },
    ...{ leaseDuration: "", leaseState: "Available", leaseStatus: "Unlocked", remainingRetentionDays: 0, version: "" },
    ...{ immutabilityPolicy: {}, legalHold: {}, publicAccess: inputs.publicAccess ?? "None" },
  }),
  stateful: true,
};

const managementPolicy: ArmSpec = {
  named: { max: 7, pattern: /^default$/, words: "default: there is one in each account" },
  rules: {
    "policy.rules[].type": matches(/^Lifecycle$/, "Lifecycle"),
    "policy.rules[].name": matches(/^[\w-]{1,256}$/, "a rule's name"),
  },
  seconds: { create: 3, delete: 3 },
  outputs: () => ({ lastModifiedTime: "" }),
};

/** The provider writes names of accounts in lower case and without other characters than letters and digits. */
const plain = (name: string): string =>
  `${name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, "")
    .slice(0, 16)}${createHash("sha256").update(name).digest("hex").slice(0, 8)}`;

const made = armKind(accountToken, account);

export const storage: Kinds = {
  [accountToken]: { ...made, ...(made.name === undefined ? {} : { name: { ...made.name, automatic: plain } }) },
  ...armKinds({
    "storage:BlobServiceProperties": blobService,
    [containerToken]: container,
    "storage:ManagementPolicy": managementPolicy,
  }),
};
