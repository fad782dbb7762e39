import type { Command } from "commander";
import type { PresetName } from "../components/logfire/catalogue/names";
import { readStatus } from "../sandbox/status";
import { statusText, up, type Cloud, type Sandbox, type UpdateResult } from "../sandbox";
import { sandboxTools } from "../sandbox/tools/catalogue";
import { ensureTools, type Toolset } from "../sandbox/tools/install";
import { createProgress, formatSeconds } from "../sandbox/tools/progress";
import { nodesForStack, overlay, stackProgram } from "./deploy";
import { formatPlan } from "./plan";
import { root } from "./root";
import { nameOption, nodesOption } from "./sandbox";
import { inspectStack, presetOption, stackOption } from "./stack";

interface StartOptions {
  readonly stack: string;
  readonly preset?: PresetName;
  readonly nodes: Cloud;
  readonly name: string;
}

export function register(program: Command): void {
  program
    .command("start")
    .description(
      "Deploys Logfire into a sandbox on this machine: the real engine, a real control plane, simulated nodes.",
    )
    .addOption(stackOption("sandbox"))
    .addOption(presetOption())
    .addOption(nodesOption())
    .addOption(nameOption())
    .action(start);
}

async function start({ stack, preset, nodes, name }: StartOptions): Promise<void> {
  const begun = Date.now();
  const inspected = inspectStack(stack, preset);
  // First of all the plan: on a new machine the tools build for some minutes, and there is something to read meanwhile.
  console.log(`${formatPlan(inspected)}\n`);
  const progress = createProgress();
  const toolset = await ensureTools(sandboxTools, { progress });
  const sandbox = await up({ checkout: root, name, toolset, nodes: nodesForStack(inspected, nodes), progress });
  const result = await sandbox.engine.deploy({
    stack,
    program: await stackProgram(),
    config: overlay(inspected, sandbox.controlPlane.kubeconfig),
  });
  const status = await readStatus(sandbox.controlPlane.kubectl, inspected.settings.logfire.namespace);
  console.log(`\n${statusText(status, process.stdout.isTTY)}\n`);
  console.log(closing(sandbox, toolset, result, (Date.now() - begun) / 1000, inspected.settings.logfire.namespace));
}

function closing(sandbox: Sandbox, toolset: Toolset, result: UpdateResult, seconds: number, namespace: string): string {
  const changes = Object.entries(result.changes).map(([operation, count]) => `${count} ${operation}`);
  const url: unknown = result.outputs.url?.value;
  return [
    ...result.warnings.map((warning) => `warning: ${warning}`),
    `Deployed in ${formatSeconds(result.durationSeconds)} (${changes.join(", ")}); ${formatSeconds(seconds)} in all.`,
    `On a real cluster people would now sign in at ${String(url)}. Here pods are simulated: nothing answers there.`,
    "",
    "Look further:",
    `  export KUBECONFIG=${sandbox.controlPlane.kubeconfig}`,
    `  ${toolset.path("kubectl")} get pods -n ${namespace} -o wide`,
    "  npm run sandbox -- status",
    "  npm run sandbox -- down",
  ].join("\n");
}
