import * as fs from "node:fs/promises";
import * as path from "node:path";
import semver from "semver";
import type { ToolSpec } from "./spec";
import { run } from "./processes";

export type PathResult =
  | { readonly found: true; readonly version: string; readonly binaries: ReadonlyMap<string, string> }
  /** Why nothing on PATH will do, in words for the user. */
  | { readonly found: false; readonly reason: string };

/** The first version number in what a program prints: `etcd Version: 3.6.10` -> `3.6.10`. */
export function parseVersion(output: string): string | undefined {
  const match = /\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?/.exec(output);
  return match === null ? undefined : (semver.valid(match[0]) ?? undefined);
}

/** Looks for a tool on PATH: all of its programs must be there, all with the same version, inside the range. */
export async function findOnPath(spec: ToolSpec, env: NodeJS.ProcessEnv, ownCache: string): Promise<PathResult> {
  const { path: accepted } = spec;
  if (accepted === undefined) return { found: false, reason: "is not taken from PATH" };
  const folders = (env["PATH"] ?? "").split(path.delimiter).filter((folder) => !isInside(folder, ownCache));
  const binaries = new Map<string, string>();
  const versions = new Set<string>();
  const answers = await Promise.all(
    spec.binaries.map(async (name) => {
      const file = await firstExecutable(folders, name);
      return { name, file, version: file && (await askVersion(file, accepted.ask[name] ?? ["--version"], env)) };
    }),
  );
  for (const { name, file, version } of answers) {
    if (file === undefined) return { found: false, reason: `${name} is not on PATH` };
    if (version === undefined) return { found: false, reason: `${file} does not tell its version` };
    if (!semver.satisfies(version, accepted.range))
      return { found: false, reason: `${file} is version ${version}, needed is ${accepted.range}` };
    binaries.set(name, file);
    versions.add(version);
  }
  const [version, other] = versions;
  if (version === undefined || other !== undefined)
    return { found: false, reason: `the programs on PATH have different versions: ${[...versions].join(", ")}` };
  return { found: true, version, binaries };
}

async function askVersion(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const result = await run(file, args, { env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" }, timeout: 10_000 });
  return result.status === 0 ? parseVersion(result.stdout) : undefined;
}

async function firstExecutable(folders: readonly string[], name: string): Promise<string | undefined> {
  for (const folder of folders) {
    const file = path.join(folder, name);
    if (!path.isAbsolute(file)) continue;
    const runs = await fs.access(file, fs.constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs && (await fs.stat(file)).isFile()) return file;
  }
  return undefined;
}

function isInside(folder: string, parent: string): boolean {
  const relative = path.relative(parent, folder);
  return relative === "" || !(relative.startsWith("..") || path.isAbsolute(relative));
}
