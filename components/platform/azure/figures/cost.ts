import type { AzurePlatformSettings } from "../../../settings/azure/types";
import { costOf, type CostLine, line, machineLine, type MonthlyCost } from "../../shared/cost";
import type { Exposure } from "../../shared/exposure";
import { databasePrices, machinePrices, prices } from "./prices";

/** What the bill has beside: it grows with use, and so no plan can say how much. */
export const billedByUse = [
  "objects and requests in the storage account",
  "traffic to the internet, between zones, through NAT, the load balancer and private endpoints",
  "logs of the control plane in Log Analytics",
  "queries to Azure DNS",
  "nodes beyond the minimum",
  "backups larger than the database",
] as const;

export interface CostSettings {
  readonly platform: AzurePlatformSettings;
  /** Who reaches the load balancer; `none` where the stack has none. */
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
    line("network volumes of the ingest queue, GB", settings.volumesGib, undefined),
    line("public DNS zone", settings.platform.dns.kind === "create" ? 1 : 0, undefined),
  ]);

const virtualMachines = machineLine(machinePrices);
const databases = machineLine(databasePrices);
// No price of any size was found.
const caches = machineLine({});

const clusterLines = ({ cluster }: AzurePlatformSettings): readonly CostLine[] =>
  cluster.kind === "create" ? [line("AKS control plane, Standard tier", 1, prices.controlPlane)] : [];

/** Ephemeral OS disks are part of a node's price. */
const nodeLines = ({ nodes: { general, scratch } }: AzurePlatformSettings): readonly CostLine[] => [
  virtualMachines("general nodes", general.type, general.minNodes),
  virtualMachines("scratch nodes", scratch.type, scratch.minNodes),
];

/** The endpoint of Redis is the only one. */
function networkLines({ platform: { network, redis }, exposure }: CostSettings): readonly CostLine[] {
  const gateways = network.kind === "create" ? 1 : 0;
  return [
    line("NAT gateway", gateways, prices.natGateway),
    line("load balancer", exposure === "none" ? 0 : 1, undefined),
    line("public IPv4 addresses", gateways + (exposure === "public" ? 1 : 0), prices.publicAddress),
    line("private endpoints", redis.kind === "create" ? 1 : 0, prices.privateEndpoint),
  ];
}

function storeLines({ postgres, redis }: AzurePlatformSettings): readonly CostLine[] {
  const copies = postgres.kind === "create" && postgres.zoneRedundant ? 2 : 1;
  return [
    ...(postgres.kind === "create"
      ? [
          databases("PostgreSQL", postgres.sku, copies),
          line("storage of PostgreSQL, GB", copies * postgres.storageGib, prices.databaseGb),
        ]
      : []),
    // With a standby there are two of them.
    ...(redis.kind === "create" ? [caches("Azure Managed Redis", redis.sku, redis.replica ? 2 : 1)] : []),
  ];
}
