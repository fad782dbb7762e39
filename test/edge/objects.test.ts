import assert from "node:assert/strict";
import { edgeSupport } from "../support/logfireSettings";
import { presetNames } from "../../components/logfire/catalogue/names";
import { fleetSizes } from "../../components/logfire/edge/facts";
import type { Plain } from "../manifests/objects";
import { acme, edgeOf, find, inputOf, nameOf, ownGateway, type Wanted } from "./renderings";

const names = (wanted: Wanted): readonly string[] => edgeOf(wanted).map(nameOf);
const ingress = { className: "haproxy", annotations: { "haproxy.org/timeout-server": "620s" } };
const routes = ["HTTPRoute/logfire-httproute", "HTTPRoute/logfire-redirect"];
const envoy = ["EnvoyProxy", "ClientTrafficPolicy", "BackendTrafficPolicy"].map((kind) => `${kind}/logfire-edge`);
const gateway = ["GatewayClass/logfire", "Gateway/logfire-gateway", ...routes];
const privateCa = [
  "Issuer/logfire-edge-selfsigned",
  "Certificate/logfire-edge-ca",
  "Issuer/logfire-edge-ca",
  "Certificate/logfire-frontend-cert",
];

/** What a path of keys leads to. */
const at = (object: Plain, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<string | number, unknown> | undefined)?.[key], object.spec);

