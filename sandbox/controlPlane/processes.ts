import { execFileSync, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A background process that outlives the command that started it. */
export interface Launch {
  readonly binary: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Receives standard output and error. */
  readonly log: string;
  /** Where the process is recorded; what `isRunning` and `terminate` go by. */
  readonly record: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** A process id and what tells its process from a later one with the same id. */
interface Identity {
  readonly pid: number;
  readonly started: string;
}

/**
 * The shell records itself before it becomes the program (`exec` keeps the process id and the start time), so that a
 * parent killed right after the start leaves no process that nobody knows of.
 */
const recordThenRun = `${recordShell('"$0"')} && exec "$@"`;

/** Shell commands that record the shell's own process in a file, whose name is given as the shell should read it. */
export function recordShell(file: string): string {
  const start = "cat /proc/sys/kernel/random/boot_id /proc/$$/stat 2>/dev/null || ps -o lstart= -p $$";
  return `{ echo $$; ${start}; } >${file}.part && mv ${file}.part ${file}`;
}

/** Starts the process in a session of its own; returns once it is recorded. */
export async function launch({ binary, args, cwd, log, record, env }: Launch): Promise<void> {
  rmSync(record, { force: true });
  const output = openSync(log, "a", 0o600);
  try {
    const child = spawn("/bin/sh", ["-c", recordThenRun, record, binary, ...args], {
      cwd,
      env: env ?? process.env,
      detached: true,
      stdio: ["ignore", output, output],
    });
    child.unref();
    const failed = new Promise<never>((_, reject) => child.once("error", reject));
    await Promise.race([failed, recorded(record)]);
  } finally {
    closeSync(output);
  }
}

/** Records a process that did not record itself: this one, or one that was forked. */
export function recordProcess(pid: number, file: string): void {
  writeFileSync(`${file}.part`, `${pid}\n${rawStart(pid)}`, { mode: 0o600 });
  renameSync(`${file}.part`, file);
}

async function recorded(record: string): Promise<void> {
  for (let attempt = 0; attempt < 2500; attempt++) {
    if (existsSync(record)) return;
    await sleep(2);
  }
  throw new Error(`no process recorded itself in ${record} within 5 s`);
}

/** The recorded process's id while it runs; undefined once it ended, even when another process has its id now. */
export function runningPid(record: string): number | undefined {
  const identity = readRecord(record);
  return identity !== undefined && startOf(identity.pid) === identity.started ? identity.pid : undefined;
}

/**
 * Ends the recorded process, and no other: politely, then, after `graceMs`, by force. Removes the record.
 * Returns false where nothing ran.
 */
export async function terminate(record: string, graceMs: number): Promise<boolean> {
  const pid = runningPid(record);
  if (pid !== undefined) {
    if (graceMs > 0) signal(pid, "SIGTERM");
    const ended = graceMs > 0 && (await endsWithin(record, graceMs));
    if (!ended && runningPid(record) !== undefined) {
      signal(pid, "SIGKILL");
      if (!(await endsWithin(record, 10_000))) throw new Error(`process ${pid} does not end`);
    }
  }
  rmSync(record, { force: true });
  return pid !== undefined;
}

/** A process by what it runs: `etcd`; of the engine's records, which are named `PROGRAM.PARENT.PID`, the first part. */
export interface RecordedProcess {
  readonly program: string;
  readonly pid: number;
}

/** Every process recorded in the folder that runs. */
export const runningIn = (records: string): readonly RecordedProcess[] =>
  [closed(records), records].flatMap(recordFiles).flatMap((record) => {
    const pid = runningPid(record);
    return pid === undefined ? [] : [{ program: basename(record).replace(/(\.\d+)+$/, ""), pid }];
  });

/**
 * Ends every process recorded in the folder by force, and comes back when they are gone: nothing else of this process
 * runs meanwhile. The folder is taken away first, because what cannot record itself does not start: an engine cannot
 * start a provider behind this.
 */
export function endAll(records: string): number {
  // There already where an earlier end was cut short.
  const before = endRecorded(closed(records));
  rmSync(closed(records), { recursive: true, force: true });
  if (!existsSync(records)) return before;
  renameSync(records, closed(records));
  return before + endRecorded(closed(records));
}

const closed = (records: string): string => `${records}.closed`;

function endRecorded(folder: string): number {
  const running = recordFiles(folder).filter((record) => runningPid(record) !== undefined);
  for (const record of running) {
    const pid = runningPid(record);
    if (pid !== undefined) signal(pid, "SIGKILL");
  }
  const deadline = Date.now() + 10_000;
  for (const record of running)
    while (runningPid(record) !== undefined) {
      if (Date.now() > deadline) throw new Error(`process ${runningPid(record)} does not end`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  return running.length;
}

const recordFiles = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => !name.endsWith(".part"))
        .map((name) => join(folder, name))
    : [];

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // Ended between the check and the signal.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function endsWithin(record: string, milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (runningPid(record) !== undefined) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}

function readRecord(record: string): Identity | undefined {
  if (!existsSync(record)) return undefined;
  const [pid, ...rest] = readFileSync(record, "utf8").split("\n");
  const started = startFrom(rest.join("\n"));
  return Number(pid) > 0 && started !== undefined ? { pid: Number(pid), started } : undefined;
}

/** When the process with this id started, as an opaque text; undefined where there is none. */
export function startOf(pid: number): string | undefined {
  try {
    return startFrom(rawStart(pid));
  } catch {
    return undefined;
  }
}

/** What `recordShell` writes below the process id. */
const rawStart = (pid: number): string =>
  existsSync("/proc/self/stat")
    ? readFileSync("/proc/sys/kernel/random/boot_id", "utf8") + readFileSync(`/proc/${pid}/stat`, "utf8")
    : execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });

/** From Linux's boot id and /proc stat line (state is field 3, start field 22), or from what `ps` says elsewhere. */
function startFrom(raw: string): string | undefined {
  const closing = raw.lastIndexOf(")");
  if (closing < 0) return raw.trim() === "" ? undefined : raw.trim();
  const fields = raw.slice(closing + 2).split(" ");
  // A zombie has ended; only its parent has not noticed.
  if (fields[0] === "Z") return undefined;
  return `${raw.slice(0, raw.indexOf("\n"))} ${fields[19]}`;
}

/** When the process with this id started, to the second; undefined where there is none. */
export function startedAt(pid: number): Date | undefined {
  if (startOf(pid) === undefined) return undefined;
  try {
    if (existsSync(`/proc/${pid}/stat`)) return linuxStart(pid);
    return new Date(execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim());
  } catch {
    return undefined;
  }
}

/** Seconds of the system's start plus the process's clock ticks since, of which Linux shows 100 a second. */
function linuxStart(pid: number): Date | undefined {
  const system = /^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1];
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  return system === undefined || ticks === undefined
    ? undefined
    : new Date((Number(system) + Number(ticks) / 100) * 1000);
}
