import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import type { PresetName } from "../../components/logfire/catalogue/names";
import { down, up, type ConfigValue, type Sandbox } from "..";
import { Engine, type UpdateResult } from "../engine/engine";
import { engineEnvironment, engineLayout } from "../engine/workspace";
import type { AccountFolder, AccountOptions } from "../providers/aws/account";
import type { Progress } from "../tools/progress";
import type { StartPrograms } from "../toolset";
import { Autoscaler } from "./autoscaler";
import { awsStages, makeAccount } from "./account";
import { resourcesOf } from "./state";
import type { StateResource } from "./chain";
import { makeProject } from "./project";
import { Timeline } from "./timeline";

export interface StageOptions {
  readonly checkout: string;
  readonly stack: string;
  readonly program: PulumiFn;
  readonly namespace: string;
  readonly preset: PresetName;
  /** The stack's `aws` settings, as its file has them. */
  readonly aws: Readonly<Record<string, ConfigValue>>;
  /** The stack's `edge` settings. */
  readonly edge: Readonly<Record<string, ConfigValue>>;
  readonly toolset: StartPrograms;
  readonly progress: Progress;
  readonly account?: Partial<AccountOptions>;
}

/** What differs from the stack's file. */
export interface Changes {
  readonly preset?: PresetName;
  readonly aws?: Readonly<Record<string, ConfigValue>>;
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
const sandboxEdge: Readonly<Record<string, ConfigValue>> = {
  gateway: { controller: "existing", className: "logfire-sandbox" },
  certManager: { controller: "existing" },
  certificate: { source: "privateCa" },
};

/** Where a rehearsal plays: a sandbox of its own, an account, the stack's project and the engine. */
export class Stage {
  private constructor(
    readonly options: StageOptions,
    readonly sandbox: Sandbox,
    readonly account: AccountFolder,
    readonly engine: Engine,
    readonly autoscaler: Autoscaler,
    private readonly name: string,
  ) {}

  static async open(options: StageOptions): Promise<Stage> {
    const { checkout, toolset, progress } = options;
    const name = `rehearsal-${options.stack.slice(0, 30)}-${process.pid}-${randomBytes(3).toString("hex")}`;
    try {
      const sandbox = await up({ checkout, name, toolset, progress, nodes: [], stages: awsStages() });
      const account = makeAccount(sandbox.controlPlane, options.account);
      const { folder } = await makeProject(checkout, options.stack, sandbox.stateDir, toolset);
      const engine = new Engine({ stateDir: sandbox.stateDir, toolset, projectDir: folder, progress });
      const autoscaler = new Autoscaler(sandbox.controlPlane.kubectl, account, String(options.aws.region));
      autoscaler.start();
      return new Stage(options, sandbox, account, engine, autoscaler, name);
    } catch (error) {
      await down({ checkout, name });
      throw error;
    }
  }

  get kubectl() {
    return this.sandbox.controlPlane.kubectl;
  }

  config(changes: Changes): Readonly<Record<string, ConfigValue>> {
    const { preset, aws, edge } = this.options;
    return {
      "logfire-platform:edge": merged(edge, sandboxEdge),
      "logfire-platform:preset": changes.preset ?? preset,
      "logfire-platform:aws": merged(aws, changes.aws ?? {}),
      ...(changes.disposable === undefined ? {} : { "logfire-platform:disposable": changes.disposable }),
    };
  }

  async deploy(changes: Changes = {}, signal?: AbortSignal, observe?: Timeline): Promise<Update> {
    const timeline = observe ?? new Timeline();
    const { stack, program } = this.options;
    const request = { stack, program, config: this.config(changes), onEvent: timeline.onEvent, signal };
    return { result: await this.engine.deploy(request), timeline };
  }

  async preview(changes: Changes = {}): Promise<Timeline> {
    const timeline = new Timeline();
    const { stack, program } = this.options;
    await this.engine.preview({ stack, program, config: this.config(changes), onEvent: timeline.onEvent });
    return timeline;
  }

  /** Whether `pulumi destroy` would go through: it previews first, and stops there where something is protected. */
  async previewDestroy(): Promise<boolean> {
    const { stack, toolset } = this.options;
    const { bin, project } = engineLayout(this.sandbox.stateDir);
    const env = { ...process.env, ...engineEnvironment(this.sandbox.stateDir, toolset) };
    const args = ["destroy", "--stack", stack, "--preview-only", "--non-interactive"];
    return promisify(execFile)(join(bin, "pulumi"), args, { cwd: project, env, maxBuffer: 64 * 1024 ** 2 }).then(
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

  async close(): Promise<void> {
    await this.autoscaler.stop();
    await down({ checkout: this.options.checkout, name: this.name });
    rmSync(`${this.sandbox.stateDir}.lock`, { recursive: true, force: true });
  }
}

/** Settings laid over settings, key by key. */
export function merged(
  base: Readonly<Record<string, ConfigValue>>,
  over: Readonly<Record<string, ConfigValue>>,
): Readonly<Record<string, ConfigValue>> {
  const isMap = (value: unknown): value is Readonly<Record<string, ConfigValue>> =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  const entries = Object.entries(over).map(([key, value]) => {
    const before = base[key];
    return [key, isMap(before) && isMap(value) ? merged(before, value) : value] as const;
  });
  return { ...base, ...Object.fromEntries(entries) };
}
