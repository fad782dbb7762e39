import { Cluster as GkeCluster } from "@pulumi/gcp/container/cluster";
import type { KeyRing } from "@pulumi/gcp/kms/keyRing";
import type { Account } from "@pulumi/gcp/serviceaccount/account";
import { IAMMember } from "@pulumi/gcp/projects/iammember";
import * as pulumi from "@pulumi/pulumi";
import type { GcpCluster } from "../../settings/gcp/types";
import { kubeconfigOf as kubeconfig } from "../shared/kubernetesProvider";
import { createAgent, enabled } from "./apis";
import { chooseZones } from "./check";
import type { GcpContext } from "./context";
import { maxPods } from "./figures/machineTypes";
import { createKey } from "./keys";
import { workloadPoolOf } from "./names";
import type { Network } from "./network";
import { firstNodes } from "./nodeConfig";

export interface Cluster {
  readonly name: string;
  /** `projects/<project>/locations/<region>/clusters/<name>` */
  readonly id: pulumi.Input<string>;
  /** Of the control plane, whole: `1.35.8-gke.1036000`. New nodes begin with it. */
  readonly version: pulumi.Input<string>;
  /** With `https://`. */
  readonly server: pulumi.Input<string>;
  /** PEM in base64; none where a public authority has signed the endpoint's certificate. */
  readonly certificateAuthority?: pulumi.Input<string>;
  /** The control plane; of the owner's, what his program says. */
  readonly made: readonly pulumi.Resource[];
  /** Rights of whoever administers it. Objects in the cluster come after them, and go before. */
  readonly access: readonly pulumi.Resource[];
}

/** `ring`: of the stack's keys; only where the cluster is made. */
export function createCluster(
  context: GcpContext,
  network: Network,
  nodeAccount: NodeAccount,
  ring: KeyRing | undefined,
): Cluster {
  const { settings, facts } = context;
  if (settings.cluster.kind === "create") {
    if (ring === undefined) throw new Error("a cluster without a key for its Secrets");
    return makeCluster(context, settings.cluster, { network, nodeAccount, ring });
  }
  if (facts.cluster === undefined) throw new Error("the cluster was not looked up");
  const ready = context.adopt.cluster?.ready ?? [];
  const { name, id, version, server, certificateAuthority } = facts.cluster;
  return { name, id, version, server, certificateAuthority, made: ready, access: ready };
}

/** The account that machines have, with its rights. */
export interface NodeAccount {
  readonly account: Account;
  /** No node gets ready before. */
  readonly rights: readonly pulumi.Resource[];
}

interface ClusterParts {
  readonly network: Network;
  readonly nodeAccount: NodeAccount;
  readonly ring: KeyRing;
}

function makeCluster(context: GcpContext, settings: GcpCluster, { network, nodeAccount, ring }: ClusterParts): Cluster {
  const { name, clusterName, settings: platform, facts, logfire, labels, guarded } = context;
  const key = createKey(context, ring, "secrets", createAgent(context, "container"));
  const cluster = new GkeCluster(
    `${name}-cluster`,
    {
      name: clusterName,
      location: platform.region,
      nodeLocations: [...chooseZones(platform, facts)],
      ...networkOf(platform.project, network),
      // The name is reached from wherever its certificate counts, and IAM says who gets an answer. There is no address.
      controlPlaneEndpointsConfig: {
        dnsEndpointConfig: { allowExternalTraffic: settings.apiAccess === "iam" },
        ipEndpointsConfig: { enabled: false },
      },
      releaseChannel: { channel: settings.channel },
      minMasterVersion: settings.version,
      maintenancePolicy: { recurringWindow: windowOf(settings.maintenance) },
      databaseEncryption: { state: "ENCRYPTED", keyName: key.id },
      gatewayApiConfig: { channel: gatewayChannel(context) },
      ...usual,
      resourceLabels: labels,
      deletionProtection: !logfire.disposable,
      defaultMaxPodsPerNode: maxPods,
      // GKE makes no cluster without nodes. These go before the pools come.
      removeDefaultNodePool: true,
      initialNodeCount: 1,
      nodeConfig: firstNodes(nodeAccount.account.email, labels),
    },
    {
      ...guarded,
      dependsOn: [...key.usable, ...nodeAccount.rights, ...network.wayOut, ...enabled(context, "container")],
      ignoreChanges: ["nodeConfig", "initialNodeCount", ...(unsaidZones(context) ? ["nodeLocations"] : [])],
      customTimeouts: { create: "60m", update: "90m", delete: "60m" },
    },
  );
  const endpoint = cluster.controlPlaneEndpointsConfig.apply((config) => config.dnsEndpointConfig?.endpoint ?? "");
  return {
    name: clusterName,
    id: cluster.id,
    version: cluster.masterVersion,
    server: pulumi.interpolate`https://${endpoint}`,
    made: [cluster],
    access: settings.administrators.map((member) => administrator(context, member)),
  };
}

