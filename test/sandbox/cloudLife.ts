import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { OutputMap, PulumiFn } from "@pulumi/pulumi/automation";
import type { UpdateResult } from "../../sandbox/engine/engine";
import type { AccountOptions } from "../../sandbox/providers/cloud/account";
import { shapeFailures } from "../../sandbox/providers/cloud/check";
import type { Entity } from "../../sandbox/providers/cloud/model";
import { keptIn, leftIn } from "../../sandbox/providers/cloud/operations";
import { resourceShape } from "../../sandbox/providers/cloud/sdk/resources";
import type { Simulation } from "../../sandbox/providers/cloud/simulation";
import { watchBudgets } from "../../sandbox/rehearsal/budgets";
import { readNodes, readPods, type PoolNodes } from "../../sandbox/rehearsal/cluster";
import { resourcesOf } from "../../sandbox/rehearsal/state";
import { Timeline } from "../../sandbox/rehearsal/timeline";
import { toolset } from "../support/tools";
import type { CloudRig } from "./cloudSupport";
import { canary } from "./cloudWorkload";

/** What a test varies of every program. */
interface ToyOptions {
  readonly nodes?: number;
}

/** A program that cannot come up, and what is said of it. */
interface Mistake<Options> {
  readonly options: Options;
  readonly said: RegExp;
}

/** What differs from cloud to cloud in the life of a small stack. */
export interface ToyStack<Options extends ToyOptions, O extends AccountOptions> {
  readonly simulation: Pick<Simulation, "title" | "package" | "kinds">;
  readonly start: (options: { readonly speed: number }) => Promise<CloudRig<O>>;
  /** Module and name of a function that makes the program, so that another process can make it as well. */
  readonly module: string;
  readonly factory: string;
  readonly program: (options?: Options) => PulumiFn;
  /** Lacks what another resource asks for: until that all is made, and nothing after it. */
  readonly lacking: Mistake<Options> & { readonly made: string; readonly notMade: string };
  /** An input that the cloud does not take. */
  readonly wrong: Mistake<Options>;
  /** The output `tags`. */
  readonly tags: object;
  readonly pools: readonly PoolNodes[];
  /** Of the nodes that a test makes more and fewer, as kubectl selects them. */
  readonly selector: string;
  /** `zonal`: a disk lies in one zone, and its pod with it. */
  readonly disks: { readonly driver: string; readonly zonal: boolean };
  /** Type without the package of what holds the database's password. */
  readonly password: string;
  /** Nodes of another machine type. */
  readonly exchange: {
    readonly options: Options;
    readonly type: string;
    /** Type without the package of what holds the nodes, and what the engine does with it. */
    readonly pool: string;
    readonly steps: readonly string[];
    /** Pods, at least and at most: those that move twice count twice. */
    readonly evicted: readonly [number, number];
  };
  /** What the cloud keeps when all is deleted: `compute Network`. */
  readonly kept: readonly string[];
}

/** One stack in the middle of its life, for what a cloud has to assert beside the others. */
export interface ToyLife<Options extends ToyOptions, O extends AccountOptions> {
  readonly rig: CloudRig<O>;
  /** Of the first update. */
  readonly outputs: OutputMap;
  readonly deploy: (options?: Options, timeline?: Timeline) => Promise<UpdateResult>;
  /** An update that has to fail. */
  readonly deployApart: (options: Options) => Promise<UpdateResult>;
}

/** What the engine did with resources of a type, in order: `["create-replacement", "replace"]`. */
export const stepsOf = ({ steps }: Timeline, type: string): readonly (string | undefined)[] =>
  steps.filter((step) => step.includes(type)).map((step) => step.split(" ")[0]);

/** Outputs of another type than the SDK says, in words. A cloud's answers may lack parts, and inputs stand beside them. */
function mistyped({ kinds, package: name }: Pick<Simulation, "kinds" | "package">, entities: readonly Entity[]) {
  // What comes along with another has a few of its outputs.
  const own = entities.filter(({ token, companionOf }) => token in kinds && companionOf === undefined);
  return own.flatMap(({ token, outs }) => {
    const { inputs, outputs } = resourceShape(`${name}:${token}`);
    const known = Object.fromEntries(
      Object.entries(outs).filter(([output, value]) => value !== "[secret]" && !output.startsWith("simulated")),
    );
    return shapeFailures(outputs, known, "", token)
      .filter(({ property, reason }) => !(reason.startsWith("is not an input") && property in inputs))
      .filter(({ reason }) => reason !== "is required")
      .map(({ property, reason }) => `${token} ${property} ${reason}`);
  });
}

/**
 * A stack with a workload, through its life on the real engine and control plane. The tests are steps of that life and
 * build on each other in this order; `own` are between the last exchange of nodes and the end. That the cloud takes the
 * inputs, and that nodes and disks work, is not proved.
 */
