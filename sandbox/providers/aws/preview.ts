import { kindOf } from "./kinds";
import { isUnknown, record, unknown, type Values } from "./model";
import type { Place } from "./operations";
import { nestedShape } from "./sdk/resources";
import type { Properties, Shape } from "./sdk/types";

/** Outputs of a resource that is not there yet: given values, and "not known yet" for what AWS answers. */
export function plannedOutputs(
  token: string,
  inputs: Values,
  { region, defaultTags }: Pick<Place, "region" | "defaultTags">,
): Values {
  const { shape } = kindOf(token);
  const tags =
    "tagsAll" in shape.outputs
      ? { tagsAll: isUnknown(inputs.tags) ? unknown : { ...defaultTags, ...record(inputs.tags) } }
      : {};
  return { ...planned(shape.outputs, inputs), region, ...tags };
}

/** Outputs after a change: as before, but for what is given and what every change makes anew. */
export function plannedChange(token: string, olds: Values, inputs: Values): Values {
  const { kind, shape } = kindOf(token);
  const renewed = Object.fromEntries((kind.renewed ?? []).map((name) => [name, unknown]));
  const given = Object.entries(inputs).filter(([name]) => !name.startsWith("__"));
  const merged = given.map(([name, value]) => [name, filled(shape.outputs[name]?.shape, value, olds[name])] as const);
  return { ...olds, ...Object.fromEntries(merged), ...renewed };
}

function planned(properties: Properties, inputs: Values): Values {
  const entries = Object.entries(properties).flatMap(([name, { shape, optional }]) => {
    const value = inputs[name];
    if (value === undefined || value === null) return optional ? [] : [[name, unknown] as const];
    return [[name, filled(shape, value)] as const];
  });
  return Object.fromEntries(entries);
}

/** Parts of a nested value that AWS fills in, such as the security group in a cluster's `vpcConfig`. */
function filled(shape: Shape | undefined, value: unknown, before?: unknown): unknown {
  if (shape?.kind !== "object" || isUnknown(value)) return value;
  return { ...planned(nestedShape(shape), record(value)), ...record(before), ...record(value) };
}
