import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../root";

export interface Measured {
  readonly seconds: number;
  readonly peakMib: number;
}

/** The best of some runs of a Node program: what it takes when nothing else is in the way. */
export function measureNode(args: readonly string[], runs = 3): Measured {
  const folder = mkdtempSync(join(tmpdir(), "logfire-platform-bench-"));
  try {
    const all = Array.from({ length: runs }, () => once(args, join(folder, "measured.json")));
    return {
      seconds: Math.min(...all.map(({ seconds }) => seconds)),
      peakMib: Math.max(...all.map(({ peakMib }) => peakMib)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function once(args: readonly string[], result: string): Measured {
  const begun = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, ["--require", join(__dirname, "measure.cjs"), ...args], {
    cwd: root,
    env: { ...process.env, MEASURE_TO: result },
    encoding: "utf8",
  });
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}\n${stderr}`);
  const { peakMib } = JSON.parse(readFileSync(result, "utf8")) as { readonly peakMib: number };
  return { seconds, peakMib };
}

/** A command of this package, run as npm runs it. */
export const command = (...args: readonly string[]): readonly string[] => [
  "--import",
  pathToFileURL(require.resolve("tsx")).href,
  join(root, "cli/main.ts"),
  ...args,
];

/** A Pulumi program, loaded as the Pulumi CLI loads it. */
export const program = (file: string): readonly string[] => [join(__dirname, "load.cjs"), file, root];
