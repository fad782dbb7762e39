import { digest, uuid } from "../../cloud/ids";
import { CloudError, list, record, text, texts, type Entity, type Values } from "../../cloud/model";
import { cidr, matches, oneOf, whole } from "../../cloud/rules";
import { ownRefusal } from "../errors";
import {
  anyName,
  byAnyName,
  networkOf,
  rfc1035,
  type GcpView,
  type Kinds,
  type Made,
  type ResourceKind,
} from "../kind";
import { regions } from "../regions";
import { agentOf } from "./apis";
import { requireKey } from "./kms";
import { networkIn, subnetworkIn } from "./network";
import { nodePool } from "./nodePools";
import { requireQuota, type Need } from "./quotas";
import { windowFaults } from "./maintenance";
import { atLeast, channelNames, defaultVersion, minorOf, resolveVersion, versionsOf } from "./versions";

export const clusters = "container/cluster:Cluster";
const clusterIn = (view: GcpView, value: unknown): Entity | undefined => byAnyName(view.of(clusters), value);

const channelOf = (inputs: Values): unknown => record(inputs.releaseChannel).channel;

const components = ["SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER", "SCHEDULER", "CONTROLLER_MANAGER"];

const cluster: ResourceKind = {
  api: ["Container", "Cluster"],
  rules: {
    minMasterVersion: matches(/^1\.\d{2}(\.\d+(-gke\.\d+)?)?$/, "a version such as 1.35 or 1.35.8-gke.1036000"),
    networkingMode: oneOf("VPC_NATIVE", "ROUTES"),
    datapathProvider: oneOf("DATAPATH_PROVIDER_UNSPECIFIED", "LEGACY_DATAPATH", "ADVANCED_DATAPATH"),
    defaultMaxPodsPerNode: whole(8, 256),
    "releaseChannel.channel": oneOf("UNSPECIFIED", ...channelNames),
    "databaseEncryption.state": oneOf("ENCRYPTED", "DECRYPTED"),
    "gatewayApiConfig.channel": oneOf("CHANNEL_STANDARD", "CHANNEL_DISABLED"),
    "clusterAutoscaling.autoscalingProfile": oneOf("BALANCED", "OPTIMIZE_UTILIZATION"),
    "securityPostureConfig.mode": oneOf("DISABLED", "BASIC", "ENTERPRISE"),
    "securityPostureConfig.vulnerabilityMode": oneOf(
      "VULNERABILITY_DISABLED",
      "VULNERABILITY_BASIC",
      "VULNERABILITY_ENTERPRISE",
    ),
    "loggingConfig.enableComponents[]": oneOf(...components, "KCP_SSHD", "KCP_CONNECTION", "KCP_HPA"),
    "monitoringConfig.enableComponents[]": oneOf(
      ...[
        ...components,
        "STORAGE",
        "POD",
        "DEPLOYMENT",
        "STATEFULSET",
        "DAEMONSET",
        "HPA",
        "CADVISOR",
        "KUBELET",
        "DCGM",
        "JOBSET",
      ],
    ),
    "masterAuthorizedNetworksConfig.cidrBlocks[].cidrBlock": cidr(),
    "privateClusterConfig.masterIpv4CidrBlock": cidr(28, 28),
    "nodeConfig.imageType": oneOf("COS_CONTAINERD", "UBUNTU_CONTAINERD"),
  },
  name: rfc1035(40),
  references: {
    network: networkOf,
    subnetwork: { to: "compute/subnetwork:Subnetwork", by: anyName, missing: "badRequest", holds: networkOf.holds },
    "nodeConfig.serviceAccount": { to: "serviceaccount/account:Account", by: ["email"], missing: "badRequest" },
  },
  replaces: [
    ...[
      "name",
      "project",
      "location",
      "network",
      "subnetwork",
      "networkingMode",
      "datapathProvider",
      "enableAutopilot",
    ],
    ...["ipAllocationPolicy.clusterSecondaryRangeName", "ipAllocationPolicy.servicesSecondaryRangeName"],
    ...["ipAllocationPolicy.clusterIpv4CidrBlock", "ipAllocationPolicy.servicesIpv4CidrBlock", "initialNodeCount"],
    ...["defaultMaxPodsPerNode", "confidentialNodes", "privateClusterConfig.masterIpv4CidrBlock", "description"],
    ...["enableKubernetesAlpha"],
  ],
  check: clusterFaults,
  admit: admitCluster,
  seconds: (inputs, before) => ({
    create: 540,
    update: before !== undefined && inputs.minMasterVersion !== before.minMasterVersion ? 900 : 90,
    delete: 240,
  }),
  id: (inputs) => `projects/${text(inputs.project)}/locations/${text(inputs.location)}/clusters/${text(inputs.name)}`,
  outputs: clusterOutputs,
  // An update of the control plane: the version that it had is not announced as unknown, it stays as it is.
  renewed: ["operation"],
  unset: [
    ...[
      "anonymousAuthenticationConfig",
      "authenticatorGroupsConfig",
      "autopilotClusterPolicyConfig",
      "clusterTelemetry",
    ],
    ...["autopilotPrivilegedAdmissions", "clusterAutoscaling", "confidentialNodes", "costManagementConfig"],
    ...["databaseEncryption", "defaultSnatStatus", "enableTpu", "emulatedVersion", "enableIntranodeVisibility"],
    ...[
      "enableL4IlbSubsetting",
      "enterpriseConfig",
      "gatewayApiConfig",
      "gkeAutoUpgradeConfig",
      "identityServiceConfig",
    ],
    ...["loggingConfig", "managedMachineLearningDiagnosticsConfig", "managedOpentelemetryConfig", "meshCertificates"],
    ...["masterAuthorizedNetworksConfig", "monitoringConfig", "nodeConfig", "nodeCreationConfig", "nodePoolAutoConfig"],
    ...["nodePoolDefaults", "nodePools", "notificationConfig", "podAutoscaling", "privateIpv6GoogleAccess"],
    ...["protectConfig", "rbacBindingConfig", "securityPostureConfig", "serviceExternalIpsConfig", "tpuConfig"],
    ...["tpuIpv4CidrBlock", "verticalPodAutoscaling", "workloadAltsConfig", "workloadIdentityConfig", "addonsConfig"],
  ],
  release: ({ outs }, view) => {
    if (outs.deletionProtection !== false)
      throw new CloudError(
        ownRefusal,
        "Cannot destroy cluster because deletion_protection is set to true. Set it to false to proceed with cluster deletion.",
      );
    const busy = view
      .of("container/nodePool:NodePool")
      .find(({ outs: pool, readyAt }) => clusterIn(view, pool.cluster)?.outs.name === outs.name && readyAt > view.now);
    if (busy !== undefined)
      throw new CloudError(
        "failedPrecondition",
        `Cluster is running incompatible operation on node pool ${text(busy.outs.name)}.`,
      );
  },
  stateful: true,
};

