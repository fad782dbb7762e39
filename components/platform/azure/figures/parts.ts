import type { Parts } from "../../shared/parts";

/** What `AzurePlatform` makes where everything is left to it. */
export const parts: Parts = {
  network: {
    made: "virtual network with subnets for nodes, PostgreSQL and private endpoints, in a resource group",
    types: [
      "azure-native:resources:ResourceGroup",
      "azure-native:network:VirtualNetwork",
      "azure-native:network:Subnet",
    ],
    differs: "subnets span zones, and pods have a range of their own outside of the network",
  },
  "way out": {
    made: "NAT gateway with one address",
    types: ["azure-native:network:NatGateway"],
    differs: "a gateway lies in one zone of Azure's choice; the SDK knows no zone-redundant kind",
  },
  cluster: {
    made: "AKS Standard tier with Cilium, Entra and Azure RBAC, control-plane logs",
    types: [
      "azure-native:containerservice:ManagedCluster",
      "azure-native:containerservice:MaintenanceConfiguration",
      "azure-native:operationalinsights:Workspace",
    ],
    differs: "network, volumes, metrics and the autoscaler belong to AKS, and have no versions of their own",
  },
  nodes: {
    made: "one pool over three zones for each kind",
    types: ["azure-native:containerservice:ManagedCluster", "azure-native:containerservice:AgentPool"],
    differs: "`general` is the cluster's first pool, whose machine type AKS never changes",
  },
  scratch: {
    made: "ephemeral OS disk on the local NVMe disk",
    types: ["azure-native:containerservice:AgentPool"],
    differs: "AKS cannot put the kubelet on other local disks, and an OS disk takes one of them",
  },
  PostgreSQL: {
    made: "Flexible Server 16 in the network, zone-redundant from `small` up, `verify-full`",
    types: [
      "azure-native:dbforpostgresql:Server",
      "azure-native:dbforpostgresql:Configuration",
      "azure-native:authorization:ManagementLockByScope",
    ],
    differs: "it has no deletion protection of its own, so that a lock of the Resource Manager guards it",
  },
  "object store": {
    made: "storage account with one container, shared keys off",
    types: ["azure-native:storage:StorageAccount", "azure-native:storage:BlobContainer"],
  },
  Redis: {
    made: "Azure Managed Redis, one shard, over a private endpoint, a standby from `small` up",
    types: [
      "azure-native:redisenterprise:RedisEnterprise",
      "azure-native:redisenterprise:Database",
      "azure-native:network:PrivateEndpoint",
    ],
    differs: "its address comes by a private endpoint, and its port is 10000",
  },
  "pods' identity": {
    made: "managed identity, federated with the ServiceAccount",
    types: [
      "azure-native:managedidentity:UserAssignedIdentity",
      "azure-native:managedidentity:FederatedIdentityCredential",
      "azure-native:authorization:RoleAssignment",
    ],
    differs: "pods carry a label as well, by which the webhook of AKS finds them",
  },
  "DNS zone": { made: "Azure DNS zone", types: ["azure-native:dns:Zone", "azure-native:dns:RecordSet"] },
  "load balancer": {
    made: "reserved address; AKS makes the load balancer for Envoy's Service",
    types: ["azure-native:network:PublicIPAddress"],
    differs: "the controller is part of AKS, and its load balancer goes with the Service",
  },
  "native edge": {
    made: "none",
    types: [],
    differs:
      "the SDK's version of the AKS interface has no switch for its Gateway API, and nothing else is part of AKS",
  },
  "encryption keys": {
    made: "none: Microsoft's keys for disks, database and storage account",
    types: [],
    differs: "a key of one's own needs a Key Vault with purge protection, which outlives the stack by months",
  },
};
