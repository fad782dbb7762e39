import { getClientConfig } from "@pulumi/azure-native/authorization/getClientConfig";
import {
  getManagedCluster,
  type GetManagedClusterResult,
} from "@pulumi/azure-native/containerservice/getManagedCluster";
import { getZone } from "@pulumi/azure-native/dns/getZone";
import { getVirtualNetwork, type GetVirtualNetworkResult } from "@pulumi/azure-native/network/getVirtualNetwork";
import { getResourceGroup } from "@pulumi/azure-native/resources/getResourceGroup";
import type * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../../lib/errors";
import type { AzureNamed, AzurePlatformSettings } from "../../settings/azure/types";
import { namesOf } from "../shared/names";
import { at } from "../shared/problems";
import { adoptedFacts, type AzureAdoption } from "./adopt";
import type { AdoptedCluster, AdoptedNetwork, AdoptedSubnet, CheckedFacts } from "./check";
import { defaultPrefix } from "./context";
import { clusterNameOf, isPoolName, resourceGroupOf } from "./names";

/** An owner's cluster. */
export interface AdoptedAzureCluster extends AdoptedCluster {
  readonly name: string;
  readonly resourceGroup: string;
  /** `1.35` */
  readonly version: string;
  /** Of its service account tokens, with `https://`. */
  readonly issuer: pulumi.Input<string>;
  /** Of the identity that makes its load balancers; where it is unknown, the owner gives it its rights. */
  readonly principalId?: pulumi.Input<string>;
}

/** An owner's subnet, and whether it has the service endpoint of storage. */
export interface KnownSubnet extends AdoptedSubnet {
  readonly storageEndpoint: boolean;
}

/** A node pool as it is now, which the autoscaler may have changed since the last update. */
export interface RunningNodePool {
  readonly name: string;
  readonly type: string;
  readonly osDiskGib: number;
  /** `1.35` */
  readonly version: string;
  readonly count: number;
  readonly minCount: number;
  readonly maxCount: number;
  /** All that it was told, as a cluster is told again. */
  readonly profile: Readonly<Record<string, unknown>>;
}

/** What is known of the subscription before anything is made; what decides what exists is plain. */
export interface AzureFacts extends CheckedFacts {
  readonly tenantId: string;
  /** Object id of whoever deploys. */
  readonly caller: string;
  readonly vnet?: Omit<AdoptedNetwork, "subnets"> & { readonly subnets: readonly KnownSubnet[] };
  readonly cluster?: AdoptedAzureCluster;
  readonly clusterIsUp: boolean;
  /** The stack's own cluster as Azure describes it, as soon as it is there. */
  readonly running?: Readonly<Record<string, unknown>>;
  /** Empty before the cluster is there. */
  readonly pools: readonly RunningNodePool[];
  /** Parts of the owner's that are not there. */
  readonly missing: readonly Problem[];
}

/** Asks Azure, by an explicit provider, for everything that decides what is made. Makes nothing. */
export async function lookUpAzure(
  platform: AzurePlatformSettings,
  provider: pulumi.ProviderResource,
  /** As `AzurePlatformArgs.prefix`: by it the pools of a cluster that is up are found. */
  prefix?: string,
  /** Parts that are not asked for, because the program hands them over and they may not be there yet. */
  adopt: AzureAdoption = {},
): Promise<AzureFacts> {
  const names = namesOf(prefix ?? defaultPrefix());
  const place: AzureNamed = {
    name: clusterNameOf(platform, names),
    resourceGroup:
      platform.cluster.kind === "existing" ? platform.cluster.resourceGroup : resourceGroupOf(platform, names),
  };
  const opts: pulumi.InvokeOptions = { provider };
  const [{ subscriptionId, tenantId, objectId }, found, network, group, zone] = await Promise.all([
    getClientConfig(opts),
    unlessMissing(getManagedCluster({ resourceGroupName: place.resourceGroup, resourceName: place.name }, opts)),
    platform.network.kind === "existing" && adopt.network === undefined
      ? unlessMissing(
          getVirtualNetwork(
            { resourceGroupName: platform.network.resourceGroup, virtualNetworkName: platform.network.name },
            opts,
          ),
        )
      : undefined,
    platform.resourceGroup.kind === "existing"
      ? unlessMissing(getResourceGroup({ resourceGroupName: platform.resourceGroup.name }, opts))
      : undefined,
    platform.dns.kind === "existing"
      ? unlessMissing(getZone({ resourceGroupName: platform.dns.resourceGroup, zoneName: platform.dns.name }, opts))
      : undefined,
  ]);
  const adopts = platform.cluster.kind === "existing" && adopt.cluster === undefined;
  return {
    subscriptionId,
    tenantId,
    caller: objectId,
    // Nothing in the SDK answers them.
    quotas: {},
    clusterIsUp: found !== undefined,
    ...(found === undefined || platform.cluster.kind === "existing" ? {} : { running: { ...found } }),
    ...poolsOf(platform, found),
    missing: missingParts(platform, adopt, { cluster: found, network, group, zone }),
    ...(adopts && found !== undefined ? { cluster: clusterOf(place, found) } : {}),
    ...(network === undefined ? {} : { vnet: networkOf(network) }),
    ...adoptedFacts(adopt, platform.location),
  };
}

