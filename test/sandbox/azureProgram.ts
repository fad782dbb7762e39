import { getClientConfigOutput } from "@pulumi/azure-native/authorization/getClientConfig";
import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment";
import { AgentPool } from "@pulumi/azure-native/containerservice/agentPool";
import { listManagedClusterUserCredentialsOutput } from "@pulumi/azure-native/containerservice/listManagedClusterUserCredentials";
import { ManagedCluster } from "@pulumi/azure-native/containerservice/managedCluster";
import { Server } from "@pulumi/azure-native/dbforpostgresql/server";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/userAssignedIdentity";
import { NatGateway } from "@pulumi/azure-native/network/natGateway";
import { PublicIPAddress } from "@pulumi/azure-native/network/publicIPAddress";
import { Subnet } from "@pulumi/azure-native/network/subnet";
import { VirtualNetwork } from "@pulumi/azure-native/network/virtualNetwork";
import { Provider as AzureProvider } from "@pulumi/azure-native/provider";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { networkContributor, roleId } from "./azureAccount";
import { canary, kubeconfigOf, makeWorkload } from "./cloudWorkload";

/** What a test varies. */
export interface AzureProgramOptions {
  readonly version?: string;
  /** Of the pool that stands by itself. */
  readonly nodes?: number;
  readonly type?: string;
  /** Leaves out what AKS needs: the right to join the subnet. */
  readonly withoutRight?: boolean;
  /** Names the versions of all pools in the cluster's request, as an upgrade does; of the first alone; or of none. */
  readonly pools?: "all" | "first";
}

const place = { resourceGroupName: "toy", location: "swedencentral" };
const clusterAdmin = "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b";

/** A network, a cluster with nodes, a server and a volume: small, and everything that depends on each other. */
export const azureProgram =
  (options: AzureProgramOptions = {}): PulumiFn =>
  async () => {
    const provider = new AzureProvider("azure", { location: "swedencentral" });
    const opts = { provider };
    const group = new ResourceGroup("toy", { ...place, tags: { stack: "test" } }, opts);
    const inside = { provider, dependsOn: [group] };
    const nodes = makeNetwork(inside);
    const cluster = makeCluster(nodes, options, inside);
    const pool = makePool(cluster, nodes, options, opts);
    makeDatabase(inside);
    makeWorkload({
      ...{ kubeconfig: kubeconfig(cluster, pool, opts), nodes: pool, nodeSelector: { toy: "true" }, cpu: "1" },
      disks: "managed-csi-premium",
    });
    return Promise.resolve({ issuer: cluster.oidcIssuerProfile.apply((each) => each?.issuerURL), tags: group.tags });
  };

function makeNetwork(opts: pulumi.CustomResourceOptions): Subnet {
  const standard = { name: "Standard" };
  const address = new PublicIPAddress(
    "nat",
    { ...place, publicIpAddressName: "nat", sku: standard, publicIPAllocationMethod: "Static" },
    opts,
  );
  const nat = new NatGateway(
    "nat",
    { ...place, natGatewayName: "nat", sku: standard, publicIpAddresses: [{ id: address.id }] },
    opts,
  );
  const network = new VirtualNetwork(
    "net",
    { ...place, virtualNetworkName: "net", addressSpace: { addressPrefixes: ["10.40.0.0/16"] } },
    { ...opts, ignoreChanges: ["subnets"] },
  );
  return new Subnet(
    "nodes",
    {
      ...{ resourceGroupName: "toy", virtualNetworkName: network.name, subnetName: "nodes" },
      ...{ addressPrefix: "10.40.0.0/20", natGateway: { id: nat.id } },
    },
    opts,
  );
}

const poolOf = (nodes: Subnet, vmSize: string, count: number) => ({
  ...{ type: "VirtualMachineScaleSets", vmSize, osType: "Linux", osSKU: "AzureLinux", maxPods: 110 },
  ...{ osDiskType: "Ephemeral", osDiskSizeGB: 128, vnetSubnetID: nodes.id, availabilityZones: ["1", "2", "3"] },
  ...{ enableAutoScaling: true, minCount: count, count, maxCount: count + 3 },
});

const system = (nodes: Subnet) => ({
  ...poolOf(nodes, "Standard_D4ds_v5", 3),
  ...{ name: "system", mode: "System", nodeLabels: { "logfire.dev/pool": "general" } },
});

