import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AwsPlatform } from "../../../components/platform/aws";
import { parts } from "../../../components/platform/aws/figures/parts";
import { quotaNeeds } from "../../../components/platform/aws/figures/quotas";
import { awsSettings, logfireOnAws } from "../settings";
import { openTexts, reveal, valueOf, type Recording } from "../../support/harness";
import { comesAfter, inputsOf, ofType, recordPlatform, usualRecording } from "./support";

const stateful = [
  "aws:rds/instance:Instance",
  "aws:s3/bucket:Bucket",
  "aws:elasticache/replicationGroup:ReplicationGroup",
  "aws:kms/key:Key",
  "aws:route53/zone:Zone",
  "aws:eks/cluster:Cluster",
  "random:index/randomPassword:RandomPassword",
];
const slow = { cluster: "platform-cluster", database: "platform-postgres", cache: "platform-redis" };
const keyOf = ({ type, name }: { readonly type: string; readonly name: string }) => `${type} ${name}`;

describe("the AWS platform, everything made", () => {
  let recording: Recording<AwsPlatform>;
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
    const inputs = (type: string) => inputsOf(ofType(recording, type)[0] ?? assert.fail(type));
    assert.equal(inputs("aws:rds/instance:Instance")["deletionProtection"], true);
    assert.equal(inputs("aws:rds/instance:Instance")["skipFinalSnapshot"], false);
    assert.match(String(inputs("aws:rds/instance:Instance")["finalSnapshotIdentifier"]), /-postgres-0a1b2c3d-final$/);
    assert.equal(inputs("aws:eks/cluster:Cluster")["deletionProtection"], true);
    assert.equal(inputs("aws:s3/bucket:Bucket")["forceDestroy"], false);
  });

  it("makes the slow parts side by side", () => {
    for (const one of Object.values(slow))
      for (const other of Object.values(slow))
        if (one !== other) assert.ok(!comesAfter(recording, one).has(other), `${one} waits for ${other}`);
  });

  it("makes what the table of its parts says", () => {
    const made = new Set(recording.resources.map(({ type }) => type));
    // The native edge is another mode; edgeNative.test.ts looks at it.
    for (const [part, { types }] of Object.entries(parts).filter(([name]) => name !== "native edge"))
      for (const type of types) assert.ok(made.has(type), `${part}: ${type}`);
  });

  it("has no static key, no user and no published secret", () => {
    assert.deepEqual(recording.resources.filter(({ type }) => /accessKey|iam\/user|sshKey/i.test(type)).map(keyOf), []);
    const passwords = ["platform-postgres-admin", "platform-redis-token"];
    for (const resource of recording.resources.filter(({ type }) => type.startsWith("aws:")))
      for (const text of openTexts(resource.inputs))
        assert.ok(!passwords.some((name) => text.includes(secretOf(recording, name))), `${keyOf(resource)} shows one`);
  });

  it("asks by its own provider for everything, with tags that say whose it is", () => {
    const provider = recording.named("platform-aws");
    const { region, defaultTags } = inputsOf(provider);
    assert.equal(region, "eu-central-1");
    assert.deepEqual(JSON.parse(String(defaultTags)), {
      tags: {
        "logfire.dev/project": "logfire-platform",
        "logfire.dev/stack": "test",
        "managed-by": "pulumi",
        team: "observability",
      },
    });
    for (const resource of recording.resources.filter(({ type }) => type.startsWith("aws:")))
      assert.match(resource.provider ?? "", /::platform-aws::/, keyOf(resource));
  });

  it("waits with objects in the cluster for nodes, add-ons and rights, which therefore go after them", () => {
    const object = comesAfter(recording, "platform-deployment-cluster-autoscaler");
    for (const name of ["coredns", "aws-ebs-csi-driver", "metrics-server", "cert-manager"])
      assert.ok(object.has(`platform-${name}`), name);
    for (const name of ["general-0", "general-1", "general-2", "scratch"])
      assert.ok(object.has(`platform-${name}`), name);
    assert.ok(comesAfter(recording, "platform-kubernetes").has("platform-role-operations"));
  });

  it("waits with nodes for the network's way out, the CNI and the rights of the volumes' driver", () => {
    const node = comesAfter(recording, "platform-scratch");
    const first = [
      "nat",
      "private-0",
      "vpc-cni",
      "kube-proxy",
      "eks-pod-identity-agent",
      "node-AmazonEKSWorkerNodePolicy",
    ];
    for (const name of [...first, "aws-ebs-csi-driver-AmazonEBSCSIDriverPolicy"])
      assert.ok(node.has(`platform-${name}`), name);
  });

  it("lets the volumes' driver work on while the nodes go", () => {
    assert.equal(inputsOf(recording.named("platform-storage-class-logfire-gp3"))["provisioner"], "ebs.csi.aws.com");
    const [driver] = ofType(recording, "aws:eks/addon:Addon").filter(({ name }) => name.endsWith("ebs-csi-driver"));
    assert.equal(inputsOf(driver ?? assert.fail("no driver"))["preserve"], true);
  });

  it("reaches the cluster with credentials that are fetched, never stored", async () => {
    const config = JSON.parse(await valueOf(recording.result.kubeconfig)) as {
      users: { user: { exec: { command: string; args: string[] } } }[];
      clusters: { cluster: Record<string, string> }[];
    };
    const [{ user } = assert.fail("no user")] = config.users;
    assert.deepEqual(Object.keys(user), ["exec"]);
    assert.equal(user.exec.command, "aws");
    const asked = [
      "eks",
      "get-token",
      "--cluster-name",
      "logfire-test",
      "--region",
      "eu-central-1",
      "--output",
      "json",
    ];
    assert.deepEqual(user.exec.args, asked);
    assert.deepEqual(config.clusters[0]?.cluster, {
      server: "https://cluster.test",
      "certificate-authority-data": "Y2E=",
    });
    const { clusterIdentifier } = inputsOf(recording.named("platform-kubernetes"));
    assert.equal(clusterIdentifier, "arn:aws:eks:eu-central-1:123456789012:cluster/logfire-test");
  });

  it("opens the API to the given ranges only, and to administrators that are named", () => {
    const [cluster = assert.fail("no cluster")] = ofType(recording, "aws:eks/cluster:Cluster");
    const { vpcConfig, accessConfig, encryptionConfig } = inputsOf(cluster);
    const { endpointPrivateAccess, endpointPublicAccess, publicAccessCidrs } = vpcConfig as Record<string, unknown>;
    assert.deepEqual([endpointPrivateAccess, endpointPublicAccess], [true, true]);
    assert.deepEqual(publicAccessCidrs, ["203.0.113.0/24"]);
    assert.equal((accessConfig as Record<string, unknown>)["authenticationMode"], "API");
    assert.deepEqual((encryptionConfig as Record<string, unknown>)["resources"], ["secrets"]);
    assert.equal(ofType(recording, "aws:eks/accessEntry:AccessEntry").length, 1);
  });

  it("hands out the contract: database, bucket, cache, identity, pools", async () => {
    const { result } = recording;
    assert.equal(await valueOf(result.postgres.host), "database.test");
    assert.equal(result.postgres.tls, "verify-full");
    assert.match(await valueOf(result.postgres.caBundle ?? ""), /^-----BEGIN CERTIFICATE-----/);
    assert.equal(await valueOf(result.objectStore.uri), "s3://logfire-test-objects-0a1b2c3d");
    assert.deepEqual(result.objectStore.environment, { AWS_DEFAULT_REGION: "eu-central-1" });
    assert.deepEqual(result.objectStore.secretEnvironment, {});
    const token = secretOf(recording, "platform-redis-token");
    assert.equal(await valueOf(result.redis.dsn), `rediss://:${token}@cache.test:6379`);
    assert.ok(await pulumi.isSecret(result.redis.dsn as pulumi.Output<string>));
    assert.deepEqual(result.identity.serviceAccountAnnotations, {});
    assert.deepEqual(
      result.nodePools.map(({ name, type, minNodes }) => [name, type, minNodes]),
      [
        ["general", "m7i.2xlarge", 4],
        ["scratch", "r6id.2xlarge", 4],
      ],
    );
  });

  it("lets the cluster alone into database and cache", () => {
    for (const [name, port] of [
      ["platform-postgres-from-cluster", 5432],
      ["platform-redis-from-cluster", 6379],
    ] as const) {
      const rules = ofType(recording, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").filter(
        (rule) => rule.name === name,
      );
      assert.equal(rules.length, 1);
      const { referencedSecurityGroupId, cidrIpv4, fromPort, toPort } = inputsOf(rules[0] ?? assert.fail(name));
      assert.deepEqual([referencedSecurityGroupId, cidrIpv4, fromPort, toPort], ["sg-cluster", undefined, port, port]);
    }
    for (const type of ["aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"])
      for (const group of ofType(recording, type)) assert.ok(!("0.0.0.0/0" in inputsOf(group)), group.name);
  });

  it("takes as many fixed addresses as the plan says that it needs of the account's limit", async () => {
    const edges = [{}, { sourceRanges: ["198.51.100.0/24"] }, { exposure: "internal" }] as const;
    for (const nat of ["regional", "single", "perAz"] as const)
      for (const change of edges) {
        const { network: usual } = awsSettings();
        assert.ok(usual.kind === "create");
        const network = { ...usual, nat };
        const edge = { ...logfireOnAws().edge, ...change };
        const made = ofType(await recordPlatform({ platform: { network }, logfire: { edge } }), "aws:ec2/eip:Eip");
        const needed = quotaNeeds(awsSettings({ network }), edge).find(({ code }) => code === "L-0263D0A3");
        assert.equal(made.length, needed?.most ?? 0, `${nat} ${JSON.stringify(change)}`);
      }
  }).timeout(60_000);

  it("shows in a preview exactly what an update makes", async () => {
    const preview = await recordPlatform({}, { preview: true });
    const known = new Set(recording.resources.map(keyOf));
    const shown = new Set(preview.resources.map(keyOf));
    // What depends on an endpoint that nobody knows yet is shown as soon as the provider itself can be configured.
    assert.deepEqual(
      [...known].filter((key) => !shown.has(key)),
      [],
    );
    assert.deepEqual(
      [...shown].filter((key) => !known.has(key)),
      [],
    );
  });

  it("registers its outputs, so that the engine knows that it is complete", async () => {
    const registered: string[] = [];
    const original = Object.getOwnPropertyDescriptor(pulumi.ComponentResource.prototype, "registerOutputs");
    Object.defineProperty(AwsPlatform.prototype, "registerOutputs", {
      configurable: true,
      value(this: AwsPlatform, outputs?: object) {
        registered.push(...Object.keys(outputs ?? {}));
        (original?.value as (outputs?: object) => void).call(this, outputs);
      },
    });
    try {
      await recordPlatform();
    } finally {
      Reflect.deleteProperty(AwsPlatform.prototype, "registerOutputs");
    }
    assert.deepEqual(registered, ["clusterName", "kubeconfig"]);
  });
});

