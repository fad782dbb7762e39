import assert from "node:assert/strict";
import type { AwsPlatform } from "../../../components/platform/aws";
import { createAwsProvider } from "../../../components/platform/aws";
import { AwsPlatform as Platform } from "../../../components/platform/aws";
import type { EdgeSettings } from "../../../components/settings/types";
import { record, valueOf, type Recording } from "../../support/harness";
import { edgeOf, factsOf, logfireOnAws, settingsOf } from "../settings";
import { awsOutputs, inputsOf, ofType, recordPlatform, usualRecording } from "./support";

const withEdge = (changes: Partial<EdgeSettings>) => ({ logfire: { edge: { ...logfireOnAws().edge, ...changes } } });
const balancer = "aws:lb/loadBalancer:LoadBalancer";
const ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const one = (recording: Recording<unknown>, type: string) => inputsOf(ofType(recording, type)[0] ?? assert.fail(type));
const openPorts = (recording: Recording<AwsPlatform>) =>
  ofType(recording, ingress)
    .map(inputsOf)
    .filter(({ securityGroupId }) => securityGroupId === "platform-edge-id")
    .map(({ cidrIpv4, fromPort, toPort }) => `${String(cidrIpv4)} ${String(fromPort)}-${String(toPort)}`);

describe("the load balancer on AWS", () => {
  it("has an address of its own in each zone, before there is a cluster", async () => {
    const recording = await usualRecording();
    const { loadBalancerType, internal, subnetMappings } = one(recording, balancer);
    assert.deepEqual([loadBalancerType, internal], ["network", false]);
    assert.deepEqual(
      subnetMappings,
      [0, 1, 2].map((index) => ({
        subnetId: `platform-public-${index}-id`,
        allocationId: `eipalloc-platform-edge-${index}`,
      })),
    );
    const addresses = await Promise.all(edgeOf(recording.result).addresses.map((address) => valueOf(address)));
    assert.deepEqual(addresses, ["192.0.2.15", "192.0.2.15", "192.0.2.15"]);
    const made = recording.resources.map(({ type }) => type);
    assert.ok(made.indexOf(balancer) < made.indexOf("aws:eks/nodeGroup:NodeGroup"));
  });

  it("sends to fixed ports of the general nodes, as long as Envoy says that it is ready", async () => {
    const recording = await usualRecording();
    const { nodePorts } = edgeOf(recording.result);
    for (const port of Object.values(nodePorts)) assert.ok(port >= 30000 && port < 30086, "outside of the static band");
    const groups = ofType(recording, "aws:lb/targetGroup:TargetGroup").map(inputsOf);
    assert.deepEqual(
      groups.map(({ port, protocol, targetType, preserveClientIp }) => [port, protocol, targetType, preserveClientIp]),
      [
        [nodePorts.http, "TCP", "instance", "true"],
        [nodePorts.https, "TCP", "instance", "true"],
      ],
    );
    for (const { healthCheck } of groups) {
      const { protocol, port, path } = healthCheck as Record<string, unknown>;
      assert.deepEqual([protocol, port, path], ["HTTP", String(nodePorts.health), "/ready"]);
    }
    const attached = ofType(recording, "aws:autoscaling/attachment:Attachment").map(
      (attachment) => inputsOf(attachment)["autoscalingGroupName"],
    );
    assert.deepEqual(
      attached.sort(),
      [0, 0, 1, 1, 2, 2].map((index) => `asg-platform-general-${index}`),
    );
  });

  it("lets long silent streams live longer than Envoy does", async () => {
    const recording = await recordPlatform({
      logfire: { oauth: { ...logfireOnAws().oauth, gatewayTimeoutSeconds: 1800 } },
    });
    const listeners = ofType(recording, "aws:lb/listener:Listener").map(inputsOf);
    assert.ok(listeners.every(({ tcpIdleTimeoutSeconds }) => tcpIdleTimeoutSeconds === 1900));
  });

  it("is reached from anywhere, or from the given ranges and the cluster's own pods", async () => {
    assert.deepEqual(openPorts(await usualRecording()).sort(), ["0.0.0.0/0 443-443", "0.0.0.0/0 80-80"]);
    const limited = openPorts(await recordPlatform(withEdge({ sourceRanges: ["198.51.100.0/24", "2001:db8::/32"] })));
    const ranges = ["198.51.100.0/24", "10.40.0.0/16", "192.0.2.14/32", "192.0.2.14/32", "192.0.2.14/32"];
    assert.deepEqual(limited.sort(), ranges.flatMap((range) => [`${range} 443-443`, `${range} 80-80`]).sort());
  });

  it("is the only one that reaches the nodes' ports, and reaches nothing else", async () => {
    const recording = await usualRecording();
    const { nodePorts } = edgeOf(recording.result);
    const ports = Object.values(nodePorts).sort();
    const toNodes = ofType(recording, ingress)
      .map(inputsOf)
      .filter(({ securityGroupId }) => securityGroupId === "sg-cluster");
    assert.deepEqual(toNodes.map(({ fromPort }) => Number(fromPort)).sort(), ports);
    assert.ok(toNodes.every(({ referencedSecurityGroupId }) => referencedSecurityGroupId === "platform-edge-id"));
    const out = ofType(recording, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule").map(inputsOf);
    assert.deepEqual(out.map(({ fromPort }) => Number(fromPort)).sort(), ports);
    assert.ok(out.every(({ referencedSecurityGroupId }) => referencedSecurityGroupId === "sg-cluster"));
  });

  it("stays inside the network where the owner says so", async () => {
    const recording = await recordPlatform(withEdge({ exposure: "internal" }));
    const { internal, subnets, subnetMappings } = one(recording, balancer);
    assert.deepEqual([internal, subnetMappings], [true, undefined]);
    assert.equal((subnets as unknown[]).length, 3);
    assert.equal(ofType(recording, "aws:ec2/eip:Eip").filter(({ name }) => name.includes("edge")).length, 0);
    const [address = assert.fail("no address")] = edgeOf(recording.result).addresses;
    assert.equal(await valueOf(address), "lb.test");
  });

  it("says the client's address by the PROXY protocol where the owner wants that", async () => {
    const recording = await recordPlatform(withEdge({ proxyProtocol: true }));
    const groups = ofType(recording, "aws:lb/targetGroup:TargetGroup").map(inputsOf);
    assert.ok(groups.every((group) => group["preserveClientIp"] === "false" && group["proxyProtocolV2"] === true));
  });

  it("is not made where the owner's routing layer leads to Logfire", async () => {
    for (const mode of ["none", "ingress"] as const) {
      const recording = await recordPlatform(withEdge({ mode, certificate: { source: "none" } }));
      assert.ok(!recording.resources.some(({ type }) => type.startsWith("aws:lb/")), mode);
      const { addresses, nodePorts } = recording.result.edge.loadBalancer;
      assert.deepEqual([addresses, nodePorts], [undefined, undefined]);
      assert.ok(!recording.resources.some(({ name }) => name === "platform-cert-manager"), mode);
    }
  });
});

describe("records in Route 53", () => {
  const written = (type: "A" | "CNAME", values: readonly string[], changes = {}) =>
    record(
      () => {
        const settings = settingsOf(changes);
        const provider = createAwsProvider("platform", settings.platform);
        const platform = new Platform("platform", { settings, secrets: {}, facts: factsOf() }, { provider });
        platform.edge.zone?.write?.("logfire", { name: "logfire.acme.dev", type, values }, {});
        return platform;
      },
      { outputs: awsOutputs },
    );
  const recordType = "aws:route53/record:Record";

  it("lead to the load balancer by its name, so that a zone in which nobody answers is left out", async () => {
    const recording = await written("A", ["192.0.2.1"]);
    const [entry = assert.fail("no record")] = ofType(recording, recordType);
    const { zoneId, name, type, aliases, records, ttl } = inputsOf(entry);
    assert.deepEqual([zoneId, name, type, records, ttl], ["Z1", "logfire.acme.dev", "A", undefined, undefined]);
    assert.deepEqual(aliases, [{ name: "lb.test", zoneId: "ZLB", evaluateTargetHealth: true }]);
    assert.match(entry.provider ?? "", /::platform-aws::/);
  });

  it("hold their values where there is no load balancer to lead to", async () => {
    const edge = { ...logfireOnAws().edge, mode: "none" as const, certificate: { source: "none" as const } };
    const recording = await written("CNAME", ["edge.acme.dev"], { logfire: { edge } });
    const { records, ttl, aliases } = one(recording, recordType);
    assert.deepEqual([records, ttl, aliases], [["edge.acme.dev"], 300, undefined]);
  });

  it("can be written by cert-manager for its challenges, with the zone's id", async () => {
    const { result } = await usualRecording();
    const { route53 } = result.edge.dns01 as { route53: { region: string; hostedZoneID: unknown } };
    assert.equal(route53.region, "eu-central-1");
    assert.equal(await valueOf(route53.hostedZoneID as string), "Z1");
    assert.deepEqual(await valueOf(result.edge.zone?.nameServers ?? []), ["ns-1.test", "ns-2.test"]);
  });
});
