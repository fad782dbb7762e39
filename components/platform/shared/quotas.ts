/** A limit of an account, a project or a subscription in one region. */
export interface Quota {
  /** As the cloud's own interface calls it. */
  readonly code: string;
  readonly name: string;
  /** What a new one has. */
  readonly initial: number;
}

export type QuotaNeed<Q extends Quota = Quota> = Q & {
  /** When the stack comes up. */
  readonly least: number;
  /** With every autoscaler at its maximum. */
  readonly most: number;
  readonly arithmetic: string;
};

export interface QuotaOwner<Q extends Quota> {
  /** `account`, `project`, `subscription`. */
  readonly noun: string;
  /** How more is asked for: a command. */
  readonly ask: (need: QuotaNeed<Q>) => string;
}

/** Sentences about limits that are too low; `known` holds the owner's values by code. Empty where nothing is missing. */
export function quotaWarnings<Q extends Quota>(
  needs: readonly QuotaNeed<Q>[],
  known: Readonly<Record<string, number>>,
  { noun, ask }: QuotaOwner<Q>,
): readonly string[] {
  return needs.flatMap((need) => {
    const { code, name, least, most, arithmetic } = need;
    const has = known[code];
    if (has === undefined || has >= most) return [];
    const when = has < least ? "even to come up" : "at full scale";
    return [
      `${name} (${code}): the ${noun} has ${has}, and this stack needs ${has < least ? least : most} ${when} ` +
        `(${arithmetic}${least === most ? "" : ` = ${most} at the most, ${least} at the least`}), beside what else runs in it. Ask for more: ${ask(need)}`,
    ];
  });
}

/** Sentences about limits that nobody can be asked for, and that a new owner would exceed; `look` is a command that shows them. */
export const unknownQuotas = <Q extends Quota>(
  needs: readonly QuotaNeed<Q>[],
  known: Readonly<Record<string, number>>,
  { noun, ask, look }: QuotaOwner<Q> & { readonly look: (need: QuotaNeed<Q>) => string },
): readonly string[] =>
  needs
    .filter(({ code, most, initial }) => known[code] === undefined && most > initial)
    .map(
      (need) =>
        `${need.name} (${need.code}): a new ${noun} has ${need.initial}, and this stack needs ${need.least} to come up and ` +
        `${need.most} at the most (${need.arithmetic}), beside what else runs in it. What yours has: ${look(need)}. Ask for more: ${ask(need)}`,
    );

/** Machine types of the pools with their vCPUs, as a need: what `quota` limits. */
export function cpuNeed<Q extends Quota>(
  quota: Q,
  pools: readonly {
    readonly type: string;
    readonly minNodes: number;
    readonly maxNodes: number;
    readonly cpus: number;
    /** Nodes beside them while all are upgraded. Default: none. */
    readonly surge?: number;
  }[],
): QuotaNeed<Q> {
  const total = (nodes: (pool: (typeof pools)[number]) => number) =>
    pools.reduce((sum, pool) => sum + nodes(pool) * pool.cpus, 0);
  return {
    ...quota,
    least: total(({ minNodes }) => minNodes),
    most: total(({ maxNodes, surge = 0 }) => maxNodes + surge),
    arithmetic: pools
      .map(({ type, maxNodes, cpus, surge = 0 }) =>
        surge === 0 ? `${maxNodes} ${type} × ${cpus}` : `[${maxNodes} + ${surge} of an upgrade] ${type} × ${cpus}`,
      )
      .join(" + "),
  };
}