function clusterFaults(inputs: Values): readonly string[] {
  const { dnsEndpointConfig, ipEndpointsConfig } = record(inputs.controlPlaneEndpointsConfig);
  const dataplane2 = inputs.datapathProvider === "ADVANCED_DATAPATH";
  const privateNodes = record(inputs.privateClusterConfig).enablePrivateNodes === true;
  const outsideDns = record(dnsEndpointConfig).allowExternalTraffic === true;
  return [
    ...(inputs.enableAutopilot === true
      ? ["enableAutopilot is more than the simulator plays: Autopilot has no node pools"]
      : []),
    ...(Number(inputs.initialNodeCount ?? 0) < 1 && inputs.nodePools === undefined
      ? ["initialNodeCount must be at least 1, also for a default pool that is removed"]
      : []),
    ...(privateNodes && inputs.ipAllocationPolicy === undefined
      ? ["ipAllocationPolicy is required with private nodes"]
      : []),
    ...(dataplane2 && record(inputs.networkPolicy).enabled === true
      ? ["networkPolicy does not go with datapathProvider ADVANCED_DATAPATH, which enforces policies itself"]
      : []),
    ...(record(ipEndpointsConfig).enabled === false && dnsEndpointConfig === undefined
      ? ["controlPlaneEndpointsConfig leaves the API without any endpoint"]
      : []),
    ...(record(ipEndpointsConfig).enabled === false &&
    inputs.masterAuthorizedNetworksConfig !== undefined &&
    !outsideDns
      ? ["masterAuthorizedNetworksConfig needs ipEndpointsConfig.enabled: it says nothing about the DNS endpoint"]
      : []),
    ...(record(inputs.databaseEncryption).state === "ENCRYPTED" &&
    record(inputs.databaseEncryption).keyName === undefined
      ? ["databaseEncryption.keyName is required with state ENCRYPTED"]
      : []),
    ...windowFaults(record(inputs.maintenancePolicy)),
  ];
}

