import { hourly, type Price } from "../../shared/cost";
import { machineTypes } from "./machineTypes";

/** Region of all prices here; others differ by a tenth or two, most of them upwards. */
export const priceRegion = "us-central1";

/** By the hour, of each vCPU and each GiB: Google bills these families by what a machine has. */
const families: Readonly<Record<string, { readonly cpu: number; readonly gib: number }>> = {
  n2: { cpu: 0.031611, gib: 0.004237 },
  n2d: { cpu: 0.027502, gib: 0.003686 },
  c3: { cpu: 0.03398, gib: 0.00456 },
};

const ofAutoscaler = "table of machine families in the published source of GKE's cluster autoscaler";

const byParts = Object.fromEntries(
  Object.entries(machineTypes).flatMap(([name, { cpus, memoryMib, bundled }]) => {
    const price = families[name.split("-")[0] ?? ""];
    return price === undefined || bundled ? [] : [[name, cpus * price.cpu + (memoryMib / 1024) * price.gib] as const];
  }),
);

/** Prices of machines by their type, their own local SSDs included. A type without a source is not here. */
export const machinePrices: Readonly<Record<string, Price>> = {
  ...hourly(ofAutoscaler, "read 2026-11-30", byParts),
  ...hourly(ofAutoscaler, "read 2026-11-30", {
    "c3-standard-4-lssd": 0.25055,
    "c3-standard-8-lssd": 0.50109,
    "c3-standard-22-lssd": 1.31551,
  }),
  ...hourly("Google's page of VM instance prices, Iowa", "2026, read 2026-11-30", {
    "c4-standard-4-lssd": 0.279862,
    "c4-standard-8-lssd": 0.477532,
    "c4-standard-16-lssd": 0.955064,
    "c4-standard-32-lssd": 1.992319,
    "c4-highmem-4-lssd": 0.34287,
    "c4-highmem-8-lssd": 0.603548,
    "c4-highmem-16-lssd": 1.207096,
    "c4-highmem-32-lssd": 2.496383,
  }),
};

const cloudSql = { source: "usage.ai, Cloud SQL pricing, edition Enterprise", date: "2026-05" } as const;
const report = { source: "public list of rates in us-central1 for a cost report", date: "read 2026-11-30" } as const;
const cloudNat = { source: "public study of networks' cost, list prices in us-central1", date: "2026-09-08" } as const;

export const prices = {
  controlPlane: {
    usd: 0.1,
    per: "hour",
    source: "public mapping of clouds' prices: GKE's management fee",
    date: "read 2026-11-30",
  },
  localSsdGib: { usd: 0.08, per: "GB-month", source: ofAutoscaler, date: "read 2026-11-30" },
  bootDiskGib: { usd: 0.1, per: "GB-month", ...report },
  volumeGib: { usd: 0.17, per: "GB-month", ...report },
  zone: { usd: 0.2, per: "month", ...report },
  loadBalancer: { usd: 0.025, per: "hour", ...cloudNat },
  natOfNode: { usd: 0.0014, per: "hour", ...cloudNat },
  natAddress: { usd: 0.005, per: "hour", ...cloudNat },
  databaseCpu: { usd: 0.0413, per: "hour", ...cloudSql },
  databaseMemoryGib: { usd: 0.007, per: "hour", ...cloudSql },
  databaseGib: {
    usd: 0.222,
    per: "GB-month",
    source: "several public tables; older ones say 0.17",
    date: "2026",
  },
  key: { usd: 0.06, per: "month", source: "several public tables: an active version of a key", date: "2026" },
} as const satisfies Readonly<Record<string, Price>>;

const memorystore = { per: "hour", source: "public notes from Google's page of Memorystore's prices, Iowa" } as const;

/** Of a GiB of Memorystore: by capacity, and with a standby. Capacities of 5 to 10 GiB have no price with a source. */
export function cachePrice({ memoryGib, replica }: { readonly memoryGib: number; readonly replica: boolean }) {
  if (memoryGib < 5) return { ...memorystore, usd: replica ? 0.064 : 0.049, date: "2026" } satisfies Price;
  if (memoryGib > 10 && memoryGib <= 35)
    return { ...memorystore, usd: replica ? 0.046 : 0.023, date: "2023-03" } satisfies Price;
  return undefined;
}

/** Nodes beyond this number cost Cloud NAT nothing more. */
export const natNodesBilled = 32;
