import assert from "node:assert/strict";
import { publicRoutes } from "../../../components/logfire/config";
import { Logfire } from "../../../components/logfire/logfire";
import { createGcpProvider, GcpPlatform } from "../../../components/platform/gcp";
import { plannedFacts } from "../../../components/platform/gcp/figures/plannedFacts";
import { nativeManifests, type GatewayParts } from "../../../components/platform/gcp/nativeManifests";
import type { Entrance } from "../../../components/platform/contract";
import type { EdgeSettings, LogfireSettings } from "../../../components/settings/types";
import { record, valueOf, type Recording } from "../../support/harness";
import { factsOf, logfireOnGcp, settingsOf } from "../settings";
import { comesAfter, gcpOutputs, inputsOf, ofType, recordPlatform } from "./support";

type Plain = Record<string, unknown>;

const native = (edge: Partial<EdgeSettings> = {}, logfire: Partial<LogfireSettings> = {}) => ({
  logfire: {
    ...logfire,
    edge: { ...logfireOnGcp().edge, mode: "native" as const, certificate: { source: "none" as const }, ...edge },
  },
});
const withTls = { inClusterTls: { certificates: "certManager" as const, secretPrefix: "logfire" } };
const names = ["logfire.acme.dev", "www.logfire.acme.dev"] as const;
const many = Array.from({ length: 23 }, (_, index) => `host-${index}.acme.dev`);

let usual: Promise<Recording<GcpPlatform>> | undefined;
const usualNative = () => (usual ??= recordPlatform(native({}, { hostnames: names })));
const one = (recording: Recording<unknown>, type: string) => {
  const [found, ...others] = ofType(recording, type);
  assert.ok(found !== undefined && others.length === 0, `${others.length + 1} of ${type}`);
  return inputsOf(found);
};
const all = (recording: Recording<unknown>, type: string) => ofType(recording, type).map(inputsOf);

/** Logfire on the platform, with the objects that Google's Gateway consists of. */
const deployed = (given = native({}, { hostnames: names })) =>
  record(
    () => {
      const settings = settingsOf(given);
      const provider = createGcpProvider("platform", settings.platform);
      const platform = new GcpPlatform("platform", { settings, secrets: {}, facts: factsOf() }, { provider });
      return new Logfire("logfire", { settings: settings.logfire, platform, secrets: {} });
    },
    { outputs: gcpOutputs },
  );
const objectOf = (recording: Recording<unknown>, name: string) =>
  inputsOf(recording.named(name)) as { readonly spec: Plain; readonly metadata: Plain };

