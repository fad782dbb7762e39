import assert from "node:assert/strict";
import type { MockResourceArgs } from "@pulumi/pulumi/runtime";
import { edgeProxyConfig, publicRoutes } from "../../../components/logfire/config";
import { Logfire } from "../../../components/logfire/logfire";
import { AwsPlatform, createAwsProvider } from "../../../components/platform/aws";
import { parts } from "../../../components/platform/aws/figures/parts";
import { plannedFacts } from "../../../components/platform/aws/figures/plannedFacts";
import { grpcRules, hostRules } from "../../../components/platform/aws/nativeRules";
import type { NativeEdge } from "../../../components/platform/contract";
import type { EdgeSettings, LogfireSettings } from "../../../components/settings/types";
import { record, valueOf, type Recording } from "../../support/harness";
import { factsOf, logfireOnAws, settingsOf } from "../settings";
import { awsOutputs, comesAfter, inputsOf, ofType, recordPlatform } from "./support";

type Plain = Record<string, unknown>;

const native = (edge: Partial<EdgeSettings> = {}, logfire: Partial<LogfireSettings> = {}) => ({
  logfire: {
    ...logfire,
    edge: { ...logfireOnAws().edge, mode: "native" as const, certificate: { source: "none" as const }, ...edge },
  },
});
const withTls = { inClusterTls: { certificates: "certManager" as const, secretPrefix: "logfire" } };
const names = ["logfire.acme.dev", "www.logfire.acme.dev"] as const;

/** With what ACM answers: a record for each name, in an order of its own. */
function outputs(resource: MockResourceArgs): Plain {
  const inputs = resource.inputs as Plain;
  if (resource.type === "aws:acm/certificate:Certificate") {
    const all = [inputs["domainName"], ...((inputs["subjectAlternativeNames"] as string[] | undefined) ?? [])];
    return {
      arn: "arn:certificate",
      domainValidationOptions: all.reverse().map((domainName) => ({
        domainName,
        resourceRecordName: `_proof.${String(domainName)}.`,
        resourceRecordType: "CNAME",
        resourceRecordValue: `_value-of-${String(domainName)}.acm-validations.aws.`,
      })),
    };
  }
  if (resource.type === "aws:route53/record:Record") return { fqdn: inputs["name"] };
  if (resource.type === "aws:lb/listener:Listener") return { arn: `arn:${resource.name}` };
  return awsOutputs(resource);
}

const recorded = (given: Parameters<typeof recordPlatform>[0]) => recordPlatform(given, { outputs });
let usual: Promise<Recording<AwsPlatform>> | undefined;
const usualNative = () => (usual ??= recorded(native({}, { hostnames: names })));
const one = (recording: Recording<unknown>, type: string) => {
  const [found, ...others] = ofType(recording, type);
  assert.ok(found !== undefined && others.length === 0, `${others.length + 1} of ${type}`);
  return inputsOf(found);
};
const edgeOf = ({ result }: Recording<AwsPlatform>): NativeEdge => result.edge.native ?? assert.fail("no native edge");
const balancer = "aws:lb/loadBalancer:LoadBalancer";
const rule = "aws:lb/listenerRule:ListenerRule";
/** The one for gRPC first. */
const targetGroups = (recording: Recording<unknown>) =>
  ofType(recording, "aws:lb/targetGroup:TargetGroup")
    .map(inputsOf)
    .sort((a, b) => String(a["protocolVersion"]).localeCompare(String(b["protocolVersion"])));
