import type { Problem } from "../../lib/errors";
import {
  attaches,
  certManagerController,
  gatewayController,
  hostnamesOf,
  platformProves,
  usesHttps,
} from "../settleEdge";
import type { CloudName } from "../cloud";
import { show } from "../fields";
import { type Rule, type RuleInput, when } from "./rule";

/** A hostname with the key it is written under. */
export const keyedHostnames = ({ config, readable }: RuleInput) => {
  if (!readable(["hostname"]) || !readable(["hostnames"])) return [];
  return hostnamesOf(config).map((name, index) => ({
    name,
    key: config.hostname === undefined ? `hostnames[${index}]` : "hostname",
  }));
};

/** Equal to the domain or below it; `notexample.com` is not below `example.com`. */
export const liesIn = (name: string, domain: string) => name === domain || name.endsWith(`.${domain}`);

const modes: Rule = ({ config: { edge }, readable }) => {
  if (!readable(["edge", "mode"])) return [];
  const { mode, gateway, ingress } = edge;
  const beside = (block: "gateway" | "ingress") =>
    when(
      block !== mode && edge[block] !== undefined,
      `edge.${block}`,
      `stands beside edge.mode, which is ${mode}`,
      `remove it, or write edge.mode: ${block}`,
    );
  return [
    ...beside("gateway"),
    ...beside("ingress"),
    ...when(
      mode === "ingress" && ingress === undefined && readable(["edge", "ingress"]),
      "edge.ingress.className",
      "is missing: edge.mode is ingress",
      "write the IngressClass that shall serve Logfire; `kubectl get ingressclass` lists them",
    ),
    ...(mode === "gateway" && gateway !== undefined ? gatewayBlock(gateway) : []),
  ];
};

type Gateway = NonNullable<RuleInput["config"]["edge"]["gateway"]>;

function gatewayBlock(gateway: Gateway): readonly Problem[] {
  const { controller, implementation, className, chart, attachTo, serviceAnnotations } = gateway;
  const existing = controller === "existing" || attachTo !== undefined;
  const key = "edge.gateway";
  return [
    ...when(
      existing && attachTo === undefined && className === undefined,
      `${key}.className`,
      "is missing: edge.gateway.controller is existing",
      "write the GatewayClass that shall serve Logfire; `kubectl get gatewayclass` lists them",
    ),
    ...when(
      existing && chart !== undefined,
      `${key}.chart`,
      "is not used: the controller is there already",
      "remove it, or write edge.gateway.controller: install",
    ),
    ...when(
      !existing && chart !== undefined && !/gateway-helm[^/]*$/.test(chart),
      `${key}.chart`,
      `${show(chart)} is not named gateway-helm, so the chart gateway-crds-helm is not found beside it`,
      "keep both in one place, under the names that they are published by",
    ),
    ...when(
      implementation === "other" && !existing,
      `${key}.implementation`,
      '"other" cannot be installed: this stack installs Envoy Gateway',
      "write edge.gateway.controller: existing with the className of yours, or remove it",
    ),
    ...(attachTo === undefined ? [] : attached(gateway, Object.keys(serviceAnnotations).length > 0)),
  ];
}

/** The owner's Gateway has a class and a load balancer of its own. */
const attached = ({ controller, className }: Gateway, annotated: boolean): readonly Problem[] => [
  ...when(
    controller === "install",
    "edge.gateway.attachTo",
    "stands beside edge.gateway.controller: install, but a Gateway that is there has its controller",
    "remove one of them",
  ),
  ...[["className", className !== undefined] as const, ["serviceAnnotations", annotated] as const].flatMap(
    ([name, written]) =>
      when(
        written,
        `edge.gateway.${name}`,
        "stands beside edge.gateway.attachTo, whose Gateway is yours",
        "remove one of them",
      ),
  ),
];

/** Who makes the load balancer, and so alone can restrict it; nobody where this stack does. */
function otherOwner({ config }: RuleInput): string | undefined {
  const { mode, gateway } = config.edge;
  if (mode === "none") return "with edge.mode: none, your own routing layer";
  if (mode === "ingress") return "with edge.mode: ingress, your Ingress controller";
  return gateway?.attachTo === undefined ? undefined : "with edge.gateway.attachTo, your own Gateway";
}

