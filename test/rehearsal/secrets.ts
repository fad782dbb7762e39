import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Stage } from "../../sandbox/rehearsal/stage";
import { filesOf, leaks } from "../engine/canaries";

/** Values that are secret, by where they come from. */
export type Secrets = Readonly<Record<string, string>>;

interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** How the engine marks a secret in a state that is exported with its secrets in the open. */
const mark = "4dabf18193072939515e22adb298388d";
function secretValue(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !(mark in value)) return undefined;
  const { plaintext } = value as { readonly plaintext?: unknown };
  return typeof plaintext === "string" ? (JSON.parse(plaintext) as unknown) : undefined;
}

/**
 * Every secret of a stack that is up: those of its configuration, those that its program made, those that the cloud's
 * resources hold, and the token that the cloud's credential helper hands out for the cluster.
 */
export async function secretsOf({ engine, options, sandbox }: Stage): Promise<Secrets> {
  const exported = await engine.exportState({ stack: options.stack });
  const { resources = [] } = exported.deployment as { readonly resources?: readonly Resource[] };
  const made = resources
    .filter(({ type }) => /^(random|aws|gcp|azure-native):/.test(type))
    .flatMap(({ urn, outputs = {} }) =>
      Object.entries(outputs).flatMap(([name, value]) => {
        const found = secretValue(value);
        return typeof found === "string" && found.length >= 16
          ? [[`${urn.split("::").at(-1)}.${name}`, found] as const]
          : [];
      }),
    );
  const config = await engine.exportConfig({ stack: options.stack });
  const given: unknown = JSON.parse(config["logfire-platform:secrets"] ?? "{}");
  const [token = ""] = readFileSync(join(sandbox.stateDir, "pki", "tokens.csv"), "utf8").split(",");
  return { ...Object.fromEntries(made), ...leavesOf(given, "secrets"), token };
}

function leavesOf(value: unknown, path: string): Secrets {
  if (typeof value !== "object" || value === null) return { [path]: String(value) };
  const inner = Object.entries(value).map(([key, each]) => leavesOf(each, `${path}.${key}`));
  return Object.fromEntries(inner.flatMap((each) => Object.entries(each)));
}

/** Where secrets stand in the open: files of engine, account and control plane, objects that are no Secrets, events. */
export async function leaksOf(stage: Stage, secrets: Secrets, events: readonly string[]): Promise<readonly string[]> {
  const places = new Map([...filesOf(stage.sandbox.stateDir), ["the engine's events", events.join("\n")]]);
  return leaks(secrets, new Map([...places, ...(await objectsOf(stage, (kind) => kind !== "secrets"))]));
}

/** Secrets that the cluster does not keep in a Kubernetes Secret: the search would find them nowhere else either. */
export async function notInSecrets(stage: Stage, secrets: Secrets): Promise<readonly string[]> {
  const kept = [...(await objectsOf(stage, (kind) => kind === "secrets")).values()].join("\n");
  const found = leaks(secrets, new Map([["", kept]])).map((leak) => leak.replace(/ in $/, ""));
  return Object.keys(secrets).filter((name) => !found.includes(name));
}

async function objectsOf({ kubectl }: Stage, wanted: (kind: string) => boolean): Promise<ReadonlyMap<string, string>> {
  const names = (await kubectl(["api-resources", "--verbs=list", "-o", "name"])).trim().split("\n");
  const kinds = names.filter(wanted);
  const text = await kubectl(["get", kinds.join(","), "-A", "-o", "json", "--show-managed-fields"]);
  const { items } = JSON.parse(text) as { items: { kind: string; metadata: { name: string } }[] };
  return new Map(items.map((item, at) => [`${item.kind} ${item.metadata.name} #${at}`, JSON.stringify(item)]));
}
