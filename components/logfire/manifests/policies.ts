import type { networking } from "@pulumi/kubernetes/types/input";
import type { Destination } from "../../platform/contract";
import type { Context } from "../catalogue/workload";
import { catalogue } from "../catalogue";
import type { WorkloadName } from "../catalogue/names";
import { nativeOf } from "../edge/native";
import { portsOf } from "./container";
import { edges, type Edge } from "./edges";
import { objectLabels } from "../../kubernetes/labels";
import { portInUse } from "./tls";
import { plain, type RenderedObject } from "./types";

type Peers = networking.v1.NetworkPolicyPeer[];
type Rule = { readonly port: number; readonly peers: Peers };

const component = "app.kubernetes.io/component";
const pods = (name: string) => ({ matchLabels: { [component]: name } });

const namespace = (name: string): Peers[number] => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
});

/**
 * Nothing in and nothing out, DNS apart; then exactly what the catalogue implies, at both ends. The kubelet's probes
 * need no rule: traffic from a pod's own node is always let through.
 */
export function renderPolicies(context: Context): RenderedObject[] {
  if (!context.settings.network.policies) return [];
  const all = edges(context);
  const components = [
    ...all.flatMap(({ from, to }) => ["component" in to.to ? to.to.component : from, from]),
    ...openPorts(context).map(({ name }) => name),
  ];
  return [
    policy(context, "default-deny", {}, { policyTypes: ["Ingress", "Egress"] }),
    policy(context, "allow-dns", {}, { policyTypes: ["Egress"], egress: dnsRules(context) }),
    ...[...new Set(components)].sort().map((name) => componentPolicy(context, name, all)),
  ];
}

/** Both directions of one component in one object; one that it has none of stays denied. */
const componentPolicy = (context: Context, name: string, all: readonly Edge[]): RenderedObject => {
  const ingress = ingressRules(context, name, all);
  const egress = egressRules(
    context,
    all.filter(({ from }) => from === name),
  );
  return policy(context, name, pods(name), {
    policyTypes: ["Ingress", "Egress"],
    ...(ingress.length === 0 ? {} : { ingress }),
    ...(egress.length === 0 ? {} : { egress }),
  });
};

function dnsRules({ settings }: Context): networking.v1.NetworkPolicyEgressRule[] {
  const { namespaces, cidrs, ports } = settings.network.dns;
  const to = [...namespaces.map(namespace), ...cidrs.map((cidr) => ({ ipBlock: { cidr } }))];
  if (to.length === 0) return [];
  return [{ to, ports: ports.flatMap((port) => ["UDP", "TCP"].map((protocol) => ({ port, protocol }))) }];
}

/** Ports that are entered from outside the namespace. */
function openPorts(context: Context): { readonly name: WorkloadName; readonly port: number; readonly peers: Peers }[] {
  const { telemetry, edge } = context.settings;
  const peers = entering(context);
  const name = "logfire-service";
  const ports = portsOf(context, catalogue[name]);
  const entrance = ports[portInUse(context.settings, catalogue[name], "http")];
  // Envoy and the platform's load balancer ask each pod for its health where the pod's own probe does.
  const asks = edge.mode === "native" || (edge.mode === "gateway" && edge.gateway.implementation === "envoyGateway");
  const asked = asks ? ports["stats"] : undefined;
  return [
    ...[entrance, asked].flatMap((port) => (port === undefined ? [] : [{ name, port, peers } as const])),
    // Whoever scrapes: which namespace it lives in is not ours to know.
    ...(telemetry.prometheusPort === undefined
      ? []
      : [
          {
            name: "logfire-otel-collector" as const,
            port: telemetry.prometheusPort,
            peers: [{ namespaceSelector: {} }],
          },
        ]),
  ];
}

/** Who may open connections to `logfire-service`: anybody where nobody is named. */
function entering({ settings: { network, edge }, platform }: Context): Peers {
  const sources = edge.mode === "native" ? nativeOf(platform.edge).sources : [];
  return [...network.edgeNamespaces.map(namespace), ...sources.map((cidr) => ({ ipBlock: { cidr } }))];
}

function egressRules(context: Context, own: readonly Edge[]): networking.v1.NetworkPolicyEgressRule[] {
  const rules = grouped(own.map(({ to }) => ({ port: to.port, peers: peersOf(to) })));
  return [
    ...rules.map(({ port, peers }) => ({ to: peers, ports: [{ port, protocol: "TCP" }] })),
    ...publicAddress(context, own),
  ];
}

/**
 * Inside the cluster the way to the public address is cut short: from the load balancer's address straight to the pods
 * of the Ingress controller, which listen on a port of their own.
 */
function publicAddress({ settings }: Context, own: readonly Edge[]): networking.v1.NetworkPolicyEgressRule[] {
  const peers = settings.network.edgeNamespaces.map(namespace);
  return peers.length > 0 && own.some(({ because }) => because === "publicUrl") ? [{ to: peers }] : [];
}

function ingressRules(context: Context, name: string, all: readonly Edge[]): networking.v1.NetworkPolicyIngressRule[] {
  const inside = all.flatMap(({ from, to }) =>
    "component" in to.to && to.to.component === name ? [{ port: to.port, peers: [{ podSelector: pods(from) }] }] : [],
  );
  const outside = openPorts(context).filter((open) => open.name === name);
  return [
    ...grouped(inside).map(({ port, peers }) => ({ from: peers, ports: [{ port, protocol: "TCP" }] })),
    // A rule without peers lets everybody in: the edge, where no namespace is named.
    ...outside.map(({ port, peers }) => ({
      ...(peers.length === 0 ? {} : { from: peers }),
      ports: [{ port, protocol: "TCP" }],
    })),
  ];
}

const peersOf = ({ to }: Destination): Peers =>
  "component" in to ? [{ podSelector: pods(to.component) }] : to.cidrs.map((cidr) => ({ ipBlock: { cidr } }));

/** One rule for each port; a destination without addresses gives none, because a rule without peers allows all. */
function grouped(rules: readonly Rule[]): Rule[] {
  const byPort = new Map<number, Map<string, Peers[number]>>();
  for (const { port, peers } of rules)
    for (const peer of peers) {
      const known = byPort.get(port) ?? new Map<string, Peers[number]>();
      byPort.set(port, known.set(JSON.stringify(peer), peer));
    }
  return [...byPort].map(([port, peers]) => ({ port, peers: [...peers.values()] }));
}

function policy(
  { settings }: Context,
  name: string,
  podSelector: networking.v1.NetworkPolicySpec["podSelector"],
  spec: Omit<networking.v1.NetworkPolicySpec, "podSelector">,
): RenderedObject {
  const fullName = name.startsWith("logfire-") ? name : `logfire-${name}`;
  return plain("policy", {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: fullName, namespace: settings.namespace, labels: objectLabels(settings) },
    spec: { podSelector, ...spec },
  });
}
