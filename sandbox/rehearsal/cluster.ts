import { readStatus, type PodObject } from "../status";
import type { Kubectl } from "../controlPlane/kubectl";

export interface UnreadyPod {
  readonly pod: string;
  readonly why: string;
}

export interface PodsReport {
  readonly total: number;
  readonly unready: readonly UnreadyPod[];
}

interface Pod extends PodObject {
  readonly metadata: PodObject["metadata"] & { readonly ownerReferences?: readonly { readonly kind: string }[] };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  };
}

/** Every pod of the cluster, and why those that are not Ready are not. Pods of Jobs that succeeded count as Ready. */
export async function readPods(kubectl: Kubectl): Promise<PodsReport> {
  const { items } = JSON.parse(await kubectl(["get", "pods", "--all-namespaces", "-o", "json"])) as {
    readonly items: readonly Pod[];
  };
  const unready = items.flatMap(({ metadata, status }) => {
    if (status?.phase === "Succeeded") return [];
    const condition = (type: string) => status?.conditions?.find((each) => each.type === type);
    if (condition("Ready")?.status === "True") return [];
    const why =
      condition("PodScheduled")?.status === "False" ? condition("PodScheduled")?.message : condition("Ready")?.message;
    return [{ pod: `${metadata.namespace ?? ""}/${metadata.name}`, why: why ?? status?.phase ?? "no status yet" }];
  });
  return { total: items.length, unready };
}

const settleMs = 45_000;

/** Waits until autoscalers have raised their workloads to the minimum and every pod is Ready, or the time is over. */
export async function settle(kubectl: Kubectl, namespace: string, signal?: AbortSignal): Promise<PodsReport> {
  const deadline = Date.now() + settleMs;
  for (;;) {
    signal?.throwIfAborted();
    const [pods, lacking] = await Promise.all([readPods(kubectl), lackingReplicas(kubectl, namespace)]);
    if ((pods.unready.length === 0 && lacking.length === 0) || Date.now() > deadline)
      return { ...pods, unready: [...pods.unready, ...lacking.map((pod) => ({ pod, why: "is not there" }))] };
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

interface Autoscaler {
  readonly spec: { readonly minReplicas?: number; readonly scaleTargetRef: { readonly name: string } };
}

async function lackingReplicas(kubectl: Kubectl, namespace: string): Promise<readonly string[]> {
  const [{ workloads }, autoscalers] = await Promise.all([
    readStatus(kubectl, namespace),
    kubectl(["get", "horizontalpodautoscalers", "-n", namespace, "-o", "json"]),
  ]);
  const { items } = JSON.parse(autoscalers) as { readonly items: readonly Autoscaler[] };
  const least = (name: string) => items.find(({ spec }) => spec.scaleTargetRef.name === name)?.spec.minReplicas ?? 0;
  return workloads
    .filter(({ name, ready, desired }) => ready < Math.max(desired, least(name)))
    .map(({ name, ready, desired }) => `${namespace}/${name} ${ready}/${Math.max(desired, least(name))}`);
}

export interface PoolNodes {
  readonly pool: string;
  readonly type: string;
  readonly nodes: number;
  readonly byZone: Readonly<Record<string, number>>;
  readonly versions: readonly string[];
}

interface Node {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly status: { readonly nodeInfo: { readonly kubeletVersion: string } };
}

export async function readNodes(kubectl: Kubectl): Promise<readonly PoolNodes[]> {
  const { items } = JSON.parse(await kubectl(["get", "nodes", "-o", "json"])) as { readonly items: readonly Node[] };
  const pools = [...new Set(items.map((node) => label(node, "logfire.dev/pool")))].sort();
  return pools.map((pool) => {
    const own = items.filter((node) => label(node, "logfire.dev/pool") === pool);
    const zones = own.map((node) => label(node, "topology.kubernetes.io/zone"));
    return {
      pool,
      type: [...new Set(own.map((node) => label(node, "node.kubernetes.io/instance-type")))].join(", "),
      nodes: own.length,
      byZone: Object.fromEntries(
        [...new Set(zones)].sort().map((zone) => [zone, zones.filter((each) => each === zone).length]),
      ),
      versions: [...new Set(own.map(({ status }) => status.nodeInfo.kubeletVersion))],
    };
  });
}

const label = ({ metadata }: Node, name: string): string => metadata.labels[name] ?? "";
