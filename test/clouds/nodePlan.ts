import assert from "node:assert/strict";
import type { PresetName } from "../../components/logfire/catalogue/names";
import type { PodGroup } from "../../components/logfire/edge/capacity";
import { nodesFor } from "../../components/logfire/sizing";
import { checkNodePlan } from "../../components/platform/shared/checkNodePlan";
import type { MachineType } from "../../components/platform/shared/machines";
import {
  type Bounds,
  defaultBounds,
  leastLocalSsdGb,
  type Machine,
  type MachineCatalogue,
  nodePool,
  packedNodes,
  poolNames,
  type PoolName,
  poolPods,
  zoneCount,
} from "../../components/platform/shared/nodePlan";
import { linesOf, presets, sizesOf } from "./stacks";

type Nodes<M extends Machine> = Readonly<Record<PoolName, M & Bounds>>;
type Change<M extends Machine> = Partial<Record<PoolName, Partial<M & Bounds>>>;

/** A cloud's machines, as its presets choose them. */
export interface Chosen<M extends Machine> {
  /** `aws` */
  readonly cloud: string;
  readonly title: string;
  readonly machines: MachineCatalogue<M>;
  readonly machine: (preset: PresetName, pool: PoolName) => M;
  /** What serves the cluster by default. */
  readonly usualPods: (preset: PresetName) => readonly PodGroup[];
}

export interface NodePlans<M extends Machine> extends Chosen<M> {
  /** Figures of a machine that is known. */
  readonly known: (machine: M) => MachineType;
  /** The pools by default, where Logfire has every optional feature or none. */
  readonly nodesOf: (preset: PresetName, optional?: boolean) => Nodes<M>;
  /** What is said of the pools by default, with a change. */
  readonly lines: (preset: PresetName, change?: Change<M>, optional?: boolean) => readonly string[];
}

export function nodePlansOn<M extends Machine>(chosen: Chosen<M>): NodePlans<M> {
  const { machines, machine, usualPods } = chosen;
  const known = (of: M): MachineType => {
    const type = machines.machineOf(of);
    assert.ok(type !== undefined, of.type);
    return type;
  };
  const poolOf = (preset: PresetName, pool: PoolName, optional: boolean): M & Bounds => {
    const own = machine(preset, pool);
    return { ...own, ...defaultBounds(sizesOf(preset, optional), pool, known(own), usualPods(preset)) };
  };
  const nodesOf = (preset: PresetName, optional = false): Nodes<M> => ({
    general: poolOf(preset, "general", optional),
    scratch: poolOf(preset, "scratch", optional),
  });
  return {
    ...chosen,
    known,
    nodesOf,
    lines: (preset, change = {}, optional = false) => {
      const { general, scratch } = nodesOf(preset);
      const nodes = { general: { ...general, ...change.general }, scratch: { ...scratch, ...change.scratch } };
      return linesOf(checkNodePlan(machines, nodes, { sizes: sizesOf(preset, optional), services: usualPods(preset) }));
    },
  };
}

/** What differs from cloud to cloud in its pools. */
export interface ExpectedPlans<M extends Machine> {
  /** Fewest and most nodes: what the pods need, and half of what every autoscaler at its maximum needs. */
  readonly bounds: Readonly<Record<PresetName, Readonly<Record<PoolName, readonly [least: number, most: number]>>>>;
  /** A machine for general nodes that holds all pods of `tiny` in two. */
  readonly large: Partial<M>;
}

/** Each cloud adds what it says of machines that cannot be. */
export function describeNodePlans<M extends Machine>(
  plans: NodePlans<M>,
  { bounds, large }: ExpectedPlans<M>,
  own: () => void,
): void {
  const { machines, known, nodesOf, lines, usualPods } = plans;
  const key = `${plans.cloud}.nodes.general.minNodes`;
  const needed = (preset: PresetName, pool: PoolName, optional: boolean, bound: "min" | "max") =>
    poolPods(sizesOf(preset, optional), pool, bound, usualPods(preset));

  describe(`the node plan on ${plans.title}`, () => {
    for (const preset of presets)
      for (const optional of [false, true]) {
        const name = `${preset}${optional ? " with all features" : ""}`;
        it(`of ${name} holds its pods with at most 15 % more nodes than packing needs, but one in each zone`, () => {
          for (const pool of poolNames) {
            const nodes = nodesOf(preset, optional)[pool];
            const bound = packedNodes(needed(preset, pool, optional, "min"), known(nodes));
            assert.ok(bound !== undefined);
            assert.ok(nodes.minNodes >= bound, `${pool}: ${nodes.minNodes} < ${bound}`);
            assert.ok(nodes.minNodes <= Math.max(zoneCount, 1.15 * bound), `${pool}: ${nodes.minNodes} for ${bound}`);
          }
        });

        it(`of ${name} has the local SSD that Logfire asks for, and no problem`, () => {
          const { scratch } = nodesOf(preset, optional);
          assert.ok(scratch.minNodes * known(scratch).localSsdGb >= leastLocalSsdGb);
          assert.deepEqual(lines(preset, {}, optional), []);
        });
      }

    for (const preset of presets)
      it(`of ${preset} has these bounds`, () => {
        const nodes = nodesOf(preset);
        for (const pool of poolNames)
          assert.deepEqual([nodes[pool].minNodes, nodes[pool].maxNodes], bounds[preset][pool], pool);
      });

    it("refuses bounds the wrong way round and a zone without a general node", () => {
      const general = { ...large, minNodes: 2, maxNodes: 1 } as Partial<M & Bounds>;
      assert.deepEqual(
        lines("tiny", { general }).map((line) => line.split(";")[0]),
        [
          `${key}: 2 is more than maxNodes, 1`,
          `${key}: 2 leaves a zone without a node, and the volumes of the ingest queue belong to one zone each`,
        ],
      );
    });

    it("offers the contract what is left of a machine", () => {
      const { scratch } = nodesOf("standard");
      const { type, minNodes, maxNodes } = scratch;
      assert.deepEqual(nodePool(machines, "scratch", scratch), {
        ...{ name: "scratch", type, minNodes, maxNodes },
        allocatable: known(scratch).allocatable,
      });
    });

    it("packs as the simulated scheduler does: nodes hold what packing says that they hold", () => {
      for (const preset of presets)
        for (const pool of poolNames) {
          const shape = known(plans.machine(preset, pool)).allocatable;
          const pods = needed(preset, pool, false, "max");
          const nodes = nodesFor(pods, shape) ?? 0;
          const cpu = pods.reduce((sum, { cpuMillis }) => sum + cpuMillis, 0);
          assert.ok(nodes * shape.cpuMillis >= cpu && nodes <= pods.length);
        }
    });

    own();
  });
}
