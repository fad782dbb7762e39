import * as pulumi from "@pulumi/pulumi";
import { register } from "../../kubernetes/resources";
import type { CloudParts } from "../shared/cloudPlatform";
import { createKubernetesProvider } from "../shared/kubernetesProvider";
import { nodePool, poolNames } from "../shared/nodePlan";
import { placements } from "../shared/placements";
import { createAddonRoles, createClusterAddons, createNodeAddons } from "./addons";
import { adoptInto } from "./adopt";
import { createAutoscaler } from "./autoscaler";
import { createCluster, kubeconfigOf } from "./cluster";
import { checkAll } from "./create";
import { defaultPrefix, type AwsContext } from "./context";
import { createCertManagerAccess, createDns, writableZone } from "./dns";
import { dns01, durableStorageClass } from "./figures/facts";
import { awsMachines } from "./figures/nodePlan";
import { createPodIdentities } from "./identity";
import { createLoadBalancer } from "./loadBalancer";
import { storageClassManifest } from "./manifests/storageClass";
import { clusterNameOf, namesOf, tagsOf } from "./names";
import { createNativeEdge } from "./nativeEdge";
import { clusterRanges, createNetwork } from "./network";
import { createNodes } from "./nodes";
import { createBucketIdentity, createObjectStore } from "./objectStore";
import { onAws, type AwsPlatformArgs } from "./platform";
import { createPostgres } from "./postgres";
import { createRedis } from "./redis";

/** Everything of the platform, below its component. */
export function buildPlatform(parent: pulumi.ComponentResource, name: string, args: AwsPlatformArgs): CloudParts {
  const context = contextOf(parent, name, args);
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
  const native = createNativeEdge(context, { network, cluster, nodes, dns });

  const kubeconfig = kubeconfigOf(context, cluster);
  const provider = createKubernetesProvider(
    name,
    { kubeconfig, clusterIdentifier: context.clusterArn },
    { ...context.child, dependsOn: [...cluster.access] },
  );
  const running = [...groups, ...Object.values(addons), ...(context.adopt.cluster?.afterNodes?.(groups) ?? [])];
  const inCluster = { ...context.child, provider, dependsOn: running };
  const autoscaler = createAutoscaler(context, identities, cluster.version, basics, inCluster);
  const storageClass = register(name, storageClassManifest, inCluster);

  const usable = [...running, storageClass];
  return {
    kubernetes: {
      provider,
      ready: [...usable, ...autoscaler, ...access.ready, ...certificates.ready, ...bucket.ready, ...redis.ready],
    },
    postgres: { ...postgres, ready: [...usable, ...postgres.ready] },
    objectStore: bucket.store,
    redis,
    identity: access.identity,
    scratch: { kind: "emptyDir", ...placements.scratch },
    placement: placements.general,
    durableStorageClass,
    edge: {
      zone: writableZone(dns, native?.target ?? edge.target, parent.getProvider("aws:route53/record:Record")),
      loadBalancer: edge.loadBalancer,
      ...(native === undefined ? {} : { native: native.native }),
      ...(dns.zone === undefined ? {} : { dns01: dns01(settings.region, dns.zone.id) }),
      certManagerIdentity: certificates.identity,
      clusterRanges: clusterRanges(network),
    },
    nodePools: poolNames.map((pool) => nodePool(awsMachines, pool, settings.nodes[pool])),
    clusterName: cluster.name,
    kubeconfig,
  };
}

function contextOf(parent: pulumi.Resource, name: string, args: AwsPlatformArgs): AwsContext {
  const { platform: given, logfire } = onAws(args.settings);
  const { facts, adopt = {} } = args;
  const platform = adoptInto(given, adopt);
  checkAll({ platform, logfire }, facts, adopt);
  const names = namesOf(args.prefix ?? defaultPrefix());
  const clusterName = clusterNameOf(platform, names);
  return {
    name,
    names,
    settings: platform,
    logfire,
    secrets: args.secrets,
    facts,
    adopt,
    clusterName,
    clusterArn:
      facts.cluster?.arn ?? `arn:${facts.partition}:eks:${facts.region}:${facts.accountId}:cluster/${clusterName}`,
    tags: tagsOf({ project: pulumi.getProject(), stack: pulumi.getStack() }, platform.tags),
    child: { parent },
    guarded: { parent, protect: !logfire.disposable },
  };
}
