import assert from "node:assert/strict";
import { databaseParameters } from "../../../components/platform/azure/figures/databaseSizes";
import type { AzurePostgres } from "../../../components/settings/azure/types";
import { hasSecret, valueOf } from "../../support/harness";
import { azureSettings } from "../settings";
import { inputsOf, ofType, one, onlyOf, recordPlatform, usualRecording } from "./support";

const { postgres } = azureSettings();
if (postgres.kind !== "create") throw new Error("the usual settings make a database");
const made: AzurePostgres = postgres;
const server = "dbforpostgresql:Server";

describe("PostgreSQL on Flexible Server", () => {
  it("is private, over two zones, and known by a name that the virtual network alone finds", async () => {
    const recording = await usualRecording();
    const inputs = inputsOf(onlyOf(recording, server));
    assert.deepEqual([inputs["version"], inputs["sku"]], ["16", { name: "Standard_D4ds_v5", tier: "GeneralPurpose" }]);
    assert.equal((inputs["highAvailability"] as Record<string, unknown>)["mode"], "ZoneRedundant");
    assert.deepEqual(inputs["network"], {
      delegatedSubnetResourceId: "platform-subnet-postgres-id",
      privateDnsZoneArmResourceId: "platform-postgres-id",
    });
    const zone = inputsOf(one(recording, "privatedns:PrivateZone", "platform-postgres"));
    assert.deepEqual(
      [zone["privateZoneName"], zone["location"]],
      ["logfire-test.private.postgres.database.azure.com", "global"],
    );
    const link = inputsOf(one(recording, "privatedns:VirtualNetworkLink", "platform-postgres-link"));
    assert.deepEqual([link["virtualNetwork"], link["registrationEnabled"]], [{ id: "platform-vnet-id" }, false]);
    assert.ok(onlyOf(recording, server).dependsOn.includes("platform-postgres-link"), "it waits for the zone's link");
  });

  it("keeps a week of backups, grows, and takes one password", async () => {
    const inputs = inputsOf(onlyOf(await usualRecording(), server));
    assert.deepEqual(inputs["backup"], { backupRetentionDays: 7, geoRedundantBackup: "Disabled" });
    assert.deepEqual(inputs["storage"], { storageSizeGB: 256, autoGrow: "Enabled" });
    assert.ok(hasSecret(inputs["administratorLoginPassword"]));
    const { passwordAuth, activeDirectoryAuth } = inputs["authConfig"] as Record<string, unknown>;
    assert.deepEqual([passwordAuth, activeDirectoryAuth], ["Enabled", "Disabled"]);
  });

  it("has its parameters one after the other, extensions first, and none that waits for a restart", async () => {
    const recording = await usualRecording();
    const parameters = ofType(recording, "dbforpostgresql:Configuration");
    assert.deepEqual(
      parameters.map((parameter) => {
        const { configurationName, value, source } = inputsOf(parameter);
        return [configurationName, value, source];
      }),
      databaseParameters.map(({ name, value }) => [name, value, "user-override"]),
    );
    assert.deepEqual(inputsOf(parameters[0] ?? assert.fail("none"))["value"], "BTREE_GIST,INTARRAY");
    for (const [index, parameter] of parameters.slice(1).entries())
      assert.ok(parameter.dependsOn.includes(parameters[index]?.name ?? ""), parameter.name);
    assert.ok(parameters[0]?.dependsOn.includes("platform-postgres-logs"), "a new server is busy for a moment");
    const static_ = ["max_connections", "shared_buffers", "max_wal_senders", "shared_preload_libraries"];
    assert.ok(!databaseParameters.some(({ name }) => static_.includes(name)));
  });

  it("is locked after everything that belongs to it, which the lock holds for too", async () => {
    const recording = await usualRecording();
    const { dependsOn } = onlyOf(recording, "authorization:ManagementLockByScope");
    const own = ofType(recording, "dbforpostgresql:Configuration").map(({ name }) => name);
    assert.ok(
      [...own, "platform-postgres-logs"].every((name) => dependsOn.includes(name)),
      dependsOn.join(),
    );
  });

  it("does without a standby where the owner wants none", async () => {
    const recording = await recordPlatform({
      platform: { postgres: { ...made, zoneRedundant: false, geoBackup: true } },
    });
    const inputs = inputsOf(onlyOf(recording, server));
    assert.equal((inputs["highAvailability"] as Record<string, unknown>)["mode"], "Disabled");
    assert.equal((inputs["backup"] as Record<string, unknown>)["geoRedundantBackup"], "Enabled");
  });

  it("stays in the zones that Azure chose, and in those that it has after a failover", async () => {
    const { ignoreChanges } = onlyOf(await usualRecording(), server);
    for (const path of ["availabilityZone", "highAvailability.standbyAvailabilityZone"])
      assert.ok(ignoreChanges.includes(path), path);
  });

  it("begins with another server's latest state where one is named, and never again", async () => {
    const source = "/subscriptions/s/resourceGroups/old/providers/Microsoft.DBforPostgreSQL/flexibleServers/old";
    const postgres = { ...made, zoneRedundant: false, restoreFrom: source };
    const recording = await recordPlatform({ platform: { postgres } });
    const restored = onlyOf(recording, server);
    const { createMode, sourceServerResourceId, pointInTimeUTC } = inputsOf(restored);
    assert.deepEqual([createMode, sourceServerResourceId], ["PointInTimeRestore", source]);
    const age = Date.now() - Date.parse(String(pointInTimeUTC));
    assert.ok(age > 5 * 60_000 && age < 60 * 60_000, `${age} ms ago`);
    const usual = onlyOf(await usualRecording(), server);
    for (const path of ["sourceServerResourceId", "pointInTimeUTC"])
      assert.ok(restored.ignoreChanges.includes(path) && usual.ignoreChanges.includes(path), path);
    // A server that is there takes no other mode, so that the next update has to tell it.
    assert.equal(inputsOf(usual)["createMode"], "Default");
    assert.ok(!usual.ignoreChanges.includes("createMode"));
  });
});

