import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AccountFolder, usualOptions, type AccountOptions } from "../../sandbox/providers/aws/account";
import { inWords } from "../../sandbox/providers/aws/check";
import type { Values } from "../../sandbox/providers/aws/model";
import { AwsProvider } from "../../sandbox/providers/aws/provider";

/** A simulated account without an engine: time passes at once. */
export interface TestAccount {
  readonly folder: string;
  readonly account: AccountFolder;
  /** What a preview has against the inputs: `cidrBlock: …`. */
  failures(type: string, inputs: Values): readonly string[];
  /** Checked, then made. Resolves to everything that a program can read, and `id`. */
  create(type: string, inputs: Values, name?: string): Promise<Values & { readonly id: string }>;
  update(type: string, id: string, inputs: Values): Promise<Values>;
  delete(type: string, id: string): Promise<void>;
  /** What an update would replace. */
  replaces(type: string, olds: Values, news: Values): readonly string[];
  lookUp(token: string, args: Values): Values;
  provider: AwsProvider;
  remove(): void;
}

export const urnOf = (type: string, name: string): string => `urn:pulumi:stack::project::aws:${type}::${name}`;

export function testAccount(options: Partial<AccountOptions> = {}): TestAccount {
  const folder = mkdtempSync(join(tmpdir(), "aws-account-"));
  const account = new AccountFolder(folder);
  const controlPlane = { server: "https://127.0.0.1:6443", authority: "QUNB" };
  account.prepare({ ...usualOptions, controlPlane, speed: 1e9, ...options });
  const provider = new AwsProvider(account);
  const tags = JSON.stringify({ tags: { stack: "test" } });
  provider.configure({ region: "eu-west-1", defaultTags: tags });
  const checked = (type: string, inputs: Values, name = "thing", olds: Values = {}) => {
    const { inputs: made, failures } = provider.check(urnOf(type, name), olds, inputs);
    assert.deepEqual(failures, []);
    return made;
  };
  return {
    ...{ folder, account, provider },
    failures: (type, inputs) => provider.check(urnOf(type, "thing"), {}, inputs).failures.map(inWords),
    create: async (type, inputs, name = "thing") => {
      const { id, outs } = await provider.create(urnOf(type, name), checked(type, inputs, name));
      return { ...outs, id };
    },
    update: (type, id, inputs) => provider.update(urnOf(type, "thing"), id, checked(type, inputs)),
    delete: (type, id) => provider.delete(urnOf(type, "thing"), id),
    replaces: (type, olds, news) => provider.diff(urnOf(type, "thing"), olds, news).replaces ?? [],
    lookUp: (token, args) => provider.invoke(token, args),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
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
