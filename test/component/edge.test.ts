import assert from "node:assert/strict";
import { Provider } from "@pulumi/kubernetes/provider";
import { Namespace } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword";
import { edgeCharts } from "../../components/logfire/edge/charts";
import { keepDefinition } from "../../components/logfire/edge/controllers";
import { Edge } from "../../components/logfire/edge/edge";
import type { EdgeOutputs } from "../../components/logfire/edge/outputs";
import { renderEdge } from "../../components/logfire/edge/objects";
import { createContext } from "../../components/logfire/manifests";
import type { DnsRecord, EdgeSupport, Zone } from "../../components/platform/contract";
import type { ImageSettings } from "../../components/settings/types";
import { acme, inputOf, ownGateway, type Wanted } from "../edge/renderings";
import { hasUnknown, isSecret, openTexts, reveal, valueOf, type Registered } from "../support/harness";
import { authorityOf, loadBalancerAddress } from "../support/observed";
import { computedPlatform, recorded } from "./programs";

interface Case extends Wanted {
  readonly zone?: Zone;
}

const values = {
  tlsCertificate: "canary-of-certificate",
  tlsPrivateKey: "canary-of-key",
  registryPassword: "canary-of-registry",
};

/** The edge alone, on a platform that offers what a test says. */
const program =
  ({ zone, ...wanted }: Case = {}) =>
  () => {
    const { settings, platform: facts, redisInCluster } = inputOf(wanted);
    const provider = new Provider("elsewhere", { kubeconfig: "{}" });
    const namespace = new Namespace("logfire", { metadata: { name: "logfire" } }, { provider });
    const edge: EdgeSupport = { ...facts.edge, ...(zone === undefined ? {} : { zone }) };
    const platform = { ...computedPlatform({ provider, ready: [] }, (name) => name), edge };
    const input = { settings, platform: facts, redisInCluster };
    const args = {
      settings,
      platform,
      objects: renderEdge(createContext(input)),
      charts: edgeCharts(input),
      values,
      namespace,
    };
    return new Edge("edge", args, { providers: { kubernetes: provider } });
  };

const own = (resources: readonly Registered[]) => resources.filter(({ name }) => name.startsWith("edge-"));
const names = (resources: readonly Registered[]) =>
  own(resources)
    .map(({ name }) => name)
    .sort();
const known = async ({ addresses, records, pending }: EdgeOutputs) =>
  Promise.all([valueOf(addresses), valueOf(records), valueOf(pending)] as const);

const ingress = { className: "haproxy", annotations: {} };
const existing = { ...ownGateway, controller: "existing" } as const;
const certificates = [
  { source: "privateCa" },
  acme,
  { source: "issuer", kind: "Issuer", name: "mine", group: "cert-manager.io" },
  { source: "given" },
  { source: "existingSecret", name: "mine" },
] as const;

const cases: readonly (readonly [string, Case])[] = [
  ...certificates.flatMap((certificate) => [
    [`a Gateway, ${certificate.source}`, { edge: { certificate } }] as const,
    [`an Ingress, ${certificate.source}`, { edge: { mode: "ingress", ingress, certificate } }] as const,
  ]),
  [
    "the owner's Gateway",
    {
      edge: {
        certificate: { source: "none" },
        gateway: { ...existing, attachTo: { name: "shared", namespace: "infra" } },
      },
    },
  ],
  ["inside only, some sources", { edge: { exposure: "internal", sourceRanges: ["192.0.2.0/24"], gateway: existing } }],
  ["a routing layer of the owner's", { edge: { mode: "none", certificate: { source: "none" } } }],
];

