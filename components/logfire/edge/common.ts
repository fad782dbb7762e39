import type { Text } from "../../lib/text";
import type { EdgeSupport } from "../../platform/contract";
import type { LogfireSettings } from "../../settings/types";
import { service } from "../catalogue/logfire-service";
import { httpsPort } from "../catalogue/tls";
import type { Context } from "../catalogue/workload";
import { objectLabels } from "../../kubernetes/labels";
import type { Kind } from "../../kubernetes/resources";
import { plain, type RenderedObject } from "../manifests/types";
import type { EdgeShape } from "./capacity";
import { groups, names } from "./facts";

/** Groups and versions of the edge's kinds. */
const versions = {
  BackendTLSPolicy: `${groups.gateway}/v1`,
  BackendTrafficPolicy: `${groups.envoy}/v1alpha1`,
  Certificate: `${groups.certManager}/v1`,
  ClientTrafficPolicy: `${groups.envoy}/v1alpha1`,
  ClusterIssuer: `${groups.certManager}/v1`,
  EnvoyProxy: `${groups.envoy}/v1alpha1`,
  Gateway: `${groups.gateway}/v1`,
  GatewayClass: `${groups.gateway}/v1`,
  HTTPRoute: `${groups.gateway}/v1`,
  Ingress: "networking.k8s.io/v1",
  Issuer: `${groups.certManager}/v1`,
  NetworkPolicy: "networking.k8s.io/v1",
  SecurityPolicy: `${groups.envoy}/v1alpha1`,
  Service: "v1",
} as const satisfies Partial<Record<Kind, string>>;
export type EdgeKind = keyof typeof versions;

const clusterWide: readonly EdgeKind[] = ["ClusterIssuer", "GatewayClass"];

export const apiVersionOf = (kind: EdgeKind): string => versions[kind];

export function edgeObject({ settings }: Context, kind: EdgeKind, name: string, spec: object): RenderedObject {
  const labels = objectLabels(settings);
  const metadata = clusterWide.includes(kind) ? { name, labels } : { name, namespace: settings.namespace, labels };
  return plain("edge", { apiVersion: versions[kind], kind, metadata, spec });
}

/** Whether the Gateway, and the load balancer in front of it, are this stack's own. */
export const hasOwnGateway = ({ edge }: Pick<EdgeShape, "edge">): boolean =>
  edge.mode === "gateway" && edge.gateway.attachTo === undefined;

/** Addresses of a load balancer that the platform has made, or will make with these; empty where the cluster gives them. */
export function reservedAddresses(
  settings: Pick<LogfireSettings, "edge">,
  { loadBalancer, native }: Pick<EdgeSupport, "loadBalancer" | "native">,
): readonly Text[] {
  if (settings.edge.mode === "native") return native?.addresses ?? [];
  return hasOwnGateway(settings) ? (loadBalancer.addresses ?? []) : [];
}

/** The Secret with the public certificate; none where HTTPS ends elsewhere, or nowhere. */
export function certificateSecret({ edge }: Pick<LogfireSettings, "edge">): string | undefined {
  const { certificate } = edge;
  if (certificate.source === "none") return undefined;
  return certificate.source === "existingSecret" ? certificate.name : names.certificate;
}

/** `logfire-service` as a route sees it: the port for everything, and the one for gRPC. */
export function backend({ settings }: Context): {
  readonly name: string;
  readonly port: number;
  readonly grpcPort: number;
} {
  const [entry] = service.services;
  if (settings.inClusterTls !== undefined) return { name: entry.name, port: httpsPort, grpcPort: httpsPort };
  return { name: entry.name, port: entry.ports.http, grpcPort: entry.aliases.h2c.port };
}

/** Longest time that a request may be silent without being given up. Seconds; as long as HAProxy waits for a client. */
export const idleSeconds = ({ settings }: Context): number => Math.max(620, settings.oauth.gatewayTimeoutSeconds + 20);

/** Longest request that may be in flight when a pod has to go. Seconds. */
export const longestRequestSeconds = (context: Context): number => service.longestRequestSeconds(context);
