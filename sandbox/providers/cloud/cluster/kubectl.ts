import { execFile } from "node:child_process";

/** Runs kubectl as the engine's environment selects it: the sandbox's cluster. Resolves to its standard output. */
export function kubectl(args: readonly string[], input?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile("kubectl", [...args], { maxBuffer: 64 * 1024 ** 2 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`kubectl ${args.slice(0, 2).join(" ")}: ${stderr.trim() || error.message}`));
    });
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input ?? "");
  });
}

export async function items<T>(...args: readonly string[]): Promise<readonly T[]> {
  return (JSON.parse(await kubectl(["get", ...args, "-o", "json"])) as { readonly items: readonly T[] }).items;
}
