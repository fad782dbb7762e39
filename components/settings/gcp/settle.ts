import { clusterPods } from "../../platform/gcp/figures/clusterPods";
import { cachePlans, databasePlans } from "../../platform/gcp/figures/databaseSizes";
import { defaultMachines, gcpMachines, usualSsds } from "../../platform/gcp/figures/nodePlan";
import { anyAddress } from "../formats";
import type { Configuration } from "../schema";
import { defaultVersion, edgeShape, settlePool, settleRedis, settleZone, sizesOf } from "../settleCloud";
import { externalPostgres } from "../settleExternal";
import type { GcpDns, GcpPlatformSettings } from "./types";

/** Range of a network that is made: apart from what cloud consoles and home routers propose. */
export const defaultCidr = "10.40.0.0/16";

/** The platform of a checked configuration, every default filled in. */
export function settleGcp(config: Configuration): GcpPlatformSettings {
  const { gcp } = config;
  if (gcp?.region === undefined || gcp.project === undefined) throw new Error("unchecked configuration");
  return {
    kind: "gcp",
    project: gcp.project,
    region: gcp.region,
    labels: gcp.labels,
    network: network(gcp),
    cluster: cluster(gcp),
    nodes: nodes(config, gcp),
    postgres: postgres(config, gcp),
    objectStore: objectStore(gcp),
    redis: redis(config, gcp),
    dns: dns(config, gcp),
  };
}

type Gcp = NonNullable<Configuration["gcp"]>;

function network({ network: given }: Gcp): GcpPlatformSettings["network"] {
  if (given.existing !== undefined) {
    const { storesRange, ...names } = given.existing;
    return { kind: "existing", ...names, ...(storesRange === undefined ? {} : { storesRange }) };
  }
  return {
    kind: "create",
    cidr: given.cidr ?? defaultCidr,
    zones: given.zones ?? [],
    flowLogs: given.flowLogs ?? false,
  };
}

function cluster({ cluster: given }: Gcp): GcpPlatformSettings["cluster"] {
  if (given.existing !== undefined) return { kind: "existing", ...given.existing };
  return {
    kind: "create",
    version: given.version ?? defaultVersion,
    channel: given.channel ?? "REGULAR",
    apiAccess: given.apiAccess ?? "iam",
    administrators: given.administrators ?? [],
    maintenance: settleMaintenance(given.maintenance),
  };
}

/** When Google may upgrade: two nights, in which few people work. */
export const settleMaintenance = (given: Gcp["cluster"]["maintenance"]) => ({
  days: given?.days ?? (["SA", "SU"] as const),
  startHour: given?.startHour ?? 1,
  hours: given?.hours ?? 6,
});

/** Where the owner names a type and no number of SSDs, as many as the preset has, or the next number that there is. */
function nodes(config: Configuration, { nodes: given, redis: cache, cluster: { existing } }: Gcp) {
  const usual = defaultMachines[config.preset];
  const placed = {
    sizes: sizesOf(config, cache),
    services: clusterPods({ cluster: { kind: existing === undefined ? "create" : "existing" } }, edgeShape(config)),
    catalogue: gcpMachines,
  };
  const scratchType = given.scratch.type ?? usual.scratch.type;
  const scratch = { type: scratchType, localSsds: given.scratch.localSsds ?? usualSsds(scratchType, config.preset) };
  return {
    general: settlePool(
      "general",
      { type: given.general.type ?? usual.general.type, localSsds: 0 },
      given.general,
      placed,
    ),
    scratch: settlePool("scratch", scratch, given.scratch, placed),
  };
}

function postgres({ preset }: Configuration, { postgres: given }: Gcp): GcpPlatformSettings["postgres"] {
  if (given.existing !== undefined) return externalPostgres(given.existing);
  const usual = databasePlans[preset];
  const storageGib = given.storageGib ?? usual.storageGib;
  const growth = usual.maxStorageGib / usual.storageGib;
  return {
    kind: "create",
    tier: given.tier ?? usual.tier,
    storageGib,
    maxStorageGib: given.maxStorageGib ?? Math.min(65536, growth * storageGib),
    regional: given.regional ?? usual.regional,
    backupDays: given.backupDays ?? usual.backupDays,
    encryption: given.encryption ?? "google",
    ...(given.restoreFrom === undefined ? {} : { restoreFrom: given.restoreFrom }),
  };
}

function objectStore({ objectStore: given }: Gcp): GcpPlatformSettings["objectStore"] {
  if (given.existing === undefined) return { kind: "create", encryption: given.encryption ?? "google" };
  return {
    kind: "external",
    uri: `gs://${given.existing.bucket}`,
    environment: {},
    secretEnvironmentKeys: [],
    port: 443,
    cidrs: anyAddress,
  };
}

const redis = ({ preset }: Configuration, { redis: given }: Gcp): GcpPlatformSettings["redis"] =>
  settleRedis(given, () => {
    const usual = cachePlans[preset];
    return {
      kind: "create" as const,
      memoryGib: given.memoryGib ?? usual.memoryGib,
      replica: given.replica ?? usual.replica,
    };
  });

const dns = (config: Configuration, { dns: given }: Gcp): GcpDns =>
  given.existing === undefined ? settleZone(config) : { kind: "existing", ...given.existing };
