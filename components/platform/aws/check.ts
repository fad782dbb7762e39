import type { Problem } from "../../lib/errors";
import { capacity, type Sizes } from "../../logfire/sizing";
import type { AwsPlatformSettings } from "../../settings/typesAws";
import type { LogfireSettings } from "../../settings/types";
import { databaseClasses, databasePlans, cacheNodes } from "./figures/databaseClasses";
import {
  addressesNeeded,
  type AddressNeed,
  overlap,
  parseRange,
  planNetwork,
  usableAddresses,
  vpcPrefix,
} from "./figures/networkPlan";
import { checkNodePlan, clusterServices, usableTypes, zoneCount } from "./figures/nodePlan";
import { quotaNeeds, quotaWarnings } from "./figures/quotas";

/** What is known of the account before anything is made. */
export interface CheckedFacts {
  readonly accountId: string;
  readonly region: string;
  /** Zones that the account may use, with the machine types that each offers, of those that were asked for. */
  readonly zones: readonly { readonly name: string; readonly offers: readonly string[] }[];
  /** Of an adopted network. */
  readonly vpc?: {
    readonly cidr: string;
    readonly subnets: readonly AdoptedSubnet[];
  };
  /** Of an adopted zone. */
  readonly hostedZone?: { readonly name: string };
  /** Limits by their code. */
  readonly quotas: Readonly<Record<string, number>>;
}

export interface AdoptedSubnet {
  readonly id: string;
  readonly zone: string;
  readonly cidr: string;
  readonly freeAddresses: number;
  /** Whether its routes lead to the outside. */
  readonly routesOut: boolean;
}

export interface PlannedSettings {
  readonly platform: AwsPlatformSettings;
  readonly logfire: Pick<LogfireSettings, "preset" | "hostnames">;
  readonly sizes: Sizes;
}

export interface CheckedSettings extends PlannedSettings {
  readonly logfire: Pick<LogfireSettings, "preset" | "hostnames" | "edge">;
}

/** Addresses of Services in a cluster that this stack makes. Fixed when the cluster is created. */
export const serviceCidr = "172.20.0.0/16";

/** Ranges that belong to nobody on the internet. */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];

/** What settings say by themselves, whatever the account. */
export const checkSettings = (settings: PlannedSettings): readonly Problem[] => [
  ...checkRange(settings),
  ...checkNodePlan(settings.sizes, settings.platform.nodes, settings.logfire.preset),
  ...checkDatabase(settings),
  ...checkCache(settings.platform),
  ...checkHostnames(settings),
];

/** What settings say against the account that they are for. */
export function checkAws(
  settings: CheckedSettings,
  facts: CheckedFacts,
): { readonly problems: readonly Problem[]; readonly warnings: readonly string[] } {
  const { platform, logfire } = settings;
  return {
    problems: [
      ...checkAccount(platform, facts),
      ...checkZones(platform, facts),
      ...checkAdopted(settings, facts),
      ...checkZone(platform, facts),
      ...checkSettings(settings),
    ],
    warnings: quotaWarnings(quotaNeeds(platform, balancerExposure(logfire.edge)), facts.quotas),
  };
}

/** Who reaches the load balancer that this stack makes; `none` where it makes none. */
export const balancerExposure = ({
  mode,
  exposure,
  gateway,
}: Pick<LogfireSettings["edge"], "mode" | "exposure" | "gateway">): "public" | "internal" | "none" =>
  mode === "gateway" && gateway.attachTo === undefined ? exposure : "none";

const checkAccount = ({ accountId }: AwsPlatformSettings, facts: CheckedFacts): readonly Problem[] =>
  accountId === undefined || accountId === facts.accountId
    ? []
    : [
        {
          key: "aws.accountId",
          problem: `is "${accountId}", and the credentials belong to ${facts.accountId}`,
          remedy: "use credentials of that account, or write the other one",
        },
      ];

/** Addresses that a zone's private subnet has to have at full scale. */
export function addressNeed({ platform, logfire, sizes }: PlannedSettings): AddressNeed {
  const pods = capacity(sizes).reduce((sum, { max }) => sum + max.pods, 0) + clusterServices(logfire.preset).length;
  return addressesNeeded({ pods, pools: Object.values(platform.nodes), zones: zoneCount });
}

