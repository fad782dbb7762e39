import assert from "node:assert/strict";
import { unknown, type Values } from "../../sandbox/providers/cloud/model";
import { gcp as simulation } from "../../sandbox/providers/gcp/simulation";
import { describeInputs, type Refused, type Replaced } from "./cloudInputs";
import { clusterInputs, database, poolInputs, region, testAccount, urnOf } from "./gcpAccount";

const network = "projects/p/global/networks/main";
const subnet = { network, region, ipCidrRange: "10.0.0.0/22" };
const nat = {
  ...{ router: "main", region, natIpAllocateOption: "AUTO_ONLY" },
  sourceSubnetworkIpRangesToNat: "ALL_SUBNETWORKS_ALL_IP_RANGES",
};
const window = (startTime: string, endTime: string, recurrence: string): Values => ({
  maintenancePolicy: { recurringWindow: { startTime, endTime, recurrence } },
});
const cluster = (inputs: Values): Values => clusterInputs(network, "nodes", inputs);
const zone = { managedZone: "main", ttl: 60 };

const refused: Readonly<Record<string, Refused>> = {
  "an input that the SDK does not have": [
    "compute/network:Network",
    { cidr: "10.0.0.0/16" },
    "cidr: is not an input of gcp:compute/network:Network",
  ],
  "a nested input that the SDK does not have": [
    "container/nodePool:NodePool",
    poolInputs("main", { localSsds: 2 }),
    "nodeConfig.localSsds: is not an input of gcp:container/nodePool:NodePool",
  ],
  "a required input that is missing": [
    "servicenetworking/connection:Connection",
    { network, service: "servicenetworking.googleapis.com" },
    "reservedPeeringRanges: is required",
  ],
  "a name with capital letters": [
    "compute/network:Network",
    { name: "Logfire" },
    'name: "Logfire" is not at most 63 lower-case letters, digits and hyphens, beginning with a letter and not ending in a hyphen',
  ],
  "a cluster's name that is too long": [
    "container/cluster:Cluster",
    cluster({ name: "a".repeat(41) }),
    "not ending in a hyphen (at most 40 characters)",
  ],
  "a service account's name that is too short": [
    "serviceaccount/account:Account",
    { accountId: "node" },
    'accountId: "node" is not 6 to 30 lower-case letters, digits and hyphens, beginning with a letter and not ending in a hyphen',
  ],
  "a bucket with Google's name in it": [
    "storage/bucket:Bucket",
    { name: "my-google-bucket", location: "EUROPE-WEST1" },
    'name: "my-google-bucket" is not 3 to 63 lower-case letters, digits, dots, hyphens and underscores, without google in it',
  ],
  "a region that there is not": [
    "compute/router:Router",
    { network, region: "europe-west99" },
    "africa-south1, asia-east1, asia-east2, asia-northeast1, asia-northeast2, asia-northeast3, asia-south1, asia-south2, asia-southeast1, asia-southeast2, australia-southeast1, australia-southeast2, europe-central2, europe-north1, europe-north2, europe-southwest1, europe-west1, europe-west2, europe-west3, europe-west4, europe-west6, europe-west8, europe-west9, europe-west10, europe-west12, me-central1, me-central2, me-west1, northamerica-northeast1, northamerica-northeast2, northamerica-south1, southamerica-east1, southamerica-west1, us-central1, us-east1, us-east4, us-east5, us-south1, us-west1, us-west2, us-west3, us-west4",
  ],
  "a range with bits of the host": [
    "compute/subnetwork:Subnetwork",
    { ...subnet, ipCidrRange: "10.0.0.1/22" },
    'ipCidrRange: "10.0.0.1/22" is not a range: bits of the host are set',
  ],
  "ranges of one subnet that overlap": [
    "compute/subnetwork:Subnetwork",
    { ...subnet, secondaryIpRanges: [{ rangeName: "pods", ipCidrRange: "10.0.0.0/16" }] },
    "secondaryIpRanges[0].ipCidrRange 10.0.0.0/16 overlaps ipCidrRange 10.0.0.0/22",
  ],
  "dynamic ports with endpoint-independent mapping": [
    "compute/routerNat:RouterNat",
    { ...nat, enableDynamicPortAllocation: true, enableEndpointIndependentMapping: true },
    "enableEndpointIndependentMapping does not go with enableDynamicPortAllocation",
  ],
  "dynamic ports that are no power of two": [
    "compute/routerNat:RouterNat",
    { ...nat, enableDynamicPortAllocation: true, minPortsPerVm: 100, maxPortsPerVm: 4096 },
    "minPortsPerVm 100 is not a power of two from 32 to 32768, which dynamic ports need",
  ],
  "addresses of one's own that are not named": [
    "compute/routerNat:RouterNat",
    { ...nat, natIpAllocateOption: "MANUAL_ONLY" },
    "natIps is required with natIpAllocateOption MANUAL_ONLY",
  ],
  "a range for Google's stores without a length": [
    "compute/globalAddress:GlobalAddress",
    { purpose: "VPC_PEERING", addressType: "INTERNAL", network },
    "prefixLength is required with purpose VPC_PEERING",
  ],
  "a public address in a subnet": [
    "compute/address:Address",
    { region, subnetwork: "nodes" },
    "subnetwork needs addressType INTERNAL",
  ],
  "a firewall that allows and denies": [
    "compute/firewall:Firewall",
    { network, allows: [{ protocol: "tcp" }], denies: [{ protocol: "udp" }] },
    "allows or denies is needed, one of them",
  ],
  "something that is no member": [
    "projects/iAMMember:IAMMember",
    { project: "p", role: "roles/viewer", member: "sre@example.com" },
    "because nothing of Logfire is public",
  ],
  "a bucket for everybody": [
    "storage/bucketIAMMember:BucketIAMMember",
    { bucket: "b", role: "roles/storage.objectViewer", member: "allUsers" },
    "because nothing of Logfire is public",
  ],
  "a project's editor": [
    "projects/iAMMember:IAMMember",
    { project: "p", role: "roles/editor", member: "group:sre@example.com" },
    'role: "roles/editor" is not a role that is narrower than owner and editor',
  ],
  "a permission that is none": [
    "projects/iAMCustomRole:IAMCustomRole",
    { title: "a", permissions: ["dns.*"] },
    'permissions[0]: "dns.*" is not a permission such as dns.changes.create',
  ],
  "a key that is rotated every hour": [
    "kms/cryptoKey:CryptoKey",
    { keyRing: "ring", rotationPeriod: "3600s" },
    "rotationPeriod 3600s is less than a day",
  ],
  "an API that nobody reaches": [
    "container/cluster:Cluster",
    cluster({ controlPlaneEndpointsConfig: { ipEndpointsConfig: { enabled: false } } }),
    "controlPlaneEndpointsConfig leaves the API without any endpoint",
  ],
  "network policies beside Dataplane V2": [
    "container/cluster:Cluster",
    cluster({ networkPolicy: { enabled: true } }),
    "networkPolicy does not go with datapathProvider ADVANCED_DATAPATH, which enforces policies itself",
  ],
  "a cluster without first nodes": [
    "container/cluster:Cluster",
    cluster({ initialNodeCount: 0 }),
    "initialNodeCount must be at least 1, also for a default pool that is removed",
  ],
  "encryption without a key": [
    "container/cluster:Cluster",
    cluster({ databaseEncryption: { state: "ENCRYPTED" } }),
    "databaseEncryption.keyName is required with state ENCRYPTED",
  ],
  "too little time for maintenance": [
    "container/cluster:Cluster",
    cluster(window("2026-01-03T01:00:00Z", "2026-01-03T07:00:00Z", "FREQ=WEEKLY;BYDAY=SA")),
    "maintenancePolicy.recurringWindow leaves less than 48 hours of maintenance in 32 days: 6 hours, 1 times a week",
  ],
  "pieces of maintenance that are too short": [
    "container/cluster:Cluster",
    cluster(window("2026-01-03T01:00:00Z", "2026-01-03T04:00:00Z", "FREQ=DAILY")),
    "maintenancePolicy.recurringWindow is 3 hours long, and GKE wants at least 4",
  ],
  "a channel that there is not": [
    "container/cluster:Cluster",
    cluster({ releaseChannel: { channel: "FAST" } }),
    'releaseChannel.channel: "FAST" is not one of UNSPECIFIED, RAPID, REGULAR, STABLE, EXTENDED',
  ],
  "an alias as the version of nodes": [
    "container/nodePool:NodePool",
    poolInputs("main", {}, { version: "1.35" }),
    'version: "1.35" is not a whole version such as 1.35.8-gke.1036000',
  ],
  "bounds of zones beside totals": [
    "container/nodePool:NodePool",
    poolInputs("main", {}, { autoscaling: { minNodeCount: 1, totalMinNodeCount: 3, totalMaxNodeCount: 6 } }),
    "autoscaling.minNodeCount and maxNodeCount do not go with totals",
  ],
  "a number of nodes that the autoscaler would undo": [
    "container/nodePool:NodePool",
    poolInputs("main", {}, { nodeCount: 2 }),
    "nodeCount does not go with autoscaling, which would be undone by every update",
  ],
  "an update that could exchange no node": [
    "container/nodePool:NodePool",
    poolInputs("main", {}, { upgradeSettings: { maxSurge: 0, maxUnavailable: 0 } }),
    "upgradeSettings needs maxSurge or maxUnavailable above 0",
  ],
  "a tier of another database": [
    "sql/databaseInstance:DatabaseInstance",
    database(network, {}, { tier: "db-n1-standard-2" }),
    'settings.tier: "db-n1-standard-2" is not a shared-core or custom tier, which are all that PostgreSQL has: db-custom-4-16384',
  ],
  "a tier that Cloud SQL does not make": [
    "sql/databaseInstance:DatabaseInstance",
    database(network, {}, { tier: "db-custom-3-8192" }),
    'settings.tier: "db-custom-3-8192" is a tier that Cloud SQL does not make: 3 vCPUs are none of 1, 2, 4, 6, ... 96',
  ],
  "a tier of Enterprise without its edition": [
    "sql/databaseInstance:DatabaseInstance",
    database(network, {}, { edition: undefined }),
    "settings.tier db-custom-2-8192 is not one of edition ENTERPRISE_PLUS, the default from PostgreSQL 16 on being ENTERPRISE_PLUS",
  ],
  "a standby without backups": [
    "sql/databaseInstance:DatabaseInstance",
    database(network, {}, { availabilityType: "REGIONAL", backupConfiguration: { enabled: true } }),
    "settings.availabilityType REGIONAL needs backupConfiguration with enabled and pointInTimeRecoveryEnabled",
  ],
  "a flag that Cloud SQL keeps to itself": [
    "sql/databaseInstance:DatabaseInstance",
    database(network, {}, { databaseFlags: [{ name: "fsync", value: "off" }] }),
    "settings.databaseFlags: Cloud SQL does not let fsync of PostgreSQL be set",
  ],
  "a flag's value that is none": [
    "sql/databaseInstance:DatabaseInstance",
    database(network, {}, { databaseFlags: [{ name: "max_connections", value: "ten" }] }),
    "settings.databaseFlags: ten is not a value of max_connections",
  ],
  "a private network that the database is told of": [
    "sql/databaseInstance:DatabaseInstance",
    database(
      network,
      {},
      {
        ipConfiguration: { ipv4Enabled: false, privateNetwork: network, authorizedNetworks: [{ value: "10.0.0.0/8" }] },
      },
    ),
    "settings.ipConfiguration.authorizedNetworks: 10.0.0.0/8 is a private network, which is let in by itself",
  ],
  "growth below what is there": [
    "sql/databaseInstance:DatabaseInstance",
    database(network, {}, { diskSize: 100, diskAutoresizeLimit: 50 }),
    "settings.diskAutoresizeLimit 50 is below diskSize 100",
  ],
  "more days of logs than the edition has": [
    "sql/databaseInstance:DatabaseInstance",
    database(
      network,
      {},
      { backupConfiguration: { enabled: true, pointInTimeRecoveryEnabled: true, transactionLogRetentionDays: 14 } },
    ),
    "settings.backupConfiguration.transactionLogRetentionDays 14 is above 7, the most of edition ENTERPRISE",
  ],
  "a setting that Memorystore has not": [
    "redis/instance:Instance",
    { memorySizeGb: 1, redisConfigs: { maxmemory: "1gb" } },
    "redisConfigs: Memorystore does not let maxmemory be set",
  ],
  "soft delete for a day": [
    "storage/bucket:Bucket",
    { name: "logfire-test", location: "EUROPE-WEST1", softDeletePolicy: { retentionDurationSeconds: 86_400 } },
    "softDeletePolicy.retentionDurationSeconds: 86400 is not a whole number from 604800 to 7776000",
  ],
  "a zone without its final dot": [
    "dns/managedZone:ManagedZone",
    { dnsName: "example.com" },
    'dnsName: "example.com" is not a domain name in lower case with a final dot',
  ],
  "an address that is none": [
    "dns/recordSet:RecordSet",
    { ...zone, name: "a.example.com.", type: "A", rrdatas: ["example.com"] },
    "rrdatas: example.com is not a value of a record of type A",
  ],
  "a certificate for nobody": [
    "certificatemanager/certificate:Certificate",
    { managed: { domains: [] } },
    "managed.domains must not be empty",
  ],
  "a proof of every name at once": [
    "certificatemanager/dnsAuthorization:DnsAuthorization",
    { domain: "*.example.com" },
    'domain: "*.example.com" is not a domain without * and final dot',
  ],
  "a policy that says nothing of everybody else": [
    "compute/securityPolicy:SecurityPolicy",
    { rules: [{ action: "allow", priority: 1000, match: { versionedExpr: "SRC_IPS_V1" } }] },
    "rules need one of priority 2147483647 for all others",
  ],
  "a label with a capital letter": [
    "storage/bucket:Bucket",
    { name: "logfire-test", location: "EUROPE-WEST1", labels: { Team: "sre" } },
    'labels: label "Team" is not 1 to 63 lower-case letters, digits, _ and -, the first a letter',
  ],
  "a label of nodes with a dot in its value": [
    "container/nodePool:NodePool",
    poolInputs("main", { resourceLabels: { owner: "sre@example.com" } }),
    'nodeConfig.resourceLabels: label "owner" has the value "sre@example.com", which is not at most 63 lower-case letters, digits, _ and -',
  ],
};

