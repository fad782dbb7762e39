import { isIP } from "node:net";
import { enumeration, type Client } from "./sdk/enumerations";
import { text, type Rule } from "./model";

export const matches =
  (pattern: RegExp, words: string): Rule =>
  (value) =>
    typeof value === "string" && pattern.test(value) ? undefined : `not ${words}`;

export const oneOf =
  (...values: readonly unknown[]): Rule =>
  (value) =>
    values.includes(value) ? undefined : `not one of ${values.join(", ")}`;

/** A value of an enumeration of AWS' own client. */
export const valueOf =
  (client: Client, name: string): Rule =>
  (value) => {
    const values = enumeration(client, name);
    if (values.includes(String(value))) return undefined;
    return `not one of AWS' ${name}${values.length > 12 ? "" : `: ${values.join(", ")}`}`;
  };

export const whole =
  (min: number, max: number, others: readonly number[] = []): Rule =>
  (value) =>
    Number.isInteger(value) && ((Number(value) >= min && Number(value) <= max) || others.includes(Number(value)))
      ? undefined
      : `not a whole number from ${min} to ${max}`;

export const among = (...values: readonly number[]): Rule => oneOf(...values);

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

export const arn = (service: string): Rule =>
  matches(new RegExp(`^arn:aws(-[a-z-]+)?:${service}:[a-z0-9-]*:(\\d{12}|aws)?:.+$`), `an ARN of ${service}`);

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

interface Statement {
  readonly Effect?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Sid?: unknown;
  readonly Condition?: unknown;
}

/** A policy document as JSON text: of an identity (resources, no principal) or of a resource (principal). */
export const policy =
  (kind: "identity" | "resource" | "trust", maxBytes: number): Rule =>
  (value) => {
    const document = parseJson(value);
    if (document === undefined) return "not JSON";
    const { Version, Statement, ...rest } = document as { Version?: unknown; Statement?: unknown };
    if (Version !== "2012-10-17") return "without Version 2012-10-17";
    const unknown = Object.keys(rest).filter((key) => key !== "Id");
    if (unknown.length > 0) return `with an unknown element ${unknown.join(", ")}`;
    // AWS does not count white space.
    const size = JSON.stringify(document).length;
    if (size > maxBytes) return `larger than ${maxBytes} characters (${size})`;
    const statements = (Array.isArray(Statement) ? Statement : [Statement]) as (Statement | undefined)[];
    if (statements.length === 0) return "without a Statement";
    return statements.map((statement) => statementFault(statement ?? {}, kind)).find((fault) => fault !== undefined);
  };

const elements = [
  ...["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource"],
  ...["Principal", "NotPrincipal", "Condition"],
];

function statementFault(statement: Statement, kind: "identity" | "resource" | "trust"): string | undefined {
  const unknown = Object.keys(statement).find((key) => !elements.includes(key));
  if (unknown !== undefined) return `with an unknown element ${unknown} in a statement`;
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny") return "with a statement without Effect";
  if (statement.Sid !== undefined && !/^[A-Za-z0-9]*$/.test(text(statement.Sid)) && kind !== "resource")
    return `with a Sid of other characters than letters and digits: ${text(statement.Sid)}`;
  const actions = [statement.Action ?? statement.NotAction].flat();
  const wrong = actions.find((action) => !/^(\*|[a-z0-9-]+:[A-Za-z0-9*]+)$/.test(String(action)));
  if (wrong !== undefined || actions.length === 0) return `with something that is no action: ${String(wrong)}`;
  const principal = statement.Principal ?? statement.NotPrincipal;
  if (kind === "identity" && principal !== undefined) return "with a Principal, which policies of identities have not";
  if (kind !== "identity" && principal === undefined) return "without a Principal";
  if (kind === "trust" && statement.Resource !== undefined) return "with a Resource, which trust policies have not";
  if (kind !== "trust" && statement.Resource === undefined && statement.NotResource === undefined)
    return "with a statement without Resource";
  const resources = [statement.Resource ?? statement.NotResource ?? []].flat();
  const bad = resources.find((resource) => resource !== "*" && !/^arn:aws(-[a-z-]+)?:/.test(text(resource)));
  return bad === undefined ? undefined : `with a Resource that is no ARN: ${text(bad)}`;
}

function parseJson(value: unknown): object | undefined {
  try {
    const parsed: unknown = JSON.parse(String(value));
    return typeof parsed === "object" && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}

export const json: Rule = (value) => (parseJson(value) === undefined ? "not JSON" : undefined);

/** https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
export function tagFaults(tags: Readonly<Record<string, unknown>>): readonly string[] {
  const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
  return [
    ...(Object.keys(tags).length > 50 ? [`more than 50 tags: ${Object.keys(tags).length}`] : []),
    ...Object.entries(tags).flatMap(([key, value]) => [
      ...(key.length < 1 || key.length > 128 ? [`tag key "${key}" is not 1 to 128 characters long`] : []),
      ...(String(value).length > 256 ? [`tag ${key} has a value of more than 256 characters`] : []),
      ...(key.startsWith("aws:") ? [`tag key "${key}" begins with aws:, which is reserved`] : []),
      ...(allowed.test(key) && allowed.test(String(value))
        ? []
        : [`tag ${key}=${String(value)} has characters that AWS refuses`]),
    ]),
  ];
}
