import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { ProblemsError } from "../../lib/errors";

const entry = <K extends string>(key: K) =>
  z.object({ name: z.string(), [key]: z.record(z.string(), z.unknown()) } as { name: z.ZodString } & Record<
    K,
    z.ZodRecord<z.ZodString, z.ZodUnknown>
  >);
const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);

const kubeconfigFile = z.object({
  "current-context": z.string().nullish(),
  clusters: list(entry("cluster")),
  users: list(entry("user")),
  contexts: list(entry("context")),
});
type Kubeconfig = z.infer<typeof kubeconfigFile>;

export interface ClusterAddress {
  /** The kubeconfig of one context, with nothing of the other clusters in it. May hold credentials. */
  readonly content: string;
  readonly context: string;
}

/**
 * Finds a cluster as kubectl does: the given file, else those in `KUBECONFIG`, else `~/.kube/config`; the given
 * context, else the current one. Only that context is handed on, so that no other cluster's credentials get into a state.
 */
export function findCluster(
  wanted: { readonly kubeconfig?: string; readonly context?: string },
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ClusterAddress {
  const merged = merge(places(wanted.kubeconfig, environment).map(readKubeconfig));
  const context = wanted.context ?? merged["current-context"] ?? "";
  return { content: stringify(only(merged, context)), context };
}

function places(kubeconfig: string | undefined, environment: Readonly<Record<string, string | undefined>>): string[] {
  const home = environment["HOME"] ?? homedir();
  if (kubeconfig !== undefined) {
    const path = resolve(kubeconfig.replace(/^~(?=\/)/, home));
    if (existsSync(path)) return [path];
    throw problem("existing.kubeconfig", `${path} does not exist`, "write the path of a kubeconfig file");
  }
  const named = (environment["KUBECONFIG"] ?? "").split(delimiter).filter((path) => path !== "");
  const candidates = named.length > 0 ? named : [join(home, ".kube", "config")];
  const found = candidates.filter((path) => existsSync(path));
  if (found.length > 0) return found;
  const looked = `there is no kubeconfig: ${candidates.join(", ")} does not exist`;
  throw problem("existing.kubeconfig", looked, "write the path of one, or set KUBECONFIG");
}

function readKubeconfig(path: string): Kubeconfig {
  const file = parseFile(path);
  if (!file.success) throw problem("existing.kubeconfig", `${path} is not a kubeconfig`, "write the path of one");
  const { clusters, users, ...rest } = file.data;
  return {
    ...rest,
    clusters: clusters.map(({ name, cluster }) => ({ name, cluster: absolute(path, cluster) })),
    users: users.map(({ name, user }) => ({ name, user: absolute(path, user) })),
  };
}

/** Parser messages quote the text, which holds credentials: nobody sees them. */
function parseFile(path: string) {
  try {
    return kubeconfigFile.safeParse(parse(readFileSync(path, "utf8"), { logLevel: "error" }));
  } catch {
    return { success: false } as const;
  }
}

const pathKeys = ["certificate-authority", "client-certificate", "client-key", "tokenFile"];

/** Paths in a kubeconfig are relative to the file; the content travels without it. */
const absolute = (file: string, values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) =>
      pathKeys.includes(key) && typeof value === "string" && !isAbsolute(value)
        ? [key, resolve(dirname(file), value)]
        : [key, value],
    ),
  );

/** The first file that names something decides, as in kubectl. */
const merge = (files: readonly Kubeconfig[]): Kubeconfig => ({
  "current-context": files.map((file) => file["current-context"]).find((name) => name !== undefined && name !== ""),
  clusters: files.flatMap((file) => file.clusters),
  users: files.flatMap((file) => file.users),
  contexts: files.flatMap((file) => file.contexts),
});

function only(merged: Kubeconfig, name: string) {
  const context = merged.contexts.find((candidate) => candidate.name === name);
  const known = merged.contexts.map((candidate) => candidate.name).join(", ");
  if (context === undefined)
    throw problem(
      "existing.context",
      name === "" ? "the kubeconfig has no current context" : `the kubeconfig has no context "${name}"`,
      known === "" ? "the kubeconfig has no context at all: write the path of another" : `write one of: ${known}`,
    );
  const cluster = merged.clusters.find((candidate) => candidate.name === context.context["cluster"]);
  if (cluster === undefined)
    throw problem(
      "existing.context",
      `the context "${name}" names the cluster "${String(context.context["cluster"])}", which the kubeconfig does not hold`,
      "repair the kubeconfig or write another context",
    );
  const user = merged.users.find((candidate) => candidate.name === context.context["user"]);
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    clusters: [cluster],
    users: user === undefined ? [] : [user],
    contexts: [context],
  };
}

const problem = (key: string, text: string, remedy: string) =>
  new ProblemsError("The cluster cannot be found", [{ key, problem: text, remedy }]);
