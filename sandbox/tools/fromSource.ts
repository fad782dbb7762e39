import * as fs from "node:fs/promises";
import * as path from "node:path";
import semver from "semver";
import type { GoModule, Platform } from "./spec";
import { run, type RunResult } from "./processes";

/** `go build` did not succeed; the message ends with what Go said. */
export class BuildFailed extends Error {}

export interface GoStatus {
  /** `1.26.8`; undefined when there is no Go on PATH. */
  readonly version: string | undefined;
}

/** Asks for the Go on PATH. It is used as it is: no newer one is downloaded behind the user's back. */
export async function findGo(env: NodeJS.ProcessEnv): Promise<GoStatus> {
  const result = await run("go", ["version"], { env: { ...env, GOTOOLCHAIN: "local" }, timeout: 10_000 });
  return { version: result.status === 0 ? /go(\d+\.\d+(?:\.\d+)?)/.exec(result.stdout)?.[1] : undefined };
}

/** The Go that a go.mod asks for: `go 1.26.0` -> `1.26.0`. */
export function requiredGo(goMod: string): string {
  return /^go (\d+\.\d+(?:\.\d+)?)/m.exec(goMod)?.[1] ?? "1.21";
}

export function goIsEnough(found: string, required: string): boolean {
  const [have, need] = [semver.coerce(found), semver.coerce(required)];
  return have !== null && need !== null && semver.gte(have, need);
}

export interface BuildOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: Platform;
  readonly signal: AbortSignal;
  readonly onDetail?: (detail: string) => void;
}

/** Arguments of the `go build` that makes one file out of one package. */
export function buildArguments(module: GoModule, packagePath: string, output: string): string[] {
  const variables = Object.entries(module.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
  return [
    "build",
    // Names each package when it is done: the progress display counts them. And a `go` whose parent was killed dies
    // at the next name, since nobody reads it, instead of building on.
    "-v",
    // Both win over a GOFLAGS of the user that says otherwise; everything else in GOFLAGS stays in force.
    "-mod=readonly",
    "-buildvcs=false",
    "-trimpath",
    ...(module.tags === undefined ? [] : ["-tags", module.tags.join(",")]),
    "-ldflags",
    ["-s -w", ...variables].join(" "),
    "-o",
    output,
    packagePath,
  ];
}

/**
 * Builds a module into `folder/bin`. The sources are copied first: generated files stay out of the checkout, and two
 * checkouts never build in one place. What Go has compiled once, it finds again in its own cache.
 */
export async function buildModule(
  module: GoModule,
  files: ReadonlyMap<string, string>,
  folder: string,
  options: BuildOptions,
): Promise<void> {
  const source = path.join(folder, "source");
  await fs.mkdir(source, { recursive: true });
  for (const [name, content] of files) await fs.writeFile(path.join(source, name), content);
  const go = goCommand(source, options);
  await makeEmbeds(module, source, go);
  if (module.copies !== undefined) await copyYaml(path.join(await moduleFolder(module, go), module.copies), folder);
  for (const [packagePath, name] of Object.entries(module.packages))
    await go(buildArguments(module, packagePath, path.join(folder, "bin", name)));
  for (const [program, target] of Object.entries(module.links ?? {}))
    await fs.symlink(target, path.join(folder, "bin", program));
  await fs.rm(source, { recursive: true, force: true });
}

type Go = (args: readonly string[]) => Promise<RunResult>;

function goCommand(cwd: string, { env, platform, signal, onDetail }: BuildOptions): Go {
  const [os, arch] = platform.split("/");
  const goEnv = { ...env, GOTOOLCHAIN: "local", GOWORK: "off", CGO_ENABLED: "0", GOOS: os, GOARCH: arch };
  const seen = { modules: 0, packages: 0 };
  const onErrorLine = (line: string): void => {
    if (line.startsWith("go: downloading ")) onDetail?.(`${++seen.modules} modules downloaded`);
    else if (!line.includes(" ")) onDetail?.(`${++seen.packages} packages compiled`);
  };
  return async (args) => {
    const result = await run("go", args, { cwd, env: goEnv, signal, onErrorLine });
    signal.throwIfAborted();
    if (result.status !== 0)
      throw new BuildFailed(
        [`go ${args[0] ?? ""} failed:`, ...result.errorTail.map((line) => `    ${line}`)].join("\n"),
      );
    return result;
  };
}

async function makeEmbeds(module: GoModule, source: string, go: Go): Promise<void> {
  if (module.embeds === undefined) return;
  const folder = await moduleFolder(module, go);
  for (const { name, from, set } of module.embeds) {
    const text = await fs.readFile(path.join(folder, from), "utf8");
    const made = set === undefined ? text : JSON.stringify({ ...(JSON.parse(text) as object), ...set });
    await fs.writeFile(path.join(source, name), made);
  }
}

/** Where Go keeps the pinned module; it is downloaded when it is not there, and checked against go.sum. */
async function moduleFolder({ pin }: GoModule, go: Go): Promise<string> {
  const { stdout } = await go(["mod", "download", "-json", `${pin.module}@${pin.version}`]);
  return (JSON.parse(stdout) as { Dir: string }).Dir;
}

async function copyYaml(from: string, folder: string): Promise<void> {
  const names = (await fs.readdir(from)).filter((name) => name.endsWith(".yaml"));
  // Read and written: a copy would inherit that Go's cache is read-only.
  for (const name of names)
    await fs.writeFile(path.join(folder, "bin", name), await fs.readFile(path.join(from, name)));
}
