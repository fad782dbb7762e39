import { Address } from "@pulumi/gcp/compute/address";
import { getZones } from "@pulumi/gcp/compute/getZones";
import { GlobalAddress } from "@pulumi/gcp/compute/globalAddress";
import { Network } from "@pulumi/gcp/compute/network";
import { Subnetwork } from "@pulumi/gcp/compute/subnetwork";
import { Cluster } from "@pulumi/gcp/container/cluster";
import { NodePool } from "@pulumi/gcp/container/nodePool";
import { Service } from "@pulumi/gcp/projects/service";
import { Provider as GcpProvider } from "@pulumi/gcp/provider";
import { Connection } from "@pulumi/gcp/servicenetworking/connection";
import { DatabaseInstance } from "@pulumi/gcp/sql/databaseInstance";
import { User } from "@pulumi/gcp/sql/user";
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { canary, kubeconfigOf, makeWorkload } from "./cloudWorkload";
import { project, region } from "./gcpAccount";

/** What a test varies. */
export interface GcpProgramOptions {
  readonly version?: string;
  /** Over all zones. */
  readonly nodes?: number;
  readonly type?: string;
  /** Local SSDs of each node. */
  readonly localSsds?: number;
  /** Makes nodes without waiting for GKE's API. */
  readonly withoutApi?: boolean;
}

/** A small stack on GCP: a cluster with a workload on disks, a database, and what both need. */
export const gcpProgram = (options: GcpProgramOptions = {}): PulumiFn => {
  const { version = "1.35", nodes = 3, type = "n2-standard-8", localSsds = 0, withoutApi = false } = options;
  return async () => {
    const provider = new GcpProvider("gcp", { project, region, defaultLabels: { stack: "test" } });
    const { names } = await getZones({ project, region }, { provider });
    const opts = { provider };
    const network = makeNetwork(opts);
    const apis = withoutApi ? [] : [api("container", opts)];
    const cluster = makeCluster(version, network, { ...opts, dependsOn: apis });
    const pool = makeNodes(cluster, names, { nodes, type, localSsds }, opts);
    makeDatabase(network, opts);
    makeWorkload({
      ...{ kubeconfig: kubeconfig(cluster), nodes: pool, nodeSelector: { "logfire.dev/pool": "general" }, cpu: "5" },
      disks: { provisioner: "pd.csi.storage.gke.io", parameters: { type: "pd-balanced" } },
    });
    const address = new Address("edge", { region, labels: { part: "edge" } }, opts);
    return { endpoint: cluster.endpoint, tags: pulumi.unsecret(address.effectiveLabels), zones: names };
  };
};

const api = (name: string, opts: pulumi.CustomResourceOptions): Service =>
  new Service(name, { service: `${name}.googleapis.com`, disableOnDestroy: false }, opts);

interface Parts {
  readonly network: Network;
  readonly subnet: Subnetwork;
}

function makeNetwork(opts: pulumi.CustomResourceOptions): Parts {
  const network = new Network("net", { autoCreateSubnetworks: false, deletionPolicy: "ABANDON" }, opts);
  const subnet = new Subnetwork(
    "net",
    {
      ...{ network: network.id, region, ipCidrRange: "10.40.0.0/22", privateIpGoogleAccess: true },
      secondaryIpRanges: [
        { rangeName: "pods", ipCidrRange: "10.48.0.0/14" },
        { rangeName: "services", ipCidrRange: "10.44.0.0/20" },
      ],
    },
    opts,
  );
  return { network, subnet };
}

const makeCluster = (version: string, { network, subnet }: Parts, opts: pulumi.CustomResourceOptions): Cluster =>
  new Cluster(
    "toy",
    {
      ...{ name: "toy", location: region, network: network.id, subnetwork: subnet.id },
      ...{ removeDefaultNodePool: true, initialNodeCount: 1, deletionProtection: false },
      ipAllocationPolicy: { clusterSecondaryRangeName: "pods", servicesSecondaryRangeName: "services" },
      ...{ datapathProvider: "ADVANCED_DATAPATH", privateClusterConfig: { enablePrivateNodes: true } },
      controlPlaneEndpointsConfig: {
        dnsEndpointConfig: { allowExternalTraffic: true },
        ipEndpointsConfig: { enabled: false },
      },
      ...{ releaseChannel: { channel: "REGULAR" }, minMasterVersion: version },
    },
    opts,
  );

function makeNodes(
  cluster: Cluster,
  zones: readonly string[],
  { nodes, type, localSsds }: { readonly nodes: number; readonly type: string; readonly localSsds: number },
  opts: pulumi.CustomResourceOptions,
): NodePool {
  return new NodePool(
    "general",
    {
      ...{ cluster: cluster.id, location: region, nodeLocations: [...zones] },
      nodeDrainConfigs: [{ respectPdbDuringNodePoolDeletion: true }],
      ...{ initialNodeCount: 1, version: cluster.masterVersion },
      autoscaling: { totalMinNodeCount: nodes, totalMaxNodeCount: nodes + 3, locationPolicy: "BALANCED" },
      management: { autoRepair: true, autoUpgrade: true },
      nodeConfig: {
        ...{ machineType: type, diskType: "pd-balanced", diskSizeGb: 100 },
        ...(localSsds === 0 ? {} : { ephemeralStorageLocalSsdConfig: { localSsdCount: localSsds } }),
        labels: { "logfire.dev/pool": "general" },
        taints: [{ key: "toy", value: "true", effect: "NO_SCHEDULE" }],
      },
    },
    opts,
  );
}

function makeDatabase({ network }: Parts, opts: pulumi.CustomResourceOptions): void {
  const needed = [api("servicenetworking", opts), api("sqladmin", opts)];
  const range = new GlobalAddress(
    "stores",
    { purpose: "VPC_PEERING", addressType: "INTERNAL", prefixLength: 20, network: network.id },
    opts,
  );
  const connection = new Connection(
    "stores",
    {
      ...{ network: network.id, service: "servicenetworking.googleapis.com", reservedPeeringRanges: [range.name] },
      deletionPolicy: "ABANDON",
    },
    { ...opts, dependsOn: needed },
  );
  const server = new DatabaseInstance(
    "db",
    {
      ...{ databaseVersion: "POSTGRES_16", region, deletionProtection: false },
      settings: {
        ...{ tier: "db-custom-2-8192", edition: "ENTERPRISE", diskSize: 20 },
        ipConfiguration: { ipv4Enabled: false, privateNetwork: network.id, sslMode: "ENCRYPTED_ONLY" },
      },
    },
    { ...opts, dependsOn: [connection, ...needed] },
  );
  const password = pulumi.secret(canary);
  new User("db", { instance: server.name, name: "postgres", password, deletionPolicy: "ABANDON" }, opts);
}

/** A public authority signs for the endpoint. */
const kubeconfig = ({ controlPlaneEndpointsConfig }: Cluster): pulumi.Output<string> =>
  kubeconfigOf(
    { command: "gke-gcloud-auth-plugin", provideClusterInfo: true },
    controlPlaneEndpointsConfig.apply(({ dnsEndpointConfig }) => ({
      server: `https://${dnsEndpointConfig?.endpoint ?? ""}`,
    })),
  );
