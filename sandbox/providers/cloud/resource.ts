import type { Seconds, Values } from "./model";
import { resourceShape } from "./sdk/resources";
import { shortToken, type Resource, type Simulation } from "./simulation";

/** By a whole type such as `aws:ec2/vpc:Vpc`. Throws where the simulation has none. */
export function resourceOf(simulation: Simulation, token: string): Resource {
  const short = shortToken(simulation, token);
  const kind = simulation.kinds[short];
  if (kind === undefined)
    throw new Error(
      `The simulated ${simulation.package} provider does not have ${token}: add what ${simulation.title} takes, refuses and answers to a table in ` +
        `sandbox/providers/${simulation.platform}/services, or use a resource that it has.`,
    );
  return { token: short, kind, shape: resourceShape(`${simulation.package}:${short}`) };
}

/** Seconds that a cloud takes where neither the platform's figures nor the table say so. */
const usual: Required<Seconds> = { create: 2, update: 2, delete: 2 };

/** By the platform's published figures where there is one. */
export function secondsOf(
  { durations, package: name }: Simulation,
  { token, kind: { seconds = {} } }: Resource,
  operation: keyof Seconds,
  inputs: Values,
  before?: Values,
): number {
  const own = typeof seconds === "function" ? seconds(inputs, before) : seconds;
  const published = operation === "create" ? durations[`${name}:${token}`]?.createSeconds : undefined;
  return published ?? own[operation] ?? usual[operation];
}
