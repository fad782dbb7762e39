import type { PresetName } from "../catalogue/names";

/** What this package installs where the cluster has none. Both charts are published under the version of their program. */
export const controllers = {
  envoyGateway: {
    version: "v1.9.1",
    chart: "oci://docker.io/envoyproxy/gateway-helm",
    /** Gateway API's definitions and Envoy Gateway's own: Helm never upgrades those in a chart's `crds` folder. */
    crdsChart: "oci://docker.io/envoyproxy/gateway-crds-helm",
    /** Envoy's image; the controller chooses the tag that it was tested with. */
    envoyRepository: "envoyproxy/envoy",
    images: {
      /** Also drains Envoy, in a container beside it. */
      controller: "docker.io/envoyproxy/gateway:v1.9.1",
      envoy: "docker.io/envoyproxy/envoy:distroless-v1.39.1",
    },
  },
  certManager: {
    version: "v1.21.2",
    chart: "oci://quay.io/jetstack/charts/cert-manager",
    imageNamespace: "jetstack",
    images: ["controller", "webhook", "cainjector", "startupapicheck", "acmesolver"].map(
      (program) => `quay.io/jetstack/cert-manager-${program}:v1.21.2`,
    ),
  },
} as const;

/** Names of objects. Fixed for ever: another name is another load balancer, or another certificate. */
export const names = {
  gateway: "logfire-gateway",
  route: "logfire-httproute",
  redirect: "logfire-redirect",
  /** EnvoyProxy and the policies, or the Service of a native edge; the kind tells them apart. */
  edge: "logfire-edge",
  ingress: "logfire-ingress",
  certificate: "logfire-frontend-cert",
  selfSigned: "logfire-edge-selfsigned",
  ca: "logfire-edge-ca",
  acmeSolver: "logfire-acme-solver",
  /** The authority of services inside the cluster, which the Gateway checks `logfire-service` with. */
  inClusterCa: "logfire-incluster-ca",
} as const;

/** Listeners of the Gateway. */
export const listeners = { http: "http", https: "https" } as const;

export const groups = {
  gateway: "gateway.networking.k8s.io",
  envoy: "gateway.envoyproxy.io",
  certManager: "cert-manager.io",
} as const;

export const envoyControllerName = "gateway.envoyproxy.io/gatewayclass-controller";

/** Name of the ACME issuer, which is the whole cluster's and so carries the namespace. */
export const acmeIssuer = (namespace: string): string => `${namespace}-acme`;

/**
 * Name of Envoy's Deployment, Service, autoscaler and budget. They live in the controller's namespace beside those of
 * others, so the name carries Logfire's; 63 characters are all a Service may have.
 */
export const fleetName = (namespace: string): string => `${namespace.slice(0, 58)}-edge`;

/** Port of the pods with which cert-manager answers an HTTP-01 challenge. */
export const acmeSolverPort = 8089;

/** One Envoy pod, and how many of them. CPU in millicores, memory in MiB. */
export interface FleetSize {
  readonly cpuMillis: number;
  /** Also the limit. Envoy stops taking connections before it reaches it. */
  readonly memoryMib: number;
  /** Worker threads. Envoy counts the node's cores, not the pod's share. */
  readonly threads: number;
  /** Equal: a fixed number, without an autoscaler. */
  readonly replicas: readonly [min: number, max: number];
}

export const fleetSizes: Readonly<Record<PresetName, FleetSize>> = {
  tiny: { cpuMillis: 100, memoryMib: 256, threads: 1, replicas: [1, 1] },
  small: { cpuMillis: 250, memoryMib: 512, threads: 2, replicas: [2, 4] },
  standard: { cpuMillis: 500, memoryMib: 512, threads: 2, replicas: [2, 6] },
  large: { cpuMillis: 1000, memoryMib: 1024, threads: 4, replicas: [3, 12] },
};

/** What Envoy Gateway asks for beside Envoy in each pod: the container that drains it. */
export const shutdownManager = { cpuMillis: 10, memoryMib: 32 } as const;
