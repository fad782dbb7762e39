import assert from "node:assert/strict";
import fc from "fast-check";
import { checkInputs, createRandom, diffInputs } from "../../sandbox/providers/random";

const password = "random:index/randomPassword:RandomPassword";
const bytes = "random:index/randomBytes:RandomBytes";
const id = "random:index/randomId:RandomId";

/** Inputs as the engine hands them to `create`: checked, with their defaults. */
function create(type: string, news: Record<string, unknown>): Record<string, unknown> {
  const { inputs, failures } = checkInputs(type, news) as { inputs: Record<string, unknown>; failures: unknown[] };
  assert.deepEqual(failures, []);
  return createRandom(type, inputs).outs;
}
const failing = (type: string, news: Record<string, unknown>) =>
  (checkInputs(type, news).failures ?? []).map(({ property, reason }) => `${property}: ${reason}`);

describe("the simulated random provider", () => {
  it("draws text of the asked length, from the asked classes, with the asked minima", () => {
    const flag = fc.boolean();
    const count = fc.integer({ min: 0, max: 5 });
    const arbitrary = fc.record({
      length: fc.integer({ min: 20, max: 80 }),
      ...{ lower: flag, upper: flag, numeric: flag, special: flag },
      ...{ minLower: count, minUpper: count, minNumeric: count, minSpecial: count },
    });
    fc.assert(
      fc.property(arbitrary, (inputs) => {
        fc.pre(inputs.lower || inputs.upper || inputs.numeric || inputs.special);
        const result = String(create(password, inputs).result);
        const found = (pattern: RegExp) => result.match(pattern)?.length ?? 0;
        assert.equal(result.length, inputs.length);
        const classes = [
          { wanted: inputs.lower, minimum: inputs.minLower, count: found(/[a-z]/g) },
          { wanted: inputs.upper, minimum: inputs.minUpper, count: found(/[A-Z]/g) },
          { wanted: inputs.numeric, minimum: inputs.minNumeric, count: found(/[0-9]/g) },
          { wanted: inputs.special, minimum: inputs.minSpecial, count: found(/[^a-zA-Z0-9]/g) },
        ];
        for (const { wanted, minimum, count } of classes) {
          assert.ok(count >= minimum);
          if (!wanted) assert.equal(count, minimum);
        }
      }),
    );
  });

  it("draws something else every time", () => {
    const drawn = Array.from({ length: 200 }, () => create(password, { length: 24 }).result);
    assert.equal(new Set(drawn).size, 200);
  });

  it("gives the same bytes in base64 and in hexadecimal", () => {
    const { base64, hex } = create(bytes, { length: 32 });
    assert.equal(Buffer.from(String(base64), "base64").toString("hex"), hex);
    assert.equal(String(hex).length, 64);
  });

  it("puts the prefix before every form of an id", () => {
    const { b64Url, b64Std, hex, dec } = create(id, { byteLength: 4, prefix: "db-" });
    for (const form of [b64Url, b64Std, hex, dec]) assert.match(String(form), /^db-/);
    assert.equal(BigInt(`0x${String(hex).slice(3)}`).toString(), String(dec).slice(3));
  });

  it("refuses what the real provider refuses", () => {
    assert.deepEqual(failing(password, {}), ["length: is required"]);
    assert.deepEqual(failing(password, { length: 0 }), ["length: must be at least 1, is 0"]);
    assert.deepEqual(failing(password, { length: "12" }), ["length: must be a whole number"]);
    assert.deepEqual(failing(password, { length: 3, minLower: 2, minUpper: 2 }), [
      "length: 3 is below the sum of the minima, 4",
    ]);
    assert.deepEqual(failing(bytes, { length: 8, size: 9 }), [`size: is not an input of ${bytes}`]);
    const none = { length: 8, lower: false, upper: false, numeric: false, special: false };
    assert.deepEqual(failing(password, none), ["special: no class of characters is left to draw from"]);
    assert.throws(() => checkInputs("random:index/randomPet:RandomPet", {}), /does not have random:index\/randomPet/);
  });

  it("takes `number` for the older name of `numeric`", () => {
    assert.match(String(create(password, { length: 60, number: false, special: false }).result), /^[a-zA-Z]+$/);
  });

  it("draws anew when an input changes, and only then", () => {
    const keepers = { a: "1", b: "2" };
    const { inputs } = checkInputs(password, { length: 8, keepers }) as { inputs: Record<string, unknown> };
    const { outs } = createRandom(password, inputs);
    assert.deepEqual(diffInputs(password, outs, { ...inputs, keepers: { b: "2", a: "1" } }).replaces, []);
    assert.deepEqual(diffInputs(password, outs, { ...inputs, keepers: { a: "2" } }).replaces, ["keepers"]);
    assert.deepEqual(diffInputs(password, outs, { ...inputs, length: 9 }).replaces, ["length"]);
  });
});
