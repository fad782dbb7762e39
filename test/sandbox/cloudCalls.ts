import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AccountFolder, type AccountOptions } from "../../sandbox/providers/cloud/account";
import type { Values, View } from "../../sandbox/providers/cloud/model";
import { SimulatedProvider } from "../../sandbox/providers/cloud/provider";
import type { Simulation } from "../../sandbox/providers/cloud/simulation";
import { urnOf, type TestAccount } from "./cloudAccount";

/** What tests of several clouds' requests hold against an account in the same way. */

/** The account's files are not encrypted. */
export function assertKeptOut({ folder }: Pick<TestAccount, "folder">, ...secrets: readonly string[]): void {
  for (const file of ["account.json", "calls.jsonl"]) {
    const kept = readFileSync(join(folder, file), "utf8");
    for (const secret of secrets) assert.ok(secret !== "" && !kept.includes(secret), file);
  }
}

/** A bucket with objects stays, unless the program lets them go with it. */
export async function assertKeepsObjects<O extends AccountOptions>(
  test: TestAccount<O>,
  { type, inputs, refused }: { readonly type: string; readonly inputs: Values; readonly refused: RegExp },
): Promise<void> {
  const bucket = await test.create(type, inputs);
  const fill = (forceDestroy: boolean) =>
    test.account.change((entities) => [
      entities.map((each) => ({ ...each, outs: { ...each.outs, simulatedObjects: 3, forceDestroy } })),
      undefined,
    ]);
  await fill(false);
  await assert.rejects(test.delete(type, bucket.id), refused);
  await fill(true);
  await test.delete(type, bucket.id);
  assert.deepEqual(test.account.entities(), []);
}

/** Things that are known by one input, which no two of them may have. */
interface Named {
  readonly type: string;
  readonly property: string;
  readonly inputs: Values;
  readonly taken: RegExp;
}

/** The account outlives the provider's process, and is the same to two of them at once. */
export async function assertSharedByProcesses<V extends View, O extends AccountOptions>(
  simulation: Simulation<V, O>,
  test: TestAccount<O>,
  configuration: Values,
  { type, property, inputs, taken }: Named,
): Promise<void> {
  const other = new SimulatedProvider(simulation, new AccountFolder<O>(test.folder));
  other.configure(configuration);
  const make = (provider: Pick<SimulatedProvider, "create">, name: string) =>
    provider.create(urnOf(simulation, type, name), { ...inputs, [property]: name });
  const names = Array.from({ length: 12 }, (_, at) => `thing-${at}`);
  await Promise.all(names.map((name, at) => make(at % 2 === 0 ? test.provider : other, name)));
  assert.deepEqual(
    test.account
      .entities()
      .map(({ outs }) => outs[property])
      .sort(),
    [...names].sort(),
  );
  await assert.rejects(make(other, "thing-3"), taken);
}
