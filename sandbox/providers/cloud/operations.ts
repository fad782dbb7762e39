import { setTimeout as sleep } from "node:timers/promises";
import { meet } from "./faults";
import { CloudError, type Companion, type Entity, type Made, type Values } from "./model";
import { outputsOf, withCommon } from "./outputs";
import { admit, refuseHeld } from "./references";
import { resourceOf, secondsOf } from "./resource";
import { shortToken, type Place, type Resource, type Result } from "./simulation";

interface Operation {
  readonly resource: Resource;
  /** Whole. */
  readonly token: string;
  readonly urn: string;
  readonly verb: "Create" | "Update" | "Delete";
  readonly seconds: number;
}

export async function createResource(place: Place, token: string, urn: string, given: Values): Promise<Result> {
  const { simulation, account } = place;
  const resource = resourceOf(simulation, token);
  const { kind } = resource;
  const seconds = secondsOf(simulation, resource, "create", given);
  return perform(place, { resource, token, urn, verb: "Create", seconds }, async (readyAt) => {
    const made = await account.change((entities) => {
      const view = place.view(entities);
      const inputs = withCommon(simulation, resource, given, view);
      const id = kind.id(inputs, view);
      admit(simulation, resource, inputs, view, { id });
      const facts: Made = { id, view };
      const outs = outputsOf(simulation, resource, inputs, facts);
      const entity: Entity = {
        ...{ token: resource.token, id, urn, begun: view.now, readyAt },
        ...{ inputs: redacted(given, resource), outs: redacted(outs, resource) },
      };
      const companions = companionsOf(entity, kind.makes?.(inputs, facts) ?? [], entities);
      return [[...entities, entity, ...companions], { id, outs }];
    });
    const after = () => simulation.effects[resource.token]?.created?.(made, place);
    return { id: made.id, result: made, after };
  });
}

/** Those that are not there yet. */
const companionsOf = (of: Entity, made: readonly Companion[], entities: readonly Entity[]): readonly Entity[] =>
  made
    .filter((each) => !entities.some((other) => other.id === each.id && other.token === each.token))
    .map(({ token, id, outs, stays }) => ({
      ...{ token, id, urn: "", inputs: {}, outs, begun: of.begun, readyAt: of.readyAt },
      ...(stays === true ? {} : { companionOf: of.id }),
    }));

export async function updateResource(
  place: Place,
  token: string,
  urn: string,
  id: string,
  given: Values,
): Promise<Values> {
  const { simulation, account } = place;
  const resource = resourceOf(simulation, token);
  const { kind } = resource;
  const was = requireEntity(place, account.entities(), token, id);
  const seconds = secondsOf(simulation, resource, "update", given, was.inputs);
  return perform(place, { resource, token, urn, verb: "Update", seconds }, async (readyAt) => {
    const outs = await account.change((entities) => {
      const view = place.view(entities);
      const before = requireEntity(place, entities, token, id);
      const inputs = withCommon(simulation, resource, given, view);
      admit(simulation, resource, inputs, view, { id, before });
      const facts: Made = { id, view, before: before.outs, inputsBefore: before.inputs };
      const made = outputsOf(simulation, resource, inputs, facts);
      const after: Entity = {
        ...{ ...before, inputs: redacted(given, resource), readyAt },
        outs: redacted({ ...kept(before.outs), ...made }, resource),
      };
      const companions = companionsOf(after, kind.makes?.(inputs, facts) ?? [], entities);
      return [[...entities.map((each) => (each === before ? after : each)), ...companions], made];
    });
    const after = () => simulation.effects[resource.token]?.updated?.({ id, outs }, was, place);
    return { id, result: outs, after };
  });
}

/** What the simulator keeps in the account beside the outputs: `simulatedObjects` of a bucket. */
const kept = (outs: Values): Values =>
  Object.fromEntries(Object.entries(outs).filter(([name]) => name.startsWith("simulated")));

export async function deleteResource(place: Place, token: string, urn: string, id: string): Promise<void> {
  const { simulation, account } = place;
  const resource = resourceOf(simulation, token);
  const entity = find(place, account.entities(), token, id);
  // Gone already, as after a request whose answer was lost: that there is none is success to the provider.
  if (entity === undefined) return;
  const why = simulation.keeps?.(entity);
  if (why !== undefined) return forget(place, entity, why);
  const effects = simulation.effects[resource.token];
  const seconds = secondsOf(simulation, resource, "delete", entity.inputs, entity.inputs);
  await perform(place, { resource, token, urn, verb: "Delete", seconds }, async () => {
    const view = place.view();
    refuseHeld(simulation, entity, view);
    resource.kind.release?.(entity, view);
    await effects?.deleting?.(entity, place);
    return {
      id,
      result: undefined,
      after: async () => {
        await effects?.deleted?.(entity, place);
        await account.change((entities) => [
          entities.filter((each) => !(each.token === entity.token && each.id === id) && each.companionOf !== id),
          undefined,
        ]);
      },
    };
  });
}

