import { uuid } from "../../cloud/ids";
import { record, text } from "../../cloud/model";
import { matches, oneOf } from "../../cloud/rules";
import { armKinds, groupId, refuseLocked, type ArmSpec } from "../arm";
import type { Kinds, ResourceKind } from "../kind";
import { networkName } from "./network";

const resourceGroup: ResourceKind = {
  api: ["Resources", "ResourceGroup"],
  rules: { location: matches(/^[a-z]+[0-9]?[a-z]*[0-9]?$/, "a location such as swedencentral") },
  name: {
    ...{ property: "resourceGroupName", max: 90, pattern: /^[-\w.()]*[-\w()]$/ },
    words: "letters, digits and - _ . ( ), the last no period",
  },
  replaces: ["resourceGroupName", "location"],
  check: ({ location }) => (location === undefined ? ["location is needed"] : []),
  seconds: { create: 3, update: 2, delete: 20 },
  id: (inputs, view) => groupId(view, inputs.resourceGroupName),
  outputs: () => ({ properties: { provisioningState: "Succeeded" } }),
  release: refuseLocked,
  // Everything in it goes with it.
  stateful: true,
};

const workspace: ArmSpec = {
  named: {
    max: 63,
    pattern: /^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/,
    words: "4 to 63 letters, digits and hyphens",
  },
  rules: {
    "sku.name": oneOf("PerGB2018", "CapacityReservation", "LACluster"),
    // 30 days are free of charge; the service takes 7 too, in its own SKU only.
    retentionInDays: (value) =>
      Number.isInteger(value) && Number(value) >= 30 && Number(value) <= 730 ? undefined : "not 30 to 730 days",
  },
  stays: true,
  seconds: { create: 25, delete: 10 },
  outputs: (inputs, { before }) => ({
    ...{ customerId: before?.customerId ?? uuid(), createdDate: "", modifiedDate: "" },
    sku: { lastSkuUpdate: "", ...record(inputs.sku) },
    ...{ privateLinkScopedResources: [], retentionInDays: inputs.retentionInDays ?? 30 },
    ...{ publicNetworkAccessForIngestion: "Enabled", publicNetworkAccessForQuery: "Enabled" },
  }),
};

const categories: Readonly<Record<string, readonly string[]>> = {
  "Microsoft.ContainerService/managedClusters": [
    ...["kube-apiserver", "kube-audit", "kube-audit-admin", "kube-controller-manager", "kube-scheduler"],
    ...["cluster-autoscaler", "cloud-controller-manager", "guard", "fleet-member-agent"],
    ...["csi-azuredisk-controller", "csi-azurefile-controller", "csi-snapshot-controller"],
  ],
  "Microsoft.DBforPostgreSQL/flexibleServers": [
    ...["PostgreSQLLogs", "PostgreSQLFlexSessions", "PostgreSQLFlexQueryStoreRuntime"],
    ...["PostgreSQLFlexQueryStoreWaitStats", "PostgreSQLFlexTableStats", "PostgreSQLFlexDatabaseXacts"],
  ],
};

const diagnosticSetting: ArmSpec = {
  named: networkName(260),
  references: {
    resourceUri: { to: ["containerservice:ManagedCluster", "dbforpostgresql:Server"], missing: "ResourceNotFound" },
    workspaceId: { to: "operationalinsights:Workspace", missing: "ResourceNotFound" },
  },
  check: ({ resourceUri, logs, workspaceId, storageAccountId }) => {
    const known = Object.entries(categories).find(([type]) => text(resourceUri).includes(`/${type}/`))?.[1];
    const wrong = (logs as readonly { category?: string }[] | undefined)?.find(
      ({ category }) => known !== undefined && category !== undefined && !known.includes(category),
    );
    return [
      ...(wrong === undefined ? [] : [`logs have a category ${wrong.category} that the resource does not have`]),
      ...(workspaceId === undefined && storageAccountId === undefined
        ? ["workspaceId or another place is needed"]
        : []),
    ];
  },
  seconds: { create: 5, delete: 3 },
};

export const resources: Kinds = {
  "resources:ResourceGroup": resourceGroup,
  ...armKinds({ "operationalinsights:Workspace": workspace, "monitor:DiagnosticSetting": diagnosticSetting }),
};
