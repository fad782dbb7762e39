import type { Problem } from "../../../lib/errors";
import { capacity } from "../../../logfire/sizing";
import type { AwsPlatformSettings } from "../../../settings/typesAws";
import { clusterPods, podsOf } from "../figures/clusterPods";
import {
  addressesNeeded,
  type AddressNeed,
  overlap,
  parseRange,
  planNetwork,
  usableAddresses,
  vpcPrefix,
} from "../figures/networkPlan";
import { zoneCount } from "../figures/nodePlan";
import { at, type PlannedSettings } from "./types";

/** Addresses of Services in a cluster that this stack makes. Fixed when the cluster is created. */
export const serviceCidr = "172.20.0.0/16";

/** Ranges that belong to nobody on the internet. */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];

/** Addresses that a zone's private subnet has to have at full scale. */
export function addressNeed({ platform, logfire, sizes }: PlannedSettings): AddressNeed {
  const pods =
    capacity(sizes).reduce((sum, { max }) => sum + max.pods, 0) + podsOf(clusterPods(platform, logfire), "max").length;
  return addressesNeeded({ pods, pools: Object.values(platform.nodes), zones: zoneCount });
}

/** The range of a VPC that is made. */
export function checkRange(settings: PlannedSettings): readonly Problem[] {
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
