/** An IPv4 range. */
export interface Range {
  /** Lowest address as a number. */
  readonly first: number;
  readonly prefix: number;
}

/** `10.40.0.0/16`. Throws where it is none, or where it does not begin at a multiple of its own size. */
export function parseRange(cidr: string): Range {
  const [, address = "", length = ""] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(cidr) ?? [];
  const parts = address.split(".").map(Number);
  const prefix = Number(length);
  if (parts.length !== 4 || parts.some((part) => part > 255) || prefix > 32)
    throw new RangeError(`"${cidr}" is not an IPv4 range`);
  const first = parts.reduce((sum, part) => sum * 256 + part, 0);
  if (first % sizeOf(prefix) !== 0)
    throw new RangeError(`"${cidr}" begins inside ${formatRange({ first: floor(first, prefix), prefix })}`);
  return { first, prefix };
}

/** The range that an address with a prefix lies in: as people write ranges, the address need not be its first. */
export function rangeAround(cidr: string): Range {
  const [address = "", length = "32"] = cidr.split("/");
  const prefix = Number(length);
  return { first: floor(parseRange(`${address}/32`).first, prefix), prefix };
}

export const formatRange = ({ first, prefix }: Range): string =>
  `${[24, 16, 8, 0].map((bits) => Math.floor(first / 2 ** bits) % 256).join(".")}/${prefix}`;

/** Addresses of a range with this prefix. */
export const sizeOf = (prefix: number): number => 2 ** (32 - prefix);
const floor = (address: number, prefix: number): number => address - (address % sizeOf(prefix));
const end = ({ first, prefix }: Range): number => first + sizeOf(prefix);

export const contains = (outer: Range, inner: Range): boolean => inner.first >= outer.first && end(inner) <= end(outer);
export const overlap = (left: Range, right: Range): boolean => left.first < end(right) && right.first < end(left);

/** The part of a range with this longer prefix at this place, counted in such parts from the range's beginning. */
export const partOf = (whole: Range, prefix: number, index: number): string =>
  formatRange({ first: whole.first + index * sizeOf(prefix), prefix });

/** Addresses of a subnet without those that the cloud keeps of every one: 5 on AWS and Azure, 4 on GCP. */
export const usableAddresses = (cidr: string, reserved: number): number => sizeOf(parseRange(cidr).prefix) - reserved;
