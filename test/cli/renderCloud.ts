import assert from "node:assert/strict";
import type { MockResourceArgs } from "@pulumi/pulumi/runtime";
import { stackObjects } from "../../cli/objects";
import { root } from "../../cli/root";
import { inspectStack } from "../../cli/stack";
import type { Platform } from "../../components/platform/contract";
import {
  fromStackFile,
  resolveSettings,
  type PlatformSettings,
  type SecretValues,
  type Settings,
} from "../../components/settings";
import type { RecordOptions } from "../support/harness";
import { observedOutputs } from "../support/observed";
import { registeredObjects, renderedObjects } from "./registrations";

type CloudName = "aws" | "gcp" | "azure";
type SettingsOf<C extends CloudName> = Extract<PlatformSettings, { readonly kind: C }>;

/** What a test changes in the production stack: of the cloud's own settings, and of all others. */
export interface Change {
  readonly cloud?: object;
  readonly others?: object;
}

/** What every cloud's component takes, but for the facts. */
export interface PlatformArgs {
  readonly settings: Settings;
  readonly secrets: SecretValues;
  readonly prefix: string;
}

/** What differs from cloud to cloud in what `render` shows. */
export interface RenderedCloud<C extends CloudName> {
  readonly kind: C;
  readonly title: string;
  /** The component in an account in which what the stack adopts is there. */
  readonly make: (args: PlatformArgs, platform: SettingsOf<C>) => Platform;
  /** What the cloud computes is called as the plan calls it: whatever else differs, differs. */
  readonly computed: (resource: MockResourceArgs) => Record<string, unknown>;
  readonly call?: RecordOptions["call"];
  /** All that the plan has. */
  readonly placeholders: Readonly<Record<string, unknown>>;
  /** What stands for placeholders where the program calculates, so that no placeholder can stand there. */
  readonly known: (platform: SettingsOf<C>) => Readonly<Record<string, string>>;
  /** Objects of any stack are more than so many. */
  readonly objects: number;
  /** What goes with an entrance that only the company's network reaches. */
  readonly inside: object;
  /** Network, cluster, bucket and zone of the owner, and what else a cloud has to adopt. */
  readonly owned: object;
  /** Placeholders that are left when everything is the owner's. */
  readonly left: readonly string[];
  /** Further stacks, which only this cloud has. */
  readonly more: Readonly<Record<string, Change>>;
}

const everythingOwned = "one on the owner's cluster, stores and zone";

/** As `sourceRanges` of the edge: who may connect. */
export const office = { sourceRanges: ["198.51.100.0/24"] };

/** The owner's stores as each cloud names them alike. */
const stores = {
  postgres: { existing: { host: "10.9.0.7", port: 5433, adminUser: "owner", cidrs: ["10.9.0.0/24"] } },
  redis: { existing: { port: 6380, cidrs: ["10.9.1.0/24"] } },
};
const secretsOfStores = { postgresAdminPassword: "canary", redisDsn: "rediss://:canary@cache.test:6380" };

function changesOf<C extends CloudName>(cloud: RenderedCloud<C>): Readonly<Record<string, Change>> {
  const { values } = fromStackFile(`${cloud.kind}-prod`, root);
  return {
    ...cloud.more,
    "one that only given ranges reach": { others: { edge: office } },
    "one inside, with Redis in the cluster": {
      cloud: { ...cloud.inside, redis: { inCluster: true } },
      others: { edge: { exposure: "internal" } },
    },
    [everythingOwned]: {
      cloud: { ...stores, ...cloud.owned },
      others: { edge: office, secrets: { ...(values["secrets"] as object), ...secretsOfStores } },
    },
  };
}

function changed<C extends CloudName>({ kind }: RenderedCloud<C>, { cloud, others }: Change): Settings {
  const { values, ...raw } = fromStackFile(`${kind}-prod`, root);
  const given = values[kind] as object;
  return resolveSettings({ ...raw, values: { ...values, ...others, [kind]: { ...given, ...cloud } } });
}

function platformOf<C extends CloudName>({ kind }: RenderedCloud<C>, { platform }: Settings): SettingsOf<C> {
  assert.equal(platform.kind, kind);
  return platform as SettingsOf<C>;
}

/**
 * Rendered without an account, and registered under mocks that hand out the placeholders. Does not prove that the cloud
 * hands out what the mocks do, nor that an API server takes the objects: the rehearsal applies the same ones.
 */
export function describeRendering<C extends CloudName>(cloud: RenderedCloud<C>): void {
  const stack = `${cloud.kind}-prod`;
  const changes = changesOf(cloud);
  const stacks: Readonly<Record<string, () => Settings>> = {
    ...Object.fromEntries([stack, `${cloud.kind}-dev`].map((name) => [name, () => inspectStack(name).settings])),
    ...Object.fromEntries(Object.entries(changes).map(([name, change]) => [name, () => changed(cloud, change)])),
  };

  const registered = (settings: Settings) =>
    registeredObjects(
      settings,
      (secrets) => cloud.make({ settings, secrets, prefix: `logfire-${stack}` }, platformOf(cloud, settings)),
      {
        outputs: (resource) => ({ ...observedOutputs(resource), ...cloud.computed(resource) }),
        ...(cloud.call === undefined ? {} : { call: cloud.call }),
      },
    );

  describe(`render of a stack on ${cloud.title}`, function () {
    this.timeout(60_000);
    for (const [name, settings] of Object.entries(stacks))
      it(`shows every object of ${name} as the program registers it`, async () => {
        const settled = settings();
        const expected = await registered(settled);
        const found = renderedObjects(settled, stack, cloud.known(platformOf(cloud, settled)));
        assert.ok(expected.size > cloud.objects, String(expected.size));
        assert.deepEqual([...found.keys()].sort(), [...expected.keys()].sort());
        for (const [key, object] of expected) assert.deepEqual(found.get(key), object, key);
      });

    it("has a placeholder for nothing that the settings say", () => {
      const owned = JSON.stringify(stackObjects(stacks[everythingOwned]?.() ?? assert.fail(), stack));
      assert.deepEqual(
        Object.keys(cloud.placeholders).filter((name) => owned.includes(name)),
        cloud.left,
      );
    });
  });
}
