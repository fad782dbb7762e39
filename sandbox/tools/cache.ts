import { createHash } from "node:crypto";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import lockfile from "proper-lockfile";
import { definitionsFile } from "./definitions";
import type { Platform, ToolSpec } from "./spec";

/** The per-user cache: `$LOGFIRE_PLATFORM_CACHE`, else `logfire-platform` in `$XDG_CACHE_HOME` or `~/.cache`. */
export function cacheRoot(env: NodeJS.ProcessEnv = process.env): string {
  const own = env["LOGFIRE_PLATFORM_CACHE"];
  if (own !== undefined && own !== "") return path.resolve(own);
  const shared = env["XDG_CACHE_HOME"];
  // The specification of XDG_CACHE_HOME has relative paths ignored.
  const base = shared !== undefined && path.isAbsolute(shared) ? shared : path.join(os.homedir(), ".cache");
  return path.join(base, "logfire-platform");
}

/** This machine, as Go and most projects name it; undefined where none of the tools is known to run. */
export function hostPlatform(): Platform | undefined {
  const arch = { x64: "amd64", arm64: "arm64" }[process.arch as string];
  const platform = `${process.platform}/${arch ?? "?"}`;
  const known: readonly Platform[] = ["linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64"];
  return known.find((candidate) => candidate === platform);
}

/** The files of a Go module that decide what is built: go.mod, go.sum and the Go sources; name -> content. */
export async function moduleFiles(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = (await fs.readdir(folder)).filter((name) => /^go\.(mod|sum)$|\.go$/.test(name)).sort();
  return new Map(
    await Promise.all(names.map(async (name) => [name, await fs.readFile(path.join(folder, name), "utf8")] as const)),
  );
}

/** Hash of everything that decides what a tool's files are; the ranges accepted from PATH do not. */
export function pinsHash(spec: ToolSpec, files: ReadonlyMap<string, string>, platform: Platform): string {
  const { name, version, release, module } = spec;
  const pins = JSON.stringify({ platform, name, version, release, module, files: [...files] });
  return createHash("sha256").update(pins).digest("hex").slice(0, 12);
}

/** What `tool.json` says about an installed tool. */
export interface InstalledRecord {
  readonly tool: string;
  readonly version: string;
  readonly source: "release" | "built";
  /** Seconds that the download or build took. */
  readonly seconds: number;
  /** Size of all programs together. */
  readonly bytes: number;
}

const recordName = "tool.json";

/** The place of one tool in the cache. It appears whole or not at all: filled beside it, then renamed. */
export class CacheEntry {
  readonly folder: string;

  constructor(
    root: string,
    private readonly spec: ToolSpec,
    hash: string,
  ) {
    this.folder = path.join(root, "tools", `${spec.name}-${hash}`);
  }

  binary(name: string): string {
    return path.join(this.folder, "bin", name);
  }

  /** What is installed; undefined when nothing is, or when a program has been removed since. */
  async read(): Promise<InstalledRecord | undefined> {
    try {
      const record = JSON.parse(await fs.readFile(path.join(this.folder, recordName), "utf8")) as InstalledRecord;
      await Promise.all(this.spec.binaries.map((name) => fs.access(this.binary(name), fs.constants.X_OK)));
      if (this.spec.definitions) await fs.access(definitionsFile(this.folder));
      return record;
    } catch {
      return undefined;
    }
  }

  /** Holds the entry's lock while `work` runs; `onWait` is called once when another process has it. */
  async locked<T>(work: () => Promise<T>, signal: AbortSignal, onWait: () => void): Promise<T> {
    await fs.mkdir(path.dirname(this.folder), { recursive: true });
    const release = await this.acquire(signal, onWait);
    try {
      return await work();
    } finally {
      await release().catch(() => undefined);
    }
  }

  /** Lets `fill` make `bin/` in an empty folder and puts it in place. Call with the lock held. */
  async install(
    source: InstalledRecord["source"],
    version: string,
    fill: (folder: string) => Promise<void>,
  ): Promise<InstalledRecord> {
    await this.removeLeftovers();
    const folder = `${this.folder}.partial-${process.pid}`;
    const begun = Date.now();
    try {
      await fs.mkdir(path.join(folder, "bin"), { recursive: true });
      await fill(folder);
      const record: InstalledRecord = {
        tool: this.spec.name,
        version,
        source,
        seconds: Math.round((Date.now() - begun) / 100) / 10,
        bytes: (await totalSize(folder)) + (await totalSize(path.join(folder, "bin"))),
      };
      await fs.writeFile(path.join(folder, recordName), `${JSON.stringify(record, undefined, 2)}\n`);
      await fs.rm(this.folder, { recursive: true, force: true });
      await fs.rename(folder, this.folder);
      return record;
    } finally {
      await fs.rm(folder, { recursive: true, force: true });
    }
  }

  private async acquire(signal: AbortSignal, onWait: () => void): Promise<() => Promise<void>> {
    for (let waited = false; ; waited = true) {
      signal.throwIfAborted();
      try {
        return await lockfile.lock(this.folder, {
          realpath: false,
          lockfilePath: `${this.folder}.lock`,
          stale: 10_000,
          update: 2_000,
          // A machine that slept may find its lock taken over. Both then do the same work, and the rename decides.
          onCompromised: () => undefined,
        });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw error;
        if (!waited) onWait();
        await sleep(250, undefined, { signal });
      }
    }
  }

  private async removeLeftovers(): Promise<void> {
    const parent = path.dirname(this.folder);
    const leftovers = (await fs.readdir(parent)).filter((name) =>
      name.startsWith(`${path.basename(this.folder)}.partial-`),
    );
    await Promise.all(leftovers.map((name) => fs.rm(path.join(parent, name), { recursive: true, force: true })));
  }
}

async function totalSize(folder: string): Promise<number> {
  const entries = await Promise.all((await fs.readdir(folder)).map((name) => fs.lstat(path.join(folder, name))));
  return entries.filter((entry) => entry.isFile()).reduce((sum, entry) => sum + entry.size, 0);
}

/** One folder with a link to each program, for PATH; its name follows from what it holds, so it never changes. */
export async function linkFolder(root: string, binaries: ReadonlyMap<string, string>): Promise<string> {
  const hash = createHash("sha256")
    .update(JSON.stringify([...binaries].sort()))
    .digest("hex")
    .slice(0, 12);
  const folder = path.join(root, "bin", hash);
  const complete = await Promise.all(
    [...binaries].map(async ([name, target]) => pointsAt(path.join(folder, name), target)),
  );
  if (complete.length > 0 && complete.every(Boolean)) return folder;
  const partial = `${folder}.partial-${process.pid}-${Math.random().toString(36).slice(2)}`;
  await fs.mkdir(partial, { recursive: true });
  for (const [name, target] of binaries) await fs.symlink(target, path.join(partial, name));
  try {
    await fs.rename(partial, folder);
  } catch {
    // There already: made by another run in between, or damaged, and then replaced.
    for (const [name, target] of binaries) {
      if (await pointsAt(path.join(folder, name), target)) continue;
      await fs.rm(path.join(folder, name), { force: true });
      await fs.rename(path.join(partial, name), path.join(folder, name));
    }
    await fs.rm(partial, { recursive: true, force: true });
  }
  return folder;
}

async function pointsAt(link: string, target: string): Promise<boolean> {
  return (await fs.readlink(link).catch(() => undefined)) === target;
}
