/**
 * Permissions that making, changing and deleting a resource takes, by its module in `@pulumi/gcp`: what the identity that
 * runs `pulumi up` has to be allowed. Look-ups are here too. Whatever waits for an operation has to read it.
 */

/** Create, read, change and delete, as most things of an API are. */
const all = (thing: string, ...others: readonly string[]): readonly string[] =>
  ["create", "get", "update", "delete", ...others].map((verb) => `${thing}.${verb}`);

const computeWaits = ["compute.globalOperations.get", "compute.regionOperations.get"];
const projectPolicy = ["resourcemanager.projects.getIamPolicy", "resourcemanager.projects.setIamPolicy"];
const accountPolicy = ["iam.serviceAccounts.getIamPolicy", "iam.serviceAccounts.setIamPolicy"];

export const permissions: Readonly<Record<string, readonly string[]>> = {
  // Programs ask for limits as this project's, which the credentials name as the one that the calls count for.
  provider: ["serviceusage.services.use"],
  "organizations/getProject": ["resourcemanager.projects.get"],
  "compute/getZones": ["compute.zones.list"],
  "compute/getMachineTypes": ["compute.machineTypes.list"],
  "compute/getSubnetwork": ["compute.subnetworks.get"],
  "compute/getSubnetworks": ["compute.subnetworks.list"],
  "compute/getGlobalAddress": ["compute.globalAddresses.get"],
  "container/getCluster": ["container.clusters.get"],
  "dns/getManagedZone": ["dns.managedZones.get"],
  "cloudquota/getSQuotaInfo": ["cloudquotas.quotas.get"],
  "storage/getProjectServiceAccount": ["resourcemanager.projects.get", "storage.buckets.list"],

  "projects/service": ["serviceusage.services.enable", "serviceusage.services.get", "serviceusage.services.list"],
  "projects/serviceIdentity": ["serviceusage.services.enable", "serviceusage.services.get"],
  "projects/iammember": projectPolicy,
  "projects/iamcustomRole": all("iam.roles", "list", "undelete"),

  "compute/network": [...all("compute.networks", "updatePolicy", "use"), ...computeWaits],
  "compute/subnetwork": [...all("compute.subnetworks", "use", "setPrivateIpGoogleAccess"), ...computeWaits],
  "compute/router": [...all("compute.routers", "use"), "compute.networks.updatePolicy", ...computeWaits],
  "compute/routerNat": ["compute.routers.get", "compute.routers.update", "compute.addresses.use", ...computeWaits],
  "compute/address": [
    ...all("compute.addresses", "use", "createInternal", "deleteInternal", "setLabels"),
    ...computeWaits,
  ],
  "compute/globalAddress": [
    ...all("compute.globalAddresses", "use", "createInternal", "deleteInternal", "setLabels"),
    ...computeWaits,
  ],
  "compute/firewall": [...all("compute.firewalls"), "compute.networks.updatePolicy", ...computeWaits],
  "compute/securityPolicy": [...all("compute.securityPolicies", "use"), ...computeWaits],
  "compute/regionSecurityPolicy": [...all("compute.regionSecurityPolicies"), ...computeWaits],
  "compute/sslpolicy": [...all("compute.sslPolicies", "use"), ...computeWaits],
  "compute/regionSslPolicy": [...all("compute.regionSslPolicies"), ...computeWaits],
  "servicenetworking/connection": [
    "servicenetworking.services.addPeering",
    "servicenetworking.services.get",
    "servicenetworking.operations.get",
    "compute.networks.get",
    "compute.networks.addPeering",
    "compute.networks.updatePeering",
    "compute.networks.listPeeringRoutes",
    "compute.globalAddresses.list",
  ],

  "container/cluster": [
    ...all("container.clusters", "getCredentials", "connect"),
    "container.operations.get",
    "compute.networks.use",
    "compute.subnetworks.use",
    // GKE runs nodes as their service account only for those who may use it.
    "iam.serviceAccounts.actAs",
  ],
  "container/nodePool": [
    "container.clusters.get",
    "container.clusters.update",
    "container.operations.get",
    "compute.instanceGroupManagers.get",
    "iam.serviceAccounts.actAs",
  ],

  "serviceaccount/account": all("iam.serviceAccounts"),
  "serviceaccount/iammember": accountPolicy,

  "kms/keyRing": ["cloudkms.keyRings.create", "cloudkms.keyRings.get"],
  "kms/cryptoKey": [
    "cloudkms.cryptoKeys.create",
    "cloudkms.cryptoKeys.get",
    "cloudkms.cryptoKeys.update",
    "cloudkms.cryptoKeyVersions.list",
    "cloudkms.cryptoKeyVersions.destroy",
  ],
  "kms/cryptoKeyIAMMember": ["cloudkms.cryptoKeys.getIamPolicy", "cloudkms.cryptoKeys.setIamPolicy"],

  "sql/databaseInstance": [
    ...all("cloudsql.instances", "list", "restoreBackup"),
    "cloudsql.backupRuns.create",
    // Of the server that another one begins with.
    "cloudsql.backupRuns.get",
  ],
  "sql/user": ["cloudsql.users.list", "cloudsql.users.update", "cloudsql.users.create", "cloudsql.users.delete"],
  "redis/instance": [
    ...all("redis.instances", "getAuthString", "updateAuth"),
    "redis.operations.get",
    "compute.networks.get",
  ],

  // A bucket with objects in it is emptied only by those who may ask for its caches, which it has none of.
  "storage/bucket": [
    ...all("storage.buckets"),
    "storage.objects.list",
    "storage.objects.delete",
    "storage.anywhereCaches.list",
  ],
  "storage/bucketIAMMember": ["storage.buckets.getIamPolicy", "storage.buckets.setIamPolicy"],

  "dns/managedZone": [...all("dns.managedZones"), "dns.resourceRecordSets.list", "dns.resourceRecordSets.delete"],
  "dns/recordSet": [
    ...["create", "get", "list", "update", "delete"].map((verb) => `dns.resourceRecordSets.${verb}`),
    "dns.changes.create",
    "dns.changes.get",
    "dns.managedZones.get",
  ],
  "dns/dnsManagedZoneIamMember": ["dns.managedZones.getIamPolicy", "dns.managedZones.setIamPolicy"],

  "certificatemanager/dnsAuthorization": all("certificatemanager.dnsauthorizations", "use"),
  "certificatemanager/certificate": [...all("certificatemanager.certs", "use"), "certificatemanager.operations.get"],
  "certificatemanager/certificateMap": all("certificatemanager.certmaps", "use"),
  "certificatemanager/certificateMapEntry": all("certificatemanager.certmapentries"),
};

/** Every permission once, by its service, sorted. */
export function actionsByService(
  modules: readonly string[] = Object.keys(permissions),
): Readonly<Record<string, readonly string[]>> {
  const every = [...new Set(modules.flatMap((name) => permissions[name] ?? []))].sort();
  const services = [...new Set(every.map((permission) => permission.split(".")[0] ?? ""))];
  return Object.fromEntries(
    services.map((service) => [service, every.filter((permission) => permission.startsWith(`${service}.`))]),
  );
}