const toPorts = (recording: Recording<unknown>, group: string) =>
  ofType(recording, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    .map(inputsOf)
    .filter(({ securityGroupId }) => securityGroupId === group);

/** Mocks: what the program asks for. That a load balancer then does it, AWS alone can say. */
describe("the native edge on AWS", () => {
  it("is one application load balancer in the zones' public subnets, and no other", async () => {
    const recording = await usualNative();
    const made = one(recording, balancer);
    assert.deepEqual([made["loadBalancerType"], made["internal"]], ["application", false]);
    assert.deepEqual(
      made["subnets"],
      [0, 1, 2].map((index) => `platform-public-${index}-id`),
    );
    assert.deepEqual(
      [made["dropInvalidHeaderFields"], made["enableHttp2"], made["xffHeaderProcessingMode"]],
      [true, true, "append"],
    );
    assert.equal(recording.result.edge.loadBalancer.nodePorts, undefined);
    assert.equal(ofType(recording, "aws:ec2/eip:Eip").filter(({ name }) => name.includes("edge")).length, 0);
    assert.deepEqual(await Promise.all(edgeOf(recording).addresses.map((address) => valueOf(address))), ["lb.test"]);
  });

  it("is made of what the table of the platform's parts says", async () => {
    const made = new Set((await usualNative()).resources.map(({ type }) => type));
    for (const type of parts["native edge"].types) assert.ok(made.has(type), type);
  });

  it("cannot be deleted by accident, unless the stack may be thrown away", async () => {
    assert.equal(one(await usualNative(), balancer)["enableDeletionProtection"], true);
    const disposable = await recorded(native({}, { disposable: true }));
    assert.equal(one(disposable, balancer)["enableDeletionProtection"], false);
  });

  it("waits longer for a silent request than the longest through the AI gateway, and less than HAProxy keeps a connection", async () => {
    for (const gatewayTimeoutSeconds of [1, 600, 3600]) {
      const { oauth } = logfireOnAws();
      const recording = await recorded(native({}, { oauth: { ...oauth, gatewayTimeoutSeconds } }));
      const idle = Number(one(recording, balancer)["idleTimeout"]);
      assert.ok(idle >= 620 && idle > gatewayTimeoutSeconds && idle <= 4000, String(idle));
      const upstream = { host: "a.b", port: 1, slots: 1 };
      const upstreams = { ingest: upstream, queryApi: upstream, backend: upstream, frontend: upstream };
      const text = edgeProxyConfig({
        ...{ origins: ["https://a.b"], primaryHostname: "a.b", gatewayTimeoutSeconds },
        upstreams: { ...upstreams, dex: { ...upstream, healthPort: 2 } },
        listen: { http: 1, stats: 2 },
      });
      const kept = Number(/timeout http-keep-alive (\d+)s/.exec(text)?.[1]);
      assert.ok(kept > idle, `${kept} is not above ${idle}`);
    }
  });

  it("has a certificate of Amazon's for all hostnames, proved by a record for each, and listens only when it is issued", async () => {
    const recording = await usualNative();
    const certificate = one(recording, "aws:acm/certificate:Certificate");
    assert.deepEqual(
      [certificate["domainName"], certificate["subjectAlternativeNames"], certificate["validationMethod"]],
      [names[0], [names[1]], "DNS"],
    );
    const proofs = ofType(recording, "aws:route53/record:Record").map(inputsOf);
    assert.deepEqual(
      proofs.map(({ zoneId, name, type, records }) => [zoneId, name, type, records]),
      names.map((name) => ["Z1", `_proof.${name}.`, "CNAME", [`_value-of-${name}.acm-validations.aws.`]]),
    );
    const listener = recording.named("platform-native-https");
    assert.deepEqual([inputsOf(listener)["certificateArn"], inputsOf(listener)["port"]], ["arn:certificate", 443]);
    assert.match(String(inputsOf(listener)["sslPolicy"]), /TLS13-1-2/);
    const validation = ofType(recording, "aws:acm/certificateValidation:CertificateValidation")[0];
    assert.deepEqual(
      (inputsOf(validation ?? assert.fail("no validation"))["validationRecordFqdns"] as string[]).length,
      2,
    );
    const before = comesAfter(recording, "platform-native-https");
    for (const name of names) assert.ok(before.has(`platform-native-proof-${name}`), [...before].join(" "));
  });

  it("answers strangers 404, sends people to HTTPS, and everything for the hostnames to HAProxy", async () => {
    const recording = await usualNative();
    for (const listener of ofType(recording, "aws:lb/listener:Listener").map(inputsOf)) {
      const [action] = listener["defaultActions"] as Plain[];
      assert.equal((action?.["fixedResponse"] as Plain | undefined)?.["statusCode"], "404");
    }
    const rules = ofType(recording, rule).map(inputsOf);
    const of = (listener: string) =>
      rules
        .filter(({ listenerArn }) => listenerArn === `arn:platform-native-${listener}`)
        .sort((a, b) => Number(a["priority"]) - Number(b["priority"]));
    const [redirect, ...others] = of("http");
    assert.deepEqual(
      [redirect?.["actions"], others],
      [[{ type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } }], []],
    );
    const host = { hostHeader: { values: [...names] } };
    assert.deepEqual(
      of("https").map(({ conditions, actions }) => [conditions, (actions as Plain[])[0]?.["targetGroupArn"]]),
      [
        [[host, { pathPattern: { values: ["/opentelemetry.proto.collector.*"] } }], "arn:platform-native-grpc"],
        [[host], "arn:platform-native-http"],
      ],
    );
  });

  it("sends by HTTP/2 what HAProxy routes as gRPC, and nothing else", () => {
    const [pattern = ""] = grpcRules(["a.b"])[0]?.paths ?? [];
    const matches = (path: string) => path.startsWith(pattern.replace(/\*$/, ""));
    for (const { below = [], exact = [], grpc = false } of publicRoutes)
      for (const path of [...below, ...exact]) assert.equal(matches(path), grpc, path);
  });

  it("holds any number of hostnames, five values to a rule, and moves no rule when one is added", () => {
    const many = Array.from({ length: 23 }, (_, index) => `host-${index}.acme.dev`);
    for (const rulesOf of [grpcRules, hostRules]) {
      const rules = rulesOf(many);
      assert.deepEqual(
        rules.flatMap(({ hosts }) => hosts),
        many,
      );
      assert.ok(rules.every(({ hosts, paths }) => hosts.length + paths.length <= 5 && hosts.length > 0));
      const fewer = rulesOf(many.slice(0, 22));
      fewer.forEach(({ part, priority }, index) =>
        assert.deepEqual([rules[index]?.part, rules[index]?.priority], [part, priority]),
      );
    }
    const priorities = [...grpcRules(many), ...hostRules(many)].map(({ priority }) => priority);
    assert.equal(new Set(priorities).size, priorities.length);
  });

  it("leads to fixed ports of all general nodes, and asks HAProxy there whether it is well", async () => {
    const recording = await usualNative();
    const { nodePorts } = edgeOf(recording);
    const { http, grpc, health } = nodePorts ?? assert.fail("no ports");
    const envoy = Object.values((await recordPlatform()).result.edge.loadBalancer.nodePorts ?? {});
    for (const port of [http, grpc, health])
      assert.ok(port >= 30000 && port < 30086 && !envoy.includes(port), `${port} is not free`);
    const groups = targetGroups(recording);
    assert.deepEqual(
      groups.map(({ port, protocol, protocolVersion, targetType, healthCheck }) => {
        const { protocol: by, port: at, path, matcher } = healthCheck as Plain;
        return [port, protocol, protocolVersion, targetType, [by, at, path, matcher]];
      }),
      [
        [grpc, "HTTP", "GRPC", "instance", ["HTTP", undefined, "/AWS.ALB/healthcheck", "12"]],
        [http, "HTTP", "HTTP1", "instance", ["HTTP", String(health), "/stats", "200"]],
      ],
    );
    const attached = ofType(recording, "aws:autoscaling/attachment:Attachment").map(
      (attachment) => inputsOf(attachment)["autoscalingGroupName"],
    );
    assert.deepEqual(
      attached.sort(),
      [0, 0, 1, 1, 2, 2].map((index) => `asg-platform-general-${index}`),
    );
  });

  it("alone reaches those ports on the nodes, and nothing else", async () => {
    const recording = await usualNative();
    const ports = Object.values(edgeOf(recording).nodePorts ?? {}).sort();
    const toNodes = toPorts(recording, "sg-cluster");
    assert.deepEqual(toNodes.map(({ fromPort }) => Number(fromPort)).sort(), ports);
    assert.ok(toNodes.every(({ referencedSecurityGroupId }) => referencedSecurityGroupId === "platform-native-id"));
    const out = ofType(recording, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule").map(inputsOf);
    assert.deepEqual(out.map(({ fromPort }) => Number(fromPort)).sort(), ports);
  });

  it("lets in whom the owner names, and the cluster's own pods", async () => {
    const open = (recording: Recording<unknown>) =>
      toPorts(recording, "platform-native-id")
        .map(({ cidrIpv4, fromPort }) => `${String(cidrIpv4)} ${String(fromPort)}`)
        .sort();
    assert.deepEqual(open(await usualNative()), ["0.0.0.0/0 443", "0.0.0.0/0 80"]);
    const limited = await recorded(native({ sourceRanges: ["198.51.100.0/24"] }));
    // Pods come back in from the internet, by addresses of NAT that have to be known for that.
    const nat = ["192.0.2.14/32", "192.0.2.14/32", "192.0.2.14/32"];
    const ranges = ["198.51.100.0/24", "10.40.0.0/16", ...nat];
    assert.deepEqual(open(limited), ranges.flatMap((range) => [`${range} 443`, `${range} 80`]).sort());
  });

  it("stays inside the network where the owner says so, under other names, so that both are there for a moment", async () => {
    const inside = await recorded(native({ exposure: "internal" }));
    const made = one(inside, balancer);
    assert.equal(made["internal"], true);
    assert.deepEqual(
      made["subnets"],
      [0, 1, 2].map((index) => `platform-private-${index}-id`),
    );
    const nameOf = (recording: Recording<unknown>) =>
      [balancer, "aws:lb/targetGroup:TargetGroup"].flatMap((type) =>
        ofType(recording, type).map((resource) => String(inputsOf(resource)["name"])),
      );
    const [here, there] = [nameOf(inside), nameOf(await usualNative())];
    assert.equal(new Set([...here, ...there]).size, here.length + there.length);
    assert.ok([...here, ...there].every((name) => name.length <= 32));
  });

  it("speaks HTTPS to HAProxy where Logfire's services do, on one port for both protocols", async () => {
    const recording = await recorded(native({}, withTls));
    const { http, health } = edgeOf(recording).nodePorts ?? assert.fail("no ports");
    const groups = targetGroups(recording);
    assert.deepEqual(
      groups.map(({ port, protocol, protocolVersion, healthCheck }) => [
        ...[port, protocol, protocolVersion],
        (healthCheck as Plain)["protocol"],
      ]),
      [
        [http, "HTTPS", "GRPC", "HTTPS"],
        [http, "HTTPS", "HTTP1", "HTTP"],
      ],
    );
    const open = toPorts(recording, "sg-cluster").map(({ fromPort }) => Number(fromPort));
    assert.deepEqual(open.sort(), [http, health].sort());
  });

  it("is made beside the cluster: certificate, load balancer and listeners wait for no node and no store", async () => {
    const recording = await usualNative();
    const slow = recording.resources.filter(({ type }) => /^aws:(eks\/(nodeGroup|addon)|rds|elasticache)/.test(type));
    assert.ok(slow.length > 8);
    for (const name of ["platform-native-https", "platform-native-http"]) {
      const before = comesAfter(recording, name);
      assert.deepEqual(
        slow.filter((resource) => before.has(resource.name)).map((resource) => resource.name),
        [],
      );
    }
  });

  it("is planned as it is made, but for names that only AWS knows", async () => {
    const { platform, logfire } = settingsOf(native());
    if (platform.kind !== "aws") assert.fail("another platform");
    const planned = plannedFacts({ platform, logfire }).edge;
    const { addresses: _, ...made } = edgeOf(await usualNative());
    const { addresses, ...native_ } = planned.native ?? assert.fail("not planned");
    assert.deepEqual(native_, made);
    assert.deepEqual([addresses.length, planned.loadBalancer.nodePorts], [1, undefined]);
  });
});

describe("Logfire behind the native edge", () => {
  const deployed = (given = native({}, { hostnames: names })) =>
    record(
      () => {
        const settings = settingsOf(given);
        const provider = createAwsProvider("platform", settings.platform);
        const platform = new AwsPlatform("platform", { settings, secrets: {}, facts: factsOf() }, { provider });
        return new Logfire("logfire", { settings: settings.logfire, platform, secrets: {} });
      },
      { outputs },
    );
  const objectOf = (recording: Recording<unknown>, name: string) => inputsOf(recording.named(name)) as { spec: Plain };

  it("has a Service for it alone, with exactly its ports, that waits for no pod", async () => {
    const recording = await deployed();
    const service = recording.named("logfire-edge-service-logfire-edge");
    const { spec, metadata } = inputsOf(service) as { spec: Plain; metadata: { annotations: Plain } };
    assert.equal(metadata.annotations["pulumi.com/skipAwait"], "true");
    assert.deepEqual([spec["type"], spec["externalTrafficPolicy"]], ["NodePort", "Cluster"]);
    assert.deepEqual(
      (spec["ports"] as Plain[]).map(({ port, targetPort, nodePort }) => [port, targetPort, nodePort]),
      [
        [8080, "http", 30081],
        [8081, "http", 30082],
        [8181, "stats", 30022],
      ],
    );
    assert.equal(objectOf(recording, "logfire-service-logfire-service").spec["type"], "ClusterIP");
    assert.ok(!recording.resources.some(({ type }) => /gateway|cert-manager|helm/.test(type)));
  });

  it("lets the nodes reach HAProxy, on the ports of requests and checks, and believes one proxy", async () => {
    const recording = await deployed();
    const policy = objectOf(recording, "logfire-network-policy-logfire-service").spec["ingress"] as Plain[];
    const from = [{ ipBlock: { cidr: "10.40.0.0/16" } }];
    assert.deepEqual(
      policy.map((entry) => [entry["from"], (entry["ports"] as Plain[])[0]?.["port"]]),
      [
        [from, 8080],
        [from, 8181],
      ],
    );
    const config = inputsOf(recording.named("logfire-config-map-logfire-haproxy-config"))["data"] as Plain;
    assert.match(String(config["haproxy.cfg"]), /set-src req\.hdr_ip\(x-forwarded-for,-1\) /);
    assert.match(String(config["haproxy.cfg"]), /option idle-close-on-response/);
  });

  it("leads its hostnames to the load balancer, and says that nothing is left to do", async () => {
    const recording = await deployed();
    const records = ofType(recording, "aws:route53/record:Record")
      .map(inputsOf)
      .filter(({ type }) => type === "A");
    assert.deepEqual(
      records.map(({ name, aliases }) => [name, aliases]),
      names.map((name) => [name, [{ name: "lb.test", zoneId: "ZLB", evaluateTargetHealth: true }]]),
    );
    const { edge } = recording.result;
    assert.deepEqual(await valueOf(edge.addresses), ["lb.test"]);
    assert.deepEqual(
      (await valueOf(edge.records)).map(({ name, type, values }) => [name, type, values]),
      names.map((name) => [name, "CNAME", ["lb.test"]]),
    );
    assert.deepEqual(await valueOf(edge.pending), []);
  });

  it("serves HTTPS alone on its node port where its services talk HTTPS", async () => {
    const { spec } = objectOf(await deployed(native({}, withTls)), "logfire-edge-service-logfire-edge");
    assert.deepEqual(
      (spec["ports"] as Plain[]).map(({ port, targetPort, nodePort }) => [port, targetPort, nodePort]),
      [
        [8443, "https", 30081],
        [8181, "stats", 30022],
      ],
    );
  });
});
