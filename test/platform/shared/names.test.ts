import assert from "node:assert/strict";
import fc from "fast-check";
import { namesOf, plainName } from "../../../components/platform/shared/names";

const anyStack = fc.string({ minLength: 1, maxLength: 100, unit: "grapheme" }).map((stack) => `logfire-${stack}`);
const wellFormed = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

describe("names of a stack's things", () => {
  it("stay apart where stack names are apart", () => {
    fc.assert(
      fc.property(anyStack, anyStack, (left, right) => {
        fc.pre(left !== right);
        assert.notEqual(namesOf(left).of(32, "edge"), namesOf(right).of(32, "edge"));
      }),
    );
  });

  it("tell stacks apart that differ in a character which no cloud takes", () => {
    assert.notEqual(plainName("logfire-a.b"), plainName("logfire-a_b"));
    assert.match(plainName("123"), wellFormed);
  });

  it("refuse a limit that leaves no room", () => {
    assert.throws(() => namesOf("logfire-production").of(12, "cluster-autoscaler"), /leaves no room/);
  });

  it("are what was written where that is plain", () => {
    assert.equal(plainName("logfire-prod"), "logfire-prod");
    assert.equal(namesOf("logfire-prod").of(63, "nodes"), "logfire-prod-nodes");
  });

  it("without hyphens fit a storage account, and stay apart where stacks are apart by a hyphen alone", () => {
    fc.assert(
      fc.property(anyStack, (start) => {
        const name = namesOf(start).compact(24);
        assert.match(name, /^[a-z][a-z0-9]{2,23}$/);
      }),
    );
    assert.notEqual(namesOf("logfire-a-b").compact(24), namesOf("logfire-ab").compact(24));
    assert.match(namesOf("logfire-prod").compact(24), /^logfireprod[0-9a-f]{6}$/);
    assert.throws(() => namesOf("logfire-production").compact(6), /leaves no room/);
  });

  it("leave room for an ending", () => {
    fc.assert(
      fc.property(anyStack, fc.integer({ min: 1, max: 12 }), (start, ending) => {
        const name = namesOf(start).before(30, ending) + "0".repeat(ending);
        assert.ok(name.length <= 30, name);
        assert.match(name, wellFormed);
      }),
    );
  });
});
