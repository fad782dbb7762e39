import type { PlatformFacts } from "../contract";
import { externalObjectStore, externalPostgres, externalRedis, inside } from "../external";
import { inClusterRedis } from "../shared/redisFacts";
import { UserError } from "../../lib/errors";
import type { ExistingPlatformSettings, Settings } from "../../settings/types";

/** Names of the stores inside the cluster: Service, component label and host in one. Fixed for ever. */
export const postgresName = "logfire-postgres";
export const minioName = "logfire-minio";

/** Of the role that is made beside the superuser, so that the bootstrap does with as little as it has in a cloud. */
export const postgresAdmin = "logfire_admin";
export const bucket = "logfire";
export const ports = { postgres: 5432, minio: 9000 } as const;

/** Variables that hold MinIO's credentials. */
export const minioCredentials = { user: "AWS_ACCESS_KEY_ID", password: "AWS_SECRET_ACCESS_KEY" } as const;

/** A stack in a cluster that is already there; refused where it is for another platform. */
export function inExistingCluster({ platform, logfire }: Settings): Settings<ExistingPlatformSettings> {
  if (platform.kind !== "existing") throw new UserError(`The stack is for the platform ${platform.kind}, not existing`);
  return { platform, logfire };
}

/** What the pure renderer may know of a cluster that is already there; the same with and without an engine. */
export function platformFacts(settings: ExistingPlatformSettings): PlatformFacts {
  return {
    identity: {
      serviceAccountAnnotations: settings.serviceAccountAnnotations,
      podLabels: settings.podLabels,
      destinations: settings.identityDestinations,
    },
    scratch: settings.scratch,
    placement: settings.placement,
    durableStorageClass: settings.durableStorageClass,
    postgres: postgresFacts(settings.postgres),
    objectStore: objectStoreFacts(settings.objectStore),
    redis: {
      destinations: settings.redis.kind === "inCluster" ? [inClusterRedis] : externalRedis(settings.redis),
    },
    edge: {
      // What a load balancer needs on this cluster is the owner's to say, with `edge.gateway.serviceAnnotations`.
      loadBalancer: { annotations: { public: {}, internal: {} }, asksByAddress: false },
      certManagerIdentity: { serviceAccountAnnotations: {}, podLabels: {} },
      clusterRanges: [],
    },
  };
}

function postgresFacts(postgres: ExistingPlatformSettings["postgres"]): PlatformFacts["postgres"] {
  if (postgres.kind === "inCluster")
    return {
      host: postgresName,
      port: ports.postgres,
      adminUser: postgresAdmin,
      adminDatabase: "postgres",
      tls: "disable",
      destination: inside(ports.postgres, postgresName),
    };
  return externalPostgres(postgres);
}

function objectStoreFacts(store: ExistingPlatformSettings["objectStore"]): PlatformFacts["objectStore"] {
  if (store.kind === "external") return externalObjectStore(store);
  return {
    uri: `s3://${bucket}`,
    environment: {
      AWS_ALLOW_HTTP: "true",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_ENDPOINT: `http://${minioName}:${ports.minio}`,
    },
    secretEnvironmentKeys: Object.values(minioCredentials),
    destination: inside(ports.minio, minioName),
  };
}
