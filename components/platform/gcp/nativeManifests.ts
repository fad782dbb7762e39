import { publicRoutes } from "../../logfire/config";
import type { Manifest } from "../../kubernetes/resources";
import type { Entrance } from "../contract";

/** What of the load balancer is not in the cluster, by the names that GCP knows it by. */
export interface GatewayParts {
  readonly exposure: "public" | "internal";
  /** Of the static address. */
  readonly address: string;
  /** Of the certificate map in front of the public, or of the certificates inside the network, which take no map. */
  readonly certificates: { readonly map: string } | { readonly names: readonly string[] };
  readonly sslPolicy: string;
  /** Of who may connect; everybody where absent. */
  readonly securityPolicy?: string;
}

const classes = { public: "gke-l7-global-external-managed", internal: "gke-l7-rilb" } as const;

const gatewayApi = "gateway.networking.k8s.io";
const policies = "networking.gke.io/v1";

/** An HTTPRoute takes so many hostnames. */
const mostHostnames = 16;

/**
 * Seconds that a request may take, from its beginning to the end of its answer: a live tail is one long answer. HAProxy
 * gives up whatever is silent, so that nothing hangs for as long.
 */
const longestAnswerSeconds = 86_400;

/** A Gateway of Google's own class, with what it has to know of the Service behind it. */
export const nativeManifests = (entrance: Entrance, parts: GatewayParts): readonly Manifest[] => [
  gateway(entrance, parts),
  gatewayPolicy(entrance, parts),
  healthCheckPolicy(entrance),
  backendPolicy(entrance, parts),
  ...routes(entrance, parts),
];

/** A Gateway is of one class for life: the other one is made before this one goes. */
const gatewayOf = (entrance: Entrance, { exposure }: GatewayParts) => metadataOf(entrance, exposure);

const metadataOf = ({ namespace, service }: Entrance, ...parts: readonly string[]) => ({
  name: [service, ...parts].join("-"),
  namespace,
});

function gateway(entrance: Entrance, parts: GatewayParts): Manifest {
  const { exposure, address, certificates } = parts;
  const byName = "names" in certificates ? { options: { [certificateOption]: certificates.names.join(",") } } : {};
  const allowedRoutes = { namespaces: { from: "Same" } };
  const manifest = {
    apiVersion: `${gatewayApi}/v1`,
    kind: "Gateway",
    metadata: {
      ...gatewayOf(entrance, parts),
      annotations: {
        "pulumi.com/waitFor": "condition=Programmed",
        ...("map" in certificates ? { "networking.gke.io/certmap": certificates.map } : {}),
      },
    },
    spec: {
      gatewayClassName: classes[exposure],
      addresses: [{ type: "NamedAddress", value: address }],
      listeners: [
        { name: "http", protocol: "HTTP", port: 80, allowedRoutes },
        // With a map, or with names: never with a Secret.
        {
          name: "https",
          protocol: "HTTPS",
          port: 443,
          ...("names" in certificates ? { tls: { mode: "Terminate", ...byName } } : {}),
          allowedRoutes,
        },
      ],
    },
  } as const;
  return manifest;
}

/** Names of certificates of Certificate Manager, with commas between them. */
const certificateOption = "networking.gke.io/cert-manager-certs";

function gatewayPolicy(entrance: Entrance, parts: GatewayParts): Manifest {
  const { name, namespace } = gatewayOf(entrance, parts);
  const manifest = {
    apiVersion: policies,
    kind: "GCPGatewayPolicy",
    metadata: { name, namespace },
    spec: {
      default: { sslPolicy: parts.sslPolicy },
      targetRef: { group: gatewayApi, kind: "Gateway", name },
    },
  } as const;
  return manifest;
}

const serviceRef = ({ service }: Entrance) => ({ group: "", kind: "Service", name: service });

/** HAProxy says in clear, on a port of its own, whether it is well. */
function healthCheckPolicy(entrance: Entrance): Manifest {
  const manifest = {
    apiVersion: policies,
    kind: "HealthCheckPolicy",
    metadata: metadataOf(entrance),
    spec: {
      default: {
        checkIntervalSec: 10,
        timeoutSec: 5,
        healthyThreshold: 1,
        unhealthyThreshold: 2,
        config: {
          type: "HTTP",
          httpHealthCheck: {
            portSpecification: "USE_FIXED_PORT",
            port: entrance.ports.health,
            requestPath: entrance.healthPath,
          },
        },
      },
      targetRef: serviceRef(entrance),
    },
  } as const;
  return manifest;
}

/** Seconds that requests have to end in after their pod has left the Service. */
const drainSeconds = 120;

function backendPolicy(entrance: Entrance, { securityPolicy }: GatewayParts): Manifest {
  const manifest = {
    apiVersion: policies,
    kind: "GCPBackendPolicy",
    metadata: metadataOf(entrance),
    spec: {
      default: {
        timeoutSec: longestAnswerSeconds,
        connectionDraining: { drainingTimeoutSec: drainSeconds },
        ...(securityPolicy === undefined ? {} : { securityPolicy }),
      },
      targetRef: serviceRef(entrance),
    },
  } as const;
  return manifest;
}

/** Paths that are spoken with HTTP/2 only, without the slash at their end, as a prefix of whole segments is written. */
const grpcPaths = publicRoutes.flatMap(({ grpc = false, below = [] }) =>
  grpc ? below.map((path) => path.replace(/\/$/, "")) : [],
);

/** Everything for the hostnames to HAProxy, gRPC by HTTP/2; who comes without TLS is sent to HTTPS. */
function routes(entrance: Entrance, parts: GatewayParts): readonly Manifest[] {
  const { hostnames, ports, service } = entrance;
  const to = (port: number) => ({ backendRefs: [{ name: service, port }] });
  const redirect = { type: "RequestRedirect", requestRedirect: { scheme: "https", statusCode: 301 } };
  const grpc = grpcPaths.map((value) => ({ path: { type: "PathPrefix", value } }));
  return Array.from({ length: Math.ceil(hostnames.length / mostHostnames) }, (_, index) => {
    const some = hostnames.slice(index * mostHostnames, (index + 1) * mostHostnames);
    const route = (listener: "http" | "https", rules: readonly object[]) =>
      ({
        apiVersion: `${gatewayApi}/v1`,
        kind: "HTTPRoute",
        metadata: metadataOf(entrance, listener, String(index)),
        spec: {
          parentRefs: [{ name: gatewayOf(entrance, parts).name, sectionName: listener }],
          hostnames: some,
          rules,
        },
      }) as const;
    return [
      route("https", [...(ports.grpc === ports.http ? [] : [{ matches: grpc, ...to(ports.grpc) }]), to(ports.http)]),
      route("http", [{ filters: [redirect] }]),
    ];
  }).flat();
}
