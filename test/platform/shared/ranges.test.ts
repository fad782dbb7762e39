import assert from "node:assert/strict";
import fc from "fast-check";
import {
  contains,
  formatRange,
  overlap,
  parseRange,
  partOf,
  rangeAround,
  sizeOf,
  usableAddresses,
} from "../../../components/platform/shared/ranges";

const anyRange = fc
  .tuple(fc.integer({ min: 8, max: 30 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }))
  .map(([prefix, address]) => formatRange({ first: address - (address % sizeOf(prefix)), prefix }));

describe("ranges", () => {
  it("are written as they are read", () =>
    fc.assert(fc.property(anyRange, (cidr) => assert.equal(formatRange(parseRange(cidr)), cidr))));

  it("overlap exactly when one holds an address of the other", () => {
    const near = fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 24, max: 32 }));
    fc.assert(
      fc.property(near, near, ([a, p], [b, q]) => {
        const range = (host: number, prefix: number) =>
          parseRange(`10.0.0.${host - (host % sizeOf(prefix))}/${prefix}`);
        const [left, right] = [range(a, p), range(b, q)];
        const addresses = ({ first, prefix }: typeof left) =>
          Array.from({ length: sizeOf(prefix) }, (_, index) => first + index);
        const shared = addresses(left).some((address) => addresses(right).includes(address));
        assert.equal(overlap(left, right), shared);
      }),
    );
  });

  it("that begin in the middle of another, or that are none, are refused", () => {
    assert.throws(() => parseRange("10.40.1.0/16"), /"10.40.1.0\/16" begins inside 10.40.0.0\/16/);
    assert.throws(() => parseRange("10.40.0.0"), /not an IPv4 range/);
    assert.throws(() => parseRange("10.400.0.0/16"), /not an IPv4 range/);
    assert.equal(formatRange(rangeAround("10.40.1.7/16")), "10.40.0.0/16");
  });

  it("fall into parts that cover them and share nothing", () => {
    const whole = parseRange("10.40.0.0/16");
    const parts = [0, 1, 2, 3].map((index) => partOf(whole, 18, index));
    assert.deepEqual(parts, ["10.40.0.0/18", "10.40.64.0/18", "10.40.128.0/18", "10.40.192.0/18"]);
    assert.ok(parts.every((part) => contains(whole, parseRange(part))));
    assert.ok(!contains(whole, parseRange(partOf(whole, 18, 4))));
  });

  it("have fewer addresses to use than addresses", () => assert.equal(usableAddresses("10.0.20.0/22", 4), 1020));
});
