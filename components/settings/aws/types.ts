import type { ExternalObjectStore, ExternalPostgres, ExternalRedis } from "../types";

/**
 * Logfire's own place on AWS. Each part is made (`create`) or one of the owner's is used (`existing`): never both, and
 * which of the two never changes in a stack that is up.
 */
export interface AwsPlatformSettings {
  readonly kind: "aws";
  readonly region: string;
  /** Account that the credentials must belong to; any where absent. Twelve digits. */
  readonly accountId?: string;
  /** Profile of the AWS CLI, for the provider and for the cluster's credentials alike. */
  readonly profile?: string;
  /** On everything that can carry tags, beside those that say whose it is. */
  readonly tags: Readonly<Record<string, string>>;
  readonly network: AwsNetwork | ({ readonly kind: "existing"; readonly vpcId: string } & AwsSubnets);
  readonly cluster: AwsCluster | { readonly kind: "existing"; readonly name: string };
  readonly nodes: Readonly<Record<"general" | "scratch", AwsNodePool>>;
  readonly postgres: AwsPostgres | ExternalPostgres;
  readonly objectStore: AwsBucket | (ExternalObjectStore & { readonly kmsKeyArn?: string });
  readonly redis: AwsRedis | { readonly kind: "inCluster" } | ExternalRedis;
  readonly dns: AwsDns;
  /** How pods get their role: EKS Pod Identity, or IAM roles for service accounts. */
  readonly identity: "podIdentity" | "irsa";
}

export interface AwsSubnets {
  /** For nodes, database and cache: at least three, in three zones. */
  readonly privateSubnetIds: readonly string[];
  /** For the public load balancer: one in each of the same zones. May be empty where the edge is internal. */
  readonly publicSubnetIds: readonly string[];
}

export interface AwsNetwork {
  readonly kind: "create";
  /** Of the VPC, /16 to /20: every pod takes an address of it. */
  readonly cidr: string;
  /** Three of the region's zones; the first three that offer every machine type where empty. */
  readonly zones: readonly string[];
  /** `single` saves money and loses the way out with its zone; `perAz` has addresses that stay. */
  readonly nat: "regional" | "perAz" | "single";
  readonly flowLogs: boolean;
}

export interface AwsCluster {
  readonly kind: "create";
  /** `1.35` */
  readonly version: string;
  /** Ranges that reach the API from outside the VPC; none: only from inside it. Never the whole world. */
  readonly apiAccess: readonly string[];
  /** ARNs of roles and users that administer the cluster, beside whoever makes it. */
  readonly administrators: readonly string[];
  readonly logRetentionDays: number;
}

export interface AwsNodePool {
  /** Machine type; follows the preset where the owner names none. */
  readonly type: string;
  readonly minNodes: number;
  readonly maxNodes: number;
}

export interface AwsPostgres {
  readonly kind: "create";
  readonly instanceClass: string;
  readonly storageGib: number;
  /** Upper bound of automatic growth. GiB. */
  readonly maxStorageGib: number;
  /** Standby in another zone. */
  readonly multiAz: boolean;
  readonly backupDays: number;
  /** `kms`: a key of the stack's own instead of Amazon's, for storage, backups and snapshots. Fixed when it is made. */
  readonly encryption: "rds" | "kms";
  /** Snapshot that the server begins with. Only read when the server is made. */
  readonly restoreFrom?: string;
}

export interface AwsBucket {
  readonly kind: "create";
  /** `kms`: a key of the stack's own instead of Amazon's. Changing it concerns new objects only. */
  readonly encryption: "s3" | "kms";
}

export interface AwsRedis {
  readonly kind: "create";
  readonly nodeType: string;
  /** Nodes in all, over zones; 1 has no replica. */
  readonly nodes: number;
}

/** `none`: records are the owner's to make. */
export type AwsDns =
  | { readonly kind: "create"; readonly name: string }
  | { readonly kind: "existing"; readonly name: string; readonly zoneId: string }
  | { readonly kind: "none" };