function admitCluster(inputs: Values, view: GcpView, before?: Entity): void {
  checkPlace(inputs);
  checkNetwork(inputs, view);
  checkVersion(inputs, before);
  const pool = record(inputs.workloadIdentityConfig).workloadPool;
  if (pool !== undefined && pool !== `${view.project}.svc.id.goog`)
    throw new CloudError("badRequest", `Currently, the only supported workload pool is '${view.project}.svc.id.goog'.`);
  const agent = agentOf("container.googleapis.com", view);
  const { keyName } = record(inputs.databaseEncryption);
  requireKey(
    ...([view, keyName, agent, regionOf(inputs.location)] as const),
    `Google Compute Engine: cloudkms.cryptoKeyVersions.useToEncrypt denied on resource '${text(keyName)}' for ${agent}`,
  );
  if (before === undefined) requireQuota(view, defaultPool(inputs));
}

const regionOf = (location: unknown): string => text(location).replace(/-[a-z]$/, "");

function checkPlace({ location, nodeLocations }: Values): void {
  if (!regions.includes(regionOf(location)))
    throw new CloudError("badRequest", `Location "${text(location)}" does not exist.`);
  const foreign = texts(nodeLocations).find((zone) => !zone.startsWith(`${regionOf(location)}-`));
  if (foreign !== undefined)
    throw new CloudError("badRequest", `Cluster location "${text(location)}" does not hold zone "${foreign}".`);
}

/** GKE makes one node in each zone first, which `removeDefaultNodePool` takes away again. */
function defaultPool(inputs: Values): Need {
  const zones = list(inputs.nodeLocations).length || (regions.includes(text(inputs.location)) ? 3 : 1);
  const nodes = zones * Number(inputs.initialNodeCount ?? 1);
  const { diskSizeGb = 100, diskType = "pd-balanced" } = record(inputs.nodeConfig);
  return { cpus: 2, nodes, diskGb: Number(diskSizeGb), disk: text(diskType), ssdGb: 0 };
}

function checkNetwork(inputs: Values, view: GcpView): void {
  const network = networkIn(view, inputs.network);
  const subnet = subnetworkIn(view, inputs.subnetwork);
  if (subnet === undefined) throw new CloudError("badRequest", "Subnetwork is required for a private cluster");
  if (networkIn(view, subnet.outs.network)?.id !== network?.id)
    throw new CloudError("badRequest", `Subnetwork '${subnet.id}' is not in network '${text(network?.id)}'.`);
  if (subnet.outs.region !== regionOf(inputs.location))
    throw new CloudError("badRequest", `Subnetwork '${subnet.id}' is not in region ${regionOf(inputs.location)}.`);
  const names = list(subnet.outs.secondaryIpRanges).map((each) => record(each).rangeName);
  const { clusterSecondaryRangeName: pods, servicesSecondaryRangeName: services } = record(inputs.ipAllocationPolicy);
  for (const [what, name] of Object.entries({ Pod: pods, Services: services }))
    if (name !== undefined && !names.includes(name))
      throw new CloudError(
        "badRequest",
        `${what} secondary range "${text(name)}" does not exist in network "${text(network?.outs.name)}", subnetwork "${text(subnet.outs.name)}".`,
      );
  if (pods !== undefined && pods === services)
    throw new CloudError("badRequest", "The cluster's and the services' secondary ranges must not be the same.");
}

