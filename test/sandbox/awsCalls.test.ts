import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AccountFolder } from "../../sandbox/providers/aws/account";
import { meet, writeFaults } from "../../sandbox/providers/aws/faults";
import { text, texts, type Values } from "../../sandbox/providers/aws/model";
import { AwsProvider } from "../../sandbox/providers/aws/provider";
import { makeCluster, makeNetwork, makeRole, testAccount, trust, urnOf, type TestAccount } from "./awsAccount";

/** What the simulated account has against requests whose inputs are well formed. */
describe("the simulated aws account", () => {
  let aws: TestAccount;
  beforeEach(() => (aws = testAccount()));
  afterEach(() => aws.remove());

  const database = (inputs: Values = {}): Values => ({
    ...{
      engine: "postgres",
      engineVersion: "16",
      instanceClass: "db.m7g.large",
      allocatedStorage: 100,
      storageType: "gp3",
    },
    ...{ username: "owner", password: "canary-password", skipFinalSnapshot: true },
    ...inputs,
  });

  it("refuses a reference to nothing, with AWS' own code", async () => {
    await assert.rejects(
      aws.create("ec2/subnet:Subnet", { vpcId: "vpc-0", cidrBlock: "10.40.0.0/24" }),
      /^Error: creating EC2 Subnet: operation error EC2: CreateSubnet, InvalidVpcID\.NotFound: vpcId: 'vpc-0' does not exist$/,
    );
  });

  it("refuses subnets that overlap, lie outside of the VPC or in a zone that the region has not", async () => {
    const { vpc } = await makeNetwork(aws);
    const subnet = (cidrBlock: string, availabilityZone = "eu-west-1a") =>
      aws.create("ec2/subnet:Subnet", { vpcId: vpc, cidrBlock, availabilityZone });
    await assert.rejects(subnet("10.40.31.0/24"), /InvalidSubnet\.Conflict/);
    await assert.rejects(subnet("10.41.0.0/24"), /InvalidSubnet\.Range/);
    await assert.rejects(subnet("10.40.200.0/24", "eu-west-1d"), /InvalidParameterValue: Value \(eu-west-1d\)/);
  });

  it("keeps what others hold on to, in the order of a destroy", async () => {
    const { vpc, gateway, nat, subnets } = await makeNetwork(aws);
    await assert.rejects(aws.delete("ec2/vpc:Vpc", vpc), /DependencyViolation: ec2\/vpc:Vpc/);
    await assert.rejects(aws.delete("ec2/internetGateway:InternetGateway", gateway), /mapped public address/);
    await assert.rejects(aws.delete("ec2/subnet:Subnet", text(subnets[0])), /in use by ec2\/routeTableAssociation/);
    await aws.delete("ec2/natGateway:NatGateway", nat);
    await aws.delete("ec2/internetGateway:InternetGateway", gateway);
  });

  it("has a NAT gateway only behind an internet gateway", async () => {
    const { id } = await aws.create("ec2/vpc:Vpc", { cidrBlock: "10.40.0.0/16" });
    const nat = aws.create("ec2/natGateway:NatGateway", { availabilityMode: "regional", vpcId: id });
    await assert.rejects(nat, /Gateway\.NotAttached/);
  });

  it("keeps to the account's quotas", async () => {
    for (let made = 0; made < 5; made++) await aws.create("ec2/eip:Eip", { domain: "vpc" });
    await assert.rejects(aws.create("ec2/eip:Eip", { domain: "vpc" }), /AddressLimitExceeded/);
  });

  it("keeps the secrets that it is given out of its files", async () => {
    const made = await aws.create("rds/instance:Instance", database());
    assert.equal(made.password, "canary-password");
    for (const file of ["account.json", "calls.jsonl"])
      assert.ok(!readFileSync(join(aws.folder, file), "utf8").includes("canary-password"), file);
  });

  it("protects a database by its own switch, and asks for a final snapshot's name", async () => {
    const made = await aws.create("rds/instance:Instance", database({ deletionProtection: true }));
    await assert.rejects(aws.delete("rds/instance:Instance", made.id), /Cannot delete protected DB Instance/);
    const change = { identifier: made.identifier, deletionProtection: false, skipFinalSnapshot: false };
    await aws.update("rds/instance:Instance", made.id, database(change));
    await assert.rejects(aws.delete("rds/instance:Instance", made.id), /FinalSnapshotIdentifier is required/);
    await aws.update("rds/instance:Instance", made.id, database({ ...change, finalSnapshotIdentifier: "last" }));
    await aws.delete("rds/instance:Instance", made.id);
    assert.deepEqual(
      aws.account.entities().map(({ token, id }) => `${token} ${id}`),
      ["rds/snapshot:Snapshot last"],
    );
    const restored = await aws.create("rds/instance:Instance", database({ snapshotIdentifier: "last" }));
    assert.equal(restored.status, "available");
  });

  it("keeps a bucket with objects, and one that may go with them not", async () => {
    const bucket = await aws.create("s3/bucket:Bucket", { bucket: "logfire-test" });
    const fill = (forceDestroy: boolean) =>
      aws.account.change((entities) => [
        entities.map((each) => ({ ...each, outs: { ...each.outs, simulatedObjects: 3, forceDestroy } })),
        undefined,
      ]);
    await fill(false);
    await assert.rejects(aws.delete("s3/bucket:Bucket", bucket.id), /BucketNotEmpty/);
    await fill(true);
    await aws.delete("s3/bucket:Bucket", bucket.id);
    assert.deepEqual(aws.account.entities(), []);
  });

  it("keeps a zone with records of others, and refuses records outside of it", async () => {
    const zone = await aws.create("route53/zone:Zone", { name: "example.com" });
    const record = (name: string, options: Values = {}) =>
      aws.create("route53/record:Record", {
        zoneId: zone.id,
        name,
        type: "A",
        ttl: 60,
        records: ["192.0.2.1"],
        ...options,
      });
    const own = await record("logfire.example.com");
    assert.equal(own.fqdn, "logfire.example.com");
    await assert.rejects(record("logfire.example.org"), /is not permitted in zone example\.com/);
    await assert.rejects(record("logfire.example.com"), /but it already exists/);
    await record("logfire.example.com", { allowOverwrite: true });
    await assert.rejects(aws.delete("route53/zone:Zone", zone.id), /HostedZoneNotEmpty/);
  });

  it("issues a certificate only for names whose records are there", async () => {
    const zone = await aws.create("route53/zone:Zone", { name: "example.com" });
    const certificate = await aws.create("acm/certificate:Certificate", {
      domainName: "logfire.example.com",
      validationMethod: "DNS",
    });
    const validate = () =>
      aws.create("acm/certificateValidation:CertificateValidation", { certificateArn: certificate.arn });
    await assert.rejects(validate(), /PENDING_VALIDATION/);
    const [option] = certificate.domainValidationOptions as readonly Values[];
    await aws.create("route53/record:Record", {
      ...{ zoneId: zone.id, name: option?.resourceRecordName, type: "CNAME", ttl: 60 },
      records: [option?.resourceRecordValue],
    });
    await validate();
  });

  it("makes log groups that stay behind where a stack did not make them first", async () => {
    const { subnets } = await makeNetwork(aws);
    const cluster = await makeCluster(aws, subnets, { enabledClusterLogTypes: ["api"] });
    const before = aws.account.entities().filter(({ token }) => token === "cloudwatch/logGroup:LogGroup");
    assert.deepEqual(
      before.map(({ id }) => id),
      ["/aws/eks/main/cluster"],
    );
    const late = aws.create("cloudwatch/logGroup:LogGroup", { name: "/aws/eks/main/cluster" });
    await assert.rejects(late, /ResourceAlreadyExistsException/);
    assert.equal(cluster.endpoint, "https://127.0.0.1:6443");
  });

  it("wants for a cluster a role that EKS may take on, with its policy, and subnets in two zones", async () => {
    const { subnets } = await makeNetwork(aws);
    const cluster = (roleArn: string, subnetIds: readonly string[]) =>
      aws.create("eks/cluster:Cluster", { roleArn, vpcConfig: { subnetIds, endpointPrivateAccess: true } });
    const foreign = await makeRole(aws, "a", "ec2.amazonaws.com", ["AmazonEKSClusterPolicy"]);
    await assert.rejects(cluster(foreign, subnets), /eks\.amazonaws\.com is not trusted/);
    const empty = await makeRole(aws, "b", "eks.amazonaws.com", []);
    await assert.rejects(cluster(empty, subnets), /doesn't have the Amazon EKS Managed Policies/);
    const role = await makeRole(aws, "c", "eks.amazonaws.com", ["AmazonEKSClusterPolicy"]);
    const [first = ""] = subnets;
    await assert.rejects(cluster(role, [first, first]), /at least two different AZs/);
  });

  it("updates a cluster by one minor version, and never back", async () => {
    const { subnets } = await makeNetwork(aws);
    const cluster = await makeCluster(aws, subnets, { version: "1.33" });
    const to = (version: string) =>
      aws.update("eks/cluster:Cluster", cluster.id, {
        ...{
          name: "main",
          roleArn: cluster.roleArn,
          version,
          vpcConfig: { subnetIds: subnets, endpointPrivateAccess: true },
        },
      });
    await assert.rejects(to("1.35"), /Unsupported Kubernetes minor version update from 1\.33 to 1\.35/);
    assert.equal((await to("1.34")).version, "1.34");
    await assert.rejects(to("1.33"), /Unsupported Kubernetes minor version update/);
  });

  it("makes add-ons with a Deployment wait for nodes, and pod identities for the agent", async () => {
    const { subnets } = await makeNetwork(aws);
    await makeCluster(aws, subnets);
    const addon = (addonName: string, inputs: Values = {}) =>
      aws.create("eks/addon:Addon", { clusterName: "main", addonName, ...inputs });
    await assert.rejects(addon("coredns"), /last state: 'DEGRADED'.*the cluster has no nodes/);
    const pods = trust("pods.eks.amazonaws.com", ["sts:AssumeRole", "sts:TagSession"]);
    const role = await aws.create("iam/role:Role", { assumeRolePolicy: pods });
    const association = () =>
      aws.create("eks/podIdentityAssociation:PodIdentityAssociation", {
        ...{ clusterName: "main", namespace: "logfire", serviceAccount: "logfire", roleArn: role.arn },
      });
    await assert.rejects(association(), /eks-pod-identity-agent is not installed/);
    await addon("eks-pod-identity-agent");
    await association();
    await assert.rejects(association(), /Association already exists/);
    const half = await aws.create("iam/role:Role", { assumeRolePolicy: trust("pods.eks.amazonaws.com") }, "half");
    const wrong = { ...{ clusterName: "main", namespace: "logfire", serviceAccount: "other" }, roleArn: half.arn };
    await assert.rejects(aws.create("eks/podIdentityAssociation:PodIdentityAssociation", wrong), /sts:TagSession/);
  });

  it("lets nodes join only with a network, a way out and the policies that they need", async () => {
    const { subnets, nat } = await makeNetwork(aws);
    await makeCluster(aws, subnets);
    const policies = ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy"];
    const nodeRoleArn = await makeRole(aws, "node", "ec2.amazonaws.com", policies);
    const group = (inputs: Values = {}) =>
      aws.create("eks/nodeGroup:NodeGroup", {
        ...{ clusterName: "main", nodeRoleArn, subnetIds: subnets, amiType: "AL2023_x86_64_STANDARD" },
        ...{ instanceTypes: ["m7i.large"], scalingConfig: { minSize: 1, desiredSize: 1, maxSize: 2 } },
        ...inputs,
      });
    await assert.rejects(group(), /the cluster has no CNI/);
    await aws.create("eks/addon:Addon", { clusterName: "main", addonName: "vpc-cni" });
    await assert.rejects(group({ instanceTypes: ["m7g.large"] }), /not a valid instance type for requested amiType/);
    await assert.rejects(group({ version: "1.36" }), /does not go with cluster version 1\.35/);
    const bare = await makeRole(aws, "bare", "ec2.amazonaws.com", []);
    await assert.rejects(group({ nodeRoleArn: bare }), /the role lacks AmazonEKSWorkerNodePolicy/);
    const many = { minSize: 1, desiredSize: 400, maxSize: 400 };
    await assert.rejects(group({ scalingConfig: many }), /VcpuLimitExceeded/);
    await aws.delete("ec2/natGateway:NatGateway", nat);
    await assert.rejects(group(), /has no way out/);
  });

  it("answers lookups of what is there, and with AWS' codes of what is not", async () => {
    const { vpc, subnets } = await makeNetwork(aws);
    await makeCluster(aws, subnets);
    const names = aws.lookUp("aws:index/getAvailabilityZones:getAvailabilityZones", {}).names;
    assert.deepEqual(names, ["eu-west-1a", "eu-west-1b", "eu-west-1c"]);
    assert.equal(aws.lookUp("aws:ec2/getVpc:getVpc", { id: vpc }).cidrBlock, "10.40.0.0/16");
    assert.equal(aws.lookUp("aws:ec2/getSubnet:getSubnet", { id: subnets[0] }).availableIpAddressCount, 8187);
    const { routes } = aws.lookUp("aws:ec2/getRouteTable:getRouteTable", { subnetId: subnets[0] });
    assert.deepEqual(texts((routes as readonly Values[]).map(({ cidrBlock }) => cidrBlock)), ["0.0.0.0/0"]);
    const { certificateAuthorities, vpcConfig } = aws.lookUp("aws:eks/getCluster:getCluster", { name: "main" });
    assert.deepEqual(certificateAuthorities, [{ data: "QUNB" }]);
    assert.equal((vpcConfig as Values).vpcId, vpc);
    assert.deepEqual(aws.lookUp("aws:eks/getNodeGroups:getNodeGroups", { clusterName: "main" }).names, []);
    assert.throws(() => aws.lookUp("aws:eks/getNodeGroups:getNodeGroups", { clusterName: "no" }), /ResourceNotFound/);
    assert.throws(() => aws.lookUp("aws:route53/getZone:getZone", { zoneId: "Z1" }), /NoSuchHostedZone/);
    assert.throws(
      () => aws.lookUp("aws:servicequotas/getServiceQuota:getServiceQuota", { serviceCode: "ec2", quotaCode: "L-1" }),
      /NoSuchResource/,
    );
  });

  it("has a region with two zones, and a machine type that one zone or the region lacks", () => {
    const small = testAccount({ zones: 2, without: { "m7i.large": "region", "r6id.large": "lastZone" } });
    const filters = [{ name: "instance-type", values: ["m7i.large", "r6id.large", "m7i.xlarge"] }];
    const offers = small.lookUp("aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings", {
      filters,
      locationType: "availability-zone",
    });
    const rows = texts(offers.instanceTypes).map((type, at) => `${texts(offers.locations)[at]} ${type}`);
    assert.deepEqual(rows.sort(), ["eu-west-1a m7i.xlarge", "eu-west-1a r6id.large", "eu-west-1b m7i.xlarge"]);
    small.remove();
  });

  it("outlives the provider's process, and is the same to two of them at once", async () => {
    const other = new AwsProvider(new AccountFolder(aws.folder));
    other.configure({ region: "eu-west-1" });
    const make = (provider: AwsProvider, name: string) =>
      provider.create(urnOf("iam/role:Role", name), { name, assumeRolePolicy: trust("ec2.amazonaws.com") });
    const names = Array.from({ length: 12 }, (_, at) => `role-${at}`);
    await Promise.all(names.map((name, at) => make(at % 2 === 0 ? aws.provider : other, name)));
    assert.deepEqual(
      aws.account
        .entities()
        .map(({ id }) => id)
        .sort(),
      [...names].sort(),
    );
    await assert.rejects(make(other, "role-3"), /EntityAlreadyExists/);
  });

  it("gives default tags to everything that can carry them", async () => {
    const { tagsAll } = await aws.create("ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16", tags: { Name: "net" } });
    assert.deepEqual(tagsAll, { stack: "test", Name: "net" });
  });
});

