import { setTimeout as sleep } from "node:timers/promises";
import type { AccountFolder } from "./account";
import { valuesAt } from "./check";
import { effectsOf } from "./effects";
import { emptyPartsOf, nothing, withEmptyParts } from "./emptyParts";
import { meet } from "./faults";
import { kindOf, kinds, secondsOf, shortToken } from "./kinds";
import {
  AwsError,
  isUnknown,
  record,
  text,
  type Entity,
  type Made,
  type Reference,
  type Values,
  type View,
} from "./model";
import { nestedShape, type ResourceShape } from "./sdk/resources";
import type { Properties, Shape } from "./sdk/types";

/** Where and for whom a provider works. */
export interface Place {
  readonly account: AccountFolder;
  readonly region: string;
  readonly defaultTags: Values;
}

interface Operation {
  readonly token: string;
  readonly urn: string;
  readonly verb: "Create" | "Update" | "Delete";
  readonly seconds: number;
}

export async function createResource(
  place: Place,
  token: string,
  urn: string,
  inputs: Values,
): Promise<{ id: string; outs: Values }> {
  const { kind, shape } = kindOf(token);
  const seconds = secondsOf(token, "create", inputs);
  return perform(place, { token, urn, verb: "Create", seconds }, async (readyAt) => {
    const made = await place.account.change((entities) => {
      const view = place.account.view(place.region, entities);
      admit(token, inputs, view);
      const id = kind.id(inputs, view);
      const facts = madeOf(view, id);
      const outs = outputsOf(token, shape, inputs, facts, place);
      const entity: Entity = {
        token: shortToken(token),
        id,
        urn,
        inputs: redacted(inputs, shape),
        outs: redacted(outs, shape),
        begun: view.now,
        readyAt,
      };
      const companions = (kind.makes?.(inputs, facts) ?? []).filter(
        (each) => !entities.some((other) => other.id === each.id && other.token === each.token),
      );
      return [[...entities, entity, ...companions.map((each) => companionOf(entity, each, outs))], { id, outs }];
    });
    return { id: made.id, result: made, after: () => effectsOf(token)?.created?.(made, place) };
  });
}

const companionOf = (
  of: Entity,
  { token, id, outs, stays }: { token: string; id: string; outs: Values; stays?: boolean },
  parent: Values,
): Entity => ({
  ...{ token, id, urn: "", inputs: {}, begun: of.begun, readyAt: of.readyAt },
  outs: { vpcId: record(parent.vpcConfig).vpcId, ...outs },
  ...(stays === true ? {} : { companionOf: of.id }),
});

export async function updateResource(
  place: Place,
  token: string,
  urn: string,
  id: string,
  inputs: Values,
): Promise<Values> {
  const { kind, shape } = kindOf(token);
  const was = entityOf(place, token, id);
  const seconds = secondsOf(token, "update", inputs, was.inputs);
  return perform(place, { token, urn, verb: "Update", seconds }, async (readyAt) => {
    const outs = await place.account.change((entities) => {
      const view = place.account.view(place.region, entities);
      const before = requireEntity(entities, token, id);
      admit(token, inputs, view, before);
      const facts = madeOf(view, id, before);
      const made = outputsOf(token, shape, inputs, facts, place);
      const after: Entity = {
        ...before,
        inputs: redacted(inputs, shape),
        outs: redacted({ ...kept(before.outs), ...made }, shape),
        readyAt,
      };
      const companions = (kind.makes?.(inputs, facts) ?? []).filter(
        (each) => !entities.some((other) => other.id === each.id && other.token === each.token),
      );
      return [
        [
          ...entities.map((each) => (each === before ? after : each)),
          ...companions.map((each) => companionOf(after, each, made)),
        ],
        made,
      ];
    });
    return { id, result: outs, after: () => effectsOf(token)?.updated?.({ id, outs }, was, place) };
  });
}

/** What tests put into the account beside the inputs: `simulatedObjects` of a bucket. */
const kept = (outs: Values): Values =>
  Object.fromEntries(Object.entries(outs).filter(([name]) => name.startsWith("simulated")));

