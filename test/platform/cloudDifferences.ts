/** What one cloud has and another has not, each with its reason in the cloud. */

export const clouds = ["aws", "gcp", "azure"] as const;
export type Cloud = (typeof clouds)[number];

export interface Difference {
  readonly only: readonly Cloud[];
  readonly because: string;
}

const on = (only: readonly Cloud[], because: string): Difference => ({ only, because });
const aws = (because: string) => on(["aws"], because);
const gcp = (because: string) => on(["gcp"], because);
const azure = (because: string) => on(["azure"], because);

const noNativeEdge = "AKS' interface, as the SDK speaks it, has no switch for a Gateway of its own";
const addons = "what GKE and AKS bring are add-ons of EKS, with versions of their own";
const asksForNothing = "AKS brings a StorageClass over zones, and its autoscaler: nothing is made in the cluster";
const managed = "Cloud SQL's authority is the instance's own, and comes with it";

const platform: Readonly<Record<string, Difference>> = {
  "addonPlan.ts": aws(addons),
  "addons.ts": aws(addons),
  "autoscaler.ts": aws("EKS has no autoscaler of its own"),
  "manifests/autoscaler.ts": aws("EKS has no autoscaler of its own"),
  "balancerParts.ts": aws("EKS has no controller that makes a load balancer: the stack does, part by part"),
  "policies.ts": aws("IAM's rights are written as policies; Google and Azure have roles to choose from"),
  "nativeRules.ts": aws("an ALB's routes are resources of AWS; those of a GKE Gateway are objects in the cluster"),
  "nativeManifests.ts": gcp("a GKE Gateway is objects in the cluster; an ALB is resources of AWS"),
  "manifests/native.ts": gcp("objects of a GKE Gateway name what is outside of the cluster"),
  "nativeCertificate.ts": on(["aws", "gcp"], noNativeEdge),
  "nativeEdge.ts": on(["aws", "gcp"], noNativeEdge),
  "manifests/index.ts": on(["aws", "gcp"], asksForNothing),
  "manifests/storageClass.ts": on(["aws", "gcp"], asksForNothing),
  "apiPlan.ts": gcp("a project has to enable each service before it is used"),
  "apis.ts": gcp("a project has to enable each service before it is used"),
  "lookUpErrors.ts": gcp("a project answers nothing of a service that it has not enabled"),
  "keys.ts": gcp("a key lies in a ring, and each service's agent needs a right on it beforehand"),
  "nodeConfig.ts": gcp("GKE makes nodes with the cluster that go at once, and are described like those of a pool"),
  "storesRange.ts": gcp("Cloud SQL and Memorystore lie in Google's network, on a range that is lent to it"),
  "kubeconfig.ts": azure("the address and the authority of a cluster are in a kubeconfig that AKS answers"),
  "logs.ts": azure("nothing keeps the logs of a resource until a setting beside it says where"),
  "privateZone.ts": azure("PostgreSQL and Redis are found by zones that are linked with the network"),
  "resourceGroup.ts": azure("everything lies in a resource group"),
  "figures/regions.ts": azure("no call of the SDK says which locations have zones"),
  "figures/roles.ts": azure("built-in roles are known by ids"),
  "figures/postgresRoots.json": on(["aws", "azure"], managed),
  "figures/postgresTrust.ts": on(["aws", "azure"], managed),
};

const simulation: Readonly<Record<string, Difference>> = {
  "rules.ts": aws("AWS' SDKs hold the limits of what a value may be, and ARNs have a form of their own"),
  "enumerations.ts": on(["aws", "azure"], "Google's SDK publishes no enumerations"),
  "arm.ts": azure("the id of everything follows from names, group and subscription"),
  "errors.ts": gcp("Google reports an error in another form by service"),
  "labels.ts": gcp("labels have values of a form of their own, and three properties that hold them"),
  "regions.ts": gcp("zones of a region are looked up, and are not a, b and c everywhere"),
  "emptyParts.ts": on(["aws", "azure"], "Google's provider answers every part of a nested value: promisedParts.ts"),
  "promisedParts.ts": gcp("Google's provider answers every part of a nested value, forty of a node's configuration"),
  "cluster/balancers.ts": on(
    ["gcp", "azure"],
    "load balancers of GKE and AKS are the cluster's, and hold on to addresses by their names",
  ),
  "cluster/gatewayPolicies.ts": gcp("GKE brings definitions of its own beside those of Gateway API"),
};

