import type { OwnerPart, SettingValues } from "../../rehearsal/cloud";
import { text, type Values } from "../cloud/model";
import { Owner } from "../cloud/owner";

export class AwsOwner extends Owner {
  private subnetIds: readonly string[] = [];

  async settingsOf(part: OwnerPart, hostname: string): Promise<Readonly<Record<string, SettingValues>>> {
    switch (part) {
      case "network":
        return { network: { existing: await this.network() } };
      case "cluster":
        return { cluster: { existing: { name: await this.cluster(this.subnetIds) } } };
      case "zone":
        return { dns: { existing: await this.zone(hostname) } };
      case "bucket":
        return { objectStore: { existing: { bucket: await this.bucket() } } };
      case "postgres":
        return { postgres: { existing: { host: "db.owner.example.com", adminUser: "owner" } } };
      case "redis":
        return { redis: { existing: { port: 6379 } } };
    }
  }

  private async network() {
    const vpc = await this.make("ec2/vpc:Vpc", { cidrBlock: "10.60.0.0/16", enableDnsHostnames: true });
    const gateway = await this.make("ec2/internetGateway:InternetGateway", { vpcId: vpc.id });
    const subnets = async (part: string, first: number, target: Values) => {
      const routes = [{ cidrBlock: "0.0.0.0/0", ...target }];
      const table = await this.make("ec2/routeTable:RouteTable", { vpcId: vpc.id, routes }, part);
      const ids: string[] = [];
      for (const [at, letter] of ["a", "b", "c"].entries()) {
        const cidrBlock = part === "public" ? `10.60.${at}.0/24` : `10.60.${first + 32 * at}.0/19`;
        const made = await this.make(
          "ec2/subnet:Subnet",
          { vpcId: vpc.id, availabilityZone: `${this.place.view().region}${letter}`, cidrBlock },
          `${part}-${letter}`,
        );
        const association = { subnetId: made.id, routeTableId: table.id };
        await this.make("ec2/routeTableAssociation:RouteTableAssociation", association, `${part}-${letter}`);
        ids.push(made.id);
      }
      return ids;
    };
    const publicSubnetIds = await subnets("public", 0, { gatewayId: gateway.id });
    const address = await this.make("ec2/eip:Eip", { domain: "vpc" });
    const nat = await this.make("ec2/natGateway:NatGateway", {
      subnetId: publicSubnetIds[0],
      allocationId: address.id,
    });
    const privateSubnetIds = await subnets("private", 32, { natGatewayId: nat.id });
    this.subnetIds = privateSubnetIds;
    return { vpcId: vpc.id, privateSubnetIds, publicSubnetIds };
  }

  private async cluster(subnetIds: readonly string[]): Promise<string> {
    const assumeRolePolicy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "eks.amazonaws.com" }, Action: "sts:AssumeRole" }],
    });
    const role = await this.make("iam/role:Role", { name: "owner-cluster", assumeRolePolicy });
    const policyArn = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy";
    await this.make("iam/rolePolicyAttachment:RolePolicyAttachment", { role: role.name, policyArn });
    const cluster = await this.make("eks/cluster:Cluster", {
      ...{ name: "owner", version: "1.35", roleArn: role.arn },
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
      vpcConfig: { subnetIds, endpointPrivateAccess: true, endpointPublicAccess: false },
    });
    await this.addons(cluster.id);
    return cluster.id;
  }

  /** What an owner's cluster brings along. Put there as they are: some would wait for nodes, which are the stack's. */
  private async addons(clusterName: string): Promise<void> {
    const names = [
      "vpc-cni",
      "kube-proxy",
      "coredns",
      "aws-ebs-csi-driver",
      "eks-pod-identity-agent",
      "metrics-server",
    ];
    await this.add(
      names.map((addonName) => ({
        ...{ token: "eks/addon:Addon", id: `${clusterName}:${addonName}` },
        ...{ inputs: { clusterName, addonName }, outs: { clusterName, addonName } },
      })),
    );
  }

  /** The zone above the hostname. */
  private async zone(hostname: string): Promise<{ readonly name: string; readonly zoneId: string }> {
    const name = hostname.split(".").slice(-2).join(".");
    const { id } = await this.make("route53/zone:Zone", { name });
    return { name, zoneId: id };
  }

  private async bucket(): Promise<string> {
    return text((await this.make("s3/bucket:Bucket", { bucket: "owner-telemetry" })).id);
  }
}