export async function deleteResource(place: Place, token: string, urn: string, id: string): Promise<void> {
  const { kind } = kindOf(token);
  const entity = place.account.entities().find((each) => each.token === shortToken(token) && each.id === id);
  // Gone already, as after a request whose answer was lost: AWS' NotFound is success to the provider.
  if (entity === undefined) return;
  const seconds = secondsOf(token, "delete", entity.inputs, entity.inputs);
  await perform(place, { token, urn, verb: "Delete", seconds }, async () => {
    const view = place.account.view(place.region);
    refuseHeld(entity, view);
    kind.release?.(entity, view);
    await effectsOf(token)?.deleting?.(entity, place);
    return {
      id,
      result: undefined,
      after: async () => {
        await effectsOf(token)?.deleted?.(entity, place);
        await place.account.change((entities) => [
          entities.filter((each) => !(each.token === entity.token && each.id === id) && each.companionOf !== id),
          undefined,
        ]);
      },
    };
  });
}

/** As AWS has it now; undefined where it is gone. */
export const readResource = (place: Place, token: string, id: string): Entity | undefined =>
  place.account.entities().find((each) => each.token === shortToken(token) && each.id === id);

interface Begun<T> {
  readonly id: string;
  readonly result: T;
  readonly after: () => Promise<void> | undefined;
}

/** One call: what is in store for it, the work, the time that AWS takes, and what comes of it. All of it recorded. */
async function perform<T>(
  place: Place,
  operation: Operation,
  begin: (readyAt: number) => Promise<Begun<T>>,
): Promise<T> {
  const { kind } = kindOf(operation.token);
  const call = `${kind.api[0].replaceAll(" ", "")}:${operation.verb}${kind.api[1]}`;
  const { speed } = place.account.options();
  const begun = Date.now();
  let id: string | undefined;
  let taken = 0;
  try {
    const met = meet(place.account.folder, call);
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
    if (!(error instanceof AwsError)) throw error;
    const verb = { Create: "creating", Update: "updating", Delete: "deleting" }[operation.verb];
    throw new Error(`${verb} ${kind.api[0]} ${kind.api[1]}: operation error ${call.replace(":", ": ")}, ${message}`);
  }
}

const recordCall = (
  { account }: Place,
  { token, urn }: Operation,
  fields: { call: string; id?: string; simulatedSeconds: number; begun: number; error?: string },
): void => account.record({ token, urn, ended: Date.now(), ...fields });

function entityOf({ account }: Place, token: string, id: string): Entity {
  return requireEntity(account.entities(), token, id);
}

function requireEntity(entities: readonly Entity[], token: string, id: string): Entity {
  const found = entities.find((each) => each.token === shortToken(token) && each.id === id);
  if (found === undefined) throw new AwsError("ResourceNotFoundException", `${token} ${id} does not exist`);
  return found;
}

/** What the account has against the inputs: references to nothing, a name that is taken, and the table's own rules. */
function admit(token: string, inputs: Values, view: View, before?: Entity): void {
  const { kind } = kindOf(token);
  for (const [path, reference] of Object.entries(kind.references ?? {}))
    for (const { at, value } of valuesAt(inputs, path)) requireReference(at, value, reference, view);
  const name = kind.name;
  const taken =
    name?.uniqueError !== undefined &&
    view
      .of(shortToken(token))
      .some(({ id, outs }) => id !== before?.id && outs[name.property] === inputs[name.property]);
  if (taken) throw new AwsError(name.uniqueError ?? "", `${text(inputs[name.property])} is there already`);
  kind.admit?.(inputs, view, before);
}

function requireReference(
  at: string,
  value: unknown,
  { to, by = "id", missing, outside }: Reference,
  view: View,
): void {
  const wanted = text(value);
  if (wanted === "" || outside?.test(wanted) === true) return;
  const found = [to]
    .flat()
    .flatMap((token) => view.of(token))
    .find((each) => (by === "id" ? each.id : each.outs[by]) === wanted);
  if (found === undefined) throw new AwsError(missing, `${at}: '${wanted}' does not exist`);
}

