import type { PresetName } from "../../../logfire/catalogue/names";

/** A tier of Cloud SQL, edition Enterprise. */
export interface DatabaseTier {
  readonly cpus: number;
  readonly memoryMib: number;
}

/** `db-custom-4-16384`: vCPUs and MiB. None where it is not written like that. */
export function parseTier(name: string): DatabaseTier | undefined {
  const [, cpus, memory] = /^db-custom-(\d{1,2})-(\d{4,6})$/.exec(name) ?? [];
  return cpus === undefined || memory === undefined ? undefined : { cpus: Number(cpus), memoryMib: Number(memory) };
}

export const formatTier = ({ cpus, memoryMib }: DatabaseTier): string => `db-custom-${cpus}-${memoryMib}`;

/** Bounds of what Cloud SQL makes: memory for each vCPU, and in all. MiB. */
const tierBounds = {
  cpus: 96,
  perCpu: { least: 0.9 * 1024, most: 6.5 * 1024 },
  least: 3840,
  step: 256,
} as const;

/** What Cloud SQL has against a tier; nothing where it makes it. */
export function tierFault({ cpus, memoryMib }: DatabaseTier): string | undefined {
  const { perCpu, least, step } = tierBounds;
  if (cpus < 1 || cpus > tierBounds.cpus || (cpus > 1 && cpus % 2 !== 0))
    return `${cpus} vCPUs are none of 1, 2, 4, 6, ... ${tierBounds.cpus}`;
  if (memoryMib % step !== 0) return `${memoryMib} MiB are no multiple of ${step}`;
  if (memoryMib < Math.max(least, cpus * perCpu.least) || memoryMib > cpus * perCpu.most)
    return `${memoryMib} MiB are not between ${Math.ceil(Math.max(least, cpus * perCpu.least) / step) * step} and ${cpus * perCpu.most} for ${cpus} vCPUs`;
  return undefined;
}

export interface DatabasePlan {
  readonly tier: string;
  /** Least that the preset runs on. */
  readonly least: DatabaseTier;
  readonly storageGib: number;
  readonly maxStorageGib: number;
  readonly regional: boolean;
  readonly backupDays: number;
}

const plan = (least: DatabaseTier, storageGib: number, regional: boolean): DatabasePlan => ({
  tier: formatTier(least),
  least,
  storageGib,
  maxStorageGib: 5 * storageGib,
  regional,
  backupDays: 7,
});

/** What each preset gets where the owner says nothing. Telemetry is not in PostgreSQL: accounts, projects, catalogues are. */
export const databasePlans: Readonly<Record<PresetName, DatabasePlan>> = {
  tiny: plan({ cpus: 2, memoryMib: 8192 }, 20, false),
  small: plan({ cpus: 2, memoryMib: 8192 }, 50, true),
  standard: plan({ cpus: 4, memoryMib: 16384 }, 100, true),
  large: plan({ cpus: 8, memoryMib: 32768 }, 200, true),
};

/** What Pydantic suggests; more takes memory that queries need. */
const suggestedConnections = 2048;
/** Memory for each connection: what Amazon reckons with for the same server. Google's own default is a flat 400 to 600. */
const bytesPerConnection = 9_531_392;

/** `max_connections` of a tier. 8 GiB -> 901, 16 GiB -> 1802, 32 GiB -> 2048. */
export const maxConnections = ({ memoryMib }: DatabaseTier): number =>
  Math.min(suggestedConnections, Math.floor((memoryMib * 1024 ** 2) / bytesPerConnection));

export interface DatabaseFlag {
  readonly name: string;
  readonly value: string;
}

/**
 * Flags of a server. Cloud SQL restarts it by itself for those that need it: `max_connections` changes with the tier,
 * whose change restarts it anyway. Connections and statements that wait are logged, because nobody can look into the
 * machine.
 */
export const databaseFlags = (tier: DatabaseTier): readonly DatabaseFlag[] => [
  { name: "max_connections", value: String(maxConnections(tier)) },
  // On SSDs, reading anywhere costs what reading in order does.
  { name: "random_page_cost", value: "1.1" },
  { name: "log_lock_waits", value: "on" },
];

/**
 * Cache by preset. GiB. With a standby in each: it costs a third more, and a cache that has none can get one only by being
 * made anew, which a stack that is protected refuses.
 */
export const cachePlans: Readonly<Record<PresetName, { readonly memoryGib: number; readonly replica: boolean }>> = {
  tiny: { memoryGib: 1, replica: true },
  small: { memoryGib: 3, replica: true },
  standard: { memoryGib: 6, replica: true },
  large: { memoryGib: 12, replica: true },
};
