import type { Problem } from "../../lib/errors";
import type { ExternalObjectStore, ExternalPostgres, ExternalRedis } from "../../settings/types";
import { at } from "./problems";
import { overlap, parseRange, rangeAround } from "./ranges";

/** Ranges that belong to nobody on the internet. */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];

export interface RangeBounds {
  /** Shortest and longest prefix. */
  readonly shortest: number;
  readonly longest: number;
  /** What the range is for, after "too small for": `a VPC of three zones`. */
  readonly what: string;
  /** One that does: `10.40.0.0/16`. */
  readonly example: string;
}

/** A range that is made: well written, of a legal size, and nobody's on the internet. */
export function checkPrivateRange(key: string, cidr: string, { shortest, longest, what, example }: RangeBounds) {
  let range;
  try {
    range = parseRange(cidr);
  } catch (error) {
    return at(key, error instanceof Error ? error.message : String(error), `write an IPv4 range such as ${example}`);
  }
  if (range.prefix < shortest || range.prefix > longest)
    return at(
      key,
      `"${cidr}" is too ${range.prefix < shortest ? "large" : "small"} for ${what}`,
      `write a prefix of /${shortest} to /${longest}`,
    );
  if (!privateRanges.some((one) => overlap(parseRange(one), range)))
    return at(
      key,
      `"${cidr}" holds addresses of the internet, which pods could no longer reach`,
      `write a range within ${privateRanges.join(", ")}`,
    );
  return [];
}

/** A range that something else has already, with what that is. */
export type Neighbour = readonly [cidr: string, what: string];

export const checkOverlaps = (
  key: string,
  cidr: string,
  neighbours: readonly Neighbour[],
  example: string,
): readonly Problem[] =>
  neighbours.flatMap(([other, what]) =>
    overlap(parseRange(cidr), rangeAround(other))
      ? at(key, `"${cidr}" overlaps ${other}, ${what}`, `write a range apart from it, such as ${example}`)
      : [],
  );

interface Stores {
  readonly postgres: ExternalPostgres | { readonly kind: "create" };
  readonly redis: ExternalRedis | { readonly kind: "create" | "inCluster" };
  readonly objectStore: ExternalObjectStore | { readonly kind: "create" };
}

/** Ranges of the owner's own stores, below the cloud's key. */
export const storeNeighbours = (cloud: string, { postgres, redis, objectStore }: Stores): readonly Neighbour[] =>
  Object.entries({ postgres, redis, objectStore }).flatMap(([part, store]) =>
    store.kind === "external"
      ? store.cidrs.filter(isOneNetwork).map((cidr): Neighbour => [cidr, `${cloud}.${part}.existing.cidrs`])
      : [],
  );

/** Not the whole internet, and IPv4, which is all that the networks here have. */
const isOneNetwork = (cidr: string) => !cidr.endsWith("/0") && !cidr.includes(":");
