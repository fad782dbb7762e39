import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { AzureFacts } from "../../../components/platform/azure";
import type { ExternalObjectStore } from "../../../components/settings/types";
import { valueOf } from "../../support/harness";
import { subscriptionId } from "../figures/values";
import { inputsOf, ofType, one, onlyOf, recordPlatform, type Given } from "./support";

const network = {
  kind: "existing",
  ...{ name: "own", resourceGroup: "network", nodesSubnet: "nodes", postgresSubnet: "db", endpointsSubnet: "ends" },
} as const;
const subnet = (name: string, cidr: string, delegations: readonly string[] = []) => ({
  ...{ name, cidr, delegations, usedAddresses: 0, leavesBy: "natGateway" as const, storageEndpoint: false },
});
const vnet: NonNullable<AzureFacts["vnet"]> = {
  location: "swedencentral",
  ranges: ["10.9.0.0/16", "10.10.0.0/16"],
  subnets: [
    subnet("nodes", "10.9.0.0/20"),
    subnet("db", "10.9.16.0/24", ["Microsoft.DBforPostgreSQL/flexibleServers"]),
    subnet("ends", "10.9.17.0/24"),
  ],
};
const cluster: NonNullable<AzureFacts["cluster"]> = {
  ...{ name: "own", resourceGroup: "clusters", location: "swedencentral", version: "1.34", workloadIdentity: true },
  ...{ issuer: "https://oidc.test/own/", principalId: "principal-own", podsCidr: "10.200.0.0/16" },
};
const subnetId = (name: string) =>
  `/subscriptions/${subscriptionId}/resourceGroups/network/providers/Microsoft.Network/virtualNetworks/own/subnets/${name}`;

const ownNetwork: Given = { platform: { network }, facts: { vnet } };
const ownCluster: Given = {
  platform: { network, cluster: { kind: "existing", name: "own", resourceGroup: "clusters" } },
  facts: { vnet, cluster, clusterIsUp: true },
};
const typesOf = (recording: { readonly resources: readonly { readonly type: string }[] }) =>
  new Set(recording.resources.map(({ type }) => type));
const has = (recording: Parameters<typeof typesOf>[0], start: string) =>
  [...typesOf(recording)].some((type) => type.startsWith(`azure-native:${start}`));

