import assert from "node:assert/strict";
import { valueOf } from "../../support/harness";
import { awsSettings, logfireOnAws } from "../settings";
import { inputsOf, ofType, recordPlatform, usualRecording } from "./support";

const network = (changes: object) => ({
  platform: { network: { ...awsSettings().network, ...changes } },
});
const limited = { logfire: { edge: { ...logfireOnAws().edge, sourceRanges: ["198.51.100.0/24"] } } };
const nat = "aws:ec2/natGateway:NatGateway";
const subnet = "aws:ec2/subnet:Subnet";

describe("the network on AWS", () => {
  it("lies in three zones, with public and private subnets that no load balancer controller needs to guess", async () => {
    const recording = await usualRecording();
    const subnets = ofType(recording, subnet).map((one) => [one.name, inputsOf(one)] as const);
    const of = (kind: string) => subnets.filter(([name]) => name.includes(`-${kind}-`)).map(([, inputs]) => inputs);
    assert.deepEqual(
      of("private").map(({ availabilityZone, cidrBlock }) => [availabilityZone, cidrBlock]),
      [
        ["eu-central-1a", "10.40.64.0/18"],
        ["eu-central-1b", "10.40.128.0/18"],
        ["eu-central-1c", "10.40.192.0/18"],
      ],
    );
    assert.ok(of("private").every(({ tags }) => (tags as Record<string, string>)["kubernetes.io/role/internal-elb"]));
    assert.ok(of("public").every(({ tags }) => (tags as Record<string, string>)["kubernetes.io/role/elb"]));
    assert.ok(subnets.every(([, { mapPublicIpOnLaunch }]) => mapPublicIpOnLaunch === undefined));
  });

  it("stays in its zones when AWS offers machines in others, unless the owner named them", async () => {
    const chosen = ofType(await usualRecording(), subnet);
    assert.ok(chosen.every(({ ignoreChanges }) => ignoreChanges.includes("availabilityZone")));
    const zones = ["eu-central-1c", "eu-central-1b", "eu-central-1a"];
    const named = ofType(await recordPlatform(network({ zones })), subnet);
    assert.ok(named.every(({ ignoreChanges }) => ignoreChanges.length === 0));
    const [first] = named.filter(({ name }) => name === "platform-private-0");
    assert.equal(inputsOf(first ?? assert.fail("no subnet"))["availabilityZone"], "eu-central-1c");
  });

  it("goes out by one regional gateway, whose addresses are AWS' as long as nobody has to know them", async () => {
    const recording = await usualRecording();
    const [gateway = assert.fail("no gateway"), ...others] = ofType(recording, nat);
    assert.deepEqual(others, []);
    const { availabilityMode, availabilityZoneAddresses, subnetId, allocationId } = inputsOf(gateway);
    assert.deepEqual(
      [availabilityMode, availabilityZoneAddresses, subnetId, allocationId],
      ["regional", undefined, undefined, undefined],
    );
    assert.equal(ofType(recording, "aws:ec2/eip:Eip").length, 3, "a new account has five addresses");
    assert.equal(ofType(recording, "aws:ec2/routeTable:RouteTable").length, 2);
  });

  it("goes out by known addresses, one in each zone, where only given ranges may come in", async () => {
    const recording = await recordPlatform(limited);
    const [gateway = assert.fail("no gateway")] = ofType(recording, nat);
    assert.deepEqual(
      inputsOf(gateway)["availabilityZoneAddresses"],
      ["a", "b", "c"].map((zone, index) => ({
        availabilityZone: `eu-central-1${zone}`,
        allocationIds: [`eipalloc-platform-nat-${index}`],
      })),
    );
  });

  it("goes out by a gateway in each zone, or by a single one", async () => {
    const perZone = await recordPlatform(network({ nat: "perAz" }));
    assert.deepEqual(
      ofType(perZone, nat).map((one) => inputsOf(one)["subnetId"]),
      ["platform-public-0-id", "platform-public-1-id", "platform-public-2-id"],
    );
    const associations = ofType(perZone, "aws:ec2/routeTableAssociation:RouteTableAssociation")
      .filter(({ name }) => name.includes("private"))
      .map((one) => inputsOf(one)["routeTableId"]);
    assert.equal(new Set(associations).size, 3);
    const single = await recordPlatform(network({ nat: "single" }));
    assert.equal(ofType(single, nat).length, 1);
    assert.equal(ofType(single, "aws:ec2/eip:Eip").filter(({ name }) => name.includes("nat")).length, 1);
  });

  it("reaches S3 without paying for the way, from every private route table", async () => {
    const recording = await recordPlatform(network({ nat: "perAz" }));
    const [endpoint = assert.fail("no endpoint")] = ofType(recording, "aws:ec2/vpcEndpoint:VpcEndpoint");
    const { vpcEndpointType, serviceName, routeTableIds } = inputsOf(endpoint);
    assert.deepEqual([vpcEndpointType, serviceName], ["Gateway", "com.amazonaws.eu-central-1.s3"]);
    assert.equal((routeTableIds as unknown[]).length, 3);
  });

  it("writes flow logs only where the owner asks for them", async () => {
    assert.equal(ofType(await usualRecording(), "aws:ec2/flowLog:FlowLog").length, 0);
    const recording = await recordPlatform(network({ flowLogs: true }));
    const [log = assert.fail("no flow log")] = ofType(recording, "aws:ec2/flowLog:FlowLog");
    assert.equal(inputsOf(log)["trafficType"], "ALL");
  });

  it("has a default security group that lets nothing through", async () => {
    const [group = assert.fail("no group")] = ofType(
      await usualRecording(),
      "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    );
    const { ingress, egress } = inputsOf(group);
    assert.deepEqual([ingress, egress], [[], []]);
  });

  it("tells the edge by which addresses its own pods come back in", async () => {
    const { result } = await recordPlatform(limited);
    const ranges = await Promise.all(result.edge.clusterRanges.map((range) => valueOf(range)));
    assert.deepEqual(ranges, ["10.40.0.0/16", "192.0.2.14/32", "192.0.2.14/32", "192.0.2.14/32"]);
  });
});
