import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment";
import { listManagedClusterUserCredentialsOutput } from "@pulumi/azure-native/containerservice/listManagedClusterUserCredentials";
import { MaintenanceConfiguration } from "@pulumi/azure-native/containerservice/maintenanceConfiguration";
import { ManagedCluster, type ManagedClusterArgs } from "@pulumi/azure-native/containerservice/managedCluster";
import type { Workspace } from "@pulumi/azure-native/operationalinsights/workspace";
import * as pulumi from "@pulumi/pulumi";
import type { AzureCluster } from "../../settings/azure/types";
import type { AzureContext } from "./context";
import { dnsServiceAddress } from "./figures/networkPlan";
import { roleDefinitionId } from "./figures/roles";
import { createIdentity, grant } from "./identity";
import { apiIn } from "./kubeconfig";
import { sendLogs } from "./logs";
import { limits } from "./names";
import type { Network } from "./network";
import { agrees, firstPool } from "./nodes";

export interface Cluster {
  readonly name: string;
  readonly resourceGroupName: pulumi.Input<string>;
  /** `1.35`; nodes follow it. */
  readonly version: string;
  /** Of service account tokens. */
  readonly issuer: pulumi.Input<string>;
  /** Of the identity that makes load balancers; unknown of an owner's whose program does not say it. */
  readonly principalId?: pulumi.Input<string>;
  /** Of pods that have addresses of their own, outside of the virtual network. */
  readonly podsCidr?: string;
  /** With `https://`. */
  readonly endpoint: pulumi.Input<string>;
  /** PEM in base64. */
  readonly certificateAuthority: pulumi.Input<string>;
  /** The control plane with its first nodes; of the owner's, what his program says. */
  readonly made: readonly pulumi.Resource[];
  /** Rights of whoever administers it. Objects in the cluster come after them, and go before. */
  readonly access: readonly pulumi.Resource[];
}

/** `first` are parts that have to be there before a cluster that is made, and may go only after it. */
export function createCluster(
  context: AzureContext,
  network: Network,
  logs: Workspace,
  first: readonly pulumi.Resource[],
): Cluster {
  const { settings, facts, adopt } = context;
  if (settings.cluster.kind === "create") return makeCluster(context, settings.cluster, { network, logs, first });
  if (facts.cluster === undefined) throw new Error("the cluster was not looked up");
  const ready = adopt.cluster?.ready ?? [];
  const { name, resourceGroup: resourceGroupName } = facts.cluster;
  return {
    ...facts.cluster,
    ...{ resourceGroupName, made: ready, access: ready },
    ...askForApi(context, { resourceGroupName, resourceName: name }, ready),
  };
}

interface Around {
  readonly network: Network;
  readonly logs: Workspace;
  readonly first: readonly pulumi.Resource[];
}

function makeCluster(context: AzureContext, settings: AzureCluster, { network, logs, first }: Around): Cluster {
  const { name, names, clusterName, group, place, facts, guarded } = context;
  const identity = createIdentity(context, "cluster");
  // Before the cluster, which would not join a subnet without it; and no wider than the nodes' own. The zone of a private
  // API is linked with the whole network, which takes the right to join that.
  const joins = grant(context, "cluster-subnet", identity.principalId, {
    role: "networkContributor",
    scope: settings.apiAccess.length === 0 ? network.id : network.nodesSubnetId,
  });
  const told = {
    tags: place.tags,
    kubernetesVersion: settings.version,
    sku: { name: "Base", tier: "Standard" },
    supportPlan: "KubernetesOfficial",
    ...entrance(settings, facts.tenantId, network),
    ...pods(settings, network),
    oidcIssuerProfile: { enabled: true },
    securityProfile: { workloadIdentity: { enabled: true }, imageCleaner: { enabled: true, intervalHours: 168 } },
    autoUpgradeProfile: { upgradeChannel: "patch", nodeOSUpgradeChannel: "NodeImage" },
    autoScalerProfile: {
      balanceSimilarNodeGroups: "true",
      expander: "least-waste",
      // Scratch is lost with a node on purpose; the pods that hold it may be moved.
      skipNodesWithLocalStorage: "false",
    },
  };
  const pool = firstPool(context, settings, network);
  const early = makerOfGroup(context);
  const cluster = new ManagedCluster(
    `${name}-cluster`,
    {
      ...place,
      resourceName: clusterName,
      nodeResourceGroup: names.of(limits.nodeResourceGroup, "nodes"),
      dnsPrefix: names.of(limits.dnsPrefix),
      identity: { type: "UserAssigned", userAssignedIdentities: [identity.id] },
      ...told,
      agentPoolProfiles: [...pool.profiles],
    },
    {
      ...guarded,
      dependsOn: [joins, ...early, ...network.wayOut, ...first],
      // With any other change AKS takes what it is told of the pool, the number of its nodes included.
      ignoreChanges: pool.asBefore && agrees(told, facts.running) ? ["agentPoolProfiles"] : [],
      // An upgrade goes through the control plane and then through every node, drained one after the other.
      customTimeouts: { create: "60m", update: "4h", delete: "60m" },
    },
  );
  createMaintenanceWindows(context, cluster);
  sendLogs(context, "cluster", cluster.id, logs);
  return {
    name: clusterName,
    resourceGroupName: group.resourceGroupName,
    version: settings.version,
    issuer: cluster.oidcIssuerProfile.apply((profile) => profile?.issuerURL ?? ""),
    principalId: identity.principalId,
    podsCidr: settings.podsCidr,
    ...askForApi(context, { ...group, resourceName: cluster.name }, []),
    made: [cluster],
    access: [...early, ...createAdministrators(context, settings, cluster)],
  };
}

