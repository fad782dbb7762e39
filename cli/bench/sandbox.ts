import { setTimeout as sleep } from "node:timers/promises";
import type { ObjectManifest } from "../../components/logfire/manifests";
import { down, up, type Sandbox, type UpdateResult } from "../../sandbox";
import { readStatus } from "../../sandbox/status";
import type { Toolset } from "../../sandbox/tools/install";
import { formatSeconds, type Progress } from "../../sandbox/tools/progress";
import { nodesForStack, overlay, stackProgram } from "../deploy";
import { secretsRead } from "../objects";
import { root } from "../root";
import { inspectStack, type InspectedStack } from "../stack";
import { ratioFigure, secondsFigure, type Figure } from "./figure";

const name = `bench-${process.pid}`;

/** Everything that needs the control plane, in a sandbox of its own that is gone afterwards. */
export async function benchSandbox(toolset: Toolset, progress: Progress): Promise<readonly Figure[]> {
  const standard = inspectStack("sandbox", "standard");
  const large = inspectStack("sandbox", "large");
  const started = Date.now();
  // Nodes for both presets at once: what is measured is the update, not the arrival of nodes.
  const nodes = [...nodesForStack(standard, "aws"), ...nodesForStack(large, "gcp")];
  const sandbox = await up({ checkout: root, name, toolset, progress, nodes });
  const controlPlane = since(started);
  try {
    const first = await deploy(sandbox, standard);
    await requireReady(sandbox, standard);
    const again = await deploy(sandbox, standard);
    const presets = await switchPresets(sandbox);
    await sandbox.engine.destroy({ stack: "sandbox", removeStack: true });
    const floor = await applyByHand(sandbox, standard, progress);
    return [
      secondsFigure(
        "first `npm start` with tools built: control plane and `up`",
        controlPlane + first.durationSeconds,
        90,
      ),
      ratioFigure("`up` of standard / kubectl apply + wait of the same objects", first.durationSeconds, floor, 1.5),
      secondsFigure(`second \`up\`, ${describe(again)}`, again.durationSeconds, 10),
      ...presets,
    ];
  } finally {
    await down({ checkout: root, name, progress });
  }
}

const since = (moment: number): number => (Date.now() - moment) / 1000;

async function deploy(sandbox: Sandbox, inspected: InspectedStack): Promise<UpdateResult> {
  const config = overlay(inspected, sandbox.controlPlane.kubeconfig);
  return sandbox.engine.deploy({ stack: "sandbox", program: await stackProgram(), config });
}

const describe = ({ changes }: UpdateResult): string =>
  Object.entries(changes)
    .map(([operation, count]) => `${count} ${operation}`)
    .join(", ");

/** Waits for what the engine does not: replicas that autoscalers added after the workload was Ready. */
async function requireReady({ controlPlane }: Sandbox, { settings }: InspectedStack): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const { workloads } = await readStatus(controlPlane.kubectl, settings.logfire.namespace);
    const waiting = workloads.filter(({ ready, desired }) => ready < desired);
    if (workloads.length > 0 && waiting.length === 0) return;
    if (Date.now() > deadline) throw new Error(`not Ready: ${waiting.map((workload) => workload.name).join(", ")}`);
    await sleep(500);
  }
}

/** Identities of what holds data: another one means another volume. */
async function durable({ controlPlane }: Sandbox): Promise<readonly string[]> {
  const kinds = "statefulsets,persistentvolumeclaims";
  const found = await controlPlane.kubectl(["get", kinds, "-A", "-o", "jsonpath={.items[*].metadata.uid}"]);
  return found.split(" ");
}

async function switchPresets(sandbox: Sandbox): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const preset of ["tiny", "large", "tiny"] as const) {
    const before = await durable(sandbox);
    const result = await deploy(sandbox, inspectStack("sandbox", preset));
    const after = await durable(sandbox);
    figures.push({
      name: `to preset ${preset}: ${describe(result)}`,
      measured: formatSeconds(result.durationSeconds),
      limit: "no claim or StatefulSet replaced",
      met: before.every((uid) => after.includes(uid)),
    });
  }
  return figures;
}

/**
 * The floor: the same objects by kubectl, with stand-ins for the Secrets, until everything is Ready. Nothing waits for
 * anything else, as with a rendered chart.
 */
async function applyByHand(
  { controlPlane: { kubectl } }: Sandbox,
  inspected: InspectedStack,
  progress: Progress,
): Promise<number> {
  const step = progress.step("Applying the same objects with kubectl");
  const { namespace } = inspected.settings.logfire;
  const objects = inspected.objects();
  const isNamespace = ({ kind }: ObjectManifest) => kind === "Namespace";
  const begun = Date.now();
  await apply(kubectl, objects.filter(isNamespace));
  await apply(kubectl, [...secretStandIns(objects, namespace), ...objects.filter((object) => !isNamespace(object))]);
  const wait = ["--timeout=180s", "-n", namespace];
  await Promise.all([
    kubectl(["wait", "deployment", "--all", "--for=condition=Available", ...wait]),
    kubectl(["wait", "job", "--all", "--for=condition=Complete", ...wait]),
    ...objects
      .filter(({ kind }) => kind === "StatefulSet")
      .map(({ metadata }) => kubectl(["rollout", "status", `statefulset/${metadata.name}`, ...wait])),
  ]);
  const seconds = since(begun);
  step.done();
  return seconds;
}

const apply = (kubectl: Sandbox["controlPlane"]["kubectl"], items: readonly object[]): Promise<string> =>
  kubectl(["apply", "--server-side", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items }));

const secretStandIns = (objects: readonly ObjectManifest[], namespace: string): readonly object[] =>
  secretsRead(objects).map(({ name: secret, keys }) => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: secret, namespace },
    stringData: Object.fromEntries(keys.map((key) => [key, "stand-in"])),
  }));
