import { createWriteStream, type WriteStream } from "node:fs";
import { join } from "node:path";
import {
  LocalWorkspace,
  PulumiCommand,
  type Deployment,
  type EngineEvent,
  type OutputMap,
  type PulumiFn,
  type Stack,
} from "@pulumi/pulumi/automation";
import { layout } from "../controlPlane/components";
import { silentProgress, type Progress } from "../tools/progress";
import type { Programs } from "../toolset";
import { EngineError, failuresIn, isNoise, isPassingEvent } from "./failures";
import { clearLocks } from "./locks";
import { endOrphans } from "./orphans";
import { UpdateProgress } from "./progress";
import { engineEnvironment, prepareEngine, writeProject, type ConfigValue } from "./workspace";

export interface EngineOptions {
  readonly stateDir: string;
  readonly toolset: Programs;
  /** Folder with Pulumi.yaml and the stack files. Read, never written. */
  readonly projectDir: string;
  readonly progress?: Progress;
}

export interface StackRequest {
  readonly stack: string;
  /** Laid over the stack file's own, key by key: `{ "logfire:preset": "tiny" }`. */
  readonly config?: Readonly<Record<string, ConfigValue>>;
  readonly onEvent?: (event: EngineEvent) => void;
  /** Asks the engine to end after the steps under way, as Ctrl-C does. */
  readonly signal?: AbortSignal;
}

export interface ProgramRequest extends StackRequest {
  /** What `index.ts` exports. */
  readonly program: PulumiFn;
}

export interface DestroyRequest extends StackRequest {
  /** Also forgets the stack with its history. Default false. */
  readonly removeStack?: boolean;
  /** Forgets what is in a cluster that does not answer any more, instead of failing. Default false. */
  readonly deleteUnreachable?: boolean;
}

export interface UpdateResult {
  readonly outputs: OutputMap;
  /** Number of resources by what was done: `{ create: 12, same: 3 }`. */
  readonly changes: Readonly<Record<string, number>>;
  readonly durationSeconds: number;
  /** Warnings, without the known noise. */
  readonly warnings: readonly string[];
  readonly log: string;
}

/** Seconds that an update waits for another one of the same stack. */
const lockWaitSeconds = 120;

/** What an interrupted engine may take to end the requests under way and to write the state. */
const orphanGraceMs = 20_000;

/** The Pulumi engine of one sandbox: its own backend, home, passphrase and programs. */
export class Engine {
  constructor(private readonly options: EngineOptions) {}

  /** `pulumi up`. */
  deploy(request: ProgramRequest): Promise<UpdateResult> {
    return this.run("Deploying", request, (stack, hooks) => stack.up({ ...hooks, program: request.program }));
  }

  /** `pulumi preview`: what `deploy` would do. */
  preview(request: ProgramRequest): Promise<UpdateResult> {
    return this.run("Previewing", request, (stack, hooks) => stack.preview({ ...hooks, program: request.program }));
  }

  /** `pulumi refresh`: takes over into the state what the cluster has. Forgets creations that were interrupted. */
  refresh(request: StackRequest): Promise<UpdateResult> {
    return this.run("Refreshing", request, (stack, hooks) => stack.refresh({ ...hooks, clearPendingCreates: true }));
  }

  /** `pulumi destroy`. */
  async destroy(request: DestroyRequest): Promise<UpdateResult> {
    return this.run("Destroying", request, async (stack, hooks) => {
      // The provider reads it: objects of a cluster that does not answer count as deleted.
      const unreachable = { PULUMI_K8S_DELETE_UNREACHABLE: String(request.deleteUnreachable ?? false) };
      stack.workspace.envVars = { ...stack.workspace.envVars, ...unreachable };
      const result = await stack.destroy(hooks);
      if (request.removeStack === true) await stack.workspace.removeStack(request.stack);
      return result;
    });
  }

  /** The stack's state with its secrets in the open: the Automation API asks for them. */
  async exportState({ stack }: Pick<StackRequest, "stack">): Promise<Deployment> {
    return (await this.select(stack, {}, noProgram)).exportStack();
  }

  /** The stack's configuration as the engine reads it; secret values decrypted. */
  async exportConfig({ stack, config }: Pick<StackRequest, "stack" | "config">): Promise<Record<string, string>> {
    const all = await (await this.select(stack, config ?? {}, noProgram)).getAllConfig();
    return Object.fromEntries(Object.entries(all).map(([key, { value }]) => [key, value]));
  }

  private async select(
    stackName: string,
    config: Readonly<Record<string, ConfigValue>>,
    program: PulumiFn,
  ): Promise<Stack> {
    const { stateDir, toolset, projectDir } = this.options;
    const paths = prepareEngine(stateDir, toolset);
    const { projectName } = writeProject(paths, projectDir, stackName, config);
    const pulumiCommand = await PulumiCommand.get({ root: paths.root });
    await endOrphans(layout(stateDir).records, orphanGraceMs);
    const { progress = silentProgress } = this.options;
    await clearLocks(paths.backend, projectName, stackName, lockWaitSeconds, (text) => progress.note(text));
    return LocalWorkspace.createOrSelectStack(
      { stackName, projectName, program },
      { workDir: paths.project, pulumiHome: paths.home, pulumiCommand, envVars: engineEnvironment(stateDir, toolset) },
    );
  }

