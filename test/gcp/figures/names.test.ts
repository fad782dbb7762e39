import assert from "node:assert/strict";
import fc from "fast-check";
import { certificateName } from "../../../components/platform/gcp/manifests/native";
import {
  bucketNames,
  clusterNameOf,
  emailOf,
  labelsOf,
  limits,
  namesOf,
  usableName,
} from "../../../components/platform/gcp/names";
import { gcpOf, withGcp } from "./values";

const anyStack = fc.string({ minLength: 1, maxLength: 100, unit: "grapheme" }).map((stack) => `logfire-${stack}`);
const wellFormed = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

describe("names in GCP", () => {
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

  it("of the component leave room for those of node pools, and are refused where they do not", () => {
    const longest = "a".repeat(24);
    assert.equal(usableName(longest), longest);
    assert.equal(`${longest}-scratch-0a1b2c3`.length, limits.nodePool);
    for (const name of [`${longest}a`, "Platform", "1st", "", "a_b", "-a"])
      assert.throws(() => usableName(name), {
        name: "UserError",
        message:
          `The name "${name}" of the GcpPlatform does not do for node pools of GKE, which are named by it: ` +
          "write at most 24 lower-case letters, digits and hyphens, beginning with a letter",
      });
  });

  it("of service accounts have 6 to 30 characters, with what each is for", () => {
    fc.assert(
      fc.property(anyStack, (start) => {
        for (const part of ["nodes", "workloads", "cert-manager"]) {
          const id = namesOf(start).of(limits.serviceAccount, part);
          assert.match(id, /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/);
          assert.ok(id.endsWith(`-${part}`), id);
        }
      }),
    );
  });

  it("of databases leave room for a project of thirty characters and a colon, 98 in all", () =>
    assert.equal(limits.database + 1 + 30, 98));

  it("of databases can be written as the one that a backup is of, however long the stack's is", () => {
    const instance = `${namesOf(`logfire-${"a".repeat(100)}`).before(limits.database, 8, "postgres")}0a1b2c3d`;
    assert.equal(instance.length, limits.database);
    const { postgres } = gcpOf(withGcp({ postgres: { restoreFrom: { instance, backupRun: 1 } } }));
    assert.ok(postgres.kind === "create");
    assert.equal(postgres.restoreFrom?.instance, instance);
  });

  it("of buckets do without Google's own name, which Cloud Storage refuses, and are else the same", () => {
    const of = (start: string) => bucketNames(namesOf(start)).before(limits.bucket, 8, "objects");
    assert.equal(of("logfire-google-prod"), "logfire-gcp-prod-objects-");
    assert.equal(of("logfire-my-g00gle"), "logfire-my-gcp-objects-");
    assert.equal(of("logfire-prod"), "logfire-prod-objects-");
  });

  it("of certificates fit for every hostname that a certificate takes, and tell hostnames apart", () => {
    const long = Array.from({ length: 60 }, (_, at) => `${"a".repeat(at + 1)}.eu`);
    for (const start of ["logfire-a", "logfire-production", `logfire-${"b".repeat(90)}`]) {
      const named = [...long, `${"a".repeat(60)}.us`].map((hostname) => certificateName(namesOf(start), hostname));
      assert.equal(new Set(named).size, named.length);
      for (const name of named) {
        assert.ok(name.length <= limits.resource, name);
        assert.match(name, wellFormed);
      }
    }
  });

  it("are what people expect where nothing has to be cut", () => {
    const names = namesOf("logfire-gcp-prod");
    assert.equal(clusterNameOf(gcpOf(), names), "logfire-gcp-prod");
    assert.equal(names.of(limits.resource, "stores"), "logfire-gcp-prod-stores");
    assert.equal(emailOf("logfire-gcp-prod-nodes", "mine"), "logfire-gcp-prod-nodes@mine.iam.gserviceaccount.com");
  });

  it("of an owner's cluster are the owner's", () => {
    const network = {
      existing: { network: "n", subnetwork: "s", podsRange: "p", servicesRange: "q", storesRange: "r" },
    };
    const platform = gcpOf(withGcp({ network, cluster: { existing: { name: "mine" } } }));
    assert.equal(clusterNameOf(platform, namesOf("logfire-gcp-prod")), "mine");
  });
});

describe("labels", () => {
  it("say whose a thing is, and the owner's win", () =>
    assert.deepEqual(
      labelsOf({ project: "logfire-platform", stack: "gcp-prod" }, { "managed-by": "platform-team", cost: "1" }),
      {
        "logfire-project": "logfire-platform",
        "logfire-stack": "gcp-prod",
        "managed-by": "platform-team",
        cost: "1",
      },
    ));

  it("have values that Google takes, for any stack, and tell apart those that differ", () => {
    const of = (stack: string) => labelsOf({ project: "logfire-platform", stack }, {})["logfire-stack"] ?? "";
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 100 }), (stack) =>
        assert.match(of(stack), /^[a-z0-9_-]{1,63}$/),
      ),
    );
    assert.notEqual(of("a.b"), of("a_b"));
    assert.notEqual(of("Prod"), of("prod"));
  });
});
