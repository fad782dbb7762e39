import { Option, type Command } from "commander";
import type { PresetName } from "../components/logfire/catalogue/names";
import { UserError } from "../components/lib/errors";
import { down, runs, sandboxName, status, statusText, up, type Cloud, type DownReport } from "../sandbox";
import { rehearsals, type Rehearsal } from "../sandbox/rehearsal/remains";
import { endRehearsal } from "../sandbox/rehearsal/sweep";
import { sandboxTools } from "../sandbox/tools/catalogue";
import { ensureTools } from "../sandbox/tools/install";
import { createProgress } from "../sandbox/tools/progress";
import { pruneTools } from "../sandbox/tools/prune";
import { nodesForStack } from "./deploy";
import { rehearsalsText } from "./rehearsalText";
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
    .description(
      "Workloads (ready/desired), what leads to them from outside, nodes (used and allocatable), and rehearsals that are there.",
    )
    .option("--namespace <namespace>", "namespace of the workloads", "logfire")
    .option("--json", "the figures as JSON")
    .addOption(nameOption())
    .action(statusCommand);
  sandbox
    .command("down")
    .description("Ends the sandbox's processes and removes everything it kept; of rehearsals, what they left behind.")
    .option("--all", "of rehearsals also those that were kept, and those at work")
    .option("--tools", "removes the tools in the cache that this checkout does not use, too; other checkouts share it")
    .addOption(nameOption())
    .addHelpText("after", moreOnDown)
    .action(downCommand);
}

const moreOnDown = `
A rehearsal is left behind where its command ended without taking it down: killed, or with the machine. One that was kept
with \`rehearse --keep\`, or whose command is at work, stays, and is named. With --name, nothing but the one that is named
ends; --all with it where that is a rehearsal at work, whose command then takes it down.`;

async function upCommand({ stack, preset, nodes, name }: UpOptions): Promise<void> {
  const inspected = inspectStack(stack, preset);
  const progress = createProgress();
  const toolset = await ensureTools(sandboxTools, { progress });
  const made = await up({ checkout: root, name, toolset, nodes: nodesForStack(inspected, nodes), progress });
  console.log(`Sandbox ${made.name} runs: ${made.controlPlane.apiServer}`);
  console.log(`  ${toolset.path("kubectl")} --kubeconfig ${made.controlPlane.kubeconfig} get nodes`);
}

interface StatusOptions {
  readonly name: string;
  readonly namespace: string;
  readonly json?: true;
}

async function statusCommand({ name, namespace, json }: StatusOptions): Promise<void> {
  const where = { checkout: root, name };
  const present = rehearsals();
  // The tools may have to be built, which nobody should wait for who has no sandbox.
  const found = runs(where)
    ? await status({ ...where, namespace, toolset: await ensureTools(sandboxTools, { progress: createProgress() }) })
    : undefined;
  if (json) console.log(JSON.stringify({ ...found, rehearsals: present }, undefined, 2));
  else {
    if (found !== undefined) console.log(statusText(found, process.stdout.isTTY));
    if (present.length > 0) console.log(`${found === undefined ? "" : "\n"}${rehearsalsText(present)}`);
  }
  if (found !== undefined) return;
  console.error(
    `No sandbox ${name} runs. Start one with \`npm start\`, or an empty one with \`npm run sandbox -- up\`.`,
  );
  process.exitCode = 1;
}

interface DownOptions {
  readonly name: string;
  readonly all?: true;
  readonly tools?: true;
}

async function downCommand({ name, all, tools }: DownOptions, command: Command): Promise<void> {
  const progress = createProgress();
  const present = rehearsals();
  const named = command.getOptionValueSource("name") === "cli";
  const own = present.find((each) => each.name === name);
  if (own?.condition === "at work" && all !== true)
    throw new UserError(`${atWork(own)}; \`npm run sandbox -- down --name ${name} --all\` does, too`);
  const say = ({ existed, processesEnded, name: gone }: DownReport) =>
    console.log(
      existed
        ? `Sandbox ${gone} is gone: ${processesEnded} processes ended, its state removed.`
        : `There is no sandbox ${gone}.`,
    );
  say(await (own === undefined ? down({ checkout: root, name, progress }) : endRehearsal(own, root, progress)));
  for (const rehearsal of named ? [] : present)
    if (all === true || rehearsal.condition === "left") say(await endRehearsal(rehearsal, root, progress));
    else console.log(stays(rehearsal));
  if (tools !== true) return;
  const { removed, bytes } = await pruneTools();
  console.log(
    removed.length === 0
      ? "The cache holds no tool that this checkout does not use."
      : `Removed ${removed.join(", ")}: ${Math.round(bytes / 1e6)} MB.`,
  );
}

const atWork = ({ name, command }: Rehearsal): string =>
  `Rehearsal ${name} is at work. Ctrl-C where it runs, or \`kill ${command}\`, ends it in order`;

const stays = (rehearsal: Rehearsal): string =>
  rehearsal.condition === "at work"
    ? `${atWork(rehearsal)}; so does --all.`
    : `Rehearsal ${rehearsal.name} was kept, and stays: \`npm run sandbox -- down --name ${rehearsal.name}\` removes it, --all every one.`;
