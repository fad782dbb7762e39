import assert from "node:assert/strict";
import { describeDifference, differencesOf, explains, referenceFacts } from "./compare";
import { differences } from "./differences";
import { renderInput, renderingNames } from "./renderings";

const found = new Map(renderingNames.map((name) => [name, differencesOf(name, renderInput(name))]));

/**
 * Against facts extracted from the official chart's renderings. What it does not prove: the texts of HAProxy and nginx,
 * which are proved by running the programs, and the contents of Secrets.
 */
describe("parity with the reference", () => {
  for (const name of renderingNames)
    it(`explains every difference of the rendering ${name} by exactly one rule`, () => {
      const wrong = (found.get(name) ?? [])
        .map((difference) => ({ difference, rules: differences.filter((rule) => explains(rule, difference)) }))
        .filter(({ rules }) => rules.length !== 1)
        .map(({ difference, rules }) => `${rules.length} rules: ${describeDifference(difference)}`);
      assert.deepEqual(wrong, []);
    });

  it("has no rule that explains nothing, and none without a reason", () => {
    const all = [...found.values()].flat();
    const idle = differences.filter(
      (rule) => rule.reason === "" || !all.some((difference) => explains(rule, difference)),
    );
    assert.deepEqual(
      idle.map(({ path }) => path.source),
      [],
    );
  });

  it("compares most fields and finds most of them equal", () => {
    for (const name of renderingNames) {
      const fields = Object.keys(referenceFacts(name)).length;
      const theirs = (found.get(name) ?? []).filter(({ theirs: value }) => value !== undefined).length;
      assert.ok(fields > 1500, `${name}: ${fields} facts`);
      // Labels and names are most of it; in `everything`, how long certificates live and what keys they have.
      assert.ok(theirs < fields / 5, `${name}: ${theirs} of ${fields} differ`);
    }
  });
});
