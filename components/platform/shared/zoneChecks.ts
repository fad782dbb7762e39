import type { Problem } from "../../lib/errors";
import { usableTypes } from "./checkNodePlan";
import { type Machine, type MachineCatalogue, poolNames, type PoolName, zoneCount } from "./nodePlan";
import { at } from "./problems";

/** A zone with the machine types that it offers, of those that were asked for. */
export interface OfferingZone {
  readonly name: string;
  readonly offers: readonly string[];
}

/** What a cloud is called where its zones are judged. */
export interface ZoneTerms {
  /** Key of its settings. */
  readonly cloud: string;
  /** Whose zones they are: `account`, `project`. */
  readonly owner: string;
  readonly catalogue: Pick<MachineCatalogue, "usable">;
}

interface Placed {
  readonly network: { readonly kind: "create"; readonly zones: readonly string[] } | { readonly kind: "existing" };
  readonly nodes: Readonly<Record<PoolName, Machine>>;
}

interface Region {
  readonly region: string;
  readonly zones: readonly OfferingZone[];
}

const namesOf = (zones: readonly OfferingZone[]): string => zones.map(({ name }) => name).join(", ");

/** Three zones that offer every machine type. */
export function checkZones(terms: ZoneTerms, { network, nodes }: Placed, { region, zones }: Region) {
  const { cloud, owner } = terms;
  if (zones.length < zoneCount)
    return at(
      `${cloud}.region`,
      `${region} has ${zones.length} zones for this ${owner} (${namesOf(zones)}), and Logfire is spread over ${zoneCount}`,
      "write another region",
    );
  const wanted = network.kind === "create" ? network.zones : [];
  const named = wanted.flatMap((name) =>
    zones.some((zone) => zone.name === name)
      ? []
      : at(`${cloud}.network.zones`, `"${name}" is not a zone of ${region}`, `choose from ${namesOf(zones)}`),
  );
  const judged = wanted.length === 0 ? zones : zones.filter(({ name }) => wanted.includes(name));
  const offers = poolNames.flatMap((pool) =>
    checkOffers(terms, pool, nodes[pool].type, { region, zones: judged }, named.length),
  );
  const both = judged.filter((zone) => Object.values(nodes).every(({ type }) => zone.offers.includes(type)));
  if (named.length + offers.length > 0 || both.length >= zoneCount) return [...named, ...offers];
  const { general, scratch } = nodes;
  return at(
    `${cloud}.nodes.scratch.type`,
    `${region} offers ${scratch.type} and ${general.type} together in ${namesOf(both) || "no zone"}, and three zones have to`,
    "write another type for one of the pools",
  );
}

function checkOffers(
  { cloud, catalogue }: ZoneTerms,
  pool: PoolName,
  type: string,
  { region, zones }: Region,
  missing: number,
): readonly Problem[] {
  const offering = (one: string) => zones.filter(({ offers }) => offers.includes(one));
  const enough = zoneCount - missing;
  const found = offering(type);
  if (found.length >= enough) return [];
  const others = usableTypes(catalogue, pool).filter((one) => offering(one).length >= enough);
  const where = found.length === 0 ? "nowhere" : `in ${namesOf(found)} only`;
  return at(
    `${cloud}.nodes.${pool}.type`,
    `${region} offers ${type} ${where}, and three zones have to`,
    others.length === 0 ? "write another region" : `choose from ${others.join(", ")}, which three zones offer`,
  );
}

/** Zones for a new network: as named, or the first three that offer every machine type. */
export function chooseZones(
  { network, nodes }: Placed,
  { zones }: { readonly zones: readonly OfferingZone[] },
): readonly string[] {
  if (network.kind === "create" && network.zones.length > 0) return network.zones;
  const types = Object.values(nodes).map(({ type }) => type);
  return zones
    .filter(({ offers }) => types.every((type) => offers.includes(type)))
    .map(({ name }) => name)
    .sort()
    .slice(0, zoneCount);
}
