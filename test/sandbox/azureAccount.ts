import { usualOptions, type AzureOptions } from "../../sandbox/providers/azure/kind";
import { azure as simulation } from "../../sandbox/providers/azure/simulation";
import type { Values } from "../../sandbox/providers/cloud/model";
import { cloudAccount, urnOf as urn, type TestAccount as CloudAccount } from "./cloudAccount";

export type TestAccount = CloudAccount<AzureOptions>;

export const urnOf = (type: string, name: string): string => urn(simulation, type, name);

/** What a change does in a Kubernetes cluster is another test's: there is none behind it. */
const alone = { ...simulation, effects: {} };

/** Everything is made in the group `group`, unless something else is said. */
export function testAccount(options: Partial<AzureOptions> = {}): TestAccount {
  const account = cloudAccount(alone, { ...usualOptions, speed: 1e9, ...options }, { location: "swedencentral" });
  const inGroup = (type: string, inputs: Values): Values =>
    /^(authorization|monitor):/.test(type) ? inputs : { resourceGroupName: "group", ...inputs };
  return {
    ...account,
    failures: (type, inputs) => account.failures(type, inGroup(type, inputs)),
    create: (type, inputs, name) => account.create(type, inGroup(type, inputs), name),
    update: (type, id, inputs) => account.update(type, id, inGroup(type, inputs)),
  };
}

export const makeGroup = (azure: TestAccount) =>
  azure.create("resources:ResourceGroup", { resourceGroupName: "group", location: "swedencentral" });

/** A network with a subnet for each purpose, the nodes' with a way out. */
export async function makeNetwork(azure: TestAccount) {
  await makeGroup(azure);
  const address = await azure.create("network:PublicIPAddress", {
    ...{ publicIpAddressName: "nat", sku: { name: "Standard" }, publicIPAllocationMethod: "Static" },
  });
  const nat = await azure.create("network:NatGateway", {
    ...{ natGatewayName: "nat", sku: { name: "Standard" }, publicIpAddresses: [{ id: address.id }] },
  });
  const vnet = await azure.create("network:VirtualNetwork", {
    ...{ virtualNetworkName: "net", addressSpace: { addressPrefixes: ["10.40.0.0/16"] } },
  });
  const subnet = (subnetName: string, addressPrefix: string, inputs: Values = {}) =>
    azure.create("network:Subnet", { virtualNetworkName: "net", subnetName, addressPrefix, ...inputs });
  const nodes = await subnet("nodes", "10.40.0.0/20", {
    ...{ natGateway: { id: nat.id }, serviceEndpoints: [{ service: "Microsoft.Storage" }] },
  });
  const postgres = await subnet("postgres", "10.40.16.0/24", {
    delegations: [{ name: "postgres", serviceName: "Microsoft.DBforPostgreSQL/flexibleServers" }],
  });
  const endpoints = await subnet("endpoints", "10.40.17.0/24");
  return {
    vnet: vnet.id,
    nat: nat.id,
    address: address.id,
    nodes: nodes.id,
    postgres: postgres.id,
    endpoints: endpoints.id,
  };
}

export const roleId = (guid: string): string =>
  `/subscriptions/${usualOptions.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${guid}`;
export const networkContributor = "4d97b98b-1d4f-4787-a291-c67834d212e7";

/** An identity that may put machines into a subnet. */
export async function makeIdentity(azure: TestAccount, subnet: string) {
  const identity = await azure.create("managedidentity:UserAssignedIdentity", { resourceName: "cluster" });
  await azure.create("authorization:RoleAssignment", {
    ...{ principalId: identity.principalId, principalType: "ServicePrincipal", scope: subnet },
    roleDefinitionId: roleId(networkContributor),
  });
  return identity;
}

export const pool = (vnetSubnetID: unknown, inputs: Values = {}): Values => ({
  ...{ name: "general", mode: "System", type: "VirtualMachineScaleSets", vmSize: "Standard_D8ds_v5", osType: "Linux" },
  ...{ osSKU: "AzureLinux", osDiskType: "Ephemeral", osDiskSizeGB: 128, maxPods: 110, vnetSubnetID },
  ...{ enableAutoScaling: true, minCount: 3, count: 3, maxCount: 6, availabilityZones: ["1", "2", "3"] },
  ...inputs,
});

export const clusterInputs = (identityId: string, nodes: string, inputs: Values = {}): Values => ({
  ...{
    resourceName: "main",
    dnsPrefix: "main",
    kubernetesVersion: "1.35",
    enableRBAC: true,
    disableLocalAccounts: true,
  },
  ...{ sku: { name: "Base", tier: "Standard" }, nodeResourceGroup: "main-nodes" },
  identity: { type: "UserAssigned", userAssignedIdentities: [identityId] },
  aadProfile: { managed: true, enableAzureRBAC: true, tenantID: usualOptions.tenantId },
  apiServerAccessProfile: { authorizedIPRanges: ["203.0.113.0/24"] },
  ...{ oidcIssuerProfile: { enabled: true }, securityProfile: { workloadIdentity: { enabled: true } } },
  networkProfile: {
    ...{ networkPlugin: "azure", networkPluginMode: "overlay", networkDataplane: "cilium", networkPolicy: "cilium" },
    ...{ podCidr: "10.244.0.0/16", serviceCidr: "10.0.0.0/16", dnsServiceIP: "10.0.0.10" },
    outboundType: "userAssignedNATGateway",
  },
  agentPoolProfiles: [pool(nodes)],
  ...inputs,
});

/** A network, and a cluster in it. */
export async function makeCluster(azure: TestAccount, inputs: Values = {}) {
  const network = await makeNetwork(azure);
  const identity = await makeIdentity(azure, network.nodes);
  const made = clusterInputs(identity.id, network.nodes, inputs);
  const cluster = await azure.create("containerservice:ManagedCluster", made);
  return { network, identity, inputs: made, cluster };
}

/** A pool that stands by itself. */
export const poolInputs = (nodes: string, inputs: Values = {}): Values => {
  const { name, ...rest } = pool(nodes, { mode: "User", vmSize: "Standard_E8ds_v6", osDiskSizeGB: 430 });
  void name;
  return { resourceName: "main", agentPoolName: "scratch", ...rest, ...inputs };
};