/** Against mocks: what is registered and how. That a cluster takes it is for the tests with an engine. */
describe("the component Edge", function () {
  this.timeout(30_000);

  for (const [title, wanted] of cases)
    it(`registers in a preview what an update registers, and shows no secret (${title})`, async () => {
      const update = await recorded(program(wanted));
      const preview = await recorded(program(wanted), { preview: true });
      assert.deepEqual(names(preview.resources), names(update.resources));
      for (const { name, inputs, protect, parent } of own(update.resources)) {
        assert.doesNotMatch(openTexts(inputs).join("\n"), /canary|Y2FuYXJ5/, name);
        assert.deepEqual([protect, parent], [false, "edge"], name);
      }
      for (const output of Object.values(update.result.outputs) as pulumi.Input<unknown>[])
        assert.equal(await pulumi.isSecret(pulumi.output(output)), false);
    });

  it("installs what is missing before what needs it, and nothing that is there", async () => {
    const { named } = await recorded(program({ edge: { certificate: { ...acme, http01: true } } }));
    const after = (name: string) => named(name).dependsOn;
    assert.ok(after("edge-envoy-gateway").includes("edge-definitions"));
    assert.ok(after("edge-envoy-gateway").includes("edge-namespace-envoy-gateway-system"));
    // It would not look at Gateway API otherwise.
    assert.ok(after("edge-cert-manager").includes("edge-definitions"));
    assert.ok(after("edge-cluster-issuer-logfire-acme").includes("edge-cert-manager"));
    assert.ok(after("edge-gateway-class-logfire").includes("edge-envoy-gateway"));
    assert.ok(after("edge-gateway-logfire-gateway").includes("edge-envoy-proxy-logfire-edge"));
    const { resources } = await recorded(
      program({ edge: { gateway: existing, certManager: { controller: "existing", namespace: "cert-manager" } } }),
    );
    assert.deepEqual(
      resources.filter(({ type }) => /helm|:Namespace$/.test(type)).map(({ name }) => name),
      ["logfire"],
    );
    assert.ok(!names(resources).includes("edge-gateway-class-logfire"));
  });

  it("lets no request through before the policies that say who may send any", async () => {
    const { named } = await recorded(program({ edge: { sourceRanges: ["192.0.2.0/24"] } }));
    for (const route of ["logfire-httproute", "logfire-redirect"])
      for (const policy of ["security", "backend-traffic", "client-traffic"])
        assert.ok(named(`edge-httproute-${route}`).dependsOn.includes(`edge-${policy}-policy-logfire-edge`));
  });

  it("waits for a certificate that comes at once, and not for one that waits for DNS", async () => {
    const waits = (resource: Registered) =>
      (reveal(resource.inputs) as { metadata: { annotations: Record<string, string> } }).metadata.annotations[
        "pulumi.com/waitFor"
      ];
    const certificate = "edge-certificate-logfire-frontend-cert";
    const gateway = "edge-gateway-logfire-gateway";
    const privately = await recorded(program());
    assert.equal(waits(privately.named(certificate)), "condition=Ready");
    assert.equal(waits(privately.named(gateway)), "condition=Programmed");
    assert.ok(privately.named(gateway).dependsOn.includes(certificate));
    const publicly = await recorded(program({ edge: { certificate: acme } }));
    assert.equal(waits(publicly.named(certificate)), undefined);
    assert.ok(!publicly.named(gateway).dependsOn.includes(certificate));
  });

  it("puts a given certificate into a Secret of its type, encrypted, before the Gateway reads it", async () => {
    const { named } = await recorded(program({ edge: { certificate: { source: "given" } } }));
    const secret = named("edge-secret-logfire-frontend-cert");
    const { type, data } = secret.inputs as { type: string; data: unknown };
    assert.deepEqual([type, isSecret(data)], ["kubernetes.io/tls", true]);
    assert.deepEqual(reveal(data), {
      "tls.crt": Buffer.from(values.tlsCertificate).toString("base64"),
      "tls.key": Buffer.from(values.tlsPrivateKey).toString("base64"),
    });
    assert.ok(named("edge-gateway-logfire-gateway").dependsOn.includes(secret.name));
  });

  it("keeps definitions when the stack goes: with one go all objects of it in the cluster", async () => {
    const opts = { parent: undefined };
    const props = { metadata: { name: "gateways.gateway.networking.k8s.io" }, spec: {} };
    const run = (type: string) => keepDefinition({ custom: true, type, name: "x", props, opts });
    const kept = await run("kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition");
    const other = await run("kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy");
    assert.deepEqual([kept?.opts, other?.opts], [{ ...opts, retainOnDelete: true }, opts]);
    assert.ok(
      "pulumi.com/patchFieldManager" in (kept?.props as { metadata: { annotations: object } }).metadata.annotations,
    );
  });

  it("hands the mirror's credentials to the controllers' namespaces", async () => {
    const images: ImageSettings = {
      ...inputOf().settings.images,
      registry: "mirror.example.org",
      credentials: { server: "mirror.example.org", username: "puller" },
    };
    const { resources } = await recorded(program({ settings: { images } }));
    const secrets = resources.filter(({ type, id }) => type === "kubernetes:core/v1:Secret" && !id);
    assert.deepEqual(
      secrets.map(({ inputs }) => (inputs as { metadata: { namespace: string } }).metadata.namespace).sort(),
      ["cert-manager", "envoy-gateway-system"],
    );
    for (const { name, inputs } of secrets) assert.ok(isSecret((inputs as { data: unknown }).data), name);
  });

  describe("says", () => {
    const reserved = {
      loadBalancer: { ...edgeSupportBalancer(), addresses: ["198.51.100.4", "198.51.100.5"] },
    };
    const written: { component: string; record: DnsRecord }[] = [];
    const zone: Zone = {
      name: "example.org",
      nameServers: ["ns1.example.net"],
      write: (component, record, opts) => {
        written.push({ component, record });
        return new RandomPassword(`${component}-record-${record.name}`, { length: 8 }, { parent: opts.parent });
      },
    };
    beforeEach(() => void written.splice(0));

    it("the address that the cluster gave, and which record to make, where nobody else can", async () => {
      const { result } = await recorded(program());
      const [addresses, records, pending] = await known(result.outputs);
      assert.deepEqual(addresses, [loadBalancerAddress]);
      assert.deepEqual(records, [{ name: "logfire.example.org", type: "A", values: [loadBalancerAddress] }]);
      assert.deepEqual(pending, [
        `Make the DNS record logfire.example.org A ${loadBalancerAddress}, unless it is there.`,
      ]);
      assert.equal(result.outputs.delegate, undefined);
    });

    it("what to delegate, after it has written the records into the zone", async () => {
      const hostnames = ["logfire.example.org", "two.example.org"] as const;
      const { result, named } = await recorded(program({ zone, offers: reserved, settings: { hostnames } }));
      assert.deepEqual(
        written.map(({ record }) => record),
        hostnames.map((name) => ({ name, type: "A", values: reserved.loadBalancer.addresses })),
      );
      assert.equal(named("edge-record-two.example.org").parent, "edge");
      const [addresses, , pending] = await known(result.outputs);
      assert.deepEqual(addresses, reserved.loadBalancer.addresses);
      assert.deepEqual(pending, [
        "Delegate example.org to ns1.example.net, in the zone above it, unless that is done.",
      ]);
      assert.deepEqual(await valueOf(result.outputs.delegate?.nameServers ?? []), ["ns1.example.net"]);
    });

    it("which records to make where the addresses are not reserved, though the zone could be written", async () => {
      const { result } = await recorded(program({ zone }));
      assert.deepEqual(written, []);
      assert.match((await valueOf(result.outputs.pending)).join("\n"), /Make the DNS record logfire\.example\.org A/);
    });

    it("the load balancer's name of an Ingress", async () => {
      const { result } = await recorded(program({ edge: { mode: "ingress", ingress } }));
      assert.deepEqual(await valueOf(result.outputs.records), [
        { name: "logfire.example.org", type: "CNAME", values: ["lb.example.net"] },
      ]);
    });

    it("the certificate of the private authority, in the open, and none otherwise", async () => {
      const { result } = await recorded(program());
      assert.equal(await valueOf(result.outputs.caCertificate ?? ""), authorityOf);
      const other = await recorded(program({ edge: { certificate: { source: "given" } } }));
      assert.equal(other.result.outputs.caCertificate, undefined);
    });

    it("what an own routing layer has to do, and looks at nothing", async () => {
      const { resources, result } = await recorded(
        program({ edge: { mode: "none", certificate: { source: "none" } } }),
      );
      assert.deepEqual(own(resources), []);
      const [addresses, records, pending] = await known(result.outputs);
      assert.deepEqual([addresses, records], [[], []]);
      assert.match(pending.join("\n"), /logfire-service\.logfire:8080/);
    });
  });

  it("looks at objects only once they are made", async () => {
    const { resources } = await recorded(program({ edge: { certificate: acme } }), { preview: true });
    assert.ok(names(resources).includes("edge-gateway-logfire-gateway"));
    for (const { name, id } of resources.filter((resource) => resource.name.includes("-observed-")))
      assert.ok(hasUnknown(id), `${name} is read in a preview, before there is one`);
  });
});

function edgeSupportBalancer() {
  return { annotations: { public: {}, internal: {} }, asksByAddress: true } as const;
}
