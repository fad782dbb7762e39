import type { Values } from "../../sandbox/providers/cloud/model";
import { usualOptions, type GcpOptions } from "../../sandbox/providers/gcp/kind";
import { ownerApis } from "../../sandbox/providers/gcp/services/apis";
import { gcp as simulation } from "../../sandbox/providers/gcp/simulation";
import { cloudAccount, urnOf as urn, type TestAccount as CloudAccount } from "./cloudAccount";

export type TestAccount = CloudAccount<GcpOptions>;

export const urnOf = (type: string, name: string): string => urn(simulation, type, name);

export const { project, projectNumber } = usualOptions;
export const region = "europe-west1";
export const zones = ["europe-west1-b", "europe-west1-c", "europe-west1-d"];

/** A project in which every API is on that the tables know. */
export function testAccount(options: Partial<GcpOptions> = {}): TestAccount {
  const defaultLabels = JSON.stringify({ stack: "test" });
  return cloudAccount(
    simulation,
    { ...usualOptions, enabled: [...usualOptions.enabled, ...ownerApis], speed: 1e9, ...options },
    { project, region, defaultLabels },
  );
}

/** A network with a subnet for a cluster, a way out, and a connection to Google's stores. */
export async function makeNetwork(gcp: TestAccount) {
  const network = await gcp.create("compute/network:Network", { name: "main", autoCreateSubnetworks: false });
  const subnet = await gcp.create("compute/subnetwork:Subnetwork", {
    ...{ name: "nodes", network: network.id, region, ipCidrRange: "10.40.0.0/22", privateIpGoogleAccess: true },
    secondaryIpRanges: [
      { rangeName: "pods", ipCidrRange: "10.48.0.0/14" },
      { rangeName: "services", ipCidrRange: "10.44.0.0/20" },
    ],
  });
  const router = await gcp.create("compute/router:Router", { name: "main", network: network.id, region });
  const nat = await gcp.create("compute/routerNat:RouterNat", {
    ...{ name: "main", router: router.name, region, natIpAllocateOption: "AUTO_ONLY" },
    sourceSubnetworkIpRangesToNat: "ALL_SUBNETWORKS_ALL_IP_RANGES",
  });
  return { network: network.id, subnet: subnet.id, router: router.id, nat: nat.id };
}

export async function connectStores(gcp: TestAccount, network: string, inputs: Values = {}) {
  const range = await gcp.create("compute/globalAddress:GlobalAddress", {
    ...{ name: "stores", purpose: "VPC_PEERING", addressType: "INTERNAL", network },
    ...{ address: "10.45.0.0", prefixLength: 20 },
  });
  return gcp.create("servicenetworking/connection:Connection", {
    ...{ network, service: "servicenetworking.googleapis.com", reservedPeeringRanges: [range.name] },
    ...inputs,
  });
}

export const clusterInputs = (network: string, subnetwork: string, inputs: Values = {}): Values => ({
  ...{ name: "main", location: region, network, subnetwork, initialNodeCount: 1, removeDefaultNodePool: true },
  ipAllocationPolicy: { clusterSecondaryRangeName: "pods", servicesSecondaryRangeName: "services" },
  ...{ datapathProvider: "ADVANCED_DATAPATH", privateClusterConfig: { enablePrivateNodes: true } },
  controlPlaneEndpointsConfig: {
    dnsEndpointConfig: { allowExternalTraffic: true },
    ipEndpointsConfig: { enabled: false },
  },
  ...{ releaseChannel: { channel: "REGULAR" }, minMasterVersion: "1.35", deletionProtection: false },
  workloadIdentityConfig: { workloadPool: `${project}.svc.id.goog` },
  ...inputs,
});

export async function makeCluster(gcp: TestAccount, inputs: Values = {}) {
  const { network, subnet } = await makeNetwork(gcp);
  const cluster = await gcp.create("container/cluster:Cluster", clusterInputs(network, subnet, inputs));
  return { network, subnet, cluster };
}

export const poolInputs = (cluster: string, nodeConfig: Values = {}, inputs: Values = {}): Values => ({
  ...{ name: "general", cluster, location: region, nodeLocations: zones, initialNodeCount: 1 },
  autoscaling: { totalMinNodeCount: 3, totalMaxNodeCount: 6, locationPolicy: "BALANCED" },
  nodeConfig: { machineType: "n2d-standard-8", diskType: "pd-balanced", diskSizeGb: 100, ...nodeConfig },
  ...inputs,
});

export const database = (network: string, inputs: Values = {}, settings: Values = {}): Values => ({
  ...{ name: "main", databaseVersion: "POSTGRES_16", region, deletionProtection: false },
  settings: {
    ...{ tier: "db-custom-2-8192", edition: "ENTERPRISE", availabilityType: "ZONAL", diskSize: 20 },
    ipConfiguration: { ipv4Enabled: false, privateNetwork: network, sslMode: "ENCRYPTED_ONLY" },
    ...settings,
  },
  ...inputs,
});
