import { getSQuotaInfo } from "@pulumi/gcp/cloudquota/getSQuotaInfo";
import { getGlobalAddress } from "@pulumi/gcp/compute/getGlobalAddress";
import { getMachineTypes } from "@pulumi/gcp/compute/getMachineTypes";
import { getSubnetwork } from "@pulumi/gcp/compute/getSubnetwork";
import { getSubnetworks } from "@pulumi/gcp/compute/getSubnetworks";
import { getZones } from "@pulumi/gcp/compute/getZones";
import { getCluster } from "@pulumi/gcp/container/getCluster";
import { getManagedZone } from "@pulumi/gcp/dns/getManagedZone";
import { getProject } from "@pulumi/gcp/organizations/getProject";
import { getProjectServiceAccount } from "@pulumi/gcp/storage/getProjectServiceAccount";
import type * as pulumi from "@pulumi/pulumi";
import type { LogfireSettings } from "../../settings/types";
import type { GcpExistingNetwork, GcpPlatformSettings } from "../../settings/gcp/types";
import { adoptedFacts, type GcpAdoption } from "./adopt";
import type { CheckedFacts } from "./check";
import { defaultPrefix } from "./context";
import { machineTypes } from "./figures/machineTypes";
import { quotaNeeds, type GcpQuota } from "./figures/quotas";
import { explained, unlessMissing, unlessUnused } from "./lookUpErrors";
import { clusterIdOf, clusterNameOf, namesOf } from "./names";

/** An owner's cluster. */
export interface AdoptedGcpCluster {
  readonly name: string;
  /** `projects/<project>/locations/<region>/clusters/<name>` */
  readonly id: string;
  /** Of the control plane, whole: `1.35.8-gke.1036000`. */
  readonly version: pulumi.Input<string>;
  /** With `https://`. */
  readonly server: pulumi.Input<string>;
  /** PEM in base64; absent where a public authority has signed the endpoint's certificate. */
  readonly certificateAuthority?: pulumi.Input<string>;
  /** `<project>.svc.id.goog`; empty where pods cannot act as service accounts of Google's. */
  readonly workloadPool: string;
  /** Whether GKE's Gateway controller is on. */
  readonly gatewayApi: boolean;
}

/** An owner's network, as far as only what is made in it needs it. */
export interface AdoptedGcpParts {
  readonly id: pulumi.Input<string>;
  readonly subnetworkId: pulumi.Input<string>;
  /** Of its subnet for proxies in the region, which a native edge inside the network needs. */
  readonly proxiesCidr?: string;
}

/** A node pool as it is now, which Google may have moved on since the last update. */
export interface RunningNodePool {
  readonly name: string;
  readonly version: string;
}

/** What is known of the project before anything is made; what decides what exists is plain. */
export interface GcpFacts extends CheckedFacts {
  /** Twelve digits or so. */
  readonly projectNumber: string;
  readonly network?: NonNullable<CheckedFacts["network"]> & AdoptedGcpParts;
  readonly storesRange?: NonNullable<CheckedFacts["storesRange"]> & { readonly name: pulumi.Input<string> };
  readonly cluster?: AdoptedGcpCluster;
  readonly clusterIsUp: boolean;
  /** Whether Google's Gateway controller is on in the stack's own cluster. Default off. */
  readonly gatewayApiIsOn?: boolean;
  /** Empty before the cluster is there. */
  readonly nodePools: readonly RunningNodePool[];
  /** E-mail address of the account by which Cloud Storage uses a key of the stack's own; absent without one. */
  readonly storageAgent?: string;
}

export interface LookUpSettings {
  readonly platform: GcpPlatformSettings;
  readonly logfire: Pick<LogfireSettings, "edge">;
}