describe("Azure Managed Redis", () => {
  it("takes any client, by TLS and a key, with a standby in another zone", async () => {
    const recording = await usualRecording();
    const cluster = inputsOf(onlyOf(recording, "redisenterprise:RedisEnterprise"));
    assert.deepEqual([cluster["sku"], cluster["highAvailability"]], [{ name: "Balanced_B5" }, "Enabled"]);
    assert.deepEqual([cluster["minimumTlsVersion"], cluster["publicNetworkAccess"]], ["1.2", "Disabled"]);
    const { databaseName, clusteringPolicy, clientProtocol, accessKeysAuthentication, port } = inputsOf(
      onlyOf(recording, "redisenterprise:Database"),
    );
    assert.deepEqual(
      [databaseName, clusteringPolicy, clientProtocol, accessKeysAuthentication, port],
      ["default", "NoCluster", "Encrypted", "Enabled", 10000],
    );
  });

  it("is reached inside of the network, under its own name", async () => {
    const recording = await usualRecording();
    const entrance = onlyOf(recording, "network:PrivateEndpoint");
    const [database = assert.fail()] = ofType(recording, "redisenterprise:Database");
    assert.ok(entrance.dependsOn.includes(database.name), "a cache that makes its database is busy");
    const endpoint = inputsOf(entrance);
    assert.equal((endpoint["subnet"] as Record<string, unknown>)["id"], "platform-subnet-endpoints-id");
    assert.deepEqual(endpoint["privateLinkServiceConnections"], [
      { name: "redis", privateLinkServiceId: "platform-redis-id", groupIds: ["redisEnterprise"] },
    ]);
    const zone = inputsOf(one(recording, "privatedns:PrivateZone", "platform-redis"));
    assert.equal(zone["privateZoneName"], "privatelink.redis.azure.net");
    assert.deepEqual(inputsOf(onlyOf(recording, "network:PrivateDnsZoneGroup"))["privateDnsZoneConfigs"], [
      { name: "redis", privateDnsZoneId: "platform-redis-id" },
    ]);
  });

  it("has no standby where the owner wants none", async () => {
    const redis = { kind: "create", sku: "Balanced_B1", replica: false } as const;
    const recording = await recordPlatform({ platform: { redis } });
    assert.equal(inputsOf(onlyOf(recording, "redisenterprise:RedisEnterprise"))["highAvailability"], "Disabled");
  });
});

