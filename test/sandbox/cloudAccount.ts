import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AccountFolder, type AccountOptions } from "../../sandbox/providers/cloud/account";
import { inWords } from "../../sandbox/providers/cloud/check";
import type { Values, View } from "../../sandbox/providers/cloud/model";
import { SimulatedProvider } from "../../sandbox/providers/cloud/provider";
import type { Simulation } from "../../sandbox/providers/cloud/simulation";

/** A simulated account without an engine: time passes at once. Types are without the package. */
export interface TestAccount<O extends AccountOptions = AccountOptions> {
  readonly folder: string;
  readonly account: AccountFolder<O>;
  /** What a preview has against the inputs: `cidrBlock: …`. */
  failures(type: string, inputs: Values): readonly string[];
  /** Checked, then made. Resolves to everything that a program can read, and `id`. */
  create(type: string, inputs: Values, name?: string): Promise<Values & { readonly id: string }>;
  update(type: string, id: string, inputs: Values): Promise<Values>;
  delete(type: string, id: string): Promise<void>;
  /** What an update would replace. */
  replaces(type: string, olds: Values, news: Values): readonly string[];
  lookUp(token: string, args: Values): Values;
  provider: SimulatedProvider;
  remove(): void;
}

export const controlPlane = { server: "https://127.0.0.1:6443", authority: "QUNB" };

export const urnOf = (simulation: Pick<Simulation, "package">, type: string, name: string): string =>
  `urn:pulumi:stack::project::${simulation.package}:${type}::${name}`;

/** `configuration` is the provider's, as the engine hands it over: everything but text as JSON in text. */
export function cloudAccount<V extends View, O extends AccountOptions>(
  simulation: Simulation<V, O>,
  options: Omit<O, "controlPlane">,
  configuration: Values,
): TestAccount<O> {
  const folder = mkdtempSync(join(tmpdir(), `${simulation.platform}-account-`));
  const account = new AccountFolder<O>(folder);
  account.prepare({ ...options, controlPlane } as unknown as O);
  const provider = new SimulatedProvider(simulation, account);
  provider.configure(configuration);
  const urn = (type: string, name = "thing") => urnOf(simulation, type, name);
  const checked = (type: string, inputs: Values, name = "thing", olds: Values = {}) => {
    const { inputs: made, failures } = provider.check(urn(type, name), olds, inputs);
    assert.deepEqual(failures, []);
    return made;
  };
  return {
    ...{ folder, account, provider },
    failures: (type, inputs) => provider.check(urn(type), {}, inputs).failures.map(inWords),
    create: async (type, inputs, name = "thing") => {
      const { id, outs } = await provider.create(urn(type, name), checked(type, inputs, name));
      return { ...outs, id };
    },
    update: (type, id, inputs) => provider.update(urn(type), id, checked(type, inputs)),
    delete: (type, id) => provider.delete(urn(type), id),
    replaces: (type, olds, news) => provider.diff(urn(type), olds, news).replaces ?? [],
    lookUp: (token, args) => provider.invoke(token, args),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
