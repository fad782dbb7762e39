import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import type { EngineEvent, PulumiFn } from "@pulumi/pulumi/automation";
import { nodesForStack, overlay } from "../../cli/deploy";
import { root } from "../../cli/root";
import { inspectStack } from "../../cli/stack";
import type { PresetName } from "../../components/logfire/catalogue/names";
import { down, up, type ConfigValue, type Programs, type Sandbox, type UpdateResult } from "../../sandbox";
import { readStatus } from "../../sandbox/status";
import program from "../../index";
import { toolset } from "../support/tools";

export const namespace = "logfire";
export const stackName = "sandbox";

/** A sandbox of one test file, with the stack that `npm start` deploys. */
export interface Rig {
  readonly sandbox: Sandbox;
  readonly tools: Programs;
  readonly program: PulumiFn;
  /** The stack's configuration over its file: preset, cluster, and what a test adds. */
  config(preset: PresetName, changes?: Config): Config;
  kubectl(...args: string[]): Promise<string>;
  /** Starts control-plane processes that end while the work is done, as a kubelet or systemd does on a real one. */
  supervised<T>(work: Promise<T>): Promise<T>;
  down(): Promise<void>;
}
export type Config = Readonly<Record<string, ConfigValue>>;

interface RigOptions {
  /** Presets that have to find room. */
  readonly presets: readonly PresetName[];
  readonly stages?: readonly string[];
}

/** Its name is of this run alone; the state is in the per-user cache until `down`. */
export async function startRig({ presets, stages }: RigOptions): Promise<Rig> {
  const tools = await toolset();
  const name = `engine-test-${process.pid}-${randomBytes(3).toString("hex")}`;
  const nodes = nodesOf(presets);
  const where = { checkout: root, name };
  const end = async () => void (await down(where));
  const sandbox = await up({ ...where, toolset: tools, nodes, stages }).catch(async (error: unknown) => {
    await end();
    throw error;
  });
  return {
    sandbox,
    tools,
    program,
    config: (preset, changes = {}) => ({
      ...overlay(inspectStack(stackName, preset), sandbox.controlPlane.kubeconfig),
      ...changes,
    }),
    kubectl: (...args) => sandbox.controlPlane.kubectl(args),
    supervised: async (work) => {
      let open = true;
      const watch = async () => {
        for (; open; await new Promise((resolve) => setTimeout(resolve, 1000)))
          if (Object.values(sandbox.controlPlane.processIds()).some((pid) => pid === undefined))
            await up({ ...where, toolset: tools, nodes: [] });
      };
      const watching = watch();
      return work.finally(async () => {
        open = false;
        await watching;
      });
    },
    down: end,
  };
}

export const nodesOf = (presets: readonly PresetName[]) =>
  presets.flatMap((preset) => nodesForStack(inspectStack(stackName, preset), "aws"));

/** What the engine did, step by step, without those that changed nothing. */
export class Steps {
  readonly all: { readonly op: string; readonly urn: string }[] = [];
  /** Resolves with the first of them. */
  readonly first: Promise<void>;
  private began: () => void = () => undefined;

  constructor() {
    this.first = new Promise((resolve) => (this.began = resolve));
  }

  readonly onEvent = ({ resourcePreEvent }: EngineEvent): void => {
    if (resourcePreEvent === undefined || resourcePreEvent.metadata.op === "same") return;
    this.all.push({ op: resourcePreEvent.metadata.op, urn: resourcePreEvent.metadata.urn });
    this.began();
  };
  of(...kinds: readonly string[]): readonly string[] {
    return this.all
      .filter(({ urn }) => kinds.some((kind) => typeOf(urn).endsWith(`:${kind}`)))
      .map(({ op, urn }) => `${op} ${urn}`);
  }
  with(...ops: readonly string[]): readonly string[] {
    return this.all
      .filter(({ op }) => ops.includes(op))
      .map(({ urn }) => urn)
      .sort();
  }
}
const typeOf = (urn: string): string => urn.split("::")[2]?.split("$").at(-1) ?? "";

export interface KubeObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
    readonly creationTimestamp: string;
  };
}

export async function list<T extends KubeObject = KubeObject>(
  rig: Rig,
  kinds: string,
  of = namespace,
): Promise<readonly T[]> {
  return (JSON.parse(await rig.kubectl("get", kinds, "-n", of, "-o", "json")) as { items: T[] }).items;
}

/** Identities of what holds data: `StatefulSet/logfire-ff-ingest` -> UID. */
export async function durable(rig: Rig, of = namespace): Promise<Readonly<Record<string, string>>> {
  const objects = await list(rig, "statefulsets,persistentvolumeclaims", of);
  return Object.fromEntries(objects.map(({ kind, metadata }) => [`${kind}/${metadata.name}`, metadata.uid]));
}

/** Workloads that lack pods and Jobs that have not succeeded, as the API server has them: `name 1/2`. */
export async function unready(rig: Rig, of = namespace): Promise<readonly string[]> {
  const { workloads } = await readStatus(rig.sandbox.controlPlane.kubectl, of);
  assert.ok(workloads.length > 0, `nothing runs in ${of}`);
  return workloads
    .filter(({ ready, desired }) => ready < desired)
    .map(({ name, ready, desired }) => `${name} ${ready}/${desired}`);
}

interface Autoscaler extends KubeObject {
  readonly spec: { readonly minReplicas: number; readonly scaleTargetRef: { readonly name: string } };
}

/** Waits until autoscalers have raised their workloads to the minimum, which takes them some seconds, and all is Ready. */
export async function settled(rig: Rig, seconds = 60, of = namespace): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const { workloads } = await readStatus(rig.sandbox.controlPlane.kubectl, of);
    const autoscalers = await list<Autoscaler>(rig, "horizontalpodautoscalers", of);
    const minimum = (name: string) =>
      autoscalers.find(({ spec }) => spec.scaleTargetRef.name === name)?.spec.minReplicas ?? 0;
    const lacking = workloads
      .map(({ name, ready, desired }) => ({ name, ready, desired: Math.max(desired, minimum(name)) }))
      .filter(({ ready, desired }) => ready < desired)
      .map(({ name, ready, desired }) => `${name} ${ready}/${desired}`);
    if (lacking.length === 0) return;
    assert.ok(Date.now() < deadline, `not Ready after ${seconds} s: ${lacking.join(", ")}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Runs a program to its end, whatever that is, with both outputs in one text. */
export function run(
  command: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; input?: string } = {},
): Promise<{ readonly code: number; readonly text: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      command,
      [...args],
      { env: options.env, cwd: options.cwd, maxBuffer: 256 * 1024 ** 2 },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code ?? 1), text: stdout + stderr }),
    );
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(options.input ?? "");
  });
}

export const total = ({ changes }: UpdateResult): string => JSON.stringify(changes);
