import type { Command } from "commander";
import { Option } from "commander";
import type { PodGroup } from "../components/logfire/edge/capacity";
import {
  capacity,
  maxReplicas,
  minReplicas,
  nodesNeeded,
  type PoolCapacity,
  type Size,
  type Sizes,
  type Totals,
} from "../components/logfire/sizing";
import type { DaemonSet } from "../components/platform/shared/daemonSets";
import { nodeShapes, type Cloud, type NodeShape } from "../sandbox/nodes/shapes";
import { cloudPlan, type CloudPlan, formatCost, formatPools } from "./planCloud";
import { edgeFigure, formatEdge, type EdgeFigure } from "./planEdge";
import { durableVolumes, imagesIn, storesIn, type Store } from "./objects";
import { cores, gib, range, table } from "./output";
import { daemonSetsOf, formatServices, servicesOf, serviceTotals } from "./planServices";
import { inspectStack, presetOption, stackOption, type InspectedStack } from "./stack";
import type { PresetName } from "../components/logfire/catalogue/names";

const clouds = ["aws", "gcp", "azure"] as const satisfies readonly Cloud[];

export function register(program: Command): void {
  program
    .command("plan")
    .description("What a stack asks for: workloads, capacity per pool, nodes, objects. No engine, no credentials.")
    .addOption(stackOption())
    .addOption(presetOption())
    .addOption(new Option("--json", "the figures as JSON, for scripts"))
    .action(({ stack, preset, json }: { stack?: string; preset?: PresetName; json?: true }) => {
      const inspected = inspectStack(stack, preset);
      console.log(json ? JSON.stringify(planFigures(inspected), undefined, 2) : formatPlan(inspected));
    });
}

export interface PlanFigures {
  readonly stack: string;
  readonly preset: PresetName;
  readonly workloads: readonly Size[];
  /** Of the workloads, by pool of nodes. */
  readonly capacity: readonly PoolCapacity[];
  /** What runs inside the cluster because no server outside is given; on nodes of the general pool, one pod each. */
  readonly stores: readonly Store[];
  /** What serves the cluster and its edge from nodes of the general pool, as far as this stack brings it. */
  readonly services: readonly PodGroup[];
  /** On every node, and taken off what it has for pods. */
  readonly daemonSets: readonly DaemonSet[];
  /** How people reach it. */
  readonly edge: EdgeFigure;
  /** Of pools, stores and services together. */
  readonly total: { readonly min: Totals; readonly max: Totals };
  /** Volumes on network storage. */
  readonly volumes: readonly VolumeFigure[];
  readonly nodes: readonly NodesFigure[];
  readonly objects: Readonly<Record<string, number>>;
  /** Everything that is pulled, for a mirror. */
  readonly images: readonly string[];
  /** Of a stack in a cloud: its pools, what it costs, what it takes of the account's limits. */
  readonly cloud?: CloudPlan;
}

interface VolumeFigure {
  readonly owner: string;
  readonly sizeMib: number;
  readonly min: number;
  readonly max: number;
}

interface NodesFigure {
  readonly cloud: Cloud;
  readonly pool: Size["pool"];
  readonly type: string;
  readonly min?: number;
  readonly max?: number;
}

export function planFigures({ name, settings, sizes, objects }: InspectedStack): PlanFigures {
  const rendered = objects();
  const pools = capacity(sizes);
  const stores = storesIn(rendered);
  const edge = edgeFigure(settings);
  const services = servicesOf(settings);
  const cloud = cloudPlan(settings, sizes);
  return {
    stack: name,
    preset: settings.logfire.preset,
    workloads: Object.values(sizes),
    capacity: pools,
    stores,
    services,
    daemonSets: daemonSetsOf(settings),
    edge,
    total: { min: total(pools, stores, services, "min"), max: total(pools, stores, services, "max") },
    volumes: durableVolumes(rendered).map((volume) => ({ ...volume, ...podsOf(volume.owner, sizes) })),
    nodes: settings.platform.kind === "existing" ? clouds.flatMap((cloud) => nodesOn(cloud, sizes)) : [],
    objects: countKinds(rendered),
    images: [...new Set([...imagesIn(rendered), ...edge.images])].sort(),
    ...(cloud === undefined ? {} : { cloud }),
  };
}

function podsOf(owner: string, sizes: Sizes): { readonly min: number; readonly max: number } {
  const size = Object.values(sizes).find(({ name }) => name === owner);
  return size === undefined ? { min: 1, max: 1 } : { min: minReplicas(size), max: maxReplicas(size) };
}

const total = (
  pools: readonly PoolCapacity[],
  stores: readonly Store[],
  services: readonly PodGroup[],
  which: "min" | "max",
): Totals =>
  [...pools.map((pool) => pool[which]), storeTotals(stores), serviceTotals(services, which)].reduce((sum, part) => ({
    pods: sum.pods + part.pods,
    cpuMillis: sum.cpuMillis + part.cpuMillis,
    memoryMib: sum.memoryMib + part.memoryMib,
    scratchMib: sum.scratchMib + part.scratchMib,
  }));

