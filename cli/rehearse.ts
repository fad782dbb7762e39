import { join } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { InvalidArgumentError, Option, type Command } from "commander";
import pc from "picocolors";
import { UserError } from "../components/lib/errors";
import type { PresetName } from "../components/logfire/catalogue/names";
import { instanceTypes } from "../components/platform/aws/figures/instanceTypes";
import { packedNodes, poolPods } from "../components/platform/aws/figures/nodePlan";
import type { ConfigValue } from "../sandbox";
import { usualOptions } from "../sandbox/providers/aws/account";
import { ownerParts, type OwnerPart } from "../sandbox/rehearsal/owner";
import { rehearse, type RehearsalRequest } from "../sandbox/rehearsal/rehearsal";
import type { RehearsalReport } from "../sandbox/rehearsal/report";
import {
  faultHelp,
  faultNames,
  scenarioHelp,
  scenarioNames,
  type FaultName,
  type ScenarioName,
} from "../sandbox/rehearsal/scenarios";
import { nameOf } from "../sandbox/rehearsal/state";
import { sandboxTools } from "../sandbox/tools/catalogue";
import { ensureTools } from "../sandbox/tools/install";
import { createProgress, formatSeconds, silentProgress } from "../sandbox/tools/progress";
import type { StartPrograms } from "../sandbox/toolset";
import { stackProgram } from "./deploy";
import { table } from "./output";
import { root } from "./root";
import { inspectStack, presetOption, stackOption, type InspectedStack } from "./stack";

interface Options {
  readonly stack: string;
  readonly preset?: PresetName;
  readonly fault: readonly FaultName[];
  readonly scenario: readonly ScenarioName[];
  readonly adopt: readonly OwnerPart[];
  readonly speed: number;
  readonly quota: Readonly<Record<string, number>>;
  readonly keep?: true;
  readonly json?: true;
}

const described = (help: Readonly<Record<string, string>>): string =>
  Object.entries(help)
    .map(([name, what]) => `${name}: ${what}`)
    .join("; ");

export function register(program: Command): void {
  program
    .command("rehearse")
    .description("Deploys a whole stack with the real engine on a simulated account, twice, and destroys it.")
    .addOption(stackOption().makeOptionMandatory())
    .addOption(presetOption())
    .addOption(
      new Option("-f, --fault <name...>", `goes wrong in the first \`up\` (${described(faultHelp)})`)
        .choices(faultNames)
        .default([], "none"),
    )
    .addOption(
      new Option("--scenario <name...>", `happens to the stack that is up (${described(scenarioHelp)})`)
        .choices(scenarioNames)
        .default([], "none"),
    )
    .addOption(
      new Option("--adopt <part...>", "is the owner's, and used instead of made")
        .choices(ownerParts)
        .default([], "none"),
    )
    .addOption(new Option("--speed <times>", "simulated seconds in a real one").argParser(positive).default(100))
    .addOption(
      new Option("--quota <code=value...>", "limit of the account that differs from a usual one: L-0263D0A3=10")
        .argParser(quota)
        .default({}, "none"),
    )
    .option("--keep", "leaves the sandbox with everything in it")
    .option("--json", "the report as JSON")
    .action(command);
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError("write a number above 0");
  return value;
}

function quota(text: string, others: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const [, code, value] = /^(L-[0-9A-F]{8})=(\d+)$/.exec(text) ?? [];
  if (code === undefined) throw new InvalidArgumentError("write a quota's code and its value: L-0263D0A3=10");
  return { ...others, [code]: Number(value) };
}

async function command(options: Options): Promise<void> {
  // Before the tools, which on a new machine build for some minutes.
  awsStack(options);
  const progress = createProgress();
  const toolset = await ensureTools(sandboxTools, { progress });
  const report = await rehearse({ ...rehearsalRequest(options, toolset, await stackProgram()), progress });
  console.log(options.json ? JSON.stringify(report, undefined, 2) : rehearsalText(report));
  if (report.problems.length > 0) process.exitCode = 1;
}

function awsStack({ stack, preset }: Pick<Options, "stack" | "preset">): InspectedStack {
  const inspected = inspectStack(stack, preset);
  if (inspected.settings.platform.kind === "aws") return inspected;
  throw new UserError(
    `Stack ${stack} is for the platform "${inspected.settings.platform.kind}", and a rehearsal simulates AWS; \`npm start\` deploys it into the sandbox`,
  );
}

