import { AgentPool } from "@pulumi/azure-native/containerservice/agentPool";
import type { containerservice } from "@pulumi/azure-native/types/input";
import * as pulumi from "@pulumi/pulumi";
import type { AzureCluster, AzureNodePool } from "../../settings/azure/types";
import type { PoolName } from "../shared/nodePlan";
import { placements } from "../shared/placements";
import type { Cluster } from "./cluster";
import type { AzureContext } from "./context";
import { maxPods } from "./figures/machineTypes";
import { surgePercent } from "./figures/networkPlan";
import { zoneNumbers } from "./figures/regions";
import type { RunningNodePool } from "./lookUp";
import { limits, poolNameOf } from "./names";
import type { Network } from "./network";

/**
 * A cluster has a first pool from its beginning: `general`, with the mode System. It is part of the cluster to AKS, which
 * never changes its machines and upgrades it with the cluster alone. Every other pool stands by itself.
 */
export const firstPoolName = "general";

/** What both forms of a pool have in common. */
function properties({ tags }: AzureContext, pool: PoolName, size: AzureNodePool, network: Network) {
  return {
    type: "VirtualMachineScaleSets",
    vmSize: size.type,
    osType: "Linux",
    osSKU: "AzureLinux",
    // Scratch is below the kubelet, which is on the OS disk: that lies on the machine's own NVMe or SSD. Without a size AKS
    // chooses one by itself.
    osDiskType: "Ephemeral",
    osDiskSizeGB: size.osDiskGib,
    enableAutoScaling: true,
    minCount: size.minNodes,
    maxCount: size.maxNodes,
    maxPods,
    availabilityZones: [...zoneNumbers],
    vnetSubnetID: network.nodesSubnetId,
    nodeLabels: placements[pool].nodeSelector,
    nodeTaints: placements[pool].tolerations.map(({ key, value, effect }) => `${key}=${value}:${effect}`),
    // From 1.37 on AKS puts a name server of its own on nodes of whose pool nothing is said. Pods ask it at 169.254.10.11,
    // which `network.dns.cidrs` lets through only while it is left alone: else no pod would find any other.
    localDNSProfile: { mode: "Disabled" },
    // Draining a node waits for its pods' disruption budgets, and for the longest request.
    upgradeSettings: { maxSurge: `${surgePercent}%`, drainTimeoutInMinutes: 30 },
    tags,
  };
}

type PoolProfile = containerservice.ManagedClusterAgentPoolProfileArgs;

/**
 * The first pool as the cluster is told. AKS takes versions of pools with the cluster's for all that there are or for
 * none, and a cluster that is told the versions of none upgrades its control plane alone. So with another version
 * everything that runs is named. Otherwise the pool alone, and not even that where nothing changes: the number of its
 * nodes is the autoscaler's.
 */
export function firstPool(
  context: AzureContext,
  { version }: AzureCluster,
  network: Network,
): { readonly profiles: readonly PoolProfile[]; readonly asBefore: boolean } {
  const size = context.settings.nodes.general;
  const { pools } = context.facts;
  const running = pools.find(({ name }) => name === firstPoolName);
  const told = { ...properties(context, "general", size, network), name: firstPoolName, mode: "System" };
  const own = { ...told, count: countOf(size, running) };
  if (running === undefined || running.version === version)
    return { profiles: [own], asBefore: agrees(told, running?.profile) };
  const others = pools.filter((pool) => pool !== running).map(({ profile }) => profile as unknown as PoolProfile);
  return {
    profiles: [own, ...others].map((profile) => ({ ...profile, orchestratorVersion: version })),
    asBefore: false,
  };
}

/** Every pool but the cluster's first. In an owner's cluster that is both, one after the other: AKS takes one change at a time. */
export function createNodes(context: AzureContext, cluster: Cluster, network: Network): readonly AgentPool[] {
  const { settings } = context;
  const after = [...cluster.made, ...network.wayOut];
  if (settings.cluster.kind === "create") return [createPool(context, "scratch", cluster, network, after)];
  const general = createPool(context, "general", cluster, network, after);
  return [general, createPool(context, "scratch", cluster, network, [...after, general])];
}

export const poolName = (prefix: string, pool: PoolName, { type, osDiskGib }: AzureNodePool): string =>
  poolNameOf(pool, [prefix, type, osDiskGib, maxPods].join("/"));

function createPool(
  context: AzureContext,
  pool: PoolName,
  cluster: Cluster,
  network: Network,
  dependsOn: readonly pulumi.Resource[],
): AgentPool {
  const { name, names, settings, facts, child } = context;
  const size = settings.nodes[pool];
  const agentPoolName = poolName(names.of(limits.cluster), pool, size);
  const running = facts.pools.find((each) => each.name === agentPoolName);
  const told = { ...properties(context, pool, size, network), mode: "User" };
  const asBefore = running?.version === cluster.version && agrees(told, running.profile);
  return new AgentPool(
    `${name}-${pool}`,
    {
      ...told,
      resourceGroupName: cluster.resourceGroupName,
      resourceName: cluster.name,
      agentPoolName,
      orchestratorVersion: running === undefined ? versionOfNew(context, cluster) : cluster.version,
      count: countOf(size, running),
    },
    {
      ...child,
      dependsOn: [...dependsOn],
      // The patch of a pool is AKS' business, as is the number of its nodes.
      ignoreChanges: asBefore ? ["count", "orchestratorVersion"] : [],
      customTimeouts: { create: "30m", update: "4h", delete: "1h" },
    },
  );
}

/**
 * Of a pool that joins a cluster that is up: the patch that its control plane has. `1.35` would be the latest one of Azure,
 * which may be newer than the control plane, and AKS refuses such a pool.
 */
function versionOfNew({ facts }: AzureContext, { version }: Cluster): string {
  const patch = facts.running?.["currentKubernetesVersion"];
  return typeof patch === "string" && patch.startsWith(`${version}.`) ? patch : version;
}

/**
 * How many nodes a pool is told to have. The autoscaler counts them, and a pool that is changed is told the number that
 * it has now, within its bounds: the number in the state is that of the day when it was made, and AKS would follow it.
 */
export const countOf = ({ minNodes, maxNodes }: AzureNodePool, running: RunningNodePool | undefined): number =>
  Math.min(maxNodes, Math.max(minNodes, running?.count ?? minNodes));

/**
 * Whether Azure answers what it is told now. What is known only later says nothing; what Azure adds by itself does not
 * matter. Where it puts a value in other words, the number of nodes that runs is told once more, which changes nothing.
 */
export function agrees(told: unknown, found: unknown): boolean {
  if (pulumi.Output.isInstance(told)) return true;
  // AKS answers nothing where a list is empty.
  if (Array.isArray(told) && told.length === 0 && (found === null || found === undefined)) return true;
  if (Array.isArray(told))
    return (
      Array.isArray(found) && told.length === found.length && told.every((one, index) => agrees(one, found[index]))
    );
  if (typeof told === "object" && told !== null)
    return (
      typeof found === "object" &&
      found !== null &&
      Object.entries(told).every(([key, value]) => agrees(value, (found as Record<string, unknown>)[key]))
    );
  return told === found;
}
