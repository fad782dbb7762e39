import assert from "node:assert/strict";
import type { AccountOptions } from "../../sandbox/providers/cloud/account";
import type { Values } from "../../sandbox/providers/cloud/model";
import type { Simulation } from "../../sandbox/providers/cloud/simulation";
import { urnOf, type TestAccount } from "./cloudAccount";

/** Type without the package, inputs, and the whole of what is said about them. */
export type Refused = readonly [type: string, inputs: Values, ...said: readonly string[]];

/** Type, inputs before and after, and the inputs that another resource is made for. */
export type Replaced = readonly [type: string, olds: Values, news: Values, replaced: readonly string[]];

/** What differs from cloud to cloud in what a provider says of inputs. */
export interface InputsOf<O extends AccountOptions> {
  readonly simulation: Pick<Simulation, "package" | "title">;
  readonly testAccount: () => TestAccount<O>;
  /** By what is wrong with them. */
  readonly refused: Readonly<Record<string, Refused>>;
  /** With values that a preview cannot know yet. */
  readonly unknown: readonly (readonly [type: string, inputs: Values])[];
  /** Something that is named by its resource, `Main`, with another input afterwards. */
  readonly named: {
    readonly type: string;
    readonly property: string;
    readonly inputs: Values;
    readonly later: Values;
    readonly name: RegExp;
  };
  readonly replaced: readonly Replaced[];
}

/** What the cloud itself takes and refuses is known from its documentation only; nothing here asks it. */
export function describeInputs<O extends AccountOptions>(
  cloud: InputsOf<O>,
  own: (account: () => TestAccount<O>) => void = () => undefined,
): void {
  const { simulation, named } = cloud;
  describe(`inputs of the simulated ${simulation.package} provider`, () => {
    let test: TestAccount<O>;
    before(() => (test = cloud.testAccount()));
    after(() => test.remove());

    for (const [what, [type, inputs, ...said]] of Object.entries(cloud.refused))
      it(`refuse ${what}`, () => {
        const found = test.failures(type, inputs);
        assert.equal(found.length, said.length, found.join("\n"));
        for (const [at, words] of said.entries())
          assert.ok(found[at]?.endsWith(words), `${found[at]}\ndoes not end in\n${words}`);
      });

    it("say nothing about values that a preview cannot know yet", () => {
      assert.ok(cloud.unknown.length > 1);
      for (const [type, inputs] of cloud.unknown) assert.deepEqual(test.failures(type, inputs), [], type);
    });

    it("get a name of the resource's own, which stays through updates", () => {
      const { type, property, inputs, later } = named;
      const urn = urnOf(simulation, type, "Main");
      const first = test.provider.check(urn, {}, inputs).inputs;
      assert.match(String(first[property]), named.name);
      const second = test.provider.check(urn, first, { ...inputs, ...later }).inputs;
      assert.equal(second[property], first[property]);
      assert.deepEqual(test.provider.diff(urn, first, second).replaces, []);
    });

    it(`replace what ${simulation.title} cannot change, and only that`, () => {
      assert.ok(cloud.replaced.some(([, , , replaced]) => replaced.length > 0));
      for (const [type, olds, news, replaced] of cloud.replaced)
        assert.deepEqual(test.replaces(type, olds, news), replaced, `${type} ${JSON.stringify(news)}`);
    });

    own(() => test);
  });
}
