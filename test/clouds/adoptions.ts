import assert from "node:assert/strict";
import type { CloudSettings } from "../../components/platform/shared/figures";
import { presets, type Stacks, type Values } from "./stacks";

const parts = ["network", "cluster", "postgres", "objectStore", "redis", "dns"] as const;
type Part = (typeof parts)[number];

/** How each part of a cloud is its owner's. */
export interface Adoptions {
  /** What is written below `existing` of each part. */
  readonly existing: Readonly<Record<"network" | "cluster" | "objectStore" | "dns", Values>>;
  /** A setting of one that is made, which cannot stand beside. */
  readonly beside: Readonly<Record<Part, Values>>;
  /** What else can be the owner's, and is so where everything is. */
  readonly others?: Values;
  /** What an owner's cluster has already: `a VPC`. */
  readonly network: string;
}

/** Everything that the owner has, in settings and secrets. */
export interface Everything {
  readonly own: Values;
  readonly secrets: Values;
}

/** Each cloud adds what its owner's parts need. */
export function describeAdoptions<P extends CloudSettings>(
  stacks: Stacks<P>,
  { existing, beside, others = {}, network }: Adoptions,
  own: (everything: Everything) => void,
): void {
  const { cloud, sixInputs, withOwn, platformOf, problem } = stacks;
  const storeSecrets: Readonly<Partial<Record<Part, Values>>> = {
    postgres: { postgresAdminPassword: "password-of-the-owner" },
    redis: { redisDsn: "rediss://:token@redis.mycompany.dev:6380" },
  };
  const lent: Readonly<Record<Part, Values>> = {
    network: { existing: existing.network },
    cluster: { existing: existing.cluster },
    postgres: { existing: { host: "db.mycompany.dev", adminUser: "admin" } },
    redis: { existing: { port: 6380 } },
    objectStore: { existing: existing.objectStore },
    dns: { existing: existing.dns },
  };
  // A cluster lies in its owner's network.
  const withPart = (part: Part): Values => ({
    ...(part === "cluster" ? { network: lent.network } : {}),
    [part]: lent[part],
  });
  const secretsOf = (part: Part) => ({ secrets: { ...sixInputs.secrets, ...storeSecrets[part] } });
  const everything: Everything = {
    own: { ...others, ...lent },
    secrets: { ...sixInputs.secrets, ...storeSecrets.postgres, ...storeSecrets.redis },
  };

  describe(`bring your own on ${stacks.title}`, () => {
    for (const part of parts) {
      it(`${part} is used instead of one that is made, in every preset`, () => {
        for (const preset of presets) {
          const settled = platformOf(withOwn(withPart(part), { ...secretsOf(part), preset }));
          assert.notEqual(settled[part].kind, "create");
        }
      });

      it(`${part} is refused beside settings of one that is made`, () => {
        const key = `${cloud}.${part}.${Object.keys(beside[part])[0] ?? ""}`;
        const both = { ...withPart(part), [part]: { ...lent[part], ...beside[part] } };
        assert.equal(
          problem(withOwn(both, secretsOf(part))),
          `${key}: stands beside ${cloud}.${part}.existing; keep one: what is yours is not changed`,
        );
      });
    }

    it("all at once leaves the nodes to be made", () => {
      const settled = platformOf(withOwn(everything.own, { secrets: everything.secrets }));
      const made = Object.values(settled).filter((part) => (part as { kind?: string }).kind === "create");
      assert.deepEqual(made, []);
      assert.equal(settled.nodes.general.minNodes, 3);
    });

    it("cluster needs its own network", () => {
      const line = problem(withOwn({ cluster: lent.cluster }));
      const expected = `${cloud}.network.existing: is missing: ${cloud}.cluster.existing has ${network} already`;
      assert.ok(line.startsWith(expected), line);
    });

    it("postgres and redis need their secrets, and only then", () => {
      assert.match(problem(withOwn({ postgres: lent.postgres })), /^secrets\.postgresAdminPassword: is missing/);
      const secrets = { ...sixInputs.secrets, redisDsn: "rediss://:token@redis.mycompany.dev:6379" };
      assert.match(problem({ secrets }), /^secrets\.redisDsn: is not used: Redis is made/);
    });

    own(everything);
  });
}
