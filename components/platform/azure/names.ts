import type { AzurePlatformSettings } from "../../settings/azure/types";
import type { Names } from "../shared/names";

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
