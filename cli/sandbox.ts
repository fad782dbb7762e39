import { Option, type Command } from "commander";
import type { PresetName } from "../components/logfire/catalogue/names";
import { down, sandboxName, status, statusText, up, type Cloud } from "../sandbox";
import { sandboxTools } from "../sandbox/tools/catalogue";
import { ensureTools } from "../sandbox/tools/install";
import { createProgress } from "../sandbox/tools/progress";
import { pruneTools } from "../sandbox/tools/prune";
import { nodesForStack } from "./deploy";
import { root } from "./root";
import { inspectStack, presetOption, stackOption } from "./stack";

export const nodesOption = (): Option =>
  new Option("-n, --nodes <cloud>", "cloud whose machine types the simulated nodes have")
    .choices(["aws", "gcp", "azure"] satisfies Cloud[])
    .default("aws" satisfies Cloud);

export const nameOption = (): Option =>
  new Option("--name <name>", "name of the sandbox; follows from this folder's path").default(
    sandboxName(root),
    "one for each checkout",
  );

interface UpOptions {
  readonly stack: string;
  readonly preset?: PresetName;
  readonly nodes: Cloud;
  readonly name: string;
}

export function register(program: Command): void {
  const sandbox = program
    .command("sandbox")
    .description("The sandbox by hand: a real control plane with simulated nodes.");
  sandbox
    .command("up")
    .description("Starts the control plane and adds the nodes that a stack needs. Deploys nothing.")
    .addOption(stackOption("sandbox"))
    .addOption(presetOption())
    .addOption(nodesOption())
    .addOption(nameOption())
    .action(upCommand);
  sandbox
    .command("status")
    .description("Workloads (ready/desired), what leads to them from outside, and nodes (used and allocatable).")
    .option("--namespace <namespace>", "namespace of the workloads", "logfire")
    .option("--json", "the figures as JSON")
    .addOption(nameOption())
    .action(statusCommand);
  sandbox
    .command("down")
    .description("Ends the sandbox's processes and removes everything it kept.")
    .option("--tools", "removes the tools in the cache that this checkout does not use, too; other checkouts share it")
    .addOption(nameOption())
    .action(downCommand);
}

async function upCommand({ stack, preset, nodes, name }: UpOptions): Promise<void> {
  const inspected = inspectStack(stack, preset);
  const progress = createProgress();
  const toolset = await ensureTools(sandboxTools, { progress });
  const made = await up({ checkout: root, name, toolset, nodes: nodesForStack(inspected, nodes), progress });
  console.log(`Sandbox ${made.name} runs: ${made.controlPlane.apiServer}`);
  console.log(`  ${toolset.path("kubectl")} --kubeconfig ${made.controlPlane.kubeconfig} get nodes`);
}

async function statusCommand({
  name,
  namespace,
  json,
}: {
  name: string;
  namespace: string;
  json?: true;
}): Promise<void> {
  const toolset = await ensureTools(sandboxTools, { progress: createProgress() });
  const found = await status({ checkout: root, name, toolset, namespace });
  if (found === undefined) {
    console.error(
      `No sandbox ${name} runs. Start one with \`npm start\`, or an empty one with \`npm run sandbox -- up\`.`,
    );
    process.exitCode = 1;
    return;
  }
  console.log(json ? JSON.stringify(found, undefined, 2) : statusText(found, process.stdout.isTTY));
}

async function downCommand({ name, tools }: { name: string; tools?: true }): Promise<void> {
  const { existed, processesEnded } = await down({ checkout: root, name, progress: createProgress() });
  console.log(
    existed
      ? `Sandbox ${name} is gone: ${processesEnded} processes ended, its state removed.`
      : `There is no sandbox ${name}.`,
  );
  if (tools !== true) return;
  const { removed, bytes } = await pruneTools();
  console.log(
    removed.length === 0
      ? "The cache holds no tool that this checkout does not use."
      : `Removed ${removed.join(", ")}: ${Math.round(bytes / 1e6)} MB.`,
  );
}
