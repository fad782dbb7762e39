import type { AwsPlatformSettings } from "../../../settings/aws/types";
import { type CostLine, costOf, line, machineLine, type MonthlyCost } from "../../shared/cost";
import type { Exposure } from "../../shared/exposure";
import { zoneCount } from "../../shared/nodePlan";
import { rootVolumeGib } from "./machineTypes";
import { machinePrices, prices } from "./prices";

/** What the bill has beside: it grows with use, and so no plan can say how much. */
export const billedByUse = [
  "objects and requests in S3",
  "traffic to the internet, between zones, through NAT and the load balancer",
  "logs and flow logs in CloudWatch",
  "queries to Route 53",
  "nodes beyond the minimum",
  "backups larger than the database",
] as const;

export interface CostSettings {
  readonly platform: AwsPlatformSettings;
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
    line("network volumes of the ingest queue, GB", settings.volumesGib, prices.volumeGb),
    ...keyLines(settings.platform),
    ...(settings.platform.dns.kind === "create" ? [line("Route 53 zone", 1, undefined)] : []),
  ]);

const machines = machineLine(machinePrices);

const clusterLines = ({ cluster }: AwsPlatformSettings): readonly CostLine[] =>
  cluster.kind === "create" ? [line("EKS control plane", 1, prices.controlPlane)] : [];

function nodeLines({ nodes }: AwsPlatformSettings): readonly CostLine[] {
  const { general, scratch } = nodes;
  const disks = general.minNodes * rootVolumeGib.general + scratch.minNodes * rootVolumeGib.scratch;
  return [
    machines("general nodes", general.type, general.minNodes),
    machines("scratch nodes", scratch.type, scratch.minNodes),
    line("root disks of the nodes, GB", disks, prices.volumeGb),
  ];
}

/** A regional NAT gateway is billed in each of its zones, as one in each of them would be. */
function networkLines({ platform: { network }, exposure }: CostSettings): readonly CostLine[] {
  const gateways = network.kind === "existing" ? 0 : network.nat === "single" ? 1 : zoneCount;
  const addresses = gateways + (exposure === "public" ? zoneCount : 0);
  return [
    line("NAT gateways", gateways, prices.natGateway),
    line("load balancer", exposure === "none" ? 0 : 1, prices.loadBalancer),
    line("public IPv4 addresses", addresses, prices.publicAddress),
  ];
}

function storeLines({ postgres, redis }: AwsPlatformSettings): readonly CostLine[] {
  const copies = postgres.kind === "create" && postgres.multiAz ? 2 : 1;
  return [
    ...(postgres.kind === "create"
      ? [
          machines("PostgreSQL", postgres.instanceClass, copies),
          line("storage of PostgreSQL, GB", copies * postgres.storageGib, prices.databaseGb),
        ]
      : []),
    ...(redis.kind === "create" ? [machines("Valkey", redis.nodeType, redis.nodes)] : []),
  ];
}

function keyLines({ cluster, objectStore, postgres }: AwsPlatformSettings): readonly CostLine[] {
  const keys = [
    cluster.kind === "create",
    objectStore.kind === "create" && objectStore.encryption === "kms",
    postgres.kind === "create" && postgres.encryption === "kms",
  ];
  return [line("KMS keys", keys.filter(Boolean).length, prices.key)];
}
