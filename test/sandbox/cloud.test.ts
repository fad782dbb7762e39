import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { newNodes, type Group } from "../../sandbox/providers/cloud/cluster/group";
import { exchange } from "../../sandbox/providers/cloud/cluster/nodeGroup";
import { writeFaults } from "../../sandbox/providers/cloud/faults";
import { isUnknown, record, text, unknown } from "../../sandbox/providers/cloud/model";
import { nestedShape, providerShape, resourceShape } from "../../sandbox/providers/cloud/sdk/resources";
import { cloudAccount, urnOf, type TestAccount } from "./cloudAccount";
import { toyAzure, toyGcp, toyOptions } from "./toyClouds";

describe("the core of the simulated clouds", () => {
  let google: TestAccount;
  let arm: TestAccount;
  beforeEach(() => {
    const defaultLabels = JSON.stringify({ stack: "test" });
    google = cloudAccount(toyGcp, toyOptions, { project: "12345", region: "europe-west1", defaultLabels });
    arm = cloudAccount(toyAzure, toyOptions, { location: "swedencentral", subscriptionId: "s" });
  });
  afterEach(() => [google, arm].forEach((account) => account.remove()));

  it("fills in what the provider is configured with, as text where the provider takes text", async () => {
    const made = await google.create("compute/network:Network", {});
    assert.match(text(made.name), /^thing-[0-9a-f]{7}$/);
    assert.equal(made.id, `projects/12345/global/networks/${text(made.name)}`);
    assert.equal(made.project, "12345");
    const other = await google.create("compute/network:Network", { name: "net", project: "other" });
    assert.equal(other.id, "projects/other/global/networks/net");
  });

  it("joins labels with the provider's, and keeps those that the SDK calls secret out of its files", async () => {
    const made = await google.create("storage/bucket:Bucket", { name: "b", location: "EU", labels: { a: "canary" } });
    assert.deepEqual(made.effectiveLabels, { stack: "test", a: "canary" });
    const [entity] = google.account.entities();
    assert.deepEqual([entity?.outs.effectiveLabels, entity?.outs.labels], ["[secret]", { a: "canary" }]);
  });

  it("keeps out of its files what a table calls secret, because the SDK for Azure calls nothing so", async () => {
    const made = await arm.create("dbforpostgresql:Server", { administratorLoginPassword: "canary-password" });
    assert.equal(made.administratorLoginPassword, "canary-password");
    assert.ok(!readFileSync(join(arm.folder, "account.json"), "utf8").includes("canary"));
  });

  it("says in a preview what follows from the inputs, and nothing of what the cloud answers", () => {
    const urn = urnOf(toyGcp, "storage/bucket:Bucket", "b");
    const planned = google.provider.previewCreate(urn, { location: "EU", labels: unknown });
    assert.equal(planned.project, "12345");
    assert.ok(isUnknown(planned.effectiveLabels) && isUnknown(planned.selfLink));
  });

  it("takes each of the names that something has", async () => {
    const net = await google.create("compute/network:Network", { name: "net" });
    const subnet = (name: string, network: unknown) =>
      google.create("compute/subnetwork:Subnetwork", { name, network, ipCidrRange: "10.0.0.0/24" });
    for (const [at, network] of [net.id, net.selfLink, "net"].entries()) await subnet(`subnet-${at}`, network);
    await assert.rejects(subnet("lost", "nothing"), /Compute:CreateSubnetwork: notFound: network: 'nothing'/);
    await assert.rejects(google.delete("compute/network:Network", net.id), /inUse: .* in use by compute\/subnetwork/);
  });

  it("refuses a second thing of the same id, unless it is the same", async () => {
    await google.create("compute/network:Network", { name: "net" });
    await assert.rejects(google.create("compute/network:Network", { name: "net" }), /alreadyExists: 'projects\/12345/);
    const enable = () => google.create("projects/service:Service", { service: "compute.googleapis.com" });
    assert.deepEqual((await enable()).id, (await enable()).id);
  });

  it("knows what a name within a group stands for, whatever its case", async () => {
    const group = await arm.create("resources:ResourceGroup", {}, "logfire");
    assert.match(text(group.name), /^logfire[0-9a-f]{8}$/);
    assert.deepEqual([group.location, group.azureApiVersion], ["swedencentral", "2025-01-01"]);
    const resourceGroupName = text(group.name).toUpperCase();
    const made = await arm.create("managedidentity:UserAssignedIdentity", { resourceGroupName, resourceName: "id" });
    assert.equal(made.id, `/subscriptions/s/resourceGroups/${resourceGroupName}/providers/identities/id`);
    await assert.rejects(arm.delete("resources:ResourceGroup", group.id), /InUse: resources:ResourceGroup/);
    const lost = arm.create("managedidentity:UserAssignedIdentity", { resourceGroupName: "other", resourceName: "id" });
    await assert.rejects(lost, /ResourceGroupNotFound: resourceGroupName: 'other' does not exist/);
    const again = { resourceGroupName: group.name, resourceName: "ID" };
    await assert.rejects(arm.create("managedidentity:UserAssignedIdentity", again), /alreadyExists/);
  });

  it("names every output that a table leaves out", async () => {
    const kind = { api: ["Network", "Vnet"], id: () => "v", outputs: () => ({ name: "v" }) } as const;
    const lacking = { ...toyAzure, kinds: { "network:VirtualNetwork": kind } };
    const account = cloudAccount(lacking, toyOptions, { location: "swedencentral" });
    await assert.rejects(
      account.create("network:VirtualNetwork", { resourceGroupName: "g" }),
      /azure-native provider defines no .*etag.* of azure-native:network:VirtualNetwork: add it to its table/,
    );
    account.remove();
  });

  it("reads inputs, nested types and the provider's configuration from each SDK", () => {
    const { inputs } = resourceShape("azure-native:containerservice:ManagedCluster");
    const profiles = inputs["agentPoolProfiles"]?.shape;
    assert.ok(profiles?.kind === "list" && profiles.of.kind === "object");
    assert.deepEqual(nestedShape(profiles.of)["count"], { shape: { kind: "number" }, optional: true });
    assert.equal(resourceShape("gcp:container/cluster:Cluster").inputs["ipAllocationPolicy"]?.shape.kind, "object");
    assert.deepEqual(
      ["aws", "gcp", "azure-native"].map((sdk) => Object.keys(providerShape(sdk)).length > 10),
      [true, true, true],
    );
    assert.throws(
      () => resourceShape("azure-native:network:Nothing"),
      /@pulumi\/azure-native has no azure-native:network/,
    );
  });

  it("tries again as often as the cloud's provider does, and reports in its words", async () => {
    writeFaults(google.folder, [{ call: "Compute:.*", throttle: 8 }]);
    const make = () => google.create("compute/network:Network", { name: "net" });
    await assert.rejects(make(), /Compute:CreateNetwork: rateLimitExceeded: after 5 attempts/);
    await make();
    assert.equal(google.account.calls().at(-1)?.simulatedSeconds, 2 + 3);
  });

  it("lacks a place before it is configured, and says so", () => {
    const nowhere = cloudAccount(toyGcp, toyOptions, {});
    assert.throws(() => nowhere.provider.previewCreate(urnOf(toyGcp, "compute/network:Network", "n"), {}), /no place/);
    nowhere.remove();
  });
});

describe("nodes of a simulated cloud", () => {
  const group: Group = {
    ...{ name: "general", pool: "general", region: "r", mark: { key: "cloud/group", value: "general" } },
    machine: { type: "m", architecture: "amd64", cpus: 4, pods: 50 },
    allocatable: { cpuMillis: 3000, memoryMib: 4000, scratchMib: 5000 },
    ...{ kubeletVersion: "v1.35.0", osImage: "simulated", labels: { own: "label" }, taints: [], desired: 3, max: 6 },
    spots: ["a", "b", "c"].map((zone) => ({ zone, cidr: "10.0.0.0/24" })),
    ...{ atOnce: 1, drain: { seconds: 1 } },
    identify: ({ zone }) => ({ name: `node.${zone}`, providerId: `cloud://${zone}` }),
  };
  const namesOf = (nodes: readonly object[]) => nodes.map((node) => text(record(record(node).metadata).name));

  it("start in the zones that have fewest of them", () => {
    assert.deepEqual(namesOf(newNodes(group, 4, [])), ["node.a", "node.b", "node.c", "node.a"]);
    assert.deepEqual(namesOf(newNodes(group, 3, ["a", "a", "b"])), ["node.c", "node.b", "node.c"]);
  });

  it("come where the one that each replaces makes a gap, in whatever order they are exchanged", () => {
    const old = ["c", "a", "b"].map((zone) => ({
      metadata: { name: `old.${zone}`, labels: { "topology.kubernetes.io/zone": zone } },
    }));
    const steps = exchange(group, old).map(({ joining, leaving }) => [
      ...[namesOf(joining), leaving.map(({ metadata }) => metadata.name)],
    ]);
    assert.deepEqual(
      steps,
      ["c", "a", "b"].map((zone) => [[`node.${zone}`], [`old.${zone}`]]),
    );
    const fewer = exchange({ ...group, desired: 1, atOnce: 2 }, old);
    assert.deepEqual(
      fewer.map(({ joining, leaving }) => [joining.length, leaving.length]),
      [
        [1, 2],
        [0, 1],
      ],
    );
  });

  it("carry the group's mark beside its labels, and have no place without a zone", () => {
    const [node] = newNodes(group, 1, []);
    const labels = record(record(record(node).metadata).labels);
    assert.deepEqual([labels["cloud/group"], labels.own], ["general", "label"]);
    assert.throws(() => newNodes({ ...group, spots: [] }, 1, []), /node group general has no zone/);
  });
});