/** Mocks: what the program asks for. That a load balancer then does it, Google alone can say. */
describe("the native edge on GCP", () => {
  it("has an address in front of all regions, before there is a cluster, and no other", async () => {
    const recording = await usualNative();
    const [address = assert.fail("none")] = ofType(recording, "gcp:compute/globalAddress:GlobalAddress").filter(
      ({ name }) => name === "platform-native",
    );
    assert.deepEqual(
      [inputsOf(address)["addressType"], inputsOf(address)["name"]],
      ["EXTERNAL", "logfire-test-native-public"],
    );
    assert.ok(!address.dependsOn.includes("platform-cluster"));
    assert.equal(ofType(recording, "gcp:compute/address:Address").length, 0);
    const { native: edge, loadBalancer } = recording.result.edge;
    assert.deepEqual(await valueOf(edge?.addresses[0] ?? ""), "198.51.100.15");
    assert.equal(loadBalancer.addresses, undefined);
  });

  it("has a certificate of Google's for each hostname, proved by a record, and found by the map", async () => {
    const recording = await usualNative();
    const certificates = all(recording, "gcp:certificatemanager/certificate:Certificate");
    assert.deepEqual(
      certificates.map(({ managed }) => managed),
      names.map((name) => ({ domains: [name], dnsAuthorizations: [`platform-native-${name}-id`] })),
    );
    assert.deepEqual(
      all(recording, "gcp:dns/recordSet:RecordSet").map(({ managedZone, name, type, rrdatas }) => [
        ...[managedZone, name, type],
        rrdatas,
      ]),
      names.map((name) => [...["logfire-test-zone", `_acme-challenge.${name}.`, "CNAME"], ["proof.authorize.test."]]),
    );
    assert.deepEqual(
      all(recording, "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry").map(({ map, hostname }) => [
        map,
        hostname,
      ]),
      names.map((name) => ["logfire-test-native-public", name]),
    );
    const known = certificates.map(({ name }) => String(name));
    assert.ok(known.every((name) => name.length <= 63) && new Set(known).size === known.length);
  });

  it("lets in whom the owner names, and the cluster's own pods, ten ranges to a rule", async () => {
    assert.equal(ofType(await usualNative(), "gcp:compute/securityPolicy:SecurityPolicy").length, 0);
    const sourceRanges = Array.from({ length: 9 }, (_, index) => `198.51.${index}.0/24`);
    const { rules } = one(
      await recordPlatform(native({ sourceRanges })),
      "gcp:compute/securityPolicy:SecurityPolicy",
    ) as { rules: { action: string; priority: number; match: { config: { srcIpRanges: string[] } } }[] };
    const [last, ...allowed] = [...rules].reverse();
    assert.deepEqual(
      [last?.action, last?.priority, last?.match.config.srcIpRanges],
      ["deny(403)", 2_147_483_647, ["*"]],
    );
    assert.ok(allowed.every(({ action, match }) => action === "allow" && match.config.srcIpRanges.length <= 10));
    assert.deepEqual(
      allowed.reverse().flatMap(({ match }) => match.config.srcIpRanges),
      [...sourceRanges, "10.40.0.0/20", "10.40.128.0/17", "192.0.2.14/32"],
    );
    assert.equal(new Set(rules.map(({ priority }) => priority)).size, rules.length);
  });

  it("lets Google ask HAProxy whether it is well, on its nodes alone, and opens nothing else", async () => {
    const { allows, sourceRanges, targetServiceAccounts, direction } = one(
      await usualNative(),
      "gcp:compute/firewall:Firewall",
    );
    assert.deepEqual([direction, allows], ["INGRESS", [{ protocol: "tcp", ports: ["8181"] }]]);
    assert.deepEqual(sourceRanges, ["35.191.0.0/16", "130.211.0.0/22"]);
    assert.deepEqual(targetServiceAccounts, ["logfire-test-node@mycompany-logfire.iam.gserviceaccount.com"]);
  });

  it("speaks TLS 1.2 and 1.3 alone", async () => {
    const { profile, minTlsVersion } = one(await usualNative(), "gcp:compute/sSLPolicy:SSLPolicy");
    assert.deepEqual([profile, minTlsVersion], ["RESTRICTED", "TLS_1_2"]);
  });

  it("stays inside the network where the owner says so: proxies, address and certificates are the region's", async () => {
    const inside = await recordPlatform(native({ exposure: "internal" }));
    const proxies = all(inside, "gcp:compute/subnetwork:Subnetwork").find(
      ({ purpose }) => purpose === "REGIONAL_MANAGED_PROXY",
    );
    assert.deepEqual([proxies?.["role"], proxies?.["ipCidrRange"]], ["ACTIVE", "10.40.48.0/23"]);
    const { addressType, purpose, subnetwork } = one(inside, "gcp:compute/address:Address");
    assert.deepEqual([addressType, purpose, subnetwork], ["INTERNAL", "SHARED_LOADBALANCER_VIP", "platform-nodes-id"]);
    assert.equal(one(inside, "gcp:certificatemanager/certificate:Certificate")["location"], "europe-west3");
    assert.equal(ofType(inside, "gcp:certificatemanager/certificateMap:CertificateMap").length, 0);
    assert.equal(one(inside, "gcp:compute/regionSslPolicy:RegionSslPolicy")["region"], "europe-west3");
    const sources = inside.result.edge.native?.sources ?? [];
    assert.deepEqual(await Promise.all(sources.map((source) => valueOf(source))), [
      "35.191.0.0/16",
      "130.211.0.0/22",
      "10.40.48.0/23",
    ]);
  });

  it("is planned as it is made, but for its address", async () => {
    for (const exposure of ["public", "internal"] as const) {
      const { platform, logfire } = settingsOf(native({ exposure }));
      const planned = plannedFacts({ platform, logfire }).edge;
      const recording = await recordPlatform(native({ exposure }));
      const { addresses: _, register, ...made } = recording.result.edge.native ?? assert.fail("no native edge");
      assert.ok(register);
      const { addresses, ...facts } = planned.native ?? assert.fail("not planned");
      assert.deepEqual(facts, made);
      assert.equal(addresses.length, 1);
    }
  });
});

