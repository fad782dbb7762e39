import type { PresetName } from "../../../logfire/catalogue/names";

/** A class of RDS for PostgreSQL 16. */
export interface DatabaseClass {
  readonly cpus: number;
  readonly memoryGib: number;
}

const byFamily: Readonly<Record<string, { readonly gibPerCpu: number; readonly sizes: readonly string[] }>> = {
  m6g: { gibPerCpu: 4, sizes: ["large", "xlarge", "2xlarge", "4xlarge"] },
  m6i: { gibPerCpu: 4, sizes: ["large", "xlarge", "2xlarge", "4xlarge"] },
  m7g: { gibPerCpu: 4, sizes: ["large", "xlarge", "2xlarge", "4xlarge"] },
  m7i: { gibPerCpu: 4, sizes: ["large", "xlarge", "2xlarge", "4xlarge"] },
  r6g: { gibPerCpu: 8, sizes: ["large", "xlarge", "2xlarge", "4xlarge"] },
  r7g: { gibPerCpu: 8, sizes: ["large", "xlarge", "2xlarge", "4xlarge"] },
};
const cpus: Readonly<Record<string, number>> = { large: 2, xlarge: 4, "2xlarge": 8, "4xlarge": 16 };

/** Classes whose figures are known. Amazon runs the machines, so that Graviton is as good as any. */
export const databaseClasses: Readonly<Record<string, DatabaseClass>> = {
  "db.t4g.medium": { cpus: 2, memoryGib: 4 },
  "db.t4g.large": { cpus: 2, memoryGib: 8 },
  "db.t4g.xlarge": { cpus: 4, memoryGib: 16 },
  "db.t4g.2xlarge": { cpus: 8, memoryGib: 32 },
  ...Object.fromEntries(
    Object.entries(byFamily).flatMap(([family, { gibPerCpu, sizes }]) =>
      sizes.map((size) => {
        const count = cpus[size] ?? 0;
        return [`db.${family}.${size}`, { cpus: count, memoryGib: count * gibPerCpu }] as const;
      }),
    ),
  ),
};

export interface DatabasePlan {
  readonly instanceClass: string;
  /** Least that the preset runs on. */
  readonly least: DatabaseClass;
  readonly storageGib: number;
  readonly maxStorageGib: number;
  readonly multiAz: boolean;
  readonly backupDays: number;
}

const plan = (instanceClass: string, storageGib: number, multiAz: boolean, least: DatabaseClass): DatabasePlan => ({
  instanceClass,
  least,
  storageGib,
  maxStorageGib: 5 * storageGib,
  multiAz,
  backupDays: 7,
});

/** What each preset gets where the owner says nothing. Telemetry is not in PostgreSQL: accounts, projects, catalogues are. */
export const databasePlans: Readonly<Record<PresetName, DatabasePlan>> = {
  tiny: plan("db.t4g.large", 20, false, { cpus: 2, memoryGib: 8 }),
  small: plan("db.m7g.large", 50, true, { cpus: 2, memoryGib: 8 }),
  standard: plan("db.m7g.xlarge", 100, true, { cpus: 4, memoryGib: 16 }),
  large: plan("db.m7g.2xlarge", 200, true, { cpus: 8, memoryGib: 32 }),
};

/** What Pydantic suggests; more takes memory that queries need. */
const suggestedConnections = 2048;
/** Bytes of memory for each connection in RDS' own default, `DBInstanceClassMemory / 9531392`. */
const bytesPerConnection = 9_531_392;

/** `max_connections` of a class. 8 GiB -> 901, 16 GiB -> 1802, 32 GiB -> 2048. */
export const maxConnections = ({ memoryGib }: DatabaseClass): number =>
  Math.min(suggestedConnections, Math.floor((memoryGib * 1024 ** 3) / bytesPerConnection));

/** A node of ElastiCache: memory in GiB. */
export const cacheNodes: Readonly<Record<string, { readonly memoryGib: number }>> = {
  "cache.t4g.small": { memoryGib: 1.37 },
  "cache.t4g.medium": { memoryGib: 3.09 },
  "cache.m7g.large": { memoryGib: 6.38 },
  "cache.m7g.xlarge": { memoryGib: 12.93 },
  "cache.m7g.2xlarge": { memoryGib: 26.04 },
  "cache.r7g.large": { memoryGib: 13.07 },
  "cache.r7g.xlarge": { memoryGib: 26.32 },
};

/** Nodes of the cache by preset: with a replica from `small` up. */
export const cachePlans: Readonly<Record<PresetName, { readonly nodeType: string; readonly nodes: number }>> = {
  tiny: { nodeType: "cache.t4g.small", nodes: 1 },
  small: { nodeType: "cache.t4g.medium", nodes: 2 },
  standard: { nodeType: "cache.m7g.large", nodes: 2 },
  large: { nodeType: "cache.m7g.xlarge", nodes: 2 },
};
