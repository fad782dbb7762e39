import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { cacheRoot } from "../tools/cache";
import type { StartPrograms } from "../toolset";

/**
 * etcd's data of a control plane that has just started for the first time, with every definition served: a new sandbox
 * begins with a copy. To take the definitions in costs the API server three times the work of its own start.
 */
export class Template {
  private readonly folder: string;

  constructor(toolset: StartPrograms) {
    const programs = ["etcd", "kube-apiserver"].map((program) => identity(toolset.path(program)));
    const texts = toolset.definitions.map((file) => readFileSync(file, "utf8"));
    const key = createHash("sha256")
      .update(JSON.stringify([programs, texts]))
      .digest("hex")
      .slice(0, 12);
    this.folder = join(cacheRoot(), "templates", key);
  }

  /** Puts a copy at `etcdData`; false where there is no template yet. */
  copyTo(etcdData: string): boolean {
    if (!existsSync(this.folder)) return false;
    utimesSync(this.folder, new Date(), new Date());
    copyWhole(this.folder, etcdData);
    return true;
  }

  /** Keeps what an etcd that has ended left behind. */
  saveFrom(etcdData: string): void {
    copyWhole(etcdData, this.folder, (partial) => {
      const wal = join(partial, "member", "wal");
      for (const name of readdirSync(wal)) {
        const file = join(wal, name);
        if (name.endsWith(".wal")) cutZeros(file);
        else rmSync(file);
      }
    });
  }
}

/** A program in the cache has its pins in its path; one from elsewhere may be replaced in its place. */
function identity(program: string): string {
  const { size, mtimeMs } = statSync(program);
  return `${program} ${size} ${mtimeMs}`;
}

/** Another command may make the same copy at the same time; one of them stays. */
function copyWhole(from: string, to: string, prepare: (partial: string) => void = () => undefined): void {
  const partial = `${to}.partial-${process.pid}`;
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  try {
    cpSync(from, partial, { recursive: true });
    prepare(partial);
    renameSync(partial, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** etcd allots 64 MB to a log at once. What follows the last record is zeros, and their end is as good as the file's. */
function cutZeros(file: string): void {
  const data = readFileSync(file);
  let end = data.length;
  while (end > 0 && data[end - 1] === 0) end--;
  // Records are padded with zeros to eight bytes.
  truncateSync(file, Math.min(data.length, (Math.floor(end / 4096) + 2) * 4096));
}
