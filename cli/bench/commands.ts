import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Progress } from "../../sandbox/tools/progress";
import { root } from "../root";
import { ratioFigure, secondsFigure, type Figure } from "./figure";
import { command, measureNode, program, type Measured } from "./processes";

/** What a stack on each cloud loads. */
export const startUps = { AWS: "onAws.ts", GCP: "onGcp.ts", Azure: "onAzure.ts" } as const;

/** Start-up of the program, and the commands that need no engine. */
export function benchCommands(progress: Progress): readonly Figure[] {
  const step = progress.step("Measuring start-up, plan and render", 30);
  const out = mkdtempSync(join(tmpdir(), "logfire-platform-render-"));
  try {
    const empty = measureNode(program(join(__dirname, "empty.ts")), 5);
    const own = measureNode(program(join(root, "index.ts")), 5);
    const onClouds = Object.entries(startUps).map(
      ([cloud, file]) => [cloud, measureNode(program(join(__dirname, file)), 5).seconds] as const,
    );
    const plan = measureNode(command("plan", "--stack", "sandbox"));
    const render = measureNode(command("render", "--stack", "sandbox", "--out", out, "--overwrite"));
    return [
      ratioFigure("start-up of the program / of an empty Pulumi program", own.seconds, empty.seconds, 1.5),
      ...onClouds.map(([cloud, seconds]) =>
        ratioFigure(`start-up of a stack on ${cloud} / of an empty Pulumi program`, seconds, empty.seconds, 1.5),
      ),
      ...limits("plan", plan),
      ...limits("render", render),
    ];
  } finally {
    rmSync(out, { recursive: true, force: true });
    step.done();
  }
}

const limits = (name: string, { seconds, peakMib }: Measured): readonly Figure[] => [
  secondsFigure(name, seconds, 3),
  {
    name: `${name}, peak memory`,
    measured: `${peakMib.toFixed(0)} MiB`,
    limit: "300 MB",
    met: peakMib * 1.048576 <= 300,
  },
];
