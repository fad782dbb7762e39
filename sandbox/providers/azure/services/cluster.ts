import { differ } from "../../cloud/compare";
import { digest, letters, uuid } from "../../cloud/ids";
import {
  CloudError,
  isUnknown,
  list,
  record,
  text,
  texts,
  type Companion,
  type Entity,
  type Values,
} from "../../cloud/model";
import { cidr, matches, oneOf, overlap, parseCidr, whole } from "../../cloud/rules";
import { armId, armKinds, busy, byId, groupId, partOfId, sameId, type ArmSpec } from "../arm";
import { valueOf } from "../enumerations";
import type { AzureView, Made, Reference } from "../kind";
import { admitPool, poolAnswer, poolFaults, poolRules, poolsOf, poolToken } from "./agentPools";
import { hasRole, identityAnswer, identityOf } from "./identity";
import { minor, patchOf, refuseStep, refuseVersion } from "./kubernetesVersions";
import { rangesOfSubnet, subnetReference, subnetsOf } from "./network";

export const clusterToken = "containerservice:ManagedCluster";

const identity: Reference = {
  to: "managedidentity:UserAssignedIdentity",
  ...{ missing: "ResourceNotFound", holds: "ManagedIdentityIsInUse" },
};
const yesOrNo = oneOf("true", "false");

const managedCluster: ArmSpec = {
  named: {
    ...{ max: 63, pattern: /^[A-Za-z0-9]([\w-]*[A-Za-z0-9])?$/ },
    words: "letters, digits and _ -, a letter or digit at both ends",
  },
  rules: {
    "sku.name": valueOf("containerservice", "ManagedClusterSKUName"),
    "sku.tier": valueOf("containerservice", "ManagedClusterSKUTier"),
    supportPlan: valueOf("containerservice", "KubernetesSupportPlan"),
    dnsPrefix: matches(/^[A-Za-z0-9]([A-Za-z0-9-]{0,52}[A-Za-z0-9])?$/, "at most 54 letters, digits and hyphens"),
    nodeResourceGroup: matches(/^[-\w.()]{1,79}[-\w()]$/, "at most 80 characters of a resource group's name"),
    kubernetesVersion: matches(/^1\.\d{2}(\.\d+)?$/, "a Kubernetes version such as 1.35"),
    "identity.type": oneOf("SystemAssigned", "UserAssigned", "None"),
    "apiServerAccessProfile.authorizedIPRanges[]": cidr(),
    "networkProfile.networkPlugin": valueOf("containerservice", "NetworkPlugin"),
    "networkProfile.networkPluginMode": valueOf("containerservice", "NetworkPluginMode"),
    "networkProfile.networkDataplane": valueOf("containerservice", "NetworkDataplane"),
    "networkProfile.networkPolicy": valueOf("containerservice", "NetworkPolicy"),
    "networkProfile.outboundType": valueOf("containerservice", "OutboundType"),
    "networkProfile.loadBalancerSku": valueOf("containerservice", "LoadBalancerSku"),
    "networkProfile.podCidr": cidr(9, 24),
    "networkProfile.serviceCidr": cidr(12, 28),
    "autoUpgradeProfile.upgradeChannel": valueOf("containerservice", "UpgradeChannel"),
    "autoUpgradeProfile.nodeOSUpgradeChannel": valueOf("containerservice", "NodeOSUpgradeChannel"),
    "autoScalerProfile.expander": valueOf("containerservice", "Expander"),
    "autoScalerProfile.balanceSimilarNodeGroups": yesOrNo,
    "autoScalerProfile.skipNodesWithLocalStorage": yesOrNo,
    "autoScalerProfile.skipNodesWithSystemPods": yesOrNo,
    "securityProfile.imageCleaner.intervalHours": whole(24, 2160),
    "agentPoolProfiles[].name": matches(/^[a-z][a-z0-9]{0,11}$/, "at most 12 lower-case letters and digits"),
    ...poolRules("agentPoolProfiles[]."),
  },
  references: {
    "identity.userAssignedIdentities[]": identity,
    "agentPoolProfiles[].vnetSubnetID": subnetReference,
  },
  stays: true,
  // https://github.com/pulumi/pulumi-azure-native provider/pkg/gen/replacement.go
  replaces: [
    ...["diskEncryptionSetID", "dnsPrefix", "fqdnSubdomain", "linuxProfile", "nodeResourceGroup", "windowsProfile"],
    ...["serviceCidr", "dnsServiceIP", "networkPlugin", "networkPluginMode", "podCidr", "networkDataplane"].map(
      (name) => `networkProfile.${name}`,
    ),
    ...["networkProfile.networkPolicy", "networkProfile.outboundType"],
  ],
  check: clusterFaults,
  admit: admitCluster,
  seconds: clusterSeconds,
  outputs: clusterAnswer,
  makes: madeAlong,
  stateful: true,
};