const at = (key: string, problem: string, remedy: string): readonly Problem[] => [{ key, problem, remedy }];

function checkRange(settings: PlannedSettings): readonly Problem[] {
  const { network } = settings.platform;
  if (network.kind === "existing") return [];
  const key = "aws.network.cidr";
  const { cidr } = network;
  let range;
  try {
    range = parseRange(cidr);
  } catch (error) {
    return at(key, error instanceof Error ? error.message : String(error), "write an IPv4 range such as 10.40.0.0/16");
  }
  if (range.prefix < vpcPrefix.shortest || range.prefix > vpcPrefix.longest)
    return at(
      key,
      `"${cidr}" is too ${range.prefix < vpcPrefix.shortest ? "large" : "small"} for a VPC of three zones`,
      `write a prefix of /${vpcPrefix.shortest} to /${vpcPrefix.longest}`,
    );
  if (!privateRanges.some((one) => overlap(parseRange(one), range)))
    return at(
      key,
      `"${cidr}" holds addresses of the internet, which pods could no longer reach`,
      `write a range within ${privateRanges.join(", ")}`,
    );
  return [...overlaps(key, cidr, settings.platform), ...tooFew(key, cidr, settings)];
}

/** Every range that the VPC must keep apart from, with what it is. */
function neighbours({ postgres, redis, objectStore }: AwsPlatformSettings): readonly (readonly [string, string])[] {
  const external = {
    "aws.postgres.existing": postgres,
    "aws.redis.existing": redis,
    "aws.objectStore.existing": objectStore,
  };
  return [
    [serviceCidr, "the addresses of the cluster's Services"],
    ...Object.entries(external).flatMap(([key, part]) =>
      part.kind === "external" ? part.cidrs.filter(isOneNetwork).map((cidr) => [cidr, `${key}.cidrs`] as const) : [],
    ),
  ];
}

/** Not the whole internet, and IPv4, which is all that the VPC has. */
const isOneNetwork = (cidr: string) => !cidr.endsWith("/0") && !cidr.includes(":");

const overlaps = (key: string, cidr: string, platform: AwsPlatformSettings): readonly Problem[] =>
  neighbours(platform).flatMap(([other, what]) => {
    const [address = "", prefix = "32"] = other.split("/");
    return overlap(parseRange(cidr), wholeRange(address, Number(prefix)))
      ? at(key, `"${cidr}" overlaps ${other}, ${what}`, "write a range apart from it, such as 10.40.0.0/16")
      : [];
  });

/** As people write ranges, the first address need not be a multiple. */
function wholeRange(address: string, prefix: number) {
  const { first } = parseRange(`${address}/32`);
  return { first: first - (first % 2 ** (32 - prefix)), prefix };
}

function tooFew(key: string, cidr: string, settings: PlannedSettings): readonly Problem[] {
  const need = addressNeed(settings);
  const [subnet] = planNetwork({ cidr, zones: ["any"] }).private;
  const has = subnet === undefined ? 0 : usableAddresses(subnet.cidr);
  if (has >= need.perZone) return [];
  const prefix = Array.from({ length: 5 }, (_, index) => 20 - index).find(
    (one) => 2 ** (32 - one - 2) - 5 >= need.perZone,
  );
  return at(
    key,
    `"${cidr}" leaves ${has} addresses to each zone, and ${need.perZone} are needed when a zone is lost at full scale (${need.arithmetic})`,
    prefix === undefined ? "lower aws.nodes' maxNodes" : `write a range of /${prefix} or larger, or lower maxNodes`,
  );
}

