import assert from "node:assert/strict";
import type { AzurePlatform } from "../../../components/platform/azure";
import { valueOf, type Recording } from "../../support/harness";
import { subscriptionId } from "../figures/values";
import { azureSettings } from "../settings";
import { caller, comesAfter, inputsOf, ofType, onlyOf, recordPlatform, tenantId, usualRecording } from "./support";

describe("the cluster on Azure", () => {
  let recording: Recording<AzurePlatform>;
  before(async () => {
    recording = await usualRecording();
  });

  it("has its rights before it is there, and none beside subnet and address", () => {
    assert.ok(comesAfter(recording, "platform-cluster").has("platform-cluster-subnet"));
    const granted = ofType(recording, "authorization:RoleAssignment")
      .map(inputsOf)
      .filter(({ principalId }) => principalId === "principal-platform-cluster")
      .map(({ roleDefinitionId, scope }) => [String(roleDefinitionId).split("/").at(-1), String(scope)]);
    assert.deepEqual(granted.sort(), [
      ["4d97b98b-1d4f-4787-a291-c67834d212e7", "platform-edge-id"],
      ["4d97b98b-1d4f-4787-a291-c67834d212e7", "platform-subnet-nodes-id"],
      ["acdd72a7-3385-48ef-bd42-f606fba81ae7", `/subscriptions/${subscriptionId}/resourceGroups/logfire-test`],
    ]);
  });

  it("is reached with credentials that are fetched, never stored", async () => {
    const config = JSON.parse(await valueOf(recording.result.kubeconfig)) as {
      users: { user: { exec: { command: string; args: string[] } } }[];
      clusters: { cluster: Record<string, string> }[];
    };
    const [{ user } = assert.fail("no user")] = config.users;
    assert.deepEqual(Object.keys(user), ["exec"]);
    assert.equal(user.exec.command, "kubelogin");
    assert.deepEqual(user.exec.args, [
      ...["get-token", "--login", "azurecli", "--server-id", "6dae42f8-4368-4678-94ff-3960e28e3630"],
    ]);
    assert.deepEqual(config.clusters[0]?.cluster, {
      server: "https://cluster.test:443",
      "certificate-authority-data": "Y2E=",
    });
    const { clusterIdentifier } = inputsOf(recording.named("platform-kubernetes"));
    assert.equal(
      clusterIdentifier,
      `/subscriptions/${subscriptionId}/resourceGroups/logfire-test/providers/Microsoft.ContainerService/managedClusters/logfire-test`,
    );
  });

  it("opens the API to the given ranges and its own nodes only, by Entra and roles of Azure", () => {
    const cluster = inputsOf(onlyOf(recording, "containerservice:ManagedCluster"));
    assert.deepEqual(cluster["apiServerAccessProfile"], { authorizedIPRanges: ["203.0.113.0/24", "192.0.2.12/32"] });
    assert.deepEqual([cluster["disableLocalAccounts"], cluster["enableRBAC"]], [true, true]);
    assert.deepEqual(cluster["aadProfile"], { managed: true, enableAzureRBAC: true, tenantID: tenantId });
    const administrators = ofType(recording, "authorization:RoleAssignment").filter(({ name }) =>
      /^platform-(maker|administrator-)/.test(name),
    );
    assert.deepEqual(
      administrators.map((assignment) => {
        const { principalId, scope } = inputsOf(assignment);
        return [principalId, scope, assignment.ignoreChanges];
      }),
      [
        [caller, `/subscriptions/${subscriptionId}/resourceGroups/logfire-test`, ["principalId"]],
        ["aaaaaaaa-1111-2222-3333-444444444444", "platform-cluster-id", []],
      ],
    );
    for (const assignment of administrators) {
      const { principalType, roleDefinitionId } = inputsOf(assignment);
      assert.equal(principalType, undefined, "a group or a service would be refused as a user");
      assert.match(String(roleDefinitionId), /b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b$/);
    }
  });

  it("gives its maker the right early enough for AKS to know of it, and no more than the cluster of an owner's group", async () => {
    assert.ok(comesAfter(recording, "platform-cluster").has("platform-maker"));
    const owned = await recordPlatform({ platform: { resourceGroup: { kind: "existing", name: "mine" } } });
    const maker = owned.named("platform-maker");
    assert.equal(inputsOf(maker)["scope"], "platform-cluster-id");
    for (const each of [recording, owned]) {
      const before = comesAfter(each, "platform-kubernetes");
      assert.ok(before.has("platform-maker") && before.has("platform-scratch"), "objects come after rights and nodes");
    }
  });

  it("patches itself on Sundays, with pods' addresses of their own and Cilium", () => {
    const cluster = inputsOf(onlyOf(recording, "containerservice:ManagedCluster"));
    assert.deepEqual(cluster["sku"], { name: "Base", tier: "Standard" });
    assert.deepEqual(cluster["autoUpgradeProfile"], { upgradeChannel: "patch", nodeOSUpgradeChannel: "NodeImage" });
    const network = cluster["networkProfile"] as Record<string, unknown>;
    assert.deepEqual(
      [network["networkPluginMode"], network["networkDataplane"], network["networkPolicy"], network["outboundType"]],
      ["overlay", "cilium", "cilium", "userAssignedNATGateway"],
    );
    assert.deepEqual([network["podCidr"], network["dnsServiceIP"]], ["10.244.0.0/16", "172.20.0.10"]);
    const windows = ofType(recording, "containerservice:MaintenanceConfiguration").map(inputsOf);
    assert.deepEqual(windows.map(({ configName }) => configName).sort(), [
      "aksManagedAutoUpgradeSchedule",
      "aksManagedNodeOSUpgradeSchedule",
    ]);
  });

  it("has an API inside of the virtual network alone without ranges", async () => {
    const { cluster } = azureSettings();
    assert.ok(cluster.kind === "create");
    const recording = await recordPlatform({ platform: { cluster: { ...cluster, apiAccess: [] } } });
    assert.deepEqual(inputsOf(onlyOf(recording, "containerservice:ManagedCluster"))["apiServerAccessProfile"], {
      enablePrivateCluster: true,
      privateDNSZone: "system",
      enablePrivateClusterPublicFQDN: false,
    });
    const joins = inputsOf(recording.named("platform-cluster-subnet"));
    assert.equal(joins["scope"], "platform-vnet-id", "AKS links the zone of its API with the network");
  });
});
