import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { layout } from "../controlPlane/components";
import { endAll, recordProcess, runningIn, runningPid, type RecordedProcess } from "../controlPlane/processes";
import { sandboxesFolder } from "../location";

/** What a rehearsal writes about itself into its sandbox's folder, before anything else is there. */
interface Description {
  readonly stack: string;
  /** ISO 8601. */
  readonly since: string;
  /** Whether it is over, and its sandbox was to stay. */
  readonly kept: boolean;
}

/** A rehearsal whose sandbox is there. */
export interface Rehearsal {
  /** The sandbox's name. */
  readonly name: string;
  readonly stateDir: string;
  readonly stack: string;
  /** ISO 8601. */
  readonly since: string;
  /** `left`: its command has ended, and did not take it down. */
  readonly condition: "at work" | "kept" | "left";
  /** Process id of its command, where that runs. */
  readonly command?: number;
  readonly processes: readonly RecordedProcess[];
}

const files = (stateDir: string) => ({
  description: join(stateDir, "rehearsal.json"),
  /** Record of the command's process. Not among the others: it is not for the rehearsal to end. */
  command: join(stateDir, "command"),
});

/** Makes the folder of a rehearsal that this process is about to begin. */
export function announce(stateDir: string, stack: string): void {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  recordProcess(process.pid, files(stateDir).command);
  describe(stateDir, { stack, since: new Date().toISOString(), kept: false });
}

/** Remembers that the sandbox stays because somebody wants to look around in it. */
export function markKept(stateDir: string): void {
  const description = readDescription(stateDir);
  if (description !== undefined) describe(stateDir, { ...description, kept: true });
}

/** Every rehearsal of this user whose sandbox is there, the oldest first. */
export function rehearsals(): readonly Rehearsal[] {
  const folder = sandboxesFolder();
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .flatMap((name) => readRehearsal(name, join(folder, name)) ?? [])
    .sort((a, b) => a.since.localeCompare(b.since));
}

function readRehearsal(name: string, stateDir: string): Rehearsal | undefined {
  const description = readDescription(stateDir);
  if (description === undefined) return undefined;
  const { stack, since, kept } = description;
  const command = runningPid(files(stateDir).command);
  const condition = kept ? "kept" : command === undefined ? "left" : "at work";
  return { name, stateDir, stack, since, condition, command, processes: runningIn(layout(stateDir).records) };
}

/**
 * Ends what rehearsals of this process have started, and removes it. Comes back when it is done, and lets nothing else of
 * this process run until then: for one that ends itself right after. Answers how many processes were ended.
 */
export function endOwnAtOnce(): number {
  const own = rehearsals().filter(({ condition, command }) => condition === "at work" && command === process.pid);
  return own
    .map(({ stateDir }) => {
      const ended = endAll(layout(stateDir).records);
      removeState(stateDir);
      rmSync(`${stateDir}.lock`, { recursive: true, force: true });
      return ended;
    })
    .reduce((sum, ended) => sum + ended, 0);
}

/** Removes a sandbox's folder once its processes have ended; a rehearsal is known as one until the last file. */
export function removeState(stateDir: string): void {
  if (!existsSync(stateDir)) return;
  const { description, command } = files(stateDir);
  const others = readdirSync(stateDir).map((name) => join(stateDir, name));
  for (const path of others.filter((each) => each !== description && each !== command)) remove(path);
  remove(stateDir);
}

const remove = (path: string): void => rmSync(path, { recursive: true, force: true, maxRetries: 3 });

/** In one step: a description that is cut off would be none. */
function describe(stateDir: string, description: Description): void {
  const file = files(stateDir).description;
  writeFileSync(`${file}.part`, `${JSON.stringify(description, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.part`, file);
}

function readDescription(stateDir: string): Description | undefined {
  try {
    return JSON.parse(readFileSync(files(stateDir).description, "utf8")) as Description;
  } catch {
    // No rehearsal, or one that is being removed.
    return undefined;
  }
}
