import type { Kubectl } from "../../../controlPlane/kubectl";
import { record, text, type Entity } from "../model";
import type { Place } from "../simulation";
import { newNodes, type Group } from "./group";
import { kubectl } from "./kubectl";

interface Node {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
}
type Mark = Group["mark"];

const zoneOf = ({ metadata }: Node): string => metadata.labels["topology.kubernetes.io/zone"] ?? "";
const nameOf = ({ metadata }: Node): string => metadata.name;

/** Nodes that the cloud has marked as the group's. */
async function nodesOf({ key, value }: Mark, through: Kubectl = kubectl): Promise<readonly Node[]> {
  const found = await through(["get", "nodes", "-l", `${key}=${value}`, "-o", "json"]);
  return (JSON.parse(found) as { readonly items: readonly Node[] }).items;
}

/** The group's nodes join the cluster and become Ready. */
export const joinGroup = (group: Group): Promise<void> => add(group, group.desired, []);

async function add(group: Group, count: number, zones: readonly string[], through: Kubectl = kubectl): Promise<void> {
  if (count > 0) await join(newNodes(group, count, zones), through);
}

/** As an autoscaler adds nodes to a group, through whatever kubectl. */
export async function addNodes(group: Group, count: number, through: Kubectl): Promise<void> {
  const nodes = await nodesOf(group.mark, through);
  await add(group, count, nodes.map(zoneOf), through);
}

export const countNodes = async ({ mark }: Group, through: Kubectl): Promise<number> =>
  (await nodesOf(mark, through)).length;

async function join(nodes: readonly object[], through: Kubectl): Promise<void> {
  await through(["create", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items: nodes }));
  const names = nodes.map((node) => `node/${text(record(record(node).metadata).name)}`);
  await through(["wait", "--for=condition=Ready", "--timeout=60s", ...names]);
}

/**
 * What a change of the group does to its nodes. Where they are `renewed`, a rolling update: new nodes, then the old ones
 * drained, as many at once as the group says. Pods are evicted, so that disruption budgets hold; where they hold for too
 * long, the update fails and the old nodes stay, or the pods are ended, as the cloud has it. Otherwise labels, taints and
 * the size are changed.
 */
export async function updateGroup(group: Group, renewed: boolean): Promise<void> {
  const old = await nodesOf(group.mark);
  if (renewed) return renew(group, old);
  await relabel(group, old);
  await add(group, group.desired - old.length, old.map(zoneOf));
  await remove(group, surplus(old, old.length - group.desired).map(nameOf));
}

async function renew(group: Group, old: readonly Node[]): Promise<void> {
  for (const { joining, leaving } of exchange(group, old)) {
    if (joining.length > 0) await join(joining, kubectl);
    await remove(group, leaving.map(nameOf));
  }
}

/** Nodes that join at once, and those that are drained when they have. */
interface Exchange {
  readonly joining: readonly object[];
  readonly leaving: readonly Node[];
}

/**
 * The steps of a rolling update. A new node comes where the one that it replaces makes a gap, so that zones stay balanced
 * in whatever order nodes are exchanged.
 */
export function exchange(group: Group, old: readonly Node[]): readonly Exchange[] {
  const steps: Exchange[] = [];
  const left = [...old];
  const fresh: string[] = [];
  for (let made = 0; made < group.desired || left.length > 0; made += group.atOnce) {
    const leaving = left.splice(0, group.atOnce);
    const count = Math.max(0, Math.min(group.atOnce, group.desired - made));
    const joining = newNodes(group, count, [...left.map(zoneOf), ...fresh]);
    fresh.push(...joining.map((node) => zoneOf(node as Node)));
    steps.push({ joining, leaving });
  }
  return steps;
}

/** As clouds choose: from the zones that have most. */
function surplus(nodes: readonly Node[], count: number): readonly Node[] {
  const left = [...nodes];
  return Array.from({ length: Math.max(0, count) }, () => {
    const amount = (node: Node) => left.filter((other) => zoneOf(other) === zoneOf(node)).length;
    const most = left.reduce((best, node) => (amount(node) > amount(best) ? node : best));
    return left.splice(left.indexOf(most), 1)[0] ?? most;
  });
}

/** Labels and taints of a group are changed on the nodes that are there. */
async function relabel(group: Group, nodes: readonly Node[]): Promise<void> {
  for (const { metadata } of nodes) {
    const patch = { metadata: { labels: group.labels }, spec: { taints: group.taints } };
    await kubectl(["patch", "node", metadata.name, "--type=merge", "-p", JSON.stringify(patch)]);
  }
}

async function remove({ drain }: Pick<Group, "drain">, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const options = ["--ignore-daemonsets", "--delete-emptydir-data", "--force", `--timeout=${drain.seconds}s`];
  await kubectl(["drain", ...names, ...options]).catch((error: unknown) => {
    if (drain.fails !== undefined)
      throw new Error(`${drain.fails}: ${error instanceof Error ? error.message : String(error)}`);
  });
  await kubectl(["delete", "node", ...names, "--wait=false"]);
}

/** Whether an entity is on its way out: no autoscaler finds its group any more. */
export const isLeaving = ({ outs }: Entity): boolean => outs.simulatedLeaving === true;

/**
 * The nodes of groups that go with an entity are drained; what cannot be evicted in time ends with its node. A node that
 * an autoscaler has just added goes with the others.
 */
export async function leaveGroups({ token, id }: Entity, groups: readonly Group[], { account }: Place): Promise<void> {
  const leaving = (each: Entity): Entity =>
    each.token === token && each.id === id ? { ...each, outs: { ...each.outs, simulatedLeaving: true } } : each;
  await account.change((entities) => [entities.map(leaving), undefined]);
  await Promise.all(groups.map(empty));
}

async function empty({ mark, drain }: Group): Promise<void> {
  for (;;) {
    const names = (await nodesOf(mark)).map(nameOf);
    if (names.length === 0) return;
    await remove({ drain: { seconds: drain.seconds } }, names);
  }
}
