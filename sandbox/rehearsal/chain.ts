import type { CloudCall } from "./cloud";
import type { Span } from "./timeline";

/** What of a resource in the engine's state says what it waited for. */
export interface StateResource {
  readonly urn: string;
  readonly id?: string;
  readonly type: string;
  readonly parent?: string;
  readonly protect?: boolean;
  readonly provider?: string;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
  readonly inputs?: Readonly<Record<string, unknown>>;
}

export interface Chain {
  readonly seconds: number;
  /** URNs from the first to the last. */
  readonly path: readonly string[];
}

/** Everything that has to be there before a resource: what it reads, what it names, its parent and its provider. */
export const waitsFor = ({
  dependencies = [],
  propertyDependencies = {},
  parent,
  provider,
}: StateResource): readonly string[] => [
  ...new Set([
    ...dependencies,
    ...Object.values(propertyDependencies).flatMap((urns) => urns ?? []),
    ...(parent === undefined ? [] : [parent]),
    // `urn::id`
    ...(provider === undefined ? [] : [provider.slice(0, provider.lastIndexOf("::"))]),
  ]),
];

/** The chain of dependencies that takes longest: no order of creation can be faster. */
export function longestChain(resources: readonly StateResource[], secondsOf: (urn: string) => number): Chain {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const known = new Map<string, Chain>();
  const upTo = (urn: string): Chain => {
    const remembered = known.get(urn);
    if (remembered !== undefined) return remembered;
    const resource = byUrn.get(urn);
    const before = (resource === undefined ? [] : waitsFor(resource))
      .filter((other) => byUrn.has(other))
      .map(upTo)
      .reduce(longer, { seconds: 0, path: [] });
    const chain = { seconds: before.seconds + secondsOf(urn), path: [...before.path, urn] };
    known.set(urn, chain);
    return chain;
  };
  return resources.map(({ urn }) => upTo(urn)).reduce(longer, { seconds: 0, path: [] });
}

const longer = (one: Chain, other: Chain): Chain => (other.seconds > one.seconds ? other : one);

export interface Duration {
  /** Until the last resource was there. */
  readonly seconds: number;
  readonly chain: Chain;
  /** How much longer than the chain: 1 is as fast as dependencies allow. */
  readonly ratio: number;
  /** What began late although nothing that it depends on was missing, with the resource that it seems to have waited for. */
  readonly late: readonly { readonly urn: string; readonly after: string }[];
}

/** Real milliseconds that a resource may begin after the last of its dependencies, on a busy machine. */
const tolerance = 1500;
/** Real milliseconds after the end of another resource within which one begins that has waited for it. */
const promptly = 500;
/** Seconds from which it counts whether a resource of the cloud is made beside the others. */
const slow = 60;

/**
 * How long an update would have taken in the cloud, and how that compares with its longest chain. The engine's own time, which
 * at 1:100 would count a hundredfold, is left out: a resource begins when its dependencies are there. But where it really
 * began much later than that, and right after something slow had ended, it waited for that without saying so: looked for
 * among what takes the cloud a minute and more.
 */
export function durationOf(
  resources: readonly StateResource[],
  spans: ReadonlyMap<string, Span>,
  calls: readonly Pick<CloudCall, "urn" | "simulatedSeconds">[],
): Duration {
  const inCloud = new Map(calls.map(({ urn, simulatedSeconds }) => [urn, simulatedSeconds]));
  const components = new Set(resources.filter(({ id }) => id === undefined).map(({ urn }) => urn));
  const secondsOf = (urn: string): number => {
    const span = spans.get(urn);
    // A component is there at once; its event ends with its last child.
    if (span === undefined || components.has(urn)) return 0;
    return inCloud.get(urn) ?? (span.ended - span.begun) / 1000;
  };
  const worked = resources.filter(({ urn }) => spans.has(urn) && !components.has(urn));
  const order = [...worked].sort((a, b) => begun(spans, a) - begun(spans, b));
  const ends = new Map<string, number>();
  const late: { urn: string; after: string }[] = [];
  for (const resource of order) {
    const needed = leavesOf(resource, resources).filter((urn) => ends.has(urn));
    const ready = Math.max(0, ...needed.map((urn) => spans.get(urn)?.ended ?? 0));
    let start = Math.max(0, ...needed.map((urn) => ends.get(urn) ?? 0));
    const isSlow = (urn: string) => (inCloud.get(urn) ?? 0) >= slow;
    const candidates = isSlow(resource.urn) ? [...ends.keys()].filter(isSlow) : [];
    const blamed = waitedFor(begun(spans, resource), ready, candidates, spans);
    if (blamed !== undefined && (ends.get(blamed) ?? 0) > start) {
      start = ends.get(blamed) ?? 0;
      late.push({ urn: resource.urn, after: blamed });
    }
    ends.set(resource.urn, start + secondsOf(resource.urn));
  }
  const chain = longestChain(resources, secondsOf);
  const seconds = Math.max(0, ...ends.values());
  return { seconds, chain, ratio: chain.seconds === 0 ? 1 : seconds / chain.seconds, late };
}

const begun = (spans: ReadonlyMap<string, Span>, { urn }: StateResource): number => spans.get(urn)?.begun ?? 0;

/** Dependencies through components, which are there at once, to what they wait for themselves. */
function leavesOf(resource: StateResource, resources: readonly StateResource[]): readonly string[] {
  const parents = new Set<string>();
  for (let urn = resource.parent; urn !== undefined; urn = resources.find((each) => each.urn === urn)?.parent)
    parents.add(urn);
  return waitsFor(resource).filter((urn) => !parents.has(urn));
}

/** What was under way when the resource was ready to begin, and ended right before it did begin, much later. */
function waitedFor(
  at: number,
  ready: number,
  candidates: readonly string[],
  spans: ReadonlyMap<string, Span>,
): string | undefined {
  if (at - ready <= tolerance) return undefined;
  return candidates.find((urn) => {
    const span = spans.get(urn);
    return span !== undefined && span.begun <= ready + tolerance && span.ended <= at && at - span.ended <= promptly;
  });
}
