import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startedAt } from "../controlPlane/processes";

/** A lock that the engine's file backend left: one file per update that runs, or was killed. */
interface Lock {
  readonly file: string;
  readonly pid: number;
  readonly taken: Date;
}

/**
 * Clears the way for an update: removes locks whose process has ended, and waits for one that still runs, which `onWait`
 * is told once. Throws where it runs longer than `waitSeconds`.
 */
export async function clearLocks(
  backend: string,
  project: string,
  stack: string,
  waitSeconds: number,
  onWait: (message: string) => void,
): Promise<void> {
  const deadline = Date.now() + waitSeconds * 1000;
  for (let told = false; ; told = true) {
    const live = readLocks(backend, project, stack).filter((lock) => {
      if (isHeld(lock)) return true;
      rmSync(lock.file, { force: true });
      return false;
    });
    const [first] = live;
    if (first === undefined) return;
    const held = `Stack ${stack} is being updated by process ${first.pid} since ${first.taken.toLocaleTimeString()}`;
    if (Date.now() > deadline)
      throw new Error(`${held}. Wait for it, or end it with \`kill ${first.pid}\`, then run this again.`);
    if (!told) onWait(`${held}; waiting for it.`);
    await sleep(200);
  }
}

function readLocks(backend: string, project: string, stack: string): readonly Lock[] {
  const folder = join(backend, ".pulumi", "locks", "organization", project, stack);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => {
      const file = join(folder, name);
      const lock = readLock(file);
      return lock === undefined ? [] : [lock];
    });
}

function readLock(file: string): Lock | undefined {
  try {
    const parsed = JSON.parse(readFileSync(file, "utf8")) as { pid: number; hostname: string; timestamp: string };
    // Made on another machine that shares the folder: not ours to judge by process id.
    if (parsed.hostname !== hostname()) return undefined;
    return { file, pid: parsed.pid, taken: new Date(parsed.timestamp) };
  } catch {
    // Removed, or half written, between the listing and now; the next look will tell.
    return undefined;
  }
}

/** A process that started after the lock was taken only has the same id. */
function isHeld({ pid, taken }: Lock): boolean {
  const started = startedAt(pid);
  return started !== undefined && started.getTime() <= taken.getTime() + 2000;
}
