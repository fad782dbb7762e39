import { join } from "node:path";
import { up } from "../../sandbox";
import { smallNodes } from "./support";

/** Starts a sandbox, for a test to interrupt. */
const [bin = "", checkout = "", name = ""] = process.argv.slice(2);
void up({ checkout, name, toolset: { bin, path: (program) => join(bin, program) }, nodes: smallNodes() });
