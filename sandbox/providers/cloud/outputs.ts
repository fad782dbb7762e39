import { nothing, withEmptyParts } from "./emptyParts";
import { isUnknown, record, type Made, type Values, type View } from "./model";
import { nestedShape, type ResourceShape } from "./sdk/resources";
import type { Properties, Shape } from "./sdk/types";
import type { Resource, Simulation } from "./simulation";

/** The inputs, with what every resource of the cloud gets where it is not given. */
export const withCommon = (simulation: Simulation, resource: Resource, given: Values, view: View): Values => ({
  ...only(resource.shape.inputs, simulation.common(resource, given, view)),
  ...given,
});

/** Everything that programs can read. An output that is neither given nor defined is a fault of the simulator. */
export function outputsOf(simulation: Simulation, resource: Resource, inputs: Values, made: Made): Values {
  const { token, kind, shape } = resource;
  const given = Object.fromEntries(Object.entries(inputs).filter(([name]) => !name.startsWith("__")));
  const flat: Values = {
    ...only(shape.outputs, simulation.common(resource, inputs, made.view)),
    ...Object.fromEntries((kind.unset ?? []).map((name) => [name, emptyOutput(shape, name)])),
    ...given,
    ...kind.outputs(inputs, made),
  };
  const outs = withEmptyParts(flat, shape.outputs, simulation.emptyParts[token] ?? []);
  const missing = undefinedIn(shape.outputs, outs).filter((name) => name !== "urn" && name !== "id");
  if (missing.length > 0)
    throw new Error(
      `The simulated ${simulation.package} provider defines no ${missing.join(", ")} of ${simulation.package}:${token}: add it to its table.`,
    );
  return outs;
}

/** Values of properties that there are. */
export const only = (properties: Properties, values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([name, value]) => name in properties && value !== undefined));

function emptyOutput({ outputs }: ResourceShape, name: string): unknown {
  const shape = outputs[name]?.shape;
  return shape === undefined ? undefined : nothing(shape);
}

/** Paths of what the SDK's declarations promise to programs and the values do not have, parts of parts included. */
export function undefinedIn(promised: Properties, values: Values, path = ""): readonly string[] {
  return Object.entries(promised).flatMap(([name, { shape, optional }]) => {
    const value = values[name];
    if (value === undefined || value === null) return optional ? [] : [path + name];
    return undefinedParts(shape, value, path + name);
  });
}

function undefinedParts(shape: Shape, value: unknown, path: string): readonly string[] {
  if (isUnknown(value)) return [];
  if (shape.kind === "list" && Array.isArray(value))
    return value.flatMap((item, at) => undefinedParts(shape.of, item, `${path}[${at}]`));
  if (shape.kind === "object" && Object.keys(record(value)).length > 0)
    return undefinedIn(nestedShape(shape), record(value), `${path}.`);
  return [];
}
