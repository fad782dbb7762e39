import type { PresetName } from "../../../logfire/catalogue/names";

export type DatabaseTier = "Burstable" | "GeneralPurpose" | "MemoryOptimized";

/** A size of Flexible Server for PostgreSQL 16. */
export interface DatabaseSku {
  readonly tier: DatabaseTier;
  readonly cpus: number;
  readonly memoryGib: number;
}

const counts = [2, 4, 8, 16, 32] as const;
const series = (letter: "D" | "E", suffix: string, tier: DatabaseTier, gibPerCpu: number) =>
  counts.map((cpus): [string, DatabaseSku] => [
    `Standard_${letter}${cpus}${suffix}`,
    { tier, cpus, memoryGib: cpus * gibPerCpu },
  ]);

/** Sizes whose figures are known: those that Microsoft lists with their connections. */
export const databaseSkus: Readonly<Record<string, DatabaseSku>> = Object.fromEntries([
  ["Standard_B2s", { tier: "Burstable", cpus: 2, memoryGib: 4 }],
  ["Standard_B2ms", { tier: "Burstable", cpus: 2, memoryGib: 8 }],
  ["Standard_B4ms", { tier: "Burstable", cpus: 4, memoryGib: 16 }],
  ["Standard_B8ms", { tier: "Burstable", cpus: 8, memoryGib: 32 }],
  ...series("D", "ds_v5", "GeneralPurpose", 4),
  ...series("D", "ads_v5", "GeneralPurpose", 4),
  ...series("D", "ds_v4", "GeneralPurpose", 4),
  ...series("E", "ds_v5", "MemoryOptimized", 8),
  ...series("E", "ads_v5", "MemoryOptimized", 8),
]);

/** A size that has to be known by now. */
export function databaseSkuOf(name: string): DatabaseSku {
  const found = databaseSkus[name];
  if (found === undefined) throw new Error(`"${name}" is no size of Flexible Server with known figures`);
  return found;
}

/** Sizes of a server's disk, Premium SSD: there are no others, and each step doubles, but for the largest. GiB. */
export const storageSizes = [32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32767] as const;

export interface DatabasePlan {
  readonly sku: string;
  /** Least that the preset runs on. */
  readonly least: Pick<DatabaseSku, "cpus" | "memoryGib">;
  readonly storageGib: number;
  readonly zoneRedundant: boolean;
  readonly backupDays: number;
}

const plan = (
  sku: string,
  storageGib: number,
  zoneRedundant: boolean,
  [cpus, memoryGib]: readonly [number, number],
): DatabasePlan => ({ sku, least: { cpus, memoryGib }, storageGib, zoneRedundant, backupDays: 7 });

/**
 * What each preset gets where the owner says nothing. Telemetry is not in PostgreSQL: accounts, projects, catalogues are.
 * A disk of Azure's never shrinks, and a change that asks for less fails: all presets that people work with have the same
 * one, so that a stack goes from any of them to any other.
 */
export const databasePlans: Readonly<Record<PresetName, DatabasePlan>> = {
  tiny: plan("Standard_B2ms", 32, false, [2, 8]),
  small: plan("Standard_D2ds_v5", 256, true, [2, 8]),
  standard: plan("Standard_D4ds_v5", 256, true, [4, 16]),
  large: plan("Standard_D8ds_v5", 256, true, [8, 32]),
};

/** A parameter of the server. */
export interface DatabaseParameter {
  readonly name: string;
  readonly value: string;
}

/**
 * Parameters, one after the other in this order, because the server takes one change at a time. Only such as work without
 * a restart: nothing here restarts a server, so that a static one, `max_connections` among them, would wait for Azure's
 * next maintenance. That one stays what the size gives, see `maxConnections`.
 */
export const databaseParameters: readonly DatabaseParameter[] = [
  // Without it `CREATE EXTENSION` is refused, by owners of databases too.
  { name: "azure.extensions", value: "BTREE_GIST,INTARRAY" },
  { name: "require_secure_transport", value: "on" },
  { name: "ssl_min_protocol_version", value: "TLSv1.2" },
  // Pages of an SSD cost the same in any order.
  { name: "random_page_cost", value: "1.1" },
];

/** Of which `max_connections` keeps some for Azure's own. */
export const reservedConnections = 15;

/** `max_connections` by memory in GiB, as Microsoft lists it; larger ones have 5000. */
const connections: Readonly<Record<number, number>> = { 4: 429, 8: 859, 16: 1718, 32: 3437 };

/** `max_connections` of a size, which Azure works out when the server is made and never again. */
export const maxConnections = ({ memoryGib }: Pick<DatabaseSku, "memoryGib">): number => connections[memoryGib] ?? 5000;

/** Sizes of Azure Managed Redis by name: memory in GiB. One shard, so that any client can use it, ends at 24. */
export const redisSkus: Readonly<Record<string, { readonly memoryGib: number }>> = {
  Balanced_B0: { memoryGib: 0.5 },
  Balanced_B1: { memoryGib: 1 },
  Balanced_B3: { memoryGib: 3 },
  Balanced_B5: { memoryGib: 6 },
  Balanced_B10: { memoryGib: 12 },
  Balanced_B20: { memoryGib: 24 },
  MemoryOptimized_M10: { memoryGib: 12 },
  MemoryOptimized_M20: { memoryGib: 24 },
};

/** Redis by preset: with a standby in another zone from `small` up. */
export const cachePlans: Readonly<Record<PresetName, { readonly sku: string; readonly replica: boolean }>> = {
  tiny: { sku: "Balanced_B1", replica: false },
  small: { sku: "Balanced_B3", replica: true },
  standard: { sku: "Balanced_B5", replica: true },
  large: { sku: "Balanced_B10", replica: true },
};
