import type { Values } from "../../sandbox/providers/cloud/model";
import { usualOptions, type AwsOptions } from "../../sandbox/providers/aws/kind";
import { aws as simulation } from "../../sandbox/providers/aws/simulation";
import { cloudAccount, urnOf as urn, type TestAccount as CloudAccount } from "./cloudAccount";

export type TestAccount = CloudAccount<AwsOptions>;

export const urnOf = (type: string, name: string): string => urn(simulation, type, name);

export function testAccount(options: Partial<AwsOptions> = {}): TestAccount {
  const defaultTags = JSON.stringify({ tags: { stack: "test" } });
  return cloudAccount(simulation, { ...usualOptions, speed: 1e9, ...options }, { region: "eu-west-1", defaultTags });
}

export const zones = ["eu-west-1a", "eu-west-1b", "eu-west-1c"];

/** A VPC with three subnets that lead out. */
export async function makeNetwork(aws: TestAccount) {
  const vpc = await aws.create("ec2/vpc:Vpc", { cidrBlock: "10.40.0.0/16" });
  const gateway = await aws.create("ec2/internetGateway:InternetGateway", { vpcId: vpc.id });
  const nat = await aws.create("ec2/natGateway:NatGateway", { availabilityMode: "regional", vpcId: vpc.id });
  const routes = [{ cidrBlock: "0.0.0.0/0", natGatewayId: nat.id }];
  const table = await aws.create("ec2/routeTable:RouteTable", { vpcId: vpc.id, routes });
  const subnets: string[] = [];
  for (const [at, availabilityZone] of zones.entries()) {
    const cidrBlock = `10.40.${32 * at}.0/19`;
    const { id } = await aws.create("ec2/subnet:Subnet", { vpcId: vpc.id, availabilityZone, cidrBlock });
    await aws.create("ec2/routeTableAssociation:RouteTableAssociation", { subnetId: id, routeTableId: table.id });
    subnets.push(id);
  }
  return { vpc: vpc.id, gateway: gateway.id, nat: nat.id, table: table.id, subnets };
}

export const trust = (service: string, actions: readonly string[] = ["sts:AssumeRole"]): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: actions }],
  });

export async function makeRole(
  aws: TestAccount,
  name: string,
  service: string,
  policies: readonly string[],
): Promise<string> {
  const role = await aws.create("iam/role:Role", { assumeRolePolicy: trust(service) }, name);
  for (const policy of policies)
    await aws.create("iam/rolePolicyAttachment:RolePolicyAttachment", {
      role: role.name,
      policyArn: `arn:aws:iam::aws:policy/${policy}`,
    });
  return String(role.arn);
}

export async function makeCluster(aws: TestAccount, subnetIds: readonly string[], inputs: Values = {}) {
  const roleArn = await makeRole(aws, "cluster", "eks.amazonaws.com", ["AmazonEKSClusterPolicy"]);
  return aws.create("eks/cluster:Cluster", {
    ...{ name: "main", version: "1.35", roleArn, bootstrapSelfManagedAddons: false },
    vpcConfig: { subnetIds, endpointPrivateAccess: true },
    ...inputs,
  });
}
