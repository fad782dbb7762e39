import * as pulumi from "@pulumi/pulumi";
import type { LogfireSettings, SecretValues } from "../../settings/types";
import type { AwsPlatformSettings } from "../../settings/typesAws";
import type {
  ClusterAccess,
  EdgeSupport,
  NodePool,
  ObjectStore,
  Platform,
  PodIdentity,
  PostgresServer,
  RedisServer,
} from "../contract";
import { createAddonRoles, createClusterAddons, createNodeAddons } from "./addons";
import { createAutoscaler } from "./autoscaler";
import { createCluster, createKubernetesProvider, kubeconfigOf } from "./cluster";
import { clusterNameOf, defaultPrefix, type AwsContext } from "./context";
import { createCertManagerAccess, createDns, writableZone } from "./dns";
import { nodePool } from "./figures/nodePlan";
import { placements } from "./figures/plannedFacts";
import { createPodIdentities } from "./identity";
import { createLoadBalancer } from "./loadBalancer";
import type { AwsFacts } from "./lookUp";
import { namesOf, tagsOf } from "./names";
import { clusterRanges, createNetwork } from "./network";
import { createNodes } from "./nodes";
import { createBucketIdentity, createObjectStore } from "./objectStore";
import { createPostgres } from "./postgres";
import { createRedis } from "./redis";
import { createStorageClass, durableStorageClass } from "./storageClass";

export interface AwsPlatformArgs {
  /** Of the whole stack, resolved and checked. */
  readonly settings: { readonly platform: AwsPlatformSettings; readonly logfire: LogfireSettings };
  /** `postgresAdminPassword`, `redisDsn`, ... of the owner's own stores, where there are any. */
  readonly secrets: SecretValues;
  /** From `lookUpAws`, asked with the same provider and the same prefix. */
  readonly facts: AwsFacts;
  /**
   * What the names of everything in AWS begin with. Defaults to `logfire-<stack>`. Changing it in a stack that is up
   * makes another cluster, another database and another bucket.
   */
  readonly prefix?: string;
}

/**
 * Logfire's place on AWS: network, EKS cluster with its nodes, PostgreSQL, bucket, cache, DNS zone and load balancer,
 * each made or adopted. Pass an `aws.Provider` as `opts.provider`. Children are named `<name>-<part>`.
 */
export class AwsPlatform extends pulumi.ComponentResource implements Platform {
  readonly kubernetes: ClusterAccess;
  readonly objectStore: ObjectStore;
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
  readonly identity: PodIdentity;
  readonly scratch = { kind: "emptyDir", ...placements.scratch } as const;
  readonly placement = placements.general;
  readonly durableStorageClass = durableStorageClass;
  readonly edge: EdgeSupport;
  readonly nodePools: readonly NodePool[];
  readonly clusterName: string;
  /** For kubectl; holds no credentials, and asks the AWS CLI for them. */
  readonly kubeconfig: pulumi.Output<string>;

  constructor(name: string, args: AwsPlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super("logfire-platform:index:AwsPlatform", name, {}, opts);
    const context = contextOf(this, name, args);
    const { settings } = context;

    const network = createNetwork(context);
    const cluster = createCluster(context, network);
    const postgres = createPostgres(context, network, cluster);
    const redis = createRedis(context, network, cluster);
    const bucket = createObjectStore(context);
    const dns = createDns(context);

    const identities = createPodIdentities(context, cluster.issuer);
    const roles = createAddonRoles(context, identities);
    const basics = createNodeAddons(context, cluster, roles);
    const storageRole = roles["aws-ebs-csi-driver"]?.policies ?? [];
    const nodes = createNodes(context, cluster, network, [...basics, ...storageRole]);
    const groups = [...nodes.general, ...nodes.scratch];
    const access = createBucketIdentity(context, identities, bucket, basics);
    const certificates = createCertManagerAccess(context, identities, dns, basics);
    const addons = createClusterAddons(context, cluster, roles, { all: groups, "cert-manager": certificates.ready });
    const edge = createLoadBalancer(context, network, cluster, nodes);

    this.kubeconfig = kubeconfigOf(context, cluster);
    const provider = createKubernetesProvider(context, this.kubeconfig, cluster);
    const running = [...groups, ...Object.values(addons)];
    const inCluster = { ...context.child, provider, dependsOn: running };
    const autoscaler = createAutoscaler(context, identities, cluster.version, basics, inCluster);
    const storageClass = createStorageClass(context, inCluster);

    const usable = [...running, storageClass];
    this.kubernetes = {
      provider,
      ready: [...usable, ...autoscaler, ...access.ready, ...certificates.ready, ...bucket.ready, ...redis.ready],
    };
    this.postgres = { ...postgres, ready: [...usable, ...postgres.ready] };
    this.objectStore = bucket.store;
    this.redis = redis;
    this.identity = access.identity;
    this.edge = {
      zone: writableZone(dns, edge.target, this.getProvider("aws:route53/record:Record")),
      loadBalancer: edge.loadBalancer,
      ...(dns.zone === undefined ? {} : { dns01: { route53: { region: settings.region, hostedZoneID: dns.zone.id } } }),
      certManagerIdentity: certificates.identity,
      clusterRanges: clusterRanges(network),
    };
    this.nodePools = (["general", "scratch"] as const).map((pool) => nodePool(pool, settings.nodes[pool]));
    this.clusterName = cluster.name;
    this.registerOutputs({ clusterName: this.clusterName, kubeconfig: this.kubeconfig });
  }
}

function contextOf(parent: pulumi.Resource, name: string, args: AwsPlatformArgs): AwsContext {
  const { platform, logfire } = args.settings;
  const { facts } = args;
  const names = namesOf(args.prefix ?? defaultPrefix());
  const clusterName = clusterNameOf(platform, names);
  return {
    name,
    names,
    settings: platform,
    logfire,
    secrets: args.secrets,
    facts,
    clusterName,
    clusterArn:
      facts.cluster?.arn ?? `arn:${facts.partition}:eks:${facts.region}:${facts.accountId}:cluster/${clusterName}`,
    tags: tagsOf({ project: pulumi.getProject(), stack: pulumi.getStack() }, platform.tags),
    child: { parent },
    guarded: { parent, protect: !logfire.disposable },
  };
}
