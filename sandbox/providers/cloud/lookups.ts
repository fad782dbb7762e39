import { shapeFailures } from "./check";
import { withEmptyParts } from "./emptyParts";
import { CloudError, type Entity, type Values, type View } from "./model";
import { undefinedIn } from "./outputs";
import { functionShape } from "./sdk/resources";
import type { Simulation } from "./simulation";

/** Answers a lookup; wrong arguments and answers that lack something are errors. */
export function lookUp(simulation: Simulation, token: string, args: Values, view: View): Values {
  const { package: name, lookups } = simulation;
  const lookup = lookups[token];
  if (lookup === undefined)
    throw new Error(
      `The simulated ${name} provider does not answer ${token}; it answers ${Object.keys(lookups).join(", ")}.`,
    );
  const { inputs, outputs } = functionShape(token);
  const failures = shapeFailures(inputs, args, "", token);
  if (failures.length > 0)
    throw new Error(`${token}: ${failures.map(({ property, reason }) => `${property} ${reason}`).join("; ")}`);
  const given: Values = { ...args, ...simulation.everyAnswer(view), ...lookup.answer(args, view) };
  const answer = withEmptyParts(given, outputs, lookup.unset ?? []);
  const missing = undefinedIn(outputs, answer);
  if (missing.length > 0)
    throw new Error(`The simulated ${name} provider answers ${token} without ${missing.join(", ")}.`);
  return Object.fromEntries(Object.entries(answer).filter(([key]) => key in outputs));
}

/** The entity, or the cloud's answer that there is none: `CODE: WHAT does not exist`. */
export function found(entity: Entity | undefined, code: string, what: string): Entity {
  if (entity === undefined) throw new CloudError(code, `${what} does not exist`);
  return entity;
}

export const byId = (view: View, token: string, id: unknown): Entity | undefined =>
  view.of(token).find((each) => each.id === id);
