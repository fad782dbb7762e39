import { join } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { InvalidArgumentError, Option, type Command } from "commander";
import { UserError } from "../components/lib/errors";
import type { PresetName } from "../components/logfire/catalogue/names";
import { ownerParts, type OwnerPart, type RehearsedCloud, type SettingValues } from "../sandbox/rehearsal/cloud";
import { rehearsedCloud } from "../sandbox/rehearsal/clouds";
import { matrixCases, rehearseMatrix } from "../sandbox/rehearsal/matrix";
import { rehearse, type RehearsalRequest } from "../sandbox/rehearsal/rehearsal";
import {
  faultHelp,
  faultNames,
  scenarioHelp,
  scenarioNames,
  type FaultName,
  type ScenarioName,
} from "../sandbox/rehearsal/scenarios";
import { sandboxTools } from "../sandbox/tools/catalogue";
import { ensureTools } from "../sandbox/tools/install";
import { createProgress, formatSeconds, silentProgress, type Progress } from "../sandbox/tools/progress";
import type { StartPrograms } from "../sandbox/toolset";
import { stackProgram } from "./deploy";
import { onInterrupt } from "./interrupt";
import { describeCase, matrixText, outcomeOf, rehearsalText } from "./rehearsalText";
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
  readonly matrix?: true;
  readonly keep?: true;
  readonly json?: true;
}

const explained = (help: Readonly<Record<string, string>>): string =>
  Object.entries(help)
    .map(([name, what]) => `  ${name.padEnd(10)} ${what}`)
    .join("\n");

const more = `
What goes wrong in the first up, with --fault:
${explained(faultHelp)}

What happens to the stack that is up, with --scenario, one after the other, an upgrade first:
${explained(scenarioHelp)}

For example:
  npm run rehearse -- --stack aws-prod
  npm run rehearse -- --stack gcp-prod --preset small --scenario upgrade zone
  npm run rehearse -- --stack azure-dev --adopt network cluster --fault throttle cut
  npm run rehearse -- --stack aws-prod --matrix

Ends with 1 where something is not as it has to be, and says what.

Ctrl-C ends the step under way and takes the sandbox down, kept or not; once more ends everything at once. Both end with 130.
Where the command itself is killed, \`npm run sandbox -- down\` removes what is left of it.`;

export function register(program: Command): void {
  program
    .command("rehearse")
    .description(
      "Deploys a whole stack with the real engine in a simulated cloud, again, and destroys it. No account, no credentials.",
    )
    .addOption(stackOption().makeOptionMandatory())
    .addOption(presetOption())
    .addOption(
      new Option("--adopt <part...>", "is the owner's, and used instead of made")
        .choices(ownerParts)
        .default([], "none"),
    )
    .addOption(
      new Option("-f, --fault <name...>", "goes wrong in the first up").choices(faultNames).default([], "none"),
    )
    .addOption(
      new Option("--scenario <name...>", "happens to the stack that is up").choices(scenarioNames).default([], "none"),
    )
    .addOption(
      new Option("--matrix", "every preset, with everything made and with each part adopted: a table").conflicts([
        ...["adopt", "fault", "scenario", "keep"],
      ]),
    )
    .addOption(new Option("--speed <times>", "simulated seconds in a real one").argParser(positive).default(100))
    .addOption(
      new Option("--quota <code=value...>", "limit of the account that differs from a usual one's, by the cloud's code")
        .argParser(quota)
        .default({}, "none"),
    )
    .option("--keep", "leaves the sandbox with everything in it, to look around")
    .option("--json", "the report as JSON")
    .addHelpText("after", more)
    .action(command);
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError("write a number above 0");
  return value;
}

function quota(text: string, others: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const [, code, value] = /^([^=]+)=(\d+)$/.exec(text) ?? [];
  if (code === undefined) throw new InvalidArgumentError("write a limit's code and its value: L-0263D0A3=10");
  return { ...others, [code]: Number(value) };
}

async function command(options: Options): Promise<void> {
  // Before the tools, which on a new machine build for some minutes.
  const cloud = await cloudOf(inspectStack(options.stack, options.preset));
  const progress = createProgress();
  const toolset = await ensureTools(sandboxTools, { progress });
  const interruption = onInterrupt(progress);
  const run = { cloud, toolset, progress, signal: interruption.signal };
  try {
    await (options.matrix === true ? matrix(options, run) : single(options, run));
  } catch (error) {
    if (!run.signal.aborted) throw error;
  }
  interruption.endIfAsked();
}

interface Run {
  readonly cloud: RehearsedCloud;
  readonly toolset: StartPrograms;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

async function single(options: Options, { cloud, toolset, progress, signal }: Run): Promise<void> {
  const request = rehearsalRequest(options, cloud, toolset, await stackProgram());
  const report = await rehearse({ ...request, progress, signal });
  console.log(options.json ? JSON.stringify(report, undefined, 2) : rehearsalText(report));
  if (report.problems.length > 0) process.exitCode = 1;
}

async function matrix(options: Options, { cloud, toolset, signal }: Run): Promise<void> {
  const program = await stackProgram();
  const own = inspectStack(options.stack).settings.logfire.preset;
  const cases = matrixCases(own).filter(({ preset }) => options.preset === undefined || preset === options.preset);
  const rows = await rehearseMatrix(
    cases,
    ({ preset, adopt }) => ({ ...rehearsalRequest({ ...options, preset, adopt }, cloud, toolset, program), signal }),
    (row) => console.error(`${describeCase(row)}: ${outcomeOf(row)}, ${formatSeconds(row.seconds)}`),
  );
  console.log(options.json ? JSON.stringify(rows, undefined, 2) : matrixText(options.stack, rows));
  if (rows.some(({ problems }) => problems.length > 0)) process.exitCode = 1;
}

async function cloudOf({ name, settings }: InspectedStack): Promise<RehearsedCloud> {
  const cloud = await rehearsedCloud(settings.platform.kind);
  if (cloud !== undefined) return cloud;
  throw new UserError(
    `Stack ${name} is for the platform "${settings.platform.kind}", which a rehearsal does not simulate; \`npm start\` deploys it into the sandbox`,
  );
}

/** What a rehearsal of a stack takes, from the stack's file. */
export function rehearsalRequest(
  options: Options,
  cloud: RehearsedCloud,
  toolset: StartPrograms,
  program: PulumiFn,
): RehearsalRequest {
  const { stack } = options;
  const { raw, settings } = inspectStack(stack, options.preset);
  const { namespace, preset, disposable, hostnames } = settings.logfire;
  const part = (name: string) => (raw.values[name] ?? {}) as SettingValues;
  return {
    ...{ checkout: root, stack, toolset, progress: silentProgress, program, module: join(root, "index.ts") },
    ...{ namespace, preset, disposable, hostname: hostnames[0] ?? "" },
    ...{ cloud, settings: part(cloud.platform), edge: part("edge") },
    ...{ adopt: options.adopt, speed: options.speed, quotas: options.quota },
    ...{ faults: options.fault, scenarios: options.scenario, keep: options.keep },
    bound: (pool, type, of) => cloud.packedNodes(pool, type, inspectStack(stack, of).sizes, of),
  };
}