/** What this stack cannot keep is refused: an installation that looks closed and is open is the worst of all. */
const promises: Rule = (input) => {
  const { edge } = input.config;
  if (!input.readable(["edge"])) return [];
  if (edge.mode === "native") return [];
  const owner = otherOwner(input);
  const foreign = edge.gateway?.implementation === "other" && owner === undefined;
  const who = owner ?? (foreign ? "with edge.gateway.implementation: other, only your controller" : undefined);
  if (who === undefined) return internalLoadBalancer(input);
  return [
    ...when(
      edge.sourceRanges.length > 0,
      "edge.sourceRanges",
      `cannot be kept here: ${who} decides who connects`,
      "remove it and restrict the addresses there",
    ),
    ...when(
      edge.proxyProtocol,
      "edge.proxyProtocol",
      `cannot be set here: ${who} speaks with the load balancer`,
      "remove it and switch it on there",
    ),
    ...when(
      edge.exposure === "internal" && !foreign,
      "edge.exposure",
      `cannot be kept here: ${who} has the load balancer`,
      "remove it and make that load balancer internal",
    ),
    ...(foreign ? internalLoadBalancer(input) : []),
  ];
};

/** Every cloud makes public addresses unless an annotation says otherwise, and the platform `existing` does not know the cloud. */
const internalLoadBalancer = ({ config: { edge, platform } }: RuleInput): readonly Problem[] =>
  when(
    platform === "existing" &&
      edge.exposure === "internal" &&
      Object.keys(edge.gateway?.serviceAnnotations ?? {}).length === 0,
    "edge.gateway.serviceAnnotations",
    'is missing: edge.exposure is internal, and on the platform "existing" only you know what keeps the load balancer off the internet',
    "write your cloud's annotation, such as service.beta.kubernetes.io/aws-load-balancer-scheme: internal, " +
      'networking.gke.io/load-balancer-type: Internal or service.beta.kubernetes.io/azure-load-balancer-internal: "true"',
  );

const zone: Rule = (input) => {
  const { zone: name } = input.config.edge;
  if (name === undefined) return [];
  return keyedHostnames(input).flatMap(({ key, name: hostname }) =>
    when(
      !liesIn(hostname, name),
      key,
      `"${hostname}" does not lie in edge.zone, which is "${name}"`,
      `write a name such as ${hostname.split(".")[0] ?? "logfire"}.${name}, or the zone that holds every hostname`,
    ),
  );
};

/** What names a zone of the owner's. */
const zoneKeys = {
  aws: "name and zoneId",
  azure: "name and resourceGroup",
  gcp: "name and zone",
} as const satisfies Readonly<Record<CloudName, string>>;

/** Load balancer and certificate are the cloud's: it has to be one, and it has to be able to prove the hostnames. */
const native: Rule = ({ config, readable }) => {
  if (config.edge.mode !== "native" || !readable(["edge", "mode"])) return [];
  const key = "edge.mode";
  if (config.platform === "existing")
    return when(
      true,
      key,
      'is native, and on the platform "existing" there is no cloud whose load balancer this stack makes',
      "write gateway, ingress or none",
    );
  return [
    ...when(
      !platformProves(config) && readable([config.platform]),
      key,
      `is native, and the cloud proves its certificate by records in a zone that this stack writes into: ${config.platform}.dns.manage is false`,
      `name your zone as ${config.platform}.dns.existing (${zoneKeys[config.platform]}), or write edge.mode: gateway with a certificate of yours`,
    ),
    ...when(
      config.edge.proxyProtocol && readable(["edge", "proxyProtocol"]),
      "edge.proxyProtocol",
      "is true, and a native load balancer says the client's address by X-Forwarded-For",
      "remove it",
    ),
    ...when(
      !usesHttps(config) && readable(["https"]) && readable(["hostname"]) && readable(["hostnames"]),
      key,
      "is native, where HTTPS ends in the cloud's load balancer, and Logfire is without HTTPS",
      "remove https: false and write a hostname of the zone, or write edge.mode: gateway",
    ),
  ];
};

/** Logfire's namespace denies all that Logfire itself does not need. */
const namespaces: Rule = ({ config }) => {
  const { edge, namespace } = config;
  const installed = edge.mode === "gateway" && !attaches(config) && gatewayController(config) === "install";
  const taken = (block: "gateway" | "certManager", there: boolean) =>
    when(
      there && edge[block]?.namespace === namespace,
      `edge.${block}.namespace`,
      `"${namespace}" is Logfire's own, where all other traffic is denied`,
      "write another one, or remove it",
    );
  return [
    ...taken("gateway", installed),
    ...taken("certManager", certManagerController(config) === "install"),
    ...when(
      certManagerController(config) === "existing" && edge.certManager?.chart !== undefined,
      "edge.certManager.chart",
      "is not used: cert-manager is there already",
      "remove it, or write edge.certManager.controller: install",
    ),
  ];
};

export const edgeRules: readonly Rule[] = [modes, native, promises, zone, namespaces];
