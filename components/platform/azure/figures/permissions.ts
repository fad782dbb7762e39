const crud = (type: string, ...more: readonly string[]): readonly string[] =>
  ["read", "write", "delete", ...more].map((verb) => `${type}/${verb}`);
const read = (type: string): readonly string[] => [`${type}/read`];

/**
 * Operations of the Resource Manager that making, changing and deleting a resource takes, by its module in
 * `@pulumi/azure-native`: what the identity that runs `pulumi up` has to be allowed. Look-ups are here too. An operation
 * that ends in `join/action` is asked of whoever names the resource in another one.
 */
export const permissions: Readonly<Record<string, readonly string[]>> = {
  "authorization/getClientConfig": [],
  "authorization/managementLockByScope": crud("Microsoft.Authorization/locks"),
  "authorization/roleAssignment": [
    ...crud("Microsoft.Authorization/roleAssignments"),
    ...read("Microsoft.Authorization/roleDefinitions"),
  ],
  "resources/resourceGroup": crud("Microsoft.Resources/subscriptions/resourceGroups"),
  "resources/getResourceGroup": read("Microsoft.Resources/subscriptions/resourceGroups"),

  "network/publicIPAddress": crud("Microsoft.Network/publicIPAddresses", "join/action"),
  "network/natGateway": crud("Microsoft.Network/natGateways", "join/action"),
  "network/virtualNetwork": crud("Microsoft.Network/virtualNetworks", "join/action"),
  "network/subnet": crud("Microsoft.Network/virtualNetworks/subnets", "join/action", "joinViaServiceEndpoint/action"),
  "network/networkSecurityGroup": crud("Microsoft.Network/networkSecurityGroups", "join/action"),
  "network/privateEndpoint": [
    ...crud("Microsoft.Network/privateEndpoints"),
    ...read("Microsoft.Network/networkInterfaces"),
  ],
  "network/privateDnsZoneGroup": crud("Microsoft.Network/privateEndpoints/privateDnsZoneGroups"),
  "network/getVirtualNetwork": [
    ...read("Microsoft.Network/virtualNetworks"),
    ...read("Microsoft.Network/virtualNetworks/subnets"),
  ],
  "network/getPublicIPAddress": read("Microsoft.Network/publicIPAddresses"),
  "network/getSubnet": read("Microsoft.Network/virtualNetworks/subnets"),
  "privatedns/privateZone": crud("Microsoft.Network/privateDnsZones", "join/action"),
  "privatedns/virtualNetworkLink": crud("Microsoft.Network/privateDnsZones/virtualNetworkLinks"),
  "dns/zone": crud("Microsoft.Network/dnsZones"),
  "dns/recordSet": ["A", "AAAA", "CNAME"].flatMap((kind) => crud(`Microsoft.Network/dnsZones/${kind}`)),
  "dns/getZone": read("Microsoft.Network/dnsZones"),

  "operationalinsights/workspace": [
    ...crud("Microsoft.OperationalInsights/workspaces", "sharedKeys/action"),
    ...read("Microsoft.OperationalInsights/workspaces/sharedKeys"),
  ],
  "monitor/diagnosticSetting": crud("Microsoft.Insights/diagnosticSettings"),

  "managedidentity/userAssignedIdentity": crud("Microsoft.ManagedIdentity/userAssignedIdentities", "assign/action"),
  "managedidentity/federatedIdentityCredential": crud(
    "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
  ),

  "containerservice/managedCluster": crud("Microsoft.ContainerService/managedClusters"),
  "containerservice/agentPool": crud("Microsoft.ContainerService/managedClusters/agentPools"),
  "containerservice/maintenanceConfiguration": crud(
    "Microsoft.ContainerService/managedClusters/maintenanceConfigurations",
  ),
  "containerservice/getManagedCluster": read("Microsoft.ContainerService/managedClusters"),
  "containerservice/getAgentPool": read("Microsoft.ContainerService/managedClusters/agentPools"),
  "containerservice/listManagedClusterUserCredentials": [
    "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action",
  ],

  "dbforpostgresql/server": crud("Microsoft.DBforPostgreSQL/flexibleServers"),
  "dbforpostgresql/configuration": crud("Microsoft.DBforPostgreSQL/flexibleServers/configurations").filter(
    // A parameter goes back to its default, and is never deleted.
    (action) => !action.endsWith("/delete"),
  ),

  "redisenterprise/redisEnterprise": crud(
    "Microsoft.Cache/redisEnterprise",
    "PrivateEndpointConnectionsApproval/action",
  ),
  "redisenterprise/database": crud("Microsoft.Cache/redisEnterprise/databases"),
  "redisenterprise/listDatabaseKeys": ["Microsoft.Cache/redisEnterprise/databases/listKeys/action"],

  "storage/storageAccount": crud("Microsoft.Storage/storageAccounts"),
  "storage/blobServiceProperties": ["read", "write"].map(
    (verb) => `Microsoft.Storage/storageAccounts/blobServices/${verb}`,
  ),
  "storage/blobContainer": crud("Microsoft.Storage/storageAccounts/blobServices/containers"),
};

/** Every operation once, by its provider, sorted. */
export function actionsByService(
  modules: readonly string[] = Object.keys(permissions),
): Readonly<Record<string, readonly string[]>> {
  const all = [...new Set(modules.flatMap((name) => permissions[name] ?? []))].sort();
  const services = [...new Set(all.map((action) => action.split("/")[0] ?? ""))];
  return Object.fromEntries(
    services.map((service) => [service, all.filter((action) => action.startsWith(`${service}/`))]),
  );
}