function clusterFaults(inputs: Values): readonly string[] {
  const pools = list(inputs.agentPoolProfiles).map(record);
  const names = pools.map(({ name }) => text(name));
  const { managed, enableAzureRBAC } = record(inputs.aadProfile);
  const access = record(inputs.apiServerAccessProfile);
  const { networkPlugin, networkPluginMode, networkDataplane, networkPolicy } = record(inputs.networkProfile);
  const cilium = networkDataplane === "cilium";
  return [
    ...(isUnknown(inputs.agentPoolProfiles) || pools.some(({ mode }) => mode === "System")
      ? []
      : ["agentPoolProfiles need at least one pool of mode System"]),
    ...(new Set(names).size < names.length ? ["agentPoolProfiles have two of a name"] : []),
    ...pools.flatMap((pool, at) => poolFaults(pool, `agentPoolProfiles[${at}].`)),
    ...(inputs.disableLocalAccounts === true && managed !== true
      ? ["disableLocalAccounts needs aadProfile.managed: nobody could enter the cluster"]
      : []),
    ...(enableAzureRBAC === true && managed !== true ? ["aadProfile.enableAzureRBAC needs managed"] : []),
    ...(access.enablePrivateCluster === true && list(access.authorizedIPRanges).length > 0
      ? ["apiServerAccessProfile.authorizedIPRanges do not go with a private cluster"]
      : []),
    ...(access.enablePrivateCluster !== true && access.privateDNSZone !== undefined
      ? ["apiServerAccessProfile.privateDNSZone needs enablePrivateCluster"]
      : []),
    ...(cilium && networkPlugin !== "azure"
      ? ["networkProfile.networkDataplane cilium needs networkPlugin azure"]
      : []),
    ...(cilium && networkPolicy !== undefined && networkPolicy !== "cilium" && networkPolicy !== "none"
      ? ["networkProfile.networkPolicy has to be cilium with networkDataplane cilium"]
      : []),
    ...(networkPolicy === "cilium" && !cilium
      ? ["networkProfile.networkPolicy cilium needs networkDataplane cilium"]
      : []),
    ...(networkPluginMode === "overlay" && networkPlugin !== "azure"
      ? ["networkProfile.networkPluginMode overlay needs networkPlugin azure"]
      : []),
    ...(record(record(inputs.securityProfile).workloadIdentity).enabled === true &&
    record(inputs.oidcIssuerProfile).enabled !== true
      ? ["securityProfile.workloadIdentity needs oidcIssuerProfile.enabled"]
      : []),
    ...(record(inputs.identity).type === "UserAssigned" && record(inputs.identity).userAssignedIdentities === undefined
      ? ["identity.userAssignedIdentities is needed with type UserAssigned"]
      : []),
  ];
}

