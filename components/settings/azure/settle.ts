import { clusterPods } from "../../platform/azure/figures/clusterPods";
import { databasePlans, cachePlans } from "../../platform/azure/figures/databaseSizes";
import { usualOsDiskGib } from "../../platform/azure/figures/machineTypes";
import { azureMachines, defaultTypes } from "../../platform/azure/figures/nodePlan";
import type { PoolName } from "../../platform/shared/nodePlan";
import { anyAddress } from "../formats";
import type { Configuration } from "../schema";
import { defaultVersion, edgeShape, settlePool, settleRedis, settleZone, sizesOf } from "../settleCloud";
import { externalPostgres } from "../settleExternal";
import type { AzureDns, AzureNodePool, AzurePlatformSettings } from "./types";

/** Of a virtual network that is made, and of a cluster's pods and Services: apart from one another, and from others. */
export const defaultRanges = { network: "10.60.0.0/16", pods: "10.244.0.0/16", services: "172.20.0.0/16" } as const;

/** The platform of a checked configuration, every default filled in. */
export function settleAzure(config: Configuration): AzurePlatformSettings {
  const { azure } = config;
  if (azure?.location === undefined) throw new Error("unchecked configuration");
  return {
    kind: "azure",
    location: azure.location,
    ...(azure.subscriptionId === undefined ? {} : { subscriptionId: azure.subscriptionId }),
    tags: azure.tags,
    resourceGroup:
      azure.resourceGroup.existing === undefined
        ? { kind: "create" }
        : { kind: "existing", ...azure.resourceGroup.existing },
    network: network(azure),
    cluster: cluster(azure),
    nodes: nodes(config, azure),
    postgres: postgres(config, azure),
    objectStore: objectStore(azure),
    redis: redis(config, azure),
    dns: dns(config, azure),
  };
}

type Azure = NonNullable<Configuration["azure"]>;

function network({ network: { cidr, existing } }: Azure): AzurePlatformSettings["network"] {
  if (existing === undefined) return { kind: "create", cidr: cidr ?? defaultRanges.network };
  const { postgresSubnet, endpointsSubnet, ...named } = existing;
  return {
    kind: "existing",
    ...named,
    ...(postgresSubnet === undefined ? {} : { postgresSubnet }),
    ...(endpointsSubnet === undefined ? {} : { endpointsSubnet }),
  };
}

function cluster({ cluster: given }: Azure): AzurePlatformSettings["cluster"] {
  if (given.existing !== undefined) return { kind: "existing", ...given.existing };
  return {
    kind: "create",
    version: given.version ?? defaultVersion,
    apiAccess: given.apiAccess ?? [],
    administrators: given.administrators ?? [],
    podsCidr: given.podsCidr ?? defaultRanges.pods,
    servicesCidr: given.servicesCidr ?? defaultRanges.services,
    logRetentionDays: given.logRetentionDays ?? 30,
  };
}

function nodes(config: Configuration, azure: Azure): AzurePlatformSettings["nodes"] {
  const { nodes: given, redis: cache } = azure;
  const placed = {
    sizes: sizesOf(config, cache),
    services: clusterPods({ cluster: cluster(azure) }, edgeShape(config)),
    catalogue: azureMachines,
  };
  const pool = (name: PoolName): AzureNodePool => {
    const { type = defaultTypes[config.preset][name], osDiskGib = usualOsDiskGib(name, type), ...bounds } = given[name];
    return settlePool(name, { type, osDiskGib }, bounds, placed);
  };
  return { general: pool("general"), scratch: pool("scratch") };
}

function postgres({ preset }: Configuration, { postgres: given }: Azure): AzurePlatformSettings["postgres"] {
  if (given.existing !== undefined) return externalPostgres(given.existing);
  const usual = databasePlans[preset];
  return {
    kind: "create",
    sku: given.sku ?? usual.sku,
    storageGib: given.storageGib ?? usual.storageGib,
    zoneRedundant: given.zoneRedundant ?? usual.zoneRedundant,
    backupDays: given.backupDays ?? usual.backupDays,
    geoBackup: given.geoBackup ?? false,
    ...(given.restoreFrom === undefined ? {} : { restoreFrom: given.restoreFrom }),
  };
}

function objectStore({ objectStore: given }: Azure): AzurePlatformSettings["objectStore"] {
  if (given.existing === undefined) return { kind: "create", redundancy: given.redundancy ?? "ZRS" };
  const { account, resourceGroup, container } = given.existing;
  return {
    kind: "external",
    uri: `az://${container}`,
    environment: { AZURE_STORAGE_ACCOUNT_NAME: account },
    secretEnvironmentKeys: [],
    port: 443,
    cidrs: anyAddress,
    account: { name: account, resourceGroup },
    container,
  };
}

const redis = ({ preset }: Configuration, { redis: given }: Azure): AzurePlatformSettings["redis"] =>
  settleRedis(given, () => {
    const usual = cachePlans[preset];
    return { kind: "create" as const, sku: given.sku ?? usual.sku, replica: given.replica ?? usual.replica };
  });

const dns = (config: Configuration, { dns: given }: Azure): AzureDns =>
  given.existing === undefined ? settleZone(config) : { kind: "existing", ...given.existing };