describe("the AWS platform, disposable", () => {
  it("protects nothing, and keeps neither snapshots nor objects", async () => {
    const recording = await recordPlatform({ logfire: { disposable: true } });
    assert.deepEqual(recording.resources.filter(({ protect }) => protect).map(keyOf), []);
    const inputs = (type: string) => inputsOf(ofType(recording, type)[0] ?? assert.fail(type));
    const database = inputs("aws:rds/instance:Instance");
    assert.deepEqual(
      [database["deletionProtection"], database["skipFinalSnapshot"], database["deleteAutomatedBackups"]],
      [false, true, true],
    );
    assert.equal(inputs("aws:s3/bucket:Bucket")["forceDestroy"], true);
    assert.equal(inputs("aws:eks/cluster:Cluster")["deletionProtection"], false);
    assert.equal(inputs("aws:route53/zone:Zone")["forceDestroy"], true);
    assert.equal(inputs("aws:kms/key:Key")["deletionWindowInDays"], 7);
  });

  it("leaves no log group that AWS would make by itself", async () => {
    const recording = await usualRecording();
    const names = ofType(recording, "aws:cloudwatch/logGroup:LogGroup").map((group) => inputsOf(group)["name"]);
    assert.deepEqual(names.sort(), [
      "/aws/eks/logfire-test/cluster",
      "/aws/rds/instance/logfire-test-postgres-0a1b2c3d/postgresql",
      "/aws/rds/instance/logfire-test-postgres-0a1b2c3d/upgrade",
    ]);
  });
});

