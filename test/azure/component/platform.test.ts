import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AzurePlatform } from "../../../components/platform/azure";
import { parts } from "../../../components/platform/azure/figures/parts";
import { publicAddresses } from "../../../components/platform/azure/figures/publicAddresses";
import { createPlatform } from "../../../components/platform/createPlatform";
import { openTexts, record, reveal, valueOf, type Recording } from "../../support/harness";
import { azureSettings, logfireOnAzure, settingsOf } from "../settings";
import {
  accessKey,
  answering,
  azureCalls,
  azureOutputs,
  comesAfter,
  inputsOf,
  ofType,
  onlyOf,
  recordPlatform,
  usualRecording,
} from "./support";

const stateful = [
  "azure-native:resources:ResourceGroup",
  "azure-native:containerservice:ManagedCluster",
  "azure-native:dbforpostgresql:Server",
  "azure-native:redisenterprise:RedisEnterprise",
  "azure-native:redisenterprise:Database",
  "azure-native:storage:StorageAccount",
  "azure-native:storage:BlobContainer",
  "azure-native:dns:Zone",
  "random:index/randomPassword:RandomPassword",
];
const managedCluster = "containerservice:ManagedCluster";
const keyOf = ({ type, name }: { readonly type: string; readonly name: string }) => `${type} ${name}`;

