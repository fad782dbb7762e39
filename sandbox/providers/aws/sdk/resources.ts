import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseMembers, type Properties, type Shape } from "./types";

/** What the installed `@pulumi/aws` says about one resource type. The one source for names and types of properties. */
export interface ResourceShape {
  readonly inputs: Properties;
  /** Every property of the class that is not `undefined`-able is read by programs as if it were always there. */
  readonly outputs: Properties;
  /** Set by the provider alone: marked `out` in the class. */
  readonly computed: readonly string[];
  readonly secret: readonly string[];
}

const root = dirname(require.resolve("@pulumi/aws/package.json"));

/** `aws:ec2/natGateway:NatGateway` -> `ec2/natGateway`. */
export function modulePath(token: string): string {
  const [, path = ""] = /^aws:([^:]+):\w+$/.exec(token) ?? [];
  return path.replace(/^index\//, "");
}

/** Throws where the SDK has no such resource. */
export const resourceShape = remembered((token: string): ResourceShape => {
  const name = token.split(":")[2] ?? "";
  const types = readModule(token, "d.ts");
  const code = readModule(token, "js");
  const args = section(types, new RegExp(`^export interface ${name}Args \\{$`, "m"), "\n}");
  const fields = [...types.matchAll(/^ {4}readonly (\w+): (pulumi\.Output<[^]*?>);$/gm)];
  return {
    inputs: parseMembers(args),
    outputs: parseMembers(fields.map(([, field, type]) => `${field}: ${type};`).join("\n")),
    computed: [...code.matchAll(/resourceInputs\["(\w+)"\] = undefined \/\*out\*\//g)].map(([, field]) => field ?? ""),
    secret: [...(/additionalSecretOutputs: (\[.*?\])/.exec(code) ?? [])]
      .slice(1)
      .flatMap((list) => JSON.parse(list) as string[]),
  };
});

/** `aws:index/getRegion:getRegion` -> what it takes and what it answers. */
export const functionShape = remembered(
  (token: string): { readonly inputs: Properties; readonly outputs: Properties } => {
    const name = token.split(":")[2] ?? "";
    const types = readModule(token, "d.ts");
    const pascal = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    const part = (kind: string) => {
      const start = new RegExp(`^export interface ${pascal}${kind} \\{$`, "m");
      return start.test(types) ? parseMembers(section(types, start, "\n}")) : {};
    };
    return { inputs: part("Args"), outputs: part("Result") };
  },
);

/** Members of a nested type. Of functions, the SDK keeps plain arguments under the same name. */
export function nestedShape({ side, service, name }: Extract<Shape, { kind: "object" }>): Properties {
  return nested(`${side}/${service}/${name}`);
}

const nested = remembered((path: string): Properties => {
  const [side = "", service = "", name = ""] = path.split("/");
  const text = nestedTypes(side);
  const space = name === "" ? text : section(text, new RegExp(`^export declare namespace ${service} \\{$`, "m"), "\n}");
  const wanted = name === "" ? service : name;
  const indent = name === "" ? "" : "    ";
  const keyword = name === "" ? "export interface" : "interface";
  return parseMembers(section(space, new RegExp(`^${indent}${keyword} ${wanted} \\{$`, "m"), `\n${indent}}`));
});

const nestedTypes = remembered((side: string) => readFileSync(join(root, "types", `${side}.d.ts`), "utf8"));

function readModule(token: string, extension: "d.ts" | "js"): string {
  const path = modulePath(token);
  try {
    return readFileSync(join(root, `${path}.${extension}`), "utf8");
  } catch {
    throw new Error(`@pulumi/aws has no ${token}`);
  }
}

function section(text: string, start: RegExp, end: string): string {
  const found = start.exec(text);
  if (found === null) throw new Error(`the declarations of @pulumi/aws have no ${start.source}`);
  const from = found.index + found[0].length;
  return text.slice(from, text.indexOf(end, from));
}

function remembered<T>(work: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const value = known.get(key) ?? work(key);
    known.set(key, value);
    return value;
  };
}

/** What an explicit provider takes. */
export const providerShape = (): Properties =>
  parseMembers(
    section(readFileSync(join(root, "provider.d.ts"), "utf8"), /^export interface ProviderArgs \{$/m, "\n}"),
  );

export const sdkVersion = (): string =>
  (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly version: string }).version;
