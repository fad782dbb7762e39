import { edgePods, type EdgeShape, type PodGroup } from "../../../logfire/edge/capacity";
import type { GcpPlatformSettings } from "../../../settings/gcp/types";
import { usualEdge } from "../../shared/clusterPods";

const source = "public description of a node of GKE 1.30";

/** What GKE itself runs in every cluster, on nodes without taints. The numbers of DNS and agents grow with the nodes. */
const systemPods: readonly PodGroup[] = [
  { name: "kube-dns", pods: [2, 4], cpuMillis: 265, memoryMib: 140, source },
  { name: "konnectivity-agent", pods: [3, 6], cpuMillis: 15, memoryMib: 60, source },
  { name: "autoscalers of kube-dns and konnectivity-agent", pods: [2, 2], cpuMillis: 20, memoryMib: 10, source },
  { name: "metrics-server", pods: [1, 2], cpuMillis: 43, memoryMib: 55, source },
  { name: "event-exporter-gke", pods: [1, 1], cpuMillis: 3, memoryMib: 100, source },
  { name: "l7-default-backend", pods: [1, 1], cpuMillis: 10, memoryMib: 20, source },
  { name: "gmp-operator", pods: [1, 1], cpuMillis: 1, memoryMib: 16, source },
];

/**
 * Everything that serves the cluster from general nodes, beside Logfire's workloads and what is on every node. In an
 * owner's cluster nobody knows on which nodes GKE's own pods run.
 */
export const clusterPods = (
  { cluster }: { readonly cluster: Pick<GcpPlatformSettings["cluster"], "kind"> },
  shape: EdgeShape,
): readonly PodGroup[] => [...(cluster.kind === "create" ? systemPods : []), ...edgePods(shape)];

/** Those of a stack that makes its cluster and leaves the edge to its defaults. */
export const usualPods = (preset: EdgeShape["preset"]): readonly PodGroup[] =>
  clusterPods({ cluster: { kind: "create" } }, usualEdge(preset, "install"));
