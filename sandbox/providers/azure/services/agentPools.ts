import { differ } from "../../cloud/compare";
import { CloudError, isUnknown, list, number, record, text, type Entity, type Values } from "../../cloud/model";
import { matches, oneOf, whole } from "../../cloud/rules";
import { armId, armKinds, busy, byId, isWithin, type ArmSpec } from "../arm";
import { valueOf } from "../enumerations";
import type { AzureView } from "../kind";
import { minor, patchOf, refuseVersion } from "./kubernetesVersions";
import { familyOf, machineOf, refuseMachine } from "./machines";
import { freeAddresses, requireZones, subnetReference } from "./network";

export const poolToken = "containerservice:AgentPool";

export const poolsOf = (view: AzureView, clusterId: unknown): readonly Entity[] =>
  view.of(poolToken).filter(({ id }) => isWithin(id, clusterId));

/** Rules of a pool's inputs, which stand in a cluster's `agentPoolProfiles[]` as well. */
export const poolRules = (path = "") => {
  const rules = {
    mode: valueOf("containerservice", "AgentPoolMode"),
    osType: valueOf("containerservice", "OSType"),
    // The SDK's list is behind AKS' own, which has Ubuntu2404 as well.
    osSKU: (value: unknown) => (value === "Ubuntu2404" ? undefined : valueOf("containerservice", "OSSKU")(value)),
    osDiskType: valueOf("containerservice", "OSDiskType"),
    "localDNSProfile.mode": valueOf("containerservice", "LocalDNSMode"),
    kubeletDiskType: valueOf("containerservice", "KubeletDiskType"),
    osDiskSizeGB: whole(30, 2048, [0]),
    scaleSetPriority: valueOf("containerservice", "ScaleSetPriority"),
    scaleDownMode: valueOf("containerservice", "ScaleDownMode"),
    type: valueOf("containerservice", "AgentPoolType"),
    count: whole(0, 1000),
    minCount: whole(0, 1000),
    maxCount: whole(1, 1000),
    maxPods: whole(10, 250),
    "availabilityZones[]": oneOf("1", "2", "3"),
    "nodeTaints[]": matches(
      /^[\w./-]{1,317}=[\w.-]{0,63}:(NoSchedule|NoExecute|PreferNoSchedule)$/,
      "a taint such as key=value:NoSchedule",
    ),
    orchestratorVersion: matches(/^1\.\d{2}(\.\d+)?$/, "a Kubernetes version such as 1.35"),
    "upgradeSettings.maxSurge": matches(/^([1-9]\d*|(100|[1-9]\d?)%)$/, "a number of nodes or a share such as 33%"),
    "upgradeSettings.maxUnavailable": matches(/^(\d+|(100|\d\d?)%)$/, "a number of nodes or a share such as 10%"),
    "upgradeSettings.drainTimeoutInMinutes": whole(1, 1440),
    "upgradeSettings.nodeSoakDurationInMinutes": whole(0, 30),
  };
  return Object.fromEntries(Object.entries(rules).map(([name, rule]) => [`${path}${name}`, rule]));
};

