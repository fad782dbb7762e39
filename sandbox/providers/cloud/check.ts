import { randomBytes } from "node:crypto";
import type { CheckFailure } from "@pulumi/pulumi/provider";
import { isUnknown, record, text, type NameRule, type Rule, type Values } from "./model";
import { resourceOf } from "./resource";
import { nestedShape } from "./sdk/resources";
import type { Properties, Shape } from "./sdk/types";
import type { Simulation } from "./simulation";

export interface Checked {
  readonly inputs: Values;
  readonly failures: readonly CheckFailure[];
}

/** Inputs that the provider named by itself, as Pulumi's bridge keeps them. */
const marker = "__defaults";

/** Fills in names, and lists everything that is wrong with the inputs: before anything is made, as a preview does. */
export function checkInputs(simulation: Simulation, token: string, name: string, olds: Values, news: Values): Checked {
  const { kind, shape } = resourceOf(simulation, token);
  const given = withoutNothing(news);
  const usual = (of: string) => simulation.automaticName(of);
  const inputs = named(kind.name, name, olds, { ...kind.defaults, ...given }, usual);
  const failures = shapeFailures(shape.inputs, inputs, "", token);
  for (const [path, rule] of Object.entries({ ...kind.rules, ...nameRule(kind.name) }))
    for (const { at, value } of valuesAt(inputs, path))
      failures.push(...broken(at, value, rule, kind.secrets?.includes(path) === true));
  if (failures.length === 0 && kind.check !== undefined)
    failures.push(...kind.check(inputs).map((reason) => ({ property: /^[\w.]*/.exec(reason)?.[0] ?? "", reason })));
  failures.push(...simulation.checkAll(inputs));
  return { inputs, failures };
}

/** A failure in one sentence, beginning with the property. */
export const inWords = ({ property, reason }: CheckFailure): string =>
  reason.startsWith(property) ? reason : `${property}: ${reason}`;

/** What a rule has against a value; a secret one is not repeated. */
const broken = (property: string, value: unknown, rule: Rule, secret: boolean): CheckFailure[] => {
  const wrong = isUnknown(value) ? undefined : rule(value);
  return wrong === undefined ? [] : [{ property, reason: `${secret ? "" : `${JSON.stringify(value)} `}is ${wrong}` }];
};

const withoutNothing = (values: Values): Values =>
  Object.fromEntries(
    Object.entries(values).filter(([key, value]) => key !== marker && value !== null && value !== undefined),
  );

function nameRule(rule: NameRule | undefined): Readonly<Record<string, Rule>> {
  if (rule === undefined) return {};
  const { property, prefix, max, pattern, words } = rule;
  const check =
    (most: number): Rule =>
    (value) =>
      typeof value === "string" && value.length <= most && pattern.test(value.replace(/-$/, most < max ? "" : "-"))
        ? undefined
        : `not ${words}${String(value).length > most ? ` (at most ${most} characters)` : ""}`;
  // Behind a prefix the provider writes 26 characters.
  return { [property]: check(max), ...(prefix === undefined ? {} : { [prefix]: check(max - 26) }) };
}

/** The name that stays through updates: the given one, the one of before, or one that is made of the resource's. */
function named(
  rule: NameRule | undefined,
  name: string,
  olds: Values,
  news: Values,
  usual: (name: string) => string,
): Values {
  if (rule === undefined || news[rule.property] !== undefined) return news;
  const before = (olds[marker] as readonly string[] | undefined)?.includes(rule.property) === true;
  const prefix = rule.prefix === undefined ? undefined : news[rule.prefix];
  const samePrefix = prefix === undefined || prefix === olds[rule.prefix ?? ""];
  if (before && samePrefix) return { ...news, [rule.property]: olds[rule.property], [marker]: [rule.property] };
  if (isUnknown(prefix)) return news;
  if (prefix === undefined && rule.automatic === false) return news;
  const made =
    prefix === undefined
      ? (typeof rule.automatic === "function" ? rule.automatic : usual)(rule.lower === true ? name.toLowerCase() : name)
      : `${text(prefix)}${Date.now().toString().padStart(18, "2").slice(0, 18)}${randomBytes(4).toString("hex")}`;
  return { ...news, [rule.property]: made, [marker]: [rule.property] };
}

/** What the SDK's declarations have against values: names, types, what is required. */
export function shapeFailures(properties: Properties, values: Values, path: string, of: string): CheckFailure[] {
  const failures: CheckFailure[] = [];
  for (const name of Object.keys(values))
    if (!(name in properties) && !name.startsWith("__"))
      failures.push({ property: path + name, reason: `is not an input of ${of}` });
  for (const [name, { shape, optional }] of Object.entries(properties)) {
    const value = values[name];
    if (value === undefined || value === null) {
      if (!optional) failures.push({ property: path + name, reason: "is required" });
    } else failures.push(...valueFailures(shape, value, path + name, of));
  }
  return failures;
}

function valueFailures(shape: Shape, value: unknown, path: string, of: string): CheckFailure[] {
  if (isUnknown(value) || shape.kind === "any") return [];
  if (shape.kind === "list")
    return Array.isArray(value)
      ? value.flatMap((item, at) => valueFailures(shape.of, item, `${path}[${at}]`, of))
      : [{ property: path, reason: "must be a list" }];
  if (shape.kind === "map" || shape.kind === "object") {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      return [{ property: path, reason: "must be an object" }];
    if (shape.kind === "object") return shapeFailures(nestedShape(shape), value as Values, `${path}.`, of);
    return Object.entries(value).flatMap(([key, item]) => valueFailures(shape.of, item, `${path}.${key}`, of));
  }
  // The engine's wire format has one kind of number, and programs write text for many of them.
  return typeof value === shape.kind ? [] : [{ property: path, reason: `must be a ${shape.kind}, is ${typeof value}` }];
}

/** Every value at a path such as `routes[].cidrBlock`, with the place of each. */
export function valuesAt(values: unknown, path: string): readonly { readonly at: string; readonly value: unknown }[] {
  const [head = "", ...rest] = path.split(".");
  const key = head.replace("[]", "");
  const value = record(values)[key];
  if (value === undefined || value === null) return [];
  const items: (readonly [string, unknown])[] =
    head.endsWith("[]") && Array.isArray(value)
      ? value.map((item, at) => [`${key}[${at}]`, item as unknown] as const)
      : [[key, value]];
  if (rest.length === 0) return items.map(([at, item]) => ({ at, value: item }));
  return items.flatMap(([at, item]) =>
    valuesAt(item, rest.join(".")).map((inner) => ({ at: `${at}.${inner.at}`, value: inner.value })),
  );
}
