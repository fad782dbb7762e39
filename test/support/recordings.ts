import type { Recording, Registered } from "./harness";

export const inputsOf = (resource: Registered): Record<string, unknown> => resource.inputs as Record<string, unknown>;

export const ofType = ({ resources }: Recording<unknown>, type: string): readonly Registered[] =>
  resources.filter((resource) => resource.type === type);

export const keyOf = ({ type, name }: Pick<Registered, "type" | "name">): string => `${type} ${name}`;

/** Everything that a resource waits for, however far. By type and name, because one name has several types. */
export function comesAfter(recording: Recording<unknown>, name: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const visit = (at: string): void => {
    for (const resource of recording.resources.filter((one) => one.name === at))
      for (const dependency of resource.dependsOn)
        if (!seen.has(dependency)) {
          seen.add(dependency);
          visit(dependency);
        }
  };
  visit(name);
  return seen;
}
