import assert from "node:assert/strict";
import type { Problem } from "../../components/lib/errors";
import type { CloudSettings } from "../../components/platform/shared/figures";
import type { OfferingZone } from "../../components/platform/shared/zoneChecks";
import { linesOf, presets, type Stacks, type Values } from "./stacks";

interface Said {
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** Stacks that are held against an account: right in every respect, but for what is changed. */
export interface CheckedStacks<P extends CloudSettings, Facts> {
  readonly stacks: Stacks<P>;
  readonly check: (settings: ReturnType<Stacks<P>["checked"]>, facts: Facts) => Said;
  /** An account in which nothing is in the way. */
  readonly generous: Facts;
}

/** Lines that come of a stack in an account. */
export const foundIn =
  <P extends CloudSettings, Facts>({ stacks, check, generous }: CheckedStacks<P, Facts>) =>
  (facts: Partial<Facts> = {}, values: Values = {}, change: Partial<P> = {}): readonly string[] =>
    linesOf(check(stacks.checked(values, change), { ...generous, ...facts }).problems);

/** Each cloud adds what its account can lack. */
export function describeChecks<P extends CloudSettings, Facts>(
  { stacks, check, generous }: CheckedStacks<P, Facts>,
  own: () => void,
): void {
  describe(`a stack on ${stacks.title} against its account`, () => {
    for (const preset of presets)
      it(`has no problem and no warning in ${preset} where everything is there`, () =>
        assert.deepEqual(check(stacks.checked({ preset }), generous), { problems: [], warnings: [] }));

    own();
  });
}

/** What differs from cloud to cloud where zones offer machine types. */
export interface OfferedTypes<P> {
  readonly chooseZones: (settings: P, region: { readonly zones: readonly OfferingZone[] }) => readonly string[];
  /** `account` */
  readonly owner: string;
  readonly region: string;
  /** `eu-central-1a` of `a`. */
  readonly named: (letter: string) => string;
  /** Types of the pools by default. */
  readonly general: string;
  readonly scratch: string;
  /** Types that zones offer instead of the one for scratch, and those of them that a stack may have. */
  readonly instead: readonly string[];
  readonly usable: readonly string[];
  /** What to write where the third zone offers the general type alone. */
  readonly remedy: string;
}

/** Of clouds whose zones are looked up. */
export function describeZones<P extends CloudSettings, Facts extends { readonly zones: readonly OfferingZone[] }>(
  checked: CheckedStacks<P, Facts>,
  offered: OfferedTypes<P>,
): void {
  const { stacks, generous } = checked;
  const { region, named, general, scratch } = offered;
  const both = [general, scratch];
  const inZones = (offers: Readonly<Record<string, readonly string[]>>): readonly string[] => {
    const zones = Object.entries(offers).map(([letter, types]) => ({ name: named(letter), offers: types }));
    return foundIn(checked)({ ...generous, zones });
  };
  const key = `${stacks.cloud}.nodes.scratch.type: ${region} offers ${scratch}`;
  const list = (...letters: readonly string[]) => letters.map(named).join(", ");

  describe(`the zones of a region on ${stacks.title}`, () => {
    it("are refused where there are two", () =>
      assert.deepEqual(inZones({ a: both, b: both }), [
        `${stacks.cloud}.region: ${region} has 2 zones for this ${offered.owner} (${list("a", "b")}), and Logfire is spread over 3; write another region`,
      ]));

    it("are refused where they lack the machine type, with those that three zones offer", () =>
      assert.deepEqual(inZones({ a: offered.instead, b: offered.instead, c: offered.instead }), [
        `${key} nowhere, and three zones have to; choose from ${offered.usable.join(", ")}, which three zones offer`,
      ]));

    it("are refused where two offer the machine type, by their names", () => {
      const [line = ""] = inZones({ a: both, b: both, c: [general] });
      assert.ok(line.startsWith(`${key} in ${list("a", "b")} only, `), line);
      assert.ok(line.endsWith(`; ${offered.remedy}`), line);
    });

    it("are refused where no three offer both types together", () =>
      assert.deepEqual(inZones({ a: both, b: both, c: [general], d: [scratch] }), [
        `${key} and ${general} together in ${list("a", "b")}, and three zones have to; write another type for one of the pools`,
      ]));

    it("are refused where the settings name one that the region does not have", () => {
      const zones = ["a", "b", "f"].map(named);
      assert.deepEqual(foundIn(checked)({}, stacks.withOwn({ network: { zones } })), [
        `${stacks.cloud}.network.zones: "${named("f")}" is not a zone of ${region}; choose from ${list("a", "b", "c")}`,
      ]);
    });

    it("are the first three, in order, that offer every machine type", () => {
      const zones = ["d", "a", "c", "b", "e"].map((name) => ({ name, offers: name === "a" ? [] : both }));
      assert.deepEqual(offered.chooseZones(stacks.platformOf(), { zones }), ["b", "c", "d"]);
    });
  });
}