function checkDatabase({ platform: { postgres }, logfire: { preset } }: PlannedSettings): readonly Problem[] {
  if (postgres.kind === "external") return [];
  const key = "aws.postgres";
  const { instanceClass, storageGib, maxStorageGib } = postgres;
  const { least, instanceClass: usual } = databasePlans[preset];
  const found = databaseClasses[instanceClass];
  const known = Object.keys(databaseClasses).join(", ");
  const small = found !== undefined && (found.memoryGib < least.memoryGib || found.cpus < least.cpus);
  return [
    ...(found === undefined
      ? at(`${key}.instanceClass`, `"${instanceClass}" is not a class whose figures are known`, `choose from ${known}`)
      : []),
    ...(small
      ? at(
          `${key}.instanceClass`,
          `${instanceClass} has ${found.cpus} vCPUs and ${found.memoryGib} GiB, and the preset ${preset} needs ${least.cpus} and ${least.memoryGib}`,
          `write ${usual} or larger, or a smaller preset`,
        )
      : []),
    // RDS begins to grow only towards a bound that is a tenth away.
    ...(10 * maxStorageGib < 11 * storageGib
      ? at(
          `${key}.maxStorageGib`,
          `${maxStorageGib} leaves no room to grow from ${storageGib}`,
          `write at least ${Math.ceil((11 * storageGib) / 10)}`,
        )
      : []),
  ];
}

function checkCache({ redis }: AwsPlatformSettings): readonly Problem[] {
  if (redis.kind !== "create" || cacheNodes[redis.nodeType] !== undefined) return [];
  const known = Object.keys(cacheNodes).join(", ");
  return at("aws.redis.nodeType", `"${redis.nodeType}" is not a type whose figures are known`, `choose from ${known}`);
}

const liesIn = (name: string, zone: string) => name === zone || name.endsWith(`.${zone}`);

function checkHostnames({ platform: { dns }, logfire: { hostnames } }: PlannedSettings): readonly Problem[] {
  if (dns.kind === "none") return [];
  const key = hostnames.length === 1 ? "hostname" : "hostnames";
  const where = dns.kind === "create" ? "aws.dns.zone" : "aws.dns.existing.name";
  return hostnames
    .filter((name) => !liesIn(name, dns.name))
    .flatMap((name) =>
      at(
        key,
        `"${name}" does not lie in the zone "${dns.name}"`,
        `write a name such as logfire.${dns.name}, or a zone that holds every hostname as ${where}`,
      ),
    );
}

function checkZones({ network, nodes }: AwsPlatformSettings, { region, zones }: CheckedFacts): readonly Problem[] {
  if (zones.length < zoneCount)
    return at(
      "aws.region",
      `${region} has ${zones.length} zones for this account (${zones.map(({ name }) => name).join(", ")}), and Logfire is spread over ${zoneCount}`,
      "write another region",
    );
  const wanted = network.kind === "create" ? network.zones : [];
  const named = wanted.flatMap((name) =>
    zones.some((zone) => zone.name === name)
      ? []
      : at(
          "aws.network.zones",
          `"${name}" is not a zone of ${region}`,
          `choose from ${zones.map((zone) => zone.name).join(", ")}`,
        ),
  );
  const judged = wanted.length === 0 ? zones : zones.filter(({ name }) => wanted.includes(name));
  const offers = (["general", "scratch"] as const).flatMap((pool) =>
    checkOffers(pool, nodes[pool].type, judged, region, named.length),
  );
  const both = judged.filter((zone) => Object.values(nodes).every(({ type }) => zone.offers.includes(type)));
  if (named.length + offers.length > 0 || both.length >= zoneCount) return [...named, ...offers];
  const { general, scratch } = nodes;
  return at(
    "aws.nodes.scratch.type",
    `${region} offers ${scratch.type} and ${general.type} together in ${both.map(({ name }) => name).join(", ") || "no zone"}, and three zones have to`,
    "write another type for one of the pools",
  );
}

function checkOffers(
  pool: "general" | "scratch",
  type: string,
  zones: CheckedFacts["zones"],
  region: string,
  missing: number,
): readonly Problem[] {
  const offering = (one: string) => zones.filter(({ offers }) => offers.includes(one)).map(({ name }) => name);
  const enough = zoneCount - missing;
  const found = offering(type);
  if (found.length >= enough) return [];
  const others = usableTypes(pool).filter((one) => offering(one).length >= enough);
  const where = found.length === 0 ? "nowhere" : `in ${found.join(", ")} only`;
  return at(
    `aws.nodes.${pool}.type`,
    `${region} offers ${type} ${where}, and three zones have to`,
    others.length === 0 ? "write another region" : `choose from ${others.join(", ")}, which three zones offer`,
  );
}