const pool = poolInputs("main");
const ssds = (localSsdCount: number): Values =>
  poolInputs("main", { ephemeralStorageLocalSsdConfig: { localSsdCount } });
const server = database("n");
const replaced: readonly Replaced[] = [
  ["container/nodePool:NodePool", pool, poolInputs("main", { machineType: "n2-standard-8" }), []],
  ["container/nodePool:NodePool", ssds(1), ssds(2), ["nodeConfig"]],
  ["container/cluster:Cluster", cluster({}), cluster({ minMasterVersion: "1.36" }), []],
  ["container/cluster:Cluster", cluster({}), cluster({ datapathProvider: "LEGACY_DATAPATH" }), ["datapathProvider"]],
  ["sql/databaseInstance:DatabaseInstance", server, database("n", {}, { tier: "db-custom-4-16384" }), []],
  ["redis/instance:Instance", { tier: "BASIC" }, { tier: "STANDARD_HA" }, ["tier"]],
];

const unknownPool = poolInputs(unknown, { serviceAccount: unknown }, { version: unknown, nodeLocations: unknown });
const cloud = {
  ...{ simulation, testAccount, refused, replaced },
  unknown: [
    ["compute/subnetwork:Subnetwork", { network: unknown, ipCidrRange: unknown }],
    ["container/nodePool:NodePool", unknownPool],
    ["sql/databaseInstance:DatabaseInstance", database(unknown, {}, { tier: unknown, databaseFlags: unknown })],
  ],
  named: {
    ...{ type: "compute/network:Network", property: "name", inputs: {}, later: { routingMode: "GLOBAL" } },
    name: /^main-[0-9a-f]{7}$/,
  },
} as const;

describeInputs(cloud, (account) => {
  const check = (resource: string, inputs: Values) => {
    const { name: _, ...unnamed } = inputs;
    return account().provider.check(urnOf("container/nodePool:NodePool", resource), {}, unnamed);
  };

  it("get a pool's name of the resource's own, which a prefix does not go with", () => {
    const { inputs: made, failures } = check("platform-general", pool);
    assert.match(String(made.name), /^platform-general-[0-9a-f]{7}$/);
    assert.deepEqual(failures, []);
    const prefixed = check("platform-general", { ...pool, namePrefix: "general-" }).failures;
    assert.deepEqual(
      prefixed?.map(({ reason }) => reason),
      ["Cannot specify both name and name_prefix for a node_pool"],
    );
  });

  it("say of a pool's name of the resource's own that it is too long", () => {
    const { failures = [] } = check(`${"a".repeat(25)}-scratch`, pool);
    assert.match(failures.map(({ reason }) => reason).join(), /at most 40 characters/);
  });
});
