import { z } from "zod";
import type { About } from "./fields";

export type Path = readonly (string | number)[];

export interface Node {
  readonly schema: z.ZodType;
  readonly about: Partial<About>;
  /** As the schema has it; `undefined` where there is none. */
  readonly default?: unknown;
  readonly optional: boolean;
}

/** A schema without what wraps it, with the documentation of all layers; the outer one wins. */
export function unwrap(schema: z.ZodType): Node {
  const about = (schema.meta() ?? {}) as Partial<About>;
  if (schema instanceof z.ZodOptional) {
    const inner = unwrap(schema.def.innerType as z.ZodType);
    return { ...inner, about: { ...inner.about, ...about }, optional: true };
  }
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    const inner = unwrap(schema.def.innerType as z.ZodType);
    return { ...inner, about: { ...inner.about, ...about }, default: schema.def.defaultValue, optional: true };
  }
  if (about.fields === undefined) return { schema, about, optional: false };
  const inner = unwrap(about.fields());
  return { ...inner, about: { ...inner.about, ...about }, optional: false };
}

/** The children of an object's schema by key. */
export function shapeOf(schema: z.ZodType): Readonly<Record<string, z.ZodType>> {
  return schema instanceof z.ZodObject ? schema.shape : {};
}

/** The schema of what sits at a path; none for an unknown key or below a map. */
export function nodeAt(schema: z.ZodType, path: Path): Node | undefined {
  const node = unwrap(schema);
  const [first, ...rest] = path;
  if (first === undefined) return node;
  const child =
    typeof first === "number" && node.schema instanceof z.ZodArray
      ? (node.schema.def.element as z.ZodType)
      : Object.entries(shapeOf(node.schema)).find(([key]) => key === first)?.[1];
  return child === undefined ? undefined : nodeAt(child, rest);
}

/** Paths of all keys, depth first; keyed objects are entered once, under `<workload>`. */
export function keysOf(schema: z.ZodType, prefix = ""): readonly { readonly path: string; readonly node: Node }[] {
  const { schema: bare, about } = unwrap(schema);
  if (bare instanceof z.ZodArray) return keysOf(bare.def.element as z.ZodType, `${prefix}[]`);
  const entries = Object.entries(shapeOf(bare));
  const { noun } = about;
  const placeholder = `<${noun?.replace(/^an? /, "") ?? ""}>`;
  const shown = noun === undefined ? entries : entries.slice(0, 1).map(([, child]) => [placeholder, child] as const);
  return shown.flatMap(([key, child]) => {
    const path = prefix === "" ? key : `${prefix}.${key}`;
    return [{ path, node: unwrap(child) }, ...keysOf(child, path)];
  });
}

/** A path as `pulumi config set --path` takes it: `identity.connectors[0].config["a.b"]`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((before, part) => {
    if (typeof part === "number") return `${before}[${part}]`;
    if (!/^[\w-]+$/.test(part)) return `${before}[${JSON.stringify(part)}]`;
    return before === "" ? part : `${before}.${part}`;
  }, "");
}

/** A copy without what sits at the path; a list loses itself rather than one entry, so that no index shifts. */
export function without(value: unknown, path: Path): unknown {
  const [first, ...rest] = path;
  if (first === undefined || typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value)) {
    const entry = typeof first === "number" ? without(value[first], rest) : undefined;
    return entry === undefined ? undefined : value.map((old: unknown, index) => (index === first ? entry : old));
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, old]) => {
      if (key !== first) return [[key, old]];
      const left = rest.length === 0 ? undefined : without(old, rest);
      return left === undefined ? [] : [[key, left]];
    }),
  );
}

export function valueAt(value: unknown, path: Path): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, first)) return undefined;
  return valueAt((value as Record<string | number, unknown>)[first], rest);
}