describe("Google's Gateway in the cluster", () => {
  const entrance: Entrance = {
    namespace: "logfire",
    service: "logfire-edge",
    hostnames: names,
    ports: { http: 8080, grpc: 8081, health: 8181 },
    healthPath: "/stats",
    https: false,
  };
  const parts: GatewayParts = {
    exposure: "public",
    address: "an-address",
    certificates: { map: "a-map" },
    sslPolicy: "an-ssl-policy",
  };
  const render = (changes: Partial<GatewayParts> = {}, entranceChanges: Partial<Entrance> = {}) =>
    nativeManifests({ ...entrance, ...entranceChanges }, { ...parts, ...changes }) as unknown as {
      kind: string;
      metadata: { name: string; annotations?: Plain };
      spec: Plain;
    }[];
  const find = (manifests: ReturnType<typeof render>, kind: string) =>
    manifests.find((manifest) => manifest.kind === kind) ?? assert.fail(kind);

  it("is of the class that stands in front of all regions, with the map of certificates", () => {
    const { metadata, spec } = find(render(), "Gateway");
    assert.equal(metadata.annotations?.["networking.gke.io/certmap"], "a-map");
    assert.equal(spec["gatewayClassName"], "gke-l7-global-external-managed");
    assert.deepEqual(spec["addresses"], [{ type: "NamedAddress", value: "an-address" }]);
    const listeners = spec["listeners"] as Plain[];
    assert.deepEqual(
      listeners.map(({ protocol, port, tls }) => [protocol, port, tls]),
      [
        ["HTTP", 80, undefined],
        ["HTTPS", 443, undefined],
      ],
    );
  });

  it("is of the class inside the network, with certificates by name, which takes no map", () => {
    const manifests = render({ exposure: "internal", certificates: { names: ["one", "two"] } });
    const { metadata, spec } = find(manifests, "Gateway");
    assert.equal(metadata.annotations?.["networking.gke.io/certmap"], undefined);
    assert.equal(spec["gatewayClassName"], "gke-l7-rilb");
    const [, https] = spec["listeners"] as Plain[];
    assert.deepEqual(https?.["tls"], {
      mode: "Terminate",
      options: { "networking.gke.io/cert-manager-certs": "one,two" },
    });
  });

  it("is another Gateway inside the network than in front of it, to which the routes then lead", () => {
    const inside = render({ exposure: "internal", certificates: { names: ["one"] } });
    const both = [render(), inside].map((manifests) => find(manifests, "Gateway").metadata.name);
    assert.deepEqual(both, ["logfire-edge-public", "logfire-edge-internal"]);
    for (const manifests of [render(), inside]) {
      const { name } = find(manifests, "Gateway").metadata;
      const { targetRef } = find(manifests, "GCPGatewayPolicy").spec as { targetRef: Plain };
      assert.equal(targetRef["name"], name);
      for (const { spec } of manifests.filter(({ kind }) => kind === "HTTPRoute"))
        assert.deepEqual(
          (spec["parentRefs"] as Plain[]).map((parent) => parent["name"]),
          [name],
        );
    }
  });

  it("sends by HTTP/2 exactly what HAProxy routes as gRPC, everything else by HTTP/1.1, and HTTP to HTTPS", () => {
    const routes = render().filter(({ kind }) => kind === "HTTPRoute");
    const of = (listener: string) =>
      routes.find(({ spec }) => (spec["parentRefs"] as Plain[])[0]?.["sectionName"] === listener)?.spec ??
      assert.fail(listener);
    const [grpc, rest] = of("https")["rules"] as { matches?: { path: Plain }[]; backendRefs: Plain[] }[];
    assert.deepEqual(grpc?.backendRefs, [{ name: "logfire-edge", port: 8081 }]);
    assert.deepEqual([rest?.matches, rest?.backendRefs], [undefined, [{ name: "logfire-edge", port: 8080 }]]);
    const prefixes = grpc?.matches?.map(({ path }) => String(path["value"])) ?? [];
    // Whole segments, as the Gateway API compares prefixes.
    const matches = (path: string) => prefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}/`));
    for (const { below = [], exact = [], grpc: byHttp2 = false } of publicRoutes)
      for (const path of [...below, ...exact]) assert.equal(matches(`${path}x`.replace(/\/x$/, "/x")), byHttp2, path);
    assert.deepEqual(of("http")["rules"], [
      { filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https", statusCode: 301 } }] },
    ]);
    for (const listener of ["http", "https"]) assert.deepEqual(of(listener)["hostnames"], names);
  });

  it("has one way for everything where HAProxy's one port speaks both", () => {
    const manifests = render({}, { ports: { http: 8443, grpc: 8443, health: 8181 }, https: true });
    const route = manifests.find(({ metadata }) => metadata.name === "logfire-edge-https-0") ?? assert.fail("none");
    assert.deepEqual(route.spec["rules"], [{ backendRefs: [{ name: "logfire-edge", port: 8443 }] }]);
  });

  it("holds any number of hostnames, sixteen to a route, and changes no other route when one is added", () => {
    const hostsOf = (hostnames: readonly string[]) =>
      render({}, { hostnames })
        .filter(({ kind, metadata }) => kind === "HTTPRoute" && metadata.name.includes("-https-"))
        .map(({ metadata, spec }) => [metadata.name, spec["hostnames"]] as const);
    const routes = hostsOf(many);
    assert.deepEqual(
      routes.flatMap(([, hosts]) => hosts),
      many,
    );
    assert.ok(routes.every(([, hosts]) => (hosts as string[]).length <= 16));
    assert.deepEqual(hostsOf(many.slice(0, 22))[0], routes[0]);
  });

  it("asks HAProxy in clear whether it is well, and lets an answer last as long as a live tail does", () => {
    const manifests = render();
    const check = find(manifests, "HealthCheckPolicy").spec["default"] as { config: Plain };
    assert.deepEqual(check.config, {
      type: "HTTP",
      httpHealthCheck: { portSpecification: "USE_FIXED_PORT", port: 8181, requestPath: "/stats" },
    });
    const backend = find(manifests, "GCPBackendPolicy").spec;
    assert.ok(Number((backend["default"] as Plain)["timeoutSec"]) > 3600);
    assert.equal((backend["default"] as Plain)["securityPolicy"], undefined);
    assert.deepEqual(backend["targetRef"], { group: "", kind: "Service", name: "logfire-edge" });
    const closed = find(render({ securityPolicy: "who" }), "GCPBackendPolicy").spec["default"] as Plain;
    assert.equal(closed["securityPolicy"], "who");
    assert.deepEqual(find(manifests, "GCPGatewayPolicy").spec["default"], { sslPolicy: "an-ssl-policy" });
  });
});

describe("Logfire behind the native edge on GCP", () => {
  it("has a Service for it alone, with exactly its ports, and nothing of Envoy or cert-manager", async () => {
    const recording = await deployed();
    const { spec } = objectOf(recording, "logfire-edge-service-logfire-edge");
    assert.equal(spec["type"], "ClusterIP");
    assert.deepEqual(
      (spec["ports"] as Plain[]).map(({ port, targetPort, appProtocol }) => [port, targetPort, appProtocol]),
      [
        [8080, "http", undefined],
        [8081, "http", "kubernetes.io/h2c"],
        [8181, "stats", undefined],
      ],
    );
    assert.ok(!recording.resources.some(({ type }) => /envoyproxy|cert-manager|helm/i.test(type)));
  });

  it("says who may come in before there is a way in, and opens it only with all that Google has to find", async () => {
    const recording = await deployed(native({ sourceRanges: ["198.51.100.0/24"] }));
    const route = comesAfter(recording, "logfire-edge-httproute-logfire-edge-https-0");
    for (const name of [
      "logfire-edge-gateway-logfire-edge-public",
      "logfire-edge-gcpbackend-policy-logfire-edge",
      "logfire-edge-health-check-policy-logfire-edge",
      "platform-native",
      "platform-native-health",
      "platform-native-logfire.acme.dev",
    ])
      assert.ok(route.has(name), `${name} in ${[...route].join(" ")}`);
  });

  it("lets Google reach HAProxy, on the ports of requests and checks, and believes its two entries", async () => {
    const recording = await deployed();
    const ingress = objectOf(recording, "logfire-network-policy-logfire-service").spec["ingress"] as Plain[];
    const from = ["35.191.0.0/16", "130.211.0.0/22"].map((cidr) => ({ ipBlock: { cidr } }));
    assert.deepEqual(
      ingress.map((entry) => [entry["from"], (entry["ports"] as Plain[])[0]?.["port"]]),
      [
        [from, 8080],
        [from, 8181],
      ],
    );
    const config = inputsOf(recording.named("logfire-config-map-logfire-haproxy-config"))["data"] as Plain;
    assert.match(String(config["haproxy.cfg"]), /set-src req\.hdr_ip\(x-forwarded-for,-2\) /);
  });

  it("leads its hostnames to the address, and says that nothing is left to do", async () => {
    const recording = await deployed();
    const records = all(recording, "gcp:dns/recordSet:RecordSet").filter(({ type }) => type === "A");
    assert.deepEqual(
      records.map(({ name, rrdatas }) => [name, rrdatas]),
      names.map((name) => [`${name}.`, ["198.51.100.15"]]),
    );
    assert.deepEqual(await valueOf(recording.result.edge.pending), []);
  });

  it("speaks HTTP/2 by TLS on its one port where its services talk HTTPS", async () => {
    const { spec } = objectOf(await deployed(native({}, withTls)), "logfire-edge-service-logfire-edge");
    assert.deepEqual(
      (spec["ports"] as Plain[]).map(({ port, targetPort, appProtocol }) => [port, targetPort, appProtocol]),
      [
        [8443, "https", "HTTP2"],
        [8181, "stats", undefined],
      ],
    );
  });
});
