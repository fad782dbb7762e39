import type { Problem } from "../../../lib/errors";
import type { PresetName } from "../../../logfire/catalogue/names";
import type { PodGroup } from "../../../logfire/edge/capacity";
import {
  diskBesidesScratchMib,
  maxReplicas,
  minReplicas,
  nodesFor,
  podsIn,
  type NodeShape,
  type Sizes,
} from "../../../logfire/sizing";
import type { AwsNodePool } from "../../../settings/typesAws";
import type { NodePool } from "../../contract";
import { podsOf } from "./clusterPods";
import { daemonSets } from "./daemonSets";
import { imageArchitecture, instanceTypes, type InstanceType } from "./instanceTypes";

type PoolName = NodePool["name"];
const poolNames = ["general", "scratch"] as const satisfies readonly PoolName[];

/** Machine types by preset: the smallest whose nodes hold the preset's largest pods without much left over. */
export const defaultTypes: Readonly<Record<PresetName, Readonly<Record<PoolName, string>>>> = {
  tiny: { general: "m7i.xlarge", scratch: "m6id.xlarge" },
  small: { general: "m7i.xlarge", scratch: "m6id.2xlarge" },
  standard: { general: "m7i.2xlarge", scratch: "r6id.2xlarge" },
  large: { general: "m7i.2xlarge", scratch: "r6id.4xlarge" },
};

/** Zones that a stack is spread over: one group of general nodes in each. */
export const zoneCount = 3;

/** Local SSD that Logfire asks for, over all nodes together. Decimal GB, raw. */
export const leastLocalSsdGb = 512;

/** How far the nodes at the minimum may exceed what the pods need when packed tightly. */
const headroom = 1.15;

/** What the pods of a pool need when every autoscaler is at its minimum, or at its maximum. */
export function poolPods(
  sizes: Sizes,
  pool: PoolName,
  bound: "min" | "max",
  services: readonly PodGroup[],
): readonly NodeShape[] {
  const own = podsIn(sizes, pool, bound === "min" ? minReplicas : maxReplicas);
  return pool === "general" ? [...own, ...podsOf(services, bound)] : own;
}

/** A machine type as the packing of pods sees it. */
export const shapeOf = ({ allocatable }: InstanceType): NodeShape => allocatable;

/** Nodes that the pods need at least, when packed tightly; `undefined` where one fits no node. */
export function packedNodes(needed: readonly NodeShape[], type: InstanceType): number | undefined {
  const packed = nodesFor(needed, shapeOf(type));
  if (packed === undefined) return undefined;
  return Math.max(packed, Math.ceil(needed.length / podsPerNode(type)));
}

const podsPerNode = ({ maxPods }: InstanceType): number => maxPods - daemonSets.pods;

/**
 * Bounds of a pool where the owner gives none. At least: what the pods need with every autoscaler at its minimum, up to
 * 15 % more where that is a whole node, and one node in each zone. At most: half of what they need with every autoscaler
 * at its maximum, which guards the bill; at the limit, workers wait and nothing breaks.
 */
export function defaultBounds(
  sizes: Sizes,
  pool: PoolName,
  typeName: string,
  services: readonly PodGroup[],
): { readonly minNodes: number; readonly maxNodes: number } {
  const type = instanceTypes[typeName];
  if (type === undefined) return { minNodes: zoneCount, maxNodes: zoneCount };
  const least = packedNodes(poolPods(sizes, pool, "min", services), type) ?? 0;
  const most = packedNodes(poolPods(sizes, pool, "max", services), type) ?? 0;
  const disks = pool === "scratch" && type.localSsdGb > 0 ? Math.ceil(leastLocalSsdGb / type.localSsdGb) : 0;
  const minNodes = Math.max(zoneCount, Math.floor(least * headroom), disks);
  return { minNodes, maxNodes: Math.max(minNodes, Math.ceil(most / 2)) };
}

/** Nodes over groups, one group for each zone; the first zones take what does not divide. `4, 3` gives `2, 1, 1`. */
export const spreadOver = (nodes: number, groups: number): readonly number[] =>
  Array.from({ length: groups }, (_, index) => Math.floor(nodes / groups) + (index < nodes % groups ? 1 : 0));

/** A pool as the contract says it. */
export const nodePool = (name: PoolName, { type, minNodes, maxNodes }: AwsNodePool): NodePool => ({
  name,
  type,
  allocatable: instanceTypes[type]?.allocatable ?? { cpuMillis: 0, memoryMib: 0, scratchMib: 0 },
  minNodes,
  maxNodes,
});

type Nodes = Readonly<Record<PoolName, AwsNodePool>>;

/** Everything that keeps the pods from their places, with the arithmetic; nothing where they all find one. */
export function checkNodePlan(sizes: Sizes, nodes: Nodes, services: readonly PodGroup[]): readonly Problem[] {
  return poolNames.flatMap((pool) => checkPool({ sizes, services, pool }, nodes[pool]));
}

/** What is to be placed. */
interface Pods {
  readonly sizes: Sizes;
  readonly services: readonly PodGroup[];
  readonly pool: PoolName;
}

