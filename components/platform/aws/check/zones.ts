import type { Problem } from "../../../lib/errors";
import type { AwsPlatformSettings } from "../../../settings/typesAws";
import { usableTypes, zoneCount } from "../figures/nodePlan";
import { at, type CheckedFacts } from "./types";

/** Three zones that offer every machine type. */
export function checkZones(
  { network, nodes }: AwsPlatformSettings,
  { region, zones }: CheckedFacts,
): readonly Problem[] {
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
