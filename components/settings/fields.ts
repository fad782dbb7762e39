import { z } from "zod";
import { suggest } from "../lib/errors";

/** What is wrong with one value and what to write instead; the path is added where the value sits. */
export interface Fault {
  readonly problem: string;
  readonly remedy: string;
  /** Below the value itself, where it is a map or a list. */
  readonly path?: readonly (string | number)[];
}

/** Documentation of a setting, from which `docs/settings.md` and the messages are made. */
export interface About {
  /** Meaning, one or two sentences. */
  readonly means: string;
  /** Consequence of changing it on a stack that runs. */
  readonly change?: string;
  /** Default in words, where it is derived. */
  readonly default?: string;
  /** Type, unit and range in words; set by the builders. */
  readonly type?: string;
  /** What a key of a keyed object is: `workload`. */
  readonly noun?: string;
  /** Shape of the object that the value may be instead of a word, or is; asked for when it is walked. */
  readonly fields?: () => z.ZodType;
}

export const faults = (...list: readonly Fault[]) => ({ faults: list });
export type Reading<T> = { readonly value: T } | { readonly faults: readonly Fault[] };
export const fine = <T>(value: T) => ({ value });
export const fault = (problem: string, remedy: string) => faults({ problem, remedy });

/** A field whose value is read, checked and, where the engine hands out text, converted by one function. */
export function field<T>(about: About, type: string, read: (value: unknown) => Reading<T>): z.ZodType<T> {
  const schema = z.unknown().transform((value, context): T => {
    const reading = value === undefined ? fault("is missing", `write ${type}`) : read(value);
    if ("value" in reading) return reading.value;
    for (const { problem, remedy, path } of reading.faults)
      context.issues.push({
        code: "custom",
        input: undefined,
        path: [...(path ?? [])],
        message: problem,
        params: { remedy },
      });
    return z.NEVER;
  });
  return schema.meta({ ...about, type });
}

/** An object whose schema is loaded where the key is written, or documented. */
export function block<T extends z.ZodType>(schema: () => T): z.ZodType<z.output<T>> {
  const read = z.unknown().transform((value, context) => readBy(schema(), value, context));
  return read.meta({ fields: schema });
}

/** What a schema makes of a part of the value that `context` is for; its problems are said there. */
export function readBy<T extends z.ZodType>(schema: T, value: unknown, context: z.RefinementCtx): z.output<T> {
  const { data, error } = schema.safeParse(value);
  if (error === undefined) return data;
  context.issues.push(...error.issues.map((issue) => ({ ...issue, input: undefined })));
  return z.NEVER;
}

/** A value as a message may show it: never what an object or a list holds, never the password in an address. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(shorten(withoutUserInfo(value)));
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value === null) return "nothing";
  return Array.isArray(value) ? "a list" : "an object";
}

const withoutUserInfo = (value: string) => value.replace(/([a-z][a-z0-9+.-]*:\/\/).*@/gis, "$1***@");
const shorten = (value: string) => (value.length > 80 ? `${value.slice(0, 79)}…` : value);

/** Text that passes `check`; a number in YAML is refused, because `1.10` would arrive as `1.1`. */
export function text(
  about: About,
  check: (value: string) => Fault | undefined = () => undefined,
  type = "text",
): z.ZodType<string> {
  return field(about, type, (value) => {
    if (typeof value === "number" || typeof value === "boolean")
      return fault(`${String(value)} is not text`, `write it in quotes: "${String(value)}"`);
    if (typeof value !== "string") return fault(`${show(value)} is not text`, `write ${type}`);
    if (value.trim() === "") return fault("is empty", `write ${type}, or remove the key`);
    const found = check(value);
    return found === undefined ? fine(value) : faults(found);
  });
}

export function matching(pattern: RegExp, type: string, example: string, about: About): z.ZodType<string> {
  return text(
    about,
    (value) =>
      pattern.test(value)
        ? undefined
        : { problem: `${show(value)} is not ${type}`, remedy: `write ${type}, such as ${example}` },
    type,
  );
}

