import type { Input } from "@pulumi/pulumi";
import type { Text } from "../../../lib/text";
import type { AwsPlatformSettings } from "../../../settings/aws/types";
import type { EdgeSupport, Destination, NativeEdge, PlatformFacts, PodIdentity } from "../../contract";
import { anywhere, externalObjectStore, externalPostgres, outside } from "../../external";
import { redisDestinations as redisTo } from "../../shared/redisFacts";
import { postgresTrust } from "./postgresTrust";

/**
 * What AWS offers Logfire, part by part: the platform says it with what it has made, a plan with placeholders. Whatever
 * both say alike stands here and nowhere else.
 */

/** Ports that AWS gives its stores. */
export const storePorts = { postgres: 5432, redis: 6379, s3: 443 } as const;

/** Of RDS: may create roles and databases; fixed when the server is made. */
export const adminUser = "logfire_admin";

/** Of the ingest queue's volumes. */
export const durableStorageClass = "logfire-gp3";

/** Of Envoy's Service, in the band of ports that Kubernetes does not give out by itself. */
export const nodePorts = { http: 30080, https: 30043, health: 30021 } as const;

/**
 * Of the Service behind the application load balancer: others than Envoy's, because both are there for a moment when the
 * mode changes.
 */
export const nativePorts = { http: 30081, grpc: 30082, health: 30022 } as const;

/**
 * `range` is the VPC's: Kubernetes passes a request from the node that the load balancer reached to one that has a pod,
 * which sees that node's address.
 */
export const nativeFacts = (addresses: readonly Text[], range: string) =>
  ({ addresses, nodePorts: nativePorts, sources: [range], forwardedHops: 1 }) as const satisfies NativeEdge;

/** `host` and `range` of a server that is made: its name, and the VPC's addresses. */
export const postgresFacts = (
  { postgres, region }: AwsPlatformSettings,
  { host, range }: { readonly host: Text; readonly range: string },
): PlatformFacts["postgres"] =>
  postgres.kind === "external"
    ? externalPostgres(postgres)
    : {
        ...{ host, port: storePorts.postgres, adminUser, adminDatabase: "postgres" },
        ...postgresTrust(region),
        destination: outside(storePorts.postgres, [range]),
      };

/** `uri` of a bucket that is made. S3 is known by name only. */
export const objectStoreFacts = (
  { objectStore, region }: AwsPlatformSettings,
  uri: Text,
): PlatformFacts["objectStore"] => {
  const environment = { AWS_DEFAULT_REGION: region };
  if (objectStore.kind === "create")
    return { uri, environment, secretEnvironmentKeys: [], destination: anywhere(storePorts.s3) };
  const facts = externalObjectStore(objectStore);
  return { ...facts, environment: { ...environment, ...facts.environment } };
};

/** `range` of a cache that is made: the VPC's addresses. */
export const redisDestinations = ({ redis }: AwsPlatformSettings, range: string): readonly Destination[] =>
  redisTo(redis, outside(storePorts.redis, [range]));

/** The agent on every node, or STS, which is known by name only. */
export const credentialDestinations = (identity: AwsPlatformSettings["identity"]): readonly Destination[] => [
  identity === "podIdentity" ? outside(80, ["169.254.170.23/32", "fd00:ec2::23/128"]) : anywhere(443),
];

/** Of a ServiceAccount whose role this is. */
export const roleAnnotations = (
  identity: AwsPlatformSettings["identity"],
  arn: Text,
): PodIdentity["serviceAccountAnnotations"] => (identity === "irsa" ? { "eks.amazonaws.com/role-arn": arn } : {});

/** Whom the bucket lets in: by a role, unless it comes with keys of its own. */
export const identityFacts = (
  { identity, objectStore }: AwsPlatformSettings,
  roleArn: Text,
): PlatformFacts["identity"] =>
  objectStore.kind === "external" && objectStore.secretEnvironmentKeys.length > 0
    ? { serviceAccountAnnotations: {}, podLabels: {}, destinations: [] }
    : {
        serviceAccountAnnotations: roleAnnotations(identity, roleArn),
        podLabels: {},
        destinations: credentialDestinations(identity),
      };

/** cert-manager's solver for a zone of Route 53. */
export const dns01 = (region: string, zoneId: Input<string>): NonNullable<EdgeSupport["dns01"]> => ({
  route53: { region, hostedZoneID: zoneId },
});
