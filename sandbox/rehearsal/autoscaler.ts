import { addNodes } from "../providers/aws/cluster/nodeGroup";
import { groupOf, type Group } from "../providers/aws/cluster/nodes";
import type { AccountFolder } from "../providers/aws/account";
import { record, type Entity } from "../providers/aws/model";
import type { Kubectl } from "../controlPlane/kubectl";
import { podRequest, type PodObject } from "../status";

interface Toleration {
  readonly key?: string;
  readonly operator?: string;
}
interface Pod extends PodObject {
  readonly metadata: PodObject["metadata"] & { readonly deletionTimestamp?: string };
  readonly spec: PodObject["spec"] & {
    readonly nodeSelector?: Readonly<Record<string, string>>;
    readonly tolerations?: readonly Toleration[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string; readonly reason?: string }[];
  };
}

/** A node that was added, and the pod that it was added for. */
export interface Added {
  readonly group: string;
  readonly pool: string;
  readonly pod: string;
}

/**
 * Does what cluster-autoscaler would do, because no program runs in the sandbox's pods: a pod that finds no room gets a
 * node of a group that it fits on, up to the group's maximum, as long as the autoscaler's Deployment is Ready. Never takes
 * a node away.
 */
export class Autoscaler {
  readonly added: Added[] = [];
  private readonly tried = new Map<string, Set<string>>();
  private timer?: NodeJS.Timeout;
  private working: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly kubectl: Kubectl,
    private readonly account: AccountFolder,
    private readonly region: string,
  ) {}

  start(): void {
    const look = () => {
      // A cluster that is only being made, or going, does not answer.
      this.working = this.look().catch(() => undefined);
      void this.working.then(() => {
        if (!this.stopped) this.timer = setTimeout(look, 1000);
      });
    };
    look();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.working;
  }

  private async look(): Promise<void> {
    const pods = await this.items<Pod>("pods", "--all-namespaces");
    const waiting = pods.filter(
      ({ metadata, status }) =>
        metadata.deletionTimestamp === undefined &&
        status?.phase === "Pending" &&
        status.conditions?.some(({ type, reason }) => type === "PodScheduled" && reason === "Unschedulable") === true,
    );
    if (waiting.length === 0 || !(await this.runs())) return;
    const view = this.account.view(this.region);
    for (const each of waiting) {
      const group = view
        .of("eks/nodeGroup:NodeGroup")
        .map((entity) => ({ entity, group: groupOf(entity.outs, view) }))
        .filter(({ entity, group: of }) => fits(each, of) && hasRoom(entity))
        .sort((a, b) => this.attempts(each, a.group) - this.attempts(each, b.group))[0];
      if (group === undefined) continue;
      await this.grow(group.entity, group.group, each);
      return;
    }
  }

  private attempts(pod: Pod, { name }: Group): number {
    return this.tried.get(keyOf(pod))?.has(name) === true ? 1 : 0;
  }

  private async grow(entity: Entity, group: Group, pod: Pod): Promise<void> {
    const key = keyOf(pod);
    this.tried.set(key, new Set([...(this.tried.get(key) ?? []), group.name]));
    await this.account.change((entities) => [
      entities.map((each) => (each.token === entity.token && each.id === entity.id ? larger(each) : each)),
      undefined,
    ]);
    await addNodes(group, 1, this.kubectl);
    this.added.push({ group: group.name, pool: group.labels["logfire.dev/pool"] ?? "", pod: key });
  }

  private async runs(): Promise<boolean> {
    const deployments = await this.items<{
      metadata: { name: string };
      status?: { readyReplicas?: number };
    }>("deployments", "-n", "kube-system");
    return deployments.some(
      ({ metadata, status }) => metadata.name.includes("cluster-autoscaler") && (status?.readyReplicas ?? 0) > 0,
    );
  }

  private async items<T>(...kind: readonly string[]): Promise<readonly T[]> {
    return (JSON.parse(await this.kubectl(["get", ...kind, "-o", "json"])) as { readonly items: readonly T[] }).items;
  }
}

const keyOf = ({ metadata }: Pod): string => `${metadata.namespace ?? ""}/${metadata.name}`;

function larger(entity: Entity): Entity {
  const scaling = record(entity.outs.scalingConfig);
  const scalingConfig = { ...scaling, desiredSize: Number(scaling.desiredSize) + 1 };
  return { ...entity, outs: { ...entity.outs, scalingConfig } };
}

const hasRoom = ({ outs }: Entity): boolean => {
  const { desiredSize, maxSize } = record(outs.scalingConfig);
  return Number(desiredSize) < Number(maxSize);
};

function fits(pod: Pod, group: Group): boolean {
  const { cpu, memory, scratch } = podRequest(pod);
  const selector = Object.entries(pod.spec.nodeSelector ?? {});
  const tolerated = (taint: object) =>
    pod.spec.tolerations?.some(({ key }) => key === undefined || key === record(taint).key) === true;
  return (
    selector.every(([name, value]) => group.labels[name] === value || name.startsWith("kubernetes.io/")) &&
    group.taints.every(tolerated) &&
    cpu * 1000 <= group.type.allocatable.cpuMillis &&
    memory * 1024 <= group.type.allocatable.memoryMib &&
    scratch * 1024 <= group.ephemeralMib
  );
}
