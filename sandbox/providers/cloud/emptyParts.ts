import { list, record, type Values } from "./model";
import { nestedShape } from "./sdk/resources";
import type { Properties, Shape } from "./sdk/types";

/** The values with these parts empty where they are not there; a part of what is not there stays away. */
export function withEmptyParts(values: Values, properties: Properties, paths: readonly string[]): Values {
  return paths.reduce((sum, path) => withEmpty(sum, properties, path.split(".")), values);
}

function withEmpty(values: Values, properties: Properties, [head = "", ...rest]: readonly string[]): Values {
  const name = head.replace("[]", "");
  const shape = properties[name]?.shape;
  const value = values[name];
  if (shape === undefined) return values;
  if (rest.length === 0) return value === undefined ? { ...values, [name]: nothing(shape) } : values;
  if (value === undefined) return values;
  const part = shape.kind === "list" ? shape.of : shape;
  if (part.kind !== "object") return values;
  const filled = (each: unknown) => withEmpty(record(each), nestedShape(part), rest);
  return { ...values, [name]: shape.kind === "list" ? list(value).map(filled) : filled(value) };
}

/** As clouds answer what is not set. */
export const nothing = (shape: Shape): unknown =>
  ({ string: "", number: 0, boolean: false, any: "", list: [], map: {}, object: {} })[shape.kind];
