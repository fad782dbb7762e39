import { execFile } from "node:child_process";
import { join } from "node:path";
import type { Programs } from "../toolset";

/** Runs kubectl against one sandbox; resolves to its standard output. */
export type Kubectl = (args: readonly string[], input?: string) => Promise<string>;

export function kubectlFor(toolset: Programs, stateDir: string): Kubectl {
  const env = { ...process.env, ...kubectlEnvironment(stateDir) };
  return (args, input) =>
    new Promise((resolve, reject) => {
      const child = execFile(
        toolset.path("kubectl"),
        [...args],
        { env, maxBuffer: 256 * 1024 ** 2 },
        (error, stdout, stderr) => {
          if (error === null) resolve(stdout);
          else reject(new Error(`kubectl ${args.slice(0, 3).join(" ")}: ${stderr.trim() || error.message}`));
        },
      );
      // kubectl that fails early does not read its input; the exit code says why it failed.
      child.stdin?.on("error", () => undefined);
      child.stdin?.end(input ?? "");
    });
}

/** Selects the sandbox's cluster, and keeps kubectl's cache out of the home folder. */
export const kubectlEnvironment = (stateDir: string) => ({
  KUBECONFIG: join(stateDir, "kubeconfig"),
  KUBECACHEDIR: join(stateDir, "kubectl-cache"),
});