/** Zones for a new network: as named, or the first three that offer every machine type. */
export function chooseZones(
  { network, nodes }: AwsPlatformSettings,
  { zones }: Pick<CheckedFacts, "zones">,
): readonly string[] {
  if (network.kind === "create" && network.zones.length > 0) return network.zones;
  const types = Object.values(nodes).map(({ type }) => type);
  return zones
    .filter(({ offers }) => types.every((type) => offers.includes(type)))
    .map(({ name }) => name)
    .sort()
    .slice(0, zoneCount);
}

function checkAdopted(settings: CheckedSettings, { vpc }: CheckedFacts): readonly Problem[] {
  const { network, cluster } = settings.platform;
  if (network.kind !== "existing" || vpc === undefined) return [];
  const key = "aws.network.existing";
  const of = (ids: readonly string[]) => vpc.subnets.filter(({ id }) => ids.includes(id));
  const unknown = [...network.privateSubnetIds, ...network.publicSubnetIds].filter(
    (id) => !vpc.subnets.some((subnet) => subnet.id === id),
  );
  const inside = of(network.privateSubnetIds);
  const outside = of(network.publicSubnetIds);
  return [
    ...unknown.flatMap((id) =>
      at(key, `"${id}" is not a subnet of ${network.vpcId}`, "write the ids of its own subnets"),
    ),
    ...(cluster.kind === "create" && overlap(parseRange(vpc.cidr), parseRange(serviceCidr))
      ? at(
          key,
          `the VPC has ${vpc.cidr}, which overlaps ${serviceCidr}, the addresses of the cluster's Services`,
          "use another VPC",
        )
      : []),
    ...checkZonesOf(`${key}.privateSubnetIds`, inside, unknown.length),
    ...checkPublic(`${key}.publicSubnetIds`, settings, inside, outside),
    ...inside.flatMap((subnet) => checkPrivate(`${key}.privateSubnetIds`, subnet, addressNeed(settings))),
  ];
}

const zonesOf = (subnets: readonly AdoptedSubnet[]) => [...new Set(subnets.map(({ zone }) => zone))].sort();

function checkZonesOf(key: string, subnets: readonly AdoptedSubnet[], unknown: number): readonly Problem[] {
  const zones = zonesOf(subnets);
  if (zones.length + unknown >= zoneCount) return [];
  const where = zones.length === 0 ? "no zone" : zones.join(", ");
  return at(key, `lie in ${where}, and Logfire is spread over ${zoneCount} zones`, "add a subnet in each missing zone");
}

function checkPublic(
  key: string,
  { logfire: { edge } }: CheckedSettings,
  inside: readonly AdoptedSubnet[],
  outside: readonly AdoptedSubnet[],
): readonly Problem[] {
  if (balancerExposure(edge) !== "public") return [];
  const missing = zonesOf(inside).filter((zone) => !zonesOf(outside).includes(zone));
  return [
    ...(missing.length === 0
      ? []
      : at(
          key,
          `have none in ${missing.join(", ")}, where nodes are`,
          "add one there, or write edge.exposure: internal",
        )),
    ...outside
      .filter(({ routesOut }) => !routesOut)
      .flatMap(({ id }) => at(key, `${id} has no route to an internet gateway`, "add one, or name another subnet")),
  ];
}

function checkPrivate(
  key: string,
  { id, cidr, freeAddresses, routesOut }: AdoptedSubnet,
  need: AddressNeed,
): readonly Problem[] {
  return [
    ...(routesOut
      ? []
      : at(
          key,
          `${id} has no route to the outside, where nodes pull images and pods call AWS`,
          "add one through a NAT gateway",
        )),
    ...(freeAddresses >= need.perZone
      ? []
      : at(
          key,
          `${id} (${cidr}) has ${freeAddresses} free addresses, and ${need.perZone} are needed when a zone is lost at full scale (${need.arithmetic})`,
          "name a larger subnet, or lower aws.nodes' maxNodes",
        )),
  ];
}

const checkZone = ({ dns }: AwsPlatformSettings, { hostedZone }: CheckedFacts): readonly Problem[] => {
  if (dns.kind !== "existing" || hostedZone === undefined) return [];
  const name = hostedZone.name.replace(/\.$/, "");
  return name === dns.name
    ? []
    : at(
        "aws.dns.existing",
        `${dns.zoneId} is the zone "${name}", not "${dns.name}"`,
        "write the zone's own name and id",
      );
};
