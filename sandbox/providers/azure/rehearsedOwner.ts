import type { OwnerPart, SettingValues } from "../../rehearsal/cloud";
import type { Values } from "../cloud/model";
import { Owner } from "../cloud/owner";
import type { Place } from "../cloud/simulation";
import { usualOptions } from "./kind";
import { builtInRoles } from "./services/identity";

const group = "owner";

/** Everything of the owner's lies in a group of its own, and so does what the stack makes: in another of the owner's. */
export class AzureOwner extends Owner {
  private readonly location: string;
  private nodesSubnetId = "";

  constructor(place: Place) {
    super(place);
    this.location = place.view().region;
  }

  async settingsOf(part: OwnerPart, hostname: string): Promise<Readonly<Record<string, SettingValues>>> {
    await this.groups();
    switch (part) {
      case "network":
        return { resourceGroup: { existing: { name: "owner-logfire" } }, network: { existing: await this.network() } };
      case "cluster":
        return { cluster: { existing: await this.cluster() } };
      case "zone":
        return { dns: { existing: await this.zone(hostname) } };
      case "bucket":
        return { objectStore: { existing: await this.container() } };
      case "postgres":
        return { postgres: { existing: { host: "db.owner.example.com", adminUser: "owner" } } };
      case "redis":
        return { redis: { existing: { port: 6379 } } };
    }
  }

  private async groups(): Promise<void> {
    if (this.place.view().of("resources:ResourceGroup").length > 0) return;
    for (const resourceGroupName of [group, "owner-logfire"])
      await this.make("resources:ResourceGroup", { resourceGroupName, location: this.location });
  }

  private inGroup(type: string, inputs: Values): Promise<Values & { readonly id: string }> {
    return this.make(type, { resourceGroupName: group, ...inputs });
  }

  private async network() {
    const address = await this.inGroup("network:PublicIPAddress", {
      ...{ publicIpAddressName: "owner", sku: { name: "Standard" }, publicIPAllocationMethod: "Static" },
    });
    const nat = await this.inGroup("network:NatGateway", {
      ...{ natGatewayName: "owner", sku: { name: "Standard" }, publicIpAddresses: [{ id: address.id }] },
    });
    await this.inGroup("network:VirtualNetwork", {
      ...{ virtualNetworkName: "owner", addressSpace: { addressPrefixes: ["10.70.0.0/16"] } },
    });
    const subnet = (subnetName: string, addressPrefix: string, inputs: Values) =>
      this.inGroup("network:Subnet", { virtualNetworkName: "owner", subnetName, addressPrefix, ...inputs });
    const serviceEndpoints = [{ service: "Microsoft.Storage" }];
    const nodes = await subnet("nodes", "10.70.0.0/20", { natGateway: { id: nat.id }, serviceEndpoints });
    const delegations = [{ name: "postgres", serviceName: "Microsoft.DBforPostgreSQL/flexibleServers" }];
    await subnet("postgres", "10.70.16.0/24", { delegations });
    await subnet("endpoints", "10.70.17.0/24", {});
    this.nodesSubnetId = nodes.id;
    return {
      ...{ name: "owner", resourceGroup: group },
      ...{ nodesSubnet: "nodes", postgresSubnet: "postgres", endpointsSubnet: "endpoints" },
    };
  }

  /** With a pool of the owner's, and a role that lets whoever deploys in. */
  private async cluster() {
    const identity = await this.inGroup("managedidentity:UserAssignedIdentity", { resourceName: "owner" });
    await this.assign(identity.principalId, "Network Contributor", this.nodesSubnetId);
    const { id } = await this.inGroup("containerservice:ManagedCluster", {
      ...{ resourceName: "owner", dnsPrefix: "owner", kubernetesVersion: "1.35", disableLocalAccounts: true },
      ...{ sku: { name: "Base", tier: "Standard" }, aadProfile: { managed: true, enableAzureRBAC: true } },
      identity: { type: "UserAssigned", userAssignedIdentities: [identity.id] },
      ...{ oidcIssuerProfile: { enabled: true }, securityProfile: { workloadIdentity: { enabled: true } } },
      networkProfile: {
        ...{
          networkPlugin: "azure",
          networkPluginMode: "overlay",
          networkDataplane: "cilium",
          networkPolicy: "cilium",
        },
        ...{ podCidr: "10.244.0.0/16", serviceCidr: "172.20.0.0/16", dnsServiceIP: "172.20.0.10" },
        outboundType: "userAssignedNATGateway",
      },
      agentPoolProfiles: [
        {
          ...{ name: "system", mode: "System", vmSize: "Standard_D4ds_v5", osType: "Linux", count: 3 },
          ...{ osDiskType: "Ephemeral", osDiskSizeGB: 128, vnetSubnetID: this.nodesSubnetId },
          availabilityZones: ["1", "2", "3"],
        },
      ],
    });
    const { objectId } = usualOptions.caller;
    await this.assign(objectId, "Azure Kubernetes Service RBAC Cluster Admin", id);
    return { name: "owner", resourceGroup: group };
  }

  private assign(principalId: unknown, role: string, scope: string) {
    const guid = Object.entries(builtInRoles).find(([, name]) => name === role)?.[0] ?? "";
    return this.make("authorization:RoleAssignment", {
      ...{ principalId, principalType: "ServicePrincipal", scope },
      roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${guid}`,
    });
  }

  /** The zone above the hostname. */
  private async zone(hostname: string) {
    const name = hostname.split(".").slice(-2).join(".");
    await this.inGroup("dns:Zone", { zoneName: name, location: "global", zoneType: "Public" });
    return { name, resourceGroup: group };
  }

  private async container() {
    await this.inGroup("storage:StorageAccount", {
      ...{ accountName: "ownertelemetry", kind: "StorageV2", sku: { name: "Standard_ZRS" } },
      ...{ allowSharedKeyAccess: false, allowBlobPublicAccess: false, minimumTlsVersion: "TLS1_2" },
    });
    await this.inGroup("storage:BlobContainer", { accountName: "ownertelemetry", containerName: "logfire" });
    return { account: "ownertelemetry", resourceGroup: group, container: "logfire" };
  }
}
