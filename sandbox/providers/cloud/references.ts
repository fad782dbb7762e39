import { valuesAt } from "./check";
import { CloudError, text, type Entity, type Reference, type Values, type View } from "./model";
import type { Resource, Simulation } from "./simulation";

/** What the account has against the inputs: references to nothing, a name that is taken, and the table's own rules. */
export function admit(
  simulation: Simulation,
  { token, kind }: Resource,
  inputs: Values,
  view: View,
  { id, before }: { readonly id: string; readonly before?: Entity },
): void {
  for (const [path, reference] of Object.entries(kind.references ?? {}))
    for (const { at, value } of valuesAt(inputs, path))
      requireReference(simulation, at, value, reference, inputs, view);
  const same = sameness(simulation);
  const others = view.of(token).filter((each) => each.id !== before?.id);
  const { errors } = simulation;
  if (before === undefined && kind.repeatable !== true && errors.taken !== undefined)
    if (others.some((each) => same(each.id, id))) throw errors.taken(id);
  const name = kind.name;
  if (name?.uniqueError !== undefined && others.some(({ outs }) => same(outs[name.property], inputs[name.property])))
    throw new CloudError(name.uniqueError, `${text(inputs[name.property])} is there already`);
  kind.admit?.(inputs, view, before);
}

function requireReference(
  simulation: Simulation,
  at: string,
  value: unknown,
  reference: Reference,
  inputs: Values,
  view: View,
): void {
  const wanted = text(value);
  if (wanted === "" || reference.outside?.test(wanted) === true) return;
  const meant = reference.as?.(wanted, inputs, view) ?? wanted;
  const found = [reference.to]
    .flat()
    .flatMap((token) => view.of(token))
    .some((each) => isMeant(simulation, each, reference, meant));
  if (!found) throw new CloudError(reference.missing, `${at}: '${wanted}' does not exist`);
}

/** Refuses to delete what others that are still there hold on to. */
export function refuseHeld(simulation: Simulation, entity: Entity, view: View): void {
  for (const [token, kind] of Object.entries(simulation.kinds))
    for (const [path, reference] of Object.entries(kind.references ?? {})) {
      if (reference.holds === undefined || ![reference.to].flat().includes(entity.token)) continue;
      const holds = (holder: Entity) =>
        valuesAt(holder.inputs, path).some(({ value }) => {
          const meant = reference.as?.(text(value), { ...holder.outs, ...holder.inputs }, view) ?? value;
          return isMeant(simulation, entity, reference, meant);
        });
      const holder = view.of(token).find((each) => each.id !== entity.id && holds(each));
      if (holder !== undefined)
        throw new CloudError(
          reference.holds,
          `${entity.token} '${entity.id}' is in use by ${token} '${holder.id}' and cannot be deleted.`,
        );
    }
}

/** Whether a value is one of the entity's names that the reference counts. */
function isMeant(simulation: Simulation, { id, outs }: Entity, { by = "id" }: Reference, meant: unknown): boolean {
  const same = sameness(simulation);
  return [by].flat().some((name) => same(name === "id" ? id : outs[name], meant));
}

const sameness =
  ({ caseless }: Simulation) =>
  (one: unknown, other: unknown): boolean =>
    one === other || (caseless && text(one) !== "" && text(one).toLowerCase() === text(other).toLowerCase());
