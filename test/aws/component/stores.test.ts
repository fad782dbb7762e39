import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import roots from "../../../components/platform/aws/figures/postgresRoots.json";
import { storageKey } from "../../../components/platform/aws/policies";
import { postgresTrust } from "../../../components/platform/aws/figures/postgresTrust";
import type { AwsPlatformSettings, AwsPostgres } from "../../../components/settings/aws/types";
import { testAccount } from "../../sandbox/awsAccount";
import { reveal, valueOf } from "../../support/harness";
import { awsSettings } from "../settings";
import { inputsOf, ofType, recordPlatform, usualRecording } from "./support";

const made = postgresOf(awsSettings());
function postgresOf({ postgres }: AwsPlatformSettings): AwsPostgres {
  assert.ok(postgres.kind === "create");
  return postgres;
}

const one = (recording: Parameters<typeof ofType>[0], type: string) =>
  inputsOf(ofType(recording, type)[0] ?? assert.fail(type));

describe("PostgreSQL on RDS", () => {
  it("is private, over two zones, encrypted, and checked by TLS", async () => {
    const database = one(await usualRecording(), "aws:rds/instance:Instance");
    const { engine, engineVersion, multiAz, publiclyAccessible, storageEncrypted, caCertIdentifier } = database;
    assert.deepEqual(
      [engine, engineVersion, multiAz, publiclyAccessible, storageEncrypted, caCertIdentifier],
      ["postgres", "16", true, false, true, "rds-ca-rsa2048-g1"],
    );
    assert.deepEqual([database["backupRetentionPeriod"], database["copyTagsToSnapshot"]], [7, true]);
    assert.deepEqual([database["allocatedStorage"], database["maxAllocatedStorage"]], [100, 500]);
  });

  it("refuses connections in clear, and takes as many as its memory holds", async () => {
    const { family, parameters } = one(await usualRecording(), "aws:rds/parameterGroup:ParameterGroup");
    assert.equal(family, "postgres16");
    const set = (parameters as { name: string; value: string; applyMethod: string }[]).map(
      ({ name, value, applyMethod }) => [name, [value, applyMethod]] as const,
    );
    assert.deepEqual(Object.fromEntries(set), {
      "rds.force_ssl": ["1", "immediate"],
      random_page_cost: ["1.1", "immediate"],
      max_connections: ["1802", "pending-reboot"],
    });
  });

  it("begins with a snapshot where one is named, and never again", async () => {
    const postgres = { ...made, restoreFrom: "logfire-prod-final" };
    const [database = assert.fail("none")] = ofType(
      await recordPlatform({ platform: { postgres } }),
      "aws:rds/instance:Instance",
    );
    assert.equal(inputsOf(database)["snapshotIdentifier"], "logfire-prod-final");
    assert.ok(database.ignoreChanges.includes("snapshotIdentifier"));
  });

  it("is encrypted by a key of the stack's own where the owner wants one, protected as the data are", async () => {
    const postgres = { ...made, encryption: "kms" } as const;
    const recording = await recordPlatform({ platform: { postgres } });
    const database = one(recording, "aws:rds/instance:Instance");
    const arn = "arn:aws:kms:eu-central-1:123456789012:key/platform-postgres";
    assert.deepEqual([database["kmsKeyId"], database["performanceInsightsKmsKeyId"]], [arn, arn]);
    const [key = assert.fail("no key"), ...more] = ofType(recording, "aws:kms/key:Key").filter(
      ({ name }) => name === "platform-postgres",
    );
    assert.deepEqual([key.protect, more.length], [true, 0]);
    const { enableKeyRotation, policy } = inputsOf(key);
    assert.equal(enableKeyRotation, true);
    assert.deepEqual(
      JSON.parse(String(policy)),
      storageKey({ partition: "aws", accountId: "123456789012" }, "rds.eu-central-1"),
    );
    const account = testAccount();
    try {
      assert.deepEqual(account.failures("kms/key:Key", inputsOf(key)), []);
      assert.deepEqual(account.failures("rds/instance:Instance", reveal(database) as Record<string, unknown>), []);
    } finally {
      account.remove();
    }
    const usual = one(await usualRecording(), "aws:rds/instance:Instance");
    assert.deepEqual([usual["kmsKeyId"], usual["storageEncrypted"]], [undefined, true]);
  });

  it("has a name that fits, however long the stack's is", async () => {
    const recording = await recordPlatform({ prefix: `logfire-${"x".repeat(90)}` });
    const { identifier, finalSnapshotIdentifier } = one(recording, "aws:rds/instance:Instance");
    assert.ok(String(identifier).length <= 63 && String(finalSnapshotIdentifier).length <= 63);
    const { replicationGroupId } = one(recording, "aws:elasticache/replicationGroup:ReplicationGroup");
    assert.ok(String(replicationGroupId).length <= 40);
    assert.ok(String(one(recording, "aws:s3/bucket:Bucket")["bucket"]).length <= 63);
    assert.ok(String(one(recording, "aws:lb/loadBalancer:LoadBalancer")["name"]).length <= 32);
  });
});

