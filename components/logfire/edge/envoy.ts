import type { autoscaling, core } from "@pulumi/kubernetes/types/input";
import { formatMib, formatMillis } from "../../lib/quantities";
import type { Text } from "../../lib/text";
import type { LoadBalancer } from "../../platform/contract";
import type { Context } from "../catalogue/workload";
import type { RenderedObject } from "../manifests/types";
import { edgeObject, idleSeconds, longestRequestSeconds } from "./common";
import { controllers, fleetName, fleetSizes, groups, names } from "./facts";

/** What Envoy Gateway adds to Gateway API: the proxies themselves, and how they treat connections. */
export function renderEnvoy(context: Context): RenderedObject[] {
  const { edge } = context.settings;
  if (edge.gateway.implementation !== "envoyGateway") return [];
  const own = edge.gateway.attachTo === undefined;
  return [
    ...(own ? [envoyProxy(context), clientTraffic(context)] : []),
    backendTraffic(context),
    ...(edge.sourceRanges.length === 0 ? [] : [sourceRanges(context, own)]),
  ];
}

/** The platform's first, then the owner's. */
export function loadBalancerAnnotations({ settings, platform }: Context): Readonly<Record<string, Text>> {
  const { exposure, gateway } = settings.edge;
  return { ...platform.edge.loadBalancer.annotations[exposure], ...gateway.serviceAnnotations };
}

function envoyProxy(context: Context): RenderedObject {
  const size = fleetSizes[context.settings.preset];
  return edgeObject(context, "EnvoyProxy", names.edge, {
    concurrency: size.threads,
    logging: { level: { default: "warn" } },
    telemetry: { accessLog: { settings: [accessLog] } },
    shutdown: shutdown(context),
    provider: {
      type: "Kubernetes",
      kubernetes: { envoyDeployment: deployment(context), envoyService: service(context), ...scaling(context) },
    },
  });
}

/**
 * One line of JSON for each request. The path goes without its query: a sign-in must not leave its authorization code
 * in a log.
 */
const accessLog = {
  format: {
    type: "JSON",
    json: {
      start_time: "%START_TIME%",
      client: "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%",
      host: "%REQ(:AUTHORITY)%",
      method: "%REQ(:METHOD)%",
      path: "%REQ_WITHOUT_QUERY(:PATH)%",
      protocol: "%PROTOCOL%",
      response_code: "%RESPONSE_CODE%",
      response_code_details: "%RESPONSE_CODE_DETAILS%",
      response_flags: "%RESPONSE_FLAGS%",
      connection_termination_details: "%CONNECTION_TERMINATION_DETAILS%",
      bytes_received: "%BYTES_RECEIVED%",
      bytes_sent: "%BYTES_SENT%",
      duration: "%DURATION%",
      upstream_host: "%UPSTREAM_HOST%",
      upstream_transport_failure_reason: "%UPSTREAM_TRANSPORT_FAILURE_REASON%",
      request_id: "%REQ(X-REQUEST-ID)%",
      user_agent: "%REQ(USER-AGENT)%",
    },
  },
  sinks: [{ type: "File", file: { path: "/dev/stdout" } }],
};

/**
 * A pod that has to go asks its clients to leave, and takes new connections until the load balancer has noticed: checks
 * every ten seconds, failed two or three times, are usual. Then it waits for what is in flight.
 */
const noticedSeconds = 30;

const shutdown = (context: Context) => ({
  healthCheckFailureDelay: `${noticedSeconds}s`,
  minDrainDuration: `${noticedSeconds + 10}s`,
  drainTimeout: `${noticedSeconds + 10 + longestRequestSeconds(context)}s`,
});

function deployment(context: Context): object {
  const { images, preset } = context.settings;
  const { cpuMillis, memoryMib, replicas } = fleetSizes[preset];
  const memory = formatMib(memoryMib);
  const registry = images.registry?.replace(/\/+$/, "");
  return {
    name: fleetName(context.settings.namespace),
    ...(replicas[0] === replicas[1] ? { replicas: replicas[0] } : {}),
    pod: pod(context),
    container: {
      ...(registry === undefined ? {} : { imageRepository: `${registry}/${controllers.envoyGateway.envoyRepository}` }),
      // No limit of CPU: throttling would show in everybody's latency.
      resources: { requests: { cpu: formatMillis(cpuMillis), memory }, limits: { memory } },
    },
    ...(images.pullPolicy === "IfNotPresent" ? {} : { patch: pullPolicy(images.pullPolicy) }),
  };
}