function checkVersion(inputs: Values, before: Entity | undefined): void {
  const channel = channelOf(inputs);
  const wanted = text(inputs.minMasterVersion);
  const now = text(before?.outs.masterVersion);
  if (wanted === "" || (now !== "" && atLeast(now, wanted))) return;
  const resolved = resolveVersion(wanted, channel);
  if (resolved === undefined)
    throw new CloudError(
      "badRequest",
      `Master version must be one of "${text(channel) || "REGULAR"}" channel supported versions [${versionsOf(channel).join(", ")}].`,
    );
  if (now !== "" && minorOf(resolved) > minorOf(now) + 1)
    throw new CloudError(
      "badRequest",
      `Master cannot be upgraded to "${resolved}": cannot upgrade the master from ${now} by more than one minor version at a time.`,
    );
}

function clusterOutputs(inputs: Values, { id, view, before }: Made): Values {
  const channel = channelOf(inputs);
  const wanted = text(inputs.minMasterVersion);
  const now = text(before?.masterVersion);
  const masterVersion =
    now !== "" && (wanted === "" || atLeast(now, wanted))
      ? now
      : (resolveVersion(wanted, channel) ?? defaultVersion(channel));
  const subnet = subnetworkIn(view, inputs.subnetwork)?.outs ?? {};
  const policy = record(inputs.ipAllocationPolicy);
  const rangeNamed = (name: unknown) =>
    record(list(subnet.secondaryIpRanges).find((each) => record(each).rangeName === name)).ipCidrRange ?? "";
  const [pods, services] = [
    rangeNamed(policy.clusterSecondaryRangeName),
    rangeNamed(policy.servicesSecondaryRangeName),
  ];
  // The sandbox stands in for it: a DNS endpoint is a name without scheme.
  const endpoint = view.controlPlane.server.replace("https://", "");
  const given = record(inputs.controlPlaneEndpointsConfig);
  return {
    ...{
      masterVersion,
      nodeVersion: masterVersion,
      operation: `operation-${uuid()}`,
      endpoint: endpoint.replace(/:\d+$/, ""),
    },
    selfLink: `https://container.googleapis.com/v1/${id}`,
    labelFingerprint: digest(JSON.stringify(inputs.resourceLabels ?? {}), 8),
    ...{ clusterIpv4Cidr: pods, servicesIpv4Cidr: services, subnetwork: inputs.subnetwork },
    ipAllocationPolicy: { clusterIpv4CidrBlock: pods, servicesIpv4CidrBlock: services, stackType: "IPV4", ...policy },
    controlPlaneEndpointsConfig: {
      dnsEndpointConfig: { allowExternalTraffic: false, ...record(given.dnsEndpointConfig), endpoint },
      ipEndpointsConfig: { enabled: true, ...record(given.ipEndpointsConfig) },
    },
    masterAuth: {
      clientCertificate: "",
      clientCertificateConfig: { issueClientCertificate: false },
      ...{ clientKey: "", clusterCaCertificate: view.controlPlane.authority },
    },
    privateClusterConfig: {
      ...{ masterGlobalAccessConfig: { enabled: false }, masterIpv4CidrBlock: "", peeringName: "" },
      ...{ privateEndpoint: "", publicEndpoint: "", ...record(inputs.privateClusterConfig) },
    },
    releaseChannel: { channel: "REGULAR", ...record(inputs.releaseChannel) },
    ...{
      datapathProvider: inputs.datapathProvider ?? "LEGACY_DATAPATH",
      networkingMode: inputs.networkingMode ?? "VPC_NATIVE",
    },
    ...{
      defaultMaxPodsPerNode: inputs.defaultMaxPodsPerNode ?? 110,
      deletionProtection: inputs.deletionProtection ?? true,
    },
    nodeLocations: inputs.nodeLocations ?? view.zones.slice(0, 3).map(({ name }) => name),
    loggingService: "logging.googleapis.com/kubernetes",
    monitoringService: "monitoring.googleapis.com/kubernetes",
  };
}

export const gke: Kinds = { [clusters]: cluster, "container/nodePool:NodePool": nodePool };

/** Roles of the project by which IAM lets a member connect to its clusters. */
export const entryRoles = [
  ...[
    "roles/owner",
    "roles/editor",
    "roles/container.admin",
    "roles/container.clusterAdmin",
    "roles/container.developer",
  ],
];
