import assert from "node:assert/strict";
import { letsEncrypt } from "../../components/settings/schemaEdge";
import { caBundle, certificate, edge, privateCa, real, route53, tls, zone } from "./edgeValues";
import { resolve, type Values } from "./helpers";

const edgeOf = (config: Values) => resolve(config).logfire.edge;

describe("the edge that follows from few words", () => {
  it("Let's Encrypt by a record in the zone, with the administrator as contact", () =>
    assert.deepEqual(edgeOf(certificate({ dns01: route53 }, { zone })), {
      mode: "gateway",
      exposure: "public",
      sourceRanges: [],
      proxiesInFront: 0,
      proxyProtocol: false,
      gateway: {
        controller: "install",
        implementation: "envoyGateway",
        namespace: "envoy-gateway-system",
        className: "logfire",
        serviceAnnotations: {},
      },
      certificate: {
        source: "acme",
        server: letsEncrypt.production,
        email: "sre@acme-corp.com",
        http01: false,
        dns01: route53,
      },
      certManager: { controller: "install", namespace: "cert-manager" },
      zone,
    }));

  it("staging, and a server of the owner's", () => {
    const serverOf = (server: string) => {
      const { certificate: settled } = edgeOf(certificate({ server, challenge: "http01" }));
      return settled.source === "acme" && [settled.server, settled.http01];
    };
    assert.deepEqual(serverOf("staging"), [letsEncrypt.staging, true]);
    assert.deepEqual(serverOf("https://ca.acme-corp.com/dir"), ["https://ca.acme-corp.com/dir", true]);
  });

  it("an Ingress, where one proxy fewer stands in front than without", () => {
    const { mode, ingress, proxiesInFront } = edgeOf(
      certificate(privateCa, { mode: "ingress", ingress: { className: "nginx" } }),
    );
    assert.deepEqual([mode, ingress, proxiesInFront], ["ingress", { className: "nginx", annotations: {} }, 0]);
    assert.equal(edgeOf(edge({ mode: "none" })).proxiesInFront, 1);
    assert.equal(edgeOf(edge({ mode: "none", proxiesInFront: 0 })).proxiesInFront, 0);
  });

  it("a Gateway of the owner's, in Logfire's namespace unless told otherwise, with a controller that is there", () => {
    const { gateway, certificate: settled } = edgeOf(edge({ gateway: { attachTo: { name: "shared" } } }));
    assert.deepEqual(gateway.attachTo, { name: "shared", namespace: "logfire" });
    assert.equal(gateway.controller, "existing");
    assert.deepEqual(settled, { source: "none" });
    const elsewhere = edgeOf(edge({ gateway: { attachTo: { name: "shared", namespace: "infra", section: "https" } } }));
    assert.deepEqual(elsewhere.gateway.attachTo, { name: "shared", namespace: "infra", section: "https" });
  });

  it("no certificate without HTTPS and where the owner routes", () => {
    assert.deepEqual(edgeOf({ hostname: "logfire.localhost", edge: {} }).certificate, { source: "none" });
    assert.deepEqual(edgeOf({ ...real, https: false, edge: {} }).certificate, { source: "none" });
    assert.deepEqual(edgeOf(edge({ mode: "none" })).certificate, { source: "none" });
  });

  it("the other sources of a certificate", () => {
    const issuer = { name: "company" };
    assert.deepEqual(edgeOf(certificate({ source: "issuer", issuer })).certificate, {
      ...{ source: "issuer", kind: "ClusterIssuer", name: "company", group: "cert-manager.io" },
    });
    assert.deepEqual(edgeOf(certificate({ source: "existingSecret", secretName: "wildcard" })).certificate, {
      ...{ source: "existingSecret", name: "wildcard" },
    });
    assert.deepEqual(edgeOf(certificate(privateCa)).certificate, { source: "privateCa" });
  });

  it("an issuer that is there has its cert-manager beside it", () => {
    const controllerOf = (config: Values) => edgeOf(config).certManager.controller;
    assert.equal(controllerOf(certificate({ source: "issuer", issuer: { name: "company" } })), "existing");
    assert.equal(controllerOf(tls({ issuer: { name: "company" }, caBundle })), "existing");
    assert.equal(controllerOf(certificate(privateCa)), "install");
  });

  it("only Envoy's namespace may connect to Logfire where this stack installs it", () => {
    const namespacesOf = (config: Values) => resolve(config).logfire.network.edgeNamespaces;
    assert.deepEqual(namespacesOf(certificate(privateCa)), ["envoy-gateway-system"]);
    assert.deepEqual(namespacesOf(certificate(privateCa, { gateway: { namespace: "envoy" } })), ["envoy"]);
    const existing = { controller: "existing", className: "shared" };
    assert.deepEqual(namespacesOf(certificate(privateCa, { gateway: existing })), []);
    assert.deepEqual(namespacesOf(edge({ mode: "none" })), []);
    const written = { ...certificate(privateCa), network: { edgeNamespaces: ["mine"] } };
    assert.deepEqual(namespacesOf(written), ["mine"]);
  });

  it("HTTPS inside the cluster only where it is asked for", () => {
    assert.equal(resolve({}).logfire.inClusterTls, undefined);
    assert.deepEqual(resolve(tls({})).logfire.inClusterTls, { certificates: "certManager", secretPrefix: "logfire" });
    assert.deepEqual(
      resolve(tls({ certificates: "existingSecrets", secretPrefix: "mine", caBundle: { secret: "ca" } })).logfire
        .inClusterTls,
      {
        certificates: "existingSecrets",
        secretPrefix: "mine",
        caBundle: { kind: "Secret", name: "ca", key: "ca.crt" },
      },
    );
  });
});
