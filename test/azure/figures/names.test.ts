import assert from "node:assert/strict";
import { isPoolName, limits, poolNameOf, tagsOf, zoneTagsOf } from "../../../components/platform/azure/names";
import { namesOf, prefixOf } from "../../../components/platform/shared/names";

describe("names on Azure", () => {
  const stacks = ["dev", "a".repeat(100), "Team.Prod_2", "1", "übung"];

  it("are within the limits for any stack", () => {
    for (const stack of stacks) {
      const names = namesOf(prefixOf(stack));
      for (const [part, limit] of Object.entries(limits)) {
        const short = part === "storageAccount" || part === "nodePool";
        const name = short ? names.compact(limit) : names.of(limit);
        assert.ok(name.length <= limit, `${part} of ${stack}`);
        assert.match(name, short ? /^[a-z][a-z0-9]*$/ : /^[a-z][a-z0-9-]*[a-z0-9]$/);
      }
    }
  });

  it("keep apart storage accounts of stacks that differ in a hyphen alone", () =>
    assert.notEqual(namesOf("logfire-a-b").compact(18), namesOf("logfire-ab").compact(18)));

  it("are found in tags without what Azure refuses, and the owner's tags win", () => {
    const tags = tagsOf({ project: "p", stack: "s" }, { "managed-by": "me" });
    assert.deepEqual(tags, { "logfire-project": "p", "logfire-stack": "s", "managed-by": "me" });
    for (const key of Object.keys(tags)) assert.doesNotMatch(key, /[<>%&\\?/]/);
  });

  it("are found in those tags of a zone that Azure DNS takes", () => {
    const own = { "cost-center": "7", "cost center": "7", "team:name": "sre", "2nd": "x", größe: "l", "a.b_c": "d" };
    const stack = tagsOf({ project: "p", stack: "s" }, {});
    assert.deepEqual(zoneTagsOf({ ...stack, ...own }), { ...stack, "cost-center": "7", "a.b_c": "d" });
  });

  it("of pools are known again, whatever their machines", () => {
    for (const pool of ["general", "scratch"] as const) assert.ok(isPoolName(poolNameOf(pool, "Standard_D8ds_v5")));
    for (const other of ["general", "scratch", "scratchpad12", "system", "generalab12g"])
      assert.ok(!isPoolName(other), other);
  });
});
