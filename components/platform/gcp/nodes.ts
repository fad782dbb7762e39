import { NodePool } from "@pulumi/gcp/container/nodePool";
import { IAMMember } from "@pulumi/gcp/projects/iammember";
import type { GcpNodePool } from "../../settings/gcp/types";
import { poolNames, type PoolName } from "../shared/nodePlan";
import { chooseZones } from "./check";
import { unsaidZones, type Cluster, type NodeAccount } from "./cluster";
import type { GcpContext } from "./context";
import { maxPods } from "./figures/machineTypes";
import { createAccount, memberOf } from "./identity";
import type { RunningNodePool } from "./lookUp";
import type { Network } from "./network";
import { poolNodes } from "./nodeConfig";

export type Nodes = Readonly<Record<PoolName, NodePool>>;

/** Machines act as an account of their own that may do what a node has to, instead of the one that may change the project. */
export function createNodeAccount(context: GcpContext): NodeAccount {
  const { name, settings, child } = context;
  const account = createAccount(context, "node", "Nodes of Logfire");
  const right = new IAMMember(
    `${name}-node`,
    { project: settings.project, role: "roles/container.defaultNodeServiceAccount", member: memberOf(account) },
    child,
  );
  return { account, rights: [right] };
}

/** Both pools over the same zones. The autoscaler knows the zones of volumes, so that one pool does for all of them. */
export function createNodes(context: GcpContext, cluster: Cluster, network: Network, nodeAccount: NodeAccount): Nodes {
  const make = (pool: PoolName) => createPool(context, { cluster, network, nodeAccount }, pool);
  return { general: make("general"), scratch: make("scratch") };
}

interface PoolParts {
  readonly cluster: Cluster;
  readonly network: Network;
  readonly nodeAccount: NodeAccount;
}

function createPool(context: GcpContext, { cluster, network, nodeAccount }: PoolParts, pool: PoolName): NodePool {
  const { name, settings, facts, labels, child } = context;
  const size = settings.nodes[pool];
  const zones = chooseZones(settings, facts);
  return new NodePool(
    // Pulumi makes its name of this one, another for each replacement: one is made before its predecessor goes. A prefix
    // for the provider does not do, because Pulumi adds its name all the same, and the provider takes one of the two.
    `${name}-${pool}`,
    {
      cluster: cluster.id,
      location: settings.region,
      nodeLocations: [...zones],
      ...sizeOf(size, zones.length),
      maxPodsPerNode: maxPods,
      networkConfig: { enablePrivateNodes: true },
      version: cluster.version,
      management: { autoRepair: true, autoUpgrade: true },
      upgradeSettings: surge[pool],
      // A pool that goes, as one does that is replaced, drains its nodes as an upgrade does. Some versions of the provider
      // are said not to pass it on (hashicorp/terraform-provider-google#27427), so that nothing is promised.
      nodeDrainConfigs: [{ respectPdbDuringNodePoolDeletion: true }],
      nodeConfig: poolNodes(pool, size, nodeAccount.account.email, labels),
    },
    {
      ...child,
      dependsOn: [...cluster.made, ...nodeAccount.rights, ...network.wayOut],
      ignoreChanges: [
        // Only read when the pool is made; the autoscaler counts afterwards.
        "initialNodeCount",
        ...(followsByItself(context, facts.nodePools) ? ["version"] : []),
        ...(unsaidZones(context) ? ["nodeLocations"] : []),
      ],
      // Draining a node waits for its pods' disruption budgets, for up to an hour, and for the longest request.
      customTimeouts: { create: "30m", update: "4h", delete: "2h" },
    },
  );
}

/** How many nodes are replaced at a time: a new one first, so that pods have a place to go. */
const surge = {
  general: { strategy: "SURGE", maxSurge: 1, maxUnavailable: 0 },
  scratch: { strategy: "SURGE", maxSurge: 2, maxUnavailable: 0 },
} as const satisfies Readonly<Record<PoolName, object>>;

/**
 * Bounds over all zones together. GKE begins with the same number in each zone: with the minimum or, where zones do not
 * divide it, a little more, which the autoscaler takes away again.
 */
export function sizeOf({ minNodes, maxNodes }: Pick<GcpNodePool, "minNodes" | "maxNodes">, zones: number) {
  const above = Math.ceil(minNodes / zones);
  return {
    initialNodeCount: above * zones <= maxNodes ? above : Math.floor(minNodes / zones),
    autoscaling: { totalMinNodeCount: minNodes, totalMaxNodeCount: maxNodes, locationPolicy: "BALANCED" },
  };
}

/** `1.35` of `1.35.8-gke.1036000`. */
export const minorOf = (version: string): string => version.split(".").slice(0, 2).join(".");

const number = (minor: string): number => {
  const [major = 0, minorPart = 0] = minor.split(".").map(Number);
  return major * 1000 + minorPart;
};

/**
 * Whether Google moves the nodes on by itself, as it does within the maintenance window: then nobody else names a version,
 * which would be older than theirs one day. A minor version that the settings ask for is named, so that nodes follow the
 * control plane in the same update.
 */
export function followsByItself(
  { settings: { cluster } }: Pick<GcpContext, "settings">,
  running: readonly RunningNodePool[],
): boolean {
  if (cluster.kind === "existing") return true;
  return running.every(({ version }) => number(minorOf(version)) >= number(cluster.version));
}

/** All of them. */
export const poolsOf = (nodes: Nodes): readonly NodePool[] => poolNames.map((pool) => nodes[pool]);
