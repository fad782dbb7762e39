import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseMembers, type Properties, type Shape } from "./types";

/** What an installed SDK says about one resource type. The one source for names and types of properties. */
export interface ResourceShape {
  readonly inputs: Properties;
  /** Every property of the class that is not `undefined`-able is read by programs as if it were always there. */
  readonly outputs: Properties;
  /** Set by the provider alone: marked `out` in the class. */
  readonly computed: readonly string[];
  readonly secret: readonly string[];
}

/**
 * `aws:ec2/natGateway:NatGateway` -> `ec2/natGateway`, and so for GCP; `azure-native:network:NatGateway` ->
 * `network/natGateway`.
 */
export function modulePath(token: string): string {
  const [, path = "", name = ""] = token.split(":");
  if (path.includes("/")) return path.replace(/^index\//, "");
  return `${path}/${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}

const packageOf = (token: string): string => token.split(":")[0] ?? "";
const nameOf = (token: string): string => token.split(":")[2] ?? "";

/** Throws where the SDK has no such resource. */
export const resourceShape = remembered((token: string): ResourceShape => {
  const types = readModule(token, "d.ts");
  const code = readModule(token, "js");
  const members = (body: string) => parseMembers(body, packageOf(token));
  const args = section(types, new RegExp(`^export interface ${nameOf(token)}Args \\{$`, "m"), "\n}", token);
  const fields = [...types.matchAll(/^ {4}readonly (\w+): (pulumi\.Output<[^]*?>);$/gm)];
  return {
    inputs: members(args),
    outputs: members(fields.map(([, field, type]) => `${field}: ${type};`).join("\n")),
    computed: [...code.matchAll(/resourceInputs\["(\w+)"\] = undefined \/\*out\*\//g)].map(([, field]) => field ?? ""),
    secret: [...(/additionalSecretOutputs: (\[.*?\])/.exec(code) ?? [])]
      .slice(1)
      .flatMap((list) => JSON.parse(list) as string[]),
  };
});

/** `aws:index/getRegion:getRegion` -> what it takes and what it answers. */
export const functionShape = remembered(
  (token: string): { readonly inputs: Properties; readonly outputs: Properties } => {
    const name = nameOf(token);
    const types = readModule(token, "d.ts");
    const pascal = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    const part = (kind: string) => {
      const start = new RegExp(`^export interface ${pascal}${kind} \\{$`, "m");
      return start.test(types) ? parseMembers(section(types, start, "\n}", token), packageOf(token)) : {};
    };
    return { inputs: part("Args"), outputs: part("Result") };
  },
);

/** Members of a nested type. Of functions, the SDK keeps plain arguments under the same name. */
export const nestedShape = ({ sdk, side, service, name }: Extract<Shape, { kind: "object" }>): Properties =>
  nested([sdk, side, service, name].join("/"));

const nested = remembered((path: string): Properties => {
  const [sdk = "", side = "", service = "", name = ""] = path.split("/");
  // Types of the provider itself are in no namespace.
  if (name === "") return interfaceIn(nestedTypes(`${sdk}/${side}`), service, "", path, sdk);
  return interfaceIn(namespaceText(`${sdk}/${side}/${service}`), name, "    ", path, sdk);
});

function interfaceIn(text: string, name: string, indent: string, path: string, sdk: string): Properties {
  const keyword = indent === "" ? "export interface" : "interface";
  return parseMembers(section(text, `\n${indent}${keyword} ${name} {\n`, `\n${indent}}`, path), sdk);
}

/** Types of one service: the files are of megabytes, and searched for every type that a program uses. */
const namespaceText = remembered((path: string): string => {
  const [sdk = "", side = "", service = ""] = path.split("/");
  return `\n${section(nestedTypes(`${sdk}/${side}`), `\nexport declare namespace ${service} {\n`, "\n}\n", path)}\n`;
});

const nestedTypes = remembered((path: string): string => {
  const [sdk = "", side = ""] = path.split("/");
  return readFileSync(join(rootOf(sdk), "types", `${side}.d.ts`), "utf8");
});

const rootOf = remembered((sdk: string): string => dirname(require.resolve(`@pulumi/${sdk}/package.json`)));

function readModule(token: string, extension: "d.ts" | "js"): string {
  const root = rootOf(packageOf(token));
  const path = modulePath(token);
  try {
    return readFileSync(join(root, `${path}.${extension}`), "utf8");
  } catch {
    // A few modules are in lower case throughout.
    const file = `${path.split("/").at(-1) ?? ""}.${extension}`.toLowerCase();
    const folder = join(root, dirname(path));
    const found = filesOf(folder).find((each) => each.toLowerCase() === file);
    if (found === undefined) throw new Error(`@pulumi/${packageOf(token)} has no ${token}`);
    return readFileSync(join(folder, found), "utf8");
  }
}

function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function section(text: string, start: RegExp | string, end: string, of: string): string {
  const found = typeof start === "string" ? text.indexOf(start) : text.search(start);
  if (found < 0) throw new Error(`the declarations of the SDK have no ${of}`);
  const from = text.indexOf("{", found) + 1;
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

/** What an explicit provider of a package takes. */
export const providerShape = remembered((sdk: string): Properties =>
  parseMembers(
    section(
      readFileSync(join(rootOf(sdk), "provider.d.ts"), "utf8"),
      /^export interface ProviderArgs \{$/m,
      "\n}",
      `provider of ${sdk}`,
    ),
    sdk,
  ),
);

export const sdkVersion = (sdk: string): string =>
  (JSON.parse(readFileSync(join(rootOf(sdk), "package.json"), "utf8")) as { readonly version: string }).version;
