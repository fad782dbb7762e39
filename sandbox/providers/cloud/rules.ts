import { isIP } from "node:net";
import type { Rule } from "./model";

export const matches =
  (pattern: RegExp, words: string): Rule =>
  (value) =>
    typeof value === "string" && pattern.test(value) ? undefined : `not ${words}`;

export const oneOf =
  (...values: readonly unknown[]): Rule =>
  (value) =>
    values.includes(value) ? undefined : `not one of ${values.join(", ")}`;

export const whole =
  (min: number, max: number, others: readonly number[] = []): Rule =>
  (value) =>
    Number.isInteger(value) && ((Number(value) >= min && Number(value) <= max) || others.includes(Number(value)))
      ? undefined
      : `not a whole number from ${min} to ${max}`;

export const length =
  (min: number, max: number): Rule =>
  (value) =>
    typeof value === "string" && value.length >= min && value.length <= max
      ? undefined
      : `not ${min} to ${max} characters long`;

export const both =
  (...rules: readonly Rule[]): Rule =>
  (value) =>
    rules.map((rule) => rule(value)).find((wrong) => wrong !== undefined);

/** An IPv4 range whose address is the first of it, with a prefix length within the bounds. */
export const cidr =
  (shortest = 0, longest = 32): Rule =>
  (value) => {
    const parsed = parseCidr(value);
    if (parsed === undefined) return "not an IPv4 range such as 10.0.0.0/16";
    if (parsed.prefix < shortest || parsed.prefix > longest) return `not between /${shortest} and /${longest}`;
    return parsed.address % 2 ** (32 - parsed.prefix) === 0 ? undefined : "not a range: bits of the host are set";
  };

export interface Range {
  readonly address: number;
  readonly prefix: number;
  /** Last address. */
  readonly last: number;
}

export function parseCidr(value: unknown): Range | undefined {
  const [, host = "", length = ""] = /^([\d.]+)\/(\d{1,2})$/.exec(String(value)) ?? [];
  const prefix = Number(length);
  if (isIP(host) !== 4 || length === "" || prefix > 32) return undefined;
  const address = host.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return { address, prefix, last: address + 2 ** (32 - prefix) - 1 };
}

export const overlap = (one: Range, other: Range): boolean => one.address <= other.last && other.address <= one.last;
export const contains = (outer: Range, inner: Range): boolean =>
  outer.address <= inner.address && inner.last <= outer.last;

/** The address so many places into a range. `("10.0.32.0/19", 10)` -> `10.0.32.10` */
export function addressIn(range: string, offset: number): string {
  const parsed = parseCidr(range);
  const value = (parsed?.address ?? 0) + offset;
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}

export function parseJson(value: unknown): object | undefined {
  try {
    const parsed: unknown = JSON.parse(String(value));
    return typeof parsed === "object" && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}

export const json: Rule = (value) => (parseJson(value) === undefined ? "not JSON" : undefined);
