import assert from "node:assert/strict";
import { catalogue, selectWorkloads } from "../../components/logfire/catalogue";
import { jobNames, workloadNames, type WorkloadName } from "../../components/logfire/catalogue/names";
import {
  createContext,
  edges,
  egress,
  renderLogfire,
  type RenderedObject,
  type RenderInput,
} from "../../components/logfire/manifests";
import { renderInput, renderingNames } from "../parity/renderings";
import { everything, everythingInClear, local, ofKind, withSettings, workloadObjects } from "./objects";

interface Peer {
  readonly podSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly namespaceSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly ipBlock?: { readonly cidr: string };
}
interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  /** Every port where absent. */
  readonly ports?: readonly { readonly port: number; readonly protocol: string }[];
}
interface Policy {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly podSelector: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly policyTypes: readonly string[];
    readonly ingress?: readonly Rule[];
    readonly egress?: readonly Rule[];
  };
}

const component = "app.kubernetes.io/component";
const policiesOf = (input: RenderInput): Policy[] => ofKind<Policy>(renderLogfire(input), "NetworkPolicy");
const selected = ({ spec }: Policy): string => spec.podSelector.matchLabels?.[component] ?? "*";

/** `from -> to:port`, as one end of the policies says it. */
function allowed(policies: readonly Policy[], end: "ingress" | "egress"): string[] {
  const peers = (rule: Rule) => (end === "ingress" ? rule.from : rule.to) ?? [];
  return policies
    .flatMap((policy) =>
      (policy.spec[end] ?? []).flatMap((rule) =>
        peers(rule).flatMap(({ podSelector }) => {
          const other = podSelector?.matchLabels?.[component];
          if (other === undefined) return [];
          const [from, to] = end === "ingress" ? [other, selected(policy)] : [selected(policy), other];
          return (rule.ports ?? []).map(({ port }) => `${from} -> ${to}:${port}`);
        }),
      ),
    )
    .sort();
}

/** Services in addresses: `http://logfire-dex:5556`, `logfire-dex.logfire.svc.cluster.local.:5556`. */
const namedServices = (text: string): (readonly [string, string | undefined])[] => [
  ...[...text.matchAll(/(?:\/\/|\s)(logfire-[a-z-]+)(?:\.[\w.-]+)?:(\d+)/g)].map(
    ([, name = "", port]) => [name, port] as const,
  ),
  ...[...text.matchAll(/^(?:http:\/\/)?(logfire-[a-z-]+)$/g)].map(([, name = ""]) => [name, undefined] as const),
];

function workloadBehind(service: string): WorkloadName {
  const found = workloadNames.find(
    (name) =>
      [name, ...catalogue[name].services.map((each) => each.name)].includes(service) &&
      !(service === "logfire-ff-cache-byte" && name === service),
  );
  assert.ok(found !== undefined, `${service} is no Service`);
  return found;
}

interface ServiceObject {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly ports: readonly { readonly port: number; readonly targetPort: string }[] };
}

/** The container port behind a port of a Service. */
function servicePort(objects: readonly RenderedObject[], target: WorkloadName, service: string, port: number): number {
  const found = ofKind<ServiceObject>(objects, "Service").find(({ metadata }) => metadata.name === service);
  const { targetPort } = found?.spec.ports.find((each) => each.port === port) ?? {};
  const { container } = workloadObjects(objects).find(({ name }) => name === target) ?? {};
  const behind = container?.ports.find(({ name }) => name === targetPort);
  assert.ok(behind !== undefined, `${service} has no port ${port}`);
  return behind.containerPort;
}

/** Where a workload is called on the port of a name: HTTPS instead of HTTP, where services talk so. */
const calledPort = ({ settings }: RenderInput, called: WorkloadName, port: string): number | undefined =>
  settings.inClusterTls !== undefined && port === "http" && catalogue[called].tls?.serves !== undefined
    ? 8443
    : catalogue[called].ports[port];

const inputs = [
  ...renderingNames.map((name) => [name, renderInput(name)] as const),
  ["everything in clear", everythingInClear()] as const,
];

