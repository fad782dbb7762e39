import { ownerParts, type OwnerPart, type Owned, type SettingValues } from "../../rehearsal/cloud";
import { madeUp } from "../../rehearsal/project";
import type { AccountFolder } from "./account";
import type { Entity, Values } from "./model";
import { SimulatedProvider } from "./provider";
import type { Place } from "./simulation";

/** Whoever had parts in the account before the stack. A cloud says in `settingsOf` how it makes each, and what names it. */
export abstract class Owner {
  private readonly provider: SimulatedProvider;

  constructor(protected readonly place: Place) {
    this.provider = new SimulatedProvider(place.simulation, place.account);
    this.provider.configure(place.configuration);
  }

  /** Makes a part. Resolves to the settings below the platform's name that take it over. */
  abstract settingsOf(part: OwnerPart, hostname: string): Promise<Readonly<Record<string, SettingValues>>>;

  /** Made at once. The type is without the package. */
  protected async make(type: string, inputs: Values, name = "owner"): Promise<Values & { readonly id: string }> {
    const urn = `urn:pulumi:owner::owner::${this.place.simulation.package}:${type}::${name}`;
    const { inputs: checked, failures } = this.provider.check(urn, {}, inputs);
    if (failures.length > 0) throw new Error(`${type}: ${failures.map(({ reason }) => reason).join("; ")}`);
    const { id, outs } = await this.provider.create(urn, checked);
    return { ...outs, id };
  }

  /** What is there without having been asked for. */
  protected add(entities: readonly Pick<Entity, "token" | "id" | "inputs" | "outs">[]): Promise<void> {
    const at = Date.now();
    return this.place.account.change((before) => [
      [...before, ...entities.map((each) => ({ ...each, urn: "", begun: at, readyAt: at }))],
      undefined,
    ]);
  }
}

/** Makes the owner's parts in the account, at once; a rehearsal finds them there again at the end. */
export async function makeOwned(
  account: AccountFolder,
  owner: Owner,
  hostname: string,
  parts: readonly OwnerPart[],
): Promise<Owned> {
  const options = account.options();
  account.prepare({ ...options, speed: 1e9 });
  const wanted = new Set(parts.flatMap((part) => (part === "cluster" ? (["network", "cluster"] as const) : [part])));
  const settings: Record<string, SettingValues> = {};
  for (const part of ownerParts) if (wanted.has(part)) Object.assign(settings, await owner.settingsOf(part, hostname));
  await account.change((entities) => [
    entities.map((each) => ({ ...each, outs: { ...each.outs, seeded: true } })),
    undefined,
  ]);
  account.prepare(options);
  const secrets = {
    ...(wanted.has("postgres") ? { postgresAdminPassword: madeUp() } : {}),
    ...(wanted.has("redis") ? { redisDsn: `rediss://:${madeUp()}@redis.owner.example.com:6379` } : {}),
  };
  return { settings, secrets };
}

/** Whether a thing was in the account before the stack. */
export const isOwned = ({ outs }: Entity): boolean => outs.seeded === true;
