import type { Input } from "@pulumi/pulumi";
import type { Text } from "../../../lib/text";
import type { GcpPlatformSettings } from "../../../settings/gcp/types";
import type { Destination, EdgeSupport, LoadBalancer, NativeEdge, PlatformFacts, PodIdentity } from "../../contract";
import { anywhere, externalObjectStore, externalPostgres, outside } from "../../external";
import { redisDestinations as redisTo } from "../../shared/redisFacts";

/**
 * What GCP offers Logfire, part by part: the platform says it with what it has made, a plan with placeholders. Whatever
 * both say alike stands here and nowhere else.
 */

/** Ports that Google gives its stores. */
export const storePorts = { postgres: 5432, redis: 6379, gcs: 443 } as const;

/** Of Cloud SQL, which makes it with every server: may create roles and databases. */
export const adminUser = "postgres";

/** Of the ingest queue's volumes. */
export const durableStorageClass = "logfire-pd-ssd";

/** `host`, `caBundle` and `range` of a server that is made: address, its own authority's certificate, Google's range. */
export const postgresFacts = (
  { postgres }: GcpPlatformSettings,
  { host, caBundle, range }: { readonly host: Text; readonly caBundle: Text; readonly range: string },
): PlatformFacts["postgres"] =>
  postgres.kind === "external"
    ? externalPostgres(postgres)
    : {
        ...{ host, port: storePorts.postgres, adminUser, adminDatabase: "postgres" },
        // The certificate names the instance and no address, so that a client cannot compare it with one. Nobody else's
        // certificate is signed by the authority, which is this one instance's own.
        ...{ tls: "verify-ca", caBundle },
        destination: outside(storePorts.postgres, [range]),
      };

/** `uri` of a bucket that is made. Cloud Storage is known by name only. */
export const objectStoreFacts = ({ objectStore }: GcpPlatformSettings, uri: Text): PlatformFacts["objectStore"] =>
  objectStore.kind === "create"
    ? { uri, environment: {}, secretEnvironmentKeys: [], destination: anywhere(storePorts.gcs) }
    : externalObjectStore(objectStore);

/** `range` of a cache that is made: the one that Google's stores take their addresses from. */
export const redisDestinations = ({ redis }: GcpPlatformSettings, range: string): readonly Destination[] =>
  redisTo(redis, outside(storePorts.redis, [range]));

/**
 * GKE's metadata server, which gives pods their tokens: with Dataplane V2 by the address that pods ask, elsewhere, which
 * an owner's cluster may be, by the one that they are led to.
 */
export const credentialDestinations: readonly Destination[] = [
  outside(80, ["169.254.169.254/32"]),
  outside(988, ["169.254.169.252/32"]),
];

/** Of a Kubernetes ServiceAccount that acts as this service account of Google's. */
export const accountAnnotations = (email: Text): PodIdentity["serviceAccountAnnotations"] => ({
  "iam.gke.io/gcp-service-account": email,
});

/** Whom the bucket lets in: by a service account, unless it comes with keys of its own. */
export const identityFacts = ({ objectStore }: GcpPlatformSettings, email: Text): PlatformFacts["identity"] =>
  objectStore.kind === "external" && objectStore.secretEnvironmentKeys.length > 0
    ? { serviceAccountAnnotations: {}, podLabels: {}, destinations: [] }
    : {
        serviceAccountAnnotations: accountAnnotations(email),
        podLabels: {},
        destinations: credentialDestinations,
      };

/** cert-manager's solver for a zone of Cloud DNS, by the zone's name in the project. */
export const dns01 = (project: string, zone: Input<string>): NonNullable<EdgeSupport["dns01"]> => ({
  cloudDNS: { project, hostedZoneName: zone },
});

/**
 * GKE makes a load balancer for Envoy's Service that passes packets on as they are. What it is made of cannot be changed
 * in a Service that is there, so it is said, and no default of a later version decides.
 */
export const loadBalancerFacts = (addresses: readonly Text[]): LoadBalancer => ({
  annotations: {
    public: { "cloud.google.com/l4-rbs": "enabled" },
    internal: { "networking.gke.io/load-balancer-type": "Internal" },
  },
  ...(addresses.length === 0 ? {} : { addresses }),
  asksByAddress: addresses.length > 0,
});

/** Ranges that Google's load balancers check and call from. */
export const googleRanges = ["35.191.0.0/16", "130.211.0.0/22"] as const;

/**
 * Google's load balancer reaches pods by itself, without ports on nodes. It appends the client's address and its own to
 * X-Forwarded-For. `proxies` is where an internal one calls from.
 */
export const nativeFacts = (addresses: readonly Text[], proxies?: string): Omit<NativeEdge, "register"> => ({
  addresses,
  // One protocol to a port: HTTP/2 by TLS, which gRPC needs and everything else takes.
  httpsProtocol: "HTTP2",
  sources: [...googleRanges, ...(proxies === undefined ? [] : [proxies])],
  forwardedHops: 2,
});
