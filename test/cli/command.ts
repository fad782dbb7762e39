import { spawn } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../../cli/root";

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Options {
  /** Checkout whose command is run. */
  readonly checkout?: string;
  /** Modules that are loaded before it. */
  readonly preload?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command in a process of its own, as npm does, its output going into pipes. */
export function command(args: readonly string[], { checkout = root, preload, env }: Options = {}): Promise<Ended> {
  const tsx = pathToFileURL(require.resolve("tsx")).href;
  const before = preload === undefined ? [] : ["--require", preload];
  const child = spawn(process.execPath, [...before, "--import", tsx, join(checkout, "cli/main.ts"), ...args], {
    cwd: checkout,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  const texts = { stdout: "", stderr: "" };
  child.stdout.on("data", (data: Buffer) => (texts.stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => (texts.stderr += data.toString()));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...texts }));
  });
}

/** A line of a stack trace. */
export const stackTrace = /^\s+at .+[:(]/m;
// eslint-disable-next-line no-control-regex -- colours and cursor movements begin with it
export const terminalCodes = /\u001b/;
