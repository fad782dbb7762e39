import * as pulumi from "@pulumi/pulumi";
import type { CloudParts } from "../shared/cloudPlatform";
import { commonContext, thisStack } from "../shared/context";
import { handOut } from "../shared/handOut";
import { createKubernetesProvider } from "../shared/kubernetesProvider";
import { nodePool, poolNames } from "../shared/nodePlan";
import { namesOf } from "../shared/names";
import { adoptInto } from "./adopt";
import { createCluster } from "./cluster";
import { armId, type AzureContext } from "./context";
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

  return handOut({
    ...{ provider, kubeconfig, clusterName: cluster.name, durableStorageClass },
    ...{ usable: running, alsoReady: edge.ready, postgres, objects, redis, access, certificates },
    edge: {
      zone: writableZone(dns, parent.getProvider("azure-native:dns:RecordSet")),
      loadBalancer: edge.loadBalancer,
      ...(certificates.dns01 === undefined ? {} : { dns01: certificates.dns01 }),
      clusterRanges: clusterRanges({
        ...{ pods: cluster.podsCidr, networks: network.ranges },
        ...(network.natAddress === undefined ? {} : { nat: network.natAddress }),
      }),
    },
    nodePools: poolNames.map((pool) => nodePool(azureMachines, pool, settings.nodes[pool])),
  });
}

function contextOf(parent: pulumi.Resource, name: string, args: AzurePlatformArgs): AzureContext {
  const steps = { settingsOf: onAzure, adoptInto, checkAll, namesOf, clusterNameOf };
  const common = commonContext(parent, name, args, steps);
  const { facts, settings, names, clusterName, guarded } = common;
  const { subscriptionId } = facts;
  const { location, cluster } = settings;
  const tags = tagsOf(thisStack(), settings.tags);
  const resourceGroupName = resourceGroupOf(settings, names);
  const clusterGroup = cluster.kind === "existing" ? cluster.resourceGroup : resourceGroupName;
  const resourceGroup = createResourceGroup(name, settings, { resourceGroupName, location, tags }, guarded);
  return {
    ...common,
    tags,
    clusterId: armId(subscriptionId, clusterGroup, "Microsoft.ContainerService/managedClusters", clusterName),
    resourceGroup,
    groupId: pulumi.interpolate`/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`,
    group: { resourceGroupName: resourceGroup },
    place: { resourceGroupName: resourceGroup, location, tags },
  };
}
