import type { Command } from "commander";
import type { PresetName } from "../components/logfire/catalogue/names";
import { readStatus, type Status } from "../sandbox/status";
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
  console.log(
    `Deployed in ${formatSeconds(result.durationSeconds)} (${changes(result)}); ${formatSeconds((Date.now() - begun) / 1000)} in all.`,
  );
  console.log(`\n${reached(result, status)}\n`);
  console.log(lookFurther(sandbox, toolset, inspected.settings.logfire.namespace));
}

const changes = ({ changes: counts }: UpdateResult): string =>
  Object.entries(counts)
    .map(([operation, count]) => `${count} ${operation}`)
    .join(", ");

/** What is read of the stack's output `edge`. */
interface EdgeOutput {
  readonly addresses?: readonly string[];
  readonly pending?: readonly string[];
  readonly caCertificate?: string;
}

/** Where people would sign in, what leads there, and what somebody would still have to do. */
export function reached({ outputs, warnings }: Pick<UpdateResult, "outputs" | "warnings">, status: Status): string {
  const { addresses = [], pending = [], caCertificate } = (outputs.edge?.value ?? {}) as EdgeOutput;
  const address = addresses.length === 0 ? "" : ` (${addresses.join(", ")})`;
  return [
    ...warnings.map((warning) => `warning: ${warning}`),
    `On a real cluster people would now sign in at ${String(outputs.url?.value)}${address}.`,
    ...chain(status).map((line) => `  ${line}`),
    "Here pods and the load balancer are simulated: nothing answers there.",
    ...(caCertificate === undefined
      ? []
      : ["The certificate is of a private authority, whose own is the output `edge.caCertificate`."]),
    ...(pending.length === 0 ? [] : ["", "On a real cluster somebody would have to do now:"]),
    ...pending.map((step) => `  - ${step}`),
  ].join("\n");
}

/** Gateway or Ingress -> route -> Service -> pods: a line for each route that leads somewhere. */
function chain({ edge, workloads }: Status): readonly string[] {
  const entry = edge.find(({ kind }) => kind === "Gateway" || kind === "Ingress");
  return edge.flatMap(({ kind, name, backends }) =>
    backends.map((service) => {
      const pods = workloads.find((workload) => workload.name === service)?.ready ?? 0;
      const first = entry === undefined ? [] : [`${entry.kind} ${entry.name}`];
      return [...first, `${kind} ${name}`, `Service ${service}`, `${pods} ${pods === 1 ? "pod" : "pods"}`].join(" -> ");
    }),
  );
}

function lookFurther(sandbox: Sandbox, toolset: Toolset, namespace: string): string {
  const kubectl = toolset.path("kubectl");
  return [
    "Look further:",
    `  export KUBECONFIG=${sandbox.controlPlane.kubeconfig}`,
    `  ${kubectl} get pods -n ${namespace} -o wide`,
    `  ${kubectl} get gateways,httproutes,certificates,secrets -n ${namespace}`,
    "  npm run sandbox -- status",
    "  npm run sandbox -- down",
  ].join("\n");
}
