import type { Kubectl } from "../controlPlane/kubectl";
import { podRequest, type PodObject } from "../status";
import type { NodeGroup, RehearsedAccount } from "./cloud";

interface Toleration {
  readonly key?: string;
  readonly operator?: string;
}
interface Pod extends PodObject {
  readonly metadata: PodObject["metadata"] & { readonly deletionTimestamp?: string };
  readonly spec: PodObject["spec"] & {
    readonly nodeSelector?: Readonly<Record<string, string>>;
    readonly tolerations?: readonly Toleration[];
    readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName: string } }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string; readonly reason?: string }[];
  };
}
interface Volume {
  readonly spec: {
    readonly claimRef?: { readonly namespace: string; readonly name: string };
    readonly nodeAffinity?: {
      readonly required: {
        readonly nodeSelectorTerms: readonly {
          readonly matchExpressions?: readonly { readonly key: string; readonly values?: readonly string[] }[];
        }[];
      };
    };
  };
}

/** A node that was added, and the pod that it was added for. */
export interface Added {
  readonly group: string;
  readonly pool: string;
  readonly pod: string;
}

/** Nodes that one pod gets from one group; more would not help it either. */
const triesPerGroup = 2;

/**
 * Does what a cluster autoscaler would do, because no program runs in the sandbox's pods: a pod that finds no room gets a
 * node of a group that it fits on, up to the group's maximum, in a zone where its disk is. Never takes a node away.
 */
export class Autoscaler {
  readonly added: Added[] = [];
  private readonly tried = new Map<string, number>();
  private timer?: NodeJS.Timeout;
  private working: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly kubectl: Kubectl,
    private readonly account: RehearsedAccount,
    /** Part of the name of the Deployment in `kube-system` that has to be Ready for it; none where the cloud does it. */
    private readonly deployment?: string,
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

  /** After something that changes where pods find room, each may try again. */
  forget = (): void => this.tried.clear();

  private async look(): Promise<void> {
    const pods = await this.items<Pod>("pods", "--all-namespaces");
    const waiting = pods.filter(
      ({ metadata, status }) =>
        metadata.deletionTimestamp === undefined &&
        status?.phase === "Pending" &&
        status.conditions?.some(({ type, reason }) => type === "PodScheduled" && reason === "Unschedulable") === true,
    );
    if (waiting.length === 0 || !(await this.runs())) return;
    const [groups, volumes] = [this.account.nodeGroups(), await this.items<Volume>("persistentvolumes")];
    for (const pod of waiting) {
      const zones = zonesOfDisks(pod, volumes);
      const tries = ({ name }: NodeGroup) => this.tried.get(`${keyOf(pod)} ${name}`) ?? 0;
      const group = groups
        .filter((each) => fits(pod, each) && each.size < each.max && tries(each) < triesPerGroup)
        .filter((each) => each.zones.some((zone) => zones === undefined || zones.includes(zone)))
        .sort((a, b) => tries(a) - tries(b))[0];
      if (group === undefined) continue;
      this.tried.set(`${keyOf(pod)} ${group.name}`, tries(group) + 1);
      await this.account.grow(group.name, this.kubectl);
      this.added.push({ group: group.name, pool: group.pool, pod: keyOf(pod) });
      return;
    }
  }

  private async runs(): Promise<boolean> {
    const { deployment } = this;
    if (deployment === undefined) return true;
    const deployments = await this.items<{
      metadata: { name: string };
      status?: { readyReplicas?: number };
    }>("deployments", "-n", "kube-system");
    return deployments.some(
      ({ metadata, status }) => metadata.name.includes(deployment) && (status?.readyReplicas ?? 0) > 0,
    );
  }

  private async items<T>(...kind: readonly string[]): Promise<readonly T[]> {
    return (JSON.parse(await this.kubectl(["get", ...kind, "-o", "json"])) as { readonly items: readonly T[] }).items;
  }
}

const keyOf = ({ metadata }: Pod): string => `${metadata.namespace ?? ""}/${metadata.name}`;

/** Zones that the pod's disks leave it; undefined where it has none, or they are in every zone. */
function zonesOfDisks({ metadata, spec }: Pod, volumes: readonly Volume[]): readonly string[] | undefined {
  const claims = (spec.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) => claim?.claimName ?? []);
  const bound = volumes.filter(
    ({ spec: { claimRef } }) =>
      claimRef !== undefined && claimRef.namespace === metadata.namespace && claims.includes(claimRef.name),
  );
  const zones = bound.flatMap(({ spec: { nodeAffinity } }) =>
    (nodeAffinity?.required.nodeSelectorTerms ?? [])
      .flatMap(({ matchExpressions = [] }) => matchExpressions)
      .flatMap(({ key, values = [] }) => (key === "topology.kubernetes.io/zone" ? values : [])),
  );
  return zones.length === 0 ? undefined : zones;
}

function fits(pod: Pod, { labels, taints, allocatable }: NodeGroup): boolean {
  const { cpu, memory, scratch } = podRequest(pod);
  const selector = Object.entries(pod.spec.nodeSelector ?? {});
  const tolerated = (taint: string) =>
    pod.spec.tolerations?.some(({ key }) => key === undefined || key === taint) === true;
  return (
    selector.every(([name, value]) => labels[name] === value || name.startsWith("kubernetes.io/")) &&
    taints.every(tolerated) &&
    cpu * 1000 <= allocatable.cpuMillis &&
    memory * 1024 <= allocatable.memoryMib &&
    scratch * 1024 <= allocatable.scratchMib
  );
}