describe("what the owner has already on Azure", () => {
  it("is used: a resource group", async () => {
    const recording = await recordPlatform({ platform: { resourceGroup: { kind: "existing", name: "mine" } } });
    assert.ok(!has(recording, "resources:ResourceGroup"));
    const groups = new Set(
      recording.resources.flatMap((resource) => {
        const { resourceGroupName } = inputsOf(resource);
        return resourceGroupName === undefined ? [] : [resourceGroupName];
      }),
    );
    assert.deepEqual([...groups], ["mine"]);
  });

  it("is used: a network, of which nothing is changed", async () => {
    const recording = await recordPlatform(ownNetwork);
    for (const kind of ["VirtualNetwork", "Subnet", "NatGateway", "NetworkSecurityGroup"])
      assert.ok(!has(recording, `network:${kind}`), kind);
    const [general] = inputsOf(onlyOf(recording, "containerservice:ManagedCluster"))["agentPoolProfiles"] as Record<
      string,
      unknown
    >[];
    assert.equal(general?.["vnetSubnetID"], subnetId("nodes"));
    const { network: place } = inputsOf(onlyOf(recording, "dbforpostgresql:Server"));
    assert.equal((place as Record<string, unknown>)["delegatedSubnetResourceId"], subnetId("db"));
    const { subnet: ends } = inputsOf(onlyOf(recording, "network:PrivateEndpoint"));
    assert.equal((ends as Record<string, unknown>)["id"], subnetId("ends"));
    assert.deepEqual(recording.result.edge.clusterRanges, ["10.244.0.0/16", "10.9.0.0/16", "10.10.0.0/16"]);
    assert.deepEqual(recording.result.postgres.destination.to, { cidrs: ["10.9.16.0/24"] });
    const { apiServerAccessProfile } = inputsOf(onlyOf(recording, "containerservice:ManagedCluster"));
    assert.deepEqual(apiServerAccessProfile, { authorizedIPRanges: ["203.0.113.0/24"] });
  });

  it("is used: a subnet with and without a way to storage of its own", async () => {
    const rules = async (storageEndpoint: boolean) => {
      const [nodes = assert.fail(), ...others] = vnet.subnets;
      const subnets = [{ ...nodes, storageEndpoint }, ...others];
      const recording = await recordPlatform({ ...ownNetwork, facts: { vnet: { ...vnet, subnets } } });
      return inputsOf(onlyOf(recording, "storage:StorageAccount"))["networkRuleSet"];
    };
    assert.deepEqual(await rules(false), { bypass: "None", defaultAction: "Allow", virtualNetworkRules: [] });
    assert.deepEqual(await rules(true), {
      ...{ bypass: "None", defaultAction: "Deny" },
      virtualNetworkRules: [{ virtualNetworkResourceId: subnetId("nodes"), action: "Allow" }],
    });
  });

  it("is used: a way out, of whose kind AKS is told", async () => {
    const told = async (leavesBy: "natGateway" | "routeTable") => {
      const [nodes = assert.fail(), ...others] = vnet.subnets;
      const subnets = [{ ...nodes, leavesBy }, ...others];
      const recording = await recordPlatform({ ...ownNetwork, facts: { vnet: { ...vnet, subnets } } });
      const { networkProfile } = inputsOf(onlyOf(recording, "containerservice:ManagedCluster"));
      return (networkProfile as Record<string, unknown>)["outboundType"];
    };
    assert.equal(await told("natGateway"), "userAssignedNATGateway");
    assert.equal(await told("routeTable"), "userDefinedRouting");
  });

  it("is used: a cluster, which keeps its version, its pools and its administrators", async () => {
    const recording = await recordPlatform(ownCluster);
    assert.ok(!has(recording, "containerservice:ManagedCluster") && !has(recording, "containerservice:Maintenance"));
    const pools = ofType(recording, "containerservice:AgentPool");
    assert.deepEqual(
      pools.map((pool) => {
        const { resourceGroupName, resourceName, orchestratorVersion, mode } = inputsOf(pool);
        return [pool.name, resourceGroupName, resourceName, orchestratorVersion, mode];
      }),
      [
        ["platform-general", "clusters", "own", "1.34", "User"],
        ["platform-scratch", "clusters", "own", "1.34", "User"],
      ],
    );
    assert.ok(pools[1]?.dependsOn.includes("platform-general"), "AKS takes one change at a time");
    const names = pools.map((pool) => String(inputsOf(pool)["agentPoolName"]));
    assert.ok(
      names.every((name) => /^(general|scratch)[0-9a-f]{5}$/.test(name)),
      names.join(),
    );
    const granted = ofType(recording, "authorization:RoleAssignment")
      .map(inputsOf)
      .filter(({ principalId }) => principalId === "principal-own")
      .map(({ scope }) => scope);
    assert.deepEqual(granted.sort(), [
      `/subscriptions/${subscriptionId}/resourceGroups/logfire-test`,
      "platform-edge-id",
    ]);
    const config = JSON.parse(await valueOf(recording.result.kubeconfig)) as { clusters: { cluster: unknown }[] };
    assert.deepEqual(config.clusters[0]?.cluster, {
      ...{ server: "https://cluster.test:443", "certificate-authority-data": "Y2E=" },
    });
    const { clusterIdentifier } = inputsOf(recording.named("platform-kubernetes"));
    assert.match(String(clusterIdentifier), /resourceGroups\/clusters\/.*\/managedClusters\/own$/);
    assert.equal(recording.result.edge.clusterRanges[0], "10.200.0.0/16");
    const trust = ofType(recording, "managedidentity:FederatedIdentityCredential").map(inputsOf);
    assert.ok(trust.every(({ issuer }) => issuer === "https://oidc.test/own/"));
  });

  it("is used: a database", async () => {
    const recording = await recordPlatform({
      platform: {
        postgres: {
          ...{ kind: "external", host: "db.acme.dev", port: 5433, adminUser: "root", adminDatabase: "postgres" },
          ...{ tls: "verify-full", caBundle: "PEM", cidrs: ["10.8.0.0/16"] },
        },
      },
      secrets: { postgresAdminPassword: "given" },
    });
    assert.ok(!has(recording, "dbforpostgresql:") && !has(recording, "authorization:ManagementLock"));
    const { host, port, adminUser, tls, caBundle, destination, adminPassword } = recording.result.postgres;
    assert.deepEqual([host, port, adminUser, tls, caBundle], ["db.acme.dev", 5433, "root", "verify-full", "PEM"]);
    assert.deepEqual(destination, { port: 5433, to: { cidrs: ["10.8.0.0/16"] } });
    assert.ok(await pulumi.isSecret(adminPassword as pulumi.Output<string>));
  });

  const external: ExternalObjectStore = {
    kind: "external",
    ...{ uri: "az://objects", environment: { AZURE_STORAGE_ACCOUNT_NAME: "mine" } },
    ...{ port: 443, cidrs: [], secretEnvironmentKeys: [] },
  };

  it("is used: a container, into which an identity is let", async () => {
    const recording = await recordPlatform({
      platform: {
        objectStore: {
          ...external,
          ...{ account: { name: "mine", resourceGroup: "storage" }, container: "objects" },
        },
      },
    });
    assert.ok(!has(recording, "storage:"));
    const { scope } = inputsOf(recording.named("platform-workloads-container"));
    assert.equal(
      scope,
      `/subscriptions/${subscriptionId}/resourceGroups/storage/providers/Microsoft.Storage/storageAccounts/mine` +
        "/blobServices/default/containers/objects",
    );
    assert.equal(await valueOf(recording.result.objectStore.uri), "az://objects");
  });

  it("is used: a store elsewhere with keys of its own, for which no identity is made", async () => {
    const recording = await recordPlatform({
      platform: { objectStore: { ...external, secretEnvironmentKeys: ["AZURE_STORAGE_ACCOUNT_KEY"] } },
      secrets: { "objectStore.AZURE_STORAGE_ACCOUNT_KEY": "given" },
    });
    assert.ok(!recording.resources.some(({ name }) => name.startsWith("platform-workloads")));
    assert.deepEqual(recording.result.identity.destinations, []);
    assert.deepEqual(Object.keys(recording.result.objectStore.secretEnvironment), ["AZURE_STORAGE_ACCOUNT_KEY"]);
  });

  it("is used: a Redis, or one of the workloads", async () => {
    const owners = await recordPlatform({
      platform: { redis: { kind: "external", ports: [6380], cidrs: ["10.8.0.0/16"] } },
      secrets: { redisDsn: "rediss://own", tokenRedisDsn: "rediss://tokens" },
    });
    assert.ok(!has(owners, "redisenterprise:") && !has(owners, "network:PrivateEndpoint"));
    assert.equal(await valueOf(owners.result.redis.dsn), "rediss://own");
    assert.equal(await valueOf(owners.result.redis.tokenDsn ?? ""), "rediss://tokens");
    assert.deepEqual(owners.result.redis.destinations, [{ port: 6380, to: { cidrs: ["10.8.0.0/16"] } }]);
    const inside = await recordPlatform({ platform: { redis: { kind: "inCluster" } } });
    assert.ok(inside.result.redis.inCluster);
    assert.deepEqual(inside.result.redis.destinations, [{ port: 6379, to: { component: "logfire-redis" } }]);
  });

  it("is used: a zone, or none", async () => {
    const existing = await recordPlatform({
      platform: { dns: { kind: "existing", name: "acme.dev", resourceGroup: "dns" } },
    });
    assert.ok(!has(existing, "dns:Zone"));
    assert.equal(existing.result.edge.zone?.name, "acme.dev");
    assert.equal(existing.result.edge.zone?.nameServers, undefined);
    const { scope } = inputsOf(one(existing, "authorization:RoleAssignment", "platform-cert-manager-zone"));
    assert.match(String(scope), /resourceGroups\/dns\/providers\/Microsoft\.Network\/dnsZones\/acme\.dev$/);
    const none = await recordPlatform({ platform: { dns: { kind: "none" } } });
    assert.equal(none.result.edge.zone, undefined);
    assert.equal(none.result.edge.dns01, undefined);
    assert.ok(!none.resources.some(({ name }) => name.startsWith("platform-cert-manager")));
  });
});
