import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodesFor, type SandboxNode } from "../../sandbox";

/** One small node per pool and zone. */
export const smallNodes = (): readonly SandboxNode[] => nodesFor({ cloud: "aws", pods: { general: [], scratch: [] } });

/** A temporary cache, so that a test's sandboxes are its own; the tools stay where they are. */
export function temporaryCache(): { readonly folder: string; restore(): void } {
  const previous = process.env.LOGFIRE_PLATFORM_CACHE;
  const folder = mkdtempSync(join(tmpdir(), "sandbox-test-"));
  process.env.LOGFIRE_PLATFORM_CACHE = folder;
  return {
    folder,
    restore: () => {
      if (previous === undefined) delete process.env.LOGFIRE_PLATFORM_CACHE;
      else process.env.LOGFIRE_PLATFORM_CACHE = previous;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A project with one stack, as a checkout has them. */
export function toyProject(folder: string): string {
  const checkout = join(folder, "toy");
  mkdirSync(join(checkout, "stacks"), { recursive: true });
  writeFileSync(
    join(checkout, "Pulumi.yaml"),
    "name: toy\nruntime: nodejs\nstackConfigDir: stacks\nmain: not-there.ts\n",
  );
  writeFileSync(join(checkout, "stacks", "Pulumi.toy.yaml"), "config:\n  toy:fruit: apple\n");
  return checkout;
}

/** All files below a folder with their contents, to see that nothing changed. */
export const contents = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => `${file}\n${readFileSync(file, "utf8")}`);

/** Processes that name the folder in their command line, or were started with it in their environment. Linux. */
export function processesOf(folder: string): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => (read(`/proc/${pid}/cmdline`) + read(`/proc/${pid}/environ`)).includes(folder))
    .map(Number);
}

/** Local addresses on which a process listens, as the kernel writes them: `0100007F:1F90`. Linux. */
export function listeningAddresses(pid: number): readonly string[] {
  const sockets = new Set(
    list(`/proc/${pid}/fd`).flatMap((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(link(`/proc/${pid}/fd/${fd}`))?.[1];
      return inode === undefined ? [] : [inode];
    }),
  );
  const listening = "0A";
  return ["tcp", "tcp6"]
    .flatMap((table) => read(`/proc/${pid}/net/${table}`).split("\n").slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === listening && sockets.has(fields[9] ?? ""))
    .map((fields) => fields[1] ?? "");
}

const list = (folder: string): readonly string[] => attempt(() => readdirSync(folder), []);
const link = (path: string): string => attempt(() => readlinkSync(path), "");
const read = (path: string): string => attempt(() => readFileSync(path, "utf8"), "");

/** Processes come and go while they are looked at. */
function attempt<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}