describe("faults of simulated AWS", () => {
  let aws: TestAccount;
  beforeEach(() => (aws = testAccount({ speed: 1e6 })));
  afterEach(() => aws.remove());
  const zone = () => aws.create("route53/zone:Zone", { name: "example.com" });
  const seconds = () => aws.account.calls().at(-1)?.simulatedSeconds;

  it("throttle a call some times, which the provider gets over by itself and which takes its time", async () => {
    await zone();
    const usual = Number(seconds());
    writeFaults(aws.folder, [{ call: "Route53:.*", throttle: 3 }]);
    await zone();
    assert.ok(Math.abs(Number(seconds()) - usual - 0.7) < 1e-9, String(seconds()));
    await zone();
    assert.equal(seconds(), usual);
  });

  it("throttle a call more often than the provider tries", async () => {
    writeFaults(aws.folder, [{ call: "Route53:CreateHostedZone", throttle: 40 }]);
    await assert.rejects(zone(), /ThrottlingException: Rate exceeded \(25 attempts\)/);
    await zone();
  });

  it("fail a call for a while, and leave nothing", async () => {
    writeFaults(aws.folder, [
      { call: "Route53:CreateHostedZone", fail: { times: 1, code: "InternalFailure", message: "sorry" } },
    ]);
    await assert.rejects(zone(), /creating Route 53 HostedZone: .* InternalFailure: sorry/);
    assert.deepEqual(aws.account.entities(), []);
    await zone();
    assert.equal(aws.account.entities().length, 1);
  });

  it("make a call slow, and end the provider in the middle of one", async () => {
    await zone();
    const usual = Number(seconds());
    writeFaults(aws.folder, [{ call: "Route53:.*", slow: 3 }]);
    await zone();
    assert.equal(seconds(), 3 * usual);
    writeFaults(aws.folder, [{ call: "RDS:.*", end: 1 }]);
    assert.deepEqual(
      [meet(aws.folder, "RDS:CreateDBInstance").ends, meet(aws.folder, "RDS:CreateDBInstance").ends],
      [true, false],
    );
  });
});
