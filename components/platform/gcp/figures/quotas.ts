import type { GcpPlatformSettings } from "../../../settings/gcp/types";
import { cpuNeed, type Quota, type QuotaNeed, type QuotaOwner } from "../../shared/quotas";
import { bootDiskGib, localSsdGib, machineTypes } from "./machineTypes";
import { staticAddresses } from "./publicAddresses";

/** A limit of the project as Cloud Quotas knows it: by its id, in the region or everywhere. */
export interface GcpQuota extends Quota {
  /** API whose limit it is. */
  readonly service: string;
  readonly regional: boolean;
}

const compute = { service: "compute.googleapis.com" } as const;

export const quotas = {
  cpus: {
    ...{ ...compute, regional: false, code: "CPUS-ALL-REGIONS-per-project" },
    name: "vCPUs of all regions together",
    initial: 32,
  },
  ssd: {
    ...{ ...compute, regional: true, code: "SSD-TOTAL-GB-per-project-region" },
    name: "persistent disks on SSD, GB",
    initial: 500,
  },
  localSsd: {
    ...{ ...compute, regional: true, code: "LOCAL-SSD-TOTAL-GB-per-project-region" },
    name: "local SSDs, GB",
    initial: 6000,
  },
  addresses: {
    ...{ ...compute, regional: true, code: "STATIC-ADDRESSES-per-project-region" },
    name: "static addresses",
    initial: 8,
  },
  networks: {
    ...{ ...compute, regional: false, code: "NETWORKS-per-project" },
    name: "VPC networks",
    initial: 5,
  },
} as const satisfies Readonly<Record<string, GcpQuota>>;

/** What a stack takes of the project's limits, beside everything else that the project runs. */
export const quotaNeeds = (
  settings: GcpPlatformSettings,
  edge: Parameters<typeof staticAddresses>[1],
): readonly QuotaNeed<GcpQuota>[] => [
  cpus(settings),
  disks(settings),
  localSsds(settings),
  ...addresses(settings, edge),
  ...(settings.network.kind === "create"
    ? [{ ...quotas.networks, least: 1, most: 1, arithmetic: "1 VPC network" }]
    : []),
];

const cpus = ({ nodes }: GcpPlatformSettings): QuotaNeed<GcpQuota> =>
  cpuNeed<GcpQuota>(
    quotas.cpus,
    Object.values(nodes).map((pool) => ({ ...pool, cpus: machineTypes[pool.type]?.cpus ?? 0 })),
  );

/** Boot disks; volumes are a few GB beside them. */
function disks({ nodes: { general, scratch } }: GcpPlatformSettings): QuotaNeed<GcpQuota> {
  const total = (bound: "minNodes" | "maxNodes") =>
    general[bound] * bootDiskGib.general + scratch[bound] * bootDiskGib.scratch;
  return {
    ...quotas.ssd,
    least: total("minNodes"),
    most: total("maxNodes"),
    arithmetic: `${general.maxNodes} boot disks × ${bootDiskGib.general} + ${scratch.maxNodes} × ${bootDiskGib.scratch}`,
  };
}

const localSsds = ({ nodes: { scratch } }: GcpPlatformSettings): QuotaNeed<GcpQuota> => ({
  ...quotas.localSsd,
  least: scratch.minNodes * scratch.localSsds * localSsdGib,
  most: scratch.maxNodes * scratch.localSsds * localSsdGib,
  arithmetic: `${scratch.maxNodes} nodes × ${scratch.localSsds} × ${localSsdGib}`,
});

/** A global address has a limit of its own, which nobody meets. */
function addresses(
  { network }: GcpPlatformSettings,
  edge: Parameters<typeof staticAddresses>[1],
): readonly QuotaNeed<GcpQuota>[] {
  const { nat, balancer } = staticAddresses(network, edge);
  const of = balancer === "external" ? 1 : 0;
  const all = nat + of;
  const arithmetic = `${of} for the load balancer + ${nat} for NAT`;
  return all === 0 ? [] : [{ ...quotas.addresses, least: all, most: all, arithmetic }];
}

/** Whose limits they are, and how they are raised. */
export const projectOf = ({
  project,
  region,
}: Pick<GcpPlatformSettings, "project" | "region">): QuotaOwner<GcpQuota> => ({
  noun: "project",
  ask: ({ service, code, regional, most }) =>
    `gcloud beta quotas preferences create --project=${project} --service=${service} --quota-id=${code} ` +
    `${regional ? `--dimensions=region=${region} ` : ""}--preferred-value=${most}`,
});
