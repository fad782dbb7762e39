import assert from "node:assert/strict";
import { aws as simulation } from "../../sandbox/providers/aws/simulation";
import { unknown, type Values } from "../../sandbox/providers/cloud/model";
import { testAccount, trust, urnOf } from "./awsAccount";
import { describeInputs, type Refused, type Replaced } from "./cloudInputs";

const userData = (text: string): string => Buffer.from(text).toString("base64");
const nodeConfig = (strategy: string): string =>
  [
    "MIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="B"',
    "",
    "--B",
    "Content-Type: application/node.eks.aws",
    "",
    `{"apiVersion":"node.eks.aws/v1alpha1","kind":"NodeConfig","spec":{"instance":{"localStorage":{"strategy":"${strategy}"}}}}`,
    "--B--",
  ].join("\r\n");
const document = (statement: Values): string => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
const database = {
  engine: "postgres",
  instanceClass: "db.m7g.large",
  allocatedStorage: 100,
  username: "owner",
  password: "long-enough",
};
const cache = { description: "cache", nodeType: "cache.m7g.large", engine: "valkey", engineVersion: "7.2" };
const group = {
  clusterName: "main",
  nodeRoleArn: "arn:aws:iam::1:role/node",
  subnetIds: ["subnet-1"],
  scalingConfig: { minSize: 1, desiredSize: 1, maxSize: 2 },
};

