import type { ExternalObjectStore, ExternalPostgres, ExternalRedis } from "../types";

/**
 * Logfire's own place on GCP. Each part is made (`create`) or one of the owner's is used (`existing`): never both, and
 * which of the two never changes in a stack that is up.
 */
export interface GcpPlatformSettings {
  readonly kind: "gcp";
  /** Id of the project that everything is made in. */
  readonly project: string;
  readonly region: string;
  /** On everything that can carry labels, beside those that say whose it is. */
  readonly labels: Readonly<Record<string, string>>;
  readonly network: GcpNetwork | ({ readonly kind: "existing" } & GcpExistingNetwork);
  readonly cluster: GcpCluster | { readonly kind: "existing"; readonly name: string };
  readonly nodes: Readonly<Record<"general" | "scratch", GcpNodePool>>;
  readonly postgres: GcpPostgres | ExternalPostgres;
  readonly objectStore: GcpBucket | ExternalObjectStore;
  readonly redis: GcpRedis | { readonly kind: "inCluster" } | ExternalRedis;
  readonly dns: GcpDns;
}

/** A network of the owner's, in the same project, with a way out and with private services access. */
export interface GcpExistingNetwork {
  /** Name of the VPC network. */
  readonly network: string;
  /** Name of its subnet in the region, for nodes. */
  readonly subnetwork: string;
  /** Names of the subnet's secondary ranges. */
  readonly podsRange: string;
  readonly servicesRange: string;
  /** Name of the range that was allocated to private services access; needed where PostgreSQL or Redis is made. */
  readonly storesRange?: string;
}

export interface GcpNetwork {
  readonly kind: "create";
  /** /12 to /18. The ranges of nodes, pods, Services and of Google's managed stores are cut from it. */
  readonly cidr: string;
  /** Three of the region's zones; the first three that offer every machine type where empty. */
  readonly zones: readonly string[];
  readonly flowLogs: boolean;
}

export interface GcpCluster {
  readonly kind: "create";
  /** `1.35`: the control plane begins with it and never goes below it; the channel moves it on. */
  readonly version: string;
  readonly channel: "RAPID" | "REGULAR" | "STABLE" | "EXTENDED";
  /**
   * Who reaches the API by its DNS name: `iam`, whoever IAM lets, from everywhere; `vpc`, only from inside Google's
   * network. The control plane has no other endpoint.
   */
  readonly apiAccess: "iam" | "vpc";
  /** IAM members, such as `group:sre@example.com`, that administer the cluster beside those whom the project lets. */
  readonly administrators: readonly string[];
  /** When Google may upgrade: days as `SA`, `SU`, and the first hour in UTC. */
  readonly maintenance: { readonly days: readonly string[]; readonly startHour: number; readonly hours: number };
}

export interface GcpNodePool {
  /** Machine type; follows the preset where the owner names none. */
  readonly type: string;
  /** Local SSDs of 375 GiB in each node; 0 in the general pool. Some types have a number of their own. */
  readonly localSsds: number;
  /** Over all zones together. */
  readonly minNodes: number;
  readonly maxNodes: number;
}

export interface GcpPostgres {
  readonly kind: "create";
  /** `db-custom-4-16384`: vCPUs and MiB. */
  readonly tier: string;
  readonly storageGib: number;
  /** Upper bound of automatic growth. GiB. */
  readonly maxStorageGib: number;
  /** Standby in another zone. */
  readonly regional: boolean;
  readonly backupDays: number;
  /** `kms`: a key of the stack's own instead of Google's, for storage and backups. Fixed when it is made. */
  readonly encryption: "google" | "kms";
  /** Backup that the server begins with. Only read when the server is made. */
  readonly restoreFrom?: { readonly instance: string; readonly backupRun: number };
}

export interface GcpBucket {
  readonly kind: "create";
  /** `kms`: a key of the stack's own instead of Google's. Changing it concerns new objects only. */
  readonly encryption: "google" | "kms";
}

export interface GcpRedis {
  readonly kind: "create";
  readonly memoryGib: number;
  /** Standby in another zone. */
  readonly replica: boolean;
}

/** `none`: records are the owner's to make. */
export type GcpDns =
  | { readonly kind: "create"; readonly name: string }
  /** `zone`: what Cloud DNS calls it, in the stack's project. */
  | { readonly kind: "existing"; readonly name: string; readonly zone: string }
  | { readonly kind: "none" };
