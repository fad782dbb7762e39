import assert from "node:assert/strict";
import type { CloudSettings } from "../../components/platform/shared/figures";
import { presets, type Stacks, type Values } from "./stacks";

/** What differs from cloud to cloud in what the same few settings come to. */
export interface SettledSettings<P extends CloudSettings> {
  /** Everything that comes of the six inputs. */
  readonly settled: P;
  /** Keys of the cloud's own that lack one, with what is said. */
  readonly lacking: readonly (readonly [Values, RegExp])[];
  /** Where all of the cloud's keys are missing: the keys that are asked for. */
  readonly asked: readonly string[];
  /** Whether the cloud brings cert-manager, as an add-on of the cluster. */
  readonly certManager: "existing" | "install";
}

/** Each cloud adds what its own keys come to. */
export function describeSettings<P extends CloudSettings>(
  stacks: Stacks<P>,
  { settled, lacking, asked, certManager }: SettledSettings<P>,
  own: () => void,
): void {
  const { cloud, sixInputs, withOwn, settings, platformOf, problem, problems } = stacks;
  const without = (key: string): Values => ({ [key]: undefined });

  describe(`settings of ${stacks.title}`, () => {
    it("are complete with six inputs", () => {
      assert.equal(Object.keys(sixInputs).length, 6, "the cloud's own under one key, the secret with its user name");
      assert.deepEqual(platformOf(), settled);
    });

    it("need each of these six", () => {
      for (const [values, expected] of lacking) assert.match(problem({ [cloud]: values }), expected);
      assert.match(problem(without("hostname")), /^hostname: is missing/);
      assert.match(problem(without("adminEmail")), /^adminEmail: is missing/);
      assert.match(problem(without("secrets")), /^secrets\.registryPassword: is missing: images\.credentials needs it/);
      assert.deepEqual(
        problems(without(cloud)).map((line) => /^(.*): is missing/.exec(line)?.[1]),
        asked,
      );
    });

    for (const preset of presets)
      it(`of ${preset} have no problem`, () => {
        assert.deepEqual(problems({ preset }), []);
      });

    it("give the certificate the platform's zone, and cert-manager from where it comes", () => {
      const { edge } = settings().logfire;
      assert.equal(edge.zone, "logfire.mycompany.dev");
      assert.equal(edge.certificate.source, "acme");
      assert.equal(edge.certManager.controller, certManager);
    });

    it("ask how hostnames get a certificate where records are the owner's", () =>
      assert.match(
        problem(withOwn({ dns: { manage: false } })),
        new RegExp(`^edge\\.certificate: does not say how .* ${cloud}\\.dns\\.manage is false`),
      ));

    it("count Redis in the cluster among the pods", () =>
      assert.deepEqual(platformOf(withOwn({ redis: { inCluster: true } })).redis, { kind: "inCluster" }));

    own();
  });
}

/** What differs from cloud to cloud in what is refused. */
export interface RefusedSettings {
  /** Range of a network for which none is written, a /16. */
  readonly range: string;
  /** Ranges that a network cannot have. */
  readonly ranges: readonly (readonly [cidr: string, expected: RegExp])[];
  /** How the cloud knows a zone of its owner's, beside the zone's name. */
  readonly zoneId: Values;
  /** Type of a scratch node by default. */
  readonly scratchType: string;
  /** A static key, and by what pods reach the bucket. */
  readonly staticKey: readonly [name: string, by: string];
  /** What is said of the PROXY protocol in front of a Gateway. */
  readonly proxyProtocol: RegExp;
  /** Values by their path below the cloud's key; all else is right. */
  readonly values: readonly (readonly [path: string, value: unknown, expected: RegExp])[];
}

/** Each cloud adds what only it refuses. */
export function describeBadSettings<P extends CloudSettings>(
  stacks: Stacks<P>,
  bad: RefusedSettings,
  own: () => void,
): void {
  const { cloud, sixInputs, withOwn, problem, problems } = stacks;

  describe(`bad settings of ${stacks.title}`, () => {
    it("of another platform are refused on both sides", () => {
      assert.match(
        problem({ existing: { context: "production" } }),
        new RegExp(`^existing: stands beside platform: ${cloud}`),
      );
      assert.deepEqual(problems({ platform: "existing", edge: { mode: "none" } }), [
        `${cloud}: stands beside platform: existing; remove it, or write platform: ${cloud}`,
      ]);
    });

    for (const [cidr, expected] of bad.ranges)
      it(`refuse ${cidr} for the network`, () => {
        const line = problem(withOwn({ network: { cidr } }));
        assert.ok(line.startsWith(`${cloud}.network.cidr: `), line);
        assert.match(line, expected);
      });

    it("refuse a network that overlaps the owner's database", () => {
      const host = bad.range.replace(/0\.0\/16$/, "7.7");
      const secrets = { ...sixInputs.secrets, postgresAdminPassword: "password-of-the-owner" };
      const line = problem(withOwn({ postgres: { existing: { host, adminUser: "admin" } } }, { secrets }));
      const expected = `${cloud}.network.cidr: "${bad.range}" overlaps ${host}/32, ${cloud}.postgres.existing.cidrs`;
      assert.ok(line.startsWith(expected), line);
    });

    it("refuse a hostname outside the zone", () =>
      assert.match(
        problem(withOwn({ dns: { existing: { name: "other.dev", ...bad.zoneId } } })),
        new RegExp(
          `^hostname: "logfire\\.mycompany\\.dev" does not lie in the zone "other\\.dev"; .* ${cloud}\\.dns\\.existing\\.name$`,
        ),
      ));

    it("refuse a plan that cannot place the pods", () => {
      const line = problem(withOwn({ nodes: { scratch: { maxNodes: 2, minNodes: 2 } } }));
      const asks = "the 8 pods of this pool ask for 21 cores, 68 GiB, 250 GiB of scratch ";
      assert.ok(line.startsWith(`${cloud}.nodes.scratch.maxNodes: ${asks}`), line);
      assert.ok(line.includes(` takes 3 × ${bad.scratchType} `), line);
      assert.match(line, / maxNodes is 2/);
    });

    it("refuse static keys, the zone of another platform, and a protocol that nobody in front speaks", () => {
      const [key, by] = bad.staticKey;
      const secrets = { ...sixInputs.secrets, objectStore: { [key]: "a-static-key" } };
      const line = problem({ secrets });
      assert.ok(line.startsWith(`secrets.objectStore.${key}: is not used: pods reach the bucket by ${by}`), line);
      assert.match(
        problem({ edge: { zone: "mycompany.dev" } }),
        new RegExp(`^edge\\.zone: is not used: ${cloud}\\.dns says which zone it is`),
      );
      const proxied = problem({ edge: { proxyProtocol: true } });
      assert.match(proxied, /^edge\.proxyProtocol: /);
      assert.match(proxied, bad.proxyProtocol);
    });

    for (const [path, value, expected] of bad.values)
      it(`refuse ${JSON.stringify(value)} as ${cloud}.${path}`, () => {
        const line = problem(withOwn(nested(stacks.own, path.split("."), value)));
        assert.ok(line.startsWith(`${cloud}.${path}`), line);
        assert.match(line, expected);
      });

    own();
  });
}

/** A value at its path, with what stands beside it on the way. */
function nested(beside: Values, [key = "", ...rest]: readonly string[], value: unknown): Values {
  const inner = (beside[key] ?? {}) as Values;
  return { ...beside, [key]: rest.length === 0 ? value : nested(inner, rest, value) };
}
