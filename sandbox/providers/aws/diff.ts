import type { DiffResult } from "@pulumi/pulumi/provider";
import { valuesAt } from "./check";
import { kindOf } from "./kinds";
import type { Values } from "./model";

/** What changed in the inputs, and whether AWS can change it in place. */
export function diffInputs(
  token: string,
  olds: Values,
  news: Values,
): DiffResult & { readonly diffs: readonly string[] } {
  const { kind } = kindOf(token);
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

export const differ = (one: unknown, other: unknown): boolean => canonical(one) !== canonical(other);

/** Text that is the same for what AWS takes to be the same: order of keys and of plain lists, and JSON within text. */
function canonical(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return canonicalText(value);
  if (Array.isArray(value)) {
    const items = value.map((item) => canonical(item));
    return `[${(value.every((item) => typeof item !== "object") ? items.sort() : items).join(",")}]`;
  }
  if (typeof value === "object")
    return `{${Object.entries(value)
      .filter(([, item]) => item !== undefined && item !== null)
      .map(([key, item]) => `${key}:${canonical(item)}`)
      .sort()
      .join(",")}}`;
  return JSON.stringify(value);
}

function canonicalText(value: string): string {
  if (!/^\s*\{/.test(value)) return JSON.stringify(value);
  try {
    return canonical(JSON.parse(value));
  } catch {
    return JSON.stringify(value);
  }
}
