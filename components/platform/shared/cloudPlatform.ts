import * as pulumi from "@pulumi/pulumi";
import type { SecretValues, Settings } from "../../settings/types";
import type {
  ClusterAccess,
  EdgeSupport,
  NodePool,
  ObjectStore,
  Placement,
  Platform,
  PodIdentity,
  PostgresServer,
  RedisServer,
  Scratch,
} from "../contract";

/** What a platform on a cloud hands out, beside the contract. */
export interface CloudParts extends Platform {
  readonly clusterName: string;
  /** For kubectl; holds no credentials, and asks the cloud's own program for them. */
  readonly kubeconfig: pulumi.Output<string>;
}

export interface CreateCloudPlatformArgs<Adoption> {
  /** Of the whole stack, resolved; refused where they are for another platform. */
  readonly settings: Settings;
  /** `postgresAdminPassword`, `redisDsn`, ... of the owner's own stores, where there are any. */
  readonly secrets: SecretValues;
  /** Parts that the program has already, or makes itself. Default: what the settings say. */
  readonly adopt?: Adoption;
  /**
   * What the names of everything in the cloud begin with. Defaults to `logfire-<stack>`. Changing it in a stack that is up
   * makes another cluster, another database and another bucket.
   */
  readonly prefix?: string;
}

/** Component of a cloud, whose parts are its children: `<name>-<part>`. */
export abstract class CloudPlatform extends pulumi.ComponentResource implements CloudParts {
  readonly kubernetes: ClusterAccess;
  readonly objectStore: ObjectStore;
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
  readonly identity: PodIdentity;
  readonly scratch: Scratch;
  readonly placement: Placement;
  readonly durableStorageClass?: string;
  readonly edge: EdgeSupport;
  readonly nodePools: readonly NodePool[];
  /** As the cloud knows it; its command line finds the cluster by it. */
  readonly clusterName: string;
  readonly kubeconfig: pulumi.Output<string>;

  /** `make` makes the parts, below this component. */
  protected constructor(
    type: string,
    name: string,
    make: (parent: pulumi.ComponentResource) => CloudParts,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(type, name, {}, opts);
    const made = make(this);
    this.kubernetes = made.kubernetes;
    this.objectStore = made.objectStore;
    this.postgres = made.postgres;
    this.redis = made.redis;
    this.identity = made.identity;
    this.scratch = made.scratch;
    this.placement = made.placement;
    this.durableStorageClass = made.durableStorageClass;
    this.edge = made.edge;
    this.nodePools = made.nodePools;
    this.clusterName = made.clusterName;
    this.kubeconfig = made.kubeconfig;
    this.registerOutputs({ clusterName: this.clusterName, kubeconfig: this.kubeconfig });
  }
}