/** Pools that run; in an owner's cluster the stack's own are known by their names. */
function poolsOf({ cluster }: AzurePlatformSettings, found: GetManagedClusterResult | undefined) {
  const pools = (found?.agentPoolProfiles ?? []).map(runningPool);
  const own = pools.filter(({ name }) => cluster.kind === "create" || isPoolName(name));
  return { pools, ownNodes: own.reduce((sum, { count }) => sum + count, 0) };
}

/** `1.35` of `1.35.8`. */
const minor = (version: string): string => version.split(".").slice(0, 2).join(".");

function runningPool(pool: NonNullable<GetManagedClusterResult["agentPoolProfiles"]>[number]): RunningNodePool {
  // What a pool is, and not what it was told.
  const { currentOrchestratorVersion, eTag, nodeImageVersion, provisioningState, status, powerState, ...rest } = pool;
  const { localDNSProfile, ...profile } = rest;
  const { state, ...localDns } = localDNSProfile ?? {};
  void [eTag, nodeImageVersion, provisioningState, status, powerState, state];
  return {
    name: pool.name,
    type: pool.vmSize ?? "",
    osDiskGib: pool.osDiskSizeGB ?? 0,
    version: minor(currentOrchestratorVersion),
    count: pool.count ?? 0,
    minCount: pool.minCount ?? 0,
    maxCount: pool.maxCount ?? 0,
    profile: { ...profile, ...(localDNSProfile === undefined ? {} : { localDNSProfile: localDns }) },
  };
}

function clusterOf(place: AzureNamed, found: GetManagedClusterResult): AdoptedAzureCluster {
  const { identity, oidcIssuerProfile, securityProfile, networkProfile } = found;
  const issuer = oidcIssuerProfile?.issuerURL;
  const [own] = Object.values(identity?.userAssignedIdentities ?? {});
  const principalId = own?.principalId ?? identity?.principalId;
  const podsCidr = networkProfile?.podCidr;
  return {
    ...place,
    location: plainLocation(found.location),
    version: minor(found.currentKubernetesVersion),
    workloadIdentity: issuer !== undefined && securityProfile?.workloadIdentity?.enabled === true,
    issuer: issuer ?? "",
    ...(principalId === undefined ? {} : { principalId }),
    ...(podsCidr === undefined ? {} : { podsCidr }),
  };
}

/** Some services of Azure answer `Sweden Central`. */
const plainLocation = (location: string): string => location.replace(/ /g, "").toLowerCase();

const networkOf = ({ location, addressSpace, subnets }: GetVirtualNetworkResult): NonNullable<AzureFacts["vnet"]> => ({
  location: plainLocation(location ?? ""),
  ranges: (addressSpace?.addressPrefixes ?? []).filter(isIpv4),
  subnets: (subnets ?? []).map((subnet) => ({
    name: subnet.name ?? "",
    cidr: [subnet.addressPrefix, ...(subnet.addressPrefixes ?? [])].find((range) => range !== undefined) ?? "",
    usedAddresses: (subnet.ipConfigurations ?? []).length,
    delegations: (subnet.delegations ?? []).flatMap(({ serviceName }) => serviceName ?? []),
    ...(subnet.natGateway !== undefined
      ? { leavesBy: "natGateway" as const }
      : subnet.routeTable !== undefined
        ? { leavesBy: "routeTable" as const }
        : {}),
    storageEndpoint: (subnet.serviceEndpoints ?? []).some(({ service }) => service === "Microsoft.Storage"),
  })),
});

const isIpv4 = (range: string): boolean => !range.includes(":");

type Found = Readonly<Record<"cluster" | "network" | "group" | "zone", unknown>>;

function missingParts(
  { cluster, network, resourceGroup, dns }: AzurePlatformSettings,
  adopt: AzureAdoption,
  found: Found,
): readonly Problem[] {
  const inGroup = (key: string, what: string, { name, resourceGroup: group }: AzureNamed) =>
    at(
      key,
      `there is no ${what} "${name}" in the resource group "${group}"`,
      "write its name, and the group that it lies in",
    );
  return [
    ...(resourceGroup.kind === "existing" && found.group === undefined
      ? at(
          "azure.resourceGroup.existing",
          `there is no resource group "${resourceGroup.name}" in the subscription`,
          "write the name of one that is there, or remove the key",
        )
      : []),
    ...(network.kind === "existing" && adopt.network === undefined && found.network === undefined
      ? inGroup("azure.network.existing", "virtual network", network)
      : []),
    ...(cluster.kind === "existing" && adopt.cluster === undefined && found.cluster === undefined
      ? inGroup("azure.cluster.existing", "cluster", cluster)
      : []),
    ...(dns.kind === "existing" && found.zone === undefined ? inGroup("azure.dns.existing", "DNS zone", dns) : []),
  ];
}

/** Only "there is none" is an answer; throttling and missing rights stay errors. */
async function unlessMissing<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (/\b(ResourceNotFound|ResourceGroupNotFound|NotFound|404)\b|was not found/i.test(message)) return undefined;
    throw error;
  }
}