/** What contradicts itself in a pool. Each sentence begins with the input. */
export function poolFaults(pool: Values, path = ""): readonly string[] {
  const { enableAutoScaling, count, minCount, maxCount, mode, osType, type, availabilityZones, nodeTaints } = pool;
  const sizes = [minCount, count, maxCount].filter((size) => size !== undefined && !isUnknown(size)).map(number);
  const bounded = minCount !== undefined || maxCount !== undefined;
  const tags = record(pool.nodeLabels);
  return [
    ...(enableAutoScaling === true && (minCount === undefined || maxCount === undefined)
      ? [`${path}enableAutoScaling needs minCount and maxCount`]
      : []),
    ...(enableAutoScaling !== true && bounded ? [`${path}minCount and maxCount need enableAutoScaling`] : []),
    // https://github.com/pulumi/pulumi-azure-native/issues/2943
    ...(count === undefined ? [`${path}count is needed, with autoscaling as well`] : []),
    ...(sizes.some((size, at) => size < (sizes[at - 1] ?? 0))
      ? [`${path}minCount <= count <= maxCount does not hold: ${sizes.join(", ")}`]
      : []),
    ...(mode === "System" && osType === "Windows" ? [`${path}osType of a system pool is Linux`] : []),
    ...(mode === "System" && minCount === 0 ? [`${path}minCount of a system pool is 1 at least`] : []),
    ...(mode === "System" &&
    list(nodeTaints).some(
      (taint) => text(taint).endsWith(":NoSchedule") && !text(taint).startsWith("CriticalAddonsOnly="),
    )
      ? [`${path}nodeTaints of a system pool would keep AKS' own pods off`]
      : []),
    ...(availabilityZones !== undefined && type !== undefined && type !== "VirtualMachineScaleSets"
      ? [`${path}availabilityZones need type VirtualMachineScaleSets`]
      : []),
    ...Object.keys(tags)
      .filter((key) => /^(kubernetes\.azure\.com|kubernetes\.io|node\.kubernetes\.io)\//.test(key))
      .map((key) => `${path}nodeLabels have ${key}, whose prefix is reserved`),
  ];
}

/** What never changes in a pool: https://learn.microsoft.com/azure/aks/manage-node-pools */
const fixed = [
  ...["vmSize", "osDiskSizeGB", "osDiskType", "kubeletDiskType", "osType", "maxPods", "availabilityZones"],
  ...["vnetSubnetID", "podSubnetID", "scaleSetPriority", "type", "enableFIPS", "gpuInstanceProfile"],
];

export function refuseFixed(pool: Values, before: Entity): void {
  const changed = fixed.find(
    (name) => pool[name] !== undefined && differ(pool[name], before.inputs[name] ?? before.outs[name]),
  );
  if (changed !== undefined)
    throw new CloudError(
      "PropertyChangeNotAllowed",
      `Changing property 'properties.${changed}' is not allowed. (agent pool ${text(before.outs.name)})`,
    );
}

/** What a pool has to fit of its cluster. */
export interface PoolsCluster {
  readonly version: string;
  readonly networkProfile: unknown;
}

/** What AKS has against a pool in a cluster, whether it is asked for by itself or with its cluster. */
export function admitPool(pool: Values, cluster: PoolsCluster, view: AzureView, before?: Entity): void {
  const { version: clusterVersion } = cluster;
  if (before !== undefined) refuseFixed(pool, before);
  refuseMachine(pool, view);
  requireZones(pool.availabilityZones, view);
  refuseSubnet(pool, cluster, view, before);
  refuseQuota(pool, view, before);
  const wanted = text(pool.orchestratorVersion);
  if (wanted === "") return;
  refuseVersion(wanted);
  // https://learn.microsoft.com/azure/aks/manage-node-pools#validation-rules-for-upgrades
  if (minor(wanted) > minor(clusterVersion) || minor(wanted) < minor(clusterVersion) - 3)
    throw new CloudError(
      "NodePoolMcVersionIncompatible",
      `Node pool version ${wanted} and control plane version ${clusterVersion} are incompatible.`,
    );
  const was = text(before?.outs.currentOrchestratorVersion);
  if (was !== "" && minor(wanted) < minor(was))
    throw new CloudError(
      "AgentPoolUpgradeVersionNotAllowed",
      `Upgrade agent pool version from ${was} to ${wanted} is not allowed: versions do not go down.`,
    );
}

/**
 * Without an overlay AKS takes the addresses of all pods that a node may have along with the node's:
 * https://learn.microsoft.com/azure/aks/azure-cni-overview
 */
function addressesOf(nodes: number, maxPods: unknown, { networkProfile }: PoolsCluster): number {
  const { networkPlugin, networkPluginMode } = record(networkProfile);
  return nodes * (networkPlugin === "azure" && networkPluginMode !== "overlay" ? 1 + number(maxPods ?? 30) : 1);
}

function refuseSubnet(pool: Values, cluster: PoolsCluster, view: AzureView, before?: Entity): void {
  const { vnetSubnetID, count, maxCount, maxPods } = pool;
  const subnet = byId(view, "network:Subnet", vnetSubnetID);
  if (subnet === undefined) return;
  if (list(subnet.outs.delegations).length > 0)
    throw new CloudError("SubnetIsDelegated", `subnet ${subnet.id} is delegated and cannot be used for nodes.`);
  const others = view
    .of(poolToken)
    .filter((each) => each.id !== before?.id && text(each.outs.vnetSubnetID) === text(vnetSubnetID));
  const needed = [...others.map(({ outs }) => outs), { count: count ?? maxCount ?? 1, maxPods }].reduce(
    (sum: number, each: Values) => sum + addressesOf(number(each.count), each.maxPods, cluster),
    1,
  );
  const free = freeAddresses(subnet);
  if (needed > free)
    throw new CloudError(
      "InsufficientSubnetSize",
      `Pre-allocated IPs ${needed} exceeds IPs available ${free} in Subnet Cidr ${text(subnet.outs.addressPrefix)}, ` +
        `Subnet Name ${text(subnet.outs.name)}.`,
    );
}

/** The subscription's limits of vCPUs in the location: of all, and of the machines' family. */
function refuseQuota(pool: Values, view: AzureView, before?: Entity): void {
  const cpus = ({ vmSize, count }: Values) => (machineOf(vmSize)?.cpus ?? 0) * number(count ?? 0);
  const pools = [...view.of(poolToken).flatMap(({ id, outs }) => (id === before?.id ? [] : [outs])), pool];
  const family = familyOf(pool.vmSize);
  const limits: readonly (readonly [code: string, counted: readonly Values[]])[] = [
    ["cores", pools],
    ...(family === undefined ? [] : [[family, pools.filter(({ vmSize }) => familyOf(vmSize) === family)] as const]),
  ];
  for (const [code, counted] of limits) {
    const total = counted.reduce((sum, each) => sum + cpus(each), 0);
    const limit = view.quotas[code] ?? 0;
    if (total <= limit) continue;
    throw new CloudError(
      "ErrCode_InsufficientVCPUQuota",
      `Insufficient vcpu quota requested ${cpus(pool)}, remaining ${limit - total + cpus(pool)} for ${code} in location ` +
        `${view.region}.`,
    );
  }
}

/** Before 1.37 a name server on every node is only where it is required: https://learn.microsoft.com/azure/aks/localdns-custom */
const localDnsAnswer = (profile: Values): Values => ({
  ...profile,
  state: profile.mode === "Required" ? "Enabled" : "Disabled",
});

/** What can be read of a pool beside its inputs. */
export const poolAnswer = (pool: Values, version: string, before?: Values): Values => ({
  currentOrchestratorVersion: patchOf(
    text(pool.orchestratorVersion) || text(before?.currentOrchestratorVersion) || version,
  ),
  ...{
    nodeImageVersion: "AKSAzureLinux-V3gen2-202611.10.0",
    powerState: { code: "Running" },
    provisioningState: "Succeeded",
  },
  ...{ mode: pool.mode ?? "User", osType: pool.osType ?? "Linux", osSKU: pool.osSKU ?? "Ubuntu" },
  ...{
    scaleDownMode: pool.scaleDownMode ?? "Delete",
    enableFIPS: false,
    enableEncryptionAtHost: false,
    enableUltraSSD: false,
  },
  ...(pool.localDNSProfile === undefined ? {} : { localDNSProfile: localDnsAnswer(record(pool.localDNSProfile)) }),
  maxPods: pool.maxPods ?? 250,
  osDiskType: pool.osDiskType ?? "Managed",
  osDiskSizeGB: pool.osDiskSizeGB ?? 128,
  kubeletDiskType: pool.kubeletDiskType ?? "OS",
});

const agentPool: ArmSpec = {
  named: { max: 12, pattern: /^[a-z][a-z0-9]*$/, words: "lower-case letters and digits, the first a letter" },
  rules: poolRules(),
  references: {
    vnetSubnetID: subnetReference,
  },
  // The SDK's provider replaces for these only: https://github.com/pulumi/pulumi-azure-native/pull/3655
  replaces: ["vmSize", "gpuInstanceProfile"],
  check: (inputs) => poolFaults(inputs),
  admit: (inputs, view, before) => {
    const cluster = byId(
      view,
      "containerservice:ManagedCluster",
      armId(view, "containerservice:ManagedCluster", inputs),
    );
    if (cluster === undefined) return;
    if (cluster.readyAt > view.now || busy(poolsOf(view, cluster.id), view, before) !== undefined)
      throw new CloudError(
        "OperationNotAllowed",
        `Operation is not allowed because there's an in progress operation on the managed cluster ${cluster.id} or one of ` +
          "its agent pools.",
      );
    const { currentKubernetesVersion, networkProfile } = cluster.outs;
    admitPool(inputs, { version: text(currentKubernetesVersion), networkProfile }, view, before);
  },
  seconds: (inputs, before) => ({
    create: 180,
    update:
      before !== undefined && differ(before.orchestratorVersion, inputs.orchestratorVersion)
        ? 180 * Math.max(1, number(inputs.count))
        : 60,
    delete: 180,
  }),
  outputs: (inputs, { before, view }) => {
    const cluster = byId(
      view,
      "containerservice:ManagedCluster",
      armId(view, "containerservice:ManagedCluster", inputs),
    );
    return poolAnswer(inputs, text(cluster?.outs.currentKubernetesVersion), before);
  },
};

export const agentPools = armKinds({ [poolToken]: agentPool });
