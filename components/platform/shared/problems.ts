import type { Problem } from "../../lib/errors";

/** One problem, as a list, so that checks can be strung together. */
export const at = (key: string, problem: string, remedy: string): readonly Problem[] => [{ key, problem, remedy }];
