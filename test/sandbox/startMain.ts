import { join } from "node:path";
import { up } from "../../sandbox";
import { smallNodes } from "./support";

/** Starts a sandbox, for a test to interrupt. */
const [bin = "", definitions = "", checkout = "", name = ""] = process.argv.slice(2);
const path = (program: string) => join(bin, program);
void up({ checkout, name, toolset: { bin, path, definitions: definitions.split(",") }, nodes: smallNodes() });