/** Asks GCP, by an explicit provider, for everything that decides what is made. Makes nothing. */
export async function lookUpGcp(
  settings: LookUpSettings,
  provider: pulumi.ProviderResource,
  /** As `GcpPlatformArgs.prefix`: by it a cluster that is up is found. */
  prefix?: string,
  /** Parts that are not asked for, because the program hands them over and they may not be there yet. */
  adopt: GcpAdoption = {},
): Promise<GcpFacts> {
  const { platform, logfire } = settings;
  const { project, region, cluster, network, dns, objectStore } = platform;
  const opts: pulumi.InvokeOptions = { provider };
  // First and alone: where this fails, so does everything else, and once is enough to say why.
  const { number: projectNumber } = await explained(platform, getProject({ projectId: project }, opts));
  const ownNetwork = network.kind === "existing" && adopt.network === undefined ? network : undefined;
  const ownKey = objectStore.kind === "create" && objectStore.encryption === "kms";
  const [zones, running, found, storesRange, managedZone, storageAgent, quotas] = await explained(
    platform,
    Promise.all([
      findZones(platform, opts),
      adopt.cluster === undefined ? findCluster(platform, prefix, opts) : undefined,
      ownNetwork === undefined ? undefined : findNetwork(settings, ownNetwork, opts),
      ownNetwork?.storesRange === undefined ? undefined : findStoresRange(project, ownNetwork.storesRange, opts),
      dns.kind === "existing" ? findManagedZone(project, dns.zone, opts) : undefined,
      ownKey ? getProjectServiceAccount({ project }, opts).then(({ emailAddress }) => emailAddress) : undefined,
      findQuotas(platform, quotaNeeds(platform, logfire.edge), opts),
    ]),
  );
  return {
    ...{ projectNumber, region, zones, ...quotas },
    clusterIsUp: running !== undefined,
    nodePools: running?.nodePools ?? [],
    gatewayApiIsOn: running?.cluster.gatewayApi ?? false,
    ...(running === undefined || cluster.kind === "create" ? {} : { cluster: running.cluster }),
    ...(found === undefined ? {} : { network: found }),
    ...(storesRange === undefined ? {} : { storesRange }),
    ...(managedZone === undefined ? {} : { managedZone }),
    ...(storageAgent === undefined ? {} : { storageAgent }),
    ...adoptedFacts(adopt, platform),
  };
}

/** Every zone, a troubled one as well: a zone that is down for an hour must not move nodes. */
async function findZones({ project, region }: GcpPlatformSettings, opts: pulumi.InvokeOptions) {
  // Of a region that is not there Google says so with an error; the check says it with the key.
  const names = (await unlessMissing(getZones({ project, region }, opts)))?.names ?? [];
  // Google asks for parentheses around each of several expressions.
  const filter = Object.keys(machineTypes)
    .map((type) => `(name = "${type}")`)
    .join(" OR ");
  return Promise.all(
    names.map(async (name) => {
      const found = await getMachineTypes({ project, zone: name, filter }, opts);
      return { name, offers: found.machineTypes.map((type) => type.name) };
    }),
  );
}

interface RunningCluster {
  readonly cluster: AdoptedGcpCluster;
  readonly nodePools: readonly RunningNodePool[];
}

/** The stack's own, or the owner's. Undefined where there is none: the check then says so of the owner's. */
async function findCluster(
  platform: GcpPlatformSettings,
  prefix: string | undefined,
  opts: pulumi.InvokeOptions,
): Promise<RunningCluster | undefined> {
  const { project, region } = platform;
  const name = clusterNameOf(platform, namesOf(prefix ?? defaultPrefix()));
  const found = await unlessMissing(unlessUnused(getCluster({ project, location: region, name }, opts)));
  // Older versions of the provider answer a cluster without anything in it.
  if (found === undefined || found.masterVersion === "") return undefined;
  const byName = found.controlPlaneEndpointsConfigs[0]?.dnsEndpointConfigs[0];
  const named = byName?.allowExternalTraffic === true;
  return {
    cluster: {
      ...{ name, id: clusterIdOf(platform, name), version: found.masterVersion },
      server: `https://${named ? byName.endpoint : found.endpoint}`,
      ...(named ? {} : { certificateAuthority: found.masterAuths[0]?.clusterCaCertificate ?? "" }),
      workloadPool: found.workloadIdentityConfigs[0]?.workloadPool ?? "",
      gatewayApi: found.gatewayApiConfigs[0]?.channel === "CHANNEL_STANDARD",
    },
    nodePools: found.nodePools.map((pool) => ({ name: pool.name, version: pool.version })),
  };
}