/**
 * Elsewhere than in the mode `native` this stack installs the Gateway API itself, in Envoy Gateway's version of it. Once on,
 * Google's stays on: its controller has to take down the load balancer of a Gateway that goes when the mode changes.
 */
const gatewayChannel = ({ logfire, facts }: GcpContext): "CHANNEL_STANDARD" | "CHANNEL_DISABLED" =>
  logfire.edge.mode === "native" || facts.gatewayApiIsOn === true ? "CHANNEL_STANDARD" : "CHANNEL_DISABLED";

/** What every cluster of ours has, whatever the settings say. */
const usual = {
  // Load balancers inside the network that lead to the nodes with an Envoy only; cannot be taken back.
  enableL4IlbSubsetting: true,
  enableShieldedNodes: true,
  securityPostureConfig: { mode: "BASIC", vulnerabilityMode: "VULNERABILITY_DISABLED" },
  addonsConfig: {
    horizontalPodAutoscaling: { disabled: false },
    // Without it there is neither a load balancer of a Service nor a Gateway of Google's.
    httpLoadBalancing: { disabled: false },
    gcePersistentDiskCsiDriverConfig: { enabled: true },
    // On by default from 1.33.1; written down, because turning it later makes all nodes anew.
    dnsCacheConfig: { enabled: true },
  },
  clusterAutoscaling: { autoscalingProfile: "OPTIMIZE_UTILIZATION" },
  // What pods say stays on the nodes, where it can be read for as long as they live.
  loggingConfig: { enableComponents: ["SYSTEM_COMPONENTS", "APISERVER"] },
  monitoringConfig: { enableComponents: ["SYSTEM_COMPONENTS"], managedPrometheus: { enabled: true } },
};

/** What is offered where changes from day to day; nodes do not move after it. */
export const unsaidZones = ({ settings: { network } }: GcpContext): boolean =>
  network.kind === "existing" || network.zones.length === 0;

const networkOf = (project: string, { id, subnetworkId, ranges }: Network) => ({
  network: id,
  subnetwork: subnetworkId,
  networkingMode: "VPC_NATIVE",
  ipAllocationPolicy: { clusterSecondaryRangeName: ranges.pods, servicesSecondaryRangeName: ranges.services },
  // Enforces network policies.
  datapathProvider: "ADVANCED_DATAPATH",
  privateClusterConfig: { enablePrivateNodes: true },
  workloadIdentityConfig: { workloadPool: workloadPoolOf(project) },
});

/** A day in the past that all windows are reckoned from: with another one each `pulumi up` would change them. */
const firstDay = "2026-01-03";

/** Every week on the given days; over midnight it ends on the next. */
export function windowOf({ days, startHour, hours }: GcpCluster["maintenance"]) {
  const start = new Date(`${firstDay}T${String(startHour).padStart(2, "0")}:00:00Z`);
  const end = new Date(start.getTime() + hours * 3600 * 1000);
  const text = (date: Date) => date.toISOString().replace(".000Z", "Z");
  return { startTime: text(start), endTime: text(end), recurrence: `FREQ=WEEKLY;BYDAY=${days.join(",")}` };
}

/** Roles of GKE hold for a project: whoever administers this cluster administers the project's others too. */
function administrator({ name, settings, child }: GcpContext, member: string): IAMMember {
  const who = member.replace(/[^A-Za-z0-9]+/g, "-");
  return new IAMMember(
    `${name}-admin-${who}`,
    { project: settings.project, role: "roles/container.admin", member },
    child,
  );
}

/** With a token that Google's own program fetches. */
export const kubeconfigOf = ({ name, server, certificateAuthority }: Cluster): pulumi.Output<string> =>
  kubeconfig({
    ...{ name, server, certificateAuthority },
    exec: { command: "gke-gcloud-auth-plugin", provideClusterInfo: true },
  });
