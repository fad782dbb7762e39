import type { AwsPlatformSettings } from "../../settings/aws/types";
import { type Names as SharedNames, namesOf as sharedNames } from "../shared/names";

/** Longest names that AWS takes. */
export const limits = {
  cluster: 100,
  /** Of a node group, with what AWS appends to a prefix. */
  nodeGroup: 63,
  role: 64,
  loadBalancer: 32,
  targetGroup: 32,
  database: 63,
  cache: 40,
  bucket: 63,
} as const;

/** What the provider appends to a prefix: time and counter. */
const appended = 26;

/** Names of one stack's things in AWS, all of which begin alike. */
export interface Names extends SharedNames {
  /** What comes before AWS' own ending, so that a replacement can be made before its predecessor goes. */
  readonly prefix: (limit: number, ...parts: readonly string[]) => string;
}

export function namesOf(start: string): Names {
  const names = sharedNames(start);
  return { ...names, prefix: (limit, ...parts) => names.before(limit, appended, ...parts) };
}

/** Known before the cluster is there: its log group and the credentials of kubectl go by it. */
export const clusterNameOf = ({ cluster }: Pick<AwsPlatformSettings, "cluster">, names: Names): string =>
  cluster.kind === "existing" ? cluster.name : names.of(limits.cluster);

/** Says on everything whose it is. The owner's tags win, for those who have rules of their own. */
export const tagsOf = (
  { project, stack }: { readonly project: string; readonly stack: string },
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => ({
  "logfire.dev/project": project,
  "logfire.dev/stack": stack,
  "managed-by": "pulumi",
  ...own,
});
