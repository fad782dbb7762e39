import type { Problem } from "../../lib/errors";
import type { PodGroup } from "../../logfire/edge/capacity";
import { diskBesidesScratchMib, nodesFor, podsIn, type NodeShape, type Sizes } from "../../logfire/sizing";
import { imageArchitecture, type MachineType } from "./machines";
import {
  type Bounds,
  leastLocalSsdGb,
  type Machine,
  type MachineCatalogue,
  packedNodes,
  poolNames,
  type PoolName,
  poolPods,
  zoneCount,
} from "./nodePlan";
import { at } from "./problems";

/** What is to be placed. */
interface Pods {
  readonly sizes: Sizes;
  readonly services: readonly PodGroup[];
}

/** Everything that keeps the pods from their places, with the arithmetic; nothing where they all find one. */
export const checkNodePlan = <M extends Machine>(
  catalogue: MachineCatalogue<M>,
  nodes: Readonly<Record<PoolName, M & Bounds>>,
  pods: Pods,
): readonly Problem[] => poolNames.flatMap((pool) => checkPool(catalogue, pool, nodes[pool], pods));

/** One pool, its type known. */
interface Judged extends Pods, Bounds {
  readonly catalogue: Pick<MachineCatalogue, "key" | "usable" | "arm" | "examples">;
  readonly key: string;
  readonly pool: PoolName;
  readonly name: string;
  readonly type: MachineType;
}

function checkPool<M extends Machine>(
  catalogue: MachineCatalogue<M>,
  pool: PoolName,
  machine: M & Bounds,
  pods: Pods,
): readonly Problem[] {
  const key = `${catalogue.key}.${pool}`;
  const type = catalogue.machineOf(machine);
  if (type === undefined)
    return at(
      `${key}.type`,
      `"${machine.type}" is not a machine type whose figures are known`,
      `choose from ${usableTypes(catalogue, pool).join(", ")}`,
    );
  const { minNodes, maxNodes } = machine;
  const judged: Judged = { ...pods, catalogue, key, pool, name: machine.type, type, minNodes, maxNodes };
  if (type.architecture !== imageArchitecture) return wrongArchitecture(judged);
  const refused = catalogue.refused?.(key, pool, machine) ?? [];
  if (refused.length > 0) return refused;
  return [...checkBounds(judged), ...checkDisks(judged), ...checkPlaces(judged)];
}

/** Types that a pool can have. */
export const usableTypes = (catalogue: Pick<MachineCatalogue, "usable">, pool: PoolName): readonly string[] =>
  Object.keys(catalogue.usable(pool));

const wrongArchitecture = ({ catalogue, key, pool, name }: Judged) =>
  at(
    `${key}.type`,
    `"${name}" is an arm64 machine, and Logfire's images are known for ${imageArchitecture} only`,
    `write ${catalogue.examples[pool]}, or another one that is not ${catalogue.arm}`,
  );

const checkBounds = ({ key, pool, minNodes, maxNodes }: Judged): readonly Problem[] => [
  ...(minNodes > maxNodes
    ? at(
        `${key}.minNodes`,
        `${minNodes} is more than maxNodes, ${maxNodes}`,
        `write at most ${maxNodes}, or raise maxNodes`,
      )
    : []),
  ...(pool === "general" && minNodes < zoneCount
    ? at(
        `${key}.minNodes`,
        `${minNodes} leaves a zone without a node, and the volumes of the ingest queue belong to one zone each`,
        `write at least ${zoneCount}`,
      )
    : []),
];

function checkDisks({ catalogue, key, pool, name, type, minNodes }: Judged): readonly Problem[] {
  if (pool === "general") return [];
  if (type.localSsdGb === 0)
    return at(
      `${key}.type`,
      `"${name}" has no local SSD for scratch`,
      `choose from ${usableTypes(catalogue, "scratch").join(", ")}`,
    );
  const total = minNodes * type.localSsdGb;
  if (total >= leastLocalSsdGb) return [];
  return at(
    `${key}.minNodes`,
    `${minNodes} × ${name} have ${minNodes} × ${type.localSsdGb} = ${total} GB of local SSD, and Logfire needs ${leastLocalSsdGb} GB`,
    `write at least ${Math.ceil(leastLocalSsdGb / type.localSsdGb)}, or a type with larger disks`,
  );
}

function checkPlaces(judged: Judged): readonly Problem[] {
  const { catalogue, key, pool, name, type, sizes, services, maxNodes } = judged;
  if (pool === "scratch" && type.localSsdGb === 0) return [];
  const needed = poolPods(sizes, pool, "min", services);
  const tooLarge = Object.values(sizes).filter(
    (size) =>
      size.pool === pool &&
      nodesFor(
        podsIn({ [size.name]: size }, pool, () => 1),
        type.allocatable,
      ) === undefined,
  );
  if (tooLarge.length > 0)
    return tooLarge.flatMap((size) =>
      at(
        `${key}.type`,
        `a pod of ${size.name} asks for ${inWords({ ...size.requests, scratchMib: withDisk(size.scratchMib) })}, and a ${name} has ${inWords(type.allocatable)} for pods`,
        `write a larger type, such as ${larger(catalogue.usable(pool), needed) ?? "none of those known; lower the workload's size"}`,
      ),
    );
  const packed = packedNodes(needed, type) ?? 0;
  if (packed <= maxNodes) return [];
  return at(
    `${key}.maxNodes`,
    `the ${needed.length} pods of this pool ask for ${inWords(sum(needed))} at their minimum, which takes ${packed} × ${name} of ${inWords(type.allocatable)} each, and maxNodes is ${maxNodes}`,
    `write at least ${packed}, or a larger type`,
  );
}

const withDisk = (scratchMib: number): number => (scratchMib === 0 ? 0 : scratchMib + diskBesidesScratchMib);

/** The smallest type that holds each of these pods. */
const larger = (usable: Readonly<Record<string, MachineType>>, needed: readonly NodeShape[]): string | undefined =>
  Object.entries(usable)
    .filter(([, { allocatable }]) => nodesFor(needed, allocatable) !== undefined)
    .sort(([, left], [, right]) => left.cpus - right.cpus || left.memoryMib - right.memoryMib)[0]?.[0];

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
