import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { GcpPlatform } from "../../../components/platform/gcp";
import { parts } from "../../../components/platform/gcp/figures/parts";
import { openTexts, reveal, valueOf, type Recording } from "../../support/harness";
import type { Values } from "../../../sandbox/providers/cloud/model";
import { testAccount } from "../../sandbox/gcpAccount";
import { gcpSettings, logfireOnGcp } from "../settings";
import { comesAfter, inputsOf, keyOf, ofType, recordPlatform, usualRecording } from "./support";

const stateful = [
  "gcp:sql/databaseInstance:DatabaseInstance",
  "gcp:storage/bucket:Bucket",
  "gcp:redis/instance:Instance",
  "gcp:kms/cryptoKey:CryptoKey",
  "gcp:dns/managedZone:ManagedZone",
  "gcp:container/cluster:Cluster",
  "random:index/randomPassword:RandomPassword",
];
const slow = { cluster: "platform-cluster", database: "platform-postgres", cache: "platform-redis" };
const one = (recording: Recording<unknown>, type: string) => inputsOf(ofType(recording, type)[0] ?? assert.fail(type));
const ofGcp = ({ resources }: Recording<unknown>) => resources.filter(({ type }) => type.startsWith("gcp:"));

describe("the GCP platform, everything made", () => {
  let recording: Recording<GcpPlatform>;
  before(async () => {
    recording = await usualRecording();
  });

  it("protects what holds data or cannot be had again", () => {
    for (const type of stateful) {
      const found = ofType(recording, type);
      assert.ok(found.length > 0, type);
      assert.ok(
        found.every(({ protect }) => protect),
        type,
      );
    }
    const database = one(recording, "gcp:sql/databaseInstance:DatabaseInstance");
    const { deletionProtectionEnabled, retainBackupsOnDelete, finalBackupConfig } = settingsOf(database);
    assert.deepEqual(
      [database["deletionProtection"], deletionProtectionEnabled, retainBackupsOnDelete, finalBackupConfig],
      [true, true, true, { enabled: true, retentionDays: 30 }],
    );
    assert.equal(one(recording, "gcp:container/cluster:Cluster")["deletionProtection"], true);
    assert.equal(one(recording, "gcp:redis/instance:Instance")["deletionProtection"], true);
    assert.equal(one(recording, "gcp:storage/bucket:Bucket")["forceDestroy"], false);
    assert.equal(one(recording, "gcp:dns/managedZone:ManagedZone")["forceDestroy"], false);
  });

  it("makes the slow parts side by side", () => {
    for (const first of Object.values(slow))
      for (const other of Object.values(slow))
        if (first !== other) assert.ok(!comesAfter(recording, first).has(other), `${first} waits for ${other}`);
  });

  it("makes what the table of its parts says", async () => {
    const native = await recordPlatform({ logfire: { edge: { ...logfireOnGcp().edge, mode: "native" } } });
    const made = new Set([...recording.resources, ...native.resources].map(({ type }) => type));
    for (const [part, { types }] of Object.entries(parts))
      for (const type of types.filter((each) => each.startsWith("gcp:"))) assert.ok(made.has(type), `${part}: ${type}`);
  });

  it("has no static key and no published secret", () => {
    assert.deepEqual(
      recording.resources.filter(({ type }) => /serviceaccount\/key|hmacKey|sshKey/i.test(type)).map(keyOf),
      [],
    );
    const password = reveal(inputsOf(recording.named("platform-postgres-admin")));
    assert.ok(password);
    const [user = assert.fail("no user")] = ofType(recording, "gcp:sql/user:User");
    const { password: secret } = reveal(user.inputs) as { readonly password: string };
    assert.equal(secret.length > 8, true);
    for (const resource of ofGcp(recording))
      for (const text of openTexts(resource.inputs)) assert.ok(!text.includes(secret), `${keyOf(resource)} shows one`);
  });

  it("asks by its own provider for everything, with labels that say whose it is", () => {
    const { project, region, defaultLabels } = inputsOf(recording.named("platform-gcp"));
    assert.deepEqual([project, region], ["mycompany-logfire", "europe-west3"]);
    const labels = {
      "logfire-project": "logfire-platform",
      "logfire-stack": "test",
      "managed-by": "pulumi",
      team: "observability",
    };
    assert.deepEqual(JSON.parse(String(defaultLabels)), labels);
    // Those that the provider's own do not reach.
    assert.deepEqual(settingsOf(one(recording, "gcp:sql/databaseInstance:DatabaseInstance"))["userLabels"], labels);
    for (const pool of ofType(recording, "gcp:container/nodePool:NodePool"))
      assert.deepEqual((inputsOf(pool)["nodeConfig"] as Record<string, unknown>)["resourceLabels"], labels);
    for (const resource of ofGcp(recording)) assert.match(resource.provider ?? "", /::platform-gcp::/, keyOf(resource));
  });

  it("enables every service before the first thing of it, and never disables one", () => {
    const services = ofType(recording, "gcp:projects/service:Service");
    assert.ok(services.every((service) => inputsOf(service)["disableOnDestroy"] === false));
    const first: Readonly<Record<string, string>> = {
      "platform-network": "compute",
      "platform-cluster": "container",
      "platform-postgres": "sqladmin",
      "platform-redis": "redis",
      "platform-stores": "servicenetworking",
      "platform-keys": "cloudkms",
      "platform-objects": "storage",
      "platform-zone": "dns",
      "platform-workloads": "iam",
    };
    for (const [name, api] of Object.entries(first))
      assert.ok(comesAfter(recording, name).has(`platform-api-${api}`), `${name} before ${api}`);
    const of = (name: string) => name.replace("platform-api-", "");
    assert.deepEqual(
      services.map(({ name }) => of(name)),
      services.map((service) => String(inputsOf(service)["service"]).replace(".googleapis.com", "")),
    );
  });

  it("waits with objects in the cluster for nodes and rights, which therefore go after them", () => {
    const object = comesAfter(recording, "platform-storage-class-logfire-pd-ssd");
    for (const name of ["general", "scratch", "cluster", "node"]) assert.ok(object.has(`platform-${name}`), name);
    assert.ok(comesAfter(recording, "platform-kubernetes").has("platform-admin-group-operations-acme-dev"));
  });

  it("waits with nodes for the network's way out and for their account's rights", () => {
    for (const pool of ["general", "scratch"]) {
      const node = comesAfter(recording, `platform-${pool}`);
      for (const name of ["nat", "node", "cluster"]) assert.ok(node.has(`platform-${name}`), `${pool} before ${name}`);
    }
  });

  it("reaches the cluster by its DNS name, with credentials that are fetched, never stored", async () => {
    const config = JSON.parse(await valueOf(recording.result.kubeconfig)) as {
      users: { user: { exec: { command: string; args: string[]; provideClusterInfo: boolean } } }[];
      clusters: { cluster: Record<string, string> }[];
    };
    const [{ user } = assert.fail("no user")] = config.users;
    assert.deepEqual(Object.keys(user), ["exec"]);
    assert.deepEqual([user.exec.command, user.exec.provideClusterInfo], ["gke-gcloud-auth-plugin", true]);
    assert.deepEqual(config.clusters[0]?.cluster, { server: "https://gke-0a1b.europe-west3.gke.goog" });
    const { clusterIdentifier } = inputsOf(recording.named("platform-kubernetes"));
    assert.equal(clusterIdentifier, "projects/mycompany-logfire/locations/europe-west3/clusters/logfire-test");
  });

  it("hands out the contract: database, bucket, cache, identity, pools", async () => {
    const { result } = recording;
    assert.equal(await valueOf(result.postgres.host), "10.40.32.3");
    assert.equal(result.postgres.tls, "verify-ca");
    assert.match(
      await valueOf(result.postgres.caBundle ?? ""),
      /^-----BEGIN[^]*one[^]*-----BEGIN[^]*two[^]*-----END\n$/,
    );
    assert.deepEqual(result.postgres.destination, { port: 5432, to: { cidrs: ["10.40.32.0/20"] } });
    assert.equal(await valueOf(result.objectStore.uri), "gs://logfire-test-objects-0a1b2c3d");
    assert.deepEqual([result.objectStore.environment, result.objectStore.secretEnvironment], [{}, {}]);
    assert.equal(await valueOf(result.redis.dsn), "redis://:a-token-of-google@10.40.32.11:6379");
    assert.ok(await pulumi.isSecret(result.redis.dsn as pulumi.Output<string>));
    const annotation = result.identity.serviceAccountAnnotations["iam.gke.io/gcp-service-account"] ?? "";
    assert.equal(await valueOf(annotation), "logfire-test-workloads@mycompany-logfire.iam.gserviceaccount.com");
    assert.deepEqual(
      result.nodePools.map(({ name, type, minNodes }) => [name, type, minNodes]),
      [
        ["general", "n2d-standard-8", 4],
        ["scratch", "n2-highmem-8", 4],
      ],
    );
  });

  it("asks for nothing that a preview against the simulated project refuses, whatever is chosen", async () => {
    const edge = { ...logfireOnGcp().edge, mode: "native" as const };
    const { postgres, cluster } = gcpSettings();
    const kms = "kms" as const;
    const recordings = [
      recording,
      await recordPlatform({ logfire: { edge: { ...edge, sourceRanges: ["198.51.100.0/24"] } } }),
      await recordPlatform({ logfire: { edge: { ...edge, exposure: "internal" }, disposable: true } }),
      await recordPlatform({
        platform: {
          postgres: { ...postgres, encryption: kms } as typeof postgres,
          objectStore: { kind: "create", encryption: kms },
          redis: { kind: "create", memoryGib: 1, replica: false },
          cluster: { ...cluster, apiAccess: "vpc" } as typeof cluster,
        },
        facts: { storageAgent: "service-123456789012@gs-project-accounts.iam.gserviceaccount.com" },
      }),
    ];
    const project = testAccount();
    try {
      for (const resource of recordings.flatMap(ofGcp)) {
        const failures = project.failures(resource.type.slice("gcp:".length), reveal(resource.inputs) as Values);
        assert.deepEqual(failures, [], keyOf(resource));
      }
    } finally {
      project.remove();
    }
  });

  it("shows in a preview exactly what an update makes", async () => {
    const preview = await recordPlatform({}, { preview: true });
    assert.deepEqual(preview.resources.map(keyOf).sort(), recording.resources.map(keyOf).sort());
  });

  it("registers its outputs, so that the engine knows that it is complete", async () => {
    const registered: string[] = [];
    const original = Object.getOwnPropertyDescriptor(pulumi.ComponentResource.prototype, "registerOutputs");
    Object.defineProperty(GcpPlatform.prototype, "registerOutputs", {
      configurable: true,
      value(this: GcpPlatform, outputs?: object) {
        registered.push(...Object.keys(outputs ?? {}));
        (original?.value as (outputs?: object) => void).call(this, outputs);
      },
    });
    try {
      await recordPlatform();
    } finally {
      Reflect.deleteProperty(GcpPlatform.prototype, "registerOutputs");
    }
    assert.deepEqual(registered, ["clusterName", "kubeconfig"]);
  });

  it("names nothing in GCP longer than it takes, whatever the stack is called", async () => {
    const long = await recordPlatform({ prefix: `logfire-Prod_eu.${"x".repeat(90)}` });
    const most: Readonly<Record<string, number>> = {
      "gcp:container/cluster:Cluster": 40,
      "gcp:redis/instance:Instance": 40,
      "gcp:sql/databaseInstance:DatabaseInstance": 67,
    };
    // Their names are not the stack's to make up: hostnames, members, the server's own administrator.
    const others = /:(RecordSet|User|\w*IAMMember|\w*IamMember)$/;
    for (const resource of ofGcp(long).filter(({ type }) => !others.test(type))) {
      const { name = "x", accountId = "six-or-more", roleId = "x" } = inputsOf(resource) as Record<string, string>;
      assert.ok(name.length <= (most[resource.type] ?? 63), `${keyOf(resource)}: ${name}`);
      assert.match(name, /^[a-z]([a-z0-9-]*[a-z0-9])?$/, keyOf(resource));
      assert.match(accountId, /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, keyOf(resource));
      assert.match(roleId, /^[a-zA-Z0-9_.]{1,64}$/, keyOf(resource));
    }
  });
});

