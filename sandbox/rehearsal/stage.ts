import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import type { PresetName } from "../../components/logfire/catalogue/names";
import { deployInChild, down, up, type ConfigValue, type Sandbox } from "..";
import type { ChildDeployment } from "../engine/child";
import { Engine, type UpdateResult } from "../engine/engine";
import { engineEnvironment, engineLayout } from "../engine/workspace";
import type { AccountFolder, AccountOptions } from "../providers/aws/account";
import type { Progress } from "../tools/progress";
import type { StartPrograms } from "../toolset";
import { Autoscaler } from "./autoscaler";
import { awsStages, makeAccount } from "./account";
import { resourcesOf } from "./state";
import type { StateResource } from "./chain";
import { makeOwned, ownedIds, type OwnerPart } from "./owner";
import { makeProject } from "./project";
import { Timeline } from "./timeline";

export interface StageOptions {
  readonly checkout: string;
  readonly stack: string;
  readonly program: PulumiFn;
  /** Absolute path of the module that exports it. */
  readonly module: string;
  readonly namespace: string;
  readonly preset: PresetName;
  /** The stack's `aws` settings, as its file has them. */
  readonly aws: Readonly<Record<string, ConfigValue>>;
  /** The stack's `edge` settings. */
  readonly edge: Readonly<Record<string, ConfigValue>>;
  readonly toolset: StartPrograms;
  readonly progress: Progress;
  readonly account?: Partial<AccountOptions>;
  /** What the stack takes over from its owner instead of making it. */
  readonly adopt?: readonly OwnerPart[];
  /** Hostname that people use. */
  readonly hostname: string;
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
    /** What was in the account before the stack. */
    readonly owned: readonly string[],
    private readonly name: string,
    private readonly projectDir: string,
  ) {}

  static async open(options: StageOptions): Promise<Stage> {
    const { checkout, toolset, progress } = options;
    const name = `rehearsal-${options.stack.slice(0, 30)}-${process.pid}-${randomBytes(3).toString("hex")}`;
    try {
      const sandbox = await up({ checkout, name, toolset, progress, nodes: [], stages: awsStages() });
      const account = makeAccount(sandbox.controlPlane, options.account);
      const { region } = options.aws;
      const where = typeof region === "string" ? region : "";
      const owned = await makeOwned(account, where, options.hostname, options.adopt ?? []);
      const { folder } = await makeProject(checkout, options.stack, sandbox.stateDir, toolset, owned.secrets);
      const engine = new Engine({ stateDir: sandbox.stateDir, toolset, projectDir: folder, progress });
      const autoscaler = new Autoscaler(sandbox.controlPlane.kubectl, account, where);
      autoscaler.start();
      const own = { ...options, aws: replaced(options.aws, owned.aws) };
      return new Stage(own, sandbox, account, engine, autoscaler, ownedIds(account), name, folder);
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

  async deploy(changes: Changes = {}): Promise<Update> {
    const timeline = new Timeline();
    const { stack, program } = this.options;
    const request = { stack, program, config: this.config(changes), onEvent: timeline.onEvent };
    return { result: await this.engine.deploy(request), timeline };
  }

  /** In a process of its own: where a program fails or is killed, its SDK leaves rejections behind that nobody takes. */
  deployApart(changes: Changes): ChildDeployment {
    const { stack, toolset, module } = this.options;
    const { stateDir } = this.sandbox;
    return deployInChild({
      stack,
      stateDir,
      module,
      projectDir: this.projectDir,
      bin: toolset.bin,
      config: this.config(changes),
    });
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

  /** Leaves everything as it is, and says where. */
  async keep(): Promise<void> {
    await this.autoscaler.stop();
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

/** A part is made or adopted, never both: what the file says about making it goes. */
const replaced = (
  base: Readonly<Record<string, ConfigValue>>,
  owned: Readonly<Record<string, ConfigValue>>,
): Readonly<Record<string, ConfigValue>> => ({ ...base, ...owned });

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
