import { nothing } from "../cloud/emptyParts";
import { list, record, type Values } from "../cloud/model";
import { nestedShape, resourceShape } from "../cloud/sdk/resources";
import type { Properties, Shape } from "../cloud/sdk/types";
import type { Kinds } from "./kind";

/**
 * Google's provider answers every part of a nested value that is there, empty where nothing was asked for: a node's
 * configuration has forty of them. The SDK says which they are. Outputs themselves are not filled in: each has to be in
 * its table.
 */
export const withPromisedParts = (kinds: Kinds): Kinds =>
  Object.fromEntries(
    Object.entries(kinds).map(([token, kind]) => [
      token,
      {
        ...kind,
        outputs: (inputs, made) => {
          const { outputs } = resourceShape(`gcp:${token}`);
          const own = { ...given(inputs, outputs), ...kind.outputs(inputs, made) };
          return withParts(outputs, own);
        },
      },
    ]),
  );

/** Nested inputs that are outputs as well. */
const given = (inputs: Values, outputs: Properties): Values =>
  Object.fromEntries(
    Object.entries(inputs).filter(([name, value]) => name in outputs && typeof value === "object" && value !== null),
  );

/** Values with every part that the SDK promises of what is there. */
export const withParts = (properties: Properties, values: Values): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, filled(properties[name]?.shape, value)]));

function filled(shape: Shape | undefined, value: unknown): unknown {
  if (shape?.kind === "list")
    return Array.isArray(value) ? value.map((each: unknown) => filled(shape.of, each)) : value;
  if (shape?.kind !== "object" || Object.keys(record(value)).length === 0 || list(value).length > 0) return value;
  const parts = nestedShape(shape);
  const own = record(value);
  const promised = Object.entries(parts).flatMap(([name, part]) =>
    part.optional || own[name] !== undefined ? [] : [[name, nothing(part.shape)] as const],
  );
  const present = Object.entries(own).map(([name, part]) => [name, filled(parts[name]?.shape, part)] as const);
  return Object.fromEntries([...promised, ...present]);
}
