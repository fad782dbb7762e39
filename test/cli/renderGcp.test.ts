import assert from "node:assert/strict";
import type { MockResourceArgs } from "@pulumi/pulumi/runtime";
import { stackObjects } from "../../cli/objects";
import { root } from "../../cli/root";
import { inspectStack } from "../../cli/stack";
import { createGcpProvider, GcpPlatform, type GcpFacts } from "../../components/platform/gcp";
import { machineTypes } from "../../components/platform/gcp/figures/machineTypes";
import { placeholders } from "../../components/platform/gcp/figures/plannedFacts";
import { labelsText } from "../../components/platform/gcp/manifests/storageClass";
import { labelsOf } from "../../components/platform/gcp/names";
import { fromStackFile, resolveSettings, type Settings } from "../../components/settings";
import { gcpOutputs } from "../gcp/component/support";
import { adoptedFacts, adoptedNetwork } from "../gcp/figures/values";
import { factsOf } from "../gcp/settings";
import { observedOutputs } from "../support/observed";
import { registeredObjects, renderedObjects } from "./registrations";

/** What GCP computes is called as the plan calls it: whatever else differs, differs. */
function computed(resource: MockResourceArgs): Record<string, unknown> {
  const { type, name } = resource;
  const known: Readonly<Record<string, Record<string, unknown>>> = {
    "gcp:sql/databaseInstance:DatabaseInstance": {
      privateIpAddress: "PLACEHOLDER-DATABASE-HOST",
      serverCaCerts: [{ cert: "PLACEHOLDER-DATABASE-AUTHORITY" }],
    },
    "gcp:storage/bucket:Bucket": { name: "PLACEHOLDER-BUCKET" },
    "gcp:dns/managedZone:ManagedZone": { name: "PLACEHOLDER-ZONE-NAME" },
    "gcp:compute/address:Address": {
      address: name.includes("-nat-") ? "PLACEHOLDER-NAT-ADDRESS-0" : "PLACEHOLDER-BALANCER-ADDRESS",
    },
    "gcp:compute/globalAddress:GlobalAddress": { address: "PLACEHOLDER-BALANCER-ADDRESS" },
    "gcp:serviceaccount/account:Account": { email: accounts[name] ?? `${name}@test` },
  };
  return { ...gcpOutputs(resource), ...observedOutputs(resource), ...known[type] };
}
const accounts: Readonly<Record<string, string>> = {
  "platform-workloads": "PLACEHOLDER-WORKLOADS-ACCOUNT",
  "platform-cert-manager": "PLACEHOLDER-CERT-MANAGER-ACCOUNT",
};

const { network, storesRange } = adoptedFacts;
assert.ok(network !== undefined && storesRange !== undefined);
const [pods, services] = network.secondaryRanges;
assert.ok(pods !== undefined && services !== undefined);
const proxiesCidr = "10.80.48.0/23";

/** A project in which what the stack adopts is there. */
const facts = (): GcpFacts =>
  factsOf({
    zones: ["a", "b", "c"].map((zone) => ({ name: `europe-west3-${zone}`, offers: Object.keys(machineTypes) })),
    network: {
      ...network,
      ...{ id: "projects/p/global/networks/shared", subnetworkId: "projects/p/subnetworks/nodes", proxiesCidr },
    },
    storesRange: { ...storesRange, name: "stores" },
    managedZone: { dnsName: "mycompany.dev.", visibility: "public" },
    cluster: {
      ...{ name: "mine", id: "projects/p/locations/europe-west3/clusters/mine", version: "1.35.8-gke.1036000" },
      ...{ server: "https://cluster.test", workloadPool: "p.svc.id.goog", gatewayApi: true },
    },
  });

const registered = (settings: Settings, stack: string) => {
  const { platform: gcp } = settings;
  assert.ok(gcp.kind === "gcp");
  return registeredObjects(
    settings,
    (secrets) => {
      const provider = createGcpProvider("platform", gcp);
      const args = { settings, secrets, facts: facts(), prefix: `logfire-${stack}` };
      return new GcpPlatform("platform", args, { provider });
    },
    { outputs: computed },
  );
};

