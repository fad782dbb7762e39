import type { Where } from "../effects";
import { record, text, type Entity, type Values } from "../model";
import { items, kubectl } from "./kubectl";
import { groupOf, labelOfGroup, newNodes, type Group } from "./nodes";

interface Node {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
}

const nodesOf = (group: string): Promise<readonly Node[]> => items<Node>("nodes", "-l", `${labelOfGroup}=${group}`);
const zoneOf = ({ metadata }: Node): string => metadata.labels["topology.kubernetes.io/zone"] ?? "";
const nameOf = ({ metadata }: Node): string => metadata.name;

/** The group's nodes join the cluster and become Ready. */
export async function joinGroup(outs: Values, where: Where): Promise<void> {
  const group = groupOf(outs, where.account.view(where.region));
  await add(group, group.desired, []);
}

async function add(group: Group, count: number, zones: readonly string[]): Promise<void> {
  if (count > 0) await join(newNodes(group, count, zones), kubectl);
}

/** As an autoscaler adds nodes to a group, through whatever kubectl. */
export async function addNodes(group: Group, count: number, through: Kubectl): Promise<void> {
  const nodes = await nodesThrough(group, through);
  await join(newNodes(group, count, nodes.map(zoneOf)), through);
}

export const countNodes = async (group: Group, through: Kubectl): Promise<number> =>
  (await nodesThrough(group, through)).length;

async function nodesThrough({ name }: Group, through: Kubectl): Promise<readonly Node[]> {
  const found = await through(["get", "nodes", "-l", `${labelOfGroup}=${name}`, "-o", "json"]);
  return (JSON.parse(found) as { readonly items: readonly Node[] }).items;
}

type Kubectl = (args: readonly string[], input?: string) => Promise<string>;

async function join(nodes: readonly object[], through: Kubectl): Promise<void> {
  await through(["create", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items: nodes }));
  const names = nodes.map((node) => `node/${text(record(record(node).metadata).name)}`);
  await through(["wait", "--for=condition=Ready", "--timeout=60s", ...names]);
}

/**
 * EKS' rolling update: new nodes, then the old ones drained, as many at once as `updateConfig` lets be unavailable. Pods
 * are evicted, so that disruption budgets hold; where they hold for too long, the update fails and the old nodes stay.
 */
export async function updateGroup(outs: Values, before: Values, where: Where): Promise<void> {
  const group = groupOf(outs, where.account.view(where.region));
  const old = await nodesOf(group.name);
  const changed = ["version", "launchTemplate", "releaseVersion"].some(
    (name) => JSON.stringify(outs[name]) !== JSON.stringify(before[name]),
  );
  if (changed) return renew(group, old);
  await relabel(group, old);
  await add(group, group.desired - old.length, old.map(zoneOf));
  await remove(surplus(old, old.length - group.desired).map(nameOf));
}

async function renew(group: Group, old: readonly Node[]): Promise<void> {
  const left = [...old];
  const zones: string[] = [];
  for (let made = 0; made < group.desired || left.length > 0; made += group.maxUnavailable) {
    const count = Math.max(0, Math.min(group.maxUnavailable, group.desired - made));
    await add(group, count, zones);
    const batch = left.splice(0, group.maxUnavailable);
    zones.push(...batch.map(zoneOf));
    await remove(batch.map(nameOf));
  }
}

/** As an Auto Scaling group chooses: from the zones that have most. */
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

/** Seconds for which EKS waits for pods to go, at 1:100: https://docs.aws.amazon.com/eks/latest/userguide/managed-node-update-behavior.html */
const drainSeconds = 40;

async function remove(names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const drain = ["--ignore-daemonsets", "--delete-emptydir-data", "--force", `--timeout=${drainSeconds}s`];
  await kubectl(["drain", ...names, ...drain]).catch((error: unknown) => {
    throw new Error(`PodEvictionFailure: ${error instanceof Error ? error.message : String(error)}`);
  });
  await kubectl(["delete", "node", ...names, "--wait=false"]);
}

/**
 * The nodes of a group that goes are drained; what cannot be evicted in time ends with its node. From the beginning no
 * autoscaler finds the group any more; a node that it has just added goes with the others.
 */
export async function drainGroup({ token, id, outs }: Entity, { account }: Where): Promise<void> {
  const leaving = (each: Entity): Entity =>
    each.token === token && each.id === id ? { ...each, outs: { ...each.outs, status: "DELETING" } } : each;
  await account.change((entities) => [entities.map(leaving), undefined]);
  for (;;) {
    const names = (await nodesOf(text(outs.nodeGroupName))).map(nameOf);
    if (names.length === 0) return;
    await remove(names).catch(async () => {
      await kubectl(["delete", "node", ...names, "--wait=false"]);
    });
  }
}
