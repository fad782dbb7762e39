import assert from "node:assert/strict";
import type { MockResourceArgs } from "@pulumi/pulumi/runtime";
import { stackObjects } from "../../cli/objects";
import { root } from "../../cli/root";
import { inspectStack } from "../../cli/stack";
import { AzurePlatform, createAzureProvider, type AzureFacts } from "../../components/platform/azure";
import { placeholders } from "../../components/platform/azure/figures/plannedFacts";
import { fromStackFile, resolveSettings, type Settings } from "../../components/settings";
import { azureCalls, azureOutputs } from "../azure/component/support";
import { adoptedCluster, adoptedNetwork, adoptedVnet } from "../azure/figures/values";
import { factsOf } from "../azure/settings";
import { observedOutputs } from "../support/observed";
import { registeredObjects, renderedObjects } from "./registrations";

/** What Azure computes is called as the plan calls it: whatever else differs, differs. */
function computed(resource: MockResourceArgs): Record<string, unknown> {
  const { type, name } = resource;
  const known: Readonly<Record<string, Record<string, unknown>>> = {
    "azure-native:resources:ResourceGroup": { name: "PLACEHOLDER-RESOURCE-GROUP" },
    "azure-native:dbforpostgresql:Server": { fullyQualifiedDomainName: "PLACEHOLDER-DATABASE-HOST" },
    "azure-native:storage:StorageAccount": { name: "PLACEHOLDER-STORAGE-ACCOUNT" },
    "azure-native:network:PublicIPAddress": name.endsWith("-nat")
      ? { ipAddress: "PLACEHOLDER-NAT-ADDRESS" }
      : { ipAddress: "PLACEHOLDER-BALANCER-ADDRESS", name: "PLACEHOLDER-BALANCER-NAME" },
    "azure-native:managedidentity:UserAssignedIdentity": {
      clientId: clientIds.find(([part]) => name === `platform-${part}`)?.[1] ?? `client-${name}`,
    },
  };
  return { ...azureOutputs(resource), ...observedOutputs(resource), ...known[type] };
}
const clientIds = [
  ["workloads", "PLACEHOLDER-WORKLOADS-CLIENT-ID"],
  ["cert-manager", "PLACEHOLDER-CERT-MANAGER-CLIENT-ID"],
] as const;

/** Ranges of what the stack adopts: the program calculates with them, so that no placeholder can stand there. */
const known = {
  "PLACEHOLDER-NETWORK-RANGE": "10.80.0.0/16",
  "PLACEHOLDER-POSTGRES-RANGE": "10.80.16.0/26",
  "PLACEHOLDER-ENDPOINTS-RANGE": "10.80.17.0/26",
  "PLACEHOLDER-PODS-RANGE": "10.244.0.0/16",
  // Known before anything is asked.
  "PLACEHOLDER-SUBSCRIPTION-ID": factsOf().subscriptionId,
} as const;

/** A subscription in which what the stack adopts is there. */
const facts = (): AzureFacts =>
  factsOf({
    vnet: { ...adoptedVnet, subnets: adoptedVnet.subnets.map((subnet) => ({ ...subnet, storageEndpoint: true })) },
    cluster: {
      ...adoptedCluster,
      ...{ name: "mine", resourceGroup: "clusters", version: "1.35", podsCidr: known["PLACEHOLDER-PODS-RANGE"] },
      ...{ endpoint: "https://cluster.test", certificateAuthority: "Y2E=", issuer: "https://oidc.test/id/" },
    },
  });

const stack = "azure-prod";

const registered = (settings: Settings) => {
  const { platform: azure } = settings;
  assert.ok(azure.kind === "azure");
  return registeredObjects(
    settings,
    (secrets) => {
      const provider = createAzureProvider("platform", azure);
      const args = { settings, secrets, facts: facts(), prefix: `logfire-${stack}` };
      return new AzurePlatform("platform", args, { provider });
    },
    { outputs: computed, call: azureCalls },
  );
};

function changed(azure: object, others: object = {}): Settings {
  const { values, ...raw } = fromStackFile(stack, root);
  const given = values["azure"] as object;
  return resolveSettings({ ...raw, values: { ...values, ...others, azure: { ...given, ...azure } } });
}

const secretsWith = (more: object) => ({ ...(fromStackFile(stack, root).values["secrets"] as object), ...more });
const stacks: Readonly<Record<string, () => Settings>> = {
  "azure-prod": () => inspectStack("azure-prod").settings,
  "azure-dev": () => inspectStack("azure-dev").settings,
  "one that only given ranges reach": () => changed({}, { edge: { sourceRanges: ["198.51.100.0/24"] } }),
  "one inside, with Redis in the cluster": () =>
    changed({ redis: { inCluster: true } }, { edge: { exposure: "internal" } }),
  "one whose hostnames are proved by HTTP": () =>
    changed({}, { edge: { certificate: { source: "acme", challenge: "http01" } } }),
  "one on the owner's cluster, stores and zone": () =>
    changed(
      {
        resourceGroup: { existing: { name: "owned" } },
        network: { existing: adoptedNetwork },
        cluster: { existing: { name: "mine", resourceGroup: "clusters" } },
        postgres: { existing: { host: "10.9.0.7", port: 5433, adminUser: "owner", cidrs: ["10.9.0.0/24"] } },
        objectStore: { existing: { account: "owned", resourceGroup: "data", container: "telemetry" } },
        redis: { existing: { port: 6380, cidrs: ["10.9.1.0/24"] } },
        dns: { existing: { name: "mycompany.dev", resourceGroup: "dns" } },
      },
      {
        edge: { sourceRanges: ["198.51.100.0/24"] },
        secrets: secretsWith({ postgresAdminPassword: "canary", redisDsn: "rediss://:canary@cache.test:6380" }),
      },
    ),
};

/**
 * Rendered without a subscription, and registered under mocks that hand out the placeholders. Does not prove that Azure
 * hands out what the mocks do, nor that an API server takes the objects: the rehearsal applies the same ones.
 */
describe("render of a stack on Azure", function () {
  this.timeout(60_000);
  for (const [name, settings] of Object.entries(stacks))
    it(`shows every object of ${name} as the program registers it`, async () => {
      const settled = settings();
      const expected = await registered(settled);
      const found = renderedObjects(settled, stack, known);
      assert.ok(expected.size > 70);
      assert.deepEqual([...found.keys()].sort(), [...expected.keys()].sort());
      for (const [key, object] of expected) assert.deepEqual(found.get(key), object, key);
    });

  it("has a placeholder for nothing that the settings say", () => {
    const owned = JSON.stringify(
      stackObjects(stacks["one on the owner's cluster, stores and zone"]?.() ?? assert.fail(), stack),
    );
    assert.deepEqual(
      Object.keys(placeholders).filter((name) => owned.includes(name)),
      [
        "PLACEHOLDER-SUBSCRIPTION-ID",
        "PLACEHOLDER-NETWORK-RANGE",
        "PLACEHOLDER-PODS-RANGE",
        "PLACEHOLDER-WORKLOADS-CLIENT-ID",
        "PLACEHOLDER-CERT-MANAGER-CLIENT-ID",
        "PLACEHOLDER-BALANCER-NAME",
      ],
    );
  });
});
