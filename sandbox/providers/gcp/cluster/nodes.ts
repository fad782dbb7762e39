import { daemonSets } from "../../../../components/platform/gcp/figures/daemonSets";
import { machineTypes, maxPods, nodeOf } from "../../../../components/platform/gcp/figures/machineTypes";
import { instanceId, type Group, type Taint } from "../../cloud/cluster/group";
import { list, record, text, texts, type Entity, type Values } from "../../cloud/model";
import { byAnyName, lastPart, type GcpView } from "../kind";
import { subnetworkIn } from "../services/network";
import { localSsdsOf, nodesIn } from "../services/quotas";

const effects: Readonly<Record<string, Taint["effect"]>> = {
  NO_SCHEDULE: "NoSchedule",
  NO_EXECUTE: "NoExecute",
  PREFER_NO_SCHEDULE: "PreferNoSchedule",
};

/** GKE waits an hour for a pod's disruption budget, then it ends the pod: at 1:100. */
const drain = { seconds: 40 };

/** A pool's nodes as everything that Google knows of it makes them. */
export function groupOf(outs: Values, view: GcpView): Group {
  const config = record(outs.nodeConfig);
  const type = text(config.machineType);
  const cluster = byAnyName(view.of("container/cluster:Cluster"), outs.cluster);
  const name = text(outs.name);
  const labels = record(config.labels) as Record<string, string>;
  const { maxSurge = 1, maxUnavailable = 0 } = record(outs.upgradeSettings);
  return {
    ...{ name, labels, drain, region: view.region },
    pool: labels["logfire.dev/pool"] === "scratch" ? "scratch" : "general",
    mark: { key: "cloud.google.com/gke-nodepool", value: name },
    machine: {
      ...{ type, architecture: machineTypes[type]?.architecture ?? "amd64", cpus: machineTypes[type]?.cpus ?? 0 },
      pods: Number(outs.maxPodsPerNode ?? maxPods) - daemonSets.pods,
    },
    allocatable: allocatable(type, config),
    kubeletVersion: `v${text(outs.version)}`,
    osImage: "simulated Container-Optimized OS",
    taints: list(config.taints).map(record).map(taintOf),
    spots: spotsOf(outs, cluster, view),
    desired: nodesIn(outs),
    max: Number(record(outs.autoscaling).totalMaxNodeCount ?? nodesIn(outs)),
    atOnce: Math.max(1, Number(maxSurge) + Number(maxUnavailable)),
    identify: ({ zone }) => {
      const end = `-${instanceId().slice(-8)}.${zone}`;
      const start = `gke-${lastPart(outs.cluster)}-${name}`.slice(0, longestName - end.length).replace(/-+$/, "");
      return { name: `${start}${end}`, providerId: `gce://${view.project}/${zone}/${start}` };
    },
  };
}

/** A pool that is deleted keeps disruption budgets only where it is told to; otherwise its pods end with their nodes. */
export function leavingGroupOf(outs: Values, view: GcpView): Group {
  const group = groupOf(outs, view);
  const keepsBudgets = list(outs.nodeDrainConfigs).some(
    (config) => record(config).respectPdbDuringNodePoolDeletion === true,
  );
  return keepsBudgets ? group : { ...group, drain: { seconds: 1 } };
}

/** A node's name is a label's value too, so that GKE cuts long ones. GKE's end without the zone; a simulated disk reads it. */
const longestName = 63;

const taintOf = ({ key, value, effect }: Values): Taint => ({
  ...{ key: text(key), effect: effects[text(effect)] ?? "NoSchedule" },
  ...(text(value) === "" ? {} : { value: text(value) }),
});

/** Scratch of the local SSDs, where they are ephemeral storage; otherwise what the kubelet leaves of the boot disk. */
function allocatable(type: string, config: Values): Group["allocatable"] {
  const localSsds = Number(record(config.ephemeralStorageLocalSsdConfig).localSsdCount ?? 0);
  const node = nodeOf({ type, localSsds });
  if (node === undefined)
    throw new Error(`the simulator knows no figures of ${type} with ${localSsdsOf(config)} local SSDs`);
  if (localSsds > 0) return node.allocatable;
  return { ...node.allocatable, scratchMib: bootDiskMib(Number(config.diskSizeGb ?? 100)) };
}

/**
 * A boot disk less a tenth, at which the kubelet evicts, and less what GKE keeps: half of it, 6 GiB and 35 % of it, or
 * 100 GiB, whichever is least (https://docs.cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes).
 */
function bootDiskMib(gib: number): number {
  const kept = Math.min(0.5 * gib, 6 + 0.35 * gib, 100);
  return Math.floor((0.9 * gib - kept) * 1024);
}

function spotsOf(outs: Values, cluster: Entity | undefined, view: GcpView): Group["spots"] {
  const cidr = text(subnetworkIn(view, cluster?.outs.subnetwork)?.outs.ipCidrRange);
  const lost = (zone: string) => view.zones.find(({ name }) => name === zone)?.lost === true;
  return texts(outs.nodeLocations)
    .filter((zone) => !lost(zone))
    .map((zone) => ({ zone, cidr }));
}
