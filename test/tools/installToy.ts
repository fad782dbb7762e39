// Run as a process of its own by build.test.ts: installs a toy tool and prints where it came from.
import { installTools } from "../../sandbox/tools/install";
import { createProgress } from "../../sandbox/tools/progress";
import { toySpec } from "./support";

const [cacheDir = "", moduleFolder = ""] = process.argv.slice(2);
const spec = toySpec({ path: undefined, release: undefined });

installTools([{ spec, moduleFolder }], { cacheDir, progress: createProgress({ heartbeat: 500 }) }).then(
  ({ tools }) => console.log(JSON.stringify(tools)),
  (error: unknown) => {
    console.error(String(error));
    process.exitCode = 1;
  },
);
