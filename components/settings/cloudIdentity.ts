import type { Destination } from "../platform/contract";
import type { Configuration } from "./schema";

type Existing = Configuration["existing"];

const annotation = {
  aws: "eks.amazonaws.com/role-arn",
  gcp: "iam.gke.io/gcp-service-account",
  azure: "azure.workload.identity/client-id",
} as const;
export const azureUse = "azure.workload.identity/use";
export const azureClientId = annotation.azure;

/** EKS Pod Identity: an agent on every node. */
const eksAgent: Destination = { port: 80, to: { cidrs: ["169.254.170.23/32", "fd00:ec2::23/128"] } };

/** GKE's metadata server; the second is where Dataplane V2 sees it. */
const gkeMetadata: readonly Destination[] = [
  { port: 988, to: { cidrs: ["169.254.169.252/32"] } },
  { port: 80, to: { cidrs: ["169.254.169.254/32"] } },
];

/**
 * Where pods get credentials for the identity that the annotations name, or, where nothing is named and no static key is
 * given, for the one that the bucket's cloud attaches without an annotation.
 */
export function impliedIdentityDestinations(
  { serviceAccountAnnotations, podLabels, objectStore }: Existing,
  given: readonly string[],
  byName: readonly string[],
): readonly Destination[] {
  const tokenService: Destination = { port: 443, to: { cidrs: byName } };
  const has = (key: string) => serviceAccountAnnotations[key] !== undefined;
  const keyless = objectStore === "inCluster" ? undefined : keylessScheme(objectStore, given);
  return [
    // STS and Microsoft's sign-in are known by name.
    ...(has(annotation.aws) || has(annotation.azure) || podLabels[azureUse] !== undefined ? [tokenService] : []),
    ...(keyless === "s3" && !has(annotation.aws) ? [eksAgent] : []),
    ...(keyless === "gs" || has(annotation.gcp) ? gkeMetadata : []),
  ];
}

/** Scheme of a bucket in its cloud that is opened without a static key. */
function keylessScheme(
  { uri, environment }: Exclude<Existing["objectStore"], string>,
  given: readonly string[],
): string | undefined {
  const keys = [...Object.keys(environment), ...given];
  const elsewhere = "AWS_ENDPOINT" in environment || "AWS_ENDPOINT_URL" in environment;
  const hasKey = keys.some((key) =>
    /(ACCESS_KEY_ID|ACCOUNT_KEY|SERVICE_ACCOUNT(_KEY)?|APPLICATION_CREDENTIALS)$/.test(key),
  );
  return hasKey || elsewhere ? undefined : uri.split(":")[0];
}
