import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Layout } from "./components";

/** Who speaks to the API server. The built-in roles give the system users what they need. */
const users = [
  { name: "admin", user: "sandbox-admin", group: "system:masters" },
  { name: "kwok", user: "kwok", group: "system:masters" },
  { name: "kube-controller-manager", user: "system:kube-controller-manager", group: "system:authenticated" },
  { name: "kube-scheduler", user: "system:kube-scheduler", group: "system:authenticated" },
] as const;

/** Keys and tokens, once per sandbox; kept over restarts, because clients hold them. */
export function writeCredentials(paths: Layout): void {
  if (existsSync(paths.tokens)) return;
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  writePrivate(paths.serviceAccountKey, privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  writePrivate(paths.serviceAccountPublicKey, publicKey.export({ type: "spki", format: "pem" }).toString());
  const lines = users.map(({ user, group }) => `${randomBytes(32).toString("hex")},${user},${user},"${group}"`);
  // Last: its presence says that the credentials are complete.
  writePrivate(paths.tokens, `${lines.join("\n")}\n`);
}

/** The authority that signed the server's certificate; undefined until the server has written it. */
export function readCa(paths: Layout): string | undefined {
  const file = join(paths.pki, "apiserver.crt");
  if (!existsSync(file) || !existsSync(join(paths.pki, "apiserver.key"))) return undefined;
  const certificates = readFileSync(file, "utf8").match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----\n/g);
  return certificates?.[1];
}

/** One kubeconfig per user, and the authority on its own. */
export function writeKubeconfigs(paths: Layout, server: string, ca: string, clusterName: string): void {
  writePrivate(paths.ca, ca);
  for (const { name } of users) {
    const file = name === "admin" ? paths.kubeconfig : paths.componentKubeconfig(name);
    writePrivate(file, kubeconfig(server, ca, clusterName, token(paths, name)));
  }
}

export const adminToken = (paths: Layout): string => token(paths, "admin");

function token(paths: Layout, name: (typeof users)[number]["name"]): string {
  const line = readFileSync(paths.tokens, "utf8").split("\n")[users.findIndex((user) => user.name === name)];
  const value = line?.split(",")[0];
  if (value === undefined || value === "") throw new Error(`${paths.tokens} holds no token of ${name}`);
  return value;
}

function kubeconfig(server: string, ca: string, name: string, userToken: string): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server, "certificate-authority-data": Buffer.from(ca).toString("base64") } }],
    users: [{ name, user: { token: userToken } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  });
}

/** Whole or not at all: a reader never sees half a file. */
export function writePrivate(file: string, text: string): void {
  writeFileSync(`${file}.part`, text, { mode: 0o600 });
  renameSync(`${file}.part`, file);
}
