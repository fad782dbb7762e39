import type { Call } from "../providers/aws/account";
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

/**
 * Seconds that an update would have taken on AWS: time in which simulated AWS was at work counts as long as AWS takes,
 * all other time as it was. `speed`: simulated seconds in a real one.
 */
export function simulatedSeconds(calls: readonly Call[], speed: number, from: number, to: number): number {
  const busy = union(
    calls.map(({ begun, simulatedSeconds: seconds }) => [
      Math.max(from, begun),
      Math.min(to, begun + (seconds * 1000) / speed),
    ]),
  );
  return (busy * speed + (to - from - busy)) / 1000;
}

/** Milliseconds that at least one of the spans covers. */
function union(spans: readonly (readonly [number, number])[]): number {
  let [covered, end] = [0, -Infinity];
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    if (to > Math.max(from, end)) covered += to - Math.max(from, end);
    end = Math.max(end, to);
  }
  return covered;
}

export interface Duration {
  readonly seconds: number;
  readonly chain: Chain;
  /** How much longer than the chain: 1 is as fast as dependencies allow. */
  readonly ratio: number;
}

/** How an update compares with its longest chain; resources that it did not touch take no time. */
export function durationOf(
  resources: readonly StateResource[],
  spans: ReadonlyMap<string, Span>,
  calls: readonly Call[],
  speed: number,
): Duration {
  const all = [...spans.values()];
  const [from, to] = [Math.min(...all.map(({ begun }) => begun)), Math.max(...all.map(({ ended }) => ended))];
  const onAws = new Map(calls.map(({ urn, simulatedSeconds: seconds }) => [urn, seconds]));
  const components = new Set(resources.filter(({ id }) => id === undefined).map(({ urn }) => urn));
  const chain = longestChain(resources, (urn) => {
    const span = spans.get(urn);
    // A component is there at once; its event ends with its last child.
    if (span === undefined || components.has(urn)) return 0;
    return onAws.get(urn) ?? (span.ended - span.begun) / 1000;
  });
  const seconds = simulatedSeconds(calls, speed, from, to);
  return { seconds, chain, ratio: chain.seconds === 0 ? 1 : seconds / chain.seconds };
}
