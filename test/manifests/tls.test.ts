import assert from "node:assert/strict";
import { selectWorkloads } from "../../components/logfire/catalogue";
import { createContext, edges, renderLogfire, type RenderInput } from "../../components/logfire/manifests";
import { edgeSettings } from "../support/logfireSettings";
import { everything, everythingInClear, ofKind, withSettings, workloadObjects, workloadOf } from "./objects";
import type { Plain, WorkloadObject } from "./objects";

interface ServiceObject extends Plain {
  readonly spec: { readonly ports: readonly { readonly name: string; readonly port: number }[] };
}

interface CertificateObject extends Plain {
  readonly spec: {
    readonly secretName: string;
    readonly dnsNames?: readonly string[];
    readonly isCA?: boolean;
    readonly issuerRef: { readonly kind: string; readonly name: string; readonly group: string };
  };
}

/** Services that HTTPS leads to. */
const encrypted = (input: RenderInput): string[] =>
  ofKind<ServiceObject>(renderLogfire(input), "Service")
    .filter(({ spec }) => spec.ports.some(({ port }) => port === 8443))
    .map(({ metadata }) => metadata.name);

/** What stays in clear: Dex tells the proxies its health so. Its gRPC has TLS on the port it always had. */
const otherPorts: Readonly<Record<string, readonly string[]>> = { "logfire-dex": ["5557", "5558"] };

/** Every place where a program is told to reach one of those services otherwise than by HTTPS. */
function inClear(input: RenderInput, services: readonly string[]): string[] {
  const objects = renderLogfire(input);
  const variables = workloadObjects(objects).flatMap(({ name, container }) =>
    container.env.map((variable) => [`${name} ${variable.name}`, variable.value ?? ""] as const),
  );
  const texts = ofKind(objects, "ConfigMap").flatMap(({ metadata, data = {} }) =>
    Object.entries(data).map(([key, text]) => [`${metadata.name} ${key}`, text] as const),
  );
  const all = [...variables, ...texts];
  const addresses = /(?:(\w+):\/\/)?(logfire-[a-z-]*[a-z])((?:\.[\w-]+)*\.?)(?::(\d+))?/g;
  const named = all.flatMap(([place, text]) =>
    [...text.matchAll(addresses)]
      .filter(
        ([, scheme, service = "", , port]) =>
          services.includes(service) &&
          ((scheme ?? "https") !== "https" ||
            ![undefined, "8443", ...(otherPorts[service] ?? [])].some((allowed) => allowed === port)),
      )
      .map(([address]) => `${place}: ${address}`),
  );
  const values = new Map<string, string>(all);
  const pairs = all.flatMap(([place, text]) => {
    const port = values.get(place.replace(/_HOST$/, "_PORT"));
    const [, service = ""] = /^\w+:\/\/(logfire-[a-z-]+)$/.exec(text) ?? [];
    return place.endsWith("_HOST") && services.includes(service) && port !== "8443" ? [`${place}: port ${port}`] : [];
  });
  return [...named, ...pairs];
}

const mountOf = ({ pod, container }: WorkloadObject, file: string) =>
  pod.volumes.flatMap(({ name, secret, configMap }) => {
    const items = secret?.items ?? (configMap as { items?: { key: string; path: string }[] } | undefined)?.items ?? [];
    const item = items.find(({ path }) => path === file);
    const mount = container.volumeMounts.find((candidate) => candidate.name === name);
    if (item === undefined || mount === undefined) return [];
    return [{ source: secret?.secretName ?? configMap?.name, key: item.key, at: mount.mountPath }];
  })[0];

const certificatesOf = (input: RenderInput) => ofKind<CertificateObject>(renderLogfire(input), "Certificate");
const tls = { certificates: "certManager", secretPrefix: "logfire" } as const;
const bundle = { kind: "ConfigMap", name: "company-ca", key: "bundle.pem" } as const;

