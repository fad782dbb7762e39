import * as fs from "node:fs/promises";
import * as path from "node:path";
import { cacheRoot, CacheEntry, hostPlatform, moduleFiles, pinsHash } from "./cache";
import { catalogue } from "./catalogue";
import type { ToolSpec } from "./spec";

export interface Pruned {
  /** Names of the folders that were removed. */
  readonly removed: readonly string[];
  readonly bytes: number;
}

/**
 * Removes the tools in the per-user cache that this checkout does not use, and what was made with them. Only when asked:
 * another checkout may use them, and would build them again.
 */
export async function pruneTools(root = cacheRoot(), used?: ReadonlySet<string>): Promise<Pruned> {
  const keep = used ?? (await usedFolders(root));
  const tools = (await names(path.join(root, "tools")))
    // A lock is a folder too; a partial one may be of a build that runs now.
    .filter((name) => !/\.lock$|\.partial-\d+$/.test(name) && !keep.has(name))
    .map((name) => path.join(root, "tools", name));
  const templates = (await names(path.join(root, "templates"))).map((name) => path.join(root, "templates", name));
  const bytes = await sum([...tools, ...templates].map(sizeOf));
  for (const folder of [...tools, ...templates]) await fs.rm(folder, { recursive: true, force: true });
  for (const name of await names(path.join(root, "bin"))) await removeDangling(path.join(root, "bin", name));
  return { removed: [...tools, ...templates].map((folder) => path.basename(folder)), bytes };
}

/** Names of the folders below `tools` that belong to this checkout's pins. */
async function usedFolders(root: string): Promise<ReadonlySet<string>> {
  const platform = hostPlatform();
  if (platform === undefined) return new Set();
  const specs: readonly ToolSpec[] = Object.values(catalogue);
  const folders = specs.map(async (spec) => {
    const files = await moduleFiles(path.join(__dirname, spec.folder ?? spec.name));
    return path.basename(new CacheEntry(root, spec, pinsHash(spec, files, platform)).folder);
  });
  return new Set(await Promise.all(folders));
}

async function removeDangling(folder: string): Promise<void> {
  for (const name of await names(folder)) {
    const link = path.join(folder, name);
    const target = await fs.stat(link).catch(() => undefined);
    if (target === undefined) await fs.rm(link, { force: true });
  }
  // Stays when a link of it is in use.
  await fs.rmdir(folder).catch(() => undefined);
}

const names = (folder: string): Promise<string[]> => fs.readdir(folder).catch(() => []);

async function sizeOf(file: string): Promise<number> {
  const stat = await fs.lstat(file);
  if (!stat.isDirectory()) return stat.isFile() ? stat.size : 0;
  return sum((await names(file)).map((name) => sizeOf(path.join(file, name))));
}

const sum = async (numbers: readonly Promise<number>[]): Promise<number> =>
  (await Promise.all(numbers)).reduce((total, number) => total + number, 0);