/** What a rehearsal of a stack takes, from the stack's file. */
export function rehearsalRequest(options: Options, toolset: StartPrograms, program: PulumiFn): RehearsalRequest {
  const { raw, settings } = awsStack(options);
  const { logfire } = settings;
  const part = (name: string) => (raw.values[name] ?? {}) as Readonly<Record<string, ConfigValue>>;
  return {
    ...{
      checkout: root,
      stack: options.stack,
      toolset,
      progress: silentProgress,
      program,
      module: join(root, "index.ts"),
    },
    ...{ namespace: logfire.namespace, preset: logfire.preset, disposable: logfire.disposable },
    ...{ aws: part("aws"), edge: part("edge") },
    ...{ adopt: options.adopt, hostname: logfire.hostnames[0] ?? "" },
    account: { speed: options.speed, ...accountQuotas(options.quota) },
    ...{ faults: options.fault, scenarios: options.scenario, keep: options.keep },
    bound: (pool, type, preset) => boundOf(pool, type, preset, options.stack),
  };
}

const accountQuotas = (own: Options["quota"]) =>
  Object.keys(own).length === 0 ? {} : { quotas: { ...usualOptions.quotas, ...own } };

/** The fewest nodes of a type that the pods of a preset fit on when every autoscaler is at its minimum. */
function boundOf(pool: string, type: string, preset: PresetName, stack: string): number {
  const known = instanceTypes[type];
  const { sizes } = inspectStack(stack, preset);
  if (known === undefined || (pool !== "general" && pool !== "scratch")) return 0;
  return packedNodes(poolPods(sizes, pool, "min", preset), known) ?? 0;
}

/** The report for people. */
export function rehearsalText(report: RehearsalReport): string {
  const { up, nodes, pods, second, protection, scenarios, destroy, problems } = report;
  const ready = pods.total - pods.unready.length;
  return [
    `Rehearsal of stack ${report.stack}, preset ${report.preset}, on simulated AWS`,
    "",
    `First up: ${formatSeconds(up.seconds)} real, ${formatSeconds(up.simulatedSeconds)} simulated at 1:${report.speed}; longest chain ${formatSeconds(up.chain.seconds)}, ratio ${up.ratio.toFixed(2)}`,
    table(["service", "resources"], Object.entries(up.resources)),
    "",
    "Longest chain of dependencies",
    ...up.chain.path
      .map(nameOf)
      .filter((name) => !/^(Stack|Aws|Logfire|aws|kubernetes)/.test(name))
      .map((name) => `  ${name}`),
    "",
    table(
      ["pool", "type", "nodes", "packed", "added", "zones"],
      nodes.map(({ pool, type, nodes: count, bound, added, byZone }) => [
        pool,
        type,
        count,
        bound,
        added,
        Object.entries(byZone)
          .map(([zone, each]) => `${zone} ${each}`)
          .join(", "),
      ]),
    ),
    "",
    `Pods Ready: ${ready} of ${pods.total}`,
    `Second up: ${Object.entries(second)
      .map(([op, count]) => `${count} ${op}`)
      .join(", ")}`,
    `Not protected: ${protection.unprotected.length}; static keys: ${protection.staticKeys.length}`,
    ...(up.failedCalls.length > 0
      ? ["", "Requests that AWS refused", ...up.failedCalls.map((each) => `  ${each}`)]
      : []),
    ...scenarios.flatMap(({ name, seconds, said }) => [
      "",
      `${name} (${formatSeconds(seconds)})`,
      ...said.map((each) => `  ${each}`),
    ]),
    ...(destroy === undefined
      ? []
      : ["", `Destroyed in ${formatSeconds(destroy.seconds)}; left in the account: ${destroy.left.length}`]),
    "",
    "What this does not prove: that AWS takes these inputs (the simulation checks what is known of it), that containers run,",
    "that traffic arrives, that a public authority signs the certificate (the edge is the sandbox's own, with a private one).",
    "Times are published figures, not measurements.",
    "",
    ...(problems.length === 0
      ? [pc.green("Clean.")]
      : [pc.red(`${problems.length} problems`), ...problems.map((each) => `  ${each}`)]),
  ].join("\n");
}
