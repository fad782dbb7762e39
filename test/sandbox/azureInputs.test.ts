import assert from "node:assert/strict";
import { azure as simulation } from "../../sandbox/providers/azure/simulation";
import { unknown, type Values } from "../../sandbox/providers/cloud/model";
import { clusterInputs, pool, poolInputs, testAccount, urnOf } from "./azureAccount";
import { describeInputs, type Refused, type Replaced } from "./cloudInputs";

const cluster = (inputs: Values = {}): Values => clusterInputs("an-identity", "a-subnet", inputs);
const withPool = (inputs: Values): Values => cluster({ agentPoolProfiles: [pool("a-subnet", inputs)] });
const server = (inputs: Values = {}): Values => ({
  ...{ serverName: "logfire-db", version: "16", sku: { name: "Standard_D4ds_v5", tier: "GeneralPurpose" } },
  ...{ administratorLogin: "logfireadmin", administratorLoginPassword: "Long-enough-1" },
  ...inputs,
});
const record = (inputs: Values): Values => ({
  ...{ zoneName: "example.com", relativeRecordSetName: "logfire", recordType: "A", ttl: 300 },
  ...inputs,
});
const database = (inputs: Values): Values => ({ clusterName: "cache", databaseName: "default", ...inputs });

const refused: Readonly<Record<string, Refused>> = {
  "an input that the SDK does not have": [
    "network:VirtualNetwork",
    { addressSpace: { addressPrefixes: ["10.0.0.0/16"] }, cidr: "10.0.0.0/16" },
    "cidr: is not an input of azure-native:network:VirtualNetwork",
  ],
  "a nested input that the SDK does not have": [
    "containerservice:ManagedCluster",
    withPool({ size: 3 }),
    "agentPoolProfiles[0].size: is not an input of azure-native:containerservice:ManagedCluster",
  ],
  "a required input that is missing": ["storage:StorageAccount", { kind: "StorageV2" }, "sku: is required"],
  "text where a number belongs": [
    "containerservice:AgentPool",
    poolInputs("a-subnet", { maxPods: "110" }),
    "maxPods: must be a number, is string",
    'maxPods: "110" is not a whole number from 10 to 250',
  ],
  "a value that is none of Azure's own enumeration": [
    "containerservice:AgentPool",
    poolInputs("a-subnet", { osDiskType: "Local" }),
    'osDiskType: "Local" is not one of Azure\'s OSDiskType: Managed, Ephemeral',
  ],
  "a subnet without a range": [
    "network:Subnet",
    { virtualNetworkName: "net", subnetName: "nodes" },
    "addressPrefix or addressPrefixes is needed, one of them",
  ],
  "a range with bits of the host": [
    "network:Subnet",
    { virtualNetworkName: "net", subnetName: "nodes", addressPrefix: "10.0.0.1/24" },
    'addressPrefix: "10.0.0.1/24" is not a range: bits of the host are set',
  ],
  "a standard address that may change": [
    "network:PublicIPAddress",
    { sku: { name: "Standard" }, publicIPAllocationMethod: "Dynamic" },
    "publicIPAllocationMethod must be Static with sku.name Standard",
  ],
  "a NAT gateway in two zones": [
    "network:NatGateway",
    { sku: { name: "Standard" }, zones: ["1", "2"] },
    "zones takes one zone: a NAT gateway is zonal, or in none",
  ],
  "rules of one priority in one direction": [
    "network:NetworkSecurityGroup",
    {
      securityRules: ["a", "b"].map((name) => ({
        ...{ name, priority: 100, access: "Allow", direction: "Inbound", protocol: "Tcp" },
      })),
    },
    "securityRules have two of Inbound 100: priorities are used once in a direction",
  ],
  "a pool's name with a hyphen": [
    "containerservice:AgentPool",
    poolInputs("a-subnet", { agentPoolName: "scratch-1" }),
    'agentPoolName: "scratch-1" is not lower-case letters and digits, the first a letter',
  ],
  "a pool's name of thirteen characters": [
    "containerservice:AgentPool",
    poolInputs("a-subnet", { agentPoolName: "scratch123456" }),
    'agentPoolName: "scratch123456" is not lower-case letters and digits, the first a letter (at most 12 characters)',
  ],
  "an autoscaler without bounds": [
    "containerservice:AgentPool",
    poolInputs("a-subnet", { minCount: undefined, maxCount: undefined }),
    "enableAutoScaling needs minCount and maxCount",
  ],
  "a pool whose number nobody says, although an autoscaler counts it": [
    "containerservice:AgentPool",
    poolInputs("a-subnet", { count: undefined }),
    "count is needed, with autoscaling as well",
  ],
  "bounds that contradict each other": [
    "containerservice:AgentPool",
    poolInputs("a-subnet", { minCount: 4, count: 3, maxCount: 6 }),
    "minCount <= count <= maxCount does not hold: 4, 3, 6",
  ],
  "a taint without effect": [
    "containerservice:AgentPool",
    poolInputs("a-subnet", { nodeTaints: ["logfire.dev/scratch=true"] }),
    'nodeTaints[0]: "logfire.dev/scratch=true" is not a taint such as key=value:NoSchedule',
  ],
  "a label with Kubernetes' own prefix": [
    "containerservice:AgentPool",
    poolInputs("a-subnet", { nodeLabels: { "kubernetes.azure.com/mode": "user" } }),
    "nodeLabels have kubernetes.azure.com/mode, whose prefix is reserved",
  ],
  "a cluster without a system pool": [
    "containerservice:ManagedCluster",
    withPool({ mode: "User" }),
    "agentPoolProfiles need at least one pool of mode System",
  ],
  "a system pool that AKS' own pods cannot run on": [
    "containerservice:ManagedCluster",
    withPool({ nodeTaints: ["logfire.dev/general=true:NoSchedule"] }),
    "agentPoolProfiles[0].nodeTaints of a system pool would keep AKS' own pods off",
  ],
  "a cluster that nobody can enter": [
    "containerservice:ManagedCluster",
    cluster({ aadProfile: undefined }),
    "disableLocalAccounts needs aadProfile.managed: nobody could enter the cluster",
  ],
  "ranges of a private cluster": [
    "containerservice:ManagedCluster",
    cluster({ apiServerAccessProfile: { enablePrivateCluster: true, authorizedIPRanges: ["203.0.113.0/24"] } }),
    "apiServerAccessProfile.authorizedIPRanges do not go with a private cluster",
  ],
  "a policy engine that Cilium's data plane does not have": [
    "containerservice:ManagedCluster",
    cluster({ networkProfile: { networkPlugin: "azure", networkDataplane: "cilium", networkPolicy: "calico" } }),
    "networkProfile.networkPolicy has to be cilium with networkDataplane cilium",
  ],
  "identities of pods without an issuer": [
    "containerservice:ManagedCluster",
    cluster({ oidcIssuerProfile: undefined }),
    "securityProfile.workloadIdentity needs oidcIssuerProfile.enabled",
  ],
  "a maintenance window by a name that AKS does not look for": [
    "containerservice:MaintenanceConfiguration",
    {
      resourceName: "main",
      configName: "upgrades",
      maintenanceWindow: {
        ...{ schedule: { weekly: { intervalWeeks: 1, dayOfWeek: "Sunday" } }, durationHours: 4, startTime: "01:00" },
      },
    },
    'configName: "upgrades" is not default, aksManagedAutoUpgradeSchedule or aksManagedNodeOSUpgradeSchedule',
  ],
  "a standby of a burstable server": [
    "dbforpostgresql:Server",
    server({ sku: { name: "Standard_B2s", tier: "Burstable" }, highAvailability: { mode: "ZoneRedundant" } }),
    "highAvailability is not supported for burstable servers",
  ],
  "a server's size of another tier": [
    "dbforpostgresql:Server",
    server({ sku: { name: "Standard_E4ds_v5", tier: "GeneralPurpose" } }),
    "sku.tier of Standard_E4ds_v5 is MemoryOptimized, not GeneralPurpose",
  ],
  "a size of storage that there is not": [
    "dbforpostgresql:Server",
    server({ storage: { storageSizeGB: 100 } }),
    "storage.storageSizeGB: 100 is not one of 32, 64, 128, 256, 512, 1024, 2048, 4095, 4096, 8192, 16384, 32767",
  ],
  "an administrator whose name is Azure's": [
    "dbforpostgresql:Server",
    server({ administratorLogin: "azure_superuser" }),
    'administratorLogin: "azure_superuser" is not a name that Flexible Server takes for its administrator',
  ],
  "a delegated subnet without a zone": [
    "dbforpostgresql:Server",
    server({ network: { delegatedSubnetResourceId: "a-subnet" } }),
    "network needs both delegatedSubnetResourceId and privateDnsZoneArmResourceId",
  ],
  "an extension that Flexible Server does not have": [
    "dbforpostgresql:Configuration",
    { serverName: "logfire-db", configurationName: "azure.extensions", value: "BTREE_GIST,INT_ARRAY" },
    'value of azure.extensions does not take "INT_ARRAY"',
  ],
  "a parameter that PostgreSQL does not have": [
    "dbforpostgresql:Configuration",
    { serverName: "logfire-db", configurationName: "max_conections", value: "100" },
    "configurationName: the simulator does not know max_conections of PostgreSQL 16",
  ],
  "a storage account's name with a hyphen": [
    "storage:StorageAccount",
    { accountName: "logfire-data", kind: "StorageV2", sku: { name: "Standard_ZRS" } },
    'accountName: "logfire-data" is not 3 to 24 lower-case letters and digits',
  ],
  "a container with two hyphens in a row": [
    "storage:BlobContainer",
    { accountName: "logfire", containerName: "log--fire" },
    'containerName: "log--fire" is not 3 to 63 lower-case letters, digits and single hyphens, no hyphen at either end',
  ],
  "soft delete without days": [
    "storage:BlobServiceProperties",
    { accountName: "logfire", blobServicesName: "default", deleteRetentionPolicy: { enabled: true } },
    "deleteRetentionPolicy.days is needed",
  ],
  "a second database of a managed cache": [
    "redisenterprise:Database",
    database({ databaseName: "second" }),
    'databaseName: "second" is not default: there is one in each cache',
  ],
  "a port that Azure Managed Redis does not listen on": [
    "redisenterprise:Database",
    database({ port: 6379 }),
    "port: 6379 is not one of 10000",
  ],
  "zones of a managed cache": [
    "redisenterprise:RedisEnterprise",
    { clusterName: "cache", sku: { name: "Balanced_B1" }, publicNetworkAccess: "Disabled", zones: ["1", "2"] },
    "zones are chosen by Azure Managed Redis itself",
  ],
  "a trust in two audiences": [
    "managedidentity:FederatedIdentityCredential",
    {
      resourceName: "workloads",
      issuer: "https://issuer",
      subject: "system:serviceaccount:a:b",
      audiences: ["a", "b"],
    },
    "audiences takes exactly one",
  ],
  "a role by its name": [
    "authorization:RoleAssignment",
    { principalId: "c2a9e1d4-6b3f-4f27-a0d8-15e7b94c3a68", scope: "a-scope", roleDefinitionId: "Reader" },
    'roleDefinitionId: "Reader" is not the ARM id of a role definition',
  ],
  "a record without time to live": [
    "dns:RecordSet",
    record({ ttl: undefined, aRecords: [{ ipv4Address: "192.0.2.1" }] }),
    "ttl is needed",
  ],
  "an address that is none": [
    "dns:RecordSet",
    record({ aRecords: [{ ipv4Address: "example.com" }] }),
    "aRecords: example.com is no IPv4 address",
  ],
  "a private zone that is somewhere": [
    "privatedns:PrivateZone",
    { privateZoneName: "x.postgres.database.azure.com", location: "swedencentral" },
    'location: "swedencentral" is not one of global',
  ],
  "a standby of a server that is restored": [
    "dbforpostgresql:Server",
    server({
      ...{
        createMode: "PointInTimeRestore",
        sourceServerResourceId: "another",
        pointInTimeUTC: "2026-11-20T08:00:00Z",
      },
      highAvailability: { mode: "ZoneRedundant" },
    }),
    "highAvailability is not made by createMode PointInTimeRestore",
  ],
  "a tag with a space on a zone": [
    "privatedns:PrivateZone",
    { privateZoneName: "x.postgres.database.azure.com", location: "global", tags: { "Cost Center": "7" } },
    'tags have "Cost Center", and Azure DNS takes no spaces and no other characters, and no digit first',
  ],
  "more tags than Azure DNS takes on a zone": [
    "dns:Zone",
    {
      zoneName: "example.com",
      location: "global",
      tags: Object.fromEntries([..."abcdefghijklmnop"].map((one) => [one, ""])),
    },
    "tags are 16, and Azure DNS takes 15",
  ],
  "a tag whose name is Microsoft's": [
    "network:VirtualNetwork",
    { addressSpace: { addressPrefixes: ["10.0.0.0/16"] }, tags: { azureOwner: "me" } },
    'tags: tag "azureOwner" begins with a word that is Microsoft\'s',
  ],
};

