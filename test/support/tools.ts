import { ensureTools, type Toolset } from "../../sandbox/tools/install";
import { createProgress } from "../../sandbox/tools/progress";
import { sandboxTools } from "../../sandbox/toolset";

let installed: Promise<Toolset> | undefined;

/** The sandbox's tools, installed when they are missing; once per run. */
export function toolset(): Promise<Toolset> {
  installed ??= ensureTools(sandboxTools, { progress: createProgress() });
  return installed;
}
