import assert from "node:assert/strict";
import fc from "fast-check";
import { limits, namesOf, tagsOf } from "../../../components/platform/aws/names";

const anyStack = fc.string({ minLength: 1, maxLength: 100, unit: "grapheme" }).map((stack) => `logfire-${stack}`);
const wellFormed = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

describe("names in AWS", () => {
  it("fit every limit, for any stack name", () => {
    fc.assert(
      fc.property(anyStack, fc.constantFrom(...Object.values(limits)), (start, limit) => {
        const names = namesOf(start);
        for (const name of [names.of(limit), names.of(limit, "postgres")]) {
          assert.ok(name.length <= limit, name);
          assert.match(name, wellFormed);
        }
        const ended = `${names.before(limit, 8, "redis")}0a1b2c3d`;
        assert.ok(ended.length <= limit, ended);
        assert.match(ended, wellFormed);
      }),
    );
  });

  it("leave room for the 26 characters that the provider appends to a prefix", () => {
    fc.assert(
      fc.property(anyStack, (start) => {
        const prefix = namesOf(start).prefix(limits.role, "cluster-autoscaler");
        assert.ok(prefix.length + 26 <= limits.role, prefix);
        assert.match(prefix, /^[a-z][a-z0-9-]*-$/);
      }),
    );
  });

  it("are what people expect where nothing has to be cut", () => {
    const names = namesOf("logfire-aws-prod");
    assert.equal(names.of(limits.cluster), "logfire-aws-prod");
    assert.equal(names.prefix(limits.nodeGroup, "scratch"), "logfire-aws-prod-scratch-");
  });
});

describe("tags", () => {
  it("say whose a thing is, and the owner's win", () => {
    const tags = tagsOf(
      { project: "logfire-platform", stack: "aws-prod" },
      { "managed-by": "platform team", cost: "1" },
    );
    assert.deepEqual(tags, {
      "logfire.dev/project": "logfire-platform",
      "logfire.dev/stack": "aws-prod",
      "managed-by": "platform team",
      cost: "1",
    });
  });
});
