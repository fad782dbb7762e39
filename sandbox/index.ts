import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import lockfile from "proper-lockfile";
import {
  attachControlPlane,
  runningComponents,
  startControlPlane,
  type ControlPlane,
} from "./controlPlane/controlPlane";
import { componentNames, layout } from "./controlPlane/components";
import { endAll } from "./controlPlane/processes";
import { Engine } from "./engine/engine";
import { sandboxName, stateFolder } from "./location";
import type { SandboxNode } from "./nodes/nodes";
import { removeState } from "./rehearsal/remains";
import { readStatus, type Status } from "./status";
import { silentProgress, type Progress } from "./tools/progress";
import type { Programs, StartPrograms } from "./toolset";

export { nodesFor, type PodRequest, type SandboxNode } from "./nodes/nodes";
export { nodeShapes, type Cloud } from "./nodes/shapes";
export { Engine, type UpdateResult } from "./engine/engine";
export { EngineError } from "./engine/failures";
export { deployInChild } from "./engine/child";
export type { ConfigValue } from "./engine/workspace";
export type { ControlPlane } from "./controlPlane/controlPlane";
export { statusText, type Status } from "./status";
export { sandboxTools, type Programs, type StartPrograms } from "./toolset";
export { sandboxName, stateFolder } from "./location";

export interface SandboxOptions {
  /** The repository's root, with Pulumi.yaml. */
  readonly checkout: string;
  /** Default: follows from the checkout's path. */
  readonly name?: string;
  readonly progress?: Progress;
}

export interface UpOptions extends SandboxOptions {
  readonly toolset: StartPrograms;
  /** Nodes it must have; a running sandbox gets those it misses and keeps the others. */
  readonly nodes: readonly SandboxNode[];
  /** Further kwok Stages, as YAML; only for a sandbox that does not run yet. */
  readonly stages?: readonly string[];
}

export interface Sandbox {
  readonly name: string;
  readonly stateDir: string;
  readonly controlPlane: ControlPlane;
  readonly engine: Engine;
}

/** Starts the sandbox, or what of it does not run; a running one is used as it is. Deploys nothing. */
export async function up(options: UpOptions): Promise<Sandbox> {
  const { checkout, toolset, nodes, stages, progress = silentProgress } = options;
  const { name, stateDir } = locate(options);
  const controlPlane = await exclusively(stateDir, progress, () => {
    const running = runningComponents(stateDir);
    if (existsSync(layout(stateDir).description) && running.length < componentNames.length)
      progress.note(
        running.length === 0
          ? `Sandbox ${name} was there but did not run; it continues with its state.`
          : `Of sandbox ${name} only ${running.join(", ")} ran; the rest is started.`,
      );
    return startControlPlane({ name, toolset, stateDir, nodes, stages, progress });
  });
  return { name, stateDir, controlPlane, engine: new Engine({ stateDir, toolset, projectDir: checkout, progress }) };
}

/** Whether all of the sandbox runs; needs no tools. */
export const runs = (options: SandboxOptions): boolean =>
  runningComponents(locate(options).stateDir).length === componentNames.length;

/** The sandbox as an earlier `up` left it; undefined where there is none or it does not run. */
export function find(options: SandboxOptions & { readonly toolset: Programs }): Sandbox | undefined {
  const { checkout, toolset, progress } = options;
  const { name, stateDir } = locate(options);
  const controlPlane = attachControlPlane(stateDir, toolset);
  if (controlPlane === undefined || !runs(options)) return undefined;
  return { name, stateDir, controlPlane, engine: new Engine({ stateDir, toolset, projectDir: checkout, progress }) };
}

export interface SandboxStatus extends Status {
  readonly name: string;
  readonly apiServer: string;
  readonly kubeconfig: string;
}

/** What runs, and where; undefined where nothing does. */
export async function status(
  options: SandboxOptions & { readonly toolset: Programs; readonly namespace: string },
): Promise<SandboxStatus | undefined> {
  const sandbox = find(options);
  if (sandbox === undefined) return undefined;
  const { name, apiServer, kubeconfig, kubectl } = sandbox.controlPlane;
  return { name, apiServer, kubeconfig, ...(await readStatus(kubectl, options.namespace)) };
}

export interface DownReport {
  readonly name: string;
  readonly existed: boolean;
  readonly processesEnded: number;
}

/** Ends the sandbox's processes and removes its state; needs no tools, and copes with any remains. */
export async function down(options: SandboxOptions): Promise<DownReport> {
  const { name, stateDir } = locate(options);
  if (!existsSync(stateDir)) return { name, existed: false, processesEnded: 0 };
  return exclusively(stateDir, options.progress ?? silentProgress, () => {
    const processesEnded = endAll(layout(stateDir).records);
    removeState(stateDir);
    return { name, existed: true, processesEnded };
  });
}

function locate({ checkout, name = sandboxName(checkout) }: SandboxOptions) {
  return { name, stateDir: stateFolder(name) };
}

/** One `up` or `down` of a sandbox at a time. The lock of a command that was killed counts for 10 s. */
async function exclusively<T>(stateDir: string, progress: Progress, work: () => T | Promise<T>): Promise<T> {
  mkdirSync(dirname(stateDir), { recursive: true, mode: 0o700 });
  const options = { realpath: false, lockfilePath: `${stateDir}.lock`, stale: 10_000, update: 2000 };
  const lock = () => lockfile.lock(stateDir, { ...options, onCompromised: () => undefined });
  const release = await lock().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== "ELOCKED") throw error;
    progress.note("Another command is at work on this sandbox, or was killed a moment ago; waiting for it.");
    return waitFor(lock);
  });
  try {
    return await work();
  } finally {
    await release().catch(() => undefined);
  }
}

async function waitFor(lock: () => Promise<() => Promise<void>>): Promise<() => Promise<void>> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    try {
      return await lock();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw error;
    }
  }
}
