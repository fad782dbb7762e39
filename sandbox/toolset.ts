import type { Toolset } from "./tools/install";

export { sandboxTools } from "./tools/catalogue";

/** What a sandbox that runs needs of the installed tools. */
export type Programs = Pick<Toolset, "path" | "bin">;

/** What it needs to start. */
export type StartPrograms = Programs & Pick<Toolset, "definitions">;
