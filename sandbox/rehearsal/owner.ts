import type { ConfigValue } from "..";
import type { AccountFolder } from "../providers/aws/account";
import { text, type Values } from "../providers/aws/model";
import { AwsProvider } from "../providers/aws/provider";

/** Parts that a stack can take over from its owner instead of making them. A cluster lies in the owner's network. */
export const ownerParts = ["network", "cluster", "postgres", "bucket", "redis", "zone"] as const;
export type OwnerPart = (typeof ownerParts)[number];

/** What of the owner's is there before the stack, as its settings name it. */
export interface Owned {
  readonly aws: Readonly<Record<string, ConfigValue>>;
  /** Values below `secrets`. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Makes the owner's parts in the account, at once; a rehearsal finds them there again at the end. */
export async function makeOwned(
  account: AccountFolder,
  region: string,
  hostname: string,
  parts: readonly OwnerPart[],
): Promise<Owned> {
  const options = account.options();
  account.prepare({ ...options, speed: 1e9 });
  const owner = new Owner(account, region);
  const wanted = new Set(parts.flatMap((part) => (part === "cluster" ? (["network", "cluster"] as const) : [part])));
  const subnets = wanted.has("network") ? await owner.network() : undefined;
  const aws: Record<string, ConfigValue> = {
    ...(subnets === undefined ? {} : { network: { existing: { ...subnets } } }),
    ...(subnets !== undefined && wanted.has("cluster")
      ? { cluster: { existing: { name: await owner.cluster(subnets.privateSubnetIds) } } }
      : {}),
    ...(wanted.has("zone") ? { dns: { existing: await owner.zone(hostname) } } : {}),
    ...(wanted.has("bucket") ? { objectStore: { existing: { bucket: await owner.bucket() } } } : {}),
    ...(wanted.has("postgres") ? { postgres: { existing: { host: "db.owner.example.com", adminUser: "owner" } } } : {}),
    ...(wanted.has("redis") ? { redis: { existing: { port: 6379 } } } : {}),
  };
  await account.change((entities) => [
    entities.map((each) => ({ ...each, outs: { ...each.outs, seeded: true } })),
    undefined,
  ]);
  account.prepare(options);
  const secrets = {
    ...(wanted.has("postgres") ? { postgresAdminPassword: "made-up-for-the-rehearsal" } : {}),
    ...(wanted.has("redis") ? { redisDsn: "rediss://:made-up@redis.owner.example.com:6379" } : {}),
  };
  return { aws, secrets };
}

/** Ids of what the owner has, to see that a rehearsal leaves it. */
export const ownedIds = (account: AccountFolder): readonly string[] =>
  account.entities().flatMap(({ token, id, outs }) => (outs.seeded === true ? [`${token} ${id}`] : []));

class Owner {
  private readonly provider: AwsProvider;

  constructor(
    private readonly account: AccountFolder,
    private readonly region: string,
  ) {
    this.provider = new AwsProvider(account);
    this.provider.configure({ region });
  }

  private async make(type: string, inputs: Values, name = "owner"): Promise<Values & { readonly id: string }> {
    const urn = `urn:pulumi:owner::owner::aws:${type}::${name}`;
    const { inputs: checked, failures } = this.provider.check(urn, {}, inputs);
    if (failures.length > 0) throw new Error(`${type}: ${failures.map(({ reason }) => reason).join("; ")}`);
    const { id, outs } = await this.provider.create(urn, checked);
    return { ...outs, id };
  }

  async network() {
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
          { vpcId: vpc.id, availabilityZone: `${this.region}${letter}`, cidrBlock },
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
    return { vpcId: vpc.id, privateSubnetIds, publicSubnetIds };
  }

  async cluster(subnetIds: readonly string[]): Promise<string> {
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
    const at = Date.now();
    const names = [
      "vpc-cni",
      "kube-proxy",
      "coredns",
      "aws-ebs-csi-driver",
      "eks-pod-identity-agent",
      "metrics-server",
    ];
    const entities = names.map((addonName) => ({
      ...{ token: "eks/addon:Addon", id: `${clusterName}:${addonName}`, urn: "", begun: at, readyAt: at },
      ...{ inputs: { clusterName, addonName }, outs: { clusterName, addonName } },
    }));
    await this.account.change((before) => [[...before, ...entities], undefined]);
  }

  /** The zone above the hostname. */
  async zone(hostname: string): Promise<{ readonly name: string; readonly zoneId: string }> {
    const name = hostname.split(".").slice(-2).join(".");
    const { id } = await this.make("route53/zone:Zone", { name });
    return { name, zoneId: id };
  }

  async bucket(): Promise<string> {
    return text((await this.make("s3/bucket:Bucket", { bucket: "owner-telemetry" })).id);
  }
}
