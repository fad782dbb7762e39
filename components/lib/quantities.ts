const binary: Readonly<Record<string, number>> = { Ki: 1 / 1024, Mi: 1, Gi: 1024, Ti: 1024 ** 2 };

/** A Kubernetes memory or storage quantity with a binary suffix, in MiB. `"1Gi"` -> `1024`. */
export function toMib(quantity: string): number {
  const match = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|Ti)$/.exec(quantity);
  const factor = match?.[2] === undefined ? undefined : binary[match[2]];
  if (match?.[1] === undefined || factor === undefined)
    throw new Error(`"${quantity}" is not a quantity such as 512Mi or 1.5Gi`);
  return Number(match[1]) * factor;
}

/** A Kubernetes CPU quantity in millicores. `"250m"` -> `250`, `"1.5"` -> `1500`. */
export function toMillis(quantity: string): number {
  const match = /^(\d+(?:\.\d+)?)(m?)$/.exec(quantity);
  if (match?.[1] === undefined) throw new Error(`"${quantity}" is not a CPU quantity such as 250m or 2`);
  return match[2] === "m" ? Number(match[1]) : Math.round(Number(match[1]) * 1000);
}

/** MiB in the shortest exact form. `1024` -> `"1Gi"`, `96` -> `"96Mi"`. */
export const formatMib = (mib: number): string => (mib % 1024 === 0 ? `${mib / 1024}Gi` : `${mib}Mi`);

/** Millicores in the shortest exact form. `2000` -> `"2"`, `250` -> `"250m"`. */
export const formatMillis = (millis: number): string => (millis % 1000 === 0 ? `${millis / 1000}` : `${millis}m`);
