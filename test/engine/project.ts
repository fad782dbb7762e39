import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { root } from "../../cli/root";
import { deployInChild, Engine } from "../../sandbox";
import type { ChildDeployment } from "../../sandbox/engine/child";
import { engineEnvironment, engineLayout, prepareEngine } from "../../sandbox/engine/workspace";
import { createProgress } from "../../sandbox/tools/progress";
import { run, type Config, type Rig } from "./support";

/** A project folder with one stack whose secrets are encrypted by `pulumi config`, as its owner does it. */
export interface Project {
  readonly engine: Engine;
  /** What the engine's progress said. */
  readonly said: string[];
  pulumi(...args: string[]): Promise<string>;
  setSecrets(secrets: Readonly<Record<string, string>>): Promise<void>;
  /** In a process of its own: where the program itself fails, the SDK lets the rejection pass by as an unhandled one. */
  deployInChild(config?: Config): ChildDeployment;
  remove(): void;
}

export async function makeProject(
  rig: Rig,
  stack: string,
  settings: object,
  secrets: Readonly<Record<string, string>>,
): Promise<Project> {
  const { stateDir } = rig.sandbox;
  const folder = mkdtempSync(join(tmpdir(), `engine-test-${stack}-`));
  mkdirSync(join(folder, "stacks"));
  cpSync(join(root, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
  const config = Object.entries(settings).map(([key, value]: [string, unknown]) => [`logfire-platform:${key}`, value]);
  const file = join(folder, "stacks", `Pulumi.${stack}.yaml`);
  writeFileSync(file, stringify({ config: Object.fromEntries(config) as object }));
  prepareEngine(stateDir, rig.tools);

  const pulumi = async (...args: string[]) => {
    const { code, text } = await run(join(engineLayout(stateDir).bin, "pulumi"), [...args, "--non-interactive"], {
      cwd: folder,
      env: { ...process.env, ...engineEnvironment(stateDir, rig.tools) },
    });
    assert.equal(code, 0, text);
    return text;
  };
  const setSecrets: Project["setSecrets"] = async (values) => {
    const set = Object.entries(values).flatMap(([path, value]) => ["--secret", `secrets.${path}=${value}`]);
    await pulumi("config", "set-all", "--stack", stack, "--path", ...set);
  };
  await pulumi("stack", "init", stack);
  await setSecrets(secrets);
  const said: string[] = [];
  const progress = createProgress({ stream: { write: (text: string) => said.push(text) } });
  return {
    engine: new Engine({ stateDir, toolset: rig.tools, projectDir: folder, progress }),
    said,
    pulumi,
    setSecrets,
    deployInChild: (overlay = {}) =>
      deployInChild({
        ...{ stack, stateDir, projectDir: folder, bin: rig.tools.bin, config: overlay },
        module: join(root, "index.ts"),
      }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
