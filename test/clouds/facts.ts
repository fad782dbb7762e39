import assert from "node:assert/strict";
import type { PlatformFacts } from "../../components/platform/contract";
import type { CloudSettings } from "../../components/platform/shared/figures";
import type { Placeholders } from "../../components/platform/shared/placeholders";
import type { Settings } from "../../components/settings";
import type { Stacks } from "./stacks";

interface Reached {
  readonly identity: PlatformFacts["identity"];
  readonly uri: PlatformFacts["objectStore"]["uri"];
}

/** What differs from cloud to cloud in what it offers Logfire. */
export interface OfferedFacts<P extends CloudSettings> {
  readonly plannedFacts: (settings: Settings<P>) => PlatformFacts;
  readonly placeholders: Placeholders;
  /** By what pods are known on a platform, and where the bucket is. */
  readonly reached: (platform: P) => Reached;
  /** A bucket that is no service's of the cloud, and a key that comes with it. */
  readonly external: { readonly uri: string; readonly key: string };
  /** Ranges that the stores answer in, and the port of Redis. */
  readonly stores: { readonly postgres: string; readonly redis: string; readonly redisPort: number };
  readonly redisDestinations: (platform: P, cidr: string) => PlatformFacts["redis"]["destinations"];
  /** How the database is verified, and by what. */
  readonly verified: readonly [tls: string, authority: RegExp];
}

/** Each cloud adds by what its pods are known, and what its load balancer is. */
export function describeFacts<P extends CloudSettings>(
  { title, withOwn, settings, platformOf }: Stacks<P>,
  offered: OfferedFacts<P>,
  own: () => void,
): void {
  const planned = () => offered.plannedFacts(settings());

  describe(`what ${title} offers Logfire`, () => {
    it("gives no identity where a bucket comes with keys of its own", () => {
      const { uri, key } = offered.external;
      const store = {
        ...{ kind: "external" as const, uri, environment: {}, port: 443, cidrs: [] },
        secretEnvironmentKeys: [key],
      };
      assert.deepEqual(offered.reached({ ...platformOf(), objectStore: store }), {
        identity: { serviceAccountAnnotations: {}, podLabels: {}, destinations: [] },
        uri,
      });
    });

    it("opens the way to each store, and to nothing else of the network", () => {
      const { postgres, redis } = planned();
      const { stores } = offered;
      assert.deepEqual(postgres.destination, { port: 5432, to: { cidrs: [stores.postgres] } });
      assert.deepEqual(redis.destinations, [{ port: stores.redisPort, to: { cidrs: [stores.redis] } }]);
      const inside = platformOf(withOwn({ redis: { inCluster: true } }));
      assert.deepEqual(offered.redisDestinations(inside, ""), [{ port: 6379, to: { component: "logfire-redis" } }]);
    });

    it("verifies the database", () => {
      const { tls, caBundle } = planned().postgres;
      const [expected, authority] = offered.verified;
      assert.equal(tls, expected);
      assert.ok(typeof caBundle === "string");
      assert.match(caBundle, authority);
    });

    it("names no placeholder without saying what it is", () => {
      const named = JSON.stringify(planned()).match(/PLACEHOLDER-[A-Z-]*[A-Z]/g) ?? [];
      assert.ok(named.length > 5);
      for (const name of named) assert.ok(name in offered.placeholders, name);
    });

    own();
  });
}