  private async run(
    verb: string,
    request: StackRequest & { readonly program?: PulumiFn },
    operate: (stack: Stack, hooks: OperationHooks) => Promise<object>,
  ): Promise<UpdateResult> {
    const begun = Date.now();
    const step = (this.options.progress ?? silentProgress).step(`${verb} stack ${request.stack}`);
    const record = new Recording(join(this.options.stateDir, "logs"), verb.toLowerCase(), (event, description) => {
      step.update(description);
      request.onEvent?.(event);
    });
    const ticker = setInterval(() => step.update(record.progress.describe()), 1000).unref();
    try {
      const stack = await this.select(request.stack, request.config ?? {}, request.program ?? noProgram);
      // The Automation API does not look whether it was asked to end before it began.
      request.signal?.throwIfAborted();
      const result = await operate(stack, record.hooks(request.signal));
      step.done(record.summary());
      return record.result("outputs" in result ? (result.outputs as OutputMap) : {}, (Date.now() - begun) / 1000);
    } catch (error) {
      step.fail("see below");
      throw record.error(`${verb} stack ${request.stack}`, error);
    } finally {
      clearInterval(ticker);
      await record.close();
    }
  }
}

/** Steps at once. They wait for the API server rather than compute; the engine's own default follows the cores. */
const parallel = 32;

const noProgram: PulumiFn = () => Promise.resolve({});

interface OperationHooks {
  readonly onEvent: (event: EngineEvent) => void;
  readonly onOutput: (text: string) => void;
  readonly onError: (text: string) => void;
  readonly color: "never";
  readonly parallel: number;
  readonly signal?: AbortSignal;
}

/** Everything one operation said: to the log, and what of it the result or the error needs. */
class Recording {
  readonly progress = new UpdateProgress();
  private readonly diagnostics: EngineEvent[] = [];
  private readonly namespaces = new Map<string, string>();
  private readonly file: WriteStream;
  private readonly path: string;
  private changes: Readonly<Record<string, number>> = {};

  constructor(
    folder: string,
    name: string,
    private readonly observe: (event: EngineEvent, description: string) => void,
  ) {
    const time = new Date().toISOString().replaceAll(/[:.]/g, "-");
    this.path = join(folder, `${name}-${time}.log`);
    this.file = createWriteStream(this.path, { mode: 0o600 });
    // A full disk must not end the update.
    this.file.on("error", () => undefined);
  }

  hooks(signal: AbortSignal | undefined): OperationHooks {
    const write = (text: string) => void this.file.write(text);
    return { onEvent: (event) => this.event(event), onOutput: write, onError: write, color: "never", parallel, signal };
  }

  private event(event: EngineEvent): void {
    this.progress.record(event);
    if (event.diagnosticEvent !== undefined) this.diagnostics.push(event);
    if (event.resourcePreEvent !== undefined) {
      const { urn, new: made } = event.resourcePreEvent.metadata;
      const { metadata } = (made?.inputs ?? {}) as { readonly metadata?: { readonly namespace?: unknown } };
      if (typeof metadata?.namespace === "string") this.namespaces.set(urn, metadata.namespace);
    }
    if (event.summaryEvent !== undefined) this.changes = withoutLooks(event.summaryEvent.resourceChanges);
    this.observe(event, this.progress.describe());
  }

  summary(): string {
    const parts = Object.entries(this.changes).map(([operation, count]) => `${count} ${operation}`);
    return parts.length > 0 ? parts.join(", ") : "nothing to do";
  }

  result(outputs: OutputMap, durationSeconds: number): UpdateResult {
    const warnings = this.diagnostics
      .filter(({ diagnosticEvent }) => diagnosticEvent?.severity === "warning")
      .map(({ diagnosticEvent }) => diagnosticEvent?.message.trim() ?? "")
      .filter((message) => message !== "" && !isNoise(message) && !isPassingEvent(message));
    return { outputs, changes: this.changes, durationSeconds, warnings, log: this.path };
  }

  error(operation: string, cause: unknown): Error {
    const failures = failuresIn(this.diagnostics, this.namespaces);
    if (failures.length > 0) return new EngineError(operation, failures, this.path);
    const message = cause instanceof Error ? cause.message : String(cause);
    this.file.write(`${message}\n`);
    return new EngineError(operation, [{ reason: commandError(message) }], this.path);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.file.end(() => resolve()));
  }
}

/** The Automation API's errors hold the whole output of the command; its last lines on standard error say why. */
function commandError(message: string): string {
  const errors = /\n\s*stderr: ([^]*?)(?:\n\s*err\?: |$)/.exec(message)?.[1]?.trim();
  const text = errors === undefined || errors === "" ? message : errors;
  return text
    .split("\n")
    .filter((line) => !isNoise(line))
    .slice(-6)
    .join("\n");
}

/** Of something that is there already; nothing changes by it, and it is no less the same the next time. */
const looks = ["read", "read-replacement", "discard", "discard-replaced"];

const withoutLooks = (counts: Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(counts).filter(([operation]) => !looks.includes(operation)));
