import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What a stand-in for a cloud's command line says, and the code that it ends with. */
export interface Answer {
  readonly code: number;
  readonly text: string;
}

/**
 * As kubectl and the Kubernetes provider read it: https://kubernetes.io/docs/reference/config-api/client-authentication.v1beta1/.
 * It ends a minute before the token does.
 */
export const credential = (token: string, lifetimeMinutes: number): string =>
  JSON.stringify({
    kind: "ExecCredential",
    apiVersion: "client.authentication.k8s.io/v1beta1",
    spec: {},
    status: {
      expirationTimestamp: new Date(Date.now() + (lifetimeMinutes - 1) * 60_000).toISOString().replace(/\.\d+/, ""),
      token,
    },
  });

/** Token of the sandbox's administrator. */
export const administrator = (stateDir: string): string =>
  readFileSync(join(stateDir, "pki", "tokens.csv"), "utf8").split(",")[0] ?? "";

/** Prints an answer as a program does. */
export function say({ code, text }: Answer): void {
  (code === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  process.exitCode = code;
}
