import { randomBytes, randomInt, randomUUID } from "node:crypto";
import type { CheckFailure, CheckResult, DiffResult, Provider, ReadResult } from "@pulumi/pulumi/provider";

/**
 * Stands in for the `random` provider where its binary cannot be had. It takes the inputs the real one takes, refuses
 * what the real one refuses, and draws from the system's cryptographic generator. `bcryptHash` is not computed.
 */
type Inputs = Readonly<Record<string, unknown>>;

interface Kind {
  readonly inputs: Readonly<Record<string, InputRule>>;
  check?(inputs: Inputs): readonly CheckFailure[];
  create(inputs: Inputs): { readonly id: string; readonly outs: Inputs };
}

interface InputRule {
  readonly type: "integer" | "boolean" | "string" | "map";
  readonly required?: boolean;
  readonly min?: number;
  readonly default?: unknown;
}

const characters = {
  lower: "abcdefghijklmnopqrstuvwxyz",
  upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  numeric: "0123456789",
  special: "!@#$%&*()-_=+[]{}<>:?",
} as const;
type Class = keyof typeof characters;
const classes: readonly Class[] = ["lower", "upper", "numeric", "special"];
const minimumOf: Readonly<Record<Class, string>> = {
  lower: "minLower",
  upper: "minUpper",
  numeric: "minNumeric",
  special: "minSpecial",
};

const text: Kind["inputs"] = {
  length: { type: "integer", required: true, min: 1 },
  keepers: { type: "map" },
  overrideSpecial: { type: "string" },
  // `number` is the older name of `numeric`.
  number: { type: "boolean", default: true },
  ...Object.fromEntries(classes.map((name) => [name, { type: "boolean", default: true }])),
  ...Object.fromEntries(classes.map((name) => [minimumOf[name], { type: "integer", min: 0, default: 0 }])),
};

const kinds: Readonly<Record<string, Kind>> = {
  "random:index/randomPassword:RandomPassword": {
    inputs: text,
    check: checkText,
    create: (inputs) => ({ id: "none", outs: { ...inputs, result: drawText(inputs) } }),
  },
  "random:index/randomString:RandomString": {
    inputs: text,
    check: checkText,
    create: (inputs) => {
      const result = drawText(inputs);
      return { id: result, outs: { ...inputs, result } };
    },
  },
  "random:index/randomBytes:RandomBytes": {
    inputs: { length: { type: "integer", required: true, min: 1 }, keepers: { type: "map" } },
    create: (inputs) => {
      const bytes = randomBytes(Number(inputs.length));
      return { id: randomUUID(), outs: { ...inputs, base64: bytes.toString("base64"), hex: bytes.toString("hex") } };
    },
  },
  "random:index/randomId:RandomId": {
    inputs: {
      byteLength: { type: "integer", required: true, min: 1 },
      keepers: { type: "map" },
      prefix: { type: "string" },
    },
    create: (inputs) => {
      const bytes = randomBytes(Number(inputs.byteLength));
      const prefix = typeof inputs.prefix === "string" ? inputs.prefix : "";
      const b64Url = bytes.toString("base64url");
      const hex = bytes.toString("hex");
      const outs = {
        b64Url: prefix + b64Url,
        b64Std: prefix + bytes.toString("base64"),
        hex: prefix + hex,
        dec: prefix + BigInt(`0x${hex}`).toString(),
      };
      return { id: b64Url, outs: { ...inputs, ...outs } };
    },
  },
};

function kindOf(type: string): Kind {
  const kind = kinds[type];
  if (kind === undefined)
    throw new Error(`the simulated random provider does not have ${type}; it has ${Object.keys(kinds).join(", ")}`);
  return kind;
}

function checkText(inputs: Inputs): readonly CheckFailure[] {
  const minima = classes.reduce((sum, name) => sum + Number(inputs[minimumOf[name]]), 0);
  const failures: CheckFailure[] = [];
  if (minima > Number(inputs.length))
    failures.push({ property: "length", reason: `${Number(inputs.length)} is below the sum of the minima, ${minima}` });
  if (classes.every((name) => inputs[name] === false))
    failures.push({ property: "special", reason: "no class of characters is left to draw from" });
  return failures;
}

