import assert from "node:assert/strict";
import type { Made, Values, View } from "../../sandbox/providers/cloud/model";
import { lookUp } from "../../sandbox/providers/cloud/lookups";
import { resourceOf } from "../../sandbox/providers/cloud/resource";
import { functionShape, nestedShape, resourceShape } from "../../sandbox/providers/cloud/sdk/resources";
import type { Properties, Shape } from "../../sandbox/providers/cloud/sdk/types";
import type { Simulation } from "../../sandbox/providers/cloud/simulation";
import type { AccountOptions } from "../../sandbox/providers/cloud/account";
import { controlPlane } from "./cloudAccount";

/** What a test of a cloud's tables has to know beside them. */
export interface TablesOf<O extends AccountOptions> {
  readonly options: Omit<O, "controlPlane">;
  /** The provider's, settled. */
  readonly configuration: Values;
  /** Types that are made along with others, and in no table. */
  readonly companions: readonly string[];
  /** Inputs by type without the package that `check` or the rules require although the SDK does not. */
  readonly requiredByCheck: Readonly<Record<string, readonly string[]>>;
  /** Whole tokens that the SDK has and the tables have not, and a lookup of the tables with an argument that is none. */
  readonly unknown: {
    readonly type: string;
    readonly lookup: string;
    readonly argument: readonly [lookup: string, args: Values, name: string];
  };
}

/** The cloud's view of an account in which nothing is. */
const emptyView = <V extends View, O extends AccountOptions>(
  simulation: Simulation<V, O>,
  { options, configuration }: Pick<TablesOf<O>, "options" | "configuration">,
): V =>
  simulation.view(
    { entities: [], of: () => [], now: 0, quotas: {}, controlPlane },
    { ...options, controlPlane } as unknown as O,
    configuration,
  );

/** Where a path such as `rules[].id` ends, followed through the SDK's nested types; undefined where it leads to something. */
export function leadsNowhere(properties: Properties, path: string): string | undefined {
  const [head = "", ...rest] = path.split(".");
  const property = properties[head.replace("[]", "")];
  if (property === undefined) return head;
  let shape: Shape = property.shape;
  if (head.endsWith("[]")) {
    if (shape.kind !== "list") return `${head} is no list`;
    shape = shape.of;
  }
  if (rest.length === 0) return undefined;
  return shape.kind === "object" ? leadsNowhere(nestedShape(shape), rest.join(".")) : `${head} has no parts`;
}

const saying = (words: string): RegExp => new RegExp(words.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));

/** Says nothing about the cloud itself: only that the tables and the installed SDK speak of the same things. */
export function describeTables<V extends View, O extends AccountOptions>(
  simulation: Simulation<V, O>,
  known: TablesOf<O>,
): void {
  const { kinds, lookups, emptyParts, package: name, title } = simulation;
  const view = emptyView(simulation, known);
  const made: Made<V> = { id: "an-id", view };
  const resources = Object.keys(kinds).map((token) => resourceOf(simulation, token));

  describe(`the tables of the simulated ${name} provider`, () => {
    for (const { token, kind, shape } of resources)
      it(`define every output of ${token} that the SDK's class promises`, () => {
        const own = Object.keys(simulation.kinds[token]?.outputs({}, made) ?? {});
        const common = Object.keys(simulation.common({ token, kind, shape }, {}, view));
        const required = Object.keys(shape.inputs).filter((input) => shape.inputs[input]?.optional === false);
        const defined = new Set([
          ...[...own, ...(kind.unset ?? []), ...common, ...required],
          // What `check` or the rules require although the SDK does not.
          ...[kind.name?.property, ...Object.keys(kind.defaults ?? {}), ...(known.requiredByCheck[token] ?? [])],
        ]);
        const promised = Object.keys(shape.outputs).filter((output) => shape.outputs[output]?.optional === false);
        // An optional output may be missing; on AWS and GCP a computed one that the class calls optional is answered all
        // the same.
        const computed = shape.computed.filter((output) => name !== "azure-native" || promised.includes(output));
        const lacking = [...new Set([...computed, ...promised])].filter((output) => !defined.has(output));
        assert.deepEqual(lacking, []);
      });

    it("name inputs that the SDK has, in rules, references and replacements alike", () => {
      const wrong = resources.flatMap(({ token, kind, shape }) => {
        const paths = [
          ...Object.keys(kind.rules ?? {}),
          ...Object.keys(kind.references ?? {}),
          ...(kind.replaces ?? []),
        ];
        const names = [kind.name?.property, kind.name?.prefix].filter((input) => input !== undefined);
        return [...paths, ...names].flatMap((path) => {
          const end = leadsNowhere(shape.inputs, path);
          return end === undefined ? [] : [`${token} ${path}: ${end}`];
        });
      });
      assert.deepEqual(wrong, []);
    });

    it("name outputs that the SDK has", () => {
      const wrong = resources.flatMap(({ token, kind, shape }) => {
        const names = [...Object.keys(kind.outputs({}, made)), ...(kind.unset ?? [])];
        return names.filter((output) => !(output in shape.outputs)).map((output) => `${token} ${output}`);
      });
      assert.deepEqual(wrong, []);
    });

    it("leave empty only parts that the SDK promises", () => {
      const wrong = Object.entries(emptyParts).flatMap(([token, paths]) => {
        const { outputs } = resourceShape(`${name}:${token}`);
        return paths.filter((path) => leadsNowhere(outputs, path) !== undefined).map((path) => `${token} ${path}`);
      });
      assert.deepEqual(wrong, []);
    });

    it("refer to types that can be made, or that the cloud makes along with another", () => {
      const wrong = Object.entries(kinds).flatMap(([token, { references = {} }]) =>
        Object.values(references)
          .flatMap(({ to }) => [to].flat())
          .filter((to) => !(to in kinds) && !known.companions.includes(to))
          .map((to) => `${token} -> ${to}`),
      );
      assert.deepEqual(wrong, []);
    });

    it("answer lookups that the SDK has", () => {
      for (const token of Object.keys(lookups)) assert.ok(Object.keys(functionShape(token).outputs).length > 0, token);
    });

    it("refuse a type, a lookup and an argument that they do not know, in a sentence", () => {
      const { type, lookup, argument } = known.unknown;
      const [token, args, property] = argument;
      assert.throws(() => resourceOf(simulation, type), saying(`does not have ${type}: add what ${title} takes`));
      assert.throws(() => lookUp(simulation, lookup, {}, view), saying(`does not answer ${lookup}; it answers`));
      assert.throws(() => lookUp(simulation, token, args, view), saying(`${property} is not an input of`));
    });
  });
}
