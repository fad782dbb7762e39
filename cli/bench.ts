import { cpus } from "node:os";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { sandboxTools } from "../sandbox/tools/catalogue";
import { ensureTools, type Toolset } from "../sandbox/tools/install";
import { createProgress, type Progress } from "../sandbox/tools/progress";
import { benchCommands } from "./bench/commands";
import { benchEdge } from "./bench/edge";
import { benchSandbox } from "./bench/sandbox";
import type { Figure } from "./bench/figure";
import { table } from "./output";
import { root } from "./root";

export function register(program: Command): void {
  program
    .command("bench")
    .description(
      "Measures start-up, plan, render, the edge and the sandbox, each against its floor in the same run; some minutes.",
    )
    .option("--no-write", "only print; leave docs/benchmarks.md as it is")
    .action(bench);
}

async function bench({ write }: { readonly write: boolean }): Promise<void> {
  const progress = createProgress();
  const toolset = await ensureTools(sandboxTools, { progress });
  const translator = await ensureTools(["egctl"], { progress });
  const figures = [
    ...benchCommands(progress),
    ...(await benchEdge(translator.path("egctl"), progress)),
    ...(await benchSandbox(toolset, progress)),
    buildFigure(toolset, progress),
  ];
  console.log(table(["figure", "measured", "limit", ""], figures.map(row)));
  if (write) writeFileSync(join(root, "docs/benchmarks.md"), report(figures));
  const missed = figures.filter(({ met }) => met === false);
  if (missed.length > 0) console.error(`${missed.length} of ${figures.length} figures are over their limit`);
  process.exitCode = missed.length === 0 ? 0 : 1;
}

/** Builds happen once per machine; what they took is kept beside each tool. */
function buildFigure({ tools }: Toolset, progress: Progress): Figure {
  const built = tools.filter(({ source, seconds }) => source === "built" && seconds !== undefined);
  const seconds = built.reduce((sum, tool) => sum + (tool.seconds ?? 0), 0);
  progress.note(`Tools built on this machine: ${built.map(({ name }) => name).join(", ") || "none"}`);
  return {
    name: "building the tools, as it was when they were built (Go's caches may have been warm)",
    measured: `${seconds.toFixed(0)} s for ${built.length} of ${tools.length}`,
    limit: "35 min",
    met: seconds <= 35 * 60,
  };
}

const verdict = ({ met }: Figure): string => (met === undefined ? "" : met ? "ok" : "MISSED");
const row = (figure: Figure): readonly string[] => [figure.name, figure.measured, figure.limit ?? "", verdict(figure)];

function report(figures: readonly Figure[]): string {
  const lines = figures.map((figure) => `| ${row(figure).join(" | ")} |`);
  return [
    "# Benchmarks",
    "",
    `Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} cores, Node ${process.version}.`,
    "Seconds differ from machine to machine; ratios are of one run, the floor measured beside the figure.",
    "",
    "| figure | measured | limit | |",
    "| --- | --- | --- | --- |",
    ...lines,
    "",
  ].join("\n");
}