const tests: Readonly<Record<string, Difference>> = {
  "component/edgeNative.test.ts": on(["aws", "gcp"], noNativeEdge),
  "component/edgeNativeEngine.test.ts": on(["aws", "gcp"], noNativeEdge),
  "nativeProgram.ts": on(["aws", "gcp"], noNativeEdge),
};

const otherTests: Readonly<Record<string, Difference>> = {
  "test/sandbox/<cloud>Listeners.test.ts": aws("an ALB's listeners and rules are resources of AWS"),
};

const indexExports: Readonly<Record<string, Difference>> = {};

const keys: Readonly<Record<string, Difference>> = {
  profile: aws("the AWS CLI keeps credentials by profiles, and the provider is told which"),
  identity: aws("EKS has two ways to give pods an identity"),
  "resourceGroup.existing": azure("everything lies in a resource group"),
  "network.nat": aws("NAT gateways of AWS are one for a zone, or one for the region; elsewhere there is one kind"),
  "network.zones": on(["aws", "gcp"], "subscriptions have zones 1, 2 and 3 wherever there are zones"),
  "network.flowLogs": on(["aws", "gcp"], "flow logs belong to Network Watcher, which a subscription has one of"),
  "cluster.channel": gcp("every GKE cluster follows a release channel"),
  "cluster.maintenance": gcp("Google upgrades by itself, and has to be told when"),
  "cluster.maintenance.days": gcp("Google upgrades by itself, and has to be told when"),
  "cluster.maintenance.startHour": gcp("Google upgrades by itself, and has to be told when"),
  "cluster.maintenance.hours": gcp("Google upgrades by itself, and has to be told when"),
  "cluster.logRetentionDays": on(["aws", "azure"], "Cloud Logging keeps logs by the project's own rules"),
  "cluster.podsCidr": azure("pods have a range outside of the network, which the rest of the company may use"),
  "cluster.servicesCidr": azure("Services have a range outside of the network, which the rest of the company may use"),
  "nodes.scratch.localSsds": gcp("most machine types take a number of SSDs that the owner chooses"),
  "nodes.scratch.osDiskGib": azure("scratch lies on the OS disk, whose size is chosen"),
  "nodes.general.osDiskGib": azure("the OS disk lies on the machine's own, whose size is chosen"),
  "objectStore.encryption": on(["aws", "gcp"], "a key of one's own takes a Key Vault that outlives the stack"),
  "postgres.encryption": on(["aws", "gcp"], "a key of one's own takes a Key Vault that outlives the stack"),
  "objectStore.redundancy": azure("an account is in one zone, in three, or in two locations"),
  "postgres.geoBackup": azure("backups lie in one location, or in its pair as well, by a switch"),
  "postgres.maxStorageGib": on(["aws", "gcp"], "a Flexible Server grows by itself up to the largest disk"),
  "postgres.restoreFrom.instance": gcp("a backup is known by its server and its number"),
  "postgres.restoreFrom.backupRun": gcp("a backup is known by its server and its number"),
};

export const differences = {
  platform,
  simulation,
  tests,
  otherTests,
  "exports of index.ts": indexExports,
  "exports of figures/index.ts": {},
  "exports of platform.ts": {},
  "exports of build.ts": {},
  "exports of adopt.ts": { idOf: aws("subnets of an owner are several, one for a zone, and are looked up by name") },
  "exports of the package": {
    RunningNodeGroup: aws("EKS calls a pool of nodes a node group, and has one for each zone"),
    RunningNodePool: on(["gcp", "azure"], "EKS calls a pool of nodes a node group, and has one for each zone"),
    AdoptedParts: gcp("a subnet for proxies is looked up for an owner's network, which load balancers inside need"),
  },
  keys,
} as const;

/** One thing under the name that each cloud has for it; here by the one of AWS. */
export const otherNames: Readonly<Record<Cloud, Readonly<Record<string, string>>>> = {
  aws: {},
  gcp: {
    project: "accountId",
    labels: "tags",
    "postgres.tier": "postgres.instanceClass",
    "postgres.regional": "postgres.multiAz",
    "redis.memoryGib": "redis.nodeType",
    "redis.replica": "redis.nodes",
  },
  azure: {
    subscriptionId: "accountId",
    location: "region",
    "postgres.sku": "postgres.instanceClass",
    "postgres.zoneRedundant": "postgres.multiAz",
    "redis.sku": "redis.nodeType",
    "redis.replica": "redis.nodes",
  },
};
