import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { EngineEvent, PulumiFn } from "@pulumi/pulumi/automation";
import type { PresetName } from "../../components/logfire/catalogue/names";
import { deployInChild, down, stateFolder, up, type ConfigValue, type Sandbox } from "..";
import { layout } from "../controlPlane/components";
import { recordProcess } from "../controlPlane/processes";
import type { ChildDeployment } from "../engine/child";
import { Engine, type ProgramRequest, type UpdateResult } from "../engine/engine";
import { engineEnvironment, engineLayout } from "../engine/workspace";
import type { Progress } from "../tools/progress";
import type { StartPrograms } from "../toolset";
import { Autoscaler } from "./autoscaler";
import { resourcesOf } from "./state";
import type { StateResource } from "./chain";
import type { OwnerPart, RehearsedAccount, RehearsedCloud, SettingValues } from "./cloud";
import { makeProject } from "./project";
import { announce, markKept } from "./remains";
import { Timeline } from "./timeline";

export interface StageOptions {
  readonly checkout: string;
  readonly stack: string;
  readonly program: PulumiFn;
  /** Absolute path of the module that exports it. */
  readonly module: string;
  readonly namespace: string;
  readonly preset: PresetName;
  readonly cloud: RehearsedCloud;
  /** Settings below the cloud's name, as the stack's file has them. */
  readonly settings: SettingValues;
  /** The stack's `edge` settings. */
  readonly edge: SettingValues;
  readonly toolset: StartPrograms;
  readonly progress: Progress;
  /** Simulated seconds in one real second. */
  readonly speed: number;
  /** Limits of the account that differ from a usual one's. */
  readonly quotas?: Readonly<Record<string, number>>;
  /** What the stack takes over from its owner instead of making it. */
  readonly adopt?: readonly OwnerPart[];
  /** Hostname that people use. */
  readonly hostname: string;
  /** Every event of every update in this process. */
  readonly onEvent?: (event: EngineEvent) => void;
  /** Ends what is under way, as Ctrl-C does. */
  readonly signal?: AbortSignal;
}

/** What differs from the stack's file. */
export interface Changes {
  readonly preset?: PresetName;
  /** Below the cloud's name. */
  readonly settings?: SettingValues;
  readonly disposable?: boolean;
}

export interface Update {
  readonly result: UpdateResult;
  readonly timeline: Timeline;
}

/**
 * The sandbox plays Envoy Gateway and runs cert-manager's controllers, and no certificate authority of the world can
 * look at a made-up hostname: the one part of a stack's settings that a rehearsal changes.
 */
const sandboxEdge: SettingValues = {
  gateway: { controller: "existing", className: "logfire-sandbox" },
  certManager: { controller: "existing" },
  certificate: { source: "privateCa" },
};

/** Where a rehearsal plays: a sandbox of its own, an account, the stack's project and the engine. */
export class Stage {
  private constructor(
    readonly options: StageOptions,
    readonly sandbox: Sandbox,
    readonly account: RehearsedAccount,
    readonly engine: Engine,
    readonly autoscaler: Autoscaler,
    /** What was in the account before the stack. */
    readonly owned: readonly string[],
    private readonly name: string,
    private readonly projectDir: string,
  ) {}

  static async open(options: StageOptions): Promise<Stage> {
    const { checkout, toolset, progress, cloud, settings, speed, quotas = {}, adopt = [], signal } = options;
    signal?.throwIfAborted();
    const name = `rehearsal-${options.stack.slice(0, 30)}-${process.pid}-${randomBytes(3).toString("hex")}`;
    announce(stateFolder(name), options.stack);
    try {
      const sandbox = await up({ checkout, name, toolset, progress, nodes: [], stages: cloud.stages() });
      signal?.throwIfAborted();
      const account = cloud.makeAccount(sandbox.controlPlane, { settings, speed, quotas });
      const owned = await account.makeOwned(options.hostname, adopt);
      const { folder } = await makeProject(checkout, options.stack, sandbox.stateDir, toolset, owned.secrets);
      const engine = new Engine({ stateDir: sandbox.stateDir, toolset, projectDir: folder, progress });
      // An owner's cluster has an autoscaler of its own, which no Deployment of this sandbox stands for.
      const own = adopt.includes("cluster") ? undefined : cloud.autoscaler;
      const autoscaler = new Autoscaler(sandbox.controlPlane.kubectl, account, own);
      autoscaler.start();
      // A part is made or adopted, never both: what the file says about making it goes.
      const request = { ...options, settings: { ...settings, ...owned.settings } };
      return new Stage(request, sandbox, account, engine, autoscaler, account.owned(), name, folder);
    } catch (error) {
      await down({ checkout, name });
      throw error;
    }
  }

