import type { Problem } from "../../../lib/errors";
import { capacity } from "../../../logfire/sizing";
import type { AwsPlatformSettings } from "../../../settings/aws/types";
import { at } from "../../shared/problems";
import { podsOf } from "../../shared/clusterPods";
import { checkOverlaps, checkPrivateRange, type Neighbour, storeNeighbours } from "../../shared/rangeChecks";
import { sizeOf, usableAddresses } from "../../shared/ranges";
import { clusterPods } from "../figures/clusterPods";
import {
  addressesNeeded,
  type AddressNeed,
  planNetwork,
  reservedPerSubnet,
  networkPrefix,
} from "../figures/networkPlan";
import { zoneCount } from "../../shared/nodePlan";
import type { PlannedSettings } from "./types";

/** Addresses of Services in a cluster that this stack makes. Fixed when the cluster is created. */
export const serviceCidr = "172.20.0.0/16";

/** Addresses that a zone's private subnet has to have at full scale. */
export function addressNeed({ platform, logfire, sizes }: PlannedSettings): AddressNeed {
  const pods =
    capacity(sizes).reduce((sum, { max }) => sum + max.pods, 0) + podsOf(clusterPods(platform, logfire), "max").length;
  return addressesNeeded({ pods, pools: Object.values(platform.nodes), zones: zoneCount });
}

const example = "10.40.0.0/16";

/** The range of a VPC that is made. */
export function checkRange(settings: PlannedSettings): readonly Problem[] {
  const { network } = settings.platform;
  if (network.kind === "existing") return [];
  const key = "aws.network.cidr";
  const { cidr } = network;
  const wrong = checkPrivateRange(key, cidr, { ...networkPrefix, what: "a VPC of three zones", example });
  if (wrong.length > 0) return wrong;
  return [...checkOverlaps(key, cidr, neighbours(settings.platform), example), ...tooFew(key, cidr, settings)];
}

/** Every range that the VPC must keep apart from. */
const neighbours = (platform: AwsPlatformSettings): readonly Neighbour[] => [
  [serviceCidr, "the addresses of the cluster's Services"],
  ...storeNeighbours("aws", platform),
];

function tooFew(key: string, cidr: string, settings: PlannedSettings): readonly Problem[] {
  const need = addressNeed(settings);
  const [subnet] = planNetwork({ cidr, zones: ["any"] }).private;
  const has = subnet === undefined ? 0 : usableAddresses(subnet.cidr, reservedPerSubnet);
  if (has >= need.perZone) return [];
  const prefix = Array.from({ length: 5 }, (_, index) => 20 - index).find(
    (one) => sizeOf(one + 2) - reservedPerSubnet >= need.perZone,
  );
  return at(
    key,
    `"${cidr}" leaves ${has} addresses to each zone, and ${need.perZone} are needed when a zone is lost at full scale (${need.arithmetic})`,
    prefix === undefined ? "lower aws.nodes' maxNodes" : `write a range of /${prefix} or larger, or lower maxNodes`,
  );
}
