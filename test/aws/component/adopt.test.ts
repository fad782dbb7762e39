import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { AwsFacts } from "../../../components/platform/aws";
import type { AwsPlatformSettings } from "../../../components/settings/aws/types";
import { hasSecret, valueOf } from "../../support/harness";
import { logfireOnAws } from "../settings";
import { inputsOf, ofType, recordPlatform, type Given } from "./support";

const zones = ["a", "b", "c"];
const network: AwsPlatformSettings["network"] = {
  kind: "existing",
  vpcId: "vpc-own",
  privateSubnetIds: zones.map((zone) => `subnet-private-${zone}`),
  publicSubnetIds: zones.map((zone) => `subnet-public-${zone}`),
};
const vpc: AwsFacts["vpc"] = {
  id: "vpc-own",
  cidr: "10.9.0.0/16",
  subnets: ["private", "public"].flatMap((kind) =>
    zones.map((zone, index) => ({
      id: `subnet-${kind}-${zone}`,
      zone: `eu-central-1${zone}`,
      cidr: `10.9.${index}.0/24`,
      freeAddresses: 4000,
      routesOut: true,
    })),
  ),
};
const cluster: AwsFacts["cluster"] = {
  name: "own",
  arn: "arn:aws:eks:eu-central-1:123456789012:cluster/own",
  version: "1.34",
  endpoint: "https://own.test",
  certificateAuthority: "b3du",
  securityGroupId: "sg-own",
  vpcId: "vpc-own",
  issuer: "https://oidc.test/id/own",
};

const ownNetwork: Given = { platform: { network }, facts: { vpc } };
const ownCluster: Given = {
  platform: { network, cluster: { kind: "existing", name: "own" } },
  facts: { vpc, cluster, addonVersions: {} },
};
const typesOf = (recording: { readonly resources: readonly { readonly type: string }[] }) =>
  new Set(recording.resources.map(({ type }) => type));

