import { machineTypes } from "../../../../components/platform/gcp/figures/machineTypes";
import { differ } from "../../cloud/compare";
import { digest, uuid } from "../../cloud/ids";
import { CloudError, isUnknown, list, record, text, texts, type Entity, type Values } from "../../cloud/model";
import { matches, oneOf, parseCidr, whole } from "../../cloud/rules";
import { byAnyName, lastPart, rfc1035, selfLink, type GcpView, type Made, type ResourceKind } from "../kind";
import { leadsOut, subnetworkIn } from "./network";
import { localSsdsOf, needOf, nodesIn, requireQuota } from "./quotas";
import { minorOf } from "./versions";

const diskTypes = ["pd-standard", "pd-balanced", "pd-ssd", "hyperdisk-balanced"];
const labelKey = matches(/^([a-z0-9.-]{1,253}\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/, "a label's key");

/** Inputs that lie in `nodeConfig`. */
const inConfig = new Set([
  ...["localSsdCount", "ephemeralStorageLocalSsdConfig", "localNvmeSsdBlockConfig", "minCpuPlatform", "spot"],
  ...["preemptible", "serviceAccount", "oauthScopes", "metadata", "shieldedInstanceConfig", "guestAccelerators"],
  ...["advancedMachineFeatures"],
]);

export const nodePool: ResourceKind = {
  api: ["Container", "NodePool"],
  rules: {
    initialNodeCount: whole(0, 1000),
    nodeCount: whole(0, 1000),
    maxPodsPerNode: whole(8, 256),
    "autoscaling.locationPolicy": oneOf("BALANCED", "ANY"),
    "autoscaling.totalMinNodeCount": whole(0, 15_000),
    "autoscaling.totalMaxNodeCount": whole(1, 15_000),
    "upgradeSettings.strategy": oneOf("SURGE", "BLUE_GREEN"),
    "upgradeSettings.maxSurge": whole(0, 20),
    "upgradeSettings.maxUnavailable": whole(0, 20),
    "nodeConfig.machineType": matches(/^[a-z]\d[a-z]?-[a-z]+-\d+(-lssd)?$/, "a machine type such as n2-highmem-8"),
    "nodeConfig.diskType": oneOf(...diskTypes),
    "nodeConfig.diskSizeGb": whole(10, 65_536),
    "nodeConfig.imageType": oneOf("COS_CONTAINERD", "UBUNTU_CONTAINERD"),
    "nodeConfig.workloadMetadataConfig.mode": oneOf("GKE_METADATA", "GCE_METADATA"),
    "nodeConfig.taints[].effect": oneOf("NO_SCHEDULE", "PREFER_NO_SCHEDULE", "NO_EXECUTE"),
    "nodeConfig.taints[].key": labelKey,
    "nodeConfig.oauthScopes[]": matches(/^(https:\/\/www\.googleapis\.com\/auth\/[a-z._-]+|[a-z-]+)$/, "a scope"),
    // An alias resolves to something else, which every later update would find changed.
    version: matches(/^1\.\d{2}\.\d+-gke\.\d+$/, "a whole version such as 1.35.8-gke.1036000"),
  },
  name: { ...rfc1035(40) },
  references: {
    cluster: {
      ...{ to: "container/cluster:Cluster", by: ["id", "selfLink", "name"], missing: "notFound" },
      holds: "failedPrecondition",
    },
    "nodeConfig.serviceAccount": { to: "serviceaccount/account:Account", by: ["email"], missing: "badRequest" },
  },
  replaces: [
    ...["name", "project", "location", "cluster", "initialNodeCount", "maxPodsPerNode", "placementPolicy"],
    ...[
      "localSsdCount",
      "ephemeralStorageLocalSsdConfig",
      "localNvmeSsdBlockConfig",
      "minCpuPlatform",
      "spot",
      "preemptible",
    ],
    ...[
      "serviceAccount",
      "oauthScopes",
      "metadata",
      "shieldedInstanceConfig",
      "guestAccelerators",
      "advancedMachineFeatures",
    ],
  ].map((path) => (inConfig.has(path) ? `nodeConfig.${path}` : path)),
  check: poolFaults,
  admit: admitPool,
  seconds: (inputs, before) => ({
    create: 110,
    update: before === undefined ? 0 : renews(inputs, before) ? 240 : 60,
    delete: 180,
  }),
  id: (inputs) =>
    `projects/${text(inputs.project)}/locations/${text(inputs.location)}/clusters/${lastPart(inputs.cluster)}/nodePools/${text(inputs.name)}`,
  outputs: poolOutputs,
  unset: ["namePrefix", "nodeDrainConfigs"],
};

/** What GKE changes by exchanging the nodes: https://docs.cloud.google.com/kubernetes-engine/docs/how-to/node-pools */
export function renews(now: Values, before: Values): boolean {
  const [one, other] = [record(now.nodeConfig), record(before.nodeConfig)];
  const exchanged = ["machineType", "diskType", "diskSizeGb", "imageType", "kubeletConfig", "linuxNodeConfig", "gvnic"];
  return differ(now.version, before.version) || exchanged.some((name) => differ(one[name], other[name]));
}

function poolFaults(inputs: Values): readonly string[] {
  const scaling = record(inputs.autoscaling);
  const { totalMinNodeCount: least, totalMaxNodeCount: most } = scaling;
  const perZone = scaling.minNodeCount !== undefined || scaling.maxNodeCount !== undefined;
  const { maxSurge = 1, maxUnavailable = 0 } = record(inputs.upgradeSettings);
  // Pulumi's provider names whatever has a name, whether a prefix is given or not.
  if (inputs.namePrefix !== undefined) return ["Cannot specify both name and name_prefix for a node_pool"];
  const known = [least, most, maxSurge, maxUnavailable].every((value) => !isUnknown(value));
  if (!known) return [];
  return [
    ...(perZone && (least !== undefined || most !== undefined)
      ? ["autoscaling.minNodeCount and maxNodeCount do not go with totals"]
      : []),
    ...(inputs.autoscaling !== undefined && Number(least ?? 0) > Number(most ?? Infinity)
      ? [`autoscaling.totalMinNodeCount ${String(least)} is above totalMaxNodeCount ${String(most)}`]
      : []),
    ...(inputs.autoscaling !== undefined && inputs.nodeCount !== undefined
      ? ["nodeCount does not go with autoscaling, which would be undone by every update"]
      : []),
    ...(Number(maxSurge) + Number(maxUnavailable) < 1
      ? ["upgradeSettings needs maxSurge or maxUnavailable above 0"]
      : []),
    ...(Number(maxSurge) + Number(maxUnavailable) > 20
      ? ["upgradeSettings.maxSurge and maxUnavailable are above 20 together"]
      : []),
    ...list(record(inputs.nodeConfig).taints).flatMap((taint) =>
      record(taint).key === undefined ? ["nodeConfig.taints needs a key in each"] : [],
    ),
  ];
}

const clusterOf = (view: GcpView, inputs: Values): Entity | undefined =>
  byAnyName(view.of("container/cluster:Cluster"), inputs.cluster);

function admitPool(inputs: Values, view: GcpView, before?: Entity): void {
  const of = clusterOf(view, inputs);
  if (of === undefined) throw new CloudError("notFound", `Not found: ${text(inputs.cluster)}.`);
  if (of.readyAt > view.now)
    throw new CloudError(
      "failedPrecondition",
      `Cluster is running incompatible operation ${text(of.outs.operation)}. Please wait and try again once it is done.`,
    );
  if (of.outs.location !== inputs.location)
    throw new CloudError(
      "notFound",
      `Not found: projects/${view.project}/locations/${text(inputs.location)}/clusters/${text(of.outs.name)}.`,
    );
  checkChannel(inputs, of.outs);
  checkVersion(inputs, of.outs, before);
  checkMachine(inputs, view);
  checkIdentity(inputs, of.outs);
  const nodes = before === undefined ? nodesAtFirst(inputs, of.outs, view) : 0;
  checkAddresses(inputs, of, view, nodes, before);
  if (before === undefined) requireQuota(view, needOf(inputs, nodes));
}

const zonesOf = (inputs: Values, ofCluster: Values): readonly string[] => {
  const own = texts(inputs.nodeLocations);
  return own.length > 0 ? own : texts(ofCluster.nodeLocations);
};

/** `initialNodeCount` in each zone; GKE scales a pool up to its minimum by itself. */
function nodesAtFirst(inputs: Values, ofCluster: Values, view: GcpView): number {
  const zones = zonesOf(inputs, ofCluster);
  const foreign = zones.find((zone) => !view.zones.some(({ name }) => name === zone));
  if (foreign !== undefined)
    throw new CloudError("badRequest", `Location "${foreign}" does not exist or is not in the cluster's region.`);
  const first = Number(inputs.nodeCount ?? inputs.initialNodeCount ?? 1) * zones.length;
  const { totalMaxNodeCount: most } = record(inputs.autoscaling);
  if (most !== undefined && first > Number(most))
    throw new CloudError(
      "badRequest",
      `initial_node_count ${first / zones.length} in ${zones.length} zones is above total_max_node_count ${Number(most)}.`,
    );
  return nodesIn({ ...inputs, initialNodeCount: inputs.initialNodeCount ?? 1, nodeLocations: zones });
}

function checkChannel(inputs: Values, ofCluster: Values): void {
  const { channel } = record(ofCluster.releaseChannel);
  if (channel === "UNSPECIFIED") return;
  const { autoUpgrade = true, autoRepair = true } = record(inputs.management);
  for (const [name, on] of Object.entries({ Auto_upgrade: autoUpgrade, Auto_repair: autoRepair }))
    if (on !== true)
      throw new CloudError("badRequest", `${name} cannot be false when release_channel ${text(channel)} is set.`);
}

function checkVersion(inputs: Values, ofCluster: Values, before: Entity | undefined): void {
  const wanted = text(inputs.version);
  if (wanted === "") return;
  const master = text(ofCluster.masterVersion);
  if (minorOf(wanted) > minorOf(master))
    throw new CloudError(
      "badRequest",
      `Node version "${wanted}" must not have a greater minor version than master version "${master}".`,
    );
  if (minorOf(wanted) < minorOf(master) - 2)
    throw new CloudError(
      "badRequest",
      `Node version "${wanted}" must not be more than two minor versions behind master version "${master}".`,
    );
  if (before !== undefined && minorOf(wanted) < minorOf(before.outs.version) - 1)
    throw new CloudError("badRequest", `Nodes cannot be downgraded from ${text(before.outs.version)} to ${wanted}.`);
}

function checkMachine(inputs: Values, view: GcpView): void {
  const config = record(inputs.nodeConfig);
  const name = text(config.machineType) || "e2-medium";
  const type = machineTypes[name];
  const missing = view.zones.find(
    ({ name: zone, without }) => texts(inputs.nodeLocations).includes(zone) && without.includes(name),
  );
  if (missing !== undefined)
    throw new CloudError("badRequest", `Machine type with name '${name}' does not exist in zone '${missing.name}'.`);
  if (type === undefined) throw new Error(`the simulator knows no figures of ${name}`);
  const ssds = localSsdsOf(config);
  if ((ssds > 0 || type.bundled) && !type.localSsds.includes(ssds))
    throw new CloudError(
      "badRequest",
      `Number of local SSDs ${ssds} is not supported for machine type ${name}: ${type.localSsds.join(", ") || "none is"}.`,
    );
  const disk = text(config.diskType) || "pd-balanced";
  if (disk.startsWith("pd-") && !type.persistentDisks)
    throw new CloudError("badRequest", `${disk} disk type cannot be used by ${name} machine type.`);
}

function checkIdentity(inputs: Values, ofCluster: Values): void {
  const { mode } = record(record(inputs.nodeConfig).workloadMetadataConfig);
  if (mode === "GKE_METADATA" && record(ofCluster.workloadIdentityConfig).workloadPool === undefined)
    throw new CloudError(
      "badRequest",
      "Workload metadata mode GKE_METADATA requires workload identity on the cluster.",
    );
}

/** Every node has a block of its own in the pods' range, and an address in the nodes'. */
function checkAddresses(inputs: Values, of: Entity, view: GcpView, nodes: number, before?: Entity): void {
  const subnet = subnetworkIn(view, of.outs.subnetwork);
  const isPrivate = record(of.outs.privateClusterConfig).enablePrivateNodes === true;
  if (subnet === undefined) return;
  if (isPrivate && subnet.outs.privateIpGoogleAccess !== true && !leadsOut(view, subnet))
    throw new CloudError(
      "badRequest",
      `All cluster resources were brought up, but: only 0 nodes out of ${nodes} have registered; the nodes of subnetwork '${subnet.id}' reach neither Google's APIs nor the internet.`,
    );
  const others = view
    .of("container/nodePool:NodePool")
    .filter((each) => each.id !== before?.id && clusterOf(view, each.outs)?.id === of.id)
    .reduce((sum, { outs }) => sum + nodesIn(outs), 0);
  const room = (range: unknown, size: number) => 2 ** (32 - (parseCidr(range)?.prefix ?? 32)) / size;
  const block = Number(inputs.maxPodsPerNode ?? of.outs.defaultMaxPodsPerNode ?? 110) > 64 ? 256 : 128;
  if (others + nodes > room(of.outs.clusterIpv4Cidr, block))
    throw new CloudError(
      "badRequest",
      `IP_SPACE_EXHAUSTED: the pods' range ${text(of.outs.clusterIpv4Cidr)} of '${subnet.id}' is exhausted.`,
    );
  if (others + nodes > room(subnet.outs.ipCidrRange, 1) - 4)
    throw new CloudError(
      "badRequest",
      `IP_SPACE_EXHAUSTED: the range ${text(subnet.outs.ipCidrRange)} of '${subnet.id}' is exhausted.`,
    );
}

function poolOutputs(inputs: Values, { id, view, before }: Made): Values {
  const ofCluster = clusterOf(view, inputs)?.outs ?? {};
  const zones = zonesOf(inputs, ofCluster);
  const name = text(inputs.name);
  const groups = zones.map((zone) =>
    selfLink(
      `projects/${view.project}/zones/${zone}/instanceGroupManagers/gke-${lastPart(inputs.cluster)}-${name}-${digest(id + zone, 8)}-grp`,
    ),
  );
  const config = record(inputs.nodeConfig);
  const { channel } = record(ofCluster.releaseChannel);
  return {
    ...{ instanceGroupUrls: groups, managedInstanceGroupUrls: groups, operation: `operation-${uuid()}` },
    initialNodeCount: inputs.initialNodeCount ?? 1,
    nodeCount: inputs.nodeCount ?? before?.nodeCount ?? inputs.initialNodeCount ?? 1,
    nodeLocations: zones,
    maxPodsPerNode: inputs.maxPodsPerNode ?? ofCluster.defaultMaxPodsPerNode ?? 110,
    // Nodes keep their version until they are told another, or the channel moves them on.
    version: inputs.version ?? before?.version ?? ofCluster.masterVersion,
    management: { autoRepair: true, autoUpgrade: channel !== "UNSPECIFIED", ...record(inputs.management) },
    upgradeSettings: {
      maxSurge: 1,
      maxUnavailable: 0,
      strategy: "SURGE",
      blueGreenSettings: {},
      ...record(inputs.upgradeSettings),
    },
    networkConfig: inputs.networkConfig ?? {},
    nodeConfig: {
      ...{ machineType: "e2-medium", diskSizeGb: 100, diskType: "pd-balanced", imageType: "COS_CONTAINERD" },
      ...{ effectiveTaints: config.taints ?? [], serviceAccount: "default", labels: {}, loggingVariant: "DEFAULT" },
      ...config,
    },
  };
}
