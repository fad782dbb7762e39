import { spawn, type ChildProcess } from "node:child_process";

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Kills the program and everything it started. */
  readonly signal?: AbortSignal;
  /** Milliseconds after which the program is killed. Default: none. */
  readonly timeout?: number;
  /** Called with every line of standard error as it comes. */
  readonly onErrorLine?: (line: string) => void;
}

export interface RunResult {
  /** Exit status; null when a signal ended the program or when it could not be started. */
  readonly status: number | null;
  readonly stdout: string;
  /** The last lines of standard error, for an error message. */
  readonly errorTail: readonly string[];
}

const keptErrorLines = 15;
const running = new Set<ChildProcess>();

/** Runs a program in a process group of its own, so that its own children die with it. Never rejects. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  if (options.signal?.aborted === true)
    return Promise.resolve({ status: null, stdout: "", errorTail: ["interrupted"] });
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const kill = (): void => killGroup(child, "SIGKILL");
  const timer = options.timeout === undefined ? undefined : setTimeout(kill, options.timeout);
  // An interrupted `go build` removes its work folder, a killed one leaves it behind in the temporary folder.
  const interrupt = (): void => {
    killGroup(child, "SIGINT");
    setTimeout(kill, 3000).unref();
  };
  options.signal?.addEventListener("abort", interrupt, { once: true });
  track(child);
  return new Promise<RunResult>((resolve) => {
    const stdout: string[] = [];
    const errorTail: string[] = [];
    child.stdout.setEncoding("utf8").on("data", (text: string) => stdout.push(text));
    eachLine(child.stderr, (line) => {
      errorTail.push(line);
      if (errorTail.length > keptErrorLines) errorTail.shift();
      options.onErrorLine?.(line);
    });
    const finish = (status: number | null): void => {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", interrupt);
      running.delete(child);
      resolve({ status, stdout: stdout.join(""), errorTail });
    };
    child.once("error", (error) => {
      errorTail.push(error.message);
      finish(null);
    });
    child.once("close", finish);
  });
}

function track(child: ChildProcess): void {
  if (running.size === 0 && !process.listeners("exit").includes(killAll)) process.on("exit", killAll);
  running.add(child);
}

function killAll(): void {
  for (const child of running) killGroup(child, "SIGKILL");
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}

function eachLine(stream: NodeJS.ReadableStream, take: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") take(line);
  });
  stream.on("end", () => {
    if (rest !== "") take(rest);
  });
}