describe("the edge's objects", () => {
  /** Names in a cluster are fixed for ever: another Gateway is another load balancer. */
  const cases: readonly (readonly [string, Wanted, readonly string[]])[] = [
    ["a Gateway with a private authority", {}, [...privateCa, ...gateway, ...envoy]],
    [
      "a Gateway with a certificate by ACME",
      { edge: { certificate: acme } },
      ["ClusterIssuer/logfire-acme", "Certificate/logfire-frontend-cert", ...gateway, ...envoy],
    ],
    [
      "a Gateway whose certificate is proved by HTTP",
      { edge: { certificate: { ...acme, http01: true } } },
      [
        "ClusterIssuer/logfire-acme",
        "NetworkPolicy/logfire-acme-solver",
        "Certificate/logfire-frontend-cert",
        ...gateway,
        ...envoy,
      ],
    ],
    [
      "a Gateway with the owner's issuer",
      { edge: { certificate: { source: "issuer", kind: "Issuer", name: "mine", group: "cert-manager.io" } } },
      ["Certificate/logfire-frontend-cert", ...gateway, ...envoy],
    ],
    ["a Gateway with a given certificate", { edge: { certificate: { source: "given" } } }, [...gateway, ...envoy]],
    [
      "a Gateway with the owner's Secret",
      { edge: { certificate: { source: "existingSecret", name: "mine" } } },
      [...gateway, ...envoy],
    ],
    [
      "source ranges",
      { edge: { certificate: { source: "given" }, sourceRanges: ["192.0.2.0/24"] } },
      [...gateway, ...envoy, "SecurityPolicy/logfire-edge"],
    ],
    [
      "a controller that is there",
      { edge: { certificate: { source: "given" }, gateway: { ...ownGateway, controller: "existing" } } },
      [...gateway.slice(1), ...envoy],
    ],
    [
      "another implementation of Gateway API",
      {
        edge: {
          certificate: { source: "given" },
          gateway: { ...ownGateway, controller: "existing", implementation: "other" },
        },
      },
      gateway.slice(1),
    ],
    [
      "the owner's Gateway",
      {
        edge: {
          certificate: { source: "none" },
          sourceRanges: ["192.0.2.0/24"],
          gateway: { ...ownGateway, controller: "existing", attachTo: { name: "shared", namespace: "infra" } },
        },
      },
      ["HTTPRoute/logfire-httproute", "BackendTrafficPolicy/logfire-edge", "SecurityPolicy/logfire-edge"],
    ],
    [
      "a Gateway without HTTPS",
      { settings: { https: false }, edge: { certificate: { source: "none" } } },
      [...gateway.slice(0, 3), ...envoy],
    ],
    [
      "HTTPS between services",
      {
        edge: { certificate: { source: "given" } },
        settings: { inClusterTls: { certificates: "certManager", secretPrefix: "logfire" } },
      },
      [...gateway, "BackendTLSPolicy/logfire-edge", ...envoy],
    ],
    [
      "an Ingress with a private authority",
      { edge: { mode: "ingress", ingress } },
      [...privateCa, "Ingress/logfire-ingress"],
    ],
    [
      "an Ingress without HTTPS",
      { settings: { https: false }, edge: { mode: "ingress", ingress, certificate: { source: "none" } } },
      ["Ingress/logfire-ingress"],
    ],
    ["a routing layer of the owner's", { edge: { mode: "none", certificate: { source: "none" } } }, []],
  ];
  for (const [title, wanted, expected] of cases)
    it(`for ${title} are exactly those`, () => assert.deepEqual(names(wanted), expected));

  it("serve every hostname by one listener, and name it where there is one only", () => {
    const hostnames = ["a.example.org", "b.example.org"] as const;
    const several = edgeOf({ settings: { hostnames } });
    const listeners = (objects: readonly Plain[]) =>
      at(find(objects, "Gateway/logfire-gateway"), "listeners") as { name: string; hostname?: string }[];
    assert.deepEqual(
      listeners(several).map(({ name, hostname }) => [name, hostname]),
      [
        ["http", undefined],
        ["https", undefined],
      ],
    );
    assert.deepEqual(
      listeners(edgeOf()).map(({ hostname }) => hostname),
      [undefined, "logfire.example.org"],
    );
    for (const route of routes) assert.deepEqual(at(find(several, route), "hostnames"), hostnames);
    assert.deepEqual(at(find(several, "Certificate/logfire-frontend-cert"), "dnsNames"), hostnames);
  });

  it("let a request be silent for longer than the AI gateway may think, and let it end before a pod does", () => {
    for (const gatewayTimeoutSeconds of [60, 600, 3600]) {
      const objects = edgeOf({
        settings: {
          features: { queryWorker: false, remoteMcp: false, aiGateway: true },
          oauth: { ...inputOf().settings.oauth, gatewayTimeoutSeconds },
        },
      });
      const seconds = (object: string, ...path: readonly string[]) =>
        Number(String(at(find(objects, object), ...path)).replace(/s$/, ""));
      for (const policy of ["ClientTrafficPolicy", "BackendTrafficPolicy"]) {
        const idle = seconds(`${policy}/logfire-edge`, "timeout", "http", "streamIdleTimeout");
        assert.ok(idle >= 620 && idle > gatewayTimeoutSeconds, `${policy}: ${idle} s`);
      }
      const drain = seconds("EnvoyProxy/logfire-edge", "shutdown", "drainTimeout");
      assert.ok(drain > Math.max(120, gatewayTimeoutSeconds), `${drain} s`);
      for (const rule of [0, 1])
        assert.equal(at(find(objects, routes[0] ?? ""), "rules", rule, "timeouts", "request"), "0s");
    }
  });

  it("ask for the load balancer that the platform describes, the owner's annotations over its own", () => {
    const offers = {
      loadBalancer: {
        annotations: { public: { kind: "internet", size: "s" }, internal: { kind: "inside", size: "s" } },
        loadBalancerClass: "example.org/nlb",
        addresses: ["203.0.113.7", "203.0.113.8"],
        asksByAddress: true,
      },
      clusterRanges: ["10.0.0.0/8"],
    };
    const service = (exposure: "public" | "internal", sourceRanges: readonly string[] = []) =>
      at(
        find(
          edgeOf({
            offers,
            edge: { exposure, sourceRanges, gateway: { ...ownGateway, serviceAnnotations: { size: "l" } } },
          }),
          "EnvoyProxy/logfire-edge",
        ),
        ...["provider", "kubernetes", "envoyService"],
      ) as Record<string, unknown>;
    assert.deepEqual(service("internal"), {
      name: "logfire-edge",
      type: "LoadBalancer",
      externalTrafficPolicy: "Local",
      annotations: { kind: "inside", size: "l" },
      loadBalancerClass: "example.org/nlb",
      loadBalancerIP: "203.0.113.7",
    });
    assert.deepEqual(service("public", ["192.0.2.0/24"])["loadBalancerSourceRanges"], ["192.0.2.0/24", "10.0.0.0/8"]);
    assert.deepEqual(service("public")["annotations"], { kind: "internet", size: "l" });
  });

  it("answer on fixed ports of the nodes where the platform has made the load balancer itself", () => {
    const loadBalancer = { ...edgeSupport.loadBalancer, nodePorts: { http: 30080, https: 30043, health: 30021 } };
    const service = at(
      find(edgeOf({ offers: { loadBalancer }, edge: { sourceRanges: ["192.0.2.0/24"] } }), "EnvoyProxy/logfire-edge"),
      ...["provider", "kubernetes", "envoyService"],
    ) as Record<string, unknown>;
    const ports = [
      { port: 80, nodePort: 30080 },
      { port: 443, nodePort: 30043 },
      { name: "ready", port: 19003, targetPort: 19003, protocol: "TCP", nodePort: 30021 },
    ];
    assert.deepEqual(service, {
      name: "logfire-edge",
      externalTrafficPolicy: "Local",
      type: "NodePort",
      patch: { type: "StrategicMerge", value: { spec: { ports } } },
    });
  });

  for (const preset of presetNames)
    it(`run as many proxies as ${preset} has, of the size that is counted for it`, () => {
      const kubernetes = at(
        find(edgeOf({ settings: { preset } }), "EnvoyProxy/logfire-edge"),
        "provider",
        "kubernetes",
      );
      const { envoyDeployment, envoyHpa, envoyPDB } = kubernetes as {
        envoyDeployment: { replicas?: number; container: { resources: unknown }; pod: Record<string, unknown> };
        envoyHpa?: { minReplicas: number; maxReplicas: number };
        envoyPDB: { maxUnavailable: number };
      };
      const { replicas } = fleetSizes[preset];
      const scaled =
        envoyHpa === undefined
          ? [envoyDeployment.replicas, envoyDeployment.replicas]
          : [envoyHpa.minReplicas, envoyHpa.maxReplicas];
      assert.deepEqual(scaled, replicas);
      assert.equal(envoyPDB.maxUnavailable, 1);
      assert.equal("topologySpreadConstraints" in envoyDeployment.pod, replicas[1] > 1);
      if (preset !== "tiny") assert.ok((replicas[0] ?? 0) >= 2 && envoyHpa !== undefined);
    });

  it("write no query into the access log, where an authorization code would stand", () => {
    const settings = at(find(edgeOf(), "EnvoyProxy/logfire-edge"), "telemetry", "accessLog", "settings");
    const text = JSON.stringify(settings);
    assert.match(text, /REQ_WITHOUT_QUERY\(:PATH\)/);
    assert.doesNotMatch(text, /%REQ\([^)]*PATH\)%|REFERER|QUERY_PARAM/i);
  });

  it("pull Envoy through the mirror", () => {
    const images = {
      version: "1",
      pullPolicy: "Always",
      pullSecrets: ["mine"],
      overrides: {},
      registry: "mirror.example.org/x/",
    } as const;
    const deployment = at(
      find(edgeOf({ settings: { images } }), "EnvoyProxy/logfire-edge"),
      ...["provider", "kubernetes", "envoyDeployment"],
    );
    const text = JSON.stringify(deployment);
    assert.match(text, /"imageRepository":"mirror.example.org\/x\/envoyproxy\/envoy"/);
    assert.match(text, /"imagePullPolicy":"Always"/);
    assert.match(text, /"imagePullSecrets":\[\{"name":"mine"\}\]/);
  });

  it("ask ACME with the owner's solver, or with the platform's", () => {
    const solver = (wanted: Wanted) => at(find(edgeOf(wanted), "ClusterIssuer/logfire-acme"), "acme", "solvers", 0);
    assert.deepEqual(solver({ edge: { certificate: acme, zone: "example.org" } }), {
      selector: { dnsZones: ["example.org"] },
      dns01: acme.dns01,
    });
    const without = { ...acme, dns01: undefined };
    assert.deepEqual(
      solver({
        edge: { certificate: without },
        offers: { dns01: { cloudDNS: { project: "p" } }, zone: { name: "example.org" } },
      }),
      {
        selector: { dnsZones: ["example.org"] },
        dns01: { cloudDNS: { project: "p" } },
      },
    );
    const http01 = { ...acme, http01: true };
    assert.deepEqual(Object.keys((solver({ edge: { certificate: http01 } }) as { http01: object }).http01), [
      "gatewayHTTPRoute",
    ]);
    const byIngress = solver({ edge: { mode: "ingress", ingress, certificate: http01 } });
    assert.deepEqual(byIngress, { http01: { ingress: { ingressClassName: "haproxy", serviceType: "ClusterIP" } } });
  });

  it("lead the Ingress to the port that is in use, with the Secret of the certificate", () => {
    const plainIngress = find(edgeOf({ edge: { mode: "ingress", ingress } }), "Ingress/logfire-ingress");
    assert.deepEqual(at(plainIngress, "tls"), [
      { hosts: ["logfire.example.org"], secretName: "logfire-frontend-cert" },
    ]);
    assert.equal(at(plainIngress, "rules", 0, "http", "paths", 0, "backend", "service", "port", "number"), 8080);
    assert.deepEqual((plainIngress.metadata as { annotations?: unknown }).annotations, ingress.annotations);
    const inClusterTls = { certificates: "certManager", secretPrefix: "logfire" } as const;
    const secured = find(
      edgeOf({ edge: { mode: "ingress", ingress }, settings: { inClusterTls } }),
      "Ingress/logfire-ingress",
    );
    assert.equal(at(secured, "rules", 0, "http", "paths", 0, "backend", "service", "port", "number"), 8443);
  });

  it("stand beside those of another Logfire in the cluster", () => {
    const clusterWide = (namespace: string) => {
      const objects = edgeOf({ settings: { namespace }, edge: { certificate: acme } });
      const fleet = at(find(objects, "EnvoyProxy/logfire-edge"), "provider", "kubernetes", "envoyService", "name");
      const own = objects.filter(({ kind }) => kind === "ClusterIssuer").map(nameOf);
      assert.ok(
        objects.every(
          ({ kind, metadata }) => metadata.namespace === namespace || /^(ClusterIssuer|GatewayClass)$/.test(kind),
        ),
      );
      return [...own, fleet];
    };
    assert.deepEqual(
      clusterWide("one").filter((name) => clusterWide("two").includes(name)),
      [],
    );
    const longest = "n".repeat(63);
    assert.equal(String(clusterWide(longest)[1]).length, 63);
  });
});