const storeTotals = (stores: readonly Store[]): Totals => ({
  pods: stores.length,
  cpuMillis: stores.reduce((sum, { cpuMillis }) => sum + cpuMillis, 0),
  memoryMib: stores.reduce((sum, { memoryMib }) => sum + memoryMib, 0),
  scratchMib: 0,
});

function nodesOn(cloud: Cloud, sizes: Sizes): readonly NodesFigure[] {
  return (["general", "scratch"] as const).map((pool) => {
    const shape = nodeShapes[cloud][pool][0];
    const count = (replicas: (size: Size) => number) => nodesNeeded(sizes, pool, allocatable(shape), replicas);
    return { cloud, pool, type: shape.type, min: count(minReplicas), max: count(maxReplicas) };
  });
}

const allocatable = ({ cpuMillis, memoryGib, ephemeralGib }: NodeShape) => ({
  cpuMillis,
  memoryMib: Math.floor(memoryGib * 1024),
  scratchMib: ephemeralGib * 1024,
});

function countKinds(objects: readonly { readonly kind: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of objects) counts[kind] = (counts[kind] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function formatPlan(inspected: InspectedStack): string {
  const figures = planFigures(inspected);
  return [
    headline(inspected),
    ...formatEdge(figures.edge),
    "",
    "Workloads (requests of one pod; CPU in cores)",
    table(["workload", "pods", "CPU", "GiB", "scratch GiB"], figures.workloads.map(workloadRow)),
    ...formatServices(figures.services, figures.daemonSets),
    "",
    "Required capacity, with autoscalers at their minimum and at their maximum",
    capacityTable(figures),
    ...(figures.stores.length === 0 ? [] : [storesLine(figures.stores)]),
    ...(figures.cloud === undefined ? unknownCapacity : ["", formatPools(figures.cloud)]),
    "",
    "Volumes on network storage",
    table(["of", "volumes", "GiB each"], figures.volumes.map(volumeRow)),
    "",
    ...(figures.cloud === undefined ? comparison(figures) : [formatCost(figures.cloud)]),
    "",
    `Objects: ${Object.entries(figures.objects)
      .map(([kind, count]) => `${count} ${kind}`)
      .join(", ")}`,
    `Images: ${figures.images.length}; \`--json\` lists them, for a mirror.`,
  ].join("\n");
}

const unknownCapacity = [
  "Available capacity: not known, because this platform uses a cluster that is already there. Compare with",
  "`kubectl describe nodes` (Allocatable).",
];

const comparison = ({ nodes }: PlanFigures): readonly string[] => [
  "Nodes that would hold the workloads, packed tightly. Stores and services, a spread over three zones and a",
  "rolling update need some more.",
  table(["cloud", "pool", "type", "nodes", "nodes max"], nodes.map(nodesRow)),
];

function headline({ name, settings: { logfire } }: InspectedStack): string {
  const on = Object.entries(logfire.features).flatMap(([feature, enabled]) => (enabled ? [feature] : []));
  const options = on.length === 0 ? "" : `, with ${on.join(", ")}`;
  return `Stack ${name}: Logfire on ${logfire.hostnames.join(", ")}, preset ${logfire.preset}${options}`;
}

const workloadRow = (size: Size): readonly string[] => [
  size.name,
  range(minReplicas(size), maxReplicas(size)),
  cores(size.requests.cpuMillis),
  gib(size.requests.memoryMib),
  size.scratchMib === 0 ? "-" : gib(size.scratchMib),
];

function capacityTable({ capacity: pools, stores, services, total: all }: PlanFigures): string {
  const of = storeTotals(stores);
  return table(
    ["pool", "pods", "CPU", "GiB", "scratch GiB", "pods max", "CPU max", "GiB max", "scratch GiB max"],
    [
      ...pools.map(({ pool, min, max }) => [pool, ...amounts(min), ...amounts(max)]),
      ...(stores.length === 0 ? [] : [["stores", ...amounts(of), ...amounts(of)]]),
      ...(services.length === 0
        ? []
        : [["services", ...amounts(serviceTotals(services, "min")), ...amounts(serviceTotals(services, "max"))]]),
      ["total", ...amounts(all.min), ...amounts(all.max)],
    ],
  );
}

const storesLine = (stores: readonly Store[]): string =>
  `Stores: ${stores.map(({ name }) => name).join(", ")}. They run inside the cluster, on nodes of the general pool.`;

const amounts = ({ pods, cpuMillis, memoryMib, scratchMib }: Totals): readonly string[] => [
  String(pods),
  cores(cpuMillis),
  gib(memoryMib),
  gib(scratchMib),
];

const volumeRow = ({ owner, sizeMib, min, max }: VolumeFigure): readonly string[] => [
  owner,
  range(min, max),
  gib(sizeMib),
];

const nodesRow = ({ cloud, pool, type, min, max }: NodesFigure): readonly (string | number)[] => [
  cloud,
  pool,
  type,
  min ?? "too small",
  max ?? "too small",
];
