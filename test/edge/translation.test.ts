import assert from "node:assert/strict";
import { service } from "../../components/logfire/catalogue/logfire-service";
import { renderLogfire } from "../../components/logfire/manifests";
import { describeWith } from "../config/programs";
import { asJson } from "../manifests/objects";
import { findEgctl } from "../path/programs";
import { translate } from "../path/translate";
import { certificateAuthority } from "../support/certificates";
import { inputOf, ownGateway, type Wanted } from "./renderings";

const hostnames = ["logfire.example.org", "two.example.org"] as const;
const inClusterTls = { certificates: "certManager", secretPrefix: "logfire" } as const;

/** Every value behind a key, however deep. */
function valuesOf(value: unknown, wanted: string): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => [
    ...(key === wanted ? [inner] : []),
    ...valuesOf(inner, wanted),
  ]);
}

/**
 * What Envoy Gateway's own translator makes of the edge in its less usual forms; `translate` fails where one object is
 * refused. That Envoy runs so is for the tests of the path, and only for the usual form.
 */
describeWith(
  "Envoy Gateway's translator",
  () => Promise.resolve(findEgctl(undefined)),
  (egctl) => {
    let secrets: readonly object[] = [];

    before(async () => {
      const authority = await certificateAuthority();
      const { chain, privateKey } = await authority.issue({ hostnames });
      const encoded = (text: string) => Buffer.from(text).toString("base64");
      const data = {
        "tls.crt": encoded(chain),
        "tls.key": encoded(privateKey),
        "ca.crt": encoded(authority.certificate),
      };
      secrets = ["logfire-frontend-cert", "logfire-incluster-ca"].map((name) => ({
        ...{ apiVersion: "v1", kind: "Secret", type: "kubernetes.io/tls", data },
        metadata: { name, namespace: "logfire" },
      }));
    });

    async function translated(wanted: Wanted, more: readonly object[] = []): Promise<unknown> {
      const objects = renderLogfire(inputOf({ ...wanted, settings: { hostnames, ...wanted.settings } }))
        .map((rendered) => asJson<Record<string, unknown> & { metadata: { name: string }; spec?: object }>(rendered))
        .filter(
          ({ apiVersion, kind, metadata }) =>
            /^gateway\./.test(String(apiVersion)) || (kind === "Service" && metadata.name === service.name),
        )
        // The translator has no endpoints; it goes by the address that the API server would have given.
        .map((object) =>
          object["kind"] === "Service" ? { ...object, spec: { ...object.spec, clusterIP: "10.96.0.10" } } : object,
        );
      const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "logfire" } };
      return translate(egctl(), [...objects, ...secrets, namespace, ...more]);
    }

    it("takes two hostnames without falling back to HTTP/1.1", async () => {
      const dump = await translated({});
      assert.ok(!JSON.stringify(dump).includes("OverlappingTLSConfig"));
      const offered = valuesOf(dump, "alpnProtocols").filter((list) => JSON.stringify(list).includes("http/1.1"));
      assert.ok(offered.length > 0);
      for (const list of offered) assert.deepEqual(list, ["h2", "http/1.1"]);
    });

    it("takes TLS 1.2 and no older one, no route timeout, and retries of what was never sent", async () => {
      const dump = await translated({});
      assert.deepEqual(new Set(valuesOf(dump, "tlsMinimumProtocolVersion")), new Set(["TLSv1_2"]));
      const routes = (valuesOf(dump, "route") as Record<string, unknown>[]).filter(({ cluster }) =>
        String(cluster).startsWith("httproute/"),
      );
      assert.ok(routes.length >= 4);
      for (const route of routes) {
        assert.deepEqual([route["timeout"], route["idleTimeout"]], ["0s", "620s"]);
        const { retryOn } = route["retryPolicy"] as { retryOn: string };
        assert.equal(retryOn, "connect-failure,refused-stream,reset-before-request");
      }
      assert.deepEqual(
        new Set(valuesOf(dump, "httpHealthCheck").map((check) => (check as { path: string }).path)),
        new Set(["/stats"]),
      );
    });

    it("counts the proxies in front, and reads the PROXY protocol", async () => {
      const dump = await translated({ edge: { proxiesInFront: 2, proxyProtocol: true } });
      // Beside the one that Envoy sees itself.
      assert.deepEqual(new Set(valuesOf(dump, "xffNumTrustedHops")), new Set([1]));
      assert.match(JSON.stringify(valuesOf(dump, "listenerFilters")), /proxy_protocol/);
      const without = await translated({});
      assert.deepEqual(valuesOf(without, "xffNumTrustedHops"), []);
    });

    it("refuses whoever comes from elsewhere, the redirect included", async () => {
      const dump = await translated({
        edge: { sourceRanges: ["192.0.2.0/24"] },
        offers: { clusterRanges: ["10.0.0.0/8"] },
      });
      const routes = valuesOf(dump, "routes").flat() as Record<string, unknown>[];
      const filtered = routes.filter(({ name }) => String(name).startsWith("httproute/"));
      assert.ok(filtered.some((route) => "redirect" in route) && filtered.some((route) => "route" in route));
      for (const { typedPerFilterConfig } of filtered) {
        const text = JSON.stringify(typedPerFilterConfig);
        for (const range of ['"192.0.2.0","prefixLen":24', '"10.0.0.0","prefixLen":8', '"action":"DENY"'])
          assert.ok(text.includes(range), range);
      }
    });

    it("checks the certificate of logfire-service, and keeps HTTP/2 for gRPC over TLS", async () => {
      const dump = await translated({ settings: { inClusterTls } });
      const expected = { sanType: "DNS", matcher: { exact: "logfire-service.logfire.svc.cluster.local" } };
      const matchers = valuesOf(dump, "matchTypedSubjectAltNames").flat();
      assert.ok(matchers.length > 0);
      for (const matcher of matchers) assert.deepEqual(matcher, expected);
      assert.ok(valuesOf(dump, "useDownstreamProtocolConfig").length > 0);
    });

    it("attaches the route to a Gateway of the owner's in another namespace", async () => {
      const group = "gateway.networking.k8s.io/v1";
      const listener = { name: "web", port: 80, protocol: "HTTP", allowedRoutes: { namespaces: { from: "All" } } };
      const owners = [
        {
          ...{ apiVersion: group, kind: "GatewayClass", metadata: { name: "shared" } },
          spec: { controllerName: "gateway.envoyproxy.io/gatewayclass-controller" },
        },
        {
          ...{ apiVersion: group, kind: "Gateway", metadata: { name: "shared", namespace: "infra" } },
          spec: { gatewayClassName: "shared", listeners: [listener] },
        },
        { apiVersion: "v1", kind: "Namespace", metadata: { name: "infra" } },
      ];
      const attachTo = { name: "shared", namespace: "infra", section: "web" };
      const gateway = { ...ownGateway, controller: "existing", attachTo } as const;
      const dump = await translated(
        { edge: { certificate: { source: "none" }, sourceRanges: ["192.0.2.0/24"], gateway } },
        owners,
      );
      assert.deepEqual(new Set(valuesOf(dump, "domains").flat()).has(hostnames[1]), true);
      assert.match(JSON.stringify(dump), /RBACPerRoute/);
    });

    it("takes a Gateway without HTTPS", async () => {
      const dump = await translated({ settings: { https: false }, edge: { certificate: { source: "none" } } });
      assert.ok(!JSON.stringify(valuesOf(dump, "filterChains")).includes("DownstreamTlsContext"));
      assert.ok(valuesOf(dump, "route").length > 0);
    });
  },
);
