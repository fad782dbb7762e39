import { createHash } from "node:crypto";
import type { AwsPlatformSettings } from "../../settings/typesAws";

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

const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 6);

/**
 * A text as every service of AWS takes it: lower-case letters, digits and single hyphens, a letter first. Where that
 * changes it, a hash keeps `a.b` and `a_b` apart.
 */
export function plainName(text: string): string {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "");
  return plain === text
    ? plain
    : [plain, digest(text)]
        .filter((part) => part !== "")
        .join("-")
        .replace(/^(?=\d)/, "x");
}

/** Names of one stack's things in AWS, all of which begin alike. */
export interface Names {
  /** A whole name of at most `limit` characters. */
  readonly of: (limit: number, ...parts: readonly string[]) => string;
  /** What comes before AWS' own ending, so that a replacement can be made before its predecessor goes. */
  readonly prefix: (limit: number, ...parts: readonly string[]) => string;
  /** What comes before an ending of one's own with this many characters. */
  readonly before: (limit: number, ending: number, ...parts: readonly string[]) => string;
}

/** Names that begin with `start`, which is cut, with a hash of the whole, where a limit asks for it. */
export function namesOf(start: string): Names {
  const base = plainName(start);
  const within = (limit: number, parts: readonly string[]): string => {
    const name = [base, ...parts].join("-");
    if (name.length <= limit) return name;
    const tail = [digest(name), ...parts].join("-");
    const room = limit - tail.length - 1;
    const head = base.slice(0, Math.max(0, room)).replace(/-+$/, "");
    if (head === "") throw new RangeError(`"${parts.join("-")}" leaves no room for a name of ${limit} characters`);
    return `${head}-${tail}`;
  };
  return {
    of: (limit, ...parts) => within(limit, parts),
    prefix: (limit, ...parts) => `${within(limit - appended - 1, parts)}-`,
    before: (limit, ending, ...parts) => `${within(limit - ending - 1, parts)}-`,
  };
}

/** What all names of a stack begin with, where nothing else is said. */
export const prefixOf = (stack: string): string => `logfire-${stack}`;

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
