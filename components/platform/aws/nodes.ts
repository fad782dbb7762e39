import { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate";
import { NodeGroup } from "@pulumi/aws/eks/nodeGroup";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsNodePool } from "../../settings/aws/types";
import type { Cluster } from "./cluster";
import type { AwsContext } from "./context";
import { rootVolumeGib } from "./figures/machineTypes";
import { spreadOver } from "../shared/nodePlan";
import { placements } from "../shared/placements";
import { createRole } from "./identity";
import type { RunningNodeGroup } from "./lookUp";
import { limits } from "./names";
import type { Network } from "./network";
import { serviceTrust } from "./policies";

type Pool = "general" | "scratch";

export interface Nodes {
  readonly general: readonly NodeGroup[];
  readonly scratch: readonly NodeGroup[];
}

/**
 * Assembles every NVMe instance store into one array below the kubelet and the container runtime. Read by nodeadm when
 * a node of Amazon Linux 2023 starts; EKS adds what it needs itself.
 */
const nodeConfig = {
  apiVersion: "node.eks.aws/v1alpha1",
  kind: "NodeConfig",
  spec: { instance: { localStorage: { strategy: "RAID0" } } },
};

/** User data as EKS merges it with its own: one part of a MIME message, and JSON, which is YAML. */
export function userData(config: unknown): string {
  const boundary = "logfire";
  const lines = [
    "MIME-Version: 1.0",
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    "",
    `--${boundary}`,
    "Content-Type: application/node.eks.aws",
    "",
    JSON.stringify(config),
    "",
    `--${boundary}--`,
    "",
  ];
  return Buffer.from(lines.join("\r\n"), "utf8").toString("base64");
}

/** Both pools: general nodes in one group for each zone, because volumes belong to a zone; scratch nodes in one. */
export function createNodes(
  context: AwsContext,
  cluster: Cluster,
  network: Network,
  after: readonly pulumi.Resource[],
): Nodes {
  const { role, policies } = createRole(context, "node", {
    trust: serviceTrust("ec2"),
    managed: [
      "AmazonEKSWorkerNodePolicy",
      "AmazonEC2ContainerRegistryPullOnly",
      // An owner's cluster may leave the CNI to the nodes' role.
      ...(context.settings.cluster.kind === "existing" ? ["AmazonEKS_CNI_Policy"] : []),
    ],
  });
  const dependsOn = [...policies, ...network.wayOut, ...after];
  const group = groupMaker(context, cluster, role.arn, dependsOn);
  const { general, scratch } = context.settings.nodes;
  const zones = network.privateByZone;
  const [least, most] = [general.minNodes, general.maxNodes].map((nodes) => spreadOver(nodes, zones.length));
  const template = createTemplate(context, "general");
  return {
    general: zones.map((subnets, index) =>
      group("general", `general-${index}`, template, subnets, {
        type: general.type,
        minNodes: least?.[index] ?? 0,
        maxNodes: most?.[index] ?? 1,
      }),
    ),
    scratch: [group("scratch", "scratch", createTemplate(context, "scratch"), network.privateSubnetIds, scratch)],
  };
}

function createTemplate({ name, names, tags, child }: AwsContext, pool: Pool): LaunchTemplate {
  return new LaunchTemplate(
    `${name}-${pool}`,
    {
      namePrefix: names.prefix(125, pool),
      updateDefaultVersion: true,
      // One hop: a pod that has no role of its own does not get the node's.
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: { volumeSize: rootVolumeGib[pool], volumeType: "gp3", encrypted: "true", deleteOnTermination: "true" },
        },
      ],
      tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({
        resourceType,
        tags: { ...tags, Name: names.of(255, pool) },
      })),
      ...(pool === "scratch" ? { userData: userData(nodeConfig) } : {}),
    },
    child,
  );
}

type GroupMaker = (
  pool: Pool,
  part: string,
  template: LaunchTemplate,
  subnetIds: readonly pulumi.Input<string>[],
  size: AwsNodePool,
) => NodeGroup;

const groupMaker =
  (
    { name, names, facts, child }: AwsContext,
    cluster: Cluster,
    nodeRoleArn: pulumi.Input<string>,
    dependsOn: readonly pulumi.Resource[],
  ): GroupMaker =>
  (pool, part, template, subnetIds, size) => {
    const nodeGroupNamePrefix = names.prefix(limits.nodeGroup, part);
    const running = facts.nodeGroups.filter((group) => group.name.startsWith(nodeGroupNamePrefix));
    const scaling = scalingOf(size, running);
    return new NodeGroup(
      `${name}-${part}`,
      {
        clusterName: cluster.name,
        nodeGroupNamePrefix,
        version: cluster.version,
        nodeRoleArn,
        subnetIds: [...subnetIds],
        amiType: "AL2023_x86_64_STANDARD",
        instanceTypes: [size.type],
        capacityType: "ON_DEMAND",
        launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
        scalingConfig: scaling.config,
        updateConfig: pool === "general" ? { maxUnavailable: 1 } : { maxUnavailablePercentage: 33 },
        nodeRepairConfig: { enabled: true },
        labels: placements[pool].nodeSelector,
        taints: placements[pool].tolerations.map(({ key, value }) => ({ key, value, effect: "NO_SCHEDULE" })),
      },
      {
        ...child,
        dependsOn: [...cluster.made, ...dependsOn],
        ignoreChanges: scaling.asBefore ? ["scalingConfig.desiredSize"] : [],
        // Draining a node waits for its pods' disruption budgets, and for the longest request.
        customTimeouts: { create: "30m", update: "2h", delete: "1h" },
      },
    );
  };

/**
 * How many nodes. The autoscaler counts them, so the number is ignored as long as the bounds stay. When bounds change, or
 * the machines do, the group is told the number that it has now, within the new bounds: EKS refuses a number outside of
 * them, and the one in the state is that of the day when the group was made.
 */
export function scalingOf(
  { type, minNodes, maxNodes }: AwsNodePool,
  running: readonly RunningNodeGroup[],
): {
  readonly config: { readonly minSize: number; readonly maxSize: number; readonly desiredSize: number };
  readonly asBefore: boolean;
} {
  const desired = Math.max(minNodes, ...running.map(({ desiredSize }) => desiredSize));
  return {
    config: { minSize: minNodes, maxSize: maxNodes, desiredSize: Math.min(maxNodes, desired) },
    asBefore: running.every(
      (group) => group.minSize === minNodes && group.maxSize === maxNodes && group.instanceTypes.includes(type),
    ),
  };
}
