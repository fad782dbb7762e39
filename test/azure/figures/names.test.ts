import assert from "node:assert/strict";
import { limits, tagsOf } from "../../../components/platform/azure/names";
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
});
