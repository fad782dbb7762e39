import { readPods } from "./cluster";
import { unchanged, type ScenarioReport } from "./report";
import type { Changes, Stage } from "./stage";

interface NodeObject {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
}
interface PodObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly nodeName?: string;
    readonly volumes?: readonly { readonly persistentVolumeClaim?: object }[];
  };
}
interface Budget {
  readonly metadata: { readonly name: string };
  readonly status: { readonly currentHealthy: number; readonly desiredHealthy: number };
}

const zoneLabel = "topology.kubernetes.io/zone";

/**
 * A zone is gone at once, with its nodes and everything that ran on them. The cloud replaces nodes where it can, the
 * autoscaler adds what pods then miss, within the bounds that the stack gives its pools; databases and caches fail over.
 * What hangs on a disk of the zone has to wait; all else has to come up, and no workload of several pods may be gone as a
 * whole in the meantime. Then an `up`, which has nothing to do, and the zone comes back.
 */
export async function loseZone(stage: Stage, start: Changes): Promise<Pick<ScenarioReport, "said" | "problems">> {
  const nodes = await items<NodeObject>(stage, "nodes");
  const [zone = ""] = nodes.map(({ metadata }) => metadata.labels[zoneLabel] ?? "").sort();
  const lost = nodes.filter(({ metadata }) => metadata.labels[zoneLabel] === zone).map(({ metadata }) => metadata.name);
  const pods = await items<PodObject>(stage, "pods", "--all-namespaces");
  const gone = pods.filter(({ spec }) => lost.includes(spec.nodeName ?? ""));
  const stores = await stage.account.loseZone(zone);
  stage.autoscaler.forget();
  const addedBefore = stage.autoscaler.added.length;
  await removeNodes(stage, lost, gone);
  const replaced = await stage.account.refill(stage.kubectl);
  const waiting = await calm(stage, new Set(stage.options.cloud.disksAreZonal ? gone.filter(hasDisk).map(nameOf) : []));
  const added = stage.autoscaler.added.length - addedBefore;
  const short = await budgetsBelow(stage);
  const during = await deployed(stage, start);
  await stage.account.zoneIsBack();
  stage.autoscaler.forget();
  const back = await stage.account.refill(stage.kubectl);
  const after = await calm(stage, new Set());
  return {
    said: [
      `${zone} lost with ${lost.length} nodes and ${gone.length} pods; ${replaced} nodes replaced elsewhere, ${added} added by the autoscaler`,
      ...stores.said,
      `${waiting.bound.length} pods wait for disks in ${zone} (${waiting.bound.join(", ") || "none"}), all others came up elsewhere`,
      ...(short.length === 0 ? [] : [`no eviction until they are back: ${short.join(", ")}`]),
      `${zone} back with ${back} nodes`,
    ],
    problems: [
      ...stores.problems,
      ...goneAsAWhole(pods, gone).map((workload) => `every pod of ${workload} was in ${zone}`),
      ...waiting.unready.map((pod) => `without ${zone}: ${pod}`),
      ...during.map((what) => `an \`up\` without ${zone}: ${what}`),
      ...after.unready.map((pod) => `after ${zone} came back: ${pod}`),
    ],
  };
}

const nameOf = ({ metadata }: PodObject): string => `${metadata.namespace}/${metadata.name}`;
const hasDisk = ({ spec }: PodObject): boolean =>
  spec.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim !== undefined) === true;

/** Workloads of two pods and more that had none elsewhere. */
function goneAsAWhole(all: readonly PodObject[], gone: readonly PodObject[]): readonly string[] {
  const component = ({ metadata }: PodObject) => metadata.labels?.["app.kubernetes.io/component"];
  const workloads = new Set(gone.flatMap((pod) => component(pod) ?? []));
  return [...workloads].filter((workload) => {
    const own = all.filter((pod) => component(pod) === workload);
    return own.length > 1 && own.every((pod) => gone.includes(pod));
  });
}

async function deployed(stage: Stage, start: Changes): Promise<readonly string[]> {
  try {
    const { result } = await stage.deploy(start);
    return Object.entries(result.changes).flatMap(([op, count]) => (unchanged.includes(op) ? [] : [`${count} ${op}`]));
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

/** Disruption budgets that fewer pods are healthy of than they ask for: nobody can drain a node under those left. */
async function budgetsBelow(stage: Stage): Promise<readonly string[]> {
  const budgets = await items<Budget>(stage, "poddisruptionbudgets", "-n", stage.options.namespace);
  return budgets
    .filter(({ status }) => status.currentHealthy < status.desiredHealthy)
    .map(({ metadata, status }) => `${metadata.name} (${status.currentHealthy} of ${status.desiredHealthy})`);
}

/** Waits until everything is Ready that need not wait for a disk. */
async function calm(
  { kubectl, options: { signal } }: Stage,
  mayWait: ReadonlySet<string>,
): Promise<{ readonly unready: readonly string[]; readonly bound: readonly string[] }> {
  for (const deadline = Date.now() + 90_000; ; await new Promise((resolve) => setTimeout(resolve, 500))) {
    signal?.throwIfAborted();
    const { unready } = await readPods(kubectl);
    const other = unready.filter(({ pod }) => !mayWait.has(pod));
    if (other.length > 0 && Date.now() < deadline) continue;
    return {
      unready: other.map(({ pod, why }) => `${pod} is not Ready: ${why}`),
      bound: unready.filter(({ pod }) => mayWait.has(pod)).map(({ pod }) => pod),
    };
  }
}

async function items<T>({ kubectl }: Stage, ...kind: readonly string[]): Promise<readonly T[]> {
  return (JSON.parse(await kubectl(["get", ...kind, "-o", "json"])) as { readonly items: readonly T[] }).items;
}

/** The nodes and, as the pod collector does after a minute, the pods that were on them. */
async function removeNodes({ kubectl }: Stage, nodes: readonly string[], pods: readonly PodObject[]): Promise<void> {
  await kubectl(["delete", "node", ...nodes, "--wait=false"]);
  const namespaces = new Set(pods.map(({ metadata }) => metadata.namespace));
  for (const namespace of namespaces) {
    const names = pods.flatMap(({ metadata }) => (metadata.namespace === namespace ? [metadata.name] : []));
    const now = ["--force", "--grace-period=0", "--wait=false", "--ignore-not-found"];
    await kubectl(["delete", "pod", ...names, "-n", namespace, ...now]);
  }
}