function admitCluster(inputs: Values, view: AzureView, before?: Entity): void {
  const wanted = text(inputs.kubernetesVersion) || "1.34";
  refuseVersion(wanted);
  if (before === undefined) {
    const group = text(inputs.nodeResourceGroup);
    if (group !== "" && view.of("resources:ResourceGroup").some(({ id }) => sameId(id, groupId(view, group))))
      throw new CloudError("NodeResourceGroupAlreadyExists", `The node resource group ${group} is there already.`);
  } else refuseChange(inputs, wanted, view, before);
  refuseRanges(inputs, view);
  for (const pool of list(inputs.agentPoolProfiles).map(record)) {
    const own = before === undefined ? undefined : poolsOf(view, before.id).find(({ outs }) => outs.name === pool.name);
    admitPool(pool, { version: wanted, networkProfile: inputs.networkProfile }, view, own);
    refuseWayOut(inputs, pool, view);
    refuseRights(inputs, pool, view);
  }
}

function refuseChange(inputs: Values, wanted: string, view: AzureView, before: Entity): void {
  const pools = poolsOf(view, before.id);
  const working = busy([before, ...pools], view);
  if (working !== undefined)
    throw new CloudError(
      "OperationNotAllowed",
      `Operation is not allowed: Another operation (${working.id}) is in progress, please wait for it to finish.`,
    );
  const from = text(before.outs.currentKubernetesVersion);
  refuseStep(from, wanted);
  const listed = list(inputs.agentPoolProfiles).map(record);
  const added = listed.find(({ name }) => !pools.some(({ outs }) => outs.name === name));
  if (added !== undefined)
    throw new CloudError(
      "BadRequest",
      "A new agent pool was introduced. Adding agent pools to an existing cluster is not allowed through managed cluster " +
        `operations. For agent pool specific change, please use per agent pool operations. (${text(added.name)})`,
    );
  refusePoolVersions(listed, pools, wanted);
}

/** Through the cluster, the version of all of its pools is named or of none. One that is not listed counts as not named. */
function refusePoolVersions(listed: readonly Values[], pools: readonly Entity[], wanted: string): void {
  const named = listed.filter(({ orchestratorVersion }) => orchestratorVersion !== undefined);
  const fits = named.every(({ name, orchestratorVersion }) => {
    const current = pools.find(({ outs }) => outs.name === name)?.outs.currentOrchestratorVersion;
    return [patchOf(wanted), text(current)].includes(patchOf(text(orchestratorVersion)));
  });
  if (named.length === 0 || (named.length === pools.length && fits)) return;
  throw new CloudError(
    "NotAllAgentPoolOrchestratorVersionSpecifiedAndUnchanged",
    "Using managed cluster api, all Agent pools' OrchestratorVersion must be all specified or all unspecified. If all " +
      "specified, they must be stay unchanged or the same with control plane. For agent pool specific change, please use " +
      "per agent pool operations: https://aka.ms/agent-pool-rest-api",
  );
}

/** Ranges of services and pods lie outside of the network, and apart. */
function refuseRanges(inputs: Values, view: AzureView): void {
  const { serviceCidr = "10.0.0.0/16", podCidr, dnsServiceIP = "10.0.0.10" } = record(inputs.networkProfile);
  const service = parseCidr(serviceCidr);
  const pods = parseCidr(podCidr);
  const networks = new Set(
    list(inputs.agentPoolProfiles).map((pool) => text(record(pool).vnetSubnetID).replace(/\/subnets\/[^/]+$/, "")),
  );
  const ranges = [...networks].flatMap((id) => subnetsOf(view, id)).flatMap(({ outs }) => rangesOfSubnet(outs));
  if (service !== undefined && ranges.some((range) => overlap(service, range)))
    throw new CloudError(
      "ServiceCidrOverlapExistingSubnetsCidr",
      `The specified service CIDR ${text(serviceCidr)} is conflicted with an existing subnet CIDR of the network.`,
    );
  if (
    pods !== undefined &&
    [...ranges, ...(service === undefined ? [] : [service])].some((range) => overlap(pods, range))
  )
    throw new CloudError(
      "InvalidPodCidr",
      `The pod CIDR ${text(podCidr)} overlaps the network or the service CIDR ${text(serviceCidr)}.`,
    );
  const dns = parseCidr(`${text(dnsServiceIP)}/32`);
  if (service === undefined || dns === undefined || !overlap(service, dns) || dns.address <= service.address + 1)
    throw new CloudError(
      "InvalidDNSServiceIP",
      `DNS service IP ${text(dnsServiceIP)} must be within service CIDR ${text(serviceCidr)}, and not its first address.`,
    );
}