/** Last part of a link or an id. */
const nameIn = (link: string): string => link.split("/").at(-1) ?? "";

async function findNetwork(
  { platform: { project, region }, logfire }: LookUpSettings,
  { network, subnetwork }: GcpExistingNetwork,
  opts: pulumi.InvokeOptions,
): Promise<GcpFacts["network"]> {
  const internal = logfire.edge.mode === "native" && logfire.edge.exposure === "internal";
  const [found, proxies] = await Promise.all([
    unlessMissing(getSubnetwork({ project, region, name: subnetwork }, opts)),
    internal ? findProxies(project, region, network, opts) : undefined,
  ]);
  if (found === undefined) return undefined;
  return {
    ...{ id: found.network, subnetworkId: found.id, network: nameIn(found.network) },
    cidr: found.ipCidrRange,
    privateGoogleAccess: found.privateIpGoogleAccess,
    secondaryRanges: found.secondaryIpRanges.map(({ rangeName, ipCidrRange }) => ({
      name: rangeName,
      cidr: ipCidrRange,
    })),
    ...(proxies === undefined ? {} : { proxiesCidr: proxies }),
  };
}

async function findStoresRange(
  project: string,
  name: string,
  opts: pulumi.InvokeOptions,
): Promise<GcpFacts["storesRange"]> {
  const found = await unlessMissing(getGlobalAddress({ project, name }, opts));
  if (found === undefined) return undefined;
  const { address, prefixLength, network, purpose } = found;
  return { name, cidr: `${address}/${prefixLength}`, network: nameIn(network), purpose };
}

async function findProxies(
  project: string,
  region: string,
  network: string,
  opts: pulumi.InvokeOptions,
): Promise<string | undefined> {
  const { subnetworks } = await getSubnetworks({ project, region, filter: "purpose = REGIONAL_MANAGED_PROXY" }, opts);
  return subnetworks.find((one) => nameIn(one.network) === network)?.ipCidrRange;
}

async function findManagedZone(
  project: string,
  name: string,
  opts: pulumi.InvokeOptions,
): Promise<GcpFacts["managedZone"]> {
  const found = await unlessMissing(getManagedZone({ project, name }, opts));
  return found === undefined ? undefined : { dnsName: found.dnsName, visibility: found.visibility };
}

/** A limit, and what it counts for. */
interface LimitInfo {
  readonly dimensions?: Readonly<Record<string, string>>;
}

/** A region's own limit or, where it has none, the one that names no region: it counts for all that have none. */
const ofRegion = <T extends LimitInfo>(infos: readonly T[], region: string): T | undefined =>
  infos.find(({ dimensions }) => dimensions?.["region"] === region) ??
  infos.find(({ dimensions }) => dimensions?.["region"] === undefined);

/** A limit that may not be read is unknown, which is no reason to make nothing. */
async function findQuotas(
  { project, region }: GcpPlatformSettings,
  needs: readonly GcpQuota[],
  opts: pulumi.InvokeOptions,
): Promise<Pick<GcpFacts, "quotas" | "quotasUnread">> {
  const parent = `projects/${project}/locations/global`;
  const found = await Promise.all(
    needs.map(async ({ service, code, regional }) => {
      try {
        const { dimensionsInfos } = await getSQuotaInfo({ parent, service, quotaId: code }, opts);
        const info = regional ? ofRegion(dimensionsInfos, region) : dimensionsInfos[0];
        const value = Number(info?.details[0]?.value);
        // Minus one is no limit.
        return Number.isNaN(value) || value < 0 ? [] : [[code, value] as const];
      } catch {
        return undefined;
      }
    }),
  );
  return {
    quotas: Object.fromEntries(found.flatMap((limit) => limit ?? [])),
    quotasUnread: found.includes(undefined),
  };
}
