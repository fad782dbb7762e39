import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
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
      if (everything) for (const found of await Promise.all(checks.map(runCheck))) add(figures, found);
      const mocha = await runMocha(files.length === 0 ? testFiles() : files, options.grep);
      add(figures, mocha);
      const skips = figures.skipped === 0 ? "" : `, ${figures.skipped} skipped`;
      console.log(`\n${figures.passed} passed, ${figures.failed} failed${skips}`);
      process.exitCode = figures.failed === 0 && figures.passed > 0 ? 0 : 1;
    });
}

/** They wait more than they work: begun first, they are over when the others are. */
const longest = ["engine", "rehearsal", "edge", "path", "sandbox"];

function testFiles(): readonly string[] {
  const rank = (file: string) => {
    const found = longest.indexOf(file.split("/")[1] ?? "");
    return found < 0 ? longest.length : found;
  };
  return readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => join("test", file))
    .sort((left, right) => rank(left) - rank(right) || left.localeCompare(right));
}

/** Of test files, each in a process of its own. More of them make each other late rather than the whole earlier. */
const atATime = 2;

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
    const parallel = files.length === 1 ? [] : ["--parallel", "--jobs", String(atATime)];
    const filter = grep === undefined ? [] : ["--fgrep", grep];
    const args = ["--reporter", "./test/reporter.cjs", ...parallel, ...filter, ...files];
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