/** The engine hands out top-level scalars as text. */
export function flag(about: About): z.ZodType<boolean> {
  return field(about, "true or false", (value) => {
    if (value === true || value === "true") return fine(true);
    if (value === false || value === "false") return fine(false);
    const yes = typeof value === "string" && /^(yes|on|y|1|enabled?)$/i.test(value);
    const no = typeof value === "string" && /^(no|off|n|0|disabled?)$/i.test(value);
    return fault(
      `${show(value)} is not true or false`,
      yes ? "write true" : no ? "write false" : "write true or false",
    );
  });
}

export function choice<T extends string>(options: readonly T[], noun: string, about: About): z.ZodType<T> {
  return field(about, `one of ${options.map((option) => `\`${option}\``).join(", ")}`, (value) => {
    const found = options.find((option) => option === value);
    if (found !== undefined) return fine(found);
    return fault(`${show(value)} is not ${noun}`, suggest(typeof value === "string" ? value : "", options));
  });
}

export interface Range {
  /** `GiB`, `cores`, `MB`, `seconds`, `per cent`; empty for counts. */
  readonly unit?: Unit;
  readonly min: number;
  readonly max?: number;
  readonly whole?: boolean;
}
export type Unit = "GiB" | "cores" | "MB" | "seconds" | "per cent";

export function number(range: Range, about: About): z.ZodType<number> {
  const kind = `${range.whole === true ? "whole number" : "number"}${range.unit === undefined ? "" : ` of ${range.unit}`}`;
  const limits = range.max === undefined ? `at least ${range.min}` : `${range.min} to ${range.max}`;
  return field(about, `a ${kind}, ${limits}`, (value) => {
    const parsed = typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
    if (typeof parsed !== "number" || !Number.isFinite(parsed))
      return fault(`${show(value)} is not a ${kind}`, `write ${inUnit(value, range) ?? `a ${kind}, ${limits}`}`);
    if (range.whole === true && !Number.isInteger(parsed))
      return fault(`${parsed} is not a whole number`, `write ${Math.max(range.min, Math.round(parsed))}`);
    if (parsed < range.min || parsed > (range.max ?? Infinity))
      return fault(`${parsed} is ${parsed < range.min ? "too small" : "too large"}`, `write a ${kind}, ${limits}`);
    return fine(parsed);
  });
}

const factors: Readonly<Record<Unit, readonly (readonly [RegExp, number])[]>> = {
  GiB: [
    [/^(g|gi|gb|gib|gigs?|gigabytes?|gibibytes?)$/i, 1],
    [/^(m|mi|mb|mib|megs?|megabytes?|mebibytes?)$/i, 1 / 1024],
    [/^(t|ti|tb|tib|terabytes?|tebibytes?)$/i, 1024],
  ],
  MB: [
    [/^(m|mi|mb|mib|megs?|megabytes?)$/i, 1],
    [/^(g|gi|gb|gib|gigs?|gigabytes?)$/i, 1024],
  ],
  cores: [
    [/^(m|milli(core|cpu)s?)$/, 1 / 1000],
    [/^(v?cpus?|cores?)$/i, 1],
  ],
  seconds: [
    [/^(s|secs?|seconds?)$/i, 1],
    [/^(m|mins?|minutes?)$/i, 60],
    [/^(h|hours?)$/i, 3600],
  ],
  "per cent": [[/^(%|percent|per cent)$/i, 1]],
};

/** The number that a quantity with a unit stands for, in the unit that is wanted. */
function inUnit(value: unknown, range: Range): number | undefined {
  const match = typeof value === "string" ? /^\s*(\d+(?:\.\d+)?)\s*([a-z% ]+?)\s*$/i.exec(value) : null;
  const unit = match?.[2];
  if (match === null || unit === undefined || range.unit === undefined) return undefined;
  const factor = factors[range.unit].find(([pattern]) => pattern.test(unit))?.[1];
  const result = factor === undefined ? undefined : Number((Number(match[1]) * factor).toFixed(3));
  const fits = result !== undefined && result >= range.min && result <= (range.max ?? Infinity);
  return fits && (range.whole !== true || Number.isInteger(result)) ? result : undefined;
}
