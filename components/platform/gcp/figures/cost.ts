import type { GcpPlatformSettings } from "../../../settings/gcp/types";
import { type CostLine, costOf, line, machineLine, type MonthlyCost } from "../../shared/cost";
import type { Exposure } from "../../shared/exposure";
import { parseTier } from "./databaseSizes";
import { bootDiskGib, localSsdGib, machineTypes } from "./machineTypes";
import { cachePrice, machinePrices, natNodesBilled, prices } from "./prices";

/** What the bill has beside: it grows with use, and so no plan can say how much. */
export const billedByUse = [
  "objects and requests in Cloud Storage",
  "traffic to the internet, between zones, through NAT and the load balancer",
  "logs, flow logs and metrics in Cloud Logging and Monitoring",
  "queries to Cloud DNS",
  "nodes beyond the minimum",
  "backups of the database",
] as const;

export interface CostSettings {
  readonly platform: GcpPlatformSettings;
  /** Who reaches the load balancer; `none` where the stack makes none. */
  readonly exposure: Exposure;
  /** Network volumes of Logfire's own pods together. GiB. */
  readonly volumesGib: number;
}

/** What a stack costs in a month with its nodes at the minimum, at list price. Parts that are adopted cost it nothing. */
export const monthlyCost = (settings: CostSettings): MonthlyCost =>
  costOf([
    ...clusterLines(settings.platform),
    ...nodeLines(settings.platform),
    ...networkLines(settings),
    ...storeLines(settings.platform),
    line("network volumes of the ingest queue, GiB", settings.volumesGib, prices.volumeGib),
    ...keyLines(settings.platform),
    ...(settings.platform.dns.kind === "create" ? [line("Cloud DNS zone", 1, prices.zone)] : []),
  ]);

const machines = machineLine(machinePrices);

const clusterLines = ({ cluster }: GcpPlatformSettings): readonly CostLine[] =>
  cluster.kind === "create" ? [line("GKE management fee", 1, prices.controlPlane)] : [];

/** Types that have local SSDs by themselves have them in their price. */
function nodeLines({ nodes: { general, scratch } }: GcpPlatformSettings): readonly CostLine[] {
  const bought = machineTypes[scratch.type]?.bundled === true ? 0 : scratch.minNodes * scratch.localSsds * localSsdGib;
  const disks = general.minNodes * bootDiskGib.general + scratch.minNodes * bootDiskGib.scratch;
  return [
    machines("general nodes", general.type, general.minNodes),
    machines("scratch nodes", scratch.type, scratch.minNodes),
    line("local SSDs of the scratch nodes, GiB", bought, prices.localSsdGib),
    line("boot disks of the nodes, GiB", disks, prices.bootDiskGib),
  ];
}

/** NAT is billed by the nodes behind it, up to a number, and by its address. */
function networkLines({ platform: { network, nodes }, exposure }: CostSettings): readonly CostLine[] {
  const made = network.kind === "create";
  const behind = Math.min(natNodesBilled, nodes.general.minNodes + nodes.scratch.minNodes);
  return [
    line("nodes behind Cloud NAT", made ? behind : 0, prices.natOfNode),
    line("address of Cloud NAT", made ? 1 : 0, prices.natAddress),
    line("load balancer", exposure === "none" ? 0 : 1, prices.loadBalancer),
  ];
}

/** A standby doubles vCPUs, memory and storage. */
function storeLines({ postgres, redis }: GcpPlatformSettings): readonly CostLine[] {
  const copies = postgres.kind === "create" && postgres.regional ? 2 : 1;
  const tier = postgres.kind === "create" ? parseTier(postgres.tier) : undefined;
  return [
    ...(postgres.kind === "create" && tier !== undefined
      ? [
          line("PostgreSQL, vCPUs", copies * tier.cpus, prices.databaseCpu),
          line("PostgreSQL, GiB of memory", (copies * tier.memoryMib) / 1024, prices.databaseMemoryGib),
          line("storage of PostgreSQL, GiB", copies * postgres.storageGib, prices.databaseGib),
        ]
      : []),
    ...(redis.kind === "create"
      ? [line(`Redis${redis.replica ? " with a standby" : ""}, GiB`, redis.memoryGib, cachePrice(redis))]
      : []),
  ];
}

function keyLines({ cluster, objectStore, postgres }: GcpPlatformSettings): readonly CostLine[] {
  const keys = [
    cluster.kind === "create",
    objectStore.kind === "create" && objectStore.encryption === "kms",
    postgres.kind === "create" && postgres.encryption === "kms",
  ];
  return [line("KMS keys", keys.filter(Boolean).length, prices.key)];
}
