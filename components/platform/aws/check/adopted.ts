import type { Problem } from "../../../lib/errors";
import { at } from "../../shared/problems";
import { balancerExposure } from "../../shared/exposure";
import { zoneCount } from "../../shared/nodePlan";
import { overlap, parseRange } from "../../shared/ranges";
import type { AddressNeed } from "../figures/networkPlan";
import { addressNeed, serviceCidr } from "./network";
import type { AdoptedSubnet, CheckedFacts, CheckedSettings } from "./types";

/** An owner's VPC with its subnets. */
export function checkAdopted(settings: CheckedSettings, { vpc }: CheckedFacts): readonly Problem[] {
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
