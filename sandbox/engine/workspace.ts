import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import { layout } from "../controlPlane/components";
import { kubectlEnvironment } from "../controlPlane/kubectl";
import { recordShell } from "../controlPlane/processes";
import type { Programs } from "../toolset";

/** A value of a stack's configuration; objects as they stand in the stack's file. */
export type ConfigValue =
  string | number | boolean | null | readonly ConfigValue[] | { readonly [key: string]: ConfigValue };

/** Where the engine of one sandbox keeps what. All of it goes with the sandbox. */
export const engineLayout = (stateDir: string) => ({
  home: join(stateDir, "engine", "home"),
  backend: join(stateDir, "engine", "backend"),
  /** Copy of Pulumi.yaml and the stack files: the engine writes into them. */
  project: join(stateDir, "engine", "project"),
  passphrase: join(stateDir, "engine", "passphrase"),
  logs: join(stateDir, "logs"),
  /** `bin/pulumi` and everything the engine starts. */
  bin: join(stateDir, "engine", "bin"),
  root: join(stateDir, "engine"),
});
export type EngineLayout = ReturnType<typeof engineLayout>;

/**
 * The simulated clouds: the folder of their scripts and of their account, the provider as the engine asks for it, and the
 * program that a kubeconfig asks for credentials.
 */
const simulatedClouds = [
  { folder: "aws", plugin: "pulumi-resource-aws", credentials: "aws" },
  { folder: "gcp", plugin: "pulumi-resource-gcp", credentials: "gke-gcloud-auth-plugin" },
  { folder: "azure", plugin: "pulumi-resource-azure-native", credentials: "kubelogin" },
] as const;

/** Makes the folders, the passphrase and the programs; changes nothing that is there already. */
export function prepareEngine(stateDir: string, toolset: Programs): EngineLayout {
  const paths = engineLayout(stateDir);
  for (const folder of [paths.home, paths.backend, paths.project, paths.bin, paths.logs, layout(stateDir).records])
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!existsSync(paths.passphrase)) writeFileSync(paths.passphrase, randomBytes(24).toString("hex"), { mode: 0o600 });
  for (const program of ["pulumi", "pulumi-resource-kubernetes"])
    writeStarter(paths, stateDir, program, [toolset.path(program)]);
  const script = (file: string) => [
    ...[process.execPath, "--require", require.resolve("tsx/cjs")],
    join(__dirname, "../providers", file),
  ];
  writeStarter(paths, stateDir, "pulumi-resource-random", script("randomMain.ts"));
  for (const { folder, plugin, credentials } of simulatedClouds) {
    writeStarter(paths, stateDir, plugin, [...script(`${folder}/main.ts`), join(stateDir, folder)]);
    // Not recorded: it answers and ends.
    const answers = [...script(`${folder}/cli.ts`), stateDir];
    writeScript(join(paths.bin, credentials), `exec ${answers.map(quote).join(" ")} "$@"`);
  }
  return paths;
}

/**
 * A script of the program's name, for the engine to find on PATH. It records the process and its parent before it
 * becomes the program: an engine that is killed leaves its providers behind, and they must be found again.
 */
function writeStarter(paths: EngineLayout, stateDir: string, program: string, command: readonly string[]): void {
  const file = join(paths.bin, program);
  const record = `${quote(layout(stateDir).records)}/${program}.$PPID.$$`;
  writeScript(file, `${recordShell(record)} &&\nexec ${command.map(quote).join(" ")} "$@"`);
}

function writeScript(file: string, lines: string): void {
  const text = `#!/bin/sh\n${lines}\n`;
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  writeFileSync(`${file}.part`, text, { mode: 0o755 });
  renameSync(`${file}.part`, file);
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * Copies the project's files into the workspace and overlays the configuration of one stack. The salt that the engine
 * wrote into the copy is kept: the stack's secrets in the state hang on it.
 */
export function writeProject(
  paths: EngineLayout,
  projectDir: string,
  stack: string,
  config: Readonly<Record<string, ConfigValue>>,
): { readonly projectName: string } {
  const project = readYaml(join(projectDir, "Pulumi.yaml"));
  // An inline program has no entry file, and the engine refuses one that does not exist.
  writeFileSync(join(paths.project, "Pulumi.yaml"), stringify({ ...project, main: undefined }));
  const folder = typeof project.stackConfigDir === "string" ? project.stackConfigDir : ".";
  const file = join(folder, `Pulumi.${stack}.yaml`);
  const source = readYaml(join(projectDir, file));
  const previous = readYaml(join(paths.project, file));
  const merged = {
    ...source,
    encryptionsalt: source.encryptionsalt ?? previous.encryptionsalt,
    config: { ...(source.config as object | undefined), ...config },
  };
  mkdirSync(dirname(join(paths.project, file)), { recursive: true });
  writeFileSync(join(paths.project, file), stringify(merged));
  return { projectName: String(project.name) };
}

function readYaml(file: string): Record<string, unknown> {
  if (!existsSync(file)) return {};
  const parsed: unknown = parse(readFileSync(file, "utf8"));
  return typeof parsed === "object" && parsed !== null ? { ...parsed } : {};
}

/** What the engine and everything it starts see. The user's own Pulumi account and settings stay out of it. */
export function engineEnvironment(stateDir: string, toolset: Programs): Record<string, string> {
  const paths = engineLayout(stateDir);
  return {
    ...kubectlEnvironment(stateDir),
    PATH: [paths.bin, toolset.bin, process.env.PATH ?? ""].join(":"),
    // A public authority signs for the DNS endpoints of GKE, so that kubeconfigs name none. The sandbox's own stands in for
    // all of them. Programs in Go read it here, on macOS not.
    SSL_CERT_FILE: layout(stateDir).ca,
    PULUMI_HOME: paths.home,
    // Without attribute files beside the state: unlike it they are not written in one piece, and an engine that is
    // killed at that moment leaves a stack that cannot be read.
    PULUMI_BACKEND_URL: `file://${paths.backend}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: readFileSync(paths.passphrase, "utf8"),
    PULUMI_CONFIG_PASSPHRASE_FILE: "",
    PULUMI_ACCESS_TOKEN: "",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // Backups of every checkpoint would only grow the state folder.
    PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
  };
}
