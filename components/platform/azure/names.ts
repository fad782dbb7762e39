import { createHash } from "node:crypto";
import type { AzurePlatformSettings } from "../../settings/azure/types";
import type { Names } from "../shared/names";
import { poolNames, type PoolName } from "../shared/nodePlan";

/** Longest names that Azure takes. */
export const limits = {
  resourceGroup: 90,
  virtualNetwork: 64,
  subnet: 80,
  publicAddress: 80,
  natGateway: 80,
  cluster: 63,
  /** What the cluster's API begins with; 54 characters. */
  dnsPrefix: 54,
  /** That AKS makes for what belongs to the nodes. */
  nodeResourceGroup: 80,
  /** Letters and digits only. */
  nodePool: 12,
  identity: 128,
  database: 63,
  /** Letters and digits only, unique in the world. */
  storageAccount: 24,
  container: 63,
  redis: 60,
  privateEndpoint: 64,
  workspace: 63,
  lock: 90,
} as const;

/**
 * Named after what AKS never changes of a pool, `fixed`: with another machine it is another pool, which is there before this
 * one is drained and goes. Twelve characters is what AKS takes.
 */
export const poolNameOf = (pool: PoolName, fixed: string): string =>
  `${pool}${createHash("sha256").update(fixed).digest("hex")}`.slice(0, limits.nodePool);

/** Whether a pool has a name of that form: it is then a stack's, this one's or another. */
export const isPoolName = (name: string): boolean =>
  poolNames.some((pool) => name.length === limits.nodePool && new RegExp(`^${pool}[0-9a-f]+$`).test(name));

/** Known before it is there: everything lies in it. */
export const resourceGroupOf = ({ resourceGroup }: Pick<AzurePlatformSettings, "resourceGroup">, names: Names) =>
  resourceGroup.kind === "existing" ? resourceGroup.name : names.of(limits.resourceGroup);

/** Known before the cluster is there. */
export const clusterNameOf = ({ cluster }: Pick<AzurePlatformSettings, "cluster">, names: Names): string =>
  cluster.kind === "existing" ? cluster.name : names.of(limits.cluster);

/** Where the zone lies: the owner's own may be anywhere in the subscription. */
export const zoneGroupOf = (platform: Pick<AzurePlatformSettings, "dns" | "resourceGroup">, names: Names): string =>
  platform.dns.kind === "existing" ? platform.dns.resourceGroup : resourceGroupOf(platform, names);

/**
 * Says on everything whose it is. The owner's tags win, for those who have rules of their own. Azure takes no slash in a
 * tag's name.
 */
export const tagsOf = (
  { project, stack }: { readonly project: string; readonly stack: string },
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => ({
  "logfire-project": project,
  "logfire-stack": stack,
  "managed-by": "pulumi",
  ...own,
});

/** Tags of the owner's. Azure DNS takes fifteen on a zone, three of which are the stack's. */
export const mostTags = 12;

/**
 * Those that a zone of Azure DNS takes, public or private: no spaces, nothing but ASCII, no digit first. A private one leaves
 * others off without a word, so that every refresh would find them missing.
 */
export const zoneTagsOf = (tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(tags).filter(([name]) => /^[A-Za-z_][\w.-]*$/.test(name)));
