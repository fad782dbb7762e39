import { z } from "zod";
import { nearest } from "../lib/errors";
import { Encrypted } from "./raw";
import { type About, type Fault, field, fault, faults, fine, readBy, type Reading, show } from "./fields";

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Encrypted);

/** An object whose keys are one of a known set: `workloads`, `images.overrides`. */
export function keyed<K extends string, V extends z.ZodType>(
  names: readonly K[],
  noun: string,
  value: V,
  about: About,
) {
  const shape = Object.fromEntries(names.map((name) => [name, value.optional()])) as Record<K, z.ZodOptional<V>>;
  return z.strictObject(shape).meta({ ...about, noun });
}

type EntryCheck<T> = (key: string, value: unknown) => Reading<T>;

/** An object with keys of the owner's own. */
export function map<T>(about: About, type: string, check: EntryCheck<T>): z.ZodType<Record<string, T>> {
  return field(about, type, (value) =>
    isObject(value)
      ? readEntries(value, check)
      : fault(`is ${kindOf(value)}, not an object`, "write one `key: value` on each line"),
  );
}

/** All entries, or everything that is wrong with them. */
export function readEntries<T>(values: Record<string, unknown>, check: EntryCheck<T>): Reading<Record<string, T>> {
  const read = Object.entries(values).map(([key, value]) => ({ key, reading: check(key, value) }));
  const found = read.flatMap(({ key, reading }) =>
    "faults" in reading ? reading.faults.map((one): Fault => ({ ...one, path: [key, ...(one.path ?? [])] })) : [],
  );
  if (found.length > 0) return faults(...found);
  const good = read.flatMap(({ key, reading }) => ("value" in reading ? [[key, reading.value] as const] : []));
  return fine(Object.fromEntries<T>(good));
}

export const kindOf = (value: unknown) =>
  typeof value === "string" ? "text" : Array.isArray(value) ? "a list" : isObject(value) ? "an object" : show(value);

function entryText(value: unknown): Reading<string> {
  if (typeof value === "string") return fine(value);
  if (typeof value === "number" || typeof value === "boolean")
    return fault(`${String(value)} is not text`, `write it in quotes: "${String(value)}"`);
  return fault(`is ${kindOf(value)}, not text`, "write text");
}

export const environmentName = /^[A-Za-z_][A-Za-z0-9_]*$/;
const badName = (noun: string, remedy: string) => fault(`is not ${noun}`, remedy);
const nameRemedy = "use letters, digits and underscores, with no digit in front";

export const environment = (about: About) =>
  map(about, "variables: `NAME: value`", (key, value) =>
    environmentName.test(key) ? entryText(value) : badName("a name of a variable", nameRemedy),
  );

/** Variables in clear or by reference to a Kubernetes Secret, so that no secret has to stand here. */
export const referencingEnvironment = (about: About) =>
  map<string | { secret: string; key: string }>(
    about,
    "variables: `NAME: value`, or `NAME: { secret: …, key: … }` for a key of a Kubernetes Secret",
    (name, value) => {
      if (!environmentName.test(name)) return badName("a name of a variable", nameRemedy);
      if (!isObject(value)) return entryText(value);
      const { secret, key, ...rest } = value;
      const whole = typeof secret === "string" && secret !== "" && typeof key === "string" && key !== "";
      return whole && Object.keys(rest).length === 0
        ? fine({ secret, key })
        : fault("is not a reference to a Kubernetes Secret", "write { secret: NAME, key: KEY }");
    },
  );

const qualifiedName = /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/;

/** Kubernetes labels or a node selector. */
export const labels = (about: About) =>
  map(about, "labels: `key: value`", (key, value) => {
    if (!qualifiedName.test(key)) return badName("a label's key", "write one such as example.com/team");
    const reading = entryText(value);
    if ("value" in reading && !labelValue.test(reading.value))
      return fault(
        `${show(reading.value)} is not a label's value`,
        "write at most 63 letters, digits, dots and dashes",
      );
    return reading;
  });

export const annotations = (about: About) =>
  map(about, "annotations: `key: value`", (key, value) =>
    qualifiedName.test(key) ? entryText(value) : badName("an annotation's key", "write one such as example.com/team"),
  );

export const attributes = (about: About) =>
  map(about, "attributes: `name: value`", (key, value) =>
    /^[A-Za-z][A-Za-z0-9._-]*$/.test(key)
      ? entryText(value)
      : badName("an attribute's name", "write one such as deployment.environment.name"),
  );

/** A word, or an object in its place: `inCluster`, or the address of a server. */
export function wordOr<W extends string, S extends z.ZodType>(
  words: readonly W[],
  fields: S,
  what: string,
  about: About,
): z.ZodType<W | z.output<S>> {
  const type = [...words.map((word) => `\`${word}\``), what].join(", or ");
  const schema = z.unknown().transform((value, context): W | z.output<S> => {
    const word = words.find((candidate) => candidate === value);
    if (word !== undefined) return word;
    if (isObject(value)) return readBy(fields, value, context);
    const near = typeof value === "string" ? nearest(value, words) : undefined;
    context.issues.push({
      code: "custom",
      input: undefined,
      path: [],
      message: value === undefined ? "is missing" : `${show(value)} is not ${words.join(" or ")}`,
      params: { remedy: near === undefined ? `write ${words.join(" or ")}, or ${what}` : `did you mean ${near}?` },
    });
    return z.NEVER;
  });
  return schema.meta({ ...about, type, fields: () => fields });
}
