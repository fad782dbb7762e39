import type { EdgeSupport } from "../../components/platform/contract";
import type { EdgeSettings, LogfireSettings } from "../../components/settings/types";

/** Resolved settings of a small installation without any option; tests override what they are about. */
export const logfireSettings = (overrides: Partial<LogfireSettings> = {}): LogfireSettings => ({
  namespace: "logfire",
  hostnames: ["logfire.example.com"],
  https: true,
  adminEmail: "admin@example.com",
  preset: "tiny",
  disposable: false,
  features: { queryWorker: false, remoteMcp: false, aiGateway: false },
  workloads: {},
  images: { version: "4ae3e48d", pullPolicy: "IfNotPresent", pullSecrets: [], overrides: {} },
  identity: { passwordLogin: true, connectors: [] },
  groupOrganizationMapping: [],
  rateLimits: {},
  ai: {},
  oauth: {
    intakeResourceUrl: "https://logfire.example.com",
    gatewayResourceUrl: "https://logfire.example.com",
    gatewayIssuer: "https://logfire.example.com",
    mcpServerUrl: "https://logfire.example.com/mcp",
    gatewayTimeoutSeconds: 120,
  },
  telemetry: { resourceAttributes: {} },
  network: {
    policies: true,
    allowedHosts: [],
    webhookHosts: [],
    edgeNamespaces: [],
    egressCidrs: [],
    kubernetesApi: [],
    dns: { namespaces: ["kube-system"], cidrs: [], ports: [53] },
    clusterDomain: "cluster.local",
  },
  edge: edgeSettings(),
  podSecurity: "restricted",
  redisPrefixes: { token: "", usage: "" },
  sseC: false,
  ingestVolumeGib: 10,
  readyTimeoutSeconds: 600,
  existingSecrets: {},
  givenSecrets: [],
  ...overrides,
});

/** An edge that is the owner's business; tests override what they are about. */
export const edgeSettings = (overrides: Partial<EdgeSettings> = {}): EdgeSettings => ({
  mode: "none",
  exposure: "public",
  sourceRanges: [],
  proxiesInFront: 1,
  proxyProtocol: false,
  gateway: {
    controller: "install",
    namespace: "envoy-gateway-system",
    implementation: "envoyGateway",
    className: "logfire",
    serviceAnnotations: {},
  },
  certificate: { source: "none" },
  certManager: { controller: "install", namespace: "cert-manager" },
  ...overrides,
});

/** A platform that offers nothing for the edge. */
export const edgeSupport: Omit<EdgeSupport, "zone"> = {
  loadBalancer: { annotations: { public: {}, internal: {} }, asksByAddress: false },
  certManagerIdentity: { serviceAccountAnnotations: {}, podLabels: {} },
  clusterRanges: [],
};
