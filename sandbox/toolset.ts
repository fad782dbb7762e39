import type { ToolName } from "./tools/catalogue";
import type { Toolset } from "./tools/install";

/** What the sandbox needs of the installed tools. */
export type Programs = Pick<Toolset, "path" | "bin">;

/** What the sandbox starts or hands to the user. */
export const sandboxTools: readonly ToolName[] = ["etcd", "kubernetes", "kwok", "pulumi", "pulumi-kubernetes"];
