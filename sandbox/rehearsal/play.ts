import { presetNames, type PresetName } from "../../components/logfire/catalogue/names";
import { watchBudgets } from "./budgets";
import { readNodes, settle } from "./cluster";
import type { ScenarioReport } from "./report";
import type { ScenarioName } from "./scenarios";
import { merged, type Changes, type Stage } from "./stage";
import type { RehearsedCloud } from "./cloud";
import { nameOf, typeOf } from "./state";
import { unchanged } from "./report";
import type { Timeline } from "./timeline";
import { outOfOrder, orderSaid } from "./upgrade";
import { loseZone } from "./zone";

type Scenario = (stage: Stage, start: Changes) => Promise<Pick<ScenarioReport, "said" | "problems">>;

/** What the first `up` must begin with so that a scenario has something to change. */
export const startingWith = (
  scenarios: readonly ScenarioName[],
  { withVersion, versions }: Pick<RehearsedCloud, "withVersion" | "versions">,
): Changes => (scenarios.includes("upgrade") ? { settings: withVersion(versions.earlier) } : {});

export const afterUpgrade = (
  start: Changes,
  { withVersion, versions }: Pick<RehearsedCloud, "withVersion" | "versions">,
): Changes => ({ ...start, settings: merged(start.settings ?? {}, withVersion(versions.newest)) });

const scenarios: Readonly<Record<ScenarioName, Scenario>> = {
  preset: presetUpAndDown,
  pool: otherMachines,
  upgrade: nextVersion,
  zone: loseZone,
};

export async function play(name: ScenarioName, stage: Stage, start: Changes): Promise<ScenarioReport> {
  const begun = Date.now();
  const { said, problems } = await scenarios[name](stage, start);
  return { name, seconds: (Date.now() - begun) / 1000, said, problems };
}

interface Changed {
  readonly said: readonly string[];
  readonly problems: readonly string[];
  readonly timeline: Timeline;
}

/** Deploys a change while the budgets are watched, and looks what came of it. */
async function change(stage: Stage, changes: Changes): Promise<Changed> {
  const { namespace, toolset, signal } = stage.options;
  const watch = await watchBudgets(stage.sandbox.controlPlane, toolset, namespace);
  const { result, timeline } = await stage.deploy(changes).catch(async (error: unknown) => {
    await watch.end();
    throw error;
  });
  const pods = await settle(stage.kubectl, namespace, signal);
  const { violations, evicted } = await watch.end();
  const again = (await stage.deploy(changes)).result.changes;
  const moved = Object.keys(again).filter((op) => !unchanged.includes(op));
  const nodes = await readNodes(stage.kubectl);
  const lost = lostData(timeline.steps, stage.options.cloud);
  return {
    timeline,
    said: [
      `${Object.entries(result.changes)
        .map(([op, count]) => `${count} ${op}`)
        .join(", ")} in ${result.durationSeconds.toFixed(0)} s; ${evicted} pods went`,
      `nodes: ${nodes.map(({ pool, type, nodes: count, versions: kubelets }) => `${count} ${pool} ${type} (${kubelets.join(", ")})`).join("; ")}`,
    ],
    problems: [
      ...violations.map((violation) => `a disruption budget did not hold: ${violation}`),
      ...pods.unready.map(({ pod, why }) => `${pod} is not Ready: ${why}`),
      ...(moved.length > 0 ? [`another \`up\` changed something: ${JSON.stringify(again)}`] : []),
      ...lost.map((name) => `${name} was replaced or deleted`),
    ],
  };
}

/** Of what holds data, what an update replaced or deleted. */
const lostData = (steps: readonly string[], { holdsData }: RehearsedCloud): readonly string[] =>
  steps
    .filter((step) => /^(delete|replace|create-replacement|delete-replaced) /.test(step))
    .map((step) => step.slice(step.indexOf(" ") + 1))
    .filter((urn) => holdsData(typeOf(urn)) || /:(StatefulSet|PersistentVolumeClaim)$/.test(typeOf(urn)))
    .map(nameOf);

async function presetUpAndDown(stage: Stage, start: Changes): ReturnType<Scenario> {
  const own = stage.options.preset;
  const at = presetNames.indexOf(own);
  const other: PresetName = presetNames[at + 1] ?? presetNames[at - 1] ?? own;
  const away = await change(stage, { ...start, preset: other });
  const back = await change(stage, start);
  return {
    said: [`to ${other}:`, ...away.said, `back to ${own}:`, ...back.said],
    problems: [...away.problems, ...back.problems],
  };
}

async function otherMachines(stage: Stage, start: Changes): ReturnType<Scenario> {
  const nodes = await readNodes(stage.kubectl);
  const { cloud } = stage.options;
  const types: Readonly<Record<string, string>> = Object.fromEntries(
    nodes.flatMap(({ pool, type }) => {
      const next = cloud.otherMachine(pool === "scratch" ? "scratch" : "general", type);
      return next === undefined ? [] : [[pool, next] as const];
    }),
  );
  const changes = { ...start, settings: merged(start.settings ?? {}, cloud.withMachines(types)) };
  const { said, problems } = await change(stage, changes);
  const now = await readNodes(stage.kubectl);
  const still = now.filter(({ pool, type }) => types[pool] !== undefined && type !== types[pool]);
  const back = await change(stage, start);
  return {
    said: [...said, "and back:", ...back.said],
    problems: [
      ...problems,
      ...still.map(({ pool, type }) => `nodes of pool ${pool} are ${type} after the change`),
      ...back.problems,
    ],
  };
}

async function nextVersion(stage: Stage, start: Changes): ReturnType<Scenario> {
  const { cloud } = stage.options;
  const { earlier, newest } = cloud.versions;
  const { said, problems, timeline } = await change(stage, afterUpgrade(start, cloud));
  const old = (await readNodes(stage.kubectl)).filter(({ versions: kubelets }) =>
    kubelets.some((each) => !each.startsWith(`v${newest}.`)),
  );
  return {
    said: [`from ${earlier} to ${newest}: ${orderSaid(cloud.upgradeOrder, timeline.spans)}`, ...said],
    problems: [
      ...problems,
      ...outOfOrder(cloud.upgradeOrder, timeline.spans),
      ...old.map(({ pool, versions: kubelets }) => `pool ${pool} runs ${kubelets.join(", ")}`),
    ],
  };
}
