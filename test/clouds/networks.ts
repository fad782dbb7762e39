import assert from "node:assert/strict";
import fc from "fast-check";
import { contains, formatRange, overlap, parseRange, sizeOf } from "../../components/platform/shared/ranges";

/** Any network that a cloud takes, by how long its prefix may be. */
export const anyNetwork = ({ shortest, longest }: { readonly shortest: number; readonly longest: number }) =>
  fc
    .tuple(fc.integer({ min: shortest, max: longest }), fc.integer({ min: 0, max: 2 ** 32 - 1 }))
    .map(([prefix, address]) => formatRange({ first: address - (address % sizeOf(prefix)), prefix }));

/** Every range lies inside the network, and no two of them share an address. */
export function assertApart(network: string, cidrs: readonly string[]): void {
  const ranges = cidrs.map(parseRange);
  for (const range of ranges) assert.ok(contains(parseRange(network), range), network);
  for (const [index, left] of ranges.entries())
    for (const right of ranges.slice(index + 1)) assert.ok(!overlap(left, right), network);
}
