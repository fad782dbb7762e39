import type { AwsPlatformSettings } from "../../../settings/typesAws";
import type { Destination, PlatformFacts } from "../../contract";

/** In place of what only AWS knows once it is made. No resource ever gets one of these. */
const unknown = {
  database: "DATABASE.rds.amazonaws.com",
  bucket: "s3://BUCKET",
} as const;

/** Where pods get credentials by EKS Pod Identity: an agent on every node. */
const podIdentityAgent: Destination = { port: 80, to: { cidrs: ["169.254.170.23/32", "fd00:ec2::23/128"] } };
const anywhere = (port: number): Destination => ({ port, to: { cidrs: ["0.0.0.0/0", "::/0"] } });

/** Ports that AWS gives its stores. */
export const storePorts = { postgres: 5432, redis: 6379, s3: 443 } as const;

/** Label of a pool's nodes, and what its pods need to run there. */
export const placements = {
  general: { nodeSelector: { "logfire.dev/pool": "general" }, tolerations: [] },
  scratch: {
    nodeSelector: { "logfire.dev/pool": "scratch" },
    tolerations: [{ key: "logfire.dev/scratch", operator: "Equal", value: "true", effect: "NoSchedule" }],
  },
} as const;

/** The shape of the platform for a plan: what needs an account stands there as a placeholder. */
export function plannedFacts(settings: AwsPlatformSettings): PlatformFacts {
  const { postgres, objectStore, redis, dns, region, identity } = settings;
  return {
    identity: {
      serviceAccountAnnotations: {},
      podLabels: {},
      destinations: [identity === "podIdentity" ? podIdentityAgent : anywhere(443)],
    },
    placement: placements.general,
    scratch: { kind: "emptyDir", ...placements.scratch },
    postgres:
      postgres.kind === "create"
        ? {
            host: unknown.database,
            port: storePorts.postgres,
            adminUser: "logfire_admin",
            adminDatabase: "postgres",
            tls: "require",
            destination: anywhere(storePorts.postgres),
          }
        : { ...postgres, destination: { port: postgres.port, to: { cidrs: postgres.cidrs } } },
    objectStore: {
      uri: objectStore.kind === "create" ? unknown.bucket : objectStore.uri,
      environment: { AWS_DEFAULT_REGION: region },
      secretEnvironmentKeys: [],
      destination: anywhere(storePorts.s3),
    },
    redis: { destinations: redisDestinations(redis) },
    edge: {
      ...(dns.kind === "none" ? {} : { zone: { name: dns.name }, dns01: { route53: { region } } }),
      loadBalancer: { annotations: { public: {}, internal: {} }, asksByAddress: false },
      certManagerIdentity: { serviceAccountAnnotations: {}, podLabels: {} },
      clusterRanges: [],
    },
  };
}

function redisDestinations(redis: AwsPlatformSettings["redis"]): readonly Destination[] {
  if (redis.kind === "inCluster") return [{ port: storePorts.redis, to: { component: "logfire-redis" } }];
  if (redis.kind === "create") return [anywhere(storePorts.redis)];
  return redis.ports.map((port) => ({ port, to: { cidrs: redis.cidrs } }));
}
