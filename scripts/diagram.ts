import { join } from "node:path";
import { catalogue } from "../components/logfire/catalogue";
import { optionalWorkloads, workloadNames, type WorkloadName } from "../components/logfire/catalogue/names";
import { needs, type Need, type Workload } from "../components/logfire/catalogue/workload";
import { type GeneratedPage, table, writeGenerated } from "./generated";

const collector: WorkloadName = "logfire-otel-collector";
const workloads: readonly Workload[] = workloadNames.map((name) => catalogue[name]);
const switches: Readonly<Partial<Record<WorkloadName, string>>> = optionalWorkloads;

/** What a need is called by people. */
const needTitles: Readonly<Record<Need, string>> = {
  "postgres:crud": "PostgreSQL, database crud",
  "postgres:ff": "PostgreSQL, database ff",
  "postgres:dex": "PostgreSQL, database dex",
  objectStore: "bucket",
  redis: "Redis",
  ai: "AI providers",
  smtp: "mail server",
  webhooks: "addresses of webhooks",
  identityProviders: "identity providers",
  allowedHosts: "allowed hosts",
  publicUrl: "Logfire's own public address",
  kubernetesApi: "Kubernetes API",
};

const short = (name: WorkloadName): string => name.replace(/^logfire-/, "");
/** Mermaid reads `--` and some words in an id as syntax. */
const id = (name: string): string => name.replaceAll(/[^a-zA-Z]/g, "_");

/** Nodes of the diagrams: what holds data over a restart is a cylinder, what may be left out is dashed. */
function nodes(names: readonly WorkloadName[]): string[] {
  const shape = (name: WorkloadName): string =>
    catalogue[name].volume?.class === "durable" ? `[("${short(name)}")]` : `["${short(name)}"]`;
  const optional = names.filter((name) => switches[name] !== undefined);
  const scratch = names.filter((name) => catalogue[name].volume?.class === "scratch");
  return [
    ...names.map((name) => `  ${id(name)}${shape(name)}`),
    ...classOf("optional", "stroke-dasharray:4", optional),
    ...classOf("scratch", "stroke-width:3px", scratch),
  ];
}

const classOf = (name: string, style: string, members: readonly WorkloadName[]): string[] =>
  members.length === 0
    ? []
    : [`  classDef ${name} ${style}`, `  class ${members.map((member) => id(member)).join(",")} ${name}`];

const mermaid = (direction: "LR" | "TB", lines: readonly string[]): string =>
  ["```mermaid", `flowchart ${direction}`, ...lines, "```"].join("\n");

function callsDiagram(): string {
  const drawn = workloadNames.filter((name) => name !== collector && name !== "logfire-redis");
  const calls = drawn.flatMap((from) =>
    drawn.filter((to) => catalogue[from].calls[to] !== undefined).map((to) => `  ${id(from)} --> ${id(to)}`),
  );
  const out = Object.keys(catalogue[collector].calls) as WorkloadName[];
  const telemetry = out.map((to) => `  ${id(collector)} --> ${id(to)}`);
  return mermaid("LR", [
    '  people(["people and SDKs"]) -- HTTPS --> entrance{{"Gateway or Ingress"}} --> logfire_service',
    ...nodes([...drawn, collector]),
    ...calls,
    ...telemetry,
  ]);
}

function needsDiagram(): string {
  const users = (need: Need) => workloads.filter((workload) => workload.needs.includes(need)).map(({ name }) => name);
  const drawn = workloadNames.filter((name) => catalogue[name].needs.length > 0);
  const lines = needs
    .filter((need) => users(need).length > 0)
    .flatMap((need) => [
      `  ${id(need)}[("${needTitles[need]}")]`,
      `  ${users(need).map(id).join(" & ")} --> ${id(need)}`,
    ]);
  return mermaid("LR", [...nodes(drawn), ...lines]);
}

function workloadTable(): string {
  const storage = { scratch: "scratch", durable: "durable volume" } as const;
  const rows = workloads.map(({ name, summary, volume, needs: needed }) => [
    `\`${name}\``,
    summary,
    volume === undefined ? "none" : storage[volume.class],
    needed.map((need) => needTitles[need]).join(", ") || "nothing",
    optionalBy(name),
  ]);
  return table(["workload", "what it does", "disk", "needs", "optional"], rows);
}

function optionalBy(name: WorkloadName): string {
  const feature = switches[name];
  if (feature === undefined) return "";
  return feature === "redisInCluster" ? "where no Redis is given" : `\`features.${feature}\``;
}

export const architecturePage: GeneratedPage = {
  path: join(__dirname, "..", "docs", "architecture.md"),
  parts: () => ({ calls: callsDiagram(), needs: needsDiagram(), workloads: workloadTable() }),
};

/** Writes the diagrams and the table of workloads into `docs/architecture.md`; a test fails while they are stale. */
if (require.main === module) void writeGenerated(architecturePage);