const refused: Readonly<Record<string, Refused>> = {
  "an input that the SDK does not have": [
    "ec2/vpc:Vpc",
    { cidrBlock: "10.0.0.0/16", cidr: "10.0.0.0/16" },
    "cidr: is not an input of aws:ec2/vpc:Vpc",
  ],
  "a nested input that the SDK does not have": [
    "eks/nodeGroup:NodeGroup",
    { ...group, scalingConfig: { ...group.scalingConfig, size: 3 } },
    "scalingConfig.size: is not an input of aws:eks/nodeGroup:NodeGroup",
  ],
  "a required input that is missing": [
    "ec2/internetGateway:InternetGateway",
    { vpcId: 5 },
    "vpcId: must be a string, is number",
  ],
  "a nested input that is missing": [
    "eks/cluster:Cluster",
    { roleArn: "arn", vpcConfig: {} },
    "vpcConfig.subnetIds: is required",
  ],
  "text where a number belongs": [
    "rds/instance:Instance",
    { ...database, allocatedStorage: "100" },
    "allocatedStorage: must be a number, is string",
    'allocatedStorage: "100" is not a whole number from 20 to 65536',
  ],
  "a VPC that is too large": [
    "ec2/vpc:Vpc",
    { cidrBlock: "10.0.0.0/8" },
    'cidrBlock: "10.0.0.0/8" is not between /16 and /28',
  ],
  "a range with bits of the host": [
    "ec2/subnet:Subnet",
    { vpcId: "vpc", cidrBlock: "10.0.0.1/24" },
    'cidrBlock: "10.0.0.1/24" is not a range: bits of the host are set',
  ],
  "a value that is none of AWS' own enumeration": [
    "ec2/natGateway:NatGateway",
    { availabilityMode: "global", vpcId: "vpc" },
    'availabilityMode: "global" is not one of AWS\' AvailabilityMode: regional, zonal',
  ],
  "a machine type that EC2 does not have": [
    "eks/nodeGroup:NodeGroup",
    { ...group, instanceTypes: ["m7i.gigantic"] },
    'instanceTypes[0]: "m7i.gigantic" is not one of AWS\' _InstanceType',
  ],
  "a name that is too long": [
    "lb/targetGroup:TargetGroup",
    { name: "a".repeat(33), port: 80, protocol: "TCP", vpcId: "vpc" },
    `name: "${"a".repeat(33)}" is not at most 32 letters, digits and hyphens, no hyphen at either end, not beginning with internal- (at most 32 characters)`,
  ],
  "a description with an apostrophe": [
    "ec2/securityGroup:SecurityGroup",
    { description: "Logfire's" },
    'description: "Logfire\'s" is not a description of characters that EC2 takes',
  ],
  "a bucket with capital letters": [
    "s3/bucket:Bucket",
    { bucket: "Logfire" },
    'bucket: "Logfire" is not 3 to 63 lower-case letters, digits, dots and hyphens that make a bucket\'s name',
  ],
  "a trust policy with a resource": [
    "iam/role:Role",
    {
      assumeRolePolicy: document({
        Effect: "Allow",
        Principal: { Service: "eks.amazonaws.com" },
        Action: "sts:AssumeRole",
        Resource: "*",
      }),
    },
    "is with a Resource, which trust policies have not",
  ],
  "an identity's policy with a principal": [
    "iam/policy:Policy",
    { policy: document({ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*" }) },
    "is with a Principal, which policies of identities have not",
  ],
  "an action that is none": [
    "iam/policy:Policy",
    { policy: document({ Effect: "Allow", Action: "GetObject", Resource: "*" }) },
    "is with something that is no action: GetObject",
  ],
  "user data that is not MIME": [
    "ec2/launchTemplate:LaunchTemplate",
    { userData: userData("#!/bin/sh") },
    "userData is not in the MIME multipart format, which managed node groups require",
  ],
  "a strategy that nodeadm does not have": [
    "ec2/launchTemplate:LaunchTemplate",
    { userData: userData(nodeConfig("RAID5")) },
    "userData asks for the local storage strategy RAID5, which is not one of RAID0, RAID10, Mount",
  ],
  "a static parameter that is to apply at once": [
    "rds/parameterGroup:ParameterGroup",
    { family: "postgres16", parameters: [{ name: "max_connections", value: "1000" }] },
    "parameters: max_connections is static and needs applyMethod pending-reboot",
  ],
  "a parameter that PostgreSQL does not have": [
    "rds/parameterGroup:ParameterGroup",
    { family: "postgres16", parameters: [{ name: "max_conections", value: "1000" }] },
    "parameters: the simulator does not know max_conections of postgres16",
  ],
  "a password that RDS refuses": [
    "rds/instance:Instance",
    { ...database, password: "with/slash" },
    'password: "with/slash" is not 8 to 128 printable characters without / @ " and space',
  ],
  "growth below what is there": [
    "rds/instance:Instance",
    { ...database, maxAllocatedStorage: 100 },
    "maxAllocatedStorage must be at least 10 % above allocatedStorage",
  ],
  "a token without encryption": [
    "elasticache/replicationGroup:ReplicationGroup",
    { ...cache, authToken: "0123456789abcdef" },
    "authToken needs transitEncryptionEnabled",
  ],
  "failover with one node": [
    "elasticache/replicationGroup:ReplicationGroup",
    { ...cache, automaticFailoverEnabled: true, numCacheClusters: 1 },
    "automaticFailoverEnabled needs at least two nodes",
  ],
  "a key's policy that locks everybody out": [
    "kms/key:Key",
    {
      policy: document({
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::1:role/a" },
        Action: "kms:*",
        Resource: "*",
      }),
    },
    "policy names no account root: the key could not be managed any more",
  ],
  "an API that nobody reaches": [
    "eks/cluster:Cluster",
    { roleArn: "arn", vpcConfig: { subnetIds: ["a", "b"], endpointPublicAccess: false } },
    "vpcConfig leaves the API without any endpoint",
  ],
  "bounds that contradict each other": [
    "eks/nodeGroup:NodeGroup",
    { ...group, scalingConfig: { minSize: 4, desiredSize: 3, maxSize: 6 } },
    "scalingConfig must have minSize <= desiredSize <= maxSize, has 4, 3, 6",
  ],
  "a record without time to live": [
    "route53/record:Record",
    { zoneId: "Z", name: "a.example.com", type: "A", records: ["192.0.2.1"] },
    "ttl is required with records",
  ],
  "an address that is none": [
    "route53/record:Record",
    { zoneId: "Z", name: "a.example.com", type: "A", ttl: 60, records: ["example.com"] },
    "records: example.com is not a value of a record of type A",
  ],
  "HTTPS without a certificate": [
    "lb/listener:Listener",
    {
      loadBalancerArn: "arn",
      port: 443,
      protocol: "HTTPS",
      defaultActions: [{ type: "forward", targetGroupArn: "arn" }],
    },
    "protocol HTTPS needs certificateArn",
  ],
  "an idle timeout of a network load balancer": [
    "lb/loadBalancer:LoadBalancer",
    { loadBalancerType: "network", subnets: ["a"], idleTimeout: 600 },
    "idleTimeout does not go with a load balancer of type network",
  ],
  "a tag that is Amazon's": [
    "s3/bucket:Bucket",
    { bucket: "logfire", tags: { "aws:name": "x" } },
    'tags: tag key "aws:name" begins with aws:, which is reserved',
  ],
};

const config = (subnetIds: readonly string[], version: string): Values => ({
  ...{ version, roleArn: "arn", vpcConfig: { subnetIds } },
});
const encrypted = (keyArn: string): Values => ({
  encryptionConfig: { provider: { keyArn }, resources: ["secrets"] },
});
const replaced: readonly Replaced[] = [
  ["eks/cluster:Cluster", config(["a"], "1.34"), config(["b"], "1.35"), []],
  ["eks/cluster:Cluster", config(["a"], "1.35"), { ...config(["a"], "1.35"), roleArn: "other" }, ["roleArn"]],
  ["eks/cluster:Cluster", encrypted("a"), encrypted("b"), ["encryptionConfig"]],
  ["rds/instance:Instance", { instanceClass: "db.m7g.large" }, { instanceClass: "db.m7g.xlarge" }, []],
  ["rds/instance:Instance", { storageEncrypted: false }, { storageEncrypted: true }, ["storageEncrypted"]],
  ["eks/nodeGroup:NodeGroup", group, { ...group, instanceTypes: ["m7i.large"] }, ["instanceTypes"]],
];

const cloud = {
  ...{ simulation, testAccount, refused, replaced },
  unknown: [
    ["ec2/subnet:Subnet", { vpcId: unknown, cidrBlock: unknown, availabilityZone: unknown }],
    ["eks/nodeGroup:NodeGroup", { ...group, instanceTypes: unknown, scalingConfig: unknown }],
  ],
  named: {
    ...{ type: "iam/role:Role", property: "name", inputs: { assumeRolePolicy: trust("ec2.amazonaws.com") } },
    ...{ later: { description: "changed" }, name: /^Main-[0-9a-f]{7}$/ },
  },
} as const;

describeInputs(cloud, (account) => {
  it("take a launch template with an array over the instance store", () => {
    assert.deepEqual(
      account().failures("ec2/launchTemplate:LaunchTemplate", { userData: userData(nodeConfig("RAID0")) }),
      [],
    );
  });

  it("get a name behind a prefix, which is made anew when the prefix changes", () => {
    const { provider } = account();
    const urn = urnOf("eks/nodeGroup:NodeGroup", "general");
    const first = provider.check(urn, {}, { ...group, nodeGroupNamePrefix: "general-" }).inputs;
    assert.match(String(first.nodeGroupName), /^general-[0-9a-f]{26}$/);
    const same = provider.check(urn, first, { ...group, nodeGroupNamePrefix: "general-" }).inputs;
    assert.equal(same.nodeGroupName, first.nodeGroupName);
    const other = provider.check(urn, first, { ...group, nodeGroupNamePrefix: "nodes-" }).inputs;
    assert.match(String(other.nodeGroupName), /^nodes-/);
    assert.ok(provider.diff(urn, first, other).replaces?.includes("nodeGroupName"));
  });

  it("are the same in another order, and as JSON with other white space", () => {
    const { provider } = account();
    const policy = (spaces: number) => JSON.stringify({ Version: "2012-10-17", Statement: [] }, undefined, spaces);
    const policies = provider.diff(urnOf("iam/policy:Policy", "a"), { policy: policy(0) }, { policy: policy(2) });
    assert.deepEqual(policies.diffs, []);
    const ids = (subnetIds: readonly string[]) => ({ subnetIds });
    const groups = provider.diff(urnOf("rds/subnetGroup:SubnetGroup", "a"), ids(["a", "b"]), ids(["b", "a"]));
    assert.deepEqual(groups.diffs, []);
  });
});