function checkPool(placed: Pods, { type: typeName, minNodes, maxNodes }: AwsNodePool): Problem[] {
  const { pool } = placed;
  const key = `aws.nodes.${pool}`;
  const type = instanceTypes[typeName];
  if (type === undefined) return [unknownType(key, typeName)];
  if (type.architecture !== imageArchitecture) return [wrongArchitecture(key, typeName, pool)];
  const problems: Problem[] = [];
  if (minNodes > maxNodes)
    problems.push({
      key: `${key}.minNodes`,
      problem: `${minNodes} is more than maxNodes, ${maxNodes}`,
      remedy: `write at most ${maxNodes}, or raise maxNodes`,
    });
  if (pool === "general" && minNodes < zoneCount)
    problems.push({
      key: `${key}.minNodes`,
      problem: `${minNodes} leaves a zone without a node, and the volumes of the ingest queue belong to one zone each`,
      remedy: `write at least ${zoneCount}`,
    });
  return [
    ...problems,
    ...checkDisks(key, pool, typeName, type, minNodes),
    ...checkPlaces(key, placed, typeName, type, maxNodes),
  ];
}

const unknownType = (key: string, typeName: string): Problem => ({
  key: `${key}.type`,
  problem: `"${typeName}" is not a machine type whose figures are known`,
  remedy: `choose from ${usableTypes(key.endsWith("scratch") ? "scratch" : "general").join(", ")}`,
});

const wrongArchitecture = (key: string, typeName: string, pool: PoolName): Problem => ({
  key: `${key}.type`,
  problem: `"${typeName}" is an arm64 machine, and Logfire's images are known for ${imageArchitecture} only`,
  remedy: `write ${pool === "general" ? "m7i.2xlarge" : "r6id.2xlarge"}, or another one that is not Graviton`,
});

/** Types that a pool can have. */
export const usableTypes = (pool: PoolName): readonly string[] =>
  Object.entries(instanceTypes)
    .filter(([, type]) => type.architecture === imageArchitecture && (pool === "general") === (type.localSsdGb === 0))
    .map(([name]) => name);

function checkDisks(key: string, pool: PoolName, typeName: string, type: InstanceType, minNodes: number): Problem[] {
  if (pool === "general") return [];
  if (type.localSsdGb === 0)
    return [
      {
        key: `${key}.type`,
        problem: `"${typeName}" has no local SSD for scratch`,
        remedy: `choose from ${usableTypes("scratch").join(", ")}`,
      },
    ];
  const total = minNodes * type.localSsdGb;
  if (total >= leastLocalSsdGb) return [];
  return [
    {
      key: `${key}.minNodes`,
      problem: `${minNodes} × ${typeName} have ${minNodes} × ${type.localSsdGb} = ${total} GB of local SSD, and Logfire needs ${leastLocalSsdGb} GB`,
      remedy: `write at least ${Math.ceil(leastLocalSsdGb / type.localSsdGb)}, or a type with larger disks`,
    },
  ];
}

function checkPlaces(
  key: string,
  { sizes, services, pool }: Pods,
  typeName: string,
  type: InstanceType,
  maxNodes: number,
): Problem[] {
  if (pool === "scratch" && type.localSsdGb === 0) return [];
  const needed = poolPods(sizes, pool, "min", services);
  const tooLarge = Object.values(sizes).filter(
    (size) =>
      size.pool === pool &&
      nodesFor(
        podsIn({ [size.name]: size }, pool, () => 1),
        shapeOf(type),
      ) === undefined,
  );
  if (tooLarge.length > 0)
    return tooLarge.map(({ name, requests, scratchMib }) => ({
      key: `${key}.type`,
      problem: `a pod of ${name} asks for ${inWords({ ...requests, scratchMib: withDisk(scratchMib) })}, and a ${typeName} has ${inWords(shapeOf(type))} for pods`,
      remedy: `write a larger type, such as ${larger(pool, needed) ?? "none of those known; lower the workload's size"}`,
    }));
  const packed = packedNodes(needed, type) ?? 0;
  if (packed <= maxNodes) return [];
  return [
    {
      key: `${key}.maxNodes`,
      problem: `the ${needed.length} pods of this pool ask for ${inWords(sum(needed))} at their minimum, which takes ${packed} × ${typeName} of ${inWords(shapeOf(type))} each, and maxNodes is ${maxNodes}`,
      remedy: `write at least ${packed}, or a larger type`,
    },
  ];
}

const withDisk = (scratchMib: number): number => (scratchMib === 0 ? 0 : scratchMib + diskBesidesScratchMib);

/** The smallest type that holds each of these pods. */
function larger(pool: PoolName, needed: readonly NodeShape[]): string | undefined {
  return usableTypes(pool)
    .flatMap((name) => {
      const type = instanceTypes[name];
      return type !== undefined && nodesFor(needed, shapeOf(type)) !== undefined ? [{ name, type }] : [];
    })
    .sort((left, right) => left.type.cpus - right.type.cpus || left.type.memoryMib - right.type.memoryMib)[0]?.name;
}

const sum = (shapes: readonly NodeShape[]): NodeShape =>
  shapes.reduce(
    (total, { cpuMillis, memoryMib, scratchMib }) => ({
      cpuMillis: total.cpuMillis + cpuMillis,
      memoryMib: total.memoryMib + memoryMib,
      scratchMib: total.scratchMib + scratchMib,
    }),
    { cpuMillis: 0, memoryMib: 0, scratchMib: 0 },
  );

const tenth = (value: number): string => String(Math.round(value * 10) / 10);

/** `4 cores, 8 GiB, 7 GiB of scratch` */
export const inWords = ({ cpuMillis, memoryMib, scratchMib }: NodeShape): string =>
  [
    `${Math.round(cpuMillis / 10) / 100} cores`,
    `${tenth(memoryMib / 1024)} GiB`,
    ...(scratchMib === 0 ? [] : [`${tenth(scratchMib / 1024)} GiB of scratch`]),
  ].join(", ");