  get kubectl() {
    return this.sandbox.controlPlane.kubectl;
  }

  config(changes: Changes): Readonly<Record<string, ConfigValue>> {
    const { preset, cloud, settings, edge } = this.options;
    return {
      "logfire-platform:edge": merged(edge, sandboxEdge),
      "logfire-platform:preset": changes.preset ?? preset,
      [`logfire-platform:${cloud.platform}`]: merged(settings, changes.settings ?? {}),
      ...(changes.disposable === undefined ? {} : { "logfire-platform:disposable": changes.disposable }),
    };
  }

  async deploy(changes: Changes = {}): Promise<Update> {
    const timeline = new Timeline();
    return { result: await this.engine.deploy(this.request(changes, timeline)), timeline };
  }

  /** In a process of its own: where a program fails or is killed, its SDK leaves rejections behind that nobody takes. */
  deployApart(changes: Changes): ChildDeployment {
    const { stack, toolset, module, signal } = this.options;
    const { stateDir } = this.sandbox;
    signal?.throwIfAborted();
    const child = deployInChild({
      stack,
      stateDir,
      module,
      projectDir: this.projectDir,
      bin: toolset.bin,
      config: this.config(changes),
    });
    // So that it is found where this process ends first: it would start an engine after everything else was ended.
    const record = join(layout(stateDir).records, `deployment.${child.pid}`);
    recordProcess(child.pid, record);
    const interrupt = () => child.interrupt();
    signal?.addEventListener("abort", interrupt);
    const over = () => {
      signal?.removeEventListener("abort", interrupt);
      rmSync(record, { force: true });
    };
    void child.result.then(over, over);
    return child;
  }

  async preview(changes: Changes = {}): Promise<Timeline> {
    const timeline = new Timeline();
    await this.engine.preview(this.request(changes, timeline));
    return timeline;
  }

  async destroy(): Promise<void> {
    const { stack } = this.options;
    await this.engine.destroy({ stack, signal: this.signal(), removeStack: true });
  }

  /** One for each update: the Automation API listens, and never stops to. */
  private signal(): AbortSignal | undefined {
    const { signal } = this.options;
    return signal === undefined ? undefined : AbortSignal.any([signal]);
  }

  private request(changes: Changes, timeline: Timeline): ProgramRequest {
    const { stack, program, onEvent } = this.options;
    const signal = this.signal();
    signal?.throwIfAborted();
    const following = (event: EngineEvent) => {
      timeline.onEvent(event);
      onEvent?.(event);
    };
    return { stack, program, signal, config: this.config(changes), onEvent: following };
  }

  /** Whether `pulumi destroy` would go through: it previews first, and stops there where something is protected. */
  async previewDestroy(): Promise<boolean> {
    const { stack, toolset } = this.options;
    const { bin, project } = engineLayout(this.sandbox.stateDir);
    const env = { ...process.env, ...engineEnvironment(this.sandbox.stateDir, toolset) };
    const args = ["destroy", "--stack", stack, "--preview-only", "--non-interactive"];
    const options = { cwd: project, env, maxBuffer: 64 * 1024 ** 2, signal: this.signal() };
    return promisify(execFile)(join(bin, "pulumi"), args, options).then(
      () => true,
      (error: Error) => {
        if (/protected/.test(error.message + JSON.stringify(error))) return false;
        throw error;
      },
    );
  }

  async state(): Promise<readonly StateResource[]> {
    return resourcesOf(await this.engine.exportState({ stack: this.options.stack }));
  }

  /** Leaves everything as it is, and says where. */
  async keep(): Promise<void> {
    await this.autoscaler.stop();
    markKept(this.sandbox.stateDir);
    const { kubeconfig } = this.sandbox.controlPlane;
    this.options.progress.note(
      [
        `Sandbox ${this.name} stays with everything in it; \`npm run sandbox -- down --name ${this.name}\` removes it.`,
        `  export KUBECONFIG=${kubeconfig}`,
        `  account: ${this.account.folder}`,
      ].join("\n"),
    );
  }

  async close(): Promise<void> {
    await this.autoscaler.stop();
    await down({ checkout: this.options.checkout, name: this.name });
    rmSync(`${this.sandbox.stateDir}.lock`, { recursive: true, force: true });
  }
}

/** Settings laid over settings, key by key. */
export function merged(base: SettingValues, over: SettingValues): SettingValues {
  const isMap = (value: unknown): value is SettingValues =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  const entries = Object.entries(over).map(([key, value]) => {
    const before = base[key];
    return [key, isMap(before) && isMap(value) ? merged(before, value) : value] as const;
  });
  return { ...base, ...Object.fromEntries(entries) };
}
