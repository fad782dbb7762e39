import { isUnknown, record, unknown, type Values } from "./model";
import { resourceOf } from "./resource";
import { nestedShape } from "./sdk/resources";
import type { Properties, Shape } from "./sdk/types";
import type { Place, Simulation } from "./simulation";

/** Outputs of a resource that is not there yet: given values, and "not known yet" for what the cloud answers. */
export function plannedOutputs(place: Place, token: string, inputs: Values): Values {
  const resource = resourceOf(place.simulation, token);
  return planned(resource.shape.outputs, { ...place.simulation.common(resource, inputs, place.view()), ...inputs });
}

/** Outputs after a change: as before, but for what is given and what every change makes anew. */
export function plannedChange(simulation: Simulation, token: string, olds: Values, inputs: Values): Values {
  const { kind, shape } = resourceOf(simulation, token);
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

/**
 * A nested value with the parts that the cloud fills in, such as the security group in a cluster's `vpcConfig` or the
 * endpoint two levels down in its control plane: as they were before, or not known yet.
 */
function filled(shape: Shape | undefined, value: unknown, before?: unknown): unknown {
  if (shape?.kind !== "object" || isUnknown(value)) return value;
  const [given, old] = [record(value), record(before)];
  const parts = Object.entries(nestedShape(shape)).flatMap(([name, part]) => {
    const own = given[name];
    if (own !== undefined && own !== null) return [[name, filled(part.shape, own, old[name])] as const];
    if (name in old) return [[name, old[name]] as const];
    return part.optional ? [] : [[name, unknown] as const];
  });
  return { ...old, ...given, ...Object.fromEntries(parts) };
}
