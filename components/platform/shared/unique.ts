import type * as pulumi from "@pulumi/pulumi";
import { RandomId } from "@pulumi/random/randomId";
import type { Names } from "./names";

/** What a name that ends uniquely is made from: the component, its names in the cloud, the options of its children. */
export interface NamedPart {
  readonly name: string;
  readonly names: Names;
  readonly child: { readonly parent: pulumi.Resource };
}

/** Hex digits of the ending. */
const digits = 8;

/** Eight hex digits of the stack's own, for names that are one's own in the whole world or that a cloud remembers. */
export const uniqueEnding = ({ name, child }: Omit<NamedPart, "names">, part: string): pulumi.Output<string> =>
  new RandomId(`${name}-${part}`, { byteLength: digits / 2 }, { ...child, ignoreChanges: ["byteLength"] }).hex;

/** `<start>-<8 hex digits>`: nothing that a cloud keeps of a stack of the same name before stands in the way. */
export function endsUniquely(context: NamedPart, part: string, limit: number): pulumi.Output<string> {
  const start = context.names.before(limit, digits, part);
  return uniqueEnding(context, part).apply((ending) => `${start}${ending}`);
}