/** Nodes reach the internet through the NAT gateway of their subnet, or AKS refuses the cluster. */
function refuseWayOut(inputs: Values, pool: Values, view: AzureView): void {
  if (record(inputs.networkProfile).outboundType !== "userAssignedNATGateway") return;
  const subnet = byId(view, "network:Subnet", pool.vnetSubnetID);
  if (record(subnet?.outs.natGateway).id === undefined)
    throw new CloudError(
      "SubnetWithoutNATGateway",
      `outboundType userAssignedNATGateway needs a NAT gateway associated with subnet ${text(pool.vnetSubnetID)}.`,
    );
}

const joiners = ["Network Contributor", "Contributor", "Owner"];

/** An identity that the owner made may do what its roles say, and roles take effect once they are there. */
function refuseRights(inputs: Values, pool: Values, view: AzureView): void {
  const { type, userAssignedIdentities } = record(inputs.identity);
  if (type !== "UserAssigned" || pool.vnetSubnetID === undefined) return;
  const principal = identityOf(view, texts(userAssignedIdentities)[0])?.outs.principalId;
  if (hasRole(view, principal, joiners, text(pool.vnetSubnetID))) return;
  throw new CloudError(
    "AuthorizationFailed",
    `The client with object id '${text(principal)}' does not have authorization to perform action ` +
      `'Microsoft.Network/virtualNetworks/subnets/join/action' over scope '${text(pool.vnetSubnetID)}'.`,
  );
}

/** A control plane takes minutes; with their version named, the nodes of the pools follow one after the other. */
function clusterSeconds(inputs: Values, before?: Values) {
  const pools = list(inputs.agentPoolProfiles).map(record);
  const nodes = pools
    .filter(({ orchestratorVersion }) => orchestratorVersion !== undefined)
    .reduce((sum, { count }) => sum + Number(count ?? 0), 0);
  const upgrade = before !== undefined && differ(before.kubernetesVersion, inputs.kubernetesVersion);
  return { create: 300, update: upgrade ? 480 + 180 * nodes : 90, delete: 300 };
}

function clusterAnswer(inputs: Values, { id, view, before }: Made): Values {
  const region = text(inputs.location);
  const prefix = text(inputs.dnsPrefix) || text(inputs.resourceName);
  const unique = digest(id, 8);
  const host = `${prefix}-${unique}.hcp.${region}.azmk8s.io`;
  const closed = record(inputs.apiServerAccessProfile).enablePrivateCluster === true;
  const version = text(inputs.kubernetesVersion) || "1.34";
  const current = text(before?.currentKubernetesVersion);
  return {
    currentKubernetesVersion: current !== "" && minor(current) === minor(version) ? current : patchOf(version),
    kubernetesVersion: version,
    fqdn: closed ? "" : host,
    privateFQDN: closed ? `${prefix}-${unique}.${uuid()}.privatelink.${region}.azmk8s.io` : "",
    azurePortalFQDN: host,
    ...{
      maxAgentPools: 100,
      powerState: { code: "Running" },
      resourceUID: before?.resourceUID ?? letters(24).toLowerCase(),
    },
    oidcIssuerProfile: {
      ...record(inputs.oidcIssuerProfile),
      issuerURL:
        record(before?.oidcIssuerProfile).issuerURL ??
        `https://${region}.oic.prod-aks.azure.com/${view.tenantId}/${uuid()}/`,
    },
    identity: identityAnswer(view, inputs),
    identityProfile: before?.identityProfile ?? {
      kubeletidentity: { clientId: uuid(), objectId: uuid(), resourceId: `${nodeGroupId(inputs, view)}/kubelet` },
    },
    nodeResourceGroup: nodeGroup(inputs),
    networkProfile: { dnsServiceIP: "10.0.0.10", serviceCidr: "10.0.0.0/16", ...record(inputs.networkProfile) },
    agentPoolProfiles: poolsAnswer(inputs, poolsOf(view, id)),
    privateLinkResources: [],
  };
}

