import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse, stringify } from "yaml";
import { UserError } from "../../components/lib/errors";
import { engineEnvironment, engineLayout, prepareEngine } from "../engine/workspace";
import type { Programs } from "../toolset";

/** A stack's file for a rehearsal: as it is, with made-up secrets that the sandbox's own passphrase encrypts. */
export interface RehearsalProject {
  readonly folder: string;
  /** Paths of the secrets that were made up. */
  readonly secrets: readonly string[];
}

const run = promisify(execFile);

export async function makeProject(
  checkout: string,
  stack: string,
  stateDir: string,
  toolset: Programs,
  /** Secrets that the file does not have. */
  further: Readonly<Record<string, string>> = {},
): Promise<RehearsalProject> {
  const folder = join(stateDir, "rehearsal");
  const file = join("stacks", `Pulumi.${stack}.yaml`);
  if (!existsSync(join(checkout, file))) throw new UserError(`There is no ${file}`);
  const { config = {} } = parse(readFileSync(join(checkout, file), "utf8")) as { config?: Record<string, unknown> };
  const project = String((parse(readFileSync(join(checkout, "Pulumi.yaml"), "utf8")) as { name: unknown }).name);
  const { [`${project}:secrets`]: secrets, ...rest } = config;
  mkdirSync(join(folder, "stacks"), { recursive: true, mode: 0o700 });
  copyFileSync(join(checkout, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
  const paths = leaves(secrets, ["secrets"]);
  const target = join(folder, file);
  if (existsSync(target)) return { folder, secrets: paths };
  writeFileSync(target, stringify({ config: rest }));
  prepareEngine(stateDir, toolset);
  const env = { ...process.env, ...engineEnvironment(stateDir, toolset) };
  const pulumi = (...args: string[]) =>
    run(join(engineLayout(stateDir).bin, "pulumi"), [...args, "--non-interactive"], { cwd: folder, env });
  await pulumi("stack", "init", stack);
  const all = { ...Object.fromEntries(paths.map((path) => [path, placeholder(path)])), ...inSecrets(further) };
  const values = Object.entries(all).flatMap(([path, value]) => ["--secret", `${path}=${value}`]);
  if (values.length > 0) await pulumi("config", "set-all", "--stack", stack, "--path", ...values);
  return { folder, secrets: paths };
}

const inSecrets = (values: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [`secrets.${key}`, value]));

/** Paths as `pulumi config set --path` takes them; what is encrypted, or stands for it, is one value. */
function leaves(value: unknown, path: readonly string[]): readonly string[] {
  if (value === undefined || value === null) return [];
  if (typeof value !== "object" || "secure" in value) return [path.map(quoted).join("")];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

const quoted = (part: string, at: number): string =>
  at === 0 ? part : /^[A-Za-z_][\w-]*$/.test(part) ? `.${part}` : `["${part}"]`;

/** Something of the form that the settings want. */
function placeholder(path: string): string {
  const value = madeUp();
  return /dsn$/i.test(path) ? `redis://:${value}@redis.example.com:6379` : value;
}

/** A secret that is nobody's, and found nowhere else: whoever looks for it finds where it leaked. */
export const madeUp = (): string => `made-up-${randomBytes(12).toString("hex")}`;
