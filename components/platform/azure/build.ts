import * as pulumi from "@pulumi/pulumi";
import type { CloudParts } from "../shared/cloudPlatform";
import { createKubernetesProvider } from "../shared/kubernetesProvider";
import { nodePool, poolNames } from "../shared/nodePlan";
import { namesOf } from "../shared/names";
import { placements } from "../shared/placements";
import { adoptInto } from "./adopt";
import { createCluster } from "./cluster";
import { armId, defaultPrefix, type AzureContext } from "./context";
import { checkAll } from "./create";
import { createCertManagerAccess, createDns, writableZone } from "./dns";
import { durableStorageClass } from "./figures/facts";
import { azureMachines } from "./figures/nodePlan";
import { clusterRanges } from "./figures/plannedFacts";
import { kubeconfigOf } from "./kubeconfig";
import { createLoadBalancer, reserveAddress } from "./loadBalancer";
import { createLogs } from "./logs";
import { clusterNameOf, resourceGroupOf, tagsOf } from "./names";
import { createNetwork } from "./network";
import { createNodes } from "./nodes";
import { createObjectStore, createObjectStoreIdentity } from "./objectStore";
import { onAzure, type AzurePlatformArgs } from "./platform";
import { createPostgres } from "./postgres";
import { createRedis } from "./redis";
import { createResourceGroup } from "./resourceGroup";

/** Everything of the platform, below its component. */
export function buildPlatform(parent: pulumi.ComponentResource, name: string, args: AzurePlatformArgs): CloudParts {
  const context = contextOf(parent, name, args);
  const { settings, adopt } = context;

  const network = createNetwork(context);
  const logs = createLogs(context);
  const address = reserveAddress(context);
  const cluster = createCluster(context, network, logs, address === undefined ? [] : [address]);
  const postgres = createPostgres(context, network, logs);
  const redis = createRedis(context, network);
  const objects = createObjectStore(context, network);
  const dns = createDns(context);

  const nodes = createNodes(context, cluster, network);
  const access = createObjectStoreIdentity(context, cluster, objects);
  const certificates = createCertManagerAccess(context, cluster, dns);
  const edge = createLoadBalancer(context, network, cluster, address);

  const kubeconfig = kubeconfigOf(cluster);
  const provider = createKubernetesProvider(
    name,
    { kubeconfig, clusterIdentifier: context.clusterId },
    // Whatever is in the cluster goes before the address, rights and all: AKS gives it back with the last Service. Nodes
    // take minutes, in which AKS gets to know of the rights.
    { ...context.child, dependsOn: [...cluster.access, ...nodes, ...edge.ready] },
  );
  const running = [...cluster.made, ...nodes, ...(adopt.cluster?.afterNodes?.(nodes) ?? [])];
  const identities = [...access.ready, ...certificates.ready];

  return {
    kubernetes: { provider, ready: [...running, ...identities, ...objects.ready, ...redis.ready, ...edge.ready] },
    postgres: { ...postgres, ready: [...running, ...postgres.ready] },
    objectStore: objects.store,
    redis,
    identity: access.identity,
    scratch: { kind: "emptyDir", ...placements.scratch },
    placement: placements.general,
    durableStorageClass,
    edge: {
      zone: writableZone(dns, parent.getProvider("azure-native:dns:RecordSet")),
      loadBalancer: edge.loadBalancer,
      ...(certificates.dns01 === undefined ? {} : { dns01: certificates.dns01 }),
      certManagerIdentity: certificates.identity,
      clusterRanges: clusterRanges({
        ...{ pods: cluster.podsCidr, networks: network.ranges },
        ...(network.natAddress === undefined ? {} : { nat: network.natAddress }),
      }),
    },
    nodePools: poolNames.map((pool) => nodePool(azureMachines, pool, settings.nodes[pool])),
    clusterName: cluster.name,
    kubeconfig,
  };
}

function contextOf(parent: pulumi.Resource, name: string, args: AzurePlatformArgs): AzureContext {
  const { platform: given, logfire } = onAzure(args.settings);
  const { facts, adopt = {} } = args;
  const settings = adoptInto(given, adopt);
  checkAll({ platform: settings, logfire }, facts, adopt);
  const names = namesOf(args.prefix ?? defaultPrefix());
  const { subscriptionId } = facts;
  const { location, cluster } = settings;
  const tags = tagsOf({ project: pulumi.getProject(), stack: pulumi.getStack() }, settings.tags);
  const guarded = { parent, protect: !logfire.disposable };
  const resourceGroupName = resourceGroupOf(settings, names);
  const clusterName = clusterNameOf(settings, names);
  const clusterGroup = cluster.kind === "existing" ? cluster.resourceGroup : resourceGroupName;
  const resourceGroup = createResourceGroup(name, settings, { resourceGroupName, location, tags }, guarded);
  return {
    ...{ name, names, settings, logfire, facts, adopt, tags, clusterName },
    secrets: args.secrets,
    clusterId: armId(subscriptionId, clusterGroup, "Microsoft.ContainerService/managedClusters", clusterName),
    resourceGroup,
    groupId: pulumi.interpolate`/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`,
    group: { resourceGroupName: resourceGroup },
    place: { resourceGroupName: resourceGroup, location, tags },
    child: { parent },
    guarded,
  };
}
