import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseDocument } from "yaml";
import { failOn, nearest, ProblemsError } from "../lib/errors";
import { isObject } from "./maps";
import { Encrypted, type RawConfig } from "./raw";
import { formatPath, type Path } from "./walk";

interface Project {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Folder with the stacks' files. */
  readonly stacks: string;
}

const stackFile = /^Pulumi\.(.+)\.ya?ml$/;

/** Names of the stacks that have a file, sorted. */
export function stacksIn(projectDir: string): readonly string[] {
  const { stacks } = readProject(projectDir);
  if (!existsSync(stacks)) return [];
  return readdirSync(stacks)
    .flatMap((file) => stackFile.exec(file)?.[1] ?? [])
    .sort();
}

/**
 * The configuration as the engine would hand it out, read from the stack's file without engine and passphrase.
 * Encrypted values are only known to be there.
 */
export function fromStackFile(stackName: string, projectDir: string): RawConfig {
  const project = readProject(projectDir);
  const name = stackName.split("/").at(-1) ?? stackName;
  const file = [`Pulumi.${name}.yaml`, `Pulumi.${name}.yml`]
    .map((base) => join(project.stacks, base))
    .find((path) => existsSync(path));
  if (file === undefined) return failOnMissing(name, projectDir, project);
  const written = readYaml(file)["config"];
  const config = { ...project.config, ...ownKeys(isObject(written) ? written : {}, project.name) };
  const marked = Object.entries(config).map(([key, value]) => ({ key, ...unmask(value, []) }));
  return {
    values: Object.fromEntries(marked.map(({ key, value }) => [key, asText(value)])),
    secretKeys: new Set(marked.filter(({ encrypted }) => encrypted).map(({ key }) => key)),
    plainBelowSecrets: marked.flatMap(({ key, encrypted, plain }) => (key === "secrets" && encrypted ? plain : [])),
    origin: `stack "${name}"`,
  };
}

function failOnMissing(name: string, projectDir: string, { stacks }: Project): never {
  const known = stacksIn(projectDir);
  const near = nearest(name, known);
  const list = known.length === 0 ? "there are none yet" : `there are ${known.join(", ")}`;
  const remedy = near === undefined ? `write Pulumi.${name}.yaml there, or name one of those` : `did you mean ${near}?`;
  throw new ProblemsError(`No stack "${name}"`, [
    { key: relative(projectDir, stacks) || ".", problem: `holds no file of this stack; ${list}`, remedy },
  ]);
}

function readProject(projectDir: string): Project {
  const project = readYaml(join(projectDir, "Pulumi.yaml"));
  const name = String(project["name"]);
  const directory = project["stackConfigDir"];
  const declared = isObject(project["config"]) ? project["config"] : {};
  return {
    name,
    config: defaultsOf(ownKeys(declared, name)),
    stacks: join(projectDir, typeof directory === "string" ? directory : "."),
  };
}

/** A project's key is a value by itself, or a declaration with `value` or `default`. */
function defaultsOf(declared: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(declared).flatMap(([key, entry]) => {
      const value = isObject(entry) ? (entry["value"] ?? entry["default"]) : entry;
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

/** Keys of this project without its name; those of providers (`aws:region`) are not ours to judge. */
function ownKeys(config: Readonly<Record<string, unknown>>, project: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) => {
      if (!key.includes(":")) return [[key, value]];
      return key.startsWith(`${project}:`) ? [[key.slice(project.length + 1), value]] : [];
    }),
  );
}

/** As the engine does it, so that a plan reads what the program reads. */
const asText = (value: unknown) => (typeof value === "number" || typeof value === "boolean" ? String(value) : value);

interface Unmasked {
  readonly value: unknown;
  readonly encrypted: boolean;
  /** Paths of what is not encrypted. */
  readonly plain: readonly string[];
}

function unmask(value: unknown, path: Path): Unmasked {
  if (isObject(value) && typeof value["secure"] === "string" && Object.keys(value).length === 1)
    return { value: new Encrypted(), encrypted: true, plain: [] };
  if (!isObject(value) && !Array.isArray(value)) return { value, encrypted: false, plain: [formatPath(path)] };
  const entries = Array.isArray(value)
    ? value.map((entry: unknown, index) => [index, unmask(entry, [...path, index])] as const)
    : Object.entries(value).map(([key, entry]) => [key, unmask(entry, [...path, key])] as const);
  const values = entries.map(([key, one]) => [key, one.value] as const);
  return {
    value: Array.isArray(value) ? values.map(([, one]) => one) : Object.fromEntries(values),
    encrypted: entries.some(([, one]) => one.encrypted),
    plain: entries.flatMap(([, one]) => one.plain),
  };
}

function readYaml(file: string): Record<string, unknown> {
  const document = parseDocument(readFileSync(file, "utf8"));
  failOn(
    `${file} cannot be read`,
    document.errors.map(({ message, linePos }) => ({
      key: `line ${linePos?.[0].line ?? "?"}`,
      problem: message.split("\n")[0]?.replace(/ at line .*$/, "") ?? message,
      remedy: "correct the YAML",
    })),
  );
  const content: unknown = document.toJS();
  return isObject(content) ? content : {};
}
