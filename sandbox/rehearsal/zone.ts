import { readPods } from "./cluster";
import { unchanged, type ScenarioReport } from "./report";
import type { Changes, Stage } from "./stage";

interface NodeObject {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec: object;
  readonly status: object;
}
interface PodObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec: { readonly nodeName?: string };
}

const zoneLabel = "topology.kubernetes.io/zone";

/**
 * The nodes of one zone are gone at once, with everything that ran on them; the autoscaler, which the sandbox has not, is
 * stood in for by as many nodes in the other zones. What hangs on a disk of the zone has to wait; all else has to come up.
 * Then an `up`, and the zone comes back.
 */
export async function loseZone(stage: Stage, start: Changes): Promise<Pick<ScenarioReport, "said" | "problems">> {
  const nodes = await items<NodeObject>(stage, "nodes");
  const zones = [...new Set(nodes.map(({ metadata }) => metadata.labels[zoneLabel] ?? ""))].sort();
  const [zone = ""] = zones.slice(-1);
  const lost = nodes.filter(({ metadata }) => metadata.labels[zoneLabel] === zone);
  await removeNodes(stage, lost);
  const others = zones.filter((each) => each !== zone);
  const substitutes = lost.map((node, at) => movedTo(node, others[at % others.length] ?? ""));
  await create(stage, substitutes);
  const waiting = await calm(stage, (pod) => pod.startsWith(`${stage.options.namespace}/logfire-ff-ingest-`));
  const during = await stage.deploy(start).then(
    ({ result }) => Object.keys(result.changes).filter((op) => !unchanged.includes(op)),
    (error: unknown) => [error instanceof Error ? error.message : String(error)],
  );
  await create(stage, lost.map(cleaned));
  const after = await calm(stage, () => false);
  await removeNodes(stage, substitutes);
  const end = await calm(stage, () => false);
  return {
    said: [
      `${zone} lost with ${lost.length} nodes: ${waiting.bound.length} pods wait for its disks (${waiting.bound.join(", ") || "none"}), all others came up elsewhere`,
      `${zone} back: ${after.unready.length + end.unready.length} pods not Ready`,
    ],
    problems: [
      ...waiting.unready.map((pod) => `without ${zone}: ${pod}`),
      ...(during.length > 0 ? [`an \`up\` without ${zone}: ${during.join(", ")}`] : []),
      ...[...after.unready, ...end.unready].map((pod) => `after ${zone} came back: ${pod}`),
    ],
  };
}

/** Waits until everything is Ready that need not wait for a disk. */
async function calm(
  { kubectl }: Stage,
  mayWait: (pod: string) => boolean,
): Promise<{ readonly unready: readonly string[]; readonly bound: readonly string[] }> {
  for (const deadline = Date.now() + 45_000; ; await new Promise((resolve) => setTimeout(resolve, 500))) {
    const { unready } = await readPods(kubectl);
    const other = unready.filter(({ pod }) => !mayWait(pod));
    if (other.length > 0 && Date.now() < deadline) continue;
    return {
      unready: other.map(({ pod, why }) => `${pod} is not Ready: ${why}`),
      bound: unready.filter(({ pod }) => mayWait(pod)).map(({ pod }) => pod),
    };
  }
}

async function items<T>({ kubectl }: Stage, ...kind: readonly string[]): Promise<readonly T[]> {
  return (JSON.parse(await kubectl(["get", ...kind, "-o", "json"])) as { readonly items: readonly T[] }).items;
}

/** The nodes and, as the pod collector does after a minute, the pods that were on them. */
async function removeNodes(
  stage: Stage,
  nodes: readonly { readonly metadata: { readonly name: string } }[],
): Promise<void> {
  const names = nodes.map(({ metadata }) => metadata.name);
  await stage.kubectl(["delete", "node", ...names, "--wait=false"]);
  const pods = (await items<PodObject>(stage, "pods", "--all-namespaces")).filter(({ spec }) =>
    names.includes(spec.nodeName ?? ""),
  );
  for (const { metadata } of pods)
    await stage.kubectl([
      "delete",
      "pod",
      metadata.name,
      "-n",
      metadata.namespace,
      "--force",
      "--grace-period=0",
      "--wait=false",
      "--ignore-not-found",
    ]);
}

const create = (stage: Stage, nodes: readonly object[]): Promise<string> =>
  stage.kubectl(["create", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items: nodes }));

function cleaned({ metadata: { name, labels }, spec, status }: NodeObject): Moved {
  const metadata = { name, labels, annotations: { "kwok.x-k8s.io/node": "fake" } };
  return { apiVersion: "v1", kind: "Node", metadata, spec, status } as Moved;
}

interface Moved {
  readonly metadata: { readonly name: string };
}

function movedTo({ metadata: { name, labels }, spec, status }: NodeObject, zone: string): Moved {
  const other = `substitute-${name.replace(/\.[^.]+$/, "")}.${zone}`;
  const metadata = { name: other, labels: { ...labels, [zoneLabel]: zone, "kubernetes.io/hostname": other } };
  return cleaned({ metadata, spec: { ...spec, providerID: `aws:///${zone}/${other}` }, status });
}