/** No request goes out, or none that deletes anything: it stays as it is, and nobody's program knows it any more. */
const forget = ({ account }: Place, { token, id }: Entity, why: string): Promise<void> =>
  account.change((entities) => [
    entities.map((each) =>
      each.token === token && each.id === id ? { ...each, urn: "", outs: { ...each.outs, simulatedKept: why } } : each,
    ),
    undefined,
  ]);

/** As the cloud has it now; undefined where it is gone. */
export const readResource = (place: Place, token: string, id: string): Entity | undefined =>
  find(place, place.account.entities(), token, id);

const find = ({ simulation }: Place, entities: readonly Entity[], token: string, id: string): Entity | undefined =>
  entities.find((each) => each.token === shortToken(simulation, token) && each.id === id);

function requireEntity(place: Place, entities: readonly Entity[], token: string, id: string): Entity {
  const found = find(place, entities, token, id);
  if (found === undefined) throw new CloudError(place.simulation.errors.missing, `${token} ${id} does not exist`);
  return found;
}

interface Begun<T> {
  readonly id: string;
  readonly result: T;
  readonly after: () => Promise<void> | undefined;
}

/** One call: what is in store for it, the work, the time that the cloud takes, and what comes of it. All of it recorded. */
async function perform<T>(
  place: Place,
  operation: Operation,
  begin: (readyAt: number) => Promise<Begun<T>>,
): Promise<T> {
  const { simulation, account } = place;
  const { verb, token } = operation;
  const { api } = operation.resource.kind;
  const call = `${api[0].replaceAll(" ", "")}:${verb}${api[1]}`;
  const { speed } = account.options();
  const begun = Date.now();
  let id: string | undefined;
  let taken = 0;
  try {
    const met = meet(account.folder, call, simulation.retries);
    if (met.throttled) throw simulation.errors.throttled(simulation.retries.attempts);
    taken = operation.seconds * met.times + met.seconds;
    const milliseconds = (taken * 1000) / speed;
    const started = await begin(begun + milliseconds);
    id = started.id;
    if (met.ends) process.exit(1);
    await sleep(milliseconds - (Date.now() - begun));
    await started.after();
    recordCall(place, operation, { call, id, simulatedSeconds: taken, begun });
    return started.result;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    recordCall(place, operation, { call, id, simulatedSeconds: taken, begun, error: message });
    if (!(error instanceof CloudError)) throw error;
    throw new Error(simulation.errors.report({ verb, api, call, token, error }));
  }
}

const recordCall = (
  { account }: Place,
  { token, urn }: Operation,
  fields: { call: string; id?: string; simulatedSeconds: number; begun: number; error?: string },
): void => account.record({ token, urn, ended: Date.now(), ...fields });

/** Without what is secret: the account's files are not encrypted. */
function redacted(values: Values, { kind, shape }: Resource): Values {
  const secret = new Set([...shape.secret, ...(kind.secrets ?? [])]);
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, secret.has(name) && value !== undefined ? "[secret]" : value]),
  );
}

const inWords = ({ token, id }: Entity): string => `${token.split(/[/:]/)[0]} ${token.split(":")[1] ?? ""} ${id}`;

const ofStacks = (entities: readonly Entity[]): readonly Entity[] =>
  // What came along with a thing that is kept is a part of it.
  entities.filter(({ outs, companionOf }) => outs.seeded !== true && !isKept(entities, companionOf));

const isKept = (entities: readonly Entity[], id: string | undefined): boolean =>
  id !== undefined && entities.some((each) => each.id === id && each.outs.simulatedKept !== undefined);

/** What is left in the account, in words: `rds Instance logfire-db`. */
export const leftIn = (entities: readonly Entity[]): readonly string[] =>
  ofStacks(entities)
    .filter(({ outs }) => outs.simulatedKept === undefined)
    .map(inWords);

/** What the cloud keeps although the program let it go, in words, with the reason; things of a kind together. */
export function keptIn(entities: readonly Entity[]): readonly string[] {
  const kept = ofStacks(entities).filter(({ outs }) => typeof outs.simulatedKept === "string");
  const groups = new Map<string, readonly Entity[]>();
  for (const each of kept) {
    const group = `${each.token} ${String(each.outs.simulatedKept)}`;
    groups.set(group, [...(groups.get(group) ?? []), each]);
  }
  return [...groups.values()].map((group) => {
    const [first] = group;
    const more = group.length > 1 ? ` and ${group.length - 1} more` : "";
    return first === undefined ? "" : `${inWords(first)}${more}: ${String(first.outs.simulatedKept)}`;
  });
}
