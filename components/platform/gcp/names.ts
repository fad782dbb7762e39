import { UserError } from "../../lib/errors";
import type { GcpPlatformSettings } from "../../settings/gcp/types";
import { namesOf, type Names, plainName } from "../shared/names";

export { namesOf, type Names, prefixOf } from "../shared/names";

/** Longest names that GCP takes. */
export const limits = {
  /** Networks, subnets, routers, addresses, DNS zones, keys, certificates: RFC 1035. */
  resource: 63,
  cluster: 40,
  nodePool: 40,
  /** Id of a service account, at least 6. */
  serviceAccount: 30,
  /** Of Cloud SQL: with the project and a colon, which has at most 30 characters, 98. */
  database: 67,
  cache: 40,
  bucket: 63,
  /** Id of a role of the project's own, which takes no hyphens. */
  role: 64,
  label: 63,
} as const;

/**
 * Names of a bucket: Cloud Storage takes none with "google" in it, nor with what looks like it, and a stack may well be
 * called `google-prod`. https://docs.cloud.google.com/storage/docs/buckets#naming
 */
export const bucketNames = (names: Names): Names => {
  const cleaned = (name: string) => name.replace(/g[o0]{2}g[l1]e/g, "gcp");
  return {
    of: (limit, ...parts) => cleaned(names.of(limit, ...parts)),
    before: (limit, ending, ...parts) => cleaned(names.before(limit, ending, ...parts)),
    compact: (limit, ...parts) => cleaned(names.compact(limit, ...parts)),
  };
};

/** Known before the cluster is there: the credentials of kubectl go by it. */
export const clusterNameOf = ({ cluster }: Pick<GcpPlatformSettings, "cluster">, names: Names): string =>
  cluster.kind === "existing" ? cluster.name : names.of(limits.cluster);

/** Text as the value of a label: a hash keeps apart what differs only in characters that labels do not take. */
const labelValue = (text: string): string => namesOf(plainName(text)).of(limits.label);

/** Says on everything whose it is. The owner's labels win, for those who have rules of their own. */
export const labelsOf = (
  { project, stack }: { readonly project: string; readonly stack: string },
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => ({
  "logfire-project": labelValue(project),
  "logfire-stack": labelValue(stack),
  "managed-by": "pulumi",
  ...own,
});

/** E-mail address of a service account, which is known before the account is there. */
export const emailOf = (accountId: string, project: string): string =>
  `${accountId}@${project}.iam.gserviceaccount.com`;

/** The one pool of identities that all clusters of a project have together. */
export const workloadPoolOf = (project: string): string => `${project}.svc.id.goog`;

/** Known before the cluster is there. */
export const clusterIdOf = (
  { project, region }: Pick<GcpPlatformSettings, "project" | "region">,
  name: string,
): string => `projects/${project}/locations/${region}/clusters/${name}`;

/** Pulumi's own names of node pools: the component's, the longest pool's, and seven random digits of base 16. */
const longestComponent = limits.nodePool - "-scratch".length - "-0a1b2c3".length;

/** The component's name, which node pools get theirs of; refused where GKE would refuse them. */
export function usableName(name: string): string {
  if (name.length <= longestComponent && /^[a-z][a-z0-9-]*$/.test(name)) return name;
  throw new UserError(
    `The name "${name}" of the GcpPlatform does not do for node pools of GKE, which are named by it: write at most ` +
      `${longestComponent} lower-case letters, digits and hyphens, beginning with a letter`,
  );
}
