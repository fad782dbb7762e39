import type { Kubectl } from "./controlPlane/kubectl";
import { edgeFigures, edgeKinds, type EdgeFigures, type EdgeObject } from "./edgeStatus";
import { table } from "./table";

/** The parts of Kubernetes objects that the figures are made of. */
interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
}
export interface WorkloadObject {
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec?: { readonly replicas?: number; readonly completions?: number };
  readonly status?: { readonly readyReplicas?: number; readonly succeeded?: number };
}
interface Container {
  readonly restartPolicy?: string;
  readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
}
export interface PodObject {
  readonly metadata: Metadata;
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly overhead?: Readonly<Record<string, string>>;
  };
  readonly status?: { readonly phase?: string };
}
export interface NodeObject {
  readonly metadata: Metadata;
  readonly spec?: { readonly unschedulable?: boolean };
  readonly status?: { readonly allocatable?: Readonly<Record<string, string>> };
}

export interface WorkloadFigures {
  readonly name: string;
  readonly kind: string;
  readonly ready: number;
  readonly desired: number;
}

/** CPU in cores, the others in GiB. */
export interface Amounts {
  readonly cpu: number;
  readonly memory: number;
  readonly scratch: number;
}

export interface NodeFigures {
  readonly name: string;
  readonly pool: string;
  readonly type: string;
  readonly zone: string;
  readonly cordoned: boolean;
  readonly pods: number;
  /** Sum of the requests of its pods. */
  readonly used: Amounts;
  readonly allocatable: Amounts;
}

export interface Status {
  readonly workloads: readonly WorkloadFigures[];
  readonly nodes: readonly NodeFigures[];
  readonly edge: readonly EdgeFigures[];
}

/** Asks the cluster. `namespace` limits the workloads and the edge; pods of all namespaces count on the nodes. */
export async function readStatus(kubectl: Kubectl, namespace: string): Promise<Status> {
  const items = async (...args: string[]) =>
    (JSON.parse(await kubectl(["get", ...args, "-o", "json"])) as { readonly items: readonly unknown[] }).items;
  const [workloads, pods, nodes, edge] = await Promise.all([
    items("deployments,statefulsets,jobs", "-n", namespace),
    items("pods", "--all-namespaces"),
    items("nodes"),
    items(edgeKinds, "-n", namespace),
  ]);
  return {
    workloads: workloadFigures(workloads as readonly WorkloadObject[]),
    nodes: nodeFigures(nodes as readonly NodeObject[], pods as readonly PodObject[]),
    edge: edgeFigures(edge as readonly EdgeObject[]),
  };
}

export const workloadFigures = (objects: readonly WorkloadObject[]): readonly WorkloadFigures[] =>
  objects
    .map(({ kind, metadata, spec, status }) =>
      kind === "Job"
        ? { name: metadata.name, kind, ready: status?.succeeded ?? 0, desired: spec?.completions ?? 1 }
        : { name: metadata.name, kind, ready: status?.readyReplicas ?? 0, desired: spec?.replicas ?? 1 },
    )
    .sort((a, b) => a.name.localeCompare(b.name));

export function nodeFigures(nodes: readonly NodeObject[], pods: readonly PodObject[]): readonly NodeFigures[] {
  // A pod that has ended gives back what it asked for.
  const active = pods.filter(({ status }) => status?.phase !== "Succeeded" && status?.phase !== "Failed");
  return nodes
    .map(({ metadata, spec, status }) => {
      const own = active.filter((pod) => pod.spec.nodeName === metadata.name);
      return {
        name: metadata.name,
        pool: metadata.labels?.["logfire.dev/pool"] ?? "",
        type: metadata.labels?.["node.kubernetes.io/instance-type"] ?? "",
        zone: metadata.labels?.["topology.kubernetes.io/zone"] ?? "",
        cordoned: spec?.unschedulable === true,
        pods: own.length,
        used: own.map(podRequest).reduce(plus, nothing),
        allocatable: amounts(status?.allocatable),
      };
    })
    .sort((a, b) => a.pool.localeCompare(b.pool) || a.name.localeCompare(b.name));
}

/** What the scheduler counts: containers and side-cars together, or the largest init container where that is more. */
export function podRequest({ spec }: Pick<PodObject, "spec">): Amounts {
  const init = spec.initContainers ?? [];
  const requests = (containers: readonly Container[]) =>
    containers.map(({ resources }) => amounts(resources?.requests));
  const sidecars = requests(init.filter(({ restartPolicy }) => restartPolicy === "Always"));
  const running = [...requests(spec.containers), ...sidecars].reduce(plus, nothing);
  const before = requests(init.filter(({ restartPolicy }) => restartPolicy !== "Always"));
  return plus([running, ...before].reduce(larger, nothing), amounts(spec.overhead));
}

const nothing: Amounts = { cpu: 0, memory: 0, scratch: 0 };
const combine =
  (with_: (a: number, b: number) => number) =>
  (a: Amounts, b: Amounts): Amounts => ({
    cpu: with_(a.cpu, b.cpu),
    memory: with_(a.memory, b.memory),
    scratch: with_(a.scratch, b.scratch),
  });
const plus = combine((a, b) => a + b);
const larger = combine(Math.max);

const amounts = (list: Readonly<Record<string, string>> = {}): Amounts => ({
  cpu: quantity(list.cpu ?? "0"),
  memory: quantity(list.memory ?? "0") / 1024 ** 3,
  scratch: quantity(list["ephemeral-storage"] ?? "0") / 1024 ** 3,
});

const suffixes: Readonly<Record<string, number>> = {
  ...{ "": 1, n: 1e-9, u: 1e-6, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...Object.fromEntries(["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].map((suffix, power) => [suffix, 1024 ** (power + 1)])),
};

/** Any quantity the API server may answer with, as a number. `"250m"` -> `0.25`, `"1Ki"` -> `1024`. */
export function quantity(text: string): number {
  const [, number, suffix = ""] = /^([0-9.]+(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(text) ?? [];
  const factor = suffixes[suffix];
  if (number === undefined || factor === undefined) throw new Error(`"${text}" is not a Kubernetes quantity`);
  return Number(number) * factor;
}

/** A table each of workloads, edge and nodes; `terminal`: with bold heads. */
export function statusText({ workloads, nodes, edge }: Status, terminal: boolean): string {
  const share = (used: number, of: number) => `${round(used)} / ${round(of)}`;
  const nodeRows = nodes.map(({ name, pool, type, zone, cordoned, pods, used, allocatable }) => [
    pool,
    type,
    zone,
    cordoned ? `${name} (cordoned)` : name,
    String(pods),
    share(used.cpu, allocatable.cpu),
    share(used.memory, allocatable.memory),
    share(used.scratch, allocatable.scratch),
  ]);
  const workloadRows = workloads.map(({ name, kind, ready, desired }) => [name, kind, `${ready}/${desired}`]);
  const edgeRows = edge.map(({ kind, name, ready, detail }) => [name, kind, ready ? "yes" : "no", detail]);
  return [
    table(["workload", "kind", "ready"], workloadRows, terminal),
    "",
    ...(edge.length === 0 ? [] : [table(["edge", "kind", "ready", "detail"], edgeRows, terminal), ""]),
    table(["pool", "type", "zone", "node", "pods", "CPU", "memory GiB", "scratch GiB"], nodeRows, terminal),
  ].join("\n");
}

const round = (value: number): string => (value >= 100 ? value.toFixed(0) : String(Number(value.toFixed(1))));
