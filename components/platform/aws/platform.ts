import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import { UserError } from "../../lib/errors";
import type { LogfireSettings, SecretValues, Settings } from "../../settings/types";
import type { AwsPlatformSettings } from "../../settings/typesAws";
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
import type { AwsAdoption } from "./adopt";
import type { AwsFacts } from "./lookUp";

/** Settings of a stack on AWS. */
export interface AwsSettings {
  readonly platform: AwsPlatformSettings;
  readonly logfire: LogfireSettings;
}

export interface CreateAwsPlatformArgs {
  /** Of the whole stack, resolved; refused where they are for another platform. */
  readonly settings: Settings;
  /** `postgresAdminPassword`, `redisDsn`, ... of the owner's own stores, where there are any. */
  readonly secrets: SecretValues;
  /** Parts that the program has already, or makes itself. Default: what the settings say. */
  readonly adopt?: AwsAdoption;
  /**
   * What the names of everything in AWS begin with. Defaults to `logfire-<stack>`. Changing it in a stack that is up
   * makes another cluster, another database and another bucket.
   */
  readonly prefix?: string;
}

export interface AwsPlatformArgs extends CreateAwsPlatformArgs {
  /** What `AwsPlatform.create` asks AWS for. Zones and machine types in it decide where subnets and nodes are. */
  readonly facts: AwsFacts;
}

/** What the platform hands out. */
export interface AwsParts extends Platform {
  readonly clusterName: string;
  readonly kubeconfig: pulumi.Output<string>;
}

/**
 * Logfire's place on AWS: network, EKS cluster with its nodes, PostgreSQL, bucket, cache, DNS zone and load balancer,
 * each made or adopted. `AwsPlatform.create` is the usual way to one. Children are named `<name>-<part>`.
 */
export class AwsPlatform extends pulumi.ComponentResource implements AwsParts {
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
  /** For `aws eks update-kubeconfig --name`. */
  readonly clusterName: string;
  /** For kubectl; holds no credentials, and asks the AWS CLI for them. */
  readonly kubeconfig: pulumi.Output<string>;

  /**
   * Asks AWS for what decides what is made, and says everything that is wrong at once, as one `ProblemsError`, before
   * anything is. Makes an `aws.Provider` by the settings' region, profile, account and tags, unless `opts.provider` is one.
   */
  static create(
    name: string,
    args: CreateAwsPlatformArgs,
    opts?: pulumi.ComponentResourceOptions,
  ): Promise<AwsPlatform> {
    return withSdk().createAwsPlatform(name, args, opts);
  }

  /** From facts that are known already. Pass an `aws.Provider` as `opts.provider`. */
  constructor(name: string, args: AwsPlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super("logfire-platform:index:AwsPlatform", name, {}, opts);
    const made = withSdk().buildPlatform(this, name, args);
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

type WithSdk = typeof import("./withSdk");

/**
 * On first use: a program for another place imports this class as well, and neither waits for the SDK of AWS nor has it
 * among its packages. By `require`, which the loaders of all hosts understand, those for TypeScript included.
 */
function withSdk(): WithSdk {
  try {
    return createRequire(__filename)("./withSdk") as WithSdk;
  } catch (error) {
    const { code, message = "" } = error as NodeJS.ErrnoException;
    if (code === "MODULE_NOT_FOUND" && message.includes("'@pulumi/aws/"))
      throw new UserError("A platform on AWS needs the package @pulumi/aws: run `npm install @pulumi/aws@7`");
    throw error;
  }
}

/** A stack on AWS; refused where it is for another platform. */
export function onAws({ platform, logfire }: Settings): AwsSettings {
  if (platform.kind !== "aws")
    throw new UserError(`The settings are for the platform ${platform.kind}: write \`platform: aws\` in them`);
  return { platform, logfire };
}
