import type { CustomResourceOptions, Input, ProviderResource, Resource } from "@pulumi/pulumi";
import type { Text } from "../lib/text";

/**
 * What Logfire needs of the place it runs in. Every platform hands out exactly this, as data; nothing in
 * `components/logfire` knows which platform it came from. Where two clouds differ, the difference is a value here.
 */
export interface Platform {
  readonly kubernetes: ClusterAccess;
  readonly objectStore: ObjectStore;
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
  readonly identity: PodIdentity;
  readonly scratch: Scratch;
  /** Where pods without scratch run. */
  readonly placement: Placement;
  /** StorageClass of the ingest queue's volumes; network storage, never local SSD. The cluster's default where absent. */
  readonly durableStorageClass?: string;
  readonly edge: EdgeSupport;
  /** What each pool really offers; empty where the platform does not manage nodes. Feeds capacity checks and the plan. */
  readonly nodePools: readonly NodePool[];
}

export interface ClusterAccess {
  readonly provider: ProviderResource;
  /** Logfire's namespace, where the platform runs something in it and so has made it; Logfire makes it otherwise. */
  readonly namespace?: Resource;
  /**
   * What must be there before Logfire's pods: node groups, network, stores inside the cluster. Secrets and ConfigMaps do
   * not wait for it, because a store may itself need the pull Secret; the database's Jobs take `postgres.ready` instead.
   */
  readonly ready: readonly Resource[];
}

/** The part of the contract that the pure renderer reads: no credentials, no Pulumi resources. */
export type PlatformFacts = Pick<Platform, "identity" | "scratch" | "placement" | "durableStorageClass"> & {
  readonly objectStore: Omit<ObjectStore, "secretEnvironment"> & { readonly secretEnvironmentKeys: readonly string[] };
  readonly postgres: Omit<PostgresServer, "adminPassword" | "ready">;
  readonly redis: Pick<RedisServer, "destinations">;
  readonly edge: Omit<EdgeSupport, "zone" | "native"> & {
    readonly zone?: Pick<Zone, "name">;
    readonly native?: Omit<NativeEdge, "register">;
  };
};

/** What a place offers to those who connect from outside. */
export interface EdgeSupport {
  /** Zone that holds the hostnames, where the platform knows one. */
  readonly zone?: Zone;
  readonly loadBalancer: LoadBalancer;
  /** cert-manager's `dns01` solver for the zone; none where nobody but the owner can write records. */
  readonly dns01?: Readonly<Record<string, unknown>>;
  /** Of cert-manager's controller, so that it may write into the zone. */
  readonly certManagerIdentity: Pick<PodIdentity, "serviceAccountAnnotations" | "podLabels">;
  /** Addresses of the cluster's own pods, which call the public address too: let in beside `edge.sourceRanges`. */
  readonly clusterRanges: readonly Text[];
  /** Present where the settings ask for the mode `native` and the platform has one. */
  readonly native?: NativeEdge;
}

/**
 * The cloud's own load balancer and certificate in place of a Gateway in the cluster: ends HTTPS, lets the hostnames in
 * from the source ranges, and leads everything to one Service. What of it is not in the cluster is there already.
 */
export interface NativeEdge {
  /** What records lead to: addresses, or a name. */
  readonly addresses: readonly Text[];
  /**
   * Ports on every node that it leads to; absent where it reaches pods by itself. With TLS inside the cluster `http`
   * speaks HTTPS and takes gRPC too, and `grpc` is not used.
   */
  readonly nodePorts?: Readonly<Record<"http" | "grpc" | "health", number>>;
  /** `appProtocol` of the Service's port with TLS inside the cluster, where it reads it. Default `https`. */
  readonly httpsProtocol?: string;
  /** Ranges that its requests and its checks come from as pods see them; NetworkPolicies let nobody else in. */
  readonly sources: readonly Text[];
  /** Entries that it appends to `X-Forwarded-For`, the client's address first: 1 or more. */
  readonly forwardedHops: number;
  /** Makes what it needs inside the cluster beside the Service, such as a Gateway of the cloud's own class. */
  readonly register?: (component: string, entrance: Entrance, opts: CustomResourceOptions) => readonly Resource[];
}

/** The Service that a native edge leads to. */
export interface Entrance {
  readonly namespace: string;
  readonly service: string;
  readonly hostnames: readonly string[];
  /** Of the Service: for everything, for gRPC by HTTP/2, and for asking in clear whether it is well. */
  readonly ports: Readonly<Record<"http" | "grpc" | "health", number>>;
  readonly healthPath: string;
  /** Whether `http` and `grpc` are one port that speaks HTTPS. */
  readonly https: boolean;
}

