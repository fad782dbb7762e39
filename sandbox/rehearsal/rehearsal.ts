import type { PresetName } from "../../components/logfire/catalogue/names";
import { formatSeconds } from "../tools/progress";
import { durationOf } from "./chain";
import { readNodes, settle, type PoolNodes } from "./cluster";
import {
  unchanged,
  type DestroyReport,
  type NodesReport,
  type RehearsalReport,
  type ScenarioReport,
  type UpReport,
} from "./report";
import type { PoolName } from "./cloud";
import type { FaultName, ScenarioName } from "./scenarios";
import { afterUpgrade, play, startingWith } from "./play";
import { Stage, type Changes, type StageOptions, type Update } from "./stage";
import { byService, nameOf, staticKeysIn, unprotected } from "./state";

export interface RehearsalRequest extends StageOptions {
  readonly disposable: boolean;
  readonly faults: readonly FaultName[];
  readonly scenarios: readonly ScenarioName[];
  /** The fewest nodes of a type that a preset's pods fit on. */
  readonly bound: (pool: PoolName, type: string, preset: PresetName) => number;
  /** Looks around in the stack that is up, after the second `up` and before anything else happens to it. */
  readonly visit?: (stage: Stage) => Promise<void>;
  /** Leaves the sandbox and what is in it, instead of destroying it. */
  readonly keep?: boolean;
}

const limits = { ratio: 1.1, nodes: 1.15 };

/** The whole life of a stack in a simulated cloud. Throws where an `up` fails that has to succeed. */
export async function rehearse(request: RehearsalRequest): Promise<RehearsalReport> {
  const begun = Date.now();
  const stage = await Stage.open(request);
  try {
    const start = startingWith(request.scenarios, request.cloud);
    const up = await firstUp(stage, request.faults, start);
    const pods = await settle(stage.kubectl, request.namespace, request.signal);
    const nodes = (await readNodes(stage.kubectl)).map((pool) => withBound(pool, stage, request));
    const state = await stage.state();
    const protection = {
      unprotected: unprotected(state, request.cloud),
      staticKeys: staticKeysIn(state, request.cloud),
    };
    const second = (await stage.deploy(start)).result.changes;
    await request.visit?.(stage);
    const scenarios: ScenarioReport[] = [];
    let now = start;
    // The update first: the others then begin where it led.
    for (const name of [...request.scenarios].sort((a) => (a === "upgrade" ? -1 : 0))) {
      scenarios.push(await play(name, stage, now));
      if (name === "upgrade") now = afterUpgrade(now, request.cloud);
    }
    const destroy = request.keep === true ? undefined : await destroyAll(stage, request);
    const { stack, preset } = request;
    const report = {
      cloud: request.cloud.title,
      stack,
      preset,
      speed: request.speed,
      up,
      nodes,
      pods,
      second,
      protection,
      scenarios,
      destroy,
    };
    return {
      ...report,
      seconds: (Date.now() - begun) / 1000,
      problems: problemsOf({ ...report, seconds: 0, problems: [] }, request),
    };
  } finally {
    // Whoever interrupts it wants nothing of it any more.
    const keep = request.keep === true && request.signal?.aborted !== true;
    await (keep ? stage.keep() : stage.close());
  }
}

const withBound = (pool: PoolNodes, { autoscaler }: Stage, { bound, preset }: RehearsalRequest): NodesReport => ({
  ...pool,
  bound: pool.pool === "general" || pool.pool === "scratch" ? bound(pool.pool, pool.type, preset) : 0,
  added: autoscaler.added.filter((each) => each.pool === pool.pool).length,
});

async function firstUp(stage: Stage, names: readonly FaultName[], start: Changes): Promise<UpReport> {
  const announced = await stage.preview(start);
  const from = Date.now();
  const { result, timeline } = await upUnder(stage, names, start);
  const state = await stage.state();
  const calls = stage.account.calls();
  const made = calls.filter(({ error, begun }) => error === undefined && begun >= from);
  const duration = durationOf(state, timeline.spans, made);
  return {
    seconds: (Date.now() - from) / 1000,
    resources: byService(state, stage.options.cloud),
    previewDiffers: names.length > 0 ? [] : differences(announced.steps, timeline.steps),
    simulatedSeconds: duration.seconds,
    chain: duration.chain,
    ratio: duration.ratio,
    late: duration.late.map(({ urn, after }) => `${nameOf(urn)} after ${nameOf(after)}`),
    warnings: result.warnings,
    failedCalls: calls.flatMap(({ call, error }) => (error === undefined ? [] : [`${call}: ${error}`])),
  };
}