const scratch = (inputs: Values = {}): Values => poolInputs("a-subnet", inputs);
const version = (kubernetesVersion: string): Values => cluster({ kubernetesVersion });
const sized = (name: string): Values => server({ sku: { name, tier: "GeneralPurpose" } });
const restored = server({ sourceServerResourceId: "another" });
/** What the SDK's provider replaces by itself, and nothing else that ARM cannot change. */
const replaced: readonly Replaced[] = [
  ["containerservice:AgentPool", scratch(), scratch({ vmSize: "Standard_E16ds_v6" }), ["vmSize"]],
  ["containerservice:AgentPool", scratch(), scratch({ osDiskSizeGB: 300 }), []],
  ["containerservice:AgentPool", scratch(), scratch({ agentPoolName: "other" }), ["agentPoolName"]],
  ["containerservice:ManagedCluster", version("1.34"), version("1.35"), []],
  ["containerservice:ManagedCluster", cluster(), cluster({ dnsPrefix: "other" }), ["dnsPrefix"]],
  ["dbforpostgresql:Server", sized("Standard_D2ds_v5"), sized("Standard_D4ds_v5"), []],
  ["dbforpostgresql:Server", restored, server(), ["sourceServerResourceId"]],
];

const network = { addressSpace: { addressPrefixes: ["10.0.0.0/16"] } };
const cloud = {
  ...{ simulation, testAccount, refused, replaced },
  unknown: [
    ["network:Subnet", { virtualNetworkName: unknown, addressPrefix: unknown, natGateway: { id: unknown } }],
    ["containerservice:AgentPool", scratch({ vnetSubnetID: unknown, count: unknown, orchestratorVersion: unknown })],
    ["containerservice:ManagedCluster", cluster({ agentPoolProfiles: unknown })],
    ["dns:RecordSet", record({ aRecords: [{ ipv4Address: unknown }] })],
  ],
  named: {
    ...{ type: "network:VirtualNetwork", property: "virtualNetworkName", inputs: network, later: {} },
    name: /^Main[0-9a-f]{8}$/,
  },
} as const;

describeInputs(cloud, (account) => {
  it("never repeat a password that Azure refuses", () => {
    const found = account().failures("dbforpostgresql:Server", server({ administratorLoginPassword: "canary" }));
    assert.equal(found.length, 1);
    assert.ok(!found.join().includes("canary"), found.join());
  });

  it("get a name with eight digits, and that of the resource alone where it is unique only within another", () => {
    const nameOf = (type: string, inputs: Values, property: string) =>
      account().provider.check(urnOf(type, "main"), {}, { resourceGroupName: "group", ...inputs }).inputs[property];
    assert.equal(nameOf("network:Subnet", { virtualNetworkName: "net" }, "subnetName"), "main");
    assert.match(String(nameOf("authorization:RoleAssignment", {}, "roleAssignmentName")), /^[0-9a-f-]{36}$/);
    assert.match(String(nameOf("storage:StorageAccount", {}, "accountName")), /^main[0-9a-f]{8}$/);
  });
});
