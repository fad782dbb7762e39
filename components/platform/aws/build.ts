import type * as pulumi from "@pulumi/pulumi";
import { register } from "../../kubernetes/resources";
import type { CloudParts } from "../shared/cloudPlatform";
import { commonContext, thisStack } from "../shared/context";
import { handOut } from "../shared/handOut";
import { createKubernetesProvider } from "../shared/kubernetesProvider";
import { nodePool, poolNames } from "../shared/nodePlan";
import { createAddonRoles, createClusterAddons, createNodeAddons } from "./addons";
import { adoptInto } from "./adopt";
import { createAutoscaler } from "./autoscaler";
import { createCluster, kubeconfigOf } from "./cluster";
import { checkAll } from "./create";
import type { AwsContext } from "./context";
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
  // Pods get credentials of the agent, which is the stack's own or comes with the owner's cluster.
  const agent = [...cluster.made, ...basics];
  const access = createBucketIdentity(context, identities, bucket, agent);
  const certificates = createCertManagerAccess(context, identities, dns, agent);
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
  const autoscaler = createAutoscaler(context, identities, cluster.version, agent, inCluster);
  const storageClass = register(name, storageClassManifest, inCluster);

  return handOut({
    ...{ provider, kubeconfig, clusterName: cluster.name, durableStorageClass },
    ...{ usable: [...running, storageClass], alsoReady: autoscaler },
    ...{ postgres, objects: bucket, redis, access, certificates },
    edge: {
      zone: writableZone(dns, native?.target ?? edge.target, parent.getProvider("aws:route53/record:Record")),
      loadBalancer: edge.loadBalancer,
      ...(native === undefined ? {} : { native: native.native }),
      ...(dns.zone === undefined ? {} : { dns01: dns01(settings.region, dns.zone.id) }),
      clusterRanges: clusterRanges(network),
    },
    nodePools: poolNames.map((pool) => nodePool(awsMachines, pool, settings.nodes[pool])),
  });
}

function contextOf(parent: pulumi.Resource, name: string, args: AwsPlatformArgs): AwsContext {
  const steps = { settingsOf: onAws, adoptInto, checkAll, namesOf, clusterNameOf };
  const common = commonContext(parent, name, args, steps);
  const { facts, settings, clusterName } = common;
  const { partition, region, accountId } = facts;
  return {
    ...common,
    clusterArn: facts.cluster?.arn ?? `arn:${partition}:eks:${region}:${accountId}:cluster/${clusterName}`,
    tags: tagsOf(thisStack(), settings.tags),
  };
}