/** Fills in the defaults and lists what is wrong. */
export function checkInputs(type: string, news: Inputs): CheckResult {
  const kind = kindOf(type);
  const given = withOlderName(type, news);
  const unknown = Object.keys(given).filter((name) => !(name in kind.inputs) && !name.startsWith("__"));
  const failures: CheckFailure[] = unknown.map((property) => ({ property, reason: `is not an input of ${type}` }));
  const inputs: Record<string, unknown> = {};
  for (const [property, rule] of Object.entries(kind.inputs)) {
    const value = given[property] ?? rule.default;
    const reason = value === undefined ? (rule.required === true ? "is required" : undefined) : wrong(value, rule);
    if (reason !== undefined) failures.push({ property, reason });
    if (value !== undefined) inputs[property] = value;
  }
  if (failures.length === 0) failures.push(...(kind.check?.(inputs) ?? []));
  return { inputs, failures };
}

/** `number: false` and `numeric: false` mean the same; either alone sets both. */
function withOlderName(type: string, news: Inputs): Inputs {
  if (!type.endsWith("Password") && !type.endsWith("String")) return news;
  const numeric = news.numeric ?? news.number;
  return numeric === undefined ? news : { ...news, numeric, number: numeric };
}

function wrong(value: unknown, { type, min }: InputRule): string | undefined {
  if (type === "integer") {
    if (typeof value !== "number" || !Number.isInteger(value)) return `must be a whole number`;
    return min !== undefined && value < min ? `must be at least ${min}, is ${value}` : undefined;
  }
  if (type === "map") return typeof value === "object" ? undefined : "must be a map";
  return typeof value === type ? undefined : `must be a ${type}`;
}

function drawText(inputs: Inputs): string {
  const special = typeof inputs.overrideSpecial === "string" ? inputs.overrideSpecial : characters.special;
  const alphabetOf = (name: Class) => (name === "special" ? special : characters[name]);
  const drawn = classes.flatMap((name) => draw(alphabetOf(name), Number(inputs[minimumOf[name]])));
  const all = classes.filter((name) => inputs[name] === true).map(alphabetOf);
  return shuffle([...drawn, ...draw(all.join(""), Number(inputs.length) - drawn.length)]).join("");
}

const draw = (alphabet: string, count: number): string[] =>
  Array.from({ length: count }, () => alphabet.charAt(randomInt(alphabet.length)));

/** Fisher and Yates: the required characters must not always come first. */
function shuffle(items: string[]): string[] {
  for (let last = items.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [items[last], items[other]] = [items[other] ?? "", items[last] ?? ""];
  }
  return items;
}

/** Every input replaces: a new value is drawn, as with the real provider. */
export function diffInputs(type: string, olds: Inputs, news: Inputs): DiffResult {
  const replaces = Object.keys(kindOf(type).inputs).filter(
    (property) => canonical(olds[property]) !== canonical(news[property]),
  );
  return { changes: replaces.length > 0, replaces };
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  ) ?? "";

export const createRandom = (type: string, inputs: Inputs) => kindOf(type).create(inputs);

/** `urn:pulumi:stack::project::parent$type::name` -> `type`. */
const typeOf = (urn: string): string => urn.split("::")[2]?.split("$").at(-1) ?? "";

/** The provider, as the engine calls it. Promises reject where these throw. */
export const randomProvider: Provider = {
  version: "4.21.2",
  // eslint-disable-next-line @typescript-eslint/require-await -- the interface wants promises
  check: async (urn, _olds: Inputs, news: Inputs) => checkInputs(typeOf(urn), news),
  // eslint-disable-next-line @typescript-eslint/require-await
  diff: async (_id, urn, olds: Inputs, news: Inputs) => diffInputs(typeOf(urn), olds, news),
  // eslint-disable-next-line @typescript-eslint/require-await
  create: async (urn, inputs: Inputs) => createRandom(typeOf(urn), inputs),
  // Nothing exists outside the state: what was drawn stays as it was.
  read: (id, _urn, props: Inputs): Promise<ReadResult> => Promise.resolve({ id, props }),
  delete: () => Promise.resolve(),
};
