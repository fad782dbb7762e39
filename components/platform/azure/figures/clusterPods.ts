import { edgePods, type EdgeShape, type PodGroup } from "../../../logfire/edge/capacity";
import type { AzurePlatformSettings } from "../../../settings/azure/types";
import { usualEdge } from "../../shared/clusterPods";

export type ClusterShape = { readonly cluster: Pick<AzurePlatformSettings["cluster"], "kind"> };

const seen = "public `kubectl describe node` of AKS";

/** What AKS runs as a fixed number of pods in `kube-system`; those on every node are taken off the node itself. */
const systemPods: readonly PodGroup[] = [
  {
    name: "coredns",
    pods: [2, 5],
    cpuMillis: 100,
    memoryMib: 70,
    source: "Azure/AKS#5251: 100m and 70Mi; scales with the nodes",
  },
  { name: "coredns-autoscaler", pods: [1, 1], cpuMillis: 20, memoryMib: 10, source: `${seen}: 20m and 10Mi` },
  {
    ...{ name: "metrics-server", pods: [2, 2] as const, cpuMillis: 150, memoryMib: 300 },
    source:
      "Microsoft's page on its vertical autoscaler: 100m and 100Mi, with 1m and 8Mi for each node; for 25 of them",
  },
  { name: "konnectivity-agent", pods: [2, 2], cpuMillis: 20, memoryMib: 20, source: `${seen}: 20m and 20Mi` },
  { name: "cilium-operator", pods: [2, 2], cpuMillis: 0, memoryMib: 0, source: "Azure/AKS#5244: asks for nothing" },
  {
    ...{ name: "azure-wi-webhook", pods: [2, 2] as const, cpuMillis: 100, memoryMib: 20 },
    source: "Azure/AKS#5251: 100m and 20Mi",
  },
  {
    name: "eraser",
    pods: [1, 1],
    cpuMillis: 50,
    memoryMib: 30,
    source: `${seen} with the image cleaner: 50m and 30Mi`,
  },
];

/**
 * Everything that serves the cluster from general nodes, beside Logfire's workloads and what is on every node. Of an
 * owner's cluster it is the owner's, and nobody knows on which nodes it runs.
 */
export const clusterPods = ({ cluster }: ClusterShape, shape: EdgeShape): readonly PodGroup[] => [
  ...(cluster.kind === "create" ? systemPods : []),
  ...edgePods(shape),
];

/** Those of a stack that makes its cluster and leaves the edge to its defaults. */
export const usualPods = (preset: EdgeShape["preset"]): readonly PodGroup[] =>
  clusterPods({ cluster: { kind: "create" } }, usualEdge(preset, "install"));