describe("the GCP platform, disposable", () => {
  let recording: Recording<GcpPlatform>;
  before(async () => {
    recording = await recordPlatform({ logfire: { disposable: true } });
  });

  it("protects nothing, and keeps neither backups nor objects", () => {
    assert.deepEqual(recording.resources.filter(({ protect }) => protect).map(keyOf), []);
    const database = one(recording, "gcp:sql/databaseInstance:DatabaseInstance");
    const { deletionProtectionEnabled, retainBackupsOnDelete, finalBackupConfig } = settingsOf(database);
    assert.deepEqual(
      [database["deletionProtection"], deletionProtectionEnabled, retainBackupsOnDelete, finalBackupConfig],
      [false, false, false, { enabled: false }],
    );
    assert.equal(database["finalBackupDescription"], undefined);
    assert.equal(one(recording, "gcp:storage/bucket:Bucket")["forceDestroy"], true);
    assert.equal(one(recording, "gcp:container/cluster:Cluster")["deletionProtection"], false);
    assert.equal(one(recording, "gcp:redis/instance:Instance")["deletionProtection"], false);
    assert.equal(one(recording, "gcp:dns/managedZone:ManagedZone")["forceDestroy"], true);
    assert.equal(one(recording, "gcp:kms/cryptoKey:CryptoKey")["destroyScheduledDuration"], "86400s");
  });

  it("leaves behind what Google does not let go, under names that stand in nobody's way", () => {
    assert.deepEqual(
      ofGcp(recording)
        .filter((resource) => inputsOf(resource)["deletionPolicy"] === "ABANDON")
        .map(keyOf)
        .sort(),
      [
        "gcp:compute/network:Network platform-network",
        "gcp:servicenetworking/connection:Connection platform-stores",
        "gcp:sql/user:User platform-postgres",
      ],
    );
    for (const type of ["gcp:compute/network:Network", "gcp:kms/keyRing:KeyRing"])
      assert.match(String(one(recording, type)["name"]), /-0a1b2c3d$/, type);
  });
});

function settingsOf(database: Record<string, unknown>): Record<string, unknown> {
  return database["settings"] as Record<string, unknown>;
}
