import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { fromProgram, resolveSettings } from "../../../components";
import type { GcpAdoption, GcpFacts, OwnGcpCluster, OwnGcpNetwork } from "../../../components/platform/gcp";
import type { GcpPlatformSettings } from "../../../components/settings/gcp/types";
import { openTexts, valueOf } from "../../support/harness";
import { logfireOnGcp } from "../settings";
import { comesAfter, inputsOf, keyOf, ofType, recordPlatform, type Given } from "./support";

const network: GcpPlatformSettings["network"] = {
  kind: "existing",
  network: "shared",
  subnetwork: "nodes",
  podsRange: "p",
  servicesRange: "s",
  storesRange: "google",
};
const facts: Pick<GcpFacts, "network" | "storesRange"> = {
  network: {
    ...{ id: "network-link", subnetworkId: "subnet-link", network: "shared", cidr: "10.80.0.0/20" },
    privateGoogleAccess: true,
    secondaryRanges: [
      { name: "p", cidr: "10.96.0.0/14" },
      { name: "s", cidr: "10.80.16.0/20" },
    ],
  },
  storesRange: { name: "google", cidr: "10.80.32.0/20", network: "shared", purpose: "VPC_PEERING" },
};
const cluster: GcpFacts["cluster"] = {
  name: "own",
  id: "projects/mycompany-logfire/locations/europe-west3/clusters/own",
  version: "1.34.9-gke.1",
  server: "https://10.80.0.2",
  certificateAuthority: "b3du",
  workloadPool: "mycompany-logfire.svc.id.goog",
  gatewayApi: false,
};
const ownNetwork: Given = { platform: { network }, facts };
const ownCluster: Given = {
  platform: { network, cluster: { kind: "existing", name: "own" } },
  facts: { ...facts, cluster },
};
const typesOf = (recording: { readonly resources: readonly { readonly type: string }[] }) =>
  new Set(recording.resources.map(({ type }) => type));

describe("what the owner has already on GCP", () => {
  it("is used: a network, of which nothing is changed", async () => {
    const recording = await recordPlatform(ownNetwork);
    const types = typesOf(recording);
    for (const type of ["network:Network", "subnetwork:Subnetwork", "router:Router", "globalAddress:GlobalAddress"])
      assert.ok(!types.has(`gcp:compute/${type}`), type);
    assert.ok(!types.has("gcp:servicenetworking/connection:Connection"));
    const made = inputsOf(recording.named("platform-cluster"));
    assert.deepEqual([made["network"], made["subnetwork"]], ["network-link", "subnet-link"]);
    assert.deepEqual(made["ipAllocationPolicy"], {
      clusterSecondaryRangeName: "p",
      servicesSecondaryRangeName: "s",
    });
    const [cache = assert.fail("none")] = ofType(recording, "gcp:redis/instance:Instance").map(inputsOf);
    assert.deepEqual([cache["authorizedNetwork"], cache["reservedIpRange"]], ["network-link", "google"]);
    assert.deepEqual(recording.result.edge.clusterRanges, ["10.80.0.0/20", "10.96.0.0/14"]);
    assert.deepEqual(recording.result.postgres.destination.to, { cidrs: ["10.80.32.0/20"] });
  });

  it("is used: a cluster, which Logfire's nodes join with its own version", async () => {
    const recording = await recordPlatform(ownCluster);
    const types = typesOf(recording);
    for (const type of ["gcp:container/cluster:Cluster", "gcp:kms/cryptoKey:CryptoKey", "gcp:kms/keyRing:KeyRing"])
      assert.ok(!types.has(type), type);
    const pools = ofType(recording, "gcp:container/nodePool:NodePool");
    assert.equal(pools.length, 2);
    for (const pool of pools) {
      assert.deepEqual([inputsOf(pool)["cluster"], inputsOf(pool)["version"]], [cluster.id, cluster.version]);
      assert.ok(pool.ignoreChanges.includes("version"));
    }
    const config = JSON.parse(await valueOf(recording.result.kubeconfig)) as { clusters: { cluster: unknown }[] };
    assert.deepEqual(config.clusters[0]?.cluster, {
      server: "https://10.80.0.2",
      "certificate-authority-data": "b3du",
    });
    assert.equal(inputsOf(recording.named("platform-kubernetes"))["clusterIdentifier"], cluster.id);
    assert.ok(!ofType(recording, "gcp:projects/iAMMember:IAMMember").some(({ name }) => name.includes("-admin-")));
  });

  it("is used: PostgreSQL, Redis and a bucket of his own, whose secrets nobody sees", async () => {
    const platform: Partial<GcpPlatformSettings> = {
      postgres: {
        kind: "external",
        ...{ host: "db.acme.dev", port: 5432, cidrs: ["10.9.0.0/24"], adminUser: "admin", adminDatabase: "postgres" },
        tls: "require",
      },
      redis: { kind: "external", ports: [6380], cidrs: ["10.9.1.0/24"] },
      objectStore: {
        kind: "external",
        ...{ uri: "gs://acme", environment: {}, secretEnvironmentKeys: [], port: 443, cidrs: ["0.0.0.0/0"] },
      },
    };
    const recording = await recordPlatform({
      platform,
      secrets: { postgresAdminPassword: "given-password", redisDsn: "rediss://given" },
    });
    const types = typesOf(recording);
    for (const type of ["gcp:sql/databaseInstance:DatabaseInstance", "gcp:redis/instance:Instance"])
      assert.ok(!types.has(type), type);
    assert.equal(await valueOf(recording.result.redis.dsn), "rediss://given");
    assert.ok(await pulumi.isSecret(recording.result.redis.dsn as pulumi.Output<string>));
    for (const resource of recording.resources)
      for (const text of openTexts(resource.inputs)) assert.ok(!/given/.test(text), `${keyOf(resource)} shows ${text}`);
  });
});

