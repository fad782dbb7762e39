import assert from "node:assert/strict";
import { usualOptions } from "../../sandbox/providers/azure/kind";
import { text, type Values } from "../../sandbox/providers/cloud/model";
import { makeCluster, makeGroup, makeNetwork } from "./azureAccount";
import { networkContributor, roleId, testAccount, type TestAccount } from "./azureAccount";
import { assertKeptOut } from "./cloudCalls";

/** What the simulated subscription has against requests whose inputs are well formed. */
describe("the simulated azure subscription", () => {
  let azure: TestAccount;
  beforeEach(() => (azure = testAccount()));
  afterEach(() => azure.remove());

  const server = (network: Values, inputs: Values = {}): Values => ({
    ...{ serverName: "logfire-db", version: "16", sku: { name: "Standard_D4ds_v5", tier: "GeneralPurpose" } },
    ...{ storage: { storageSizeGB: 128 }, administratorLogin: "logfireadmin", network },
    ...{ administratorLoginPassword: "Canary-password-1", highAvailability: { mode: "ZoneRedundant" } },
    ...inputs,
  });
  const privateZone = (privateZoneName: string) =>
    azure.create("privatedns:PrivateZone", { privateZoneName, location: "global" });
  const link = (privateZoneName: string, vnet: string) =>
    azure.create("privatedns:VirtualNetworkLink", {
      ...{ privateZoneName, virtualNetworkLinkName: "link", location: "global" },
      ...{ virtualNetwork: { id: vnet }, registrationEnabled: false },
    });
  /** A server, and everything that it asks for. */
  async function makeServer(inputs: Values = {}) {
    const network = await makeNetwork(azure);
    const zone = await privateZone("main.private.postgres.database.azure.com");
    await link("main.private.postgres.database.azure.com", network.vnet);
    const place = { delegatedSubnetResourceId: network.postgres, privateDnsZoneArmResourceId: zone.id };
    return { network, zone, place, server: await azure.create("dbforpostgresql:Server", server(place, inputs)) };
  }

  it("refuses what lies in a group that is not there, in the words of the SDK's provider", async () => {
    await assert.rejects(
      azure.create("managedidentity:UserAssignedIdentity", { resourceName: "workloads" }),
      /^Error: Code="ResourceGroupNotFound" Message="resourceGroupName: 'group' does not exist"$/,
    );
  });

  it("refuses a child without its parent, and what is there already", async () => {
    await makeGroup(azure);
    const subnet = { virtualNetworkName: "net", subnetName: "nodes", addressPrefix: "10.0.0.0/24" };
    await assert.rejects(azure.create("network:Subnet", subnet), /ParentResourceNotFound/);
    const identity = () => azure.create("managedidentity:UserAssignedIdentity", { resourceName: "workloads" });
    await identity();
    await assert.rejects(identity(), /cannot create already existing resource '\/subscriptions\/.*\/workloads'/);
  });

  it("refuses subnets that lie outside of the network, overlap, or are changed while another one is", async () => {
    const { vnet } = await makeNetwork(azure);
    const subnet = (subnetName: string, addressPrefix: string) =>
      azure.create("network:Subnet", { virtualNetworkName: "net", subnetName, addressPrefix });
    await assert.rejects(subnet("out", "10.41.0.0/24"), /NetcfgInvalidSubnet/);
    await assert.rejects(subnet("in", "10.40.15.0/24"), /NetcfgSubnetRangesOverlap/);
    azure.account.prepare({ ...azure.account.options(), speed: 50 });
    const both = await Promise.allSettled([subnet("one", "10.40.20.0/24"), subnet("two", "10.40.21.0/24")]);
    assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    const failed = both.find(({ status }) => status === "rejected") as PromiseRejectedResult;
    assert.match(String(failed.reason), /AnotherOperationInProgress/);
    assert.ok(vnet.endsWith("/net"));
  });

  it("keeps what others hold on to, in the order of a destroy", async () => {
    const { network } = await makeCluster(azure);
    await assert.rejects(azure.delete("network:Subnet", network.nodes), /InUseSubnetCannotBeDeleted/);
    await assert.rejects(azure.delete("network:NatGateway", network.nat), /InUseNatGatewayCannotBeDeleted/);
    await assert.rejects(azure.delete("network:PublicIPAddress", network.address), /PublicIPAddressCannotBeDeleted/);
  });

  it("puts a server into a delegated subnet only, with a zone that its network is linked to", async () => {
    const network = await makeNetwork(azure);
    const create = (delegatedSubnetResourceId: string, privateDnsZoneArmResourceId: string) =>
      azure.create("dbforpostgresql:Server", server({ delegatedSubnetResourceId, privateDnsZoneArmResourceId }));
    const zone = await privateZone("main.private.postgres.database.azure.com");
    await assert.rejects(create(network.nodes, zone.id), /SubnetMissingRequiredDelegation/);
    await assert.rejects(create(network.postgres, zone.id), /PrivateDnsZoneNotLinked/);
    const other = await privateZone("example.com");
    await link("example.com", network.vnet);
    await assert.rejects(create(network.postgres, other.id), /InvalidPrivateDnsZone/);
    await link("main.private.postgres.database.azure.com", network.vnet);
    const made = await create(network.postgres, zone.id);
    assert.equal(made.fullyQualifiedDomainName, "logfire-db.postgres.database.azure.com");
    await assert.rejects(azure.delete("privatedns:PrivateZone", zone.id), /CannotDeleteResource/);
  });

  it("takes a server's parameters one after the other, and says which of them need a restart", async () => {
    await makeServer();
    const set = (configurationName: string, value: string) =>
      azure.create("dbforpostgresql:Configuration", {
        ...{ serverName: "logfire-db", configurationName, value, source: "user-override" },
      });
    const extensions = await set("azure.extensions", "BTREE_GIST,INTARRAY");
    assert.deepEqual([extensions.isDynamicConfig, extensions.isConfigPendingRestart], [true, false]);
    assert.equal((await set("max_connections", "1000")).isConfigPendingRestart, true);
    azure.account.prepare({ ...azure.account.options(), speed: 200 });
    const both = await Promise.allSettled([set("work_mem", "8192"), set("statement_timeout", "0")]);
    assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    assert.match(JSON.stringify(both.map((each) => String((each as PromiseRejectedResult).reason))), /ServerIsBusy/);
  });

  it("keeps what is locked, and everything that lies in it or around it", async () => {
    const { server: made, place } = await makeServer();
    const lock = { lockName: "keep", scope: made.id, level: "CanNotDelete" };
    const { id } = await azure.create("authorization:ManagementLockByScope", lock);
    await assert.rejects(azure.delete("dbforpostgresql:Server", made.id), /ScopeLocked.*Please remove the lock/);
    const [group = ""] = /^.*?resourceGroups\/group/.exec(made.id) ?? [];
    await assert.rejects(azure.delete("resources:ResourceGroup", group), /ScopeLocked/);
    await azure.update("dbforpostgresql:Server", made.id, server(place, { tags: { a: "b" } }));
    await azure.delete("authorization:ManagementLockByScope", id);
    await azure.delete("dbforpostgresql:Server", made.id);
  });

  it("takes no request to restore a server for a change of it", async () => {
    const { server: made, place } = await makeServer();
    const update = (createMode: string) =>
      azure.update("dbforpostgresql:Server", made.id, {
        ...server(place, { createMode, sourceServerResourceId: made.id, pointInTimeUTC: "2026-11-20T08:00:00Z" }),
        highAvailability: { mode: "Disabled" },
      });
    await assert.rejects(update("PointInTimeRestore"), /ServerAlreadyExists/);
    await update("Default");
  });

  it("gives a cache a standby, and never takes it away", async () => {
    await makeGroup(azure);
    const cache = (highAvailability: string) => ({
      ...{ clusterName: "cache", sku: { name: "Balanced_B1" }, publicNetworkAccess: "Disabled", highAvailability },
    });
    const { id } = await azure.create("redisenterprise:RedisEnterprise", cache("Disabled"));
    const update = (highAvailability: string) =>
      azure.update("redisenterprise:RedisEnterprise", id, cache(highAvailability));
    await update("Enabled");
    await assert.rejects(update("Disabled"), /High availability cannot be disabled/);
  });

  it("never makes a server's storage smaller, nor its version", async () => {
    const { server: made, place } = await makeServer();
    const update = (inputs: Values) => azure.update("dbforpostgresql:Server", made.id, server(place, inputs));
    await assert.rejects(update({ storage: { storageSizeGB: 64 } }), /StorageSizeCannotBeReduced/);
    await assert.rejects(update({ version: "15" }), /InvalidVersionDowngrade/);
    await update({ storage: { storageSizeGB: 256 } });
  });

  it("keeps the secrets that it is given, and those that it answers, out of its files", async () => {
    const { server: made } = await makeServer();
    assert.equal(made.administratorLoginPassword, "Canary-password-1");
    const cache = { clusterName: "cache", sku: { name: "Balanced_B1" }, publicNetworkAccess: "Disabled" };
    await azure.create("redisenterprise:RedisEnterprise", cache);
    const database = { clusterName: "cache", databaseName: "default", accessKeysAuthentication: "Enabled" };
    await azure.create("redisenterprise:Database", database);
    const place = { resourceGroupName: "group", clusterName: "cache", databaseName: "default" };
    const { primaryKey } = azure.lookUp("azure-native:redisenterprise:listDatabaseKeys", place);
    assert.match(text(primaryKey), /^[\w+/]{43}=$/);
    assertKeptOut(azure, "Canary-password-1", text(primaryKey));
  });

  it("hands out keys of a cache only where it takes them", async () => {
    await makeGroup(azure);
    const cache = { clusterName: "cache", sku: { name: "Balanced_B1" }, publicNetworkAccess: "Disabled" };
    await azure.create("redisenterprise:RedisEnterprise", cache);
    await azure.create("redisenterprise:Database", { clusterName: "cache", databaseName: "default" });
    const place = { resourceGroupName: "group", clusterName: "cache", databaseName: "default" };
    const ask = () => azure.lookUp("azure-native:redisenterprise:listDatabaseKeys", place);
    assert.throws(ask, /Access keys authentication is disabled/);
  });

  it("reaches a cache through a private endpoint in a subnet that nobody else has", async () => {
    const network = await makeNetwork(azure);
    const cache = { clusterName: "cache", sku: { name: "Balanced_B1" }, publicNetworkAccess: "Disabled" };
    const { id } = await azure.create("redisenterprise:RedisEnterprise", cache);
    const endpoint = (subnet: string, groupIds: readonly string[]) =>
      azure.create("network:PrivateEndpoint", {
        ...{ privateEndpointName: "cache", subnet: { id: subnet } },
        privateLinkServiceConnections: [{ name: "cache", privateLinkServiceId: id, groupIds }],
      });
    await assert.rejects(endpoint(network.postgres, ["redisEnterprise"]), /NotAllowedAsSubnetIsDelegated/);
    await assert.rejects(endpoint(network.endpoints, ["redisCache"]), /InvalidPrivateLinkServiceGroupId/);
    await endpoint(network.endpoints, ["redisEnterprise"]);
    await assert.rejects(azure.delete("network:Subnet", network.endpoints), /InUseSubnetCannotBeDeleted/);
  });

  it("gives roles that there are, on things that there are, once, and to new identities by their kind", async () => {
    const network = await makeNetwork(azure);
    const identity = await azure.create("managedidentity:UserAssignedIdentity", { resourceName: "workloads" });
    const give = (inputs: Values) =>
      azure.create("authorization:RoleAssignment", {
        ...{ principalId: identity.principalId, principalType: "ServicePrincipal", scope: network.nodes },
        ...{ roleDefinitionId: roleId(networkContributor), ...inputs },
      });
    await assert.rejects(
      give({ principalType: undefined }),
      /PrincipalNotFound.*set the role assignment principalType/,
    );
    await assert.rejects(give({ principalType: "User" }), /UnmatchedPrincipalType/);
    await assert.rejects(give({ scope: `${network.nodes}2` }), /ResourceNotFound/);
    const unknownRole = roleId("00000000-0000-0000-0000-000000000000");
    await assert.rejects(give({ roleDefinitionId: unknownRole }), /RoleDefinitionDoesNotExist/);
    await give({});
    await assert.rejects(give({}), /RoleAssignmentExists/);
  });

  it("writes the trusts of one identity one after the other, and each only once", async () => {
    await makeGroup(azure);
    await azure.create("managedidentity:UserAssignedIdentity", { resourceName: "workloads" });
    const trust = (name: string, subject = `system:serviceaccount:logfire:${name}`) =>
      azure.create("managedidentity:FederatedIdentityCredential", {
        ...{ resourceName: "workloads", federatedIdentityCredentialResourceName: name, issuer: "https://issuer" },
        ...{ subject, audiences: ["api://AzureADTokenExchange"] },
      });
    await trust("first");
    await assert.rejects(
      trust("second", "system:serviceaccount:logfire:first"),
      /with this issuer and subject already/,
    );
    azure.account.prepare({ ...azure.account.options(), speed: 200 });
    const both = await Promise.allSettled([trust("third"), trust("fourth")]);
    assert.match(
      JSON.stringify(both.map((each) => String((each as PromiseRejectedResult).reason))),
      /ConcurrentFederated/,
    );
  });

  it("has names of storage accounts once in the world, and lets subnets in that have the service's endpoint", async () => {
    const network = await makeNetwork(azure);
    const account = (accountName: string, inputs: Values = {}) =>
      azure.create("storage:StorageAccount", {
        accountName,
        kind: "StorageV2",
        sku: { name: "Standard_ZRS" },
        ...inputs,
      });
    await assert.rejects(
      account("logfire"),
      /StorageAccountAlreadyTaken.*The storage account named logfire is already/,
    );
    const rules = (virtualNetworkResourceId: string) => ({
      networkRuleSet: { defaultAction: "Deny", virtualNetworkRules: [{ virtualNetworkResourceId, action: "Allow" }] },
    });
    const closed = account("logfireone", rules(network.endpoints));
    await assert.rejects(closed, /SubnetsHaveNoServiceEndpointsConfigured/);
    await account("logfireone", rules(network.nodes));
    const container = { accountName: "logfireone", containerName: "data", publicAccess: "Blob" };
    await assert.rejects(azure.create("storage:BlobContainer", container), /PublicAccessNotPermitted/);
  });

  it("keeps a zone with records of others, and refuses names that repeat it or meet an alias", async () => {
    await makeGroup(azure);
    const zone = await azure.create("dns:Zone", { zoneName: "example.com", location: "global" });
    const set = (relativeRecordSetName: string, inputs: Values = {}) =>
      azure.create("dns:RecordSet", {
        ...{ zoneName: "example.com", relativeRecordSetName, recordType: "A", ttl: 300 },
        ...{ aRecords: [{ ipv4Address: "192.0.2.1" }], ...inputs },
      });
    const own = await set("logfire");
    assert.equal(own.fqdn, "logfire.example.com.");
    assert.ok(own.id.endsWith("/dnsZones/example.com/A/logfire"));
    await assert.rejects(set("logfire.example.com"), /names are relative/);
    const alias = { recordType: "CNAME", aRecords: undefined, cnameRecord: { cname: "other.example.com" } };
    await assert.rejects(set("logfire", alias), /because a CNAME record with the same name already exists/);
    await assert.rejects(azure.delete("dns:Zone", zone.id), /ZoneNotEmpty/);
  });

  it("outlives the provider's process, and takes ids in any case", async () => {
    const { vnet } = await makeNetwork(azure);
    const shouted = vnet.replace("/resourceGroups/group/", "/resourcegroups/GROUP/");
    const zone = await privateZone("main.private.postgres.database.azure.com");
    await link("main.private.postgres.database.azure.com", shouted);
    assert.ok(zone.id.includes(usualOptions.subscriptionId));
    assert.ok(azure.account.entities().some(({ token }) => token === "privatedns:VirtualNetworkLink"));
  });

  it("knows its own subscription only, and takes no secret to sign in with", () => {
    const found = azure.provider.checkConfig({ subscriptionId: "another", clientSecret: "canary" });
    assert.deepEqual(
      found.map(({ property }) => property),
      ["subscriptionId", "clientSecret"],
    );
    assert.ok(!JSON.stringify(found).includes("canary"));
    assert.deepEqual(azure.provider.checkConfig({ subscriptionId: usualOptions.subscriptionId }), []);
  });
});
