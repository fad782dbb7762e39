import type { Command } from "commander";
import { Option } from "commander";
import {
  capacity,
  maxReplicas,
  minReplicas,
  nodesNeeded,
  type PoolCapacity,
  type Size,
  type Sizes,
} from "../components/logfire/sizing";
import { nodeShapes, type Cloud, type NodeShape } from "../sandbox/nodes/shapes";
import { cores, gib, table } from "./output";
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
    .action(({ stack, preset, json }: { stack: string; preset?: PresetName; json?: true }) => {
      const inspected = inspectStack(stack, preset);
      console.log(json ? JSON.stringify(planFigures(inspected), undefined, 2) : formatPlan(inspected));
    });
}

export interface PlanFigures {
  readonly stack: string;
  readonly preset: PresetName;
  readonly workloads: readonly Size[];
  readonly capacity: readonly PoolCapacity[];
  readonly nodes: readonly NodesFigure[];
  readonly objects: Readonly<Record<string, number>>;
}

interface NodesFigure {
  readonly cloud: Cloud;
  readonly pool: Size["pool"];
  readonly type: string;
  readonly min?: number;
  readonly max?: number;
}

export function planFigures({ name, settings, sizes, objects }: InspectedStack): PlanFigures {
  return {
    stack: name,
    preset: settings.logfire.preset,
    workloads: Object.values(sizes),
    capacity: capacity(sizes),
    nodes: clouds.flatMap((cloud) => nodesOn(cloud, sizes)),
    objects: countKinds(objects()),
  };
}

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
  const { hostnames, features } = inspected.settings.logfire;
  const on = Object.entries(features).flatMap(([feature, enabled]) => (enabled ? [feature] : []));
  return [
    `Stack ${figures.stack}: Logfire on ${hostnames.join(", ")}, preset ${figures.preset}${on.length === 0 ? "" : `, with ${on.join(", ")}`}`,
    "",
    "Workloads (requests of one pod)",
    table(["workload", "pods", "CPU", "GiB", "scratch GiB"], figures.workloads.map(workloadRow)),
    "",
    "Required capacity, with autoscalers at their minimum and at their maximum",
    table(
      ["pool", "pods", "CPU", "GiB", "scratch GiB", "pods max", "CPU max", "GiB max", "scratch GiB max"],
      [...figures.capacity.map(capacityRow), totalRow(figures.capacity)],
    ),
    "",
    "Nodes that hold it, packed tightly (a spread over three zones and a rolling update need some more)",
    table(
      ["cloud", "pool", "type", "nodes", "nodes max"],
      figures.nodes.map(({ cloud, pool, type, min, max }) => [
        cloud,
        pool,
        type,
        min ?? "too small",
        max ?? "too small",
      ]),
    ),
    "",
    `Objects: ${Object.entries(figures.objects)
      .map(([kind, count]) => `${count} ${kind}`)
      .join(", ")}`,
  ].join("\n");
}

function workloadRow(size: Size): readonly string[] {
  const [min, max] = [minReplicas(size), maxReplicas(size)];
  return [
    size.name,
    min === max ? String(min) : `${min}–${max}`,
    cores(size.requests.cpuMillis),
    gib(size.requests.memoryMib),
    size.scratchMib === 0 ? "-" : gib(size.scratchMib),
  ];
}

const amounts = ({ pods, cpuMillis, memoryMib, scratchMib }: PoolCapacity["min"]): readonly string[] => [
  String(pods),
  cores(cpuMillis),
  gib(memoryMib),
  gib(scratchMib),
];

const capacityRow = ({ pool, min, max }: PoolCapacity): readonly string[] => [pool, ...amounts(min), ...amounts(max)];

function totalRow(pools: readonly PoolCapacity[]): readonly string[] {
  const sum = (which: "min" | "max") =>
    pools.reduce(
      (total, pool) => ({
        pods: total.pods + pool[which].pods,
        cpuMillis: total.cpuMillis + pool[which].cpuMillis,
        memoryMib: total.memoryMib + pool[which].memoryMib,
        scratchMib: total.scratchMib + pool[which].scratchMib,
      }),
      { pods: 0, cpuMillis: 0, memoryMib: 0, scratchMib: 0 },
    );
  return ["total", ...amounts(sum("min")), ...amounts(sum("max"))];
}
