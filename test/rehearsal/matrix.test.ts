import assert from "node:assert/strict";
import { presetNames } from "../../components/logfire/catalogue/names";
import { ownerParts } from "../../sandbox/rehearsal/cloud";
import { matrixCases, rehearseMatrix } from "../../sandbox/rehearsal/matrix";
import type { RehearsalRequest } from "../../sandbox/rehearsal/rehearsal";

describe("the matrix of rehearsals", () => {
  it("has every preset with everything made, each part adopted and all parts adopted", () => {
    const all = matrixCases("standard");
    assert.equal(all.length, presetNames.length * (ownerParts.length + 2));
    assert.equal(new Set(all.map(({ preset, adopt }) => `${preset} ${adopt.join()}`)).size, all.length);
  });

  it("has Logfire in it for the stack's own preset, and elsewhere where everything is made or adopted", () => {
    const withLogfire = matrixCases("small").filter(({ scope }) => scope === "stack");
    assert.equal(withLogfire.filter(({ preset }) => preset === "small").length, ownerParts.length + 2);
    assert.equal(withLogfire.length, ownerParts.length + 2 + 2 * (presetNames.length - 1));
  });

  it("begins no further case once it is interrupted, and has none to show for it", async () => {
    const asked: string[] = [];
    const rows = await rehearseMatrix(
      matrixCases("tiny"),
      ({ preset }) => {
        asked.push(preset);
        return { signal: AbortSignal.abort() } as RehearsalRequest;
      },
      () => assert.fail("a row for a case that was interrupted"),
    );
    assert.deepEqual([rows, asked], [[], ["tiny"]]);
  });
});