/** The first `up`, with what is to go wrong in it; where that makes it fail, it is run again as its owner would. */
async function upUnder(stage: Stage, names: readonly FaultName[], start: Changes): Promise<Update> {
  const failing = stage.account.plantFaults(names.filter((name) => name !== "cut"));
  if (names.includes("cut")) await cutInTheMiddle(stage, start);
  await failWhileItLasts(stage, start, failing);
  return stage.deploy(start);
}

/** One `up` for each request that the cloud refuses for good. */
async function failWhileItLasts(stage: Stage, start: Changes, times: number): Promise<void> {
  for (let attempt = 0; attempt < times; attempt++) {
    const { result } = stage.deployApart(start);
    const failed = await result.then(
      () => false,
      () => true,
    );
    if (!failed) return;
  }
}

/** As Ctrl-C does, when the cluster is under way and nodes are not. */
async function cutInTheMiddle(stage: Stage, start: Changes): Promise<void> {
  const child = stage.deployApart(start);
  const watching = setInterval(() => {
    if (stage.account.clusterIsBegun()) child.interrupt();
  }, 100);
  const finished = await child.result.then(
    () => true,
    () => false,
  );
  clearInterval(watching);
  if (finished) throw new Error("an `up` that was interrupted in the middle succeeded all the same");
}

const differences = (announced: readonly string[], done: readonly string[]): readonly string[] => {
  const only = (these: readonly string[], those: readonly string[], how: string) =>
    these
      .filter((step) => !those.includes(step))
      .map((step) => `${how}: ${step.split(" ")[0] ?? ""} ${nameOf(step.slice(step.indexOf(" ") + 1))}`);
  return [...only(announced, done, "announced only"), ...only(done, announced, "done only")];
};

async function destroyAll(stage: Stage, { disposable }: RehearsalRequest): Promise<DestroyReport> {
  const begun = Date.now();
  await stage.autoscaler.stop();
  const first = disposable ? undefined : await refused(stage);
  await stage.destroy();
  return {
    seconds: (Date.now() - begun) / 1000,
    ...(first === undefined ? {} : { refusedAtFirst: first }),
    left: stage.account.left(),
    kept: stage.account.kept(),
    ownersGone: stage.owned.filter((each) => !stage.account.owned().includes(each)),
  };
}

/** Whether a stack that is not disposable refuses to go; makes it one that does. */
async function refused(stage: Stage): Promise<boolean> {
  const went = await stage.previewDestroy();
  if (!went) await stage.deploy({ disposable: true });
  return !went;
}

/** What a clean rehearsal has none of. */
function problemsOf(
  report: RehearsalReport,
  { disposable, faults: failing, cloud }: RehearsalRequest,
): readonly string[] {
  const { up, pods, nodes, second, protection, scenarios, destroy } = report;
  const changed = Object.entries(second).filter(([op]) => !unchanged.includes(op));
  return [
    ...up.previewDiffers.map((each) => `preview and update differ: ${each}`),
    // With faults, what was begun again counts twice.
    ...(failing.length === 0 && up.ratio > limits.ratio
      ? [
          `the first \`up\` took ${formatSeconds(up.simulatedSeconds)} of simulated time, ${up.ratio.toFixed(2)} times its longest chain (at most ${limits.ratio})`,
        ]
      : []),
    ...pods.unready.map(({ pod, why }) => `${pod} is not Ready: ${why}`),
    ...nodes
      .filter(({ nodes: count, added, bound, byZone }) => {
        const zones = Object.keys(byZone).length;
        const even = cloud.poolsBeginEven ? Math.ceil(bound / zones) * zones : zones;
        return count - added > Math.max(limits.nodes * bound, even);
      })
      .map(
        ({ pool, nodes: count, added, bound }) =>
          `${count - added} ${pool} nodes at the minimum where ${bound} would do`,
      ),
    ...(changed.length > 0
      ? [`the second \`up\` changed something: ${changed.map(([op, count]) => `${count} ${op}`).join(", ")}`]
      : []),
    ...(disposable ? [] : protection.unprotected.map((name) => `${name} is not protected`)),
    ...protection.staticKeys.map((name) => `${name} is or holds a static key`),
    ...scenarios.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`)),
    ...(destroy?.refusedAtFirst === false ? ["`destroy` took a stack that is not disposable"] : []),
    ...(destroy?.ownersGone ?? []).map((name) => `the owner's own is gone: ${name}`),
    ...(destroy?.left ?? []).map((name) => `left in the account: ${name}`),
  ];
}
