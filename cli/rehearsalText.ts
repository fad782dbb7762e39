import pc from "picocolors";
import type { Rehearsal } from "../sandbox/rehearsal/remains";
import type { MatrixCase, MatrixRow } from "../sandbox/rehearsal/matrix";
import { unchanged, type RehearsalReport } from "../sandbox/rehearsal/report";
import { nameOf, typeOf } from "../sandbox/rehearsal/state";
import { formatSeconds } from "../sandbox/tools/progress";
import { table } from "./output";

/** The report for people. */
export function rehearsalText(report: RehearsalReport): string {
  const { up, nodes, pods, second, protection, scenarios, destroy, problems } = report;
  const ready = pods.total - pods.unready.length;
  return [
    `Rehearsal of stack ${report.stack}, preset ${report.preset}, on simulated ${report.cloud}`,
    "",
    `First up: ${formatSeconds(up.seconds)} real, ${formatSeconds(up.simulatedSeconds)} simulated at 1:${report.speed}; longest chain ${formatSeconds(up.chain.seconds)}, ratio ${up.ratio.toFixed(2)}`,
    table(["service", "resources"], Object.entries(up.resources)),
    "",
    "Longest chain of dependencies",
    ...up.chain.path
      .filter((urn) => !/^(pulumi|logfire-platform):/.test(typeOf(urn)))
      .map(nameOf)
      .map((name) => `  ${name}`),
    "",
    table(
      ["pool", "type", "nodes", "packed", "added", "zones"],
      nodes.map(({ pool, type, nodes: count, bound, added, byZone }) => [
        pool,
        type,
        count,
        bound,
        added,
        Object.entries(byZone)
          .map(([zone, each]) => `${zone} ${each}`)
          .join(", "),
      ]),
    ),
    "",
    `Pods Ready: ${ready} of ${pods.total}`,
    `Second up: ${Object.entries(second)
      .map(([op, count]) => `${count} ${op}`)
      .join(", ")}`,
    `Not protected: ${protection.unprotected.length}; static keys: ${protection.staticKeys.length}`,
    ...(up.failedCalls.length > 0
      ? ["", `Requests that ${report.cloud} refused`, ...up.failedCalls.map((each) => `  ${each}`)]
      : []),
    ...scenarios.flatMap(({ name, seconds, said }) => [
      "",
      `${name} (${formatSeconds(seconds)})`,
      ...said.map((each) => `  ${each}`),
    ]),
    ...(destroy === undefined
      ? []
      : [
          "",
          `Destroyed in ${formatSeconds(destroy.seconds)}; left in the account: ${destroy.left.length}`,
          ...(destroy.kept.length === 0 ? [] : ["Kept by the cloud:", ...destroy.kept.map((each) => `  ${each}`)]),
        ]),
    "",
    `What this does not prove: that ${report.cloud} takes these inputs (the simulation checks what is known of it), that containers run,`,
    "that traffic arrives, that a public authority signs the certificate (the edge is the sandbox's own, with a private one).",
    "Times are published figures, not measurements.",
    "",
    ...(problems.length === 0
      ? [pc.green("Clean.")]
      : [pc.red(`${problems.length} problems`), ...problems.map((each) => `  ${each}`)]),
  ].join("\n");
}

export const describeCase = ({ preset, adopt, scope }: MatrixCase): string =>
  `${preset}, ${adoption(adopt)}${scope === "stack" ? "" : ", platform alone"}`;

const adoption = (adopt: MatrixCase["adopt"]): string =>
  adopt.length === 0 ? "everything made" : adopt.length === 1 ? `${adopt.join("")} adopted` : "everything adopted";

export const outcomeOf = ({ problems }: Pick<MatrixRow, "problems">): string =>
  problems.length === 0 ? pc.green("clean") : pc.red(`${problems.length} problems`);

/** The matrix for people: a line for each case, then what is wrong with which. */
export function matrixText(stack: string, rows: readonly MatrixRow[]): string {
  const faulty = rows.filter(({ problems }) => problems.length > 0);
  return [
    `Rehearsals of stack ${stack}`,
    table(
      [
        "preset",
        "owner's",
        "with Logfire",
        "resources",
        "simulated",
        "ratio",
        "nodes",
        "pods",
        "second up",
        "left",
        "",
      ],
      rows.map((row) => [
        row.preset,
        ...casePart(row),
        ...(row.report === undefined ? unknown : figures(row.report)),
        outcomeOf(row),
      ]),
    ),
    ...faulty.flatMap((row) => ["", describeCase(row), ...row.problems.map((each) => `  ${each}`)]),
    "",
    `${rows.length - faulty.length} of ${rows.length} clean, in ${formatSeconds(rows.reduce((sum, { seconds }) => sum + seconds, 0))}`,
  ].join("\n");
}

const unknown = Array.from({ length: 7 }, () => "");

const casePart = ({ adopt, scope }: MatrixCase): readonly string[] => [
  adopt.length === 0 ? "nothing" : adopt.length === 1 ? adopt.join("") : "all",
  scope === "stack" ? "yes" : "no",
];

const figures = ({ up, nodes, pods, second, destroy }: RehearsalReport): readonly string[] => [
  String(Object.values(up.resources).reduce((sum, count) => sum + count, 0)),
  formatSeconds(up.simulatedSeconds),
  up.ratio.toFixed(2),
  nodes.map(({ pool, nodes: count, bound, added }) => `${count} ${pool} (${bound} packed, ${added} added)`).join(", "),
  `${pods.total - pods.unready.length} of ${pods.total}`,
  `${changed(second)} changes`,
  String(destroy?.left.length ?? ""),
];

const changed = (second: Readonly<Record<string, number>>): number =>
  Object.entries(second).reduce((sum, [op, count]) => sum + (unchanged.includes(op) ? 0 : count), 0);

/** Rehearsals whose sandboxes are there: a line for each, then where it is. */
export const rehearsalsText = (rehearsals: readonly Rehearsal[]): string =>
  [
    table(
      ["rehearsal", "since", "state", "processes"],
      rehearsals.map((each) => [each.name, localTime(each.since), conditionSaid(each), processesSaid(each)]),
    ),
    ...rehearsals.map(({ stateDir }) => stateDir),
  ].join("\n");

const conditionSaid = ({ condition, command }: Rehearsal): string =>
  condition === "at work" ? `at work, process ${command}` : condition === "left" ? "left behind" : condition;

const processesSaid = ({ processes }: Rehearsal): string =>
  processes.length === 0 ? "none" : processes.map(({ program, pid }) => `${program} ${pid}`).join(", ");

/** `2026-05-04 13:37`, here. */
function localTime(iso: string): string {
  const time = new Date(iso);
  const local = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16).replace("T", " ");
}