describe("the storage account", () => {
  it("opens to identities alone, from the nodes' subnet alone, by TLS", async () => {
    const account = inputsOf(onlyOf(await usualRecording(), "storage:StorageAccount"));
    assert.deepEqual(
      [account["allowSharedKeyAccess"], account["allowBlobPublicAccess"], account["allowCrossTenantReplication"]],
      [false, false, false],
    );
    assert.deepEqual([account["minimumTlsVersion"], account["enableHttpsTrafficOnly"]], ["TLS1_2", true]);
    assert.equal(account["isHnsEnabled"], false);
    assert.deepEqual([account["kind"], account["sku"]], ["StorageV2", { name: "Standard_ZRS" }]);
    assert.deepEqual(account["networkRuleSet"], {
      bypass: "None",
      defaultAction: "Deny",
      virtualNetworkRules: [{ virtualNetworkResourceId: "platform-subnet-nodes-id", action: "Allow" }],
    });
  });

  it("keeps nothing of what Logfire deletes, but a container that somebody deleted by mistake", async () => {
    const recording = await usualRecording();
    const { isVersioningEnabled, deleteRetentionPolicy, containerDeleteRetentionPolicy } = inputsOf(
      onlyOf(recording, "storage:BlobServiceProperties"),
    );
    assert.deepEqual([isVersioningEnabled, deleteRetentionPolicy], [false, { enabled: false }]);
    assert.deepEqual(containerDeleteRetentionPolicy, { enabled: true, days: 7 });
    assert.equal(inputsOf(onlyOf(recording, "storage:BlobContainer"))["publicAccess"], "None");
  });

  it("has a role for Logfire's pods on the container, and on nothing above it", async () => {
    const recording = await usualRecording();
    const { scope, roleDefinitionId } = inputsOf(recording.named("platform-workloads-container"));
    assert.equal(scope, one(recording, "storage:BlobContainer", "platform-objects").name + "-id");
    assert.match(String(roleDefinitionId), /ba92f5b4-2d11-453d-a403-e96b0029c9fe$/);
    const granted = ofType(recording, "authorization:RoleAssignment")
      .map(inputsOf)
      .filter(({ principalId }) => principalId === "principal-platform-workloads");
    assert.equal(granted.length, 1);
  });
});

describe("names in Azure", () => {
  it("fit, however long the stack's is", async () => {
    const recording = await recordPlatform({ prefix: `logfire-${"x".repeat(90)}_Y.z` });
    const name = (type: string, key: string) => String(inputsOf(onlyOf(recording, type))[key]);
    const account = name("storage:StorageAccount", "accountName");
    assert.match(account, /^[a-z][a-z0-9]{2,23}$/);
    assert.match(name(server, "serverName"), /^[a-z][a-z0-9-]{2,61}[a-z0-9]$/);
    assert.match(name("redisenterprise:RedisEnterprise", "clusterName"), /^[a-z][a-z0-9-]{1,58}[a-z0-9]$/);
    const cluster = inputsOf(onlyOf(recording, "containerservice:ManagedCluster"));
    assert.match(String(cluster["dnsPrefix"]), /^[a-z][a-z0-9-]{0,52}[a-z0-9]$/);
    assert.ok(String(cluster["resourceName"]).length <= 63 && String(cluster["nodeResourceGroup"]).length <= 80);
    assert.match(name("containerservice:AgentPool", "agentPoolName"), /^[a-z][a-z0-9]{0,11}$/);
    const zone = String(inputsOf(one(recording, "privatedns:PrivateZone", "platform-postgres"))["privateZoneName"]);
    assert.ok(zone.split(".").every((label) => label.length <= 63));
  });

  it("end uniquely where Azure knows them all over the world", async () => {
    const recording = await usualRecording();
    const account = await valueOf(recording.result.objectStore.environment["AZURE_STORAGE_ACCOUNT_NAME"] ?? "");
    const names = [
      account,
      inputsOf(onlyOf(recording, server))["serverName"],
      inputsOf(onlyOf(recording, "redisenterprise:RedisEnterprise"))["clusterName"],
    ].map(String);
    assert.ok(
      names.every((name) => name.endsWith("0a1b2c3d")),
      names.join(),
    );
  });
});