/** Envoy Gateway offers no other place for it. */
const pullPolicy = (imagePullPolicy: string) => ({
  type: "StrategicMerge",
  value: {
    spec: {
      template: { spec: { containers: ["envoy", "shutdown-manager"].map((name) => ({ name, imagePullPolicy })) } },
    },
  },
});

function pod({ settings, platform }: Context): object {
  const { nodeSelector, tolerations } = platform.placement;
  const { images, priorityClassName, preset, namespace } = settings;
  const [, most] = fleetSizes[preset].replicas;
  // In the controller's namespace, where the owner's pull Secrets have to be as well; the kubelet ignores missing ones.
  const pullSecrets = images.registry === undefined ? [] : images.pullSecrets;
  return {
    ...(Object.keys(nodeSelector).length === 0 ? {} : { nodeSelector: { ...nodeSelector } }),
    ...(tolerations.length === 0 ? {} : { tolerations: tolerations.map((toleration) => ({ ...toleration })) }),
    ...(pullSecrets.length === 0 ? {} : { imagePullSecrets: pullSecrets.map((name) => ({ name })) }),
    ...(priorityClassName === undefined ? {} : { priorityClassName }),
    ...(most === 1 ? {} : { topologySpreadConstraints: spread(namespace) }),
  };
}

/** Over zones, then nodes; a wish, because a proxy that waits for a zone serves nobody. */
const spread = (namespace: string): core.v1.TopologySpreadConstraint[] =>
  ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: {
      matchLabels: {
        [`${groups.envoy}/owning-gateway-namespace`]: namespace,
        [`${groups.envoy}/owning-gateway-name`]: names.gateway,
      },
    },
    matchLabelKeys: ["pod-template-hash"],
  }));

function service(context: Context): object {
  const { settings, platform } = context;
  const { loadBalancer } = platform.edge;
  const annotations = loadBalancerAnnotations(context);
  return {
    name: fleetName(settings.namespace),
    // `Cluster` would replace the client's address by a node's.
    externalTrafficPolicy: "Local",
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    ...(loadBalancer.nodePorts === undefined ? ofItsOwn(context) : behind(loadBalancer.nodePorts, settings.https)),
  };
}

/** The cloud's controller sees the Service and makes a load balancer for it. */
function ofItsOwn(context: Context): object {
  const { loadBalancer } = context.platform.edge;
  const [address] = loadBalancer.addresses ?? [];
  const ranges = allowedRanges(context);
  return {
    type: "LoadBalancer",
    ...(loadBalancer.loadBalancerClass === undefined ? {} : { loadBalancerClass: loadBalancer.loadBalancerClass }),
    ...(loadBalancer.asksByAddress && address !== undefined ? { loadBalancerIP: address } : {}),
    ...(ranges.length === 0 ? {} : { loadBalancerSourceRanges: ranges }),
  };
}

/** Where Envoy says whether it takes connections: 503 from the moment that it drains. Fixed by Envoy Gateway. */
const readinessPort = 19003;

/** The load balancer is there already, and leads to fixed ports of the nodes. */
function behind(nodePorts: NonNullable<LoadBalancer["nodePorts"]>, https: boolean): object {
  const ports = [
    { port: 80, nodePort: nodePorts.http },
    ...(https ? [{ port: 443, nodePort: nodePorts.https }] : []),
    { name: "ready", port: readinessPort, targetPort: readinessPort, protocol: "TCP", nodePort: nodePorts.health },
  ];
  return { type: "NodePort", patch: { type: "StrategicMerge", value: { spec: { ports } } } };
}

/** Whoever may connect: the owner's ranges and the cluster's own pods, or everybody. */
const allowedRanges = ({ settings, platform }: Context): Text[] =>
  settings.edge.sourceRanges.length === 0 ? [] : [...settings.edge.sourceRanges, ...platform.edge.clusterRanges];

