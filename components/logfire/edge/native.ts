import type { core } from "@pulumi/kubernetes/types/input";
import type { Entrance, NativeEdge } from "../../platform/contract";
import { selectorLabels, objectLabels } from "../../kubernetes/labels";
import { service } from "../catalogue/logfire-service";
import { httpsPort } from "../catalogue/tls";
import type { Context } from "../catalogue/workload";
import { plain, type RenderedObject } from "../manifests/types";
import { names } from "./facts";

/** What the platform offers for the mode `native`; the rules have refused platforms that offer nothing. */
export function nativeOf<T>(edge: { readonly native?: T }): T {
  if (edge.native === undefined) throw new Error("the mode native on a platform that has no edge of its own");
  return edge.native;
}

/** A port of the Service, with the one that `logfire-service` gives it in its pods. */
interface Port {
  readonly name: string;
  readonly port: number;
  readonly targetPort: string;
  readonly appProtocol?: string;
  readonly nodePort?: number;
}

/**
 * A Service of its own: `logfire-service` stays as it is, and no port is open on the nodes but those that the load balancer
 * leads to.
 */
export function renderNative(context: Context): RenderedObject[] {
  const { settings, platform } = context;
  const native = nativeOf(platform.edge);
  const { nodePorts } = native;
  const ports = portsOf(context, native).map((port) => ({ ...port, protocol: "TCP" }));
  const spec: core.v1.ServiceSpec = {
    // To pods on all nodes: one that has to go leaves the Service before it stops, and the load balancer need not notice.
    ...(nodePorts === undefined ? { type: "ClusterIP" } : { type: "NodePort", externalTrafficPolicy: "Cluster" }),
    selector: selectorLabels(service.name),
    ports,
  };
  const metadata = { name: names.edge, namespace: settings.namespace, labels: objectLabels(settings, service.name) };
  return [plain("edge", { apiVersion: "v1", kind: "Service", metadata, spec })];
}

function portsOf(
  { settings }: Pick<Context, "settings">,
  { nodePorts, httpsProtocol = "https" }: Pick<NativeEdge, "nodePorts" | "httpsProtocol">,
): readonly Port[] {
  const [{ ports, aliases }] = service.services;
  const health = on("health", service.ports.stats, "stats", nodePorts?.health);
  if (settings.inClusterTls !== undefined)
    return [{ ...on("https", httpsPort, "https", nodePorts?.http), appProtocol: httpsProtocol }, health];
  const { port, appProtocol } = aliases.h2c;
  return [
    on("http", ports.http, "http", nodePorts?.http),
    { ...on("h2c", port, "http", nodePorts?.grpc), appProtocol },
    health,
  ];
}

const on = (name: string, port: number, targetPort: string, nodePort: number | undefined): Port => ({
  name,
  port,
  targetPort,
  ...(nodePort === undefined ? {} : { nodePort }),
});

/** The same Service, for what the platform makes in the cluster. */
export function entranceOf(settings: Context["settings"]): Entrance {
  const [{ ports, aliases }] = service.services;
  const { stats: health } = service.ports;
  const https = settings.inClusterTls !== undefined;
  return {
    namespace: settings.namespace,
    service: names.edge,
    hostnames: settings.hostnames,
    ports: https ? { http: httpsPort, grpc: httpsPort, health } : { http: ports.http, grpc: aliases.h2c.port, health },
    healthPath: service.probes.ready.path,
    https,
  };
}