/** How the load balancer in front of the Gateway is made. */
export interface LoadBalancer {
  /** Of its Service, by exposure. */
  readonly annotations: Readonly<Record<"public" | "internal", Readonly<Record<string, Text>>>>;
  readonly loadBalancerClass?: string;
  /** Reserved addresses, so that records can be written before it is there. */
  readonly addresses?: readonly Text[];
  /** Whether the Service asks for the first of them by `loadBalancerIP`; elsewhere an annotation does. */
  readonly asksByAddress: boolean;
  /**
   * Where the platform makes the load balancer itself: ports on every node that it leads to, and the one that it asks
   * whether the node's Envoy takes connections. Absent: a controller in the cluster makes one for the Service.
   */
  readonly nodePorts?: Readonly<Record<"http" | "https" | "health", number>>;
}

export interface DnsRecord {
  readonly name: string;
  readonly type: "A" | "AAAA" | "CNAME";
  readonly values: readonly Text[];
}

export interface Zone {
  /** Without the final dot. */
  readonly name: string;
  /** Name servers that the parent zone has to name; absent where the zone was there before. */
  readonly nameServers?: Input<readonly string[]>;
  /** Writes a record; absent where only the owner can. `name` is the record's, for the resource's name. */
  readonly write?: (component: string, record: DnsRecord, opts: CustomResourceOptions) => Resource;
}

export interface ObjectStore {
  /** `s3://bucket`, `gs://bucket` or `az://container`. */
  readonly uri: Text;
  /** Variables every workload that needs the bucket gets in clear, such as `AWS_DEFAULT_REGION`. */
  readonly environment: Readonly<Record<string, Text>>;
  /** Variables with static credentials; empty wherever the cloud has workload identity. Go into one Kubernetes Secret. */
  readonly secretEnvironment: Readonly<Record<string, Input<string>>>;
  readonly destination: Destination;
}

export interface PostgresServer {
  readonly host: Text;
  readonly port: number;
  /** May create roles and databases; need not be a superuser. */
  readonly adminUser: Text;
  readonly adminPassword: Input<string>;
  /** What must be there before the first connection; for the database's Jobs, which need not wait for other stores. */
  readonly ready?: readonly Resource[];
  /** Maintenance database the bootstrap connects to. `postgres` everywhere so far. */
  readonly adminDatabase: string;
  /** libpq's modes. `disable` is for a server inside the cluster only. */
  readonly tls: "disable" | "require" | "verify-ca" | "verify-full";
  /** PEM bundle for the verifying modes. */
  readonly caBundle?: Text;
  readonly destination: Destination;
}

export interface RedisServer {
  /** With its password: a secret. */
  readonly dsn: Input<string>;
  /** Separate servers for token and usage data; the main one where absent. */
  readonly tokenDsn?: Input<string>;
  readonly usageDsn?: Input<string>;
  /** Logfire runs it itself, as one of its workloads. */
  readonly inCluster: boolean;
  readonly destinations: readonly Destination[];
}

/** Where packets go, for NetworkPolicies. */
export interface Destination {
  readonly port: number;
  /**
   * Address ranges, or pods of Logfire's own namespace by their component label. A NetworkPolicy cannot name a host,
   * so a server known by name only is `0.0.0.0/0` and `::/0` on its one port until the owner narrows it.
   */
  readonly to: { readonly cidrs: readonly string[] } | { readonly component: string };
}

export interface PodIdentity {
  /** Of the ServiceAccount whose pods read and write the bucket: `eks.amazonaws.com/role-arn`, `iam.gke.io/…`. */
  readonly serviceAccountAnnotations: Readonly<Record<string, Text>>;
  /** Of those pods: `azure.workload.identity/use`. */
  readonly podLabels: Readonly<Record<string, string>>;
  /** Where those pods get credentials for it: a token service, a metadata server. None where keys are static. */
  readonly destinations: readonly Destination[];
}

export interface Placement {
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
}

export interface Toleration {
  readonly key?: string;
  readonly operator?: "Exists" | "Equal";
  readonly value?: string;
  readonly effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

/**
 * `emptyDir` on nodes whose kubelet root is local NVMe: the one form of scratch that schedulers and autoscalers
 * understand on every cloud. A StorageClass gives each pod a generic ephemeral volume instead.
 */
export type Scratch = Placement &
  ({ readonly kind: "emptyDir" } | { readonly kind: "storageClass"; readonly storageClass: string });

export interface NodePool {
  readonly name: "general" | "scratch";
  /** Machine type, for people. */
  readonly type: string;
  /** What one node has for pods after reservations. */
  readonly allocatable: { readonly cpuMillis: number; readonly memoryMib: number; readonly scratchMib: number };
  readonly minNodes: number;
  readonly maxNodes: number;
}
