import type * as pulumi from "@pulumi/pulumi";
import { register } from "../../kubernetes/resources";
import type { CloudParts } from "../shared/cloudPlatform";
import { commonContext, thisStack } from "../shared/context";
import { handOut } from "../shared/handOut";
import { createKubernetesProvider } from "../shared/kubernetesProvider";
import { nodePool, poolNames } from "../shared/nodePlan";
import { adoptInto } from "./adopt";
import { createApis } from "./apis";
import { createCluster, kubeconfigOf } from "./cluster";
import type { GcpContext } from "./context";
import { checkAll } from "./create";
import { createCertManagerAccess, createDns, writableZone } from "./dns";
import { dns01, durableStorageClass } from "./figures/facts";
import { gcpMachines } from "./figures/nodePlan";
import { createKeyRing } from "./keys";
import { createLoadBalancer } from "./loadBalancer";
import { labelsText, storageClassManifest } from "./manifests/storageClass";
import { clusterIdOf, clusterNameOf, labelsOf, namesOf } from "./names";
import { createNativeEdge } from "./nativeEdge";
import { clusterRanges, createNetwork } from "./network";
import { createNodeAccount, createNodes, poolsOf } from "./nodes";
import { createBucketIdentity, createObjectStore } from "./objectStore";
import { onGcp, type GcpPlatformArgs } from "./platform";
import { createPostgres } from "./postgres";
import { createRedis } from "./redis";

/** Everything of the platform, below its component. */
export function buildPlatform(parent: pulumi.ComponentResource, name: string, args: GcpPlatformArgs): CloudParts {
  const context = contextOf(parent, name, args);
  const { settings } = context;

  const network = createNetwork(context);
  const ring = context.apis.cloudkms === undefined ? undefined : createKeyRing(context);
  const nodeAccount = createNodeAccount(context);
  const cluster = createCluster(context, network, nodeAccount, ring);
  const postgres = createPostgres(context, network, ring);
  const redis = createRedis(context, network);
  const bucket = createObjectStore(context, ring);
  const dns = createDns(context);

  const nodes = poolsOf(createNodes(context, cluster, network, nodeAccount));
  const access = createBucketIdentity(context, cluster, bucket);
  const certificates = createCertManagerAccess(context, cluster, dns);
  const edge = createLoadBalancer(context, network);
  const native = createNativeEdge(context, { network, nodeAccount, dns });

  const kubeconfig = kubeconfigOf(cluster);
  const provider = createKubernetesProvider(
    name,
    { kubeconfig, clusterIdentifier: context.clusterId },
    { ...context.child, dependsOn: [...cluster.access, ...edge.made] },
  );
  const running = [...nodes, ...(context.adopt.cluster?.afterNodes?.(nodes) ?? [])];
  const storageClass = register(name, storageClassManifest(labelsText(context.labels)), {
    ...context.child,
    ...{ provider, dependsOn: running },
    // Its name is fixed, and with other labels it is another one.
    deleteBeforeReplace: true,
  });

  return handOut({
    ...{ provider, kubeconfig, clusterName: cluster.name, durableStorageClass },
    ...{ usable: [...running, storageClass], postgres, objects: bucket, redis, access, certificates },
    edge: {
      zone: writableZone(dns, parent.getProvider("gcp:dns/recordSet:RecordSet")),
      loadBalancer: edge.loadBalancer,
      ...(native === undefined ? {} : { native }),
      ...(dns.zone === undefined ? {} : { dns01: dns01(settings.project, dns.zone.zone) }),
      clusterRanges: clusterRanges(network),
    },
    nodePools: poolNames.map((pool) => nodePool(gcpMachines, pool, settings.nodes[pool])),
  });
}

function contextOf(parent: pulumi.Resource, name: string, args: GcpPlatformArgs): GcpContext {
  const steps = { settingsOf: onGcp, adoptInto, checkAll, namesOf, clusterNameOf };
  const common = commonContext(parent, name, args, steps);
  const { settings, logfire, clusterName } = common;
  return {
    ...common,
    clusterId: clusterIdOf(settings, clusterName),
    labels: labelsOf(thisStack(), settings.labels),
    apis: createApis(name, { platform: settings, logfire, project: settings.project }, parent),
  };
}
