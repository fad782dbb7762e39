import assert from "node:assert/strict";
import type { PresetName } from "../../components/logfire/catalogue/names";
import { type MonthlyCost, nameOf } from "../../components/platform/shared/cost";
import type { Exposure } from "../../components/platform/shared/exposure";
import type { CloudSettings } from "../../components/platform/shared/figures";
import type { QuotaNeed } from "../../components/platform/shared/quotas";
import type { EdgeSettings } from "../../components/settings";
import { presets, type Stacks, type Values } from "./stacks";

/** The bill of a stack whose load balancer is reached from anywhere, unless said otherwise. */
export type CostOf<P> = (platform: P, exposure?: Exposure) => MonthlyCost;

/** What differs from cloud to cloud in the bill of a month. */
export interface ExpectedCost<P> {
  readonly cost: CostOf<P>;
  /** A platform, and its parts at list price, added up by hand. */
  readonly byHand: { readonly platform: P; readonly usd: number };
  /** What has no price with a source, of the defaults of a preset. */
  readonly unpriced: (preset: PresetName) => readonly string[];
  /** What grows with the preset. */
  readonly size: (cost: MonthlyCost) => number;
  readonly adoptedNetwork: Values;
  /** Lines that are not there where network and Redis are not made. */
  readonly notMade: RegExp;
}

/** Each cloud adds what its tables of prices are held to. */
export function describeCost<P extends CloudSettings>(
  { title, withOwn, platformOf }: Stacks<P>,
  { cost, byHand, unpriced, size, adoptedNetwork, notMade }: ExpectedCost<P>,
  own: () => void,
): void {
  describe(`the cost of a month on ${title}`, () => {
    it("is its parts at list price, added up by hand", () => {
      const { totalUsd } = cost(byHand.platform);
      assert.ok(Math.abs(totalUsd - byHand.usd) < 0.01, `${totalUsd}, by hand ${byHand.usd}`);
    });

    it("has a price with source and date for every default of every preset, but for what it says itself", () => {
      for (const preset of presets) {
        const bill = cost(platformOf({ preset }));
        assert.deepEqual(bill.unpriced, unpriced(preset));
        for (const { what, price, usdPerMonth } of bill.lines.filter((line) => line.price !== undefined)) {
          assert.ok(usdPerMonth !== undefined && usdPerMonth > 0, what);
          assert.match(price?.source ?? "", /\S{5}/);
          assert.match(price?.date ?? "", /20\d\d/);
        }
      }
    });

    it("grows with the preset, and has no line for what is adopted", () => {
      const sizes = presets.map((preset) => size(cost(platformOf({ preset }))));
      assert.deepEqual(
        [...sizes].sort((a, b) => a - b),
        sizes,
      );
      const adopted = platformOf(withOwn({ network: { existing: adoptedNetwork }, redis: { inCluster: true } }));
      const names = cost(adopted, "none").lines.map(nameOf);
      assert.ok(!names.some((name) => notMade.test(name)), names.join(", "));
      assert.ok(
        cost(platformOf())
          .lines.map(nameOf)
          .some((name) => notMade.test(name)),
      );
    });

    own();
  });
}

/** Limits that a stack takes from, by their code: at the least, at the most. */
export const needsOn =
  <P extends CloudSettings>(
    { settings }: Stacks<P>,
    quotaNeeds: (platform: P, edge: EdgeSettings) => readonly QuotaNeed[],
  ) =>
  (values: Values): Readonly<Record<string, readonly [least: number, most: number]>> => {
    const { platform, logfire } = settings(values);
    return Object.fromEntries(quotaNeeds(platform, logfire.edge).map(({ code, least, most }) => [code, [least, most]]));
  };
