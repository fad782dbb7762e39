import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { down, up, type ControlPlane, type StartPrograms } from "../../sandbox";
import { readDefinitions } from "../../sandbox/controlPlane/customResources";
import { toolset } from "../support/tools";
import { smallNodes, temporaryCache } from "./support";

const namespace = "edge";
const gatewayApi = "gateway.networking.k8s.io/v1";
const envoyApi = "gateway.envoyproxy.io/v1alpha1";
const certificates = "cert-manager.io/v1";
const fails = "sandbox.logfire.dev/fails";

/**
 * The API server and cert-manager's controllers are real. What Envoy Gateway would say is simulated: these tests show
 * that a status comes, not that Envoy would carry traffic.
 */
describe("the edge in the sandbox", function () {
  this.timeout(180_000);
  let cache: ReturnType<typeof temporaryCache>;
  let tools: StartPrograms;
  let checkout: string;
  let controlPlane: ControlPlane;

  before(async function () {
    this.timeout(3_600_000);
    tools = await toolset();
    cache = temporaryCache();
    checkout = join(cache.folder, "checkout");
    mkdirSync(checkout);
    ({ controlPlane } = await up({ checkout, toolset: tools, nodes: smallNodes() }));
    await controlPlane.kubectl(["create", "namespace", namespace]);
  });
  after(async () => {
    await down({ checkout });
    cache.restore();
  });

  const kubectl = (...args: string[]) => controlPlane.kubectl([...args, "-n", namespace]);
  const apply = (...objects: readonly object[]) =>
    controlPlane.kubectl(
      ["apply", "--server-side", "-f", "-"],
      JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }),
    );
  const read = async <T>(kind: string, name: string): Promise<T> =>
    JSON.parse(await kubectl("get", kind, name, "-o", "json")) as T;
  const becomes = (condition: string, resource: string) =>
    kubectl("wait", `--for=condition=${condition}`, "--timeout=30s", resource);

  it("knows every resource of Gateway API, Envoy Gateway and cert-manager", async () => {
    const served = (await kubectl("api-resources", "-o", "name")).trim().split("\n");
    const defined = readDefinitions(tools.definitions).map(({ metadata }) => metadata.name);
    assert.equal(defined.length, 24);
    assert.deepEqual(
      defined.filter((name) => !served.includes(name)),
      [],
    );
  });

  it("refuses an object that its definition does not allow", async () => {
    const targetRefs = [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: "front" }];
    await assert.rejects(
      apply(object(envoyApi, "ClientTrafficPolicy", "bad", { targetRefs, tls: { minVersion: "2.0" } })),
      /spec\.tls\.minVersion: Unsupported value: "2\.0"/,
    );
  });

  it("programs a Gateway with an address that stays when the Gateway changes", async () => {
    await apply(gateway("front", [http]));
    await becomes("Programmed", "gateway/front");
    const first = await read<Gateway>("gateway", "front");
    assert.match(first.status.addresses[0]?.value ?? "", /^203\.0\.113\.\d+$/);
    await apply(gateway("front", [http, https]));
    const changed = await eventually(
      () => read<Gateway>("gateway", "front"),
      ({ status }) => status.listeners.length === 2,
    );
    assert.deepEqual(changed.status.addresses, first.status.addresses);
    assert.equal(changed.status.conditions[0]?.observedGeneration, 2);
    assert.deepEqual(
      changed.status.listeners.map(({ name }) => name),
      ["http", "https"],
    );
  });

  it("accepts the class, routes and policies that name what they are about", async () => {
    const onGateway = [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: "front" }];
    const onService = [{ group: "", kind: "Service", name: "web" }];
    const rules = [{ backendRefs: [{ name: "web", port: 80 }] }];
    const validation = { wellKnownCACertificates: "System", hostname: "web.example" };
    await apply(
      object(gatewayApi, "HTTPRoute", "front", { parentRefs: [{ name: "front", sectionName: "https" }], rules }),
      object(gatewayApi, "BackendTLSPolicy", "front", { targetRefs: onService, validation }),
      ...["ClientTrafficPolicy", "BackendTrafficPolicy", "SecurityPolicy"].map((kind) =>
        object(envoyApi, kind, "front", { targetRefs: onGateway }),
      ),
    );
    await becomes("Accepted", "gatewayclass/logfire-sandbox");
    const reported = async (kind: string, field: "parents" | "ancestors") =>
      eventually(
        () => read<{ status?: Record<string, readonly { conditions: Condition[] }[]> }>(kind, "front"),
        ({ status }) =>
          status?.[field]?.some(({ conditions }) =>
            conditions.some((c) => c.type === "Accepted" && c.status === "True"),
          ) === true,
      );
    await reported("httproute", "parents");
    for (const kind of ["backendtlspolicy", "clienttrafficpolicy", "backendtrafficpolicy", "securitypolicy"])
      await reported(kind, "ancestors");
  });

  it("does not program a Gateway for as long as it is told to fail", async () => {
    const ofFailingClass = object(gatewayApi, "Gateway", "unlucky", {
      ...{ gatewayClassName: "logfire-sandbox-failing", listeners: [http] },
    });
    await apply(gateway("failing", [http], { [fails]: "programmed" }), ofFailingClass);
    await kubectl("wait", "--for=condition=Programmed=False", "--timeout=30s", "gateway/failing", "gateway/unlucky");
    await kubectl("annotate", "gateway/failing", `${fails}-`);
    await becomes("Programmed", "gateway/failing");
  });

  it("issues certificates of a private authority, with a key each", async () => {
    await apply(
      object(certificates, "Issuer", "self-signed", { selfSigned: {} }),
      certificate("authority", { isCA: true, commonName: "authority", issuerRef: { name: "self-signed" } }),
      object(certificates, "Issuer", "authority", { ca: { secretName: "authority" } }),
      certificate("leaf", { dnsNames: ["logfire.example", "www.logfire.example"], issuerRef: { name: "authority" } }),
    );
    await becomes("Ready", "certificate/leaf");
    const { data } = await read<{ data: Record<string, string> }>("secret", "leaf");
    const pem = (key: string) => Buffer.from(data[key] ?? "", "base64");
    const [leaf, authority] = [new X509Certificate(pem("tls.crt")), new X509Certificate(pem("ca.crt"))];
    assert.ok(leaf.checkIssued(authority) && leaf.verify(authority.publicKey), "not signed by its authority");
    assert.ok(leaf.checkPrivateKey(createPrivateKey(pem("tls.key"))), "the key is of another certificate");
    assert.equal(leaf.subjectAltName, "DNS:logfire.example, DNS:www.logfire.example");
  });

  it("leaves a certificate by ACME pending, because the sandbox has no ACME", async () => {
    const solvers = [{ http01: { ingress: {} } }];
    const acme = { server: "https://acme.invalid/directory", privateKeySecretRef: { name: "acme" }, solvers };
    await apply(
      { apiVersion: certificates, kind: "ClusterIssuer", metadata: { name: "acme" }, spec: { acme } },
      certificate("public", { dnsNames: ["logfire.example"], issuerRef: { name: "acme", kind: "ClusterIssuer" } }),
    );
    await kubectl("wait", "--for=condition=Issuing", "--timeout=30s", "certificate/public");
    await kubectl("wait", "--for=condition=Ready=False", "--timeout=30s", "certificate/public");
    await sleep(2000);
    assert.equal(await kubectl("get", "secret", "public", "--ignore-not-found"), "");
  });

  it("does not issue a certificate for as long as it is told to fail, and says why", async () => {
    const spec = { dnsNames: ["logfire.example"], issuerRef: { name: "authority" } };
    await apply(certificate("failing", spec, { [fails]: "issuing" }));
    const events = await eventually(
      () => kubectl("events", "--for", "certificate/failing"),
      (text) => text.includes("RequestFailed"),
    );
    assert.match(events, /the annotation sandbox\.logfire\.dev\/fails lets it fail/);
    assert.equal(await kubectl("get", "secret", "failing", "--ignore-not-found"), "");
    await kubectl("annotate", "certificate/failing", `${fails}-`);
    await kubectl("wait", "--for=condition=Ready", "--timeout=120s", "certificate/failing");
  });

  it("begins a further sandbox with a copy of what the first one has learnt", async () => {
    const uid = (plane: ControlPlane) =>
      plane.kubectl(["get", "crd", "gateways.gateway.networking.k8s.io", "-o", "jsonpath={.metadata.uid}"]);
    assert.equal(readdirSync(join(cache.folder, "templates")).length, 1);
    const other = await up({ checkout, name: "other", toolset: tools, nodes: [] });
    try {
      assert.equal(await uid(other.controlPlane), await uid(controlPlane));
      assert.equal(await other.controlPlane.kubectl(["get", "namespace", namespace, "--ignore-not-found"]), "");
      const token = (plane: ControlPlane) => readFileSync(join(plane.stateDir, "pki", "tokens.csv"), "utf8");
      assert.notEqual(token(other.controlPlane), token(controlPlane), "two sandboxes have the same tokens");
    } finally {
      await down({ checkout, name: "other" });
    }
  });
});

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly observedGeneration: number;
}
interface Gateway {
  readonly status: {
    readonly addresses: readonly { readonly value: string }[];
    readonly conditions: readonly Condition[];
    readonly listeners: readonly { readonly name: string }[];
  };
}

const object = (apiVersion: string, kind: string, name: string, spec: object, annotations = {}) => ({
  ...{ apiVersion, kind, spec, metadata: { name, namespace, annotations } },
});

const http = { name: "http", port: 80, protocol: "HTTP" };
const https = { name: "https", port: 443, protocol: "HTTPS", tls: { certificateRefs: [{ name: "leaf" }] } };

const gateway = (name: string, listeners: readonly object[], annotations = {}) =>
  object(gatewayApi, "Gateway", name, { gatewayClassName: "logfire-sandbox", listeners }, annotations);

const certificate = (name: string, spec: object, annotations = {}) => {
  const privateKey = { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" };
  return object(certificates, "Certificate", name, { secretName: name, privateKey, ...spec }, annotations);
};

/** Asks until the answer will do. */
async function eventually<T>(ask: () => Promise<T>, enough: (answer: T) => boolean): Promise<T> {
  for (const deadline = Date.now() + 30_000; ; await sleep(200)) {
    const answer = await ask();
    if (enough(answer)) return answer;
    assert.ok(Date.now() < deadline, `still ${JSON.stringify(answer).slice(0, 2000)} after 30 s`);
  }
}