function scaling({ settings }: Context): object {
  const name = fleetName(settings.namespace);
  const [minReplicas, maxReplicas] = fleetSizes[settings.preset].replicas;
  const metric: autoscaling.v2.MetricSpec = {
    type: "Resource",
    resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 60 } },
  };
  return {
    ...(minReplicas === maxReplicas ? {} : { envoyHpa: { name, minReplicas, maxReplicas, metrics: [metric] } }),
    envoyPDB: {
      name,
      maxUnavailable: 1,
      // A pod that is not ready anyway must not block a drain.
      patch: { type: "StrategicMerge", value: { spec: { unhealthyPodEvictionPolicy: "AlwaysAllow" } } },
    },
  };
}

/** TLS 1.3 chooses for itself; of TLS 1.2, what has forward secrecy and authenticated encryption. */
const ciphers = ["AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305"].flatMap((cipher) =>
  ["ECDSA", "RSA"].map((key) => `ECDHE-${key}-${cipher}`),
);

function clientTraffic(context: Context): RenderedObject {
  const { edge, https } = context.settings;
  return edgeObject(context, "ClientTrafficPolicy", names.edge, {
    targetRefs: [{ group: groups.gateway, kind: "Gateway", name: names.gateway }],
    ...(https ? { tls: { minVersion: "1.2", ciphers, alpnProtocols: ["h2", "http/1.1"] } } : {}),
    ...(edge.proxyProtocol ? { proxyProtocol: { optional: false } } : {}),
    ...(edge.proxiesInFront === 0
      ? {}
      : { clientIPDetection: { xForwardedFor: { numTrustedHops: edge.proxiesInFront } } }),
    // Paths go on as they came: what is behind decides by them, and `%2F` in a name is no slash.
    path: { escapedSlashesAction: "KeepUnchanged", disableMergeSlashes: true },
    // `X_Real_IP` is `X-Real-IP` to many programs. Without the header rather than refused: whoever sends one means no harm.
    headers: { withUnderscoresAction: "DropHeader" },
    timeout: {
      http: { requestHeadersReceivedTimeout: "10s", streamIdleTimeout: `${idleSeconds(context)}s` },
    },
  });
}

/** Shorter than HAProxy keeps idle connections, which it would otherwise close under a request. */
const idleConnection = "300s";

/** As many as HAProxy takes; Envoy's own 1024 are few where a live tail holds one each. */
const most = 10_000;

function backendTraffic(context: Context): RenderedObject {
  return edgeObject(context, "BackendTrafficPolicy", names.edge, {
    targetRefs: [{ group: groups.gateway, kind: "HTTPRoute", name: names.route }],
    // To the pods themselves: only then can one that is not well be left out.
    routingType: "Endpoint",
    timeout: {
      tcp: { connectTimeout: "5s" },
      http: {
        requestTimeout: "0s",
        streamIdleTimeout: `${idleSeconds(context)}s`,
        connectionIdleTimeout: idleConnection,
      },
    },
    circuitBreaker: { maxConnections: most, maxPendingRequests: most, maxParallelRequests: most },
    // Only where HAProxy cannot have seen the request: anything else might be done twice.
    retry: { numRetries: 2, retryOn: { triggers: ["connect-failure", "refused-stream", "reset-before-request"] } },
    healthCheck: { active: { ...healthCheck(context), unhealthyThreshold: 2, healthyThreshold: 1 } },
    // The port says the protocol, but with TLS there is one for both.
    ...(context.settings.inClusterTls === undefined ? {} : { useClientProtocol: true }),
  });
}

/** Where `logfire-service` says that it is well. */
const statsPort = 8181;

/** With TLS inside the cluster Envoy checks by TLS too, which that port does not speak: a handshake has to do. */
const healthCheck = ({ settings }: Context): object => ({
  interval: "3s",
  timeout: "2s",
  ...(settings.inClusterTls === undefined
    ? { type: "HTTP", http: { path: "/stats", expectedStatuses: [200] }, overrides: { port: statsPort } }
    : { type: "TCP", tcp: {} }),
});

/** On the Gateway, so that it holds for the redirect too; on a Gateway of the owner's, for Logfire's route alone. */
function sourceRanges(context: Context, own: boolean): RenderedObject {
  const target = own ? { kind: "Gateway", name: names.gateway } : { kind: "HTTPRoute", name: names.route };
  return edgeObject(context, "SecurityPolicy", names.edge, {
    targetRefs: [{ group: groups.gateway, ...target }],
    authorization: {
      defaultAction: "Deny",
      rules: [{ name: "source-ranges", action: "Allow", principal: { clientCIDRs: allowedRanges(context) } }],
    },
  });
}