type Properties = Partial<ManagedClusterArgs>;

/** Who gets in, and from where: people of Entra by roles of Azure, never by a certificate that nobody can take back. */
const entrance = ({ apiAccess }: AzureCluster, tenantID: string, { natAddress }: Network): Properties => ({
  enableRBAC: true,
  disableLocalAccounts: true,
  aadProfile: { managed: true, enableAzureRBAC: true, tenantID },
  apiServerAccessProfile:
    apiAccess.length === 0
      ? { enablePrivateCluster: true, privateDNSZone: "system", enablePrivateClusterPublicFQDN: false }
      : {
          // Nodes come from the NAT gateway's address, which AKS does not know to be theirs.
          authorizedIPRanges: [
            ...apiAccess,
            ...(natAddress === undefined ? [] : [pulumi.interpolate`${natAddress}/32`]),
          ],
        },
});

/** Pods' addresses are their own, outside of the virtual network; Cilium carries and polices their packets. */
const pods = ({ podsCidr, servicesCidr }: AzureCluster, { leavesBy }: Network): Properties => ({
  networkProfile: {
    networkPlugin: "azure",
    networkPluginMode: "overlay",
    networkDataplane: "cilium",
    networkPolicy: "cilium",
    podCidr: podsCidr,
    serviceCidr: servicesCidr,
    dnsServiceIP: dnsServiceAddress(servicesCidr),
    outboundType: leavesBy === "natGateway" ? "userAssignedNATGateway" : "userDefinedRouting",
    loadBalancerSku: "standard",
  },
});

/** Sunday night of the clock of UTC: patches of Kubernetes, then images of nodes. Hours that AKS may take. */
const windows = [
  { part: "upgrades", configName: "aksManagedAutoUpgradeSchedule", startTime: "01:00", durationHours: 4 },
  { part: "node-images", configName: "aksManagedNodeOSUpgradeSchedule", startTime: "05:00", durationHours: 4 },
] as const;

function createMaintenanceWindows({ name, group, child }: AzureContext, cluster: ManagedCluster): void {
  for (const { part, configName, startTime, durationHours } of windows)
    new MaintenanceConfiguration(
      `${name}-${part}`,
      {
        ...group,
        resourceName: cluster.name,
        configName,
        maintenanceWindow: {
          schedule: { weekly: { intervalWeeks: 1, dayOfWeek: "Sunday" } },
          ...{ startTime, durationHours, utcOffset: "+00:00" },
        },
      },
      child,
    );
}

/** Of somebody who may be a user, a group or a service: Azure finds out. The SDK says `User` where nothing stands. */
const unsaid = pulumi.output<string | undefined>(undefined);

const administrator = (
  { name, facts, child }: AzureContext,
  part: string,
  principalId: string,
  scope: pulumi.Input<string>,
  ignoreChanges: string[] = [],
): RoleAssignment =>
  new RoleAssignment(
    `${name}-${part}`,
    {
      principalId,
      principalType: unsaid,
      roleDefinitionId: roleDefinitionId(facts.subscriptionId, "clusterAdmin"),
      scope,
    },
    { ...child, ignoreChanges },
  );

/** Stays with whoever it was: the next one to deploy may be somebody else, whom the settings have to name. */
const maker = (context: AzureContext, scope: pulumi.Input<string>): RoleAssignment =>
  administrator(context, "maker", context.facts.caller, scope, ["principalId"]);

/**
 * AKS knows of a right up to five minutes after it is given, and until then refuses the first object for good. A group that
 * the stack makes holds no other cluster: there the right is on the group and comes before the cluster, whose own minutes
 * cover the delay. In an owner's group it is on the cluster alone, and the minutes of the scratch nodes have to do.
 */
const makerOfGroup = (context: AzureContext): readonly RoleAssignment[] =>
  context.settings.resourceGroup.kind === "create" ? [maker(context, context.groupId)] : [];

/** Whom the settings name, and whoever makes the cluster where he has no right on its group. */
const createAdministrators = (
  context: AzureContext,
  { administrators }: AzureCluster,
  cluster: ManagedCluster,
): readonly RoleAssignment[] => [
  ...(context.settings.resourceGroup.kind === "create" ? [] : [maker(context, cluster.id)]),
  ...administrators.map((principalId) =>
    administrator(context, `administrator-${principalId}`, principalId, cluster.id),
  ),
];

interface Place {
  readonly resourceGroupName: pulumi.Input<string>;
  readonly resourceName: pulumi.Input<string>;
}

/** Of a cluster that may not be there yet. */
const askForApi = (
  { child }: AzureContext,
  place: Place,
  after: readonly pulumi.Resource[],
): Pick<Cluster, "endpoint" | "certificateAuthority"> => {
  const api = listManagedClusterUserCredentialsOutput(place, { ...child, dependsOn: [...after] }).apply(
    ({ kubeconfigs }) => apiIn(kubeconfigs[0]?.value ?? ""),
  );
  return { endpoint: api.endpoint, certificateAuthority: api.certificateAuthority };
};