/** What it does not prove: that the product's programs do what their variables say. */
describe("HTTPS between services", () => {
  it("is what every address of a service that has it says", () => {
    const services = encrypted(everything());
    assert.equal(services.length, 13);
    assert.deepEqual(inClear(everything(), services), []);
    // The search can fail: without TLS it finds each of them.
    const found = inClear(everythingInClear(), services).join("\n");
    for (const service of services.filter(
      (name) => !["logfire-service", "logfire-ff-cache-byte-internal"].includes(name),
    ))
      assert.ok(found.includes(service), service);
  });

  it("is left out entirely where it is not asked for", () => {
    const texts = JSON.stringify(renderLogfire(everythingInClear()).map(({ manifest }) => manifest));
    assert.doesNotMatch(texts, /8443|incluster|\/etc\/tls|FF_TLS_(?!CLIENT_SNI)|BackendTLSPolicy/);
  });

  it("gives every service a certificate for each name that others call it by", () => {
    const input = everything();
    const { clusterHost } = createContext(input);
    const certificates = new Map(certificatesOf(input).map((each) => [each.spec.secretName, each.spec] as const));
    for (const { name, services, tls: part } of selectWorkloads(createContext(input).features)) {
      if (part?.serves === undefined) continue;
      const shown = mountOf(workloadOf(input, name), "tls.crt");
      assert.equal(shown?.at, part.serves.mountPath, name);
      const { dnsNames = [] } = certificates.get(String(shown?.source)) ?? {};
      for (const service of services)
        for (const host of [service.name, `${service.name}.logfire.svc`, clusterHost(service.name)])
          assert.ok(dnsNames.includes(host), `${name}: ${host}`);
    }
  });

  it("gives everyone who calls a service what to check it with, and nobody the key of an authority", () => {
    const input = everything();
    const calling = edges(createContext(input)).filter(({ to }) => to.port === 8443);
    assert.ok(calling.length > 25);
    for (const { from } of calling) {
      const authority = mountOf(workloadOf(input, from), "ca.crt");
      assert.deepEqual([authority?.source, authority?.key], ["logfire-incluster-ca", "tls.crt"], from);
    }
    for (const { name, pod } of workloadObjects(renderLogfire(input)))
      for (const { secret } of pod.volumes)
        if (secret?.secretName === "logfire-incluster-ca")
          assert.deepEqual(secret.items, [{ key: "tls.crt", path: "ca.crt" }], name);
  });

  it("has each pod wait for its certificate's Secret and its authority's", () => {
    const { rendered } = workloadOf(everything(), "logfire-ff-ingest");
    for (const secret of ["logfire-logfire-ff-ingest-tls", "logfire-incluster-ca"])
      assert.ok(rendered.reads.secrets.includes(secret));
  });

  it("closes the ports in clear of services that have it", () => {
    const clear = edges(createContext(everything())).filter(
      ({ to, because }) => "component" in to.to && because.startsWith("logfire-") && to.port !== 8443,
    );
    assert.deepEqual([...new Set(clear.map(({ because, to }) => `${because}:${to.port}`))].sort(), [
      "logfire-dex:5557",
      "logfire-dex:5558",
      "logfire-otel-collector:4317",
      "logfire-otel-collector:4318",
    ]);
  });

  it("takes the owner's issuer and bundle, and then has no authority of its own", () => {
    const issuer = { kind: "ClusterIssuer", name: "company", group: "cert-manager.io" };
    const input = withSettings(everything(), { inClusterTls: { ...tls, issuer, caBundle: bundle } });
    assert.deepEqual(ofKind(renderLogfire(input), "Issuer"), []);
    const certificates = certificatesOf(input);
    assert.ok(certificates.length > 10);
    for (const { spec } of certificates) assert.deepEqual([spec.isCA, spec.issuerRef], [undefined, issuer]);
    assert.deepEqual(mountOf(workloadOf(input, "logfire-worker"), "ca.crt"), {
      source: "company-ca",
      key: "bundle.pem",
      at: "/etc/logfire/incluster-ca",
    });
  });

  it("takes the owner's Secrets, by the names that the settings promise", () => {
    const input = withSettings(everything(), {
      inClusterTls: { certificates: "existingSecrets", secretPrefix: "acme", caBundle: bundle },
    });
    assert.deepEqual([...certificatesOf(input), ...ofKind(renderLogfire(input), "Issuer")], []);
    const secrets = workloadObjects(renderLogfire(input)).flatMap((each) => mountOf(each, "tls.crt")?.source ?? []);
    assert.ok(secrets.every((name) => /^acme-logfire-[a-z-]+-tls$/.test(name)));
    // Both kinds of cache pod answer under one name.
    assert.deepEqual(secrets.filter((name) => name.includes("cache")).length, 2);
    assert.equal(new Set(secrets).size, secrets.length - 1);
  });
});

describe("the authority of the public certificate", () => {
  const withSource = (source: "privateCa" | "given") =>
    withSettings(everything(), { edge: edgeSettings({ mode: "gateway", certificate: { source } }) });
  const publicCa = ({ pod, container }: WorkloadObject) => ({
    variable: container.env.find(({ name }) => name === "SSL_CERT_FILE")?.value,
    volume: pod.volumes.find(({ name }) => name === "public-ca")?.secret,
    at: container.volumeMounts.find(({ name }) => name === "public-ca")?.mountPath,
  });

  it("is known to those who call the public address, where it is the stack's own", () => {
    for (const workload of workloadObjects(renderLogfire(withSource("privateCa")))) {
      const { variable, volume, at } = publicCa(workload);
      if (workload.name === "logfire-remote-mcp") {
        assert.deepEqual(volume, { secretName: "logfire-frontend-cert", items: [{ key: "ca.crt", path: "ca.crt" }] });
        assert.equal(variable, `${at}/ca.crt`);
      } else assert.deepEqual([variable, volume], [undefined, undefined], workload.name);
    }
  });

  it("is nobody's concern where a public one has signed", () => {
    for (const workload of workloadObjects(renderLogfire(withSource("given"))))
      assert.equal(publicCa(workload).variable, undefined);
  });
});