describe("network policies", () => {
  it("deny everything by default, in and out, for every pod of the namespace", () => {
    const deny = policiesOf(everything()).find(({ metadata }) => metadata.name === "logfire-default-deny");
    assert.deepEqual(deny?.spec, { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
  });

  it("are one for each component, for both directions", () => {
    for (const [, input] of inputs) {
      const own = policiesOf(input).filter((policy) => selected(policy) !== "*");
      assert.deepEqual(
        own.map(({ metadata }) => metadata.name),
        [...new Set(own.map(selected))],
      );
      for (const { spec } of own) assert.deepEqual(spec.policyTypes, ["Ingress", "Egress"]);
    }
  });

  for (const [name, input] of inputs)
    it(`allow the same connections at both ends, and those are the catalogue's (${name})`, () => {
      const policies = policiesOf(input);
      const out = allowed(policies, "egress");
      assert.deepEqual(out, allowed(policies, "ingress"));
      const context = createContext(input);
      const calls = selectWorkloads(context.features).flatMap((workload) =>
        Object.entries(workload.calls).flatMap(([called, ports]) =>
          context.sizes[called as WorkloadName] === undefined
            ? []
            : ports.map((port) => `${workload.name} -> ${called}:${calledPort(input, called as WorkloadName, port)}`),
        ),
      );
      const stores = edges(context)
        .filter(({ because }) => /^(postgres:|objectStore|redis)/.test(because))
        .flatMap(({ from, to }) => ("component" in to.to ? [`${from} -> ${to.to.component}:${to.port}`] : []));
      assert.deepEqual(out, [...new Set([...calls, ...stores])].sort());
    });

  it("let each workload reach the Services that its environment and its configuration name", () => {
    // It reads what all storage programs read, but is itself behind the address in it.
    const own: Readonly<Record<string, string>> = { "logfire-ff-cache-byte": "logfire-ff-proxy-cache-byte" };
    for (const [, input] of inputs) {
      const objects = renderLogfire(input);
      const out = allowed(ofKind<Policy>(objects, "NetworkPolicy"), "egress");
      for (const { name, rendered, container } of workloadObjects(objects)) {
        const maps = ofKind(objects, "ConfigMap").filter(({ metadata }) => metadata.name in rendered.reads.config);
        const texts = [
          ...container.env.map(({ value }) => value ?? ""),
          ...maps.flatMap(({ data }) => Object.values(data ?? {})),
        ];
        // Stores inside the cluster are another test's.
        const named = texts.flatMap(namedServices).filter(([service]) => !/^logfire-(minio|postgres)$/.test(service));
        for (const [service, port] of named) {
          const target = workloadBehind(service);
          if (target === name || own[name] === target || !createContext(input).sizes[target]) continue;
          const number = port === undefined ? "" : servicePort(objects, target, service, Number(port));
          assert.ok(
            out.some((line) => line.startsWith(`${name} -> ${target}:${number}`)),
            `${name} names ${service}:${port}`,
          );
        }
      }
    }
  });

  it("let pods reach addresses only on behalf of a need that is configured", () => {
    for (const [, input] of inputs) {
      const { settings, platform, redisInCluster } = input;
      const described = egress(settings, platform, redisInCluster).flatMap(({ from, to }) =>
        "cidrs" in to.to ? to.to.cidrs.map((cidr) => `${from} -> ${cidr}:${to.port}`) : [],
      );
      const rendered = policiesOf(input)
        .filter((policy) => policy.metadata.name !== "logfire-allow-dns")
        .flatMap((policy) =>
          (policy.spec.egress ?? []).flatMap(({ to = [], ports = [] }) =>
            to.flatMap(({ ipBlock }) =>
              ipBlock === undefined ? [] : ports.map(({ port }) => `${selected(policy)} -> ${ipBlock.cidr}:${port}`),
            ),
          ),
        );
      assert.deepEqual(rendered.sort(), [...new Set(described)].sort());
    }
  });

  it("never hold an outgoing rule without peers, which would let everything out", () => {
    const none = withSettings(everything(), { network: { ...everything().settings.network, egressCidrs: [] } });
    for (const input of [...inputs.map(([, each]) => each), none])
      for (const { metadata, spec } of policiesOf(input))
        for (const { to } of spec.egress ?? []) assert.ok(to !== undefined && to.length > 0, metadata.name);
  });

  it("let nobody in from outside but to the edge, and to the metrics where they are asked for", () => {
    const open = (input: RenderInput) =>
      policiesOf(input).flatMap((policy) =>
        (policy.spec.ingress ?? [])
          .filter(({ from }) => from === undefined || from.some(({ podSelector }) => podSelector === undefined))
          .map(({ ports = [] }) => `${selected(policy)}:${ports.map(({ port }) => port).join()}`),
      );
    assert.deepEqual(open(local()), ["logfire-service:8080"]);
    // Envoy asks for the health of each pod.
    assert.deepEqual(open(everything()).sort(), [
      "logfire-otel-collector:9090",
      "logfire-service:8181",
      "logfire-service:8443",
    ]);
    assert.ok(open(everythingInClear()).includes("logfire-service:8080"));
    const named = withSettings(local(), { network: { ...local().settings.network, edgeNamespaces: ["gateways"] } });
    const edge = policiesOf(named).find((policy) => selected(policy) === "logfire-service" && policy.spec.ingress);
    assert.deepEqual(edge?.spec.ingress?.at(-1)?.from, [
      { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "gateways" } } },
    ]);
  });

  it("let who calls the public address through to the Ingress controller's pods, whatever their port", () => {
    const { network } = everything().settings;
    const named = withSettings(everything(), { network: { ...network, edgeNamespaces: ["gateways"] } });
    const through = policiesOf(named)
      .filter(({ spec }) => (spec.egress ?? []).some(({ ports }) => ports === undefined))
      .map(selected);
    assert.deepEqual(through, ["logfire-remote-mcp"]);
  });

  it("know the Jobs, and the stores inside the cluster", () => {
    const policies = policiesOf(local());
    for (const job of jobNames)
      assert.ok(
        policies.some((policy) => selected(policy) === job && policy.spec.egress),
        job,
      );
    for (const store of ["logfire-postgres", "logfire-minio", "logfire-redis"])
      assert.ok(
        policies.some((policy) => selected(policy) === store && policy.spec.ingress),
        store,
      );
    const names = new Set<string>(["*", ...workloadNames, ...jobNames, "logfire-postgres", "logfire-minio"]);
    assert.deepEqual(
      policies.map(selected).filter((name) => !names.has(name)),
      [],
    );
  });

  it("are left out where the owner says so", () => {
    const { network } = everything().settings;
    assert.deepEqual(policiesOf(withSettings(everything(), { network: { ...network, policies: false } })), []);
  });
});
