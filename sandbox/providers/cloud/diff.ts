import type { DiffResult } from "@pulumi/pulumi/provider";
import { valuesAt } from "./check";
import { differ } from "./compare";
import type { Values } from "./model";
import { resourceOf } from "./resource";
import type { Simulation } from "./simulation";

/** What changed in the inputs, and whether the cloud can change it in place. */
export function diffInputs(
  simulation: Simulation,
  token: string,
  olds: Values,
  news: Values,
): DiffResult & { readonly diffs: readonly string[] } {
  const { kind } = resourceOf(simulation, token);
  const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter((name) => !name.startsWith("__"));
  const diffs = names.filter((name) => differ(olds[name], news[name]));
  const replaces = (kind.replaces ?? []).filter((path) =>
    differ(
      valuesAt(olds, path).map(({ value }) => value),
      valuesAt(news, path).map(({ value }) => value),
    ),
  );
  const tops = [...new Set(replaces.map((path) => path.split(/[.[]/)[0] ?? ""))];
  return {
    changes: diffs.length > 0,
    replaces: tops,
    diffs,
    deleteBeforeReplace: keepsName(kind.name?.property, olds, news),
  };
}

/** Two of them cannot be there side by side: the name was given, and stays. */
const keepsName = (property: string | undefined, olds: Values, news: Values): boolean =>
  property !== undefined &&
  !(news.__defaults as readonly string[] | undefined)?.includes(property) &&
  !differ(olds[property], news[property]);