export function describeToyLife<Options extends ToyOptions, O extends AccountOptions>(
  toy: ToyStack<Options, O>,
  own: (life: () => ToyLife<Options, O>) => void = () => undefined,
): void {
  const { simulation, exchange, selector } = toy;
  const stack = "toy";

  describe(`a cluster of simulated ${simulation.title}`, function () {
    this.timeout(120_000);
    let rig: CloudRig<O>;
    let outputs: OutputMap;

    const deploy = (options?: Options, timeline = new Timeline()) =>
      rig.sandbox.engine.deploy({ stack, program: toy.program(options), onEvent: timeline.onEvent });
    const deployApart = (options: Options) =>
      rig.deployApart({ stack, module: toy.module, factory: toy.factory, arguments: [options] });
    const kubectl = (...args: readonly string[]) => rig.sandbox.controlPlane.kubectl([...args]);
    const namesOfNodes = async () =>
      (await kubectl("get", "nodes", "-l", selector, "-o", "name"))
        .split("\n")
        .filter((name) => name !== "")
        .sort();

    before(async function () {
      this.timeout(3_600_000);
      rig = await toy.start({ speed: 300 });
    });
    after(() => rig?.down());

    it("says in an update what is wrong, and makes nothing of what depends on it", async () => {
      await assert.rejects(deployApart(toy.lacking.options), toy.lacking.said);
      const made = rig.account.entities().map(({ token }) => token);
      assert.ok(made.includes(toy.lacking.made) && !made.includes(toy.lacking.notMade), made.join(", "));
      await assert.rejects(deployApart(toy.wrong.options), toy.wrong.said);
    });

    it("comes up when that is put right, with nodes in every zone and disks where their pods are", async () => {
      const result = await deploy();
      outputs = result.outputs;
      assert.deepEqual(result.warnings, []);
      assert.deepEqual(outputs.tags?.value, toy.tags);
      assert.deepEqual((await readPods(rig.sandbox.controlPlane.kubectl)).unready, []);
      assert.deepEqual(await readNodes(rig.sandbox.controlPlane.kubectl), toy.pools);
      const { items } = JSON.parse(await kubectl("get", "persistentvolumes", "-o", "json")) as {
        readonly items: readonly {
          readonly spec: { readonly csi: { readonly driver: string }; readonly nodeAffinity?: object };
        }[];
      };
      assert.deepEqual(
        items.map(({ spec }) => ({ driver: spec.csi.driver, zonal: spec.nodeAffinity !== undefined })),
        Array.from({ length: 3 }, () => toy.disks),
      );
    });

    it("changes nothing the second time", async () => {
      assert.deepEqual(Object.keys((await deploy()).changes), ["same"]);
    });

    it("answers every output with the type that the SDK says it has", () => {
      assert.deepEqual(mistyped(simulation, rig.account.entities()), []);
    });

    it("keeps the stack's secrets out of the account and out of the state in the open", async () => {
      const { account, sandbox } = rig;
      const state = join(sandbox.stateDir, "engine", "backend", ".pulumi", "stacks", "toy", `${stack}.json`);
      for (const file of [join(account.folder, "account.json"), join(account.folder, "calls.jsonl"), state])
        assert.ok(!readFileSync(file, "utf8").includes(canary), file);
      const type = `${simulation.package}:${toy.password}`;
      const holder = resourcesOf(await sandbox.engine.exportState({ stack })).find((each) => each.type === type);
      assert.ok(JSON.stringify(holder?.inputs).includes(canary));
    });

    it("scales its nodes", async () => {
      for (const nodes of [4, 3]) {
        await deploy({ nodes } as Options);
        assert.equal((await namesOfNodes()).length, nodes);
      }
    });

    it("exchanges nodes whose machine type changes, and no pod ends before it has another place", async () => {
      const before = await namesOfNodes();
      const budgets = await watchBudgets(rig.sandbox.controlPlane, await toolset(), "toy");
      const timeline = new Timeline();
      await deploy(exchange.options, timeline);
      const { evicted, violations } = await budgets.end();
      assert.deepEqual(stepsOf(timeline, exchange.pool), exchange.steps);
      assert.deepEqual(
        (await namesOfNodes()).filter((name) => before.includes(name)),
        [],
      );
      assert.deepEqual(violations, []);
      const [least, most] = exchange.evicted;
      assert.ok(evicted >= least && evicted <= most, String(evicted));
      const ofType = `${selector},node.kubernetes.io/instance-type=${exchange.type}`;
      assert.equal((await kubectl("get", "nodes", "-l", ofType, "-o", "name")).trim().split("\n").length, 3);
    });

    own(() => ({ rig, outputs, deploy, deployApart }));

    it("goes to the last volume, and leaves in the account only what the cloud keeps, with the reason", async () => {
      await rig.sandbox.engine.destroy({ stack });
      assert.deepEqual(leftIn(rig.account.entities()), []);
      const kept = keptIn(rig.account.entities()).map((each) => each.split(" ").slice(0, 2).join(" "));
      assert.deepEqual([...new Set(kept)].sort(), toy.kept);
      assert.equal(await kubectl("get", "nodes,persistentvolumes", "-o", "name"), "");
    });
  });
}