/** Refuses to delete what others that are still there hold on to. */
function refuseHeld(entity: Entity, view: View): void {
  for (const [token, kind] of Object.entries(kinds))
    for (const [path, { to, by = "id", holds }] of Object.entries(kind.references ?? {})) {
      if (holds === undefined || ![to].flat().includes(entity.token)) continue;
      const own = by === "id" ? entity.id : entity.outs[by];
      const holder = view
        .of(token)
        .find((each) => each.id !== entity.id && valuesAt(each.inputs, path).some(({ value }) => value === own));
      if (holder !== undefined)
        throw new AwsError(
          holds,
          `${entity.token} '${entity.id}' is in use by ${token} '${holder.id}' and cannot be deleted.`,
        );
    }
}

function madeOf(view: View, id: string, before?: Entity): Made {
  return {
    ...{ id, view, before: before?.outs, inputsBefore: before?.inputs },
    arn: (service, resource, { region = true, account = true } = {}) =>
      `arn:${view.partition}:${service}:${region ? view.region : ""}:${account ? view.accountId : ""}:${resource}`,
  };
}

/** Everything that programs can read. An output that is neither given nor defined is a fault of the simulator. */
export function outputsOf(
  token: string,
  shape: ResourceShape,
  inputs: Values,
  made: Made,
  place: Pick<Place, "region" | "defaultTags">,
): Values {
  const { kind } = kindOf(token);
  const given = Object.fromEntries(Object.entries(inputs).filter(([name]) => !name.startsWith("__")));
  const empty = Object.fromEntries((kind.unset ?? []).map((name) => [name, emptyOutput(shape, name)]));
  const own = kind.outputs(inputs, made);
  const flat: Values = {
    ...("region" in shape.outputs ? { region: place.region } : {}),
    ...{ ...empty, ...given, ...own },
    ...("tagsAll" in shape.outputs ? { tagsAll: { ...place.defaultTags, ...record(inputs.tags) } } : {}),
  };
  const outs = withEmptyParts(flat, shape.outputs, emptyPartsOf(shortToken(token)));
  const missing = undefinedIn(shape.outputs, outs).filter((name) => name !== "urn" && name !== "id");
  if (missing.length > 0)
    throw new Error(`The simulated aws provider defines no ${missing.join(", ")} of ${token}: add it to its table.`);
  return outs;
}

function emptyOutput({ outputs }: ResourceShape, name: string): unknown {
  const shape = outputs[name]?.shape;
  return shape === undefined ? undefined : nothing(shape);
}

/** Paths of what the SDK's declarations promise to programs and the values do not have, parts of parts included. */
export function undefinedIn(promised: Properties, values: Values, path = ""): readonly string[] {
  return Object.entries(promised).flatMap(([name, { shape, optional }]) => {
    const value = values[name];
    if (value === undefined || value === null) return optional ? [] : [path + name];
    return undefinedParts(shape, value, path + name);
  });
}

function undefinedParts(shape: Shape, value: unknown, path: string): readonly string[] {
  if (isUnknown(value)) return [];
  if (shape.kind === "list" && Array.isArray(value))
    return value.flatMap((item, at) => undefinedParts(shape.of, item, `${path}[${at}]`));
  if (shape.kind === "object" && Object.keys(record(value)).length > 0)
    return undefinedIn(nestedShape(shape), record(value), `${path}.`);
  return [];
}

/** Without the values that the SDK calls secret: the account's files are not encrypted. */
function redacted(values: Values, { secret }: ResourceShape): Values {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      secret.includes(name) && value !== undefined ? "[secret]" : value,
    ]),
  );
}

/** What is left in the account, in words: `rds/instance:Instance logfire-db`. */
export const leftIn = (entities: readonly Entity[]): readonly string[] =>
  entities
    .filter(({ outs }) => outs.seeded !== true)
    .map(({ token, id }) => `${token.split("/")[0]} ${token.split(":")[1] ?? ""} ${id}`);
