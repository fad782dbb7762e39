import type { z } from "zod";
import { nearest, type Problem } from "../lib/errors";
import { kindOf } from "./maps";
import { type Configuration, schema } from "./schema";
import { formatPath, keysOf, nodeAt, type Path, shapeOf, valueAt, without } from "./walk";

export interface Parsed {
  /** Everything that is right; what is wrong is as if it had not been written. */
  readonly config: Configuration;
  readonly problems: readonly Problem[];
  /** Paths of `problems`; what depends on them cannot be judged. */
  readonly faulty: readonly Path[];
  /** Paths of keys that mean nothing. */
  readonly unknown: readonly Path[];
}

type Issue = z.core.$ZodIssue;

/**
 * All problems of single values. A schema stops at its first broken object, so the broken parts are taken out and the
 * rest is read again: the rules between settings are to see everything that is right.
 */
export function parse(values: Readonly<Record<string, unknown>>): Parsed {
  const problems: Problem[] = [];
  const faulty: Path[] = [];
  const unknown: Path[] = [];
  let rest: unknown = values;
  for (;;) {
    const result = schema.safeParse(rest);
    if (result.success) return { config: result.data, problems, faulty, unknown };
    const broken = result.error.issues.flatMap((issue) => describe(issue, rest));
    const fresh = broken.filter(({ path }) => !faulty.some((known) => isWithin(known, path)));
    problems.push(...fresh.map(({ path, problem, remedy }) => ({ key: formatPath(path), problem, remedy })));
    unknown.push(...fresh.filter((one) => one.unknown).map(({ path }) => path));
    rest = broken.map(({ path }) => existing(rest, path)).reduce<unknown>(without, rest) ?? {};
    faulty.push(...fresh.map(({ path }) => path));
  }
}

export const isWithin = (path: Path, parent: Path) => parent.every((part, index) => path[index] === part);

/** The path, or its nearest parent that is there: a missing key is mended by taking out the object that lacks it. */
const existing = (values: unknown, path: Path): Path =>
  path.length <= 1 || valueAt(values, path) !== undefined ? path : existing(values, path.slice(0, -1));

interface Described extends Omit<Problem, "key"> {
  readonly path: Path;
  readonly unknown?: boolean;
}

function describe(issue: Issue, values: unknown): readonly Described[] {
  const path = issue.path.filter((part) => typeof part !== "symbol");
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey([...path, key]));
  if (issue.code === "custom")
    return [{ path, problem: issue.message, remedy: String(issue.params?.remedy ?? "see docs/settings.md") }];
  const value = valueAt(values, path);
  const wanted = issue.code === "invalid_type" && issue.expected === "array" ? "a list" : "an object";
  return [
    value === undefined
      ? { path, problem: "is missing", remedy: `write ${wanted}` }
      : { path, problem: `is ${kindOf(value)}, not ${wanted}`, remedy: remedyFor(wanted, path) },
  ];
}

function remedyFor(wanted: string, path: Path): string {
  if (wanted === "a list") return "write a list, one `- …` on each line";
  const node = nodeAt(schema, path);
  const known = node === undefined ? [] : Object.keys(shapeOf(node.schema));
  const some = known.length > 6 ? `${known.slice(0, 6).join(", ")}, …` : known.join(", ");
  return known.length === 0 ? "write `key: value` below it" : `write keys below it: ${some}`;
}

function unknownKey(path: Path): Described {
  const parent = nodeAt(schema, path.slice(0, -1));
  const noun = parent?.about.noun ?? "a setting";
  const key = String(path[path.length - 1]);
  const siblings = parent === undefined ? [] : Object.keys(shapeOf(parent.schema));
  const near = nearest(key, siblings);
  const elsewhere = near === undefined ? elsewhereIn(path) : undefined;
  const remedy =
    near !== undefined
      ? `did you mean ${near}?`
      : elsewhere !== undefined
        ? `did you mean ${elsewhere}?`
        : `remove it, or choose from ${siblings.join(", ")}`;
  return { path, problem: `is not ${noun}`, remedy, unknown: true };
}

/**
 * A known key that was written one level off: `kubeconfig` for `existing.kubeconfig`. Below a block, one of the same block:
 * another cloud's is no help.
 */
function elsewhereIn(written: Path): string | undefined {
  const [block, ...inside] = written;
  const key = String(written.at(-1));
  const candidates = keysOf(schema)
    .filter(({ path }) => !path.includes("[]") && path.endsWith(`.${key}`))
    .filter(({ path }) => inside.length === 0 || path.startsWith(`${String(block)}.`));
  return candidates.length === 1 ? candidates[0]?.path : undefined;
}
