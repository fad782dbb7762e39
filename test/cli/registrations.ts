import { stackObjects } from "../../cli/objects";
import { Logfire } from "../../components/logfire/logfire";
import type { Platform } from "../../components/platform/contract";
import type { Settings } from "../../components/settings";
import type { SecretValues } from "../../components/settings/types";
import { canaries } from "../component/programs";
import { record, type RecordOptions, reveal } from "../support/harness";

/** What `render` shows, held against what a program registers under mocks. */

export interface Registered {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}
const keyOf = ({ kind, metadata }: Registered) => `${kind} ${metadata.namespace ?? "-"}/${metadata.name}`;

/** A Job is named by what it holds, and the engine's holds a hash of the secrets as well. */
const withoutRevision = (object: Registered): Registered =>
  object.kind === "Job"
    ? { ...object, metadata: { ...object.metadata, name: object.metadata.name.replace(/-[0-9a-f]{8}$/, "") } }
    : object;

/** Objects that the platform and Logfire register, but Secrets; what only the engine reads is left out. */
export async function registeredObjects(
  settings: Settings,
  makePlatform: (secrets: SecretValues) => Platform,
  options: RecordOptions,
): Promise<ReadonlyMap<string, Registered>> {
  const { logfire } = settings;
  const secrets = canaries(settings);
  const { resources } = await record(
    () => new Logfire("logfire", { settings: logfire, platform: makePlatform(secrets), secrets }),
    options,
  );
  const objects = resources
    .filter(({ type, id }) => type.startsWith("kubernetes:") && !type.startsWith("kubernetes:helm") && !id)
    .map(({ inputs }) => withoutRevision(reveal(inputs) as Registered))
    // Helm makes the namespace of what it installs, where there is no engine.
    .filter(
      ({ kind, metadata }) => kind !== "Secret" && !(kind === "Namespace" && metadata.name !== logfire.namespace),
    );
  const scaled = objects
    .filter(({ kind }) => kind === "HorizontalPodAutoscaler")
    .map((object) => (object as unknown as Scaler).spec.scaleTargetRef)
    .map(({ kind, name }) => `${kind} ${name}`);
  return new Map(
    objects.map((object) => [
      keyOf(object),
      asRendered(object, scaled.includes(`${object.kind} ${object.metadata.name}`)),
    ]),
  );
}
interface Scaler {
  readonly spec: { readonly scaleTargetRef: { readonly kind: string; readonly name: string } };
}

/** Without what tells the engine how to wait, and what makes pods roll; an autoscaler's workload has no fixed number. */
function asRendered(object: Registered, scaled: boolean): Registered {
  const visit = (value: unknown, path: readonly string[]): unknown => {
    if (Array.isArray(value)) return value.map((each) => visit(each, [...path, "[]"]));
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
      if (key === "annotations" && path.at(-1) === "metadata") {
        const own = Object.entries(inner as object).filter(([name]) => !/^(pulumi\.com|checksum)\//.test(name));
        return own.length === 0 ? [] : [[key, Object.fromEntries(own)]];
      }
      if (scaled && key === "replicas" && path.join(".") === "spec") return [];
      return [[key, visit(inner, [...path, key])]];
    });
    return Object.fromEntries(entries);
  };
  return visit(object, []) as Registered;
}

/** What `render` shows. `known` stands in for placeholders with which the program calculates, so that mocks know them. */
export const renderedObjects = (
  settings: Settings,
  stack: string,
  known: Readonly<Record<string, string>> = {},
): ReadonlyMap<string, Registered> =>
  new Map(
    stackObjects(settings, stack).map((object) => {
      const text = Object.entries(known).reduce(
        (all, [name, value]) => all.replaceAll(name, value),
        JSON.stringify(object),
      );
      const plain = withoutRevision(JSON.parse(text) as Registered);
      return [keyOf(plain), asRendered(plain, false)];
    }),
  );