const nodeGroup = ({ nodeResourceGroup, resourceGroupName, resourceName, location }: Values): string =>
  text(nodeResourceGroup) || `MC_${text(resourceGroupName)}_${text(resourceName)}_${text(location)}`.slice(0, 80);
const nodeGroupId = (inputs: Values, view: AzureView): string => groupId(view, nodeGroup(inputs));

/** All pools that there are, those of the request as it has them. Before the cluster is there, they are its first ones. */
function poolsAnswer(inputs: Values, existing: readonly Entity[]): readonly Values[] {
  const version = text(inputs.kubernetesVersion);
  const listed = list(inputs.agentPoolProfiles).map(record);
  if (existing.length === 0) return listed.map((pool) => profileOf(pool, version));
  return existing.map(({ outs }) => {
    const own = listed.find(({ name }) => name === outs.name);
    return { ...outs, ...(own === undefined ? {} : profileOf(own, version, outs)), type: "VirtualMachineScaleSets" };
  });
}

function profileOf({ nodeTaints, ...pool }: Values, version: string, before?: Values): Values {
  return {
    ...{ eTag: "", type: "VirtualMachineScaleSets" },
    ...pool,
    // AKS answers nothing in the place of an empty list.
    ...(list(nodeTaints).length === 0 ? {} : { nodeTaints }),
    ...poolAnswer(pool, version, before),
  };
}

/** The group that AKS keeps nodes, disks and balancers in, and the pools that the cluster begins with. */
function madeAlong(inputs: Values, { id, view }: Made): readonly Companion[] {
  return [
    {
      token: "resources:ResourceGroup",
      id: nodeGroupId(inputs, view),
      outs: { name: nodeGroup(inputs), location: inputs.location },
    },
    ...list(inputs.agentPoolProfiles).map((pool) => ({
      token: poolToken,
      id: `${id}/agentPools/${text(record(pool).name)}`,
      outs: { ...profileOf(record(pool), text(inputs.kubernetesVersion)), simulatedInline: true },
    })),
  ];
}

const maintenance: ArmSpec = {
  named: {
    ...{ max: 63, pattern: /^(default|aksManagedAutoUpgradeSchedule|aksManagedNodeOSUpgradeSchedule)$/ },
    words: "default, aksManagedAutoUpgradeSchedule or aksManagedNodeOSUpgradeSchedule",
  },
  rules: {
    "maintenanceWindow.durationHours": whole(4, 24),
    "maintenanceWindow.startTime": matches(/^([01]\d|2[0-3]):[0-5]\d$/, "a time such as 02:00"),
    "maintenanceWindow.utcOffset": matches(/^[+-](0\d|1[0-4]):(00|30|45)$/, "an offset such as +00:00"),
    "maintenanceWindow.schedule.weekly.intervalWeeks": whole(1, 4),
    "maintenanceWindow.schedule.weekly.dayOfWeek": valueOf("containerservice", "WeekDay"),
    "maintenanceWindow.schedule.daily.intervalDays": whole(1, 7),
  },
  check: ({ configName, maintenanceWindow }) =>
    configName !== "default" && maintenanceWindow === undefined ? ["maintenanceWindow is needed"] : [],
  seconds: { create: 5, delete: 5 },
};

export const clusters = armKinds({
  [clusterToken]: managedCluster,
  "containerservice:MaintenanceConfiguration": maintenance,
});

/** A cluster by its resource group and name. */
export const clusterNamed = (view: AzureView, inputs: Values): Entity | undefined =>
  byId(view, clusterToken, armId(view, clusterToken, inputs));

/** `aks-general` of an id: what nodes of a pool are called after. */
export const poolName = (id: string): string => partOfId(id, "agentPools");
