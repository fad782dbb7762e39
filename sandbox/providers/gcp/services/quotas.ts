import { quotas } from "../../../../components/platform/gcp/figures/quotas";
import { machineTypes } from "../../../../components/platform/gcp/figures/machineTypes";
import { list, record, text, type Values } from "../../cloud/model";
import { shortOf } from "../errors";
import type { GcpView } from "../kind";

/** What nodes take of the region's limits. */
export interface Need {
  readonly cpus: number;
  readonly nodes: number;
  readonly diskGb: number;
  readonly disk: string;
  /** Of local SSDs, of each node. */
  readonly ssdGb: number;
}

interface Limit {
  readonly code: string;
  /** As Compute Engine names it when it refuses. */
  readonly metric: string;
  readonly taken: (need: Need) => number;
}

const limits: readonly Limit[] = [
  { code: quotas.cpus.code, metric: "CPUS_ALL_REGIONS", taken: ({ cpus, nodes }) => cpus * nodes },
  {
    ...{ code: quotas.ssd.code, metric: "SSD_TOTAL_GB" },
    taken: ({ disk, diskGb, nodes }) => (/^pd-(balanced|ssd)$/.test(disk) ? diskGb * nodes : 0),
  },
  { code: quotas.localSsd.code, metric: "LOCAL_SSD_TOTAL_GB", taken: ({ ssdGb, nodes }) => ssdGb * nodes },
];

/** Size of one local SSD. GB, as the limit counts it. */
const localSsdGb = 375;

export const localSsdsOf = (config: Values): number =>
  Number(record(config.ephemeralStorageLocalSsdConfig).localSsdCount ?? 0) +
  Number(record(config.localNvmeSsdBlockConfig).localSsdCount ?? 0) +
  Number(config.localSsdCount ?? 0);

/** What a pool's nodes take now. */
export function needOf(outs: Values, nodes: number): Need {
  const config = record(outs.nodeConfig);
  return {
    nodes,
    cpus: machineTypes[text(config.machineType)]?.cpus ?? 2,
    ...{ diskGb: Number(config.diskSizeGb ?? 100), disk: text(config.diskType) || "pd-balanced" },
    ssdGb: localSsdsOf(config) * localSsdGb,
  };
}

/**
 * Nodes of a pool: as many in each zone as it begins with, at least its minimum over all of them, which GKE sees to by
 * itself; more once the autoscaler has added some.
 */
export function nodesIn({ simulatedNodes, nodeCount, initialNodeCount, nodeLocations, autoscaling }: Values): number {
  const first = Number(nodeCount ?? initialNodeCount ?? 0) * list(nodeLocations).length;
  return Math.max(Number(simulatedNodes ?? first), Number(record(autoscaling).totalMinNodeCount ?? 0));
}

/** Refuses more nodes than the limits leave room for. */
export function requireQuota(view: GcpView, need: Need): void {
  const there = view.of("container/nodePool:NodePool").map(({ outs }) => needOf(outs, nodesIn(outs)));
  for (const { code, metric, taken } of limits) {
    const limit = view.quotas[code] ?? Infinity;
    const used = there.reduce((sum, each) => sum + taken(each), 0);
    if (used + taken(need) > limit) throw shortOf(metric, taken(need), limit, used, view.project);
  }
}
