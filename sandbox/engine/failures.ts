import { UserError } from "../../components/lib/errors";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { displayName } from "./progress";

/** Why an update failed: the resource where one is at fault, and the first lines of the reason. */
export interface Failure {
  readonly resource?: string;
  readonly reason: string;
  /** A command that shows more. */
  readonly hint?: string;
}

/** Diagnostics that mean nothing here: the toolset decides which provider runs. */
const noise: readonly RegExp[] = [
  /resource plugin \S+ is expected to have version .* but has/,
  /using pulumi-resource-\S+ from \$PATH/,
  // How it stands while a workload comes up; a workload that does not come up is an error.
  /^\[MinimumReplicasUnavailable\]/,
  // A rollout that went well: the old revision has no pods any more.
  /^Replicas scaled to 0 for /,
  // Of a Gateway or a Certificate that its controller has not looked at yet.
  /^Has no \.status\.conditions$/,
];

/** Follow-up messages of the engine, which say that something failed but not what. */
const echoes: readonly RegExp[] = [
  /^update failed$/,
  /^preview failed$/,
  /^\d+ errors? occurred:?$/,
  /^resource monitor shut down/,
];

/** A Kubernetes event that the provider passed on while it waited; after a success, the cluster has dealt with it. */
export const isPassingEvent = (message: string): boolean => /^[A-Z][A-Za-z]+: /.test(message);

export const isNoise = (message: string): boolean => noise.some((pattern) => pattern.test(message));

const maximumLines = 6;
const maximumFailures = 8;

/** What the errors among the events say, one entry per resource, shortest form. `namespaces`: of the objects, by URN. */
export function failuresIn(
  events: readonly EngineEvent[],
  namespaces: ReadonlyMap<string, string> = new Map(),
): readonly Failure[] {
  const byUrn = new Map<string, string[]>();
  for (const { diagnosticEvent } of events) {
    if (diagnosticEvent?.severity !== "error") continue;
    const message = plain(diagnosticEvent.message);
    if (message === "" || isNoise(message)) continue;
    // The engine speaks of the program with and without the stack's name.
    const urn = isStack(diagnosticEvent.urn) ? "" : (diagnosticEvent.urn ?? "");
    byUrn.set(urn, [...(byUrn.get(urn) ?? []), message]);
  }
  const failures = [...byUrn].map(([urn, messages]) => failure(urn, messages, namespaces.get(urn)));
  const telling = failures.filter(({ reason }) => reason !== "");
  return telling.length > 0 ? telling : failures.map(({ resource }) => ({ resource, reason: "update failed" }));
}

const isStack = (urn: string | undefined): boolean => urn?.includes("::pulumi:pulumi:Stack::") === true;

function failure(urn: string, messages: readonly string[], namespace: string | undefined): Failure {
  const isResource = urn !== "";
  const lines = messages
    .flatMap((message) => message.split("\n"))
    .map((line) =>
      line
        .replace(/^\s*(\* )?/, "")
        .replace(/^Unhandled exception: (Error: )?/, "")
        .trimEnd(),
    )
    // A stack trace speaks of the program's insides; the log has it.
    .filter((line) => line !== "" && !/^at .*[):\d]$/.test(line) && !echoes.some((echo) => echo.test(line)));
  const unique = lines.filter(
    (line, index) => !lines.some((other, at) => at !== index && repeats(other, at, line, index)),
  );
  // What the program itself says is written for people, such as a list of wrong settings: all of it.
  const kept = isResource ? unique.slice(0, maximumLines) : unique;
  if (unique.length > kept.length) kept.push(`… ${unique.length - kept.length} more lines in the log`);
  const hint = isResource ? lookFurther(lines.join("\n"), namespace, controlled.exec(urn)?.[1]) : undefined;
  return { ...(isResource && { resource: displayName(urn) }), reason: kept.join("\n"), ...(hint && { hint }) };
}

/** The engine reports an exception twice, once without its class. */
const repeats = (other: string, at: number, line: string, index: number): boolean =>
  other === line ? at < index : other.endsWith(line);

/** Kinds whose controller says in the status why it does not do what is awaited. */
const controlled = /:(Gateway|Certificate)::/;

/** The command that shows more, where the message names an object: the pod or Job at fault, or else what was awaited. */
function lookFurther(reason: string, of: string | undefined, kind: string | undefined): string | undefined {
  const [, job] = /Resource '([^']+)' was created[^]*\bJob has\b/.exec(reason) ?? [];
  if (job !== undefined && of !== undefined) return `kubectl -n ${of} logs job/${job}`;
  if (kind !== undefined && of !== undefined && /timed out waiting for the condition$/.test(reason))
    return `kubectl -n ${of} describe ${kind.toLowerCase()}s`;
  const [, podNamespace, pod] = /\[Pod ([^/\]]+)\/([^\]]+)\]/.exec(reason) ?? [];
  if (pod !== undefined) return `kubectl -n ${podNamespace} describe pod ${pod}`;
  const [, namespace] = /"([a-z0-9-]+)\/[^"/ ]+" failed/.exec(reason) ?? [];
  return namespace === undefined ? undefined : `kubectl -n ${namespace} get pods,events`;
}

// eslint-disable-next-line no-control-regex -- colours
const plain = (message: string): string => message.replaceAll(/\u001b\[[0-9;]*m|<\{%[^%]*%\}>/g, "").trim();

/** The failed update, for people. */
export class EngineError extends UserError {
  constructor(
    readonly operation: string,
    readonly failures: readonly Failure[],
    /** Everything the engine said. */
    readonly log: string,
  ) {
    const shown = failures.slice(0, maximumFailures).map(({ resource, reason, hint }) => {
      const lines = [...reason.split("\n"), ...(hint === undefined ? [] : [`look further: ${hint}`])];
      return [`  ${resource ?? "the program"}`, ...lines.map((line) => `    ${line}`)].join("\n");
    });
    if (failures.length > maximumFailures) shown.push(`  … and ${failures.length - maximumFailures} more`);
    super([`${operation} failed:`, ...shown, `Full log: ${log}`].join("\n"));
  }
}