function labelsIn({ platform }: Settings): string {
  assert.ok(platform.kind === "gcp");
  return labelsText(labelsOf({ project: "logfire-platform", stack: "test" }, platform.labels));
}

// Only a range can stand where the program calculates with it; labels name the mocked stack.
const rendered = (settings: Settings, stack: string) =>
  renderedObjects(settings, stack, {
    "PLACEHOLDER-LABELS": labelsIn(settings),
    "PLACEHOLDER-NODES-RANGE": network.cidr,
    "PLACEHOLDER-PODS-RANGE": pods.cidr,
    "PLACEHOLDER-STORES-RANGE": storesRange.cidr,
    "PLACEHOLDER-PROXIES-RANGE": proxiesCidr,
  });

function changed(gcp: object, others: object = {}): Settings {
  const { values, ...raw } = fromStackFile("gcp-prod", root);
  const given = values["gcp"] as object;
  return resolveSettings({ ...raw, values: { ...values, ...others, gcp: { ...given, ...gcp } } });
}

const secretsWith = (more: object) => ({ ...(fromStackFile("gcp-prod", root).values["secrets"] as object), ...more });
const office = { sourceRanges: ["198.51.100.0/24"] };
const stacks: Readonly<Record<string, () => Settings>> = {
  "gcp-prod": () => inspectStack("gcp-prod").settings,
  "gcp-dev": () => inspectStack("gcp-dev").settings,
  "one that only given ranges reach": () => changed({}, { edge: office }),
  "one inside a network of the owner's, with Redis in the cluster": () =>
    changed({ network: { existing: adoptedNetwork }, redis: { inCluster: true } }, { edge: { exposure: "internal" } }),
  "one on the owner's cluster, stores and zone": () =>
    changed(
      {
        network: { existing: adoptedNetwork },
        cluster: { existing: { name: "mine" } },
        postgres: { existing: { host: "10.9.0.7", port: 5433, adminUser: "owner", cidrs: ["10.9.0.0/24"] } },
        objectStore: { existing: { bucket: "owned" } },
        redis: { existing: { port: 6380, cidrs: ["10.9.1.0/24"] } },
        dns: { existing: { name: "mycompany.dev", zone: "mycompany-dev" } },
      },
      {
        edge: office,
        secrets: secretsWith({ postgresAdminPassword: "canary", redisDsn: "rediss://:canary@cache.test:6380" }),
      },
    ),
  "one with the cloud's own load balancer": () => changed({}, { edge: { mode: "native" } }),
  "one with the cloud's own load balancer for given ranges, and TLS in the cluster": () =>
    changed({}, { edge: { mode: "native", ...office }, inClusterTls: {} }),
  "one with the cloud's own load balancer inside the owner's network": () =>
    changed({ network: { existing: adoptedNetwork } }, { edge: { mode: "native", exposure: "internal" } }),
};

/**
 * Rendered without a project, and registered under mocks that hand out the placeholders. Does not prove that GCP hands
 * out what the mocks do, nor that an API server takes the objects: the rehearsal applies the same ones.
 */
describe("render of a stack on GCP", function () {
  this.timeout(60_000);
  for (const [name, settings] of Object.entries(stacks))
    it(`shows every object of ${name} as the program registers it`, async () => {
      const settled = settings();
      const expected = await registered(settled, "gcp-prod");
      const found = rendered(settled, "gcp-prod");
      assert.ok(expected.size > 80);
      assert.deepEqual([...found.keys()].sort(), [...expected.keys()].sort());
      for (const [key, object] of expected) assert.deepEqual(found.get(key), object, key);
    });

  it("has a placeholder for nothing that the settings say", () => {
    const owned = JSON.stringify(
      stackObjects(stacks["one on the owner's cluster, stores and zone"]?.() ?? assert.fail(), "gcp-prod"),
    );
    assert.deepEqual(
      Object.keys(placeholders).filter((name) => owned.includes(name)),
      [
        "PLACEHOLDER-NODES-RANGE",
        "PLACEHOLDER-PODS-RANGE",
        "PLACEHOLDER-WORKLOADS-ACCOUNT",
        "PLACEHOLDER-BALANCER-ADDRESS",
        "PLACEHOLDER-LABELS",
      ],
    );
  });
});