/** What stands by itself. Another machine is another pool, which is there before the old one goes. */
const toys = (nodes: Subnet, { nodes: count = 3, type = "Standard_D4ds_v5" }: AzureProgramOptions) => ({
  ...poolOf(nodes, type, count),
  ...{ mode: "User", nodeLabels: { toy: "true" }, nodeTaints: ["toy=true:NoSchedule"] },
});

const poolName = ({ type = "Standard_D4ds_v5" }: AzureProgramOptions): string =>
  `toy${type.replaceAll(/[^a-z0-9]/g, "").slice(-8)}`;

function makeCluster(nodes: Subnet, options: AzureProgramOptions, opts: pulumi.CustomResourceOptions): ManagedCluster {
  const { version = "1.34", withoutRight = false, pools } = options;
  const identity = new UserAssignedIdentity("cluster", { ...place, resourceName: "cluster" }, opts);
  const right = withoutRight
    ? []
    : [
        new RoleAssignment(
          "cluster",
          {
            ...{ principalId: identity.principalId, principalType: "ServicePrincipal", scope: nodes.id },
            roleDefinitionId: roleId(networkContributor),
          },
          opts,
        ),
      ];
  const named = { orchestratorVersion: version };
  const first = pools === undefined ? system(nodes) : { ...system(nodes), ...named };
  const toy = { ...toys(nodes, options), ...named, name: poolName(options) };
  const cluster = new ManagedCluster(
    "toy",
    {
      ...{ ...place, resourceName: "toy", dnsPrefix: "toy", kubernetesVersion: version, disableLocalAccounts: true },
      ...{ sku: { name: "Base", tier: "Standard" }, aadProfile: { managed: true, enableAzureRBAC: true } },
      identity: { type: "UserAssigned", userAssignedIdentities: [identity.id] },
      oidcIssuerProfile: { enabled: true },
      networkProfile: {
        ...{ networkPlugin: "azure", networkPluginMode: "overlay", networkDataplane: "cilium" },
        ...{ networkPolicy: "cilium", podCidr: "10.244.0.0/16", serviceCidr: "172.20.0.0/16" },
        ...{ dnsServiceIP: "172.20.0.10", outboundType: "userAssignedNATGateway" },
      },
      agentPoolProfiles: pools === "all" ? [first, toy] : [first],
    },
    { ...opts, dependsOn: [nodes, ...right] },
  );
  new RoleAssignment(
    "maker",
    {
      ...{ principalId: getClientConfigOutput(opts).objectId, principalType: "ServicePrincipal", scope: cluster.id },
      roleDefinitionId: roleId(clusterAdmin),
    },
    opts,
  );
  return cluster;
}

const makePool = (
  cluster: ManagedCluster,
  nodes: Subnet,
  options: AzureProgramOptions,
  opts: pulumi.CustomResourceOptions,
): AgentPool =>
  new AgentPool(
    "toy",
    {
      ...{ resourceGroupName: "toy", resourceName: cluster.name, agentPoolName: poolName(options) },
      ...{ ...toys(nodes, options), orchestratorVersion: options.version ?? "1.34" },
    },
    opts,
  );

function makeDatabase(opts: pulumi.CustomResourceOptions): void {
  new Server(
    "db",
    {
      ...{ ...place, serverName: "toy-db", version: "16", sku: { name: "Standard_D2ds_v5", tier: "GeneralPurpose" } },
      ...{ administratorLogin: "owner", administratorLoginPassword: pulumi.secret(canary) },
      storage: { storageSizeGB: 32 },
    },
    opts,
  );
}

/** Address and authority of the cluster are in a kubeconfig that AKS answers when its nodes are there. */
function kubeconfig(cluster: ManagedCluster, pool: AgentPool, opts: pulumi.InvokeOutputOptions): pulumi.Output<string> {
  const answer = listManagedClusterUserCredentialsOutput(
    { resourceGroupName: "toy", resourceName: cluster.name },
    { ...opts, dependsOn: [pool] },
  );
  const args = ["get-token", "--login", "azurecli", "--server-id", "6dae42f8-4368-4678-94ff-3960e28e3630"];
  return kubeconfigOf(
    { command: "kubelogin", args },
    answer.apply(({ kubeconfigs }) => {
      const text = Buffer.from(kubeconfigs[0]?.value ?? "", "base64").toString();
      const { clusters } = JSON.parse(text) as { readonly clusters: readonly { readonly cluster: object }[] };
      return clusters[0]?.cluster ?? {};
    }),
  );
}