describe("what the owner has already", () => {
  it("is used: a network", async () => {
    const recording = await recordPlatform(ownNetwork);
    const types = typesOf(recording);
    for (const kind of [
      "vpc:Vpc",
      "subnet:Subnet",
      "natGateway:NatGateway",
      "routeTable:RouteTable",
      "vpcEndpoint:VpcEndpoint",
    ])
      assert.ok(!types.has(`aws:ec2/${kind}`), kind);
    const [made = assert.fail("no cluster")] = ofType(recording, "aws:eks/cluster:Cluster");
    const { subnetIds } = inputsOf(made)["vpcConfig"] as Record<string, unknown>;
    assert.deepEqual(
      subnetIds,
      zones.map((zone) => `subnet-private-${zone}`),
    );
    assert.deepEqual(recording.result.edge.clusterRanges, ["10.9.0.0/16"]);
    assert.deepEqual(recording.result.postgres.destination.to, { cidrs: ["10.9.0.0/16"] });
  });

  it("is used: a network with several subnets in a zone, of which a load balancer takes one", async () => {
    const more = { ...network, privateSubnetIds: [...network.privateSubnetIds, "subnet-more-a"] };
    const subnets = [
      ...(vpc?.subnets ?? []),
      { id: "subnet-more-a", zone: "eu-central-1a", cidr: "10.9.9.0/24", freeAddresses: 4000, routesOut: true },
    ];
    const edge = { ...logfireOnAws().edge, exposure: "internal" as const };
    const recording = await recordPlatform({
      platform: { network: more },
      logfire: { edge },
      facts: { vpc: { id: "vpc-own", cidr: "10.9.0.0/16", subnets } },
    });
    const parts = ["general-0", "general-1", "general-2", "scratch"];
    const groups = ofType(recording, "aws:eks/nodeGroup:NodeGroup");
    const subnetsOf = (part: string) =>
      groups.filter(({ name }) => name === `platform-${part}`).map(inputsOf)[0]?.["subnetIds"];
    assert.deepEqual(parts.map(subnetsOf), [
      ["subnet-private-a", "subnet-more-a"],
      ["subnet-private-b"],
      ["subnet-private-c"],
      ["subnet-private-a", "subnet-private-b", "subnet-private-c", "subnet-more-a"],
    ]);
    const [balancer = assert.fail("no load balancer")] = ofType(recording, "aws:lb/loadBalancer:LoadBalancer");
    assert.deepEqual(inputsOf(balancer)["subnets"], ["subnet-private-a", "subnet-private-b", "subnet-private-c"]);
  });

  it("is used: a cluster, which keeps its add-ons, its autoscaler and its version", async () => {
    const recording = await recordPlatform(ownCluster);
    const types = typesOf(recording);
    for (const type of [
      "aws:eks/cluster:Cluster",
      "aws:eks/addon:Addon",
      "aws:kms/key:Key",
      "kubernetes:apps/v1:Deployment",
    ])
      assert.ok(!types.has(type), type);
    const groups = ofType(recording, "aws:eks/nodeGroup:NodeGroup").map(inputsOf);
    assert.equal(groups.length, 4);
    assert.ok(groups.every(({ clusterName, version }) => clusterName === "own" && version === "1.34"));
    const rules = ofType(recording, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").map(inputsOf);
    assert.equal(rules.filter(({ referencedSecurityGroupId }) => referencedSecurityGroupId === "sg-own").length, 2);
    assert.match(await valueOf(recording.result.kubeconfig), /"--cluster-name","own"/);
    const { clusterIdentifier } = inputsOf(recording.named("platform-kubernetes"));
    assert.equal(clusterIdentifier, cluster.arn);
  });

  it("is used: a cluster with roles for service accounts, by the provider that the account has for it", async () => {
    const recording = await recordPlatform({
      ...ownCluster,
      platform: { ...ownCluster.platform, identity: "irsa" },
    });
    assert.equal(ofType(recording, "aws:iam/openIdConnectProvider:OpenIdConnectProvider").length, 0);
    const trust = JSON.parse(String(inputsOf(recording.named("platform-workloads"))["assumeRolePolicy"])) as {
      Statement: { Principal: { Federated: string } }[];
    };
    assert.equal(trust.Statement[0]?.Principal.Federated, "arn:aws:iam::123456789012:oidc-provider/oidc.test/id/own");
  });

  it("is used: a database", async () => {
    const recording = await recordPlatform({
      platform: {
        postgres: {
          kind: "external",
          host: "db.acme.dev",
          port: 5433,
          adminUser: "root",
          adminDatabase: "postgres",
          tls: "verify-full",
          caBundle: "PEM",
          cidrs: ["10.8.0.0/16"],
        },
      },
      secrets: { postgresAdminPassword: "given" },
    });
    assert.ok(![...typesOf(recording)].some((type) => type.startsWith("aws:rds/")));
    const { postgres } = recording.result;
    const { host, port, adminUser, tls, caBundle, destination } = postgres;
    assert.deepEqual([host, port, adminUser, tls, caBundle], ["db.acme.dev", 5433, "root", "verify-full", "PEM"]);
    assert.deepEqual(destination, { port: 5433, to: { cidrs: ["10.8.0.0/16"] } });
    assert.ok(await pulumi.isSecret(postgres.adminPassword as pulumi.Output<string>));
  });

  it("is used: a bucket, with a role for its folder and its key", async () => {
    const kmsKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/own";
    const recording = await recordPlatform({
      platform: {
        objectStore: {
          kind: "external",
          uri: "s3://own/logfire/",
          environment: {},
          secretEnvironmentKeys: [],
          port: 443,
          cidrs: [],
          kmsKeyArn,
        },
      },
    });
    assert.ok(![...typesOf(recording)].some((type) => type.startsWith("aws:s3/")));
    const { policy } = inputsOf(recording.named("platform-workloads-bucket"));
    const resources = (JSON.parse(String(policy)) as { Statement: { Resource: string }[] }).Statement.map(
      ({ Resource }) => Resource,
    );
    assert.deepEqual(resources, ["arn:aws:s3:::own", "arn:aws:s3:::own/logfire/*", kmsKeyArn]);
  });

  it("is used: a bucket elsewhere with keys of its own, for which no role is made", async () => {
    const recording = await recordPlatform({
      platform: {
        objectStore: {
          kind: "external",
          uri: "s3://own",
          environment: { AWS_ENDPOINT: "https://minio.acme.dev" },
          secretEnvironmentKeys: ["AWS_SECRET_ACCESS_KEY"],
          port: 9000,
          cidrs: ["10.8.0.0/16"],
        },
      },
      secrets: { "objectStore.AWS_SECRET_ACCESS_KEY": "given" },
    });
    assert.ok(!recording.resources.some(({ name }) => name.startsWith("platform-workloads")));
    assert.deepEqual(recording.result.identity.destinations, []);
    const { destination } = recording.result.objectStore;
    assert.deepEqual(destination, { port: 9000, to: { cidrs: ["10.8.0.0/16"] } });
    assert.deepEqual(Object.keys(recording.result.objectStore.secretEnvironment), ["AWS_SECRET_ACCESS_KEY"]);
  });

  it("is used: a Redis, or one of the workloads", async () => {
    const external = await recordPlatform({
      platform: { redis: { kind: "external", ports: [6380], cidrs: ["10.8.0.0/16"] } },
      secrets: { redisDsn: "rediss://own", tokenRedisDsn: "rediss://tokens" },
    });
    assert.ok(![...typesOf(external)].some((type) => type.startsWith("aws:elasticache/")));
    assert.equal(await valueOf(external.result.redis.dsn), "rediss://own");
    assert.equal(await valueOf(external.result.redis.tokenDsn ?? ""), "rediss://tokens");
    assert.deepEqual(external.result.redis.destinations, [{ port: 6380, to: { cidrs: ["10.8.0.0/16"] } }]);
    const inside = await recordPlatform({ platform: { redis: { kind: "inCluster" } } });
    assert.ok(inside.result.redis.inCluster);
    assert.deepEqual(inside.result.redis.destinations, [{ port: 6379, to: { component: "logfire-redis" } }]);
  });

  it("is used: a zone, or none", async () => {
    const existing = await recordPlatform({
      platform: { dns: { kind: "existing", name: "acme.dev", zoneId: "Z9" } },
    });
    assert.equal(ofType(existing, "aws:route53/zone:Zone").length, 0);
    assert.equal(existing.result.edge.zone?.name, "acme.dev");
    assert.equal(existing.result.edge.zone?.nameServers, undefined);
    assert.match(String(inputsOf(existing.named("platform-cert-manager-zone"))["policy"]), /hostedzone\/Z9/);
    const none = await recordPlatform({ platform: { dns: { kind: "none" } } });
    assert.equal(none.result.edge.zone, undefined);
    assert.equal(none.result.edge.dns01, undefined);
    assert.ok(!none.resources.some(({ name }) => name.startsWith("platform-cert-manager-zone")));
  });
});

describe("roles for service accounts in place of EKS Pod Identity", () => {
  it("name the role in the annotation, and need neither agent nor association", async () => {
    const recording = await recordPlatform({ platform: { identity: "irsa" } });
    const addons = ofType(recording, "aws:eks/addon:Addon").map(inputsOf);
    assert.ok(!addons.some(({ addonName }) => addonName === "eks-pod-identity-agent"));
    assert.ok(addons.every(({ podIdentityAssociations }) => podIdentityAssociations === undefined));
    const roles = addons.flatMap(({ addonName, serviceAccountRoleArn }) =>
      serviceAccountRoleArn === undefined ? [] : [addonName],
    );
    assert.deepEqual(roles.sort(), ["aws-ebs-csi-driver", "vpc-cni"]);
    assert.equal(ofType(recording, "aws:eks/podIdentityAssociation:PodIdentityAssociation").length, 0);
    const { identity, edge } = recording.result;
    const role = "eks.amazonaws.com/role-arn";
    const arn = (part: string) => `arn:aws:iam::123456789012:role/platform-${part}`;
    assert.equal(await valueOf(identity.serviceAccountAnnotations[role] ?? ""), arn("workloads"));
    assert.equal(await valueOf(edge.certManagerIdentity.serviceAccountAnnotations[role] ?? ""), arn("cert-manager"));
    assert.deepEqual(
      identity.destinations.map(({ port }) => port),
      [443],
    );
  });
});

describe("the database's password", () => {
  it("is nowhere in the open when it is given", async () => {
    const recording = await recordPlatform();
    const [database = assert.fail("no database")] = ofType(recording, "aws:rds/instance:Instance");
    assert.ok(hasSecret(inputsOf(database)["password"]));
    const [cache = assert.fail("no cache")] = ofType(recording, "aws:elasticache/replicationGroup:ReplicationGroup");
    assert.ok(hasSecret(inputsOf(cache)["authToken"]));
  });
});