const own: OwnGcpNetwork = {
  id: "network-of-the-program",
  subnet: {
    ...{ id: "subnet-of-the-program", cidr: "10.60.0.0/20" },
    pods: { name: "pods", cidr: "10.64.0.0/15" },
    services: { name: "services", cidr: "10.60.16.0/20" },
  },
  stores: { name: "stores-of-the-program", cidr: "10.60.32.0/20" },
};
const ownGke: OwnGcpCluster = { name: "theirs", version: "1.35.8-gke.1", server: "https://gke-2.goog" };
const withParts = (adopt: GcpAdoption, others: Given = {}) => recordPlatform({ ...others, adopt });

describe("what a program hands over on GCP", () => {
  it("is used as it is, by ids that may be known only later", async () => {
    const recording = await withParts({ network: { ...own, id: pulumi.output("later") } });
    assert.ok(!typesOf(recording).has("gcp:compute/network:Network"));
    const made = inputsOf(recording.named("platform-cluster"));
    assert.deepEqual([made["network"], made["subnetwork"]], ["later", "subnet-of-the-program"]);
    const [cache = assert.fail("none")] = ofType(recording, "gcp:redis/instance:Instance").map(inputsOf);
    assert.equal(cache["reservedIpRange"], "stores-of-the-program");
    assert.deepEqual(recording.result.edge.clusterRanges, ["10.60.0.0/20", "10.64.0.0/15"]);
  });

  it("is waited for, and has its say when Logfire's nodes are there", async () => {
    let asked: readonly pulumi.Resource[] = [];
    const recording = await recordPlatform({
      adopt: {
        network: own,
        cluster: {
          ...ownGke,
          afterNodes: (pools) => {
            asked = pools;
            return [];
          },
        },
      },
    });
    assert.equal(asked.length, 2);
    assert.ok(!typesOf(recording).has("gcp:container/cluster:Cluster"));
    const config = JSON.parse(await valueOf(recording.result.kubeconfig)) as { clusters: { cluster: unknown }[] };
    assert.deepEqual(config.clusters[0]?.cluster, { server: "https://gke-2.goog" });
    assert.ok(comesAfter(recording, "platform-storage-class-logfire-pd-ssd").has("platform-scratch"));
  });

  const refusals: readonly (readonly [string, GcpAdoption, Given, RegExp])[] = [
    [
      "a cluster without its network",
      { cluster: ownGke },
      {},
      /adopt\.network: is missing: adopt\.cluster has a network already/,
    ],
    [
      "a name that is an output",
      { network: own, cluster: { ...ownGke, name: pulumi.output("later") as unknown as string } },
      {},
      /adopt\.cluster\.name: is not plain text/,
    ],
    [
      "a range that is none",
      { network: { ...own, subnet: { ...own.subnet, cidr: "10.60.0.0" } } },
      {},
      /adopt\.network\.subnet\.cidr: /,
    ],
    [
      "a network beside the settings' own",
      { network: own },
      { platform: { network }, facts },
      /adopt\.network: stands beside gcp\.network\.existing/,
    ],
    [
      "a range for pods that is too small, under the name that it was handed over by",
      { network: { ...own, subnet: { ...own.subnet, pods: { name: "pods", cidr: "10.64.0.0/22" } } } },
      {},
      /adopt\.network\.subnet\.pods: 10\.64\.0\.0\/22 has addresses for 4 nodes/,
    ],
  ];
  for (const [what, adopt, others, message] of refusals)
    it(`is refused in words: ${what}`, async () => {
      await assert.rejects(withParts(adopt, others), message);
    });

  it("does not decide the mode of the edge: Google's Gateway has to be on in the cluster", async () => {
    const edge = { ...logfireOnGcp().edge, mode: "native" as const };
    await assert.rejects(
      withParts({ network: own, cluster: ownGke }, { logfire: { edge } }),
      /gcp\.cluster\.existing: theirs has GKE's Gateway controller off/,
    );
  });
});

describe("the configuration of a program that hands parts of GCP over", () => {
  const values = {
    ...{ platform: "gcp", gcp: { project: "mycompany-logfire", region: "europe-west3" } },
    ...{ hostname: "logfire.acme.dev", adminEmail: "sre@acme.dev" },
    images: { credentials: { server: "us-docker.pkg.dev", username: "_json_key" } },
  };
  const secrets = { registryPassword: "canary" };
  const settle = (adopt: GcpAdoption, more: object = {}) =>
    resolveSettings(fromProgram({ ...values, ...more }, { secrets, adopt }));

  it("needs nothing of what is not made", () => {
    const { platform } = settle({ network: own, cluster: ownGke });
    assert.ok(platform.kind === "gcp" && platform.network.kind === "existing" && platform.cluster.kind === "existing");
    assert.deepEqual(
      [platform.network.podsRange, platform.network.servicesRange, platform.cluster.name],
      ["pods", "services", "theirs"],
    );
  });

  it("says that stores need a range of the network, by its own name for it", () => {
    const { stores: _, ...without } = own;
    assert.throws(() => settle({ network: without }), /adopt\.network\.stores/);
  });

  it("is refused beside settings of the same part", () => {
    const gcp = { ...values.gcp, network: { cidr: "10.0.0.0/16" } };
    assert.throws(() => settle({ network: own }, { gcp }), /gcp\.network\.cidr: stands beside gcp\.network\.existing/);
  });
});
