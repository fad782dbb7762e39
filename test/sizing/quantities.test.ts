import assert from "node:assert/strict";
import fc from "fast-check";
import { formatMib, formatMillis, toMib, toMillis } from "../../components/lib/quantities";

describe("quantities", () => {
  it("are read as Kubernetes writes them", () => {
    assert.equal(toMib("1.5Gi"), 1536);
    assert.equal(toMib("2Ti"), 2 * 1024 ** 2);
    assert.equal(toMib("512Ki"), 0.5);
    assert.equal(toMillis("250m"), 250);
    assert.equal(toMillis("1.5"), 1500);
  });

  it("are refused where the unit is missing or unknown", () => {
    for (const wrong of ["16 gigs", "16", "16G", "-1Gi", ""]) assert.throws(() => toMib(wrong), /is not a quantity/);
    for (const wrong of ["1 core", "m", "-1"]) assert.throws(() => toMillis(wrong), /is not a CPU quantity/);
  });

  it("survive being written and read again", () => {
    fc.assert(
      fc.property(fc.nat(), (value) => toMib(formatMib(value)) === value && toMillis(formatMillis(value)) === value),
    );
  });
});
