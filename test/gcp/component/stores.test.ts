import assert from "node:assert/strict";
import { valueOf, type Recording } from "../../support/harness";
import type { GcpPlatformSettings, GcpPostgres } from "../../../components/settings/gcp/types";
import { gcpSettings } from "../settings";
import { comesAfter, inputsOf, ofType, recordPlatform, usualRecording } from "./support";

const made = postgresOf(gcpSettings());
function postgresOf({ postgres }: GcpPlatformSettings): GcpPostgres {
  assert.ok(postgres.kind === "create");
  return postgres;
}

const one = (recording: Recording<unknown>, type: string) => inputsOf(ofType(recording, type)[0] ?? assert.fail(type));
const instance = "gcp:sql/databaseInstance:DatabaseInstance";
const serverOf = (recording: Recording<unknown>) => one(recording, instance)["settings"] as Record<string, unknown>;

describe("PostgreSQL on Cloud SQL", () => {
  it("is private, over two zones, of the edition that takes the tier, and refuses connections in clear", async () => {
    const recording = await usualRecording();
    const { databaseVersion, region } = one(recording, instance);
    assert.deepEqual([databaseVersion, region], ["POSTGRES_16", "europe-west3"]);
    const { edition, tier, availabilityType, ipConfiguration, diskType } = serverOf(recording);
    assert.deepEqual(
      [edition, tier, availabilityType, diskType],
      ["ENTERPRISE", "db-custom-4-16384", "REGIONAL", "PD_SSD"],
    );
    const { ipv4Enabled, sslMode, serverCaMode } = ipConfiguration as Record<string, unknown>;
    assert.deepEqual([ipv4Enabled, sslMode, serverCaMode], [false, "ENCRYPTED_ONLY", "GOOGLE_MANAGED_INTERNAL_CA"]);
  });

  it("is told of nodes and pods whose addresses it would refuse, and of no others", async () => {
    const { network } = gcpSettings();
    assert.ok(network.kind === "create");
    const told = async (cidr: string) =>
      serverOf(await recordPlatform({ platform: { network: { ...network, cidr } } }))["ipConfiguration"] as object as {
        authorizedNetworks?: unknown;
      };
    assert.deepEqual((await told("100.64.0.0/16")).authorizedNetworks, [
      { name: "logfire", value: "100.64.0.0/20" },
      { name: "logfire", value: "100.64.128.0/17" },
    ]);
    assert.equal((await told("10.40.0.0/16")).authorizedNetworks, undefined);
  });

  it("grows by itself, and is not made anew because it has", async () => {
    const recording = await usualRecording();
    const { diskSize, diskAutoresize, diskAutoresizeLimit } = serverOf(recording);
    assert.deepEqual([diskSize, diskAutoresize, diskAutoresizeLimit], [100, true, 500]);
    const [server = assert.fail("none")] = ofType(recording, instance);
    assert.ok(server.ignoreChanges.includes("settings.diskSize"));
  });

  it("can be set back to any minute of a week, and keeps as many backups as the settings say", async () => {
    const backups = async (backupDays: number) =>
      serverOf(await recordPlatform({ platform: { postgres: { ...made, backupDays } } }))["backupConfiguration"];
    for (const [days, logs] of [
      [3, 3],
      [30, 7],
    ] as const) {
      const { enabled, pointInTimeRecoveryEnabled, transactionLogRetentionDays, backupRetentionSettings } =
        (await backups(days)) as Record<string, unknown>;
      assert.deepEqual([enabled, pointInTimeRecoveryEnabled, transactionLogRetentionDays], [true, true, logs]);
      assert.deepEqual(backupRetentionSettings, { retainedBackups: days, retentionUnit: "COUNT" });
    }
  });

  it("takes as many connections as its memory holds", async () => {
    const flags = serverOf(await usualRecording())["databaseFlags"] as { name: string; value: string }[];
    assert.equal(flags.find(({ name }) => name === "max_connections")?.value, "1802");
  });

  it("begins with a backup where one is named, and never again", async () => {
    const postgres = { ...made, restoreFrom: { instance: "logfire-prod-postgres-0a1b2c3d", backupRun: 1700000000000 } };
    const [server = assert.fail("none")] = ofType(await recordPlatform({ platform: { postgres } }), instance);
    assert.deepEqual(inputsOf(server)["restoreBackupContext"], {
      backupRunId: 1700000000000,
      instanceId: "logfire-prod-postgres-0a1b2c3d",
      project: "mycompany-logfire",
    });
    assert.ok(server.ignoreChanges.includes("restoreBackupContext"));
  });

  it("is encrypted by a key of the stack's own where the owner wants one, protected as the data are", async () => {
    const recording = await recordPlatform({ platform: { postgres: { ...made, encryption: "kms" } } });
    assert.equal(one(recording, instance)["encryptionKeyName"], "platform-postgres-id");
    const [key = assert.fail("no key")] = ofType(recording, "gcp:kms/cryptoKey:CryptoKey").filter(
      ({ name }) => name === "platform-postgres",
    );
    assert.ok(key.protect);
    const [right = assert.fail("nobody may")] = ofType(
      recording,
      "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
    ).filter(({ name }) => name === "platform-postgres");
    assert.match(String(inputsOf(right)["member"]), /service-123456789012@gcp-sa-cloud-sql\.iam/);
    assert.ok(comesAfter(recording, "platform-postgres").has("platform-agent-sqladmin"));
    assert.equal(one(await usualRecording(), instance)["encryptionKeyName"], undefined);
  });

  it("lets its administrator in by a password that goes with the server", async () => {
    const { name, deletionPolicy } = one(await usualRecording(), "gcp:sql/user:User");
    assert.deepEqual([name, deletionPolicy], ["postgres", "ABANDON"]);
  });

  it("is the owner's where the settings say so", async () => {
    const postgres: GcpPlatformSettings["postgres"] = {
      kind: "external",
      ...{ host: "db.acme.dev", port: 5432, cidrs: ["10.9.0.0/24"] },
      ...{ adminUser: "admin", adminDatabase: "postgres" },
      tls: "require",
    };
    const recording = await recordPlatform({ platform: { postgres }, secrets: { postgresAdminPassword: "given" } });
    assert.equal(ofType(recording, instance).length, 0);
    assert.equal(recording.result.postgres.host, "db.acme.dev");
    assert.equal(await valueOf(recording.result.postgres.adminPassword), "given");
  });
});

