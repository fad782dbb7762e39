import type { OwnerPart, SettingValues } from "../../rehearsal/cloud";
import { text, type Values } from "../cloud/model";
import { Owner } from "../cloud/owner";
import type { GcpView } from "./kind";
import { ownerApis } from "./services/apis";

/** Whoever had parts in the project before the stack, and has enabled what they need. */
export class GcpOwner extends Owner {
  private network?: Values & { readonly id: string };
  private subnet?: Values & { readonly id: string };

  async settingsOf(part: OwnerPart, hostname: string): Promise<Readonly<Record<string, SettingValues>>> {
    await this.enable();
    switch (part) {
      case "network":
        return { network: { existing: await this.makeNetwork() } };
      case "cluster":
        return { cluster: { existing: { name: await this.makeCluster() } } };
      case "zone":
        return { dns: { existing: await this.makeZone(hostname) } };
      case "bucket":
        return { objectStore: { existing: { bucket: await this.makeBucket() } } };
      case "postgres":
        return { postgres: { existing: { host: "db.owner.example.com", adminUser: "owner" } } };
      case "redis":
        return { redis: { existing: { port: 6379 } } };
    }
  }

  /** Once, before the first part. */
  private async enable(): Promise<void> {
    if (this.place.view().of("projects/service:Service").length > 0) return;
    for (const service of ownerApis) await this.make("projects/service:Service", { service }, service);
  }

  private get region(): string {
    return (this.place.view() as GcpView).region;
  }

  private async makeNetwork(): Promise<SettingValues> {
    const { region } = this;
    const network = await this.make("compute/network:Network", { name: "owner", autoCreateSubnetworks: false });
    const subnet = await this.make("compute/subnetwork:Subnetwork", {
      ...{ name: "owner-nodes", network: network.id, region, ipCidrRange: "10.60.0.0/22", privateIpGoogleAccess: true },
      secondaryIpRanges: [
        { rangeName: "owner-pods", ipCidrRange: "10.64.0.0/14" },
        { rangeName: "owner-services", ipCidrRange: "10.60.16.0/20" },
      ],
    });
    const router = await this.make("compute/router:Router", { name: "owner", network: network.id, region });
    await this.make("compute/routerNat:RouterNat", {
      ...{ name: "owner", router: router.name, region, natIpAllocateOption: "AUTO_ONLY" },
      sourceSubnetworkIpRangesToNat: "ALL_SUBNETWORKS_ALL_IP_RANGES",
    });
    const range = await this.make("compute/globalAddress:GlobalAddress", {
      ...{ name: "owner-stores", purpose: "VPC_PEERING", addressType: "INTERNAL", network: network.id },
      ...{ address: "10.61.0.0", prefixLength: 20 },
    });
    await this.make("servicenetworking/connection:Connection", {
      ...{ network: network.id, service: "servicenetworking.googleapis.com", reservedPeeringRanges: [range.name] },
    });
    this.network = network;
    this.subnet = subnet;
    return {
      ...{ network: "owner", subnetwork: "owner-nodes", podsRange: "owner-pods", servicesRange: "owner-services" },
      storesRange: "owner-stores",
    };
  }

  private async makeCluster(): Promise<string> {
    const { region } = this;
    const { project } = this.place.view() as GcpView;
    const cluster = await this.make("container/cluster:Cluster", {
      ...{ name: "owner", location: region, network: this.network?.id, subnetwork: this.subnet?.id },
      ipAllocationPolicy: { clusterSecondaryRangeName: "owner-pods", servicesSecondaryRangeName: "owner-services" },
      ...{ datapathProvider: "ADVANCED_DATAPATH", privateClusterConfig: { enablePrivateNodes: true } },
      controlPlaneEndpointsConfig: {
        dnsEndpointConfig: { allowExternalTraffic: true },
        ipEndpointsConfig: { enabled: false },
      },
      ...{ releaseChannel: { channel: "REGULAR" }, minMasterVersion: "1.35", initialNodeCount: 1 },
      ...{ workloadIdentityConfig: { workloadPool: `${project}.svc.id.goog` }, removeDefaultNodePool: true },
    });
    return text(cluster.name);
  }

  /** The zone above the hostname. */
  private async makeZone(hostname: string): Promise<SettingValues> {
    const name = hostname.split(".").slice(-2).join(".");
    await this.make("dns/managedZone:ManagedZone", { name: "owner", dnsName: `${name}.` });
    return { name, zone: "owner" };
  }

  private async makeBucket(): Promise<string> {
    const bucket = await this.make("storage/bucket:Bucket", {
      ...{ name: "owner-telemetry", location: this.region.toUpperCase(), uniformBucketLevelAccess: true },
      softDeletePolicy: { retentionDurationSeconds: 0 },
    });
    return text(bucket.name);
  }
}
