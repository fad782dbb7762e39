import { failOn, type Problem } from "../lib/errors";
import { settingsOf } from "./clouds";
import { encryption, isUnusable } from "./encryption";
import { isWithin, parse } from "./parse";
import { findPlainSecrets } from "./plainSecrets";
import type { RawConfig } from "./raw";
import { aiRules } from "./rules/ai";
import { certificateRules } from "./rules/certificate";
import { platformRules } from "./rules/cloud";
import { coreRules } from "./rules/core";
import { edgeRules } from "./rules/edge";
import { identityRules } from "./rules/identity";
import { inClusterTlsRules } from "./rules/inClusterTls";
import { checkDsnPorts } from "./rules/ports";
import type { Rule, RuleInput } from "./rules/rule";
import { storeRules } from "./rules/stores";
import { type Configuration, schema } from "./schema";
import { connectorSchema } from "./schemaProduct";
import { settle } from "./settle";
import type { Settings } from "./types";
import { shapeOf, valueAt } from "./walk";

/**
 * A stack's configuration as one plain object: every default filled in, every value checked, no secret in it.
 * Throws one ProblemsError with everything that is wrong.
 */
export function resolveSettings(raw: RawConfig, now = new Date()): Settings {
  const mine = Object.fromEntries(Object.entries(raw.values).filter(([key]) => !isUnusable(raw, key)));
  const parsed = parse(mine);
  const plain = findPlainSecrets(mine, parsed.unknown);
  const given = givenSecrets(parsed.config.secrets);
  const input: RuleInput = {
    config: parsed.config,
    connectors: connectorsIn(mine),
    given,
    written: Object.keys(mine),
    now,
    readable: (path) =>
      !isUnusable(raw, String(path[0])) && !parsed.faulty.some((bad) => isWithin(bad, path) || isWithin(path, bad)),
  };
  const secrecy = [...encryption(raw), ...plain];
  const values = parsed.problems.filter(({ key }) => !isReported(key, secrecy));
  const rules = [...allRules, ...rulesOf(parsed.config.platform)].flatMap((rule) => rule(input));
  const problems = [...secrecy, ...values, ...rules.filter(({ key }) => !isReported(key, secrecy, values))];
  fail(raw, [...(raw.problems ?? []), ...problems].map(raw.inOwnTerms ?? same));
  return settle(parsed.config, given);
}

const same = (problem: Problem): Problem => problem;

const allRules = [
  ...coreRules,
  ...aiRules,
  ...identityRules,
  ...platformRules,
  ...edgeRules,
  ...certificateRules,
  ...inClusterTlsRules,
];

const rulesOf = (platform: Configuration["platform"]): readonly Rule[] =>
  platform === "existing" ? [...storeRules, checkDsnPorts] : settingsOf[platform]().rules;

/** One by one: a list with one broken entry is none to the schema. */
function connectorsIn(values: Readonly<Record<string, unknown>>): RuleInput["connectors"] {
  const list = valueAt(values, ["identity", "connectors"]);
  return (Array.isArray(list) ? list : []).flatMap((entry: unknown, index) => {
    const { data: connector } = connectorSchema.safeParse(entry);
    return connector === undefined ? [] : [{ index, connector }];
  });
}

const isReported = (key: string, ...reported: readonly (readonly Problem[])[]) =>
  reported.flat().some((one) => one.key === key);

function givenSecrets(secrets: Configuration["secrets"]): readonly string[] {
  const { objectStore, connectors, ...named } = secrets ?? {};
  return [
    ...Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [name])),
    ...Object.keys(objectStore ?? {}).map((name) => `objectStore.${name}`),
    ...Object.entries(connectors ?? {}).flatMap(([id, keys]) =>
      Object.keys(keys).map((key) => `connectors.${id}.${key}`),
    ),
  ].sort();
}

/** In the order of the documentation, and with every known secret taken out of the messages. */
function fail(raw: RawConfig, problems: readonly Problem[]): void {
  const order = Object.keys(shapeOf(schema));
  const rank = ({ key }: Problem) => {
    const found = order.indexOf(key.split(/[.[]/)[0] ?? "");
    return found < 0 ? order.length : found;
  };
  const hidden = secretTexts(raw);
  const clean = (text: string) => hidden.reduce((line, secret) => line.split(secret).join("***"), text);
  const sorted = [...problems]
    .sort((left, right) => rank(left) - rank(right))
    .map(({ key, problem, remedy }) => ({ key: clean(key), problem: clean(problem), remedy: clean(remedy) }));
  const count = sorted.length === 1 ? "1 problem" : `${sorted.length} problems`;
  failOn(`${count} in the configuration of ${raw.origin ?? "the stack"}`, sorted);
}

/** Values of encrypted keys, should somebody have written one a second time elsewhere. */
function secretTexts(raw: RawConfig): readonly string[] {
  const secret = Object.entries(raw.values).filter(([key]) => key === "secrets" || raw.secretKeys.has(key));
  return secret.flatMap(([, value]) => textsIn(value)).filter((text) => text.length >= 6);
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