describe("the AWS platform, private", () => {
  it("has no endpoint outside of the VPC without ranges", async () => {
    const recording = await recordPlatform({
      platform: {
        cluster: { kind: "create", version: "1.35", apiAccess: [], administrators: [], logRetentionDays: 7 },
      },
    });
    const [cluster = assert.fail("no cluster")] = ofType(recording, "aws:eks/cluster:Cluster");
    const { endpointPublicAccess, publicAccessCidrs } = inputsOf(cluster)["vpcConfig"] as Record<string, unknown>;
    assert.deepEqual([endpointPublicAccess, publicAccessCidrs], [false, undefined]);
  });
});

/** The value that a mock gave a generated password. */
const secretOf = (recording: Recording<unknown>, name: string): string => {
  const found = ofType(recording, "random:index/randomPassword:RandomPassword").find((one) => one.name === name);
  assert.ok(found !== undefined, name);
  const used = recording.resources
    .filter(({ type }) => type === "aws:rds/instance:Instance" || type.startsWith("aws:elasticache/replicationGroup"))
    .map((resource) => reveal(resource.inputs) as Record<string, unknown>)
    .map((inputs) => (name.includes("redis") ? inputs["authToken"] : inputs["password"]))
    .find((value) => typeof value === "string");
  assert.equal(typeof used, "string");
  return String(used);
};
