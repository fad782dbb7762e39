import type { Durations } from "../../shared/durations";

const transcripts = "public `terraform apply` transcripts";

/**
 * Published times of what is slow, by Pulumi's type. Microsoft promises none of them; they are here so that a rehearsal
 * shows which resources have to be made side by side. A type that is not here takes a few seconds.
 */
export const durations: Durations = {
  "azure-native:containerservice:ManagedCluster": {
    createSeconds: 300,
    source: `${transcripts} of 2020 to 2026: 3 m 39 s to 8 m 24 s, most about 4 m; 11 m 45 s and 15 m 23 s for the longest`,
  },
  "azure-native:containerservice:AgentPool": {
    createSeconds: 180,
    source: "none found: taken to be a cluster's time without that of its control plane",
  },
  "azure-native:dbforpostgresql:Server": {
    createSeconds: 560,
    source: `${transcripts}: 5 m 6 s in one zone, 9 m 23 s in production`,
  },
  "azure-native:redisenterprise:RedisEnterprise": {
    createSeconds: 450,
    source: `${transcripts} of September 2026: 7 m 32 s for azurerm_managed_redis with its database`,
  },
  "azure-native:redisenterprise:Database": {
    createSeconds: 60,
    source: "none found: azurerm makes it with the cluster, whose time is the transcripts' for both together",
  },
  "azure-native:dbforpostgresql:Configuration": {
    createSeconds: 20,
    source: "none found: a change that the server takes at once, between two looks at it",
  },
  "azure-native:privatedns:PrivateZone": {
    createSeconds: 35,
    source: `${transcripts}, turbot/steampipe-plugin-azure#824: 35 s`,
  },
  "azure-native:privatedns:VirtualNetworkLink": {
    createSeconds: 35,
    source: `${transcripts}, turbot/steampipe-plugin-azure#824: more than 30 s`,
  },
  "azure-native:managedidentity:FederatedIdentityCredential": {
    createSeconds: 28,
    source: `${transcripts} of September 2026: 28 s`,
  },
  "azure-native:authorization:RoleAssignment": {
    createSeconds: 27,
    source: `${transcripts}: 25 s to 30 s`,
  },
  "azure-native:network:VirtualNetwork": {
    createSeconds: 8,
    source: `${transcripts}, turbot/steampipe-plugin-azure#824: 8 s`,
  },
  "azure-native:network:Subnet": {
    createSeconds: 6,
    source: `${transcripts}, turbot/steampipe-plugin-azure#824: 6 s`,
  },
};
