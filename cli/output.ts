export { table } from "../sandbox/table";

// Two decimals, because a pod may ask for a quarter of a core; no more of them than the number has.
const rounded = (value: number): string => String(Math.round(value * 100) / 100);

export const cores = (millis: number): string => rounded(millis / 1000);
export const gib = (mib: number): string => rounded(mib / 1024);

/** `3`, or `3–12`. */
export const range = (min: number, max: number): string => (min === max ? String(min) : `${min}–${max}`);