describe("authorities of RDS", () => {
  for (const [region, der] of Object.entries(roots))
    it(`hold the RSA 2048 root of ${region}, which has signed itself and is valid for decades`, () => {
      const root = new X509Certificate(Buffer.from(der, "base64"));
      assert.match(root.subject, new RegExp(`^CN=Amazon RDS ${region} Root CA RSA2048 G1$`, "m"));
      assert.ok(root.ca && root.checkIssued(root) && root.verify(root.publicKey));
      assert.equal(root.publicKey.asymmetricKeyDetails?.modulusLength, 2048);
      assert.ok(Date.parse(root.validTo) > Date.parse("2060-01-01"));
    });

  it("reach clients as PEM, and where a region's is not known the connection is still encrypted", async () => {
    const { tls, caBundle } = postgresTrust("eu-central-1");
    assert.equal(tls, "verify-full");
    // Of the certificate in the global bundle, so that a slip of the hand is seen.
    assert.equal(
      new X509Certificate(await valueOf(caBundle ?? "")).fingerprint256,
      "3D:8B:08:A7:39:0C:9B:10:D1:90:A6:B3:49:D7:03:AE:00:BA:E4:65:83:64:33:19:C7:FA:CC:F3:E5:DC:4A:8B",
    );
    assert.deepEqual(postgresTrust("mars-north-1"), { tls: "require" });
  });
});

describe("Valkey on ElastiCache", () => {
  it("has a replica in another zone, TLS and a token", async () => {
    const cache = one(await usualRecording(), "aws:elasticache/replicationGroup:ReplicationGroup");
    const { engine, engineVersion, numCacheClusters, automaticFailoverEnabled, multiAzEnabled } = cache;
    assert.deepEqual([engine, engineVersion, numCacheClusters], ["valkey", "7.2", 2]);
    assert.deepEqual([automaticFailoverEnabled, multiAzEnabled], [true, true]);
    assert.deepEqual([cache["transitEncryptionEnabled"], cache["atRestEncryptionEnabled"]], [true, true]);
    assert.equal(cache["clusterMode"], "disabled");
  });

  it("asks for no failover where there is nothing to fail over to", async () => {
    const recording = await recordPlatform({
      platform: { redis: { kind: "create", nodeType: "cache.t4g.small", nodes: 1 } },
    });
    const cache = one(recording, "aws:elasticache/replicationGroup:ReplicationGroup");
    assert.deepEqual([cache["automaticFailoverEnabled"], cache["multiAzEnabled"]], [false, false]);
  });
});

describe("the bucket", () => {
  it("is nobody's but ours: no public access, no ACLs, TLS only, never versioned", async () => {
    const recording = await usualRecording();
    const { bucket, ...access } = one(recording, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock");
    assert.equal(bucket, "logfire-test-objects-0a1b2c3d");
    assert.deepEqual(access, {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    const ownership = one(recording, "aws:s3/bucketOwnershipControls:BucketOwnershipControls");
    assert.deepEqual(ownership["rule"], { objectOwnership: "BucketOwnerEnforced" });
    assert.match(String(one(recording, "aws:s3/bucketPolicy:BucketPolicy")["policy"]), /"aws:SecureTransport":"false"/);
    assert.ok(!recording.resources.some(({ type }) => /versioning/i.test(type)));
  });

  it("throws unfinished uploads away", async () => {
    const { rules } = one(await usualRecording(), "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration");
    assert.deepEqual(rules, [
      {
        id: "abort-unfinished-uploads",
        status: "Enabled",
        filter: { prefix: "" },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 2 },
      },
    ]);
  });

  it("is encrypted by a key of the stack's own where the owner wants one, which the pods may use", async () => {
    const recording = await recordPlatform({ platform: { objectStore: { kind: "create", encryption: "kms" } } });
    const { rules } = one(
      recording,
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    );
    const arn = "arn:aws:kms:eu-central-1:123456789012:key/platform-objects";
    assert.deepEqual(rules, [
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: arn }, bucketKeyEnabled: true },
    ]);
    const { policy } = inputsOf(recording.named("platform-workloads-bucket"));
    assert.ok(String(policy).includes(`"Resource":"${arn}"`));
  });
});
