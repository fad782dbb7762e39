import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { sandboxTools, testTools } from "../sandbox/tools/catalogue";
import { ensureTools } from "../sandbox/tools/install";
import { createProgress } from "../sandbox/tools/progress";
import { root } from "./root";

/** What mocha's reporter leaves behind. */
interface Figures {
  passed: number;
  failed: number;
  skipped: number;
}

const checks = [
  { title: "format", command: "prettier", args: ["--check", "--log-level", "warn", "."] },
  { title: "lint", command: "eslint", args: ["--max-warnings", "0", "."] },
  { title: "types", command: "tsc", args: ["--noEmit"] },
] as const;

export function register(program: Command): void {
  program
    .command("test")
    .description("Format, lint, types, then every test; closes with one line of figures.")
    .argument("[files...]", "run only these test files, without the checks (default: everything)")
    .option("-g, --grep <text>", "run only tests whose title contains the text, without the checks")
    .action(async (files: string[], options: { grep?: string }) => {
      const everything = files.length === 0 && options.grep === undefined;
      const figures: Figures = { passed: 0, failed: 0, skipped: 0 };
      if (everything) for (const check of checks) add(figures, await runCheck(check));
      const mocha = await runMocha(everything || files.length === 0 ? ["test/**/*.test.ts"] : files, options.grep);
      add(figures, mocha);
      const skips = figures.skipped === 0 ? "" : `, ${figures.skipped} skipped`;
      console.log(`\n${figures.passed} passed, ${figures.failed} failed${skips}`);
      process.exitCode = figures.failed === 0 && figures.passed > 0 ? 0 : 1;
    });
}

function add(sum: Figures, more: Figures): void {
  sum.passed += more.passed;
  sum.failed += more.failed;
  sum.skipped += more.skipped;
}

async function runCheck(check: (typeof checks)[number]): Promise<Figures> {
  const started = Date.now();
  const code = await run(join(root, "node_modules/.bin", check.command), check.args);
  console.log(`${code === 0 ? "ok" : "FAILED"}  ${check.title}  ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

async function runMocha(files: readonly string[], grep: string | undefined): Promise<Figures> {
  const toolset = await ensureTools([...sandboxTools, ...testTools], { progress: createProgress() });
  const programs = {
    LOGFIRE_DEX: toolset.path("dex"),
    LOGFIRE_OTELCOL: toolset.path("otelcol"),
    LOGFIRE_EGCTL: toolset.path("egctl"),
  };
  const folder = mkdtempSync(join(tmpdir(), "logfire-platform-test-"));
  const result = join(folder, "figures.json");
  try {
    const args = ["--reporter", "./test/reporter.cjs", ...(grep === undefined ? [] : ["--fgrep", grep]), ...files];
    const code = await run(join(root, "node_modules/.bin/mocha"), args, { ...programs, TEST_FIGURES: result });
    const figures = readFigures(result);
    // A runner that dies before its end leaves no figures, or good ones and a bad exit code.
    return code !== 0 && figures.failed === 0 ? { ...figures, failed: 1 } : figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readFigures(path: string): Figures {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Figures;
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

function run(command: string, args: readonly string[], environment: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...environment } });
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
