import { BlobContainer } from "@pulumi/azure-native/storage/blobContainer";
import { BlobServiceProperties } from "@pulumi/azure-native/storage/blobServiceProperties";
import { StorageAccount } from "@pulumi/azure-native/storage/storageAccount";
import type * as pulumi from "@pulumi/pulumi";
import type { AzureBucket } from "../../settings/azure/types";
import type { ObjectStore, PodIdentity } from "../contract";
import type { Cluster } from "./cluster";
import { secretEnvironment } from "../shared/ownStores";
import { uniqueEnding } from "../shared/unique";
import { armId, type AzureContext } from "./context";
import { identityFacts, objectStoreFacts } from "./figures/facts";
import { containerName } from "./figures/plannedFacts";
import { createPodIdentity } from "./identity";
import { limits } from "./names";
import type { Network } from "./network";

export interface AzureObjectStore {
  readonly store: ObjectStore;
  /** Container that lets an identity in, by its ARM id; undefined where the owner's store comes with keys of its own. */
  readonly containerId?: pulumi.Input<string>;
  readonly ready: readonly pulumi.Resource[];
}

export function createObjectStore(context: AzureContext, network: Network): AzureObjectStore {
  const { settings, secrets, facts } = context;
  if (settings.objectStore.kind === "create") return createContainer(context, settings.objectStore, network);
  const { secretEnvironmentKeys, account, container } = settings.objectStore;
  const { secretEnvironmentKeys: _, ...store } = objectStoreFacts(settings, {
    account: account?.name ?? "",
    container: "",
  });
  return {
    store: { ...store, secretEnvironment: secretEnvironment(secretEnvironmentKeys, secrets) },
    ...(account === undefined || container === undefined || secretEnvironmentKeys.length > 0
      ? {}
      : { containerId: containerIdOf(facts.subscriptionId, account, container) }),
    ready: [],
  };
}

const containerIdOf = (
  subscriptionId: string,
  { name, resourceGroup }: { readonly name: string; readonly resourceGroup: string },
  container: string,
): string =>
  `${armId(subscriptionId, resourceGroup, "Microsoft.Storage/storageAccounts", name)}/blobServices/default/containers/${container}`;

function createContainer(context: AzureContext, bucket: AzureBucket, network: Network): AzureObjectStore {
  const { name, settings, logfire, group, guarded, child } = context;
  const account = createAccount(context, bucket, network);
  const blobs = new BlobServiceProperties(
    `${name}-objects`,
    {
      ...group,
      accountName: account.name,
      blobServicesName: "default",
      // Logfire writes objects anew all the time and deletes what it has merged: every former state would be paid for.
      isVersioningEnabled: false,
      deleteRetentionPolicy: { enabled: false },
      // A container that somebody deleted can be had again.
      containerDeleteRetentionPolicy: logfire.disposable ? { enabled: false } : { enabled: true, days: 7 },
    },
    child,
  );
  const container = new BlobContainer(
    `${name}-objects`,
    { ...group, accountName: account.name, containerName, publicAccess: "None" },
    // Azure refuses two changes of one account at the same moment.
    { ...guarded, dependsOn: [blobs] },
  );
  const { secretEnvironmentKeys: _, ...store } = objectStoreFacts(settings, {
    account: account.name,
    container: containerName,
  });
  return { store: { ...store, secretEnvironment: {} }, containerId: container.id, ready: [account, blobs, container] };
}

function createAccount(context: AzureContext, { redundancy }: AzureBucket, network: Network): StorageAccount {
  const { name, names, place, guarded } = context;
  const ending = uniqueEnding(context, "objects");
  const start = names.compact(limits.storageAccount - 8);
  return new StorageAccount(
    `${name}-objects`,
    {
      ...place,
      accountName: ending.apply((own) => `${start}${own}`),
      kind: "StorageV2",
      sku: { name: `Standard_${redundancy}` },
      accessTier: "Hot",
      // Whoever comes has an identity of Entra: there is no key that opens it.
      allowSharedKeyAccess: false,
      defaultToOAuthAuthentication: true,
      allowBlobPublicAccess: false,
      allowCrossTenantReplication: false,
      minimumTlsVersion: "TLS1_2",
      enableHttpsTrafficOnly: true,
      // Flat names: object stores of the workloads speak the blob interface.
      isHnsEnabled: false,
      publicNetworkAccess: "Enabled",
      networkRuleSet: {
        bypass: "None",
        // An owner's subnet may have no endpoint for storage; then the identity alone decides.
        defaultAction: network.reachesStorage ? "Deny" : "Allow",
        virtualNetworkRules: network.reachesStorage
          ? [{ virtualNetworkResourceId: network.nodesSubnetId, action: "Allow" }]
          : [],
      },
    },
    // Azure takes no subnet into a rule while its network is being changed: all of them are there before.
    { ...guarded, dependsOn: [...network.wayOut] },
  );
}

/** The account that Logfire's pods run under when they read and write objects. */
const workloads = "logfire";

/** Lets Logfire's pods into the container, and into nothing else of the account. */
export function createObjectStoreIdentity(
  context: AzureContext,
  { issuer }: Cluster,
  { containerId }: AzureObjectStore,
): { readonly identity: PodIdentity; readonly ready: readonly pulumi.Resource[] } {
  const { settings, logfire } = context;
  if (containerId === undefined) return { identity: identityFacts(settings, ""), ready: [] };
  const account = { namespace: logfire.namespace, serviceAccount: workloads };
  const { clientId, ready } = createPodIdentity(context, "workloads", account, issuer, {
    ...{ role: "blobDataContributor", scope: containerId, on: "container" },
  });
  return { identity: identityFacts(settings, clientId), ready };
}
