import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../cli/root";

/** A second checkout with stacks of its own: the commands read the stacks of the folder they lie in. */
export class Checkout {
  readonly folder = mkdtempSync(join(tmpdir(), "logfire-platform-cli-"));

  constructor(stacks: Readonly<Record<string, string>>) {
    for (const part of ["cli", "components", "sandbox", "Pulumi.yaml", "package.json", "tsconfig.json"])
      cpSync(join(root, part), join(this.folder, part), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(this.folder, "node_modules"));
    mkdirSync(join(this.folder, "stacks"));
    for (const [name, text] of Object.entries(stacks))
      writeFileSync(join(this.folder, "stacks", `Pulumi.${name}.yaml`), text);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
