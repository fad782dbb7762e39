import assert from "node:assert/strict";
import { text, texts, type Values } from "../../sandbox/providers/cloud/model";
import { aws as simulation } from "../../sandbox/providers/aws/simulation";
import { makeCluster, makeNetwork, testAccount, trust, type TestAccount } from "./awsAccount";
import { assertKeepsObjects, assertKeptOut, assertSharedByProcesses } from "./cloudCalls";

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
    assertKeptOut(aws, "canary-password");
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

  it("keeps a bucket with objects, and one that may go with them not", () =>
    assertKeepsObjects(aws, {
      ...{ type: "s3/bucket:Bucket", inputs: { bucket: "logfire-test" }, refused: /BucketNotEmpty/ },
    }));

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

  it("outlives the provider's process, and is the same to two of them at once", () =>
    assertSharedByProcesses(
      simulation,
      aws,
      { region: "eu-west-1" },
      {
        ...{ type: "iam/role:Role", property: "name", inputs: { assumeRolePolicy: trust("ec2.amazonaws.com") } },
        taken: /EntityAlreadyExists/,
      },
    ));

  it("gives default tags to everything that can carry them", async () => {
    const { tagsAll } = await aws.create("ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16", tags: { Name: "net" } });
    assert.deepEqual(tagsAll, { stack: "test", Name: "net" });
  });
});
