import assert from "node:assert/strict";
import { quotas } from "../../components/platform/gcp/figures/quotas";
import { record, text, type Values } from "../../sandbox/providers/cloud/model";
import { keptIn, leftIn } from "../../sandbox/providers/cloud/operations";
import { usualOptions } from "../../sandbox/providers/gcp/kind";
import { backupRuns, keptBackups } from "../../sandbox/providers/gcp/services/backups";
import { instances } from "../../sandbox/providers/gcp/services/sql";
import { gcp as simulation } from "../../sandbox/providers/gcp/simulation";
import { assertKeepsObjects, assertKeptOut, assertSharedByProcesses } from "./cloudCalls";
import {
  clusterInputs,
  connectStores,
  database,
  makeCluster,
  makeNetwork,
  project,
  projectNumber,
  region,
  testAccount,
  zones,
  type TestAccount,
} from "./gcpAccount";

/** What the simulated project has against requests whose inputs are well formed. */
describe("the simulated gcp project", () => {
  let gcp: TestAccount;
  beforeEach(() => (gcp = testAccount()));
  afterEach(() => gcp.remove());
  const left = () => leftIn(gcp.account.entities());
  const kept = () => keptIn(gcp.account.entities());

  it("refuses a reference to nothing, with Google's own words", async () => {
    await assert.rejects(
      gcp.create("compute/router:Router", { network: "nothing", region }),
      /^Error: Error creating Router: googleapi: Error 404: network: 'nothing' does not exist, notFound$/,
    );
  });

  it("makes nothing with an API that is not on, and keeps one on that was", async () => {
    const fresh = testAccount({ enabled: usualOptions.enabled });
    const zone = () => fresh.create("dns/managedZone:ManagedZone", { dnsName: "example.com." });
    await assert.rejects(zone(), /Error 403: dns\.googleapis\.com has not been used in project logfire-rehearsal/);
    assert.throws(
      () => fresh.lookUp("gcp:dns/getManagedZone:getManagedZone", { name: "a" }),
      /dns\.googleapis\.com has not been used/,
    );
    const service = { service: "dns.googleapis.com", disableOnDestroy: false };
    const made = await fresh.create("projects/service:Service", service);
    await zone();
    await fresh.delete("projects/service:Service", made.id);
    await zone();
    await assert.rejects(fresh.create("projects/service:Service", { service: "none.googleapis.com" }), /Not found or/);
    fresh.remove();
  });

  it("knows a thing by its id, its link and its name, and a second of the same name not at all", async () => {
    const { network } = await makeNetwork(gcp);
    for (const of of [network, `https://www.googleapis.com/compute/v1/${network}`, "main"])
      await gcp.create("compute/router:Router", { network: of, region });
    await assert.rejects(
      gcp.create("compute/network:Network", { name: "main" }),
      /Error 409: The resource 'projects\/logfire-rehearsal\/global\/networks\/main' already exists, alreadyExists/,
    );
  });

  it("refuses ranges of a network that overlap, those of Google's stores among them", async () => {
    const { network } = await makeNetwork(gcp);
    await connectStores(gcp, network);
    const subnet = (ipCidrRange: string) =>
      gcp.create("compute/subnetwork:Subnetwork", { name: "other", network, region, ipCidrRange });
    await assert.rejects(subnet("10.40.1.0/24"), /conflicts with existing range of '.*subnetworks\/nodes'/);
    await assert.rejects(subnet("10.50.0.0/24"), /conflicts with existing range of '.*subnetworks\/nodes'/);
    await assert.rejects(subnet("10.45.8.0/24"), /conflicts with existing range of '.*addresses\/stores'/);
    const range = { purpose: "VPC_PEERING", addressType: "INTERNAL", network, prefixLength: 24 };
    await assert.rejects(
      gcp.create("compute/globalAddress:GlobalAddress", { ...range, address: "10.40.2.0" }),
      /Requested range conflicts with other resources/,
    );
    const free = await gcp.create("compute/globalAddress:GlobalAddress", range);
    assert.equal(free.address, "10.0.0.0");
  });

  it("keeps what others hold on to, in the order of a destroy", async () => {
    const { network, subnet } = await makeNetwork(gcp);
    await assert.rejects(gcp.delete("compute/network:Network", network), /resourceInUseByAnotherResource/);
    await gcp.create("container/cluster:Cluster", clusterInputs(network, subnet));
    await assert.rejects(
      gcp.delete("compute/subnetwork:Subnetwork", subnet),
      /Error deleting Subnetwork: googleapi: Error 400: .* in use by container\/cluster:Cluster/,
    );
  });

  it("holds on to Google's end of a network: connection and network stay unless they are let go", async () => {
    const { network, subnet, router, nat } = await makeNetwork(gcp);
    const connection = await connectStores(gcp, network);
    const server = await gcp.create("sql/databaseInstance:DatabaseInstance", database(network));
    await gcp.delete("sql/databaseInstance:DatabaseInstance", server.id);
    const refused = gcp.delete("servicenetworking/connection:Connection", connection.id);
    await assert.rejects(refused, /Producer services .* are still using this connection/);
    const abandoned = { network, service: connection.service, reservedPeeringRanges: ["stores"] };
    await gcp.update("servicenetworking/connection:Connection", connection.id, {
      ...abandoned,
      deletionPolicy: "ABANDON",
    });
    await gcp.delete("servicenetworking/connection:Connection", connection.id);
    for (const [type, id] of [
      ["routerNat:RouterNat", nat],
      ["router:Router", router],
      ["subnetwork:Subnetwork", subnet],
    ])
      await gcp.delete(`compute/${type}`, text(id));
    await gcp.delete("compute/globalAddress:GlobalAddress", `projects/${project}/global/addresses/stores`);
    await assert.rejects(gcp.delete("compute/network:Network", network), /already being used by .*networkPeerings/);
    // Neither its range nor the connection can be had back.
    await assert.rejects(gcp.create("servicenetworking/connection:Connection", abandoned), /does not exist/);
    const letGo = { name: "main", autoCreateSubnetworks: false, deletionPolicy: "ABANDON" };
    await gcp.update("compute/network:Network", network, letGo);
    await gcp.delete("compute/network:Network", network);
    assert.deepEqual(left(), []);
    assert.ok(kept().some((each) => each.startsWith(`compute Network ${network}: the program lets it go`)));
  });

  it("makes stores only in a network that is connected, with addresses of the range that it gave away", async () => {
    const { network } = await makeNetwork(gcp);
    const cache = { memorySizeGb: 1, region, authorizedNetwork: network, connectMode: "PRIVATE_SERVICE_ACCESS" };
    const server = (inputs: Values = {}, settings: Values = {}) =>
      gcp.create("sql/databaseInstance:DatabaseInstance", database(network, inputs, settings));
    await assert.rejects(server(), /SERVICE_NETWORKING_NOT_ENABLED/);
    await assert.rejects(gcp.create("redis/instance:Instance", cache), /private service access is not enabled/);
    await connectStores(gcp, network);
    const made = await server();
    assert.match(text(made.privateIpAddress), /^10\.45\./);
    const { host } = await gcp.create("redis/instance:Instance", { ...cache, authEnabled: true, tier: "STANDARD_HA" });
    assert.match(text(host), /^10\.45\./);
    assert.notEqual(host, made.privateIpAddress);
    const elsewhere = {
      ipConfiguration: { ipv4Enabled: false, privateNetwork: network, allocatedIpRange: "other" },
    };
    await assert.rejects(server({ name: "second" }, elsewhere), /allocated IP range other is not among those/);
  });

  it("protects a database twice, remembers its name, and does not drop a user who owns databases", async () => {
    const { network } = await makeNetwork(gcp);
    await connectStores(gcp, network);
    const token = "sql/databaseInstance:DatabaseInstance";
    const guarded = database(network, { deletionProtection: true }, { deletionProtectionEnabled: true });
    const { id } = await gcp.create(token, guarded);
    const login = { instance: "main", name: "postgres", password: "canary-password" };
    const user = await gcp.create("sql/user:User", login);
    await assert.rejects(gcp.delete("sql/user:User", user.id), /role "postgres" cannot be dropped/);
    await gcp.update("sql/user:User", user.id, { ...login, deletionPolicy: "ABANDON" });
    await gcp.delete("sql/user:User", user.id);
    await assert.rejects(gcp.delete(token, id), /failed to delete instance because deletion_protection is set to true/);
    await gcp.update(token, id, database(network, {}, { deletionProtectionEnabled: true }));
    await assert.rejects(gcp.delete(token, id), /The instance is protected/);
    await assert.rejects(
      gcp.update(token, id, database(network, {}, { diskSize: 10 })),
      /Disk size cannot be decreased/,
    );
    await gcp.update(token, id, database(network));
    await gcp.delete(token, id);
    await assert.rejects(gcp.create(token, database(network)), /can't reuse the name of the deleted instance/);
    await gcp.create(token, database(network, { name: "other" }));
  });

  it("begins a database with a backup of one that is there", async () => {
    const { network } = await makeNetwork(gcp);
    await connectStores(gcp, network);
    const backupConfiguration = { enabled: true };
    const { id } = await gcp.create(instances, database(network, {}, { backupConfiguration }));
    const most = { instance: "main", mostRecent: true };
    const { backupId } = gcp.lookUp("gcp:sql/getBackupRun:getBackupRun", most);
    const restored = (backupRunId: unknown) => {
      const restoreBackupContext = { backupRunId, instanceId: "main" };
      return gcp.create(instances, database(network, { name: "other", restoreBackupContext }));
    };
    await assert.rejects(restored(1), /The backup run 1 of instance main does not exist/);
    await restored(backupId);
    // A change is no other backup.
    await gcp.update(instances, id, database(network, {}, { backupConfiguration, diskSize: 30 }));
    assert.equal(gcp.lookUp("gcp:sql/getBackupRun:getBackupRun", most).backupId, backupId);
    assert.equal(gcp.account.entities().filter(({ token }) => token === backupRuns).length, 1);
  });

  it("leaves backups of a deleted database only where it is asked for, and none that another one begins with", async () => {
    const { network } = await makeNetwork(gcp);
    await connectStores(gcp, network);
    const backupConfiguration = { enabled: true };
    const backups = () =>
      gcp.account.entities().flatMap(({ token, outs }) => (token === keptBackups ? [outs.type] : []));
    const begun = async (name: string, settings: Values) => {
      const { id } = await gcp.create(instances, database(network, { name }, { backupConfiguration, ...settings }));
      const { backupId } = gcp.lookUp("gcp:sql/getBackupRun:getBackupRun", { instance: name, mostRecent: true });
      await gcp.delete(instances, id);
      return backupId;
    };
    await begun("disposable", { finalBackupConfig: { enabled: false } });
    assert.deepEqual(backups(), []);
    const backupRunId = await begun("main", { retainBackupsOnDelete: true, finalBackupConfig: { enabled: true } });
    assert.deepEqual(backups(), ["AUTOMATED", "FINAL"]);
    assert.equal(left().filter((each) => each.startsWith(`sql Backup projects/${project}/backups/`)).length, 2);
    const restoreBackupContext = { backupRunId, instanceId: "main" };
    const restored = gcp.create(instances, database(network, { name: "other", restoreBackupContext }));
    await assert.rejects(restored, /The backup run \d+ of instance main does not exist/);
    const asked = { instance: "main", mostRecent: true };
    assert.throws(() => gcp.lookUp("gcp:sql/getBackupRun:getBackupRun", asked), /Error 404/);
  });

  it("keeps the secrets that it is given out of its files", async () => {
    const { network } = await makeNetwork(gcp);
    await connectStores(gcp, network);
    await gcp.create("sql/databaseInstance:DatabaseInstance", database(network));
    const login = { instance: "main", name: "postgres", password: "canary-password" };
    assert.equal((await gcp.create("sql/user:User", login)).password, "canary-password");
    const cache = { memorySizeGb: 1, region, authorizedNetwork: network, authEnabled: true, name: "cache" };
    const made = await gcp.create("redis/instance:Instance", cache);
    const again = await gcp.update("redis/instance:Instance", made.id, { ...cache, memorySizeGb: 2 });
    assert.equal(again.authString, made.authString);
    assertKeptOut(gcp, "canary-password", text(made.authString));
  });

  it("keeps a bucket with objects, and one that may go with them not", () =>
    assertKeepsObjects(gcp, {
      ...{ type: "storage/bucket:Bucket", inputs: { name: "logfire-test", location: "EUROPE-WEST1" } },
      refused: /containing objects without force_destroy/,
    }));

  it("keeps a zone with records of others, and refuses records outside of it or beside a CNAME", async () => {
    const zone = await gcp.create("dns/managedZone:ManagedZone", { name: "main", dnsName: "example.com." });
    const add = (name: string, type = "A", rrdatas: readonly string[] = ["192.0.2.1"]) =>
      gcp.create("dns/recordSet:RecordSet", { managedZone: "main", name, type, ttl: 60, rrdatas });
    await add("logfire.example.com.");
    await assert.rejects(add("logfire.example.org."), /is not in zone 'example\.com\.'/);
    await assert.rejects(add("logfire.example.com."), /Error 409/);
    await assert.rejects(add("logfire.example.com.", "CNAME", ["a.example.com."]), /exclude each other/);
    await assert.rejects(add("example.com.", "CNAME", ["a.example.com."]), /zone's apex/);
    await assert.rejects(gcp.delete("dns/managedZone:ManagedZone", zone.id), /contains one or more 'resource records'/);
  });

  it("answers lookups of what is there, and with Google's words of what is not", async () => {
    const { network, cluster } = await makeCluster(gcp);
    assert.deepEqual(gcp.lookUp("gcp:compute/getZones:getZones", {}).names, zones);
    assert.deepEqual(gcp.lookUp("gcp:compute/getZones:getZones", { region: "europe-west99" }).names, []);
    assert.equal(gcp.lookUp("gcp:organizations/getProject:getProject", { projectId: project }).number, projectNumber);
    const subnet = gcp.lookUp("gcp:compute/getSubnetwork:getSubnetwork", { region, name: "nodes" });
    assert.equal(subnet.network, `https://www.googleapis.com/compute/v1/${network}`);
    const found = gcp.lookUp("gcp:container/getCluster:getCluster", { location: region, name: "main" });
    assert.deepEqual([found.masterVersion, found.id], [cluster.masterVersion, cluster.id]);
    const [{ dnsEndpointConfigs } = {}] = found.controlPlaneEndpointsConfigs as readonly Values[];
    assert.equal(record((dnsEndpointConfigs as readonly Values[])[0]).endpoint, "127.0.0.1:6443");
    assert.throws(
      () => gcp.lookUp("gcp:container/getCluster:getCluster", { location: region, name: "none" }),
      /Error 404: Not found: .*clusters\/none/,
    );
    assert.throws(
      () => gcp.lookUp("gcp:organizations/getProject:getProject", { projectId: "other" }),
      /does not have permission/,
    );
    const limit = gcp.lookUp("gcp:cloudquota/getSQuotaInfo:getSQuotaInfo", {
      ...{ parent: `projects/${project}/locations/global`, service: quotas.ssd.service, quotaId: quotas.ssd.code },
    });
    const [other, usual] = limit.dimensionsInfos as readonly Values[];
    assert.notEqual(record(other?.dimensions).region, region, "nobody has changed this region's");
    assert.deepEqual(usual?.dimensions, {});
    assert.deepEqual(usual.details, [{ value: String(usualOptions.quotas[quotas.ssd.code]) }]);
  });

  it("has a region with two zones, and a machine type that one zone or the region lacks", () => {
    const small = testAccount({ zones: 2, without: { "n2-highmem-8": "region", "n2-highmem-4": "lastZone" } });
    const offers = (zone: string) => {
      const filter = ["n2-highmem-8", "n2-highmem-4", "n2-highmem-16"].map((name) => `(name = "${name}")`).join(" OR ");
      const { machineTypes } = small.lookUp("gcp:compute/getMachineTypes:getMachineTypes", { zone, filter });
      return (machineTypes as readonly Values[]).map(({ name }) => text(name)).sort();
    };
    assert.deepEqual(offers("europe-west1-b"), ["n2-highmem-16", "n2-highmem-4"]);
    assert.deepEqual(offers("europe-west1-c"), ["n2-highmem-16"]);
    assert.throws(() => offers("europe-west1-d"), /was not found|does not exist/);
    small.remove();
  });

  it("outlives the provider's process, and is the same to two of them at once", () =>
    assertSharedByProcesses(
      simulation,
      gcp,
      { project, region },
      {
        ...{ type: "serviceaccount/account:Account", property: "accountId", inputs: {} },
        taken: /Error 409/,
      },
    ));

  it("gives default labels and Pulumi's own to everything that can carry them", async () => {
    const labels = { team: "sre" };
    const bucket = await gcp.create("storage/bucket:Bucket", {
      name: "logfire-test",
      location: "EUROPE-WEST1",
      labels,
    });
    assert.deepEqual(bucket.effectiveLabels, { "goog-pulumi-provisioned": "true", stack: "test", team: "sre" });
    const { cluster } = await makeCluster(gcp, { resourceLabels: labels });
    assert.deepEqual(cluster.effectiveLabels, bucket.effectiveLabels);
  });

  it("takes no static key and no other project", () => {
    const said = (given: Values) => gcp.provider.checkConfig(given).map(({ property }) => property);
    assert.deepEqual(said({ project, region }), []);
    assert.deepEqual(said({ project: "other", region, credentials: "{}" }).sort(), ["credentials", "project"]);
  });
});
