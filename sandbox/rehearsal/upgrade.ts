import type { UpgradeStep } from "./cloud";
import { nameOf } from "./state";
import type { Span } from "./timeline";

type Spans = ReadonlyMap<string, Span>;

interface Moment {
  readonly name: string;
  readonly span: Span;
}

/** What was changed, each in the first step that it belongs to. */
function byStep(steps: readonly UpgradeStep[], spans: Spans): readonly (readonly Moment[])[] {
  const moments = [...spans].map(([urn, span]) => ({ name: nameOf(urn), span }));
  const stepOf = ({ name }: Moment) => steps.findIndex(({ resources }) => resources.test(name));
  return steps.map((_, at) => moments.filter((moment) => stepOf(moment) === at));
}

/** What began before all of the steps before its own had ended, and steps in which nothing was changed. */
export function outOfOrder(steps: readonly UpgradeStep[], spans: Spans): readonly string[] {
  const moments = byStep(steps, spans);
  return steps.flatMap(({ what }, at) => {
    const own = moments[at] ?? [];
    if (own.length === 0) return [`the update changed nothing of: ${what}`];
    const before = moments.slice(0, at).flat();
    return own.flatMap(({ name, span }) => {
      const unfinished = before.find((other) => other.span.ended > span.begun);
      return unfinished === undefined ? [] : [`${name} was changed before ${unfinished.name} was through`];
    });
  });
}

/** `1 control plane, then 2 nodes` */
export const orderSaid = (steps: readonly UpgradeStep[], spans: Spans): string =>
  byStep(steps, spans)
    .map((moments, at) => `${moments.length} ${steps[at]?.what ?? ""}`)
    .join(", then ");
