import type { ExternalObjectStore, ExternalPostgres, ExternalRedis } from "../types";

/**
 * Logfire's own place on Azure. Each part is made (`create`) or one of the owner's is used (`existing`): never both, and
 * which of the two never changes in a stack that is up.
 */
export interface AzurePlatformSettings {
  readonly kind: "azure";
  /** `swedencentral` */
  readonly location: string;
  /** Subscription that the credentials must work in; the one that they have chosen where absent. */
  readonly subscriptionId?: string;
  /** On everything that can carry tags, beside those that say whose it is. */
  readonly tags: Readonly<Record<string, string>>;
  /** Holds everything that is made. */
  readonly resourceGroup: { readonly kind: "create" } | { readonly kind: "existing"; readonly name: string };
  readonly network: AzureNetwork | ({ readonly kind: "existing" } & AzureExistingNetwork);
  readonly cluster: AzureCluster | ({ readonly kind: "existing" } & AzureNamed);
  readonly nodes: Readonly<Record<"general" | "scratch", AzureNodePool>>;
  readonly postgres: AzurePostgres | ExternalPostgres;
  readonly objectStore:
    AzureBucket | (ExternalObjectStore & { readonly account?: AzureNamed; readonly container?: string });
  readonly redis: AzureRedis | { readonly kind: "inCluster" } | ExternalRedis;
  readonly dns: AzureDns;
}

/** Something of the owner's. */
export interface AzureNamed {
  readonly name: string;
  readonly resourceGroup: string;
}

/** A virtual network of the owner's, in the same location, whose nodes' subnet has a way out. */
export interface AzureExistingNetwork extends AzureNamed {
  /** Names of its subnets: for nodes, with a way to the outside; */
  readonly nodesSubnet: string;
  /** delegated to Microsoft.DBforPostgreSQL/flexibleServers, where PostgreSQL is made; */
  readonly postgresSubnet?: string;
  /** for private endpoints, where Redis is made. */
  readonly endpointsSubnet?: string;
}

export interface AzureNetwork {
  readonly kind: "create";
  /** Of the virtual network, /16 to /24: nodes, PostgreSQL and private endpoints take addresses of it, pods do not. */
  readonly cidr: string;
}

export interface AzureCluster {
  readonly kind: "create";
  /** `1.35`; nodes follow it. */
  readonly version: string;
  /** Ranges that reach the API; none: a private cluster, which only the virtual network reaches. */
  readonly apiAccess: readonly string[];
  /** Object ids of Entra groups, users and service principals that administer the cluster, beside whoever makes it. */
  readonly administrators: readonly string[];
  /** Range of pods, which lies outside of the virtual network, and of services. */
  readonly podsCidr: string;
  readonly servicesCidr: string;
  /** 30 to 730. */
  readonly logRetentionDays: number;
}

export interface AzureNodePool {
  /** Machine type; follows the preset where the owner names none. */
  readonly type: string;
  /** Ephemeral OS disk, which pods' scratch lies on in the scratch pool. GiB. */
  readonly osDiskGib: number;
  readonly minNodes: number;
  readonly maxNodes: number;
}

export interface AzurePostgres {
  readonly kind: "create";
  /** `Standard_D4ds_v5` */
  readonly sku: string;
  readonly storageGib: number;
  /** Standby in another zone. */
  readonly zoneRedundant: boolean;
  readonly backupDays: number;
  /** Copies of the backups in the paired region. Fixed when it is made. */
  readonly geoBackup: boolean;
  /** ARM id of a server, whose latest state the new one begins with. Only read when the server is made. */
  readonly restoreFrom?: string;
}

export interface AzureBucket {
  readonly kind: "create";
  /** Copies in three zones, or in one. */
  readonly redundancy: "ZRS" | "LRS";
}

export interface AzureRedis {
  readonly kind: "create";
  /** `Balanced_B1` */
  readonly sku: string;
  /** Standby in another zone. */
  readonly replica: boolean;
}

/** `none`: records are the owner's to make. */
export type AzureDns =
  | { readonly kind: "create"; readonly name: string }
  | { readonly kind: "existing"; readonly name: string; readonly resourceGroup: string }
  | { readonly kind: "none" };