describe("Redis on Memorystore", () => {
  const type = "gcp:redis/instance:Instance";

  it("is version 7.2 with a standby and a token, in the network alone", async () => {
    const cache = one(await usualRecording(), type);
    const { tier, memorySizeGb, redisVersion, connectMode, authEnabled, authorizedNetwork, reservedIpRange } = cache;
    assert.deepEqual([tier, memorySizeGb, redisVersion], ["STANDARD_HA", 6, "REDIS_7_2"]);
    assert.deepEqual(
      [connectMode, authEnabled, authorizedNetwork],
      ["PRIVATE_SERVICE_ACCESS", true, "platform-network-id"],
    );
    assert.equal(reservedIpRange, "logfire-test-stores");
  });

  it("has no standby where the owner wants none", async () => {
    const redis = { kind: "create", memoryGib: 1, replica: false } as const;
    assert.equal(one(await recordPlatform({ platform: { redis } }), type)["tier"], "BASIC");
  });

  it("runs in the cluster where the owner wants that", async () => {
    const inside = await recordPlatform({ platform: { redis: { kind: "inCluster" } } });
    assert.equal(ofType(inside, type).length, 0);
    assert.equal(inside.result.redis.inCluster, true);
    assert.match(await valueOf(inside.result.redis.dsn), /^redis:\/\/[^:]+:6379$/);
  });
});

describe("the bucket", () => {
  const type = "gcp:storage/bucket:Bucket";

  it("is nobody's but ours, and keeps nothing that was deleted", async () => {
    const bucket = one(await usualRecording(), type);
    assert.deepEqual([bucket["name"], bucket["location"]], ["logfire-test-objects-0a1b2c3d", "EUROPE-WEST3"]);
    assert.deepEqual(
      [bucket["uniformBucketLevelAccess"], bucket["publicAccessPrevention"], bucket["hierarchicalNamespace"]],
      [true, "enforced", undefined],
    );
    assert.deepEqual(bucket["versioning"], { enabled: false });
    assert.deepEqual(bucket["softDeletePolicy"], { retentionDurationSeconds: 0 });
    assert.deepEqual(bucket["lifecycleRules"], [
      { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 2 } },
    ]);
  });

  it("lets Logfire's pods in by a service account that they act as, and nobody else", async () => {
    const recording = await usualRecording();
    const { bucket, role, member } = one(recording, "gcp:storage/bucketIAMMember:BucketIAMMember");
    assert.deepEqual(
      [bucket, role, member],
      [
        "logfire-test-objects-0a1b2c3d",
        "roles/storage.objectUser",
        "serviceAccount:logfire-test-workloads@mycompany-logfire.iam.gserviceaccount.com",
      ],
    );
    const [actsAs = assert.fail("nobody acts as it")] = ofType(
      recording,
      "gcp:serviceaccount/iAMMember:IAMMember",
    ).filter(({ name }) => name === "platform-workloads");
    const { role: acting, member: pods } = inputsOf(actsAs);
    assert.deepEqual(
      [acting, pods],
      ["roles/iam.workloadIdentityUser", "serviceAccount:mycompany-logfire.svc.id.goog[logfire/logfire]"],
    );
    assert.ok(actsAs.dependsOn.includes("platform-cluster"), "the pool of identities comes with the first cluster");
  });

  it("is encrypted by a key of the stack's own where the owner wants one, which Cloud Storage may use", async () => {
    const recording = await recordPlatform({
      platform: { objectStore: { kind: "create", encryption: "kms" } },
      facts: { storageAgent: "service-123456789012@gs-project-accounts.iam.gserviceaccount.com" },
    });
    assert.deepEqual(one(recording, type)["encryption"], { defaultKmsKeyName: "platform-objects-id" });
    const [right = assert.fail("nobody may")] = ofType(
      recording,
      "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
    ).filter(({ name }) => name === "platform-objects");
    assert.match(String(inputsOf(right)["member"]), /^serviceAccount:service-123456789012@gs-project-accounts/);
    assert.ok(ofType(recording, type)[0]?.dependsOn.includes("platform-objects"));
  });

  it("is the owner's where the settings say so, and pods get into it the same way", async () => {
    const objectStore: GcpPlatformSettings["objectStore"] = {
      kind: "external",
      ...{ uri: "gs://acme-logfire", environment: {}, secretEnvironmentKeys: [], port: 443, cidrs: ["0.0.0.0/0"] },
    };
    const recording = await recordPlatform({ platform: { objectStore } });
    assert.equal(ofType(recording, type).length, 0);
    assert.equal(one(recording, "gcp:storage/bucketIAMMember:BucketIAMMember")["bucket"], "acme-logfire");
    assert.equal(recording.result.objectStore.uri, "gs://acme-logfire");
  });
});
