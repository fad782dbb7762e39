import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { engineEnvironment, engineLayout, prepareEngine } from "../../sandbox/engine/workspace";
import type { Programs } from "../../sandbox/toolset";

const run = promisify(execFile);

/** What a command said, all of it, and how it ended. */
export interface Said {
  readonly code: number;
  readonly text: string;
}

/** A project's folder, on which `pulumi` runs as its owner runs it: with its own Node host, not with an inline program. */
export class Company {
  private readonly env: NodeJS.ProcessEnv;
  private readonly program: string;

  constructor(
    readonly folder: string,
    readonly stack: string,
    stateDir: string,
    toolset: Programs,
  ) {
    prepareEngine(stateDir, toolset);
    const bin = join(stateDir, "engine", "language");
    mkdirSync(bin, { recursive: true });
    const host = [process.execPath, "--require", require.resolve("tsx/cjs"), join(__dirname, "languageHost.ts")];
    const script = `#!/bin/sh\nexec ${host.map((part) => `'${part}'`).join(" ")} "$@"\n`;
    writeFileSync(join(bin, "pulumi-language-nodejs"), script, { mode: 0o755 });
    const engine = engineEnvironment(stateDir, toolset);
    this.env = { ...process.env, ...engine, PATH: `${bin}:${engine["PATH"] ?? ""}` };
    this.program = join(engineLayout(stateDir).bin, "pulumi");
  }

  /** Makes the stack, with configuration in the open and encrypted. */
  async init(config: Readonly<Record<string, unknown>>, secrets: Readonly<Record<string, string>>): Promise<void> {
    writeFileSync(join(this.folder, `Pulumi.${this.stack}.yaml`), stringify({ config }));
    await this.succeed(["stack", "init", this.stack]);
    const values = Object.entries(secrets).flatMap(([key, value]) => ["--secret", `${key}=${value}`]);
    if (values.length > 0) await this.succeed(["config", "set-all", "--path", ...values]);
  }

  /** The output of a command that has to succeed. */
  async succeed(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
    const { code, text } = await this.run(args, env);
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code}\n${text}`);
    return text;
  }

  async run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Said> {
    const stack = args[0] === "stack" ? [] : ["--stack", this.stack];
    const options = { cwd: this.folder, env: { ...this.env, ...env }, maxBuffer: 256 * 1024 ** 2 };
    return run(this.program, [...args, ...stack, "--non-interactive", "--color", "never"], options).then(
      ({ stdout, stderr }) => ({ code: 0, text: stdout + stderr }),
      ({ code = -1, stdout = "", stderr = "" }: Partial<{ code: number; stdout: string; stderr: string }>) => ({
        ...{ code, text: stdout + stderr },
      }),
    );
  }
}
