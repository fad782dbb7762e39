import type { AccountOptions } from "./account";

export interface Zone {
  readonly name: string;
  /** Where zones have a second name that is the same for every account: `euw1-az1`. */
  readonly id: string;
  /** Machine types that are not to be had in it. */
  readonly without: readonly string[];
  /** Gone for now: it is still listed, and nothing starts in it. */
  readonly lost: boolean;
}

/** The zones of a region as the account's options have them; `named` names the one at a place, counted from 0. */
export function zonesOf(
  { zones, without, lost = [] }: Pick<AccountOptions, "zones" | "without" | "lost">,
  named: (at: number) => { readonly name: string; readonly id?: string },
): readonly Zone[] {
  return Array.from({ length: zones }, (_, at) => {
    const { name, id = name } = named(at);
    const missing = Object.entries(without).flatMap(([type, where]) =>
      where === "region" || at === zones - 1 ? [type] : [],
    );
    return { name, id, without: missing, lost: lost.includes(name) };
  });
}
