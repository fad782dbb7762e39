import { edgePods, type EdgeShape, type PodGroup } from "../../../logfire/edge/capacity";
import { usualEdge } from "../../shared/clusterPods";
import { type AddonName, addonsOf, type ClusterShape } from "../addonPlan";

type Pods = Omit<PodGroup, "name">;

/** Add-ons that run as a fixed number of pods; those on every node are taken off the node itself. */
const addonPods: Readonly<Partial<Record<AddonName, Pods>>> = {
  coredns: { pods: [2, 2], cpuMillis: 100, memoryMib: 70, source: "EKS add-on coredns: 100m and 70Mi, 2 replicas" },
  "metrics-server": {
    ...{ pods: [2, 2], cpuMillis: 100, memoryMib: 200 },
    source: "kubernetes-sigs/metrics-server, chart: 100m and 200Mi; the EKS add-on has 2 replicas",
  },
  "aws-ebs-csi-driver": {
    ...{ pods: [2, 2], cpuMillis: 60, memoryMib: 240 },
    source: "kubernetes-sigs/aws-ebs-csi-driver, chart, controller.resources: 10m and 40Mi for each of six containers",
  },
  "cert-manager": {
    ...{ pods: [3, 3], cpuMillis: 0, memoryMib: 0 },
    source: "EKS add-on cert-manager: controller, webhook and cainjector ask for nothing",
  },
};

/** Requests of cluster-autoscaler, which this package writes itself. */
export const autoscalerRequests = { cpuMillis: 100, memoryMib: 600 } as const;

/**
 * Everything that serves the cluster from general nodes, beside Logfire's workloads and what is on every node. Of an
 * owner's cluster the add-ons are the owner's, and nobody knows on which nodes they run.
 */
export function clusterPods(platform: ClusterShape, shape: EdgeShape): readonly PodGroup[] {
  const addons = addonsOf(platform, shape).flatMap((name) => {
    const pods = addonPods[name];
    return pods === undefined ? [] : [{ name, ...pods }];
  });
  const autoscaler = {
    ...{ name: "cluster-autoscaler", pods: [1, 1] as const, ...autoscalerRequests },
    source: "of this package",
  };
  return [...addons, ...(platform.cluster.kind === "create" ? [autoscaler] : []), ...edgePods(shape)];
}

/** Those of a stack that makes its cluster and leaves the edge to its defaults. */
export const usualPods = (preset: EdgeShape["preset"]): readonly PodGroup[] =>
  clusterPods({ cluster: { kind: "create" }, identity: "podIdentity" }, usualEdge(preset, "existing"));
