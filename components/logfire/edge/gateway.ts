import type { Text } from "../../lib/text";
import type { Context } from "../catalogue/workload";
import type { RenderedObject } from "../manifests/types";
import { backend, certificateSecret, edgeObject } from "./common";
import { loadBalancerAnnotations } from "./envoy";
import { envoyControllerName, groups, listeners, names } from "./facts";

/** What Gateway API itself defines; every implementation takes it. */
export function renderGateway(context: Context): RenderedObject[] {
  const { gateway } = context.settings.edge;
  const own = gateway.attachTo === undefined;
  return [
    ...(own && gateway.controller === "install" ? [gatewayClass(context)] : []),
    ...(own ? [gatewayObject(context)] : []),
    route(context),
    ...(own && context.settings.https ? [redirect(context)] : []),
    ...backendTls(context),
  ];
}

const gatewayClass = (context: Context): RenderedObject =>
  edgeObject(context, "GatewayClass", context.settings.edge.gateway.className, { controllerName: envoyControllerName });

function gatewayObject(context: Context): RenderedObject {
  const { edge } = context.settings;
  const allowedRoutes = { namespaces: { from: "Same" } };
  return edgeObject(context, "Gateway", names.gateway, {
    gatewayClassName: edge.gateway.className,
    ...infrastructure(context),
    listeners: [
      { name: listeners.http, port: 80, protocol: "HTTP", allowedRoutes },
      ...httpsListener(context).map((listener) => ({ ...listener, allowedRoutes })),
    ],
  });
}

/**
 * One for all hostnames. With one for each, and one certificate for all, a browser that has a connection to the first
 * uses it for the second as well (RFC 9113, 9.1.1), and the first listener knows no such host.
 */
function httpsListener({ settings }: Context): object[] {
  const { hostnames, https } = settings;
  const secret = certificateSecret(settings);
  if (!https || secret === undefined) return [];
  const tls = { mode: "Terminate", certificateRefs: [{ group: "", kind: "Secret", name: secret }] };
  const hostname = hostnames.length === 1 ? { hostname: hostnames[0] } : {};
  return [{ name: listeners.https, port: 443, protocol: "HTTPS", ...hostname, tls }];
}

/** Envoy Gateway is told about its load balancer by an EnvoyProxy; other implementations by what the Gateway offers. */
function infrastructure(context: Context): Readonly<Record<string, unknown>> {
  const { gateway } = context.settings.edge;
  if (gateway.implementation === "envoyGateway")
    return {
      infrastructure: { parametersRef: { group: groups.envoy, kind: "EnvoyProxy", name: names.edge } },
    };
  const annotations = loadBalancerAnnotations(context);
  const { asksByAddress, addresses = [] } = context.platform.edge.loadBalancer;
  return {
    ...(Object.keys(annotations).length === 0 ? {} : { infrastructure: { annotations } }),
    ...(asksByAddress && addresses.length > 0
      ? { addresses: addresses.map((value: Text) => ({ type: "IPAddress", value })) }
      : {}),
  };
}

/** Routes attach to listeners by name, or the redirect would catch what came by HTTPS as well. */
function parents({ settings }: Context): object[] {
  const { edge, https } = settings;
  const { attachTo } = edge.gateway;
  if (attachTo !== undefined) {
    const { name, namespace, section } = attachTo;
    return [{ ...reference(name), namespace, ...(section === undefined ? {} : { sectionName: section }) }];
  }
  return [{ ...reference(names.gateway), sectionName: https ? listeners.https : listeners.http }];
}

// Written out as the API server would: a difference to what it stores would be one at every update.
const reference = (name: string) => ({ group: groups.gateway, kind: "Gateway", name });

/** Live tail and long queries have no end of their own: without this, 15 seconds. */
const timeouts = { request: "0s" };

/** OTLP by gRPC needs HTTP/2 and its trailers all the way, which the port's protocol says; gRPC-Web does not. */
const isGrpc = "application/grpc(\\+.*)?";

function route(context: Context): RenderedObject {
  const { name, port, grpcPort } = backend(context);
  const path = { type: "PathPrefix", value: "/" };
  const to = (number: number) => [{ group: "", kind: "Service", name, port: number, weight: 1 }];
  return edgeObject(context, "HTTPRoute", names.route, {
    parentRefs: parents(context),
    hostnames: [...context.settings.hostnames],
    rules: [
      {
        matches: [{ path, headers: [{ type: "RegularExpression", name: "content-type", value: isGrpc }] }],
        backendRefs: to(grpcPort),
        timeouts,
      },
      { matches: [{ path }], backendRefs: to(port), timeouts },
    ],
  });
}

const redirect = (context: Context): RenderedObject =>
  edgeObject(context, "HTTPRoute", names.redirect, {
    parentRefs: [{ ...reference(names.gateway), sectionName: listeners.http }],
    hostnames: [...context.settings.hostnames],
    rules: [
      {
        matches: [{ path: { type: "PathPrefix", value: "/" } }],
        filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https", statusCode: 301 } }],
      },
    ],
  });

/** Which certificates the Gateway accepts of `logfire-service`, with TLS inside the cluster. */
function backendTls(context: Context): RenderedObject[] {
  const { inClusterTls } = context.settings;
  if (inClusterTls === undefined) return [];
  const { kind, name } = inClusterTls.caBundle ?? { kind: "Secret", name: names.inClusterCa };
  const { name: service } = backend(context);
  return [
    edgeObject(context, "BackendTLSPolicy", names.edge, {
      targetRefs: [{ group: "", kind: "Service", name: service, sectionName: "https" }],
      validation: { caCertificateRefs: [{ group: "", kind, name }], hostname: context.clusterHost(service) },
    }),
  ];
}
