import { createHash } from "node:crypto";

const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 6);

/**
 * A text as every service of every cloud takes it: lower-case letters, digits and single hyphens, a letter first. Where
 * that changes it, a hash keeps `a.b` and `a_b` apart.
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

/** Names of one stack's things in its cloud, all of which begin alike. */
export interface Names {
  /** A whole name of at most `limit` characters. */
  readonly of: (limit: number, ...parts: readonly string[]) => string;
  /** What comes before an ending with this many characters, which something else appends. */
  readonly before: (limit: number, ending: number, ...parts: readonly string[]) => string;
  /**
   * Letters and digits only, for what takes no hyphens (storage accounts). Always with a hash: `a-b` and `ab` would be
   * the same otherwise.
   */
  readonly compact: (limit: number, ...parts: readonly string[]) => string;
}

/** Names that begin with `start`, which is cut, with a hash of the whole, where a limit asks for it. */
export function namesOf(start: string): Names {
  const base = plainName(start);
  const within = (limit: number, parts: readonly string[]): string => {
    const name = [base, ...parts].join("-");
    if (name.length <= limit) return name;
    const tail = [digest(name), ...parts].join("-");
    const head = base.slice(0, Math.max(0, limit - tail.length - 1)).replace(/-+$/, "");
    if (head === "") throw noRoom(parts, limit);
    return `${head}-${tail}`;
  };
  const compact = (limit: number, parts: readonly string[]): string => {
    const tail = [digest([base, ...parts].join("-")), ...parts].join("").replace(/-/g, "");
    const head = base.replace(/-/g, "").slice(0, Math.max(0, limit - tail.length));
    if (head === "") throw noRoom(parts, limit);
    return head + tail;
  };
  return {
    of: (limit, ...parts) => within(limit, parts),
    before: (limit, ending, ...parts) => `${within(limit - ending - 1, parts)}-`,
    compact: (limit, ...parts) => compact(limit, parts),
  };
}

const noRoom = (parts: readonly string[], limit: number) =>
  new RangeError(`"${parts.join("-")}" leaves no room for a name of ${limit} characters`);

/** What all names of a stack begin with, where nothing else is said. */
export const prefixOf = (stack: string): string => `logfire-${stack}`;