describe("the Azure platform, everything made", () => {
  let recording: Recording<AzurePlatform>;
  before(async () => {
    recording = await usualRecording();
  });
  const azures = () => recording.resources.filter(({ type }) => type.startsWith("azure-native:"));

  it("protects what holds data or cannot be had again", () => {
    const unprotected = stateful.filter((type) => {
      const found = recording.resources.filter((resource) => resource.type === type);
      return found.length === 0 || found.some(({ protect }) => !protect);
    });
    assert.deepEqual(unprotected, []);
    const { level, scope } = inputsOf(onlyOf(recording, "authorization:ManagementLockByScope"));
    assert.deepEqual([level, scope], ["CanNotDelete", "platform-postgres-id"]);
  });

  it("makes the slow parts side by side", () => {
    // What belongs to one part has one name: nothing of one is waited for by another's slowest.
    const slow = { cluster: managedCluster, postgres: "dbforpostgresql:Server", redis: "redisenterprise:Database" };
    for (const [part, type] of Object.entries(slow)) {
      const others = Object.keys(slow).filter((other) => other !== part);
      const own = onlyOf(recording, type).dependsOn.filter((name) => name !== `platform-${part}`);
      const after = new Set([...own, ...comesAfter(recording, ...own)]);
      for (const other of others) assert.ok(!after.has(`platform-${other}`), `${part} waits for ${other}`);
    }
  });

  it("has no static key but the cache's, and shows no secret", () => {
    const keys = recording.resources.filter(({ type }) => /application|servicePrincipal|accessKey|sas/i.test(type));
    assert.deepEqual(keys.map(keyOf), []);
    const server = reveal(inputsOf(onlyOf(recording, "dbforpostgresql:Server"))) as Record<string, unknown>;
    const password = String(server["administratorLoginPassword"]);
    assert.ok(password.length >= 32);
    for (const resource of azures())
      for (const text of openTexts(resource.inputs))
        assert.ok(![password, accessKey].some((secret) => text.includes(secret)), `${keyOf(resource)} shows one`);
  });

  it("asks by its own provider for everything, and says in tags whose it is", () => {
    assert.equal(inputsOf(recording.named("platform-azure"))["location"], "swedencentral");
    const tags = {
      "logfire-project": "logfire-platform",
      "logfire-stack": "test",
      "managed-by": "pulumi",
      team: "observability",
    };
    for (const resource of azures()) {
      assert.match(resource.provider ?? "", /::platform-azure::/, keyOf(resource));
      const { location, tags: own, resourceGroupName } = inputsOf(resource);
      if (location !== undefined || own !== undefined) assert.deepEqual(own, tags, keyOf(resource));
      assert.ok(resourceGroupName === undefined || resourceGroupName === "logfire-test", keyOf(resource));
    }
    const named = azures().filter((resource) => inputsOf(resource)["tags"] !== undefined);
    assert.ok(named.length >= 20);
  });

  it("is made of what the comparison of the clouds says", () => {
    const made = new Set(recording.resources.map(({ type }) => type));
    const said = Object.values(parts).flatMap(({ types }) => types);
    // Records are written by whoever knows a hostname.
    const missing = said.filter((type) => !made.has(type) && type !== "azure-native:dns:RecordSet");
    assert.deepEqual(missing, []);
  });

  it("waits with objects in the cluster for rights in it, and with Logfire for nodes, identities and stores", async () => {
    const access = comesAfter(recording, "platform-kubernetes");
    assert.ok(access.has("platform-maker"));
    assert.ok([...access].some((name) => name.startsWith("platform-administrator-")));
    const ready = await readyOf(recording.result.kubernetes.ready);
    for (const name of [
      "platform-cluster",
      "platform-scratch",
      "platform-workloads",
      "platform-workloads-container",
      "platform-cert-manager",
      "platform-cert-manager-zone",
      "platform-objects",
      "platform-redis",
      "platform-edge",
      "platform-cluster-address",
      "platform-cluster-group",
    ])
      assert.ok(ready.has(name), name);
    const postgres = await readyOf(recording.result.postgres.ready ?? []);
    assert.ok(postgres.has("platform-postgres-azure.extensions") && postgres.has("platform-cluster"));
    assert.ok(!postgres.has("platform-redis"));
  });

  it("hands out the contract: database, container, cache, identity, pools", async () => {
    const { result } = recording;
    assert.equal(await valueOf(result.postgres.host), "database.postgres.database.azure.com");
    assert.equal(result.postgres.tls, "verify-full");
    assert.match(await valueOf(result.postgres.caBundle ?? ""), /^-----BEGIN CERTIFICATE-----/);
    assert.equal(await valueOf(result.objectStore.uri), "az://logfire");
    const account = await valueOf(result.objectStore.environment["AZURE_STORAGE_ACCOUNT_NAME"] ?? "");
    assert.match(account, /^logfire[a-z0-9]+0a1b2c3d$/);
    assert.deepEqual(result.objectStore.secretEnvironment, {});
    assert.equal(
      await valueOf(result.redis.dsn),
      `rediss://:${encodeURIComponent(accessKey)}@cache.swedencentral.redis.azure.net:10000`,
    );
    assert.ok(await pulumi.isSecret(result.redis.dsn as pulumi.Output<string>));
    const { serviceAccountAnnotations, podLabels } = result.identity;
    assert.equal(
      await valueOf(serviceAccountAnnotations["azure.workload.identity/client-id"] ?? ""),
      "client-platform-workloads",
    );
    assert.deepEqual(podLabels, { "azure.workload.identity/use": "true" });
    assert.deepEqual(
      result.nodePools.map(({ name, type, minNodes }) => [name, type, minNodes]),
      [
        ["general", "Standard_D8ds_v5", 4],
        ["scratch", "Standard_E8ds_v6", 4],
      ],
    );
  });

  it("takes as many fixed addresses as the plan says", async () => {
    for (const change of [{}, { exposure: "internal" }] as const) {
      const edge = { ...logfireOnAzure().edge, ...change };
      const made = ofType(await recordPlatform({ logfire: { edge } }), "network:PublicIPAddress");
      const { nat, balancer } = publicAddresses(azureSettings().network, edge);
      assert.equal(made.length, nat + balancer, JSON.stringify(change));
    }
  });

  it("shows in a preview exactly what an update makes", async () => {
    const preview = await recordPlatform({}, { preview: true });
    const [known, shown] = [recording, preview].map(({ resources }) => resources.map(keyOf).sort());
    assert.deepEqual(shown, known);
  });

  it("registers its outputs, so that the engine knows that it is complete", async () => {
    const registered: string[] = [];
    const original = Object.getOwnPropertyDescriptor(pulumi.ComponentResource.prototype, "registerOutputs");
    Object.defineProperty(AzurePlatform.prototype, "registerOutputs", {
      configurable: true,
      value(this: AzurePlatform, outputs?: object) {
        registered.push(...Object.keys(outputs ?? {}));
        (original?.value as (outputs?: object) => void).call(this, outputs);
      },
    });
    try {
      await recordPlatform();
    } finally {
      Reflect.deleteProperty(AzurePlatform.prototype, "registerOutputs");
    }
    assert.deepEqual(registered, ["clusterName", "kubeconfig"]);
  });

  it("is what the settings ask for", async () => {
    const settings = settingsOf({});
    const { call } = answering({});
    const made = await record(() => createPlatform("platform", { settings, secrets: {} }), {
      outputs: azureOutputs,
      call: (args) => (args.token.includes(":list") ? azureCalls(args) : call(args)),
    });
    assert.ok((await made.result) instanceof AzurePlatform);
    assert.deepEqual(made.resources.map(keyOf).sort(), recording.resources.map(keyOf).sort());
  });
});

describe("the Azure platform, disposable", () => {
  it("protects and locks nothing, and keeps no deleted container", async () => {
    const recording = await recordPlatform({ logfire: { disposable: true } });
    assert.deepEqual(recording.resources.filter(({ protect }) => protect).map(keyOf), []);
    assert.deepEqual(ofType(recording, "authorization:ManagementLockByScope"), []);
    const blobs = inputsOf(onlyOf(recording, "storage:BlobServiceProperties"));
    assert.deepEqual(blobs["containerDeleteRetentionPolicy"], { enabled: false });
  });
});

/** Logical names of resources. */
async function readyOf(resources: readonly pulumi.Resource[]): Promise<ReadonlySet<string>> {
  const urns = await Promise.all(resources.map(({ urn }) => valueOf(urn)));
  return new Set(urns.map((urn) => urn.split("::").at(-1) ?? ""));
}
