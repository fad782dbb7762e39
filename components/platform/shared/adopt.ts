import type { Problem } from "../../lib/errors";
import { parseRange } from "./ranges";

/** How a program's own parts of one cloud come into its configuration. */
export interface Adopting<A> {
  /** What the configuration below the cloud's name has to say. */
  adoptedConfiguration(adopt: A): Readonly<Record<string, unknown>>;
  /** What is wrong with the parts by themselves. */
  problemsIn(adopt: A): readonly Problem[];
  /** A problem of a part that was handed over, under the name that it was handed over by. */
  inAdoptedTerms(adopt: A): (found: Problem) => Problem;
}

// Programs in JavaScript have no compiler that would tell them what is wrong with a part.

const problem = (key: string, what: string, remedy: string): Problem => ({ key, problem: what, remedy });

/** Text that decides which resources there will be, and so has to be known now. */
export function plainProblems(key: string, value: unknown, what: string): readonly Problem[] {
  if (typeof value === "string") return value === "" ? [problem(key, "is empty", `write ${what}`)] : [];
  return [problem(key, "is not plain text, and what is made depends on it", `write ${what}, itself and no output`)];
}

export function rangeProblems(key: string, cidr: unknown): readonly Problem[] {
  const plain = plainProblems(key, cidr, "the IPv4 range, such as 10.60.0.0/16");
  if (plain.length > 0 || typeof cidr !== "string") return plain;
  try {
    parseRange(cidr);
    return [];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return [problem(key, message, "write an IPv4 range such as 10.60.0.0/16")];
  }
}

/** A part stands beside the owner's own in the settings. */
export const besideProblem = (cloud: string, part: string): Problem =>
  problem(`adopt.${part}`, `stands beside ${cloud}.${part}.existing`, "keep one of them");

/** A problem under the name that its part was handed over by: `renamed` has adoption's names by those of the settings. */
export const inTermsOf =
  (renamed: Readonly<Record<string, string>>) =>
  (found: Problem): Problem => {
    const from = Object.keys(renamed).find((prefix) => found.key.startsWith(prefix));
    return from === undefined ? found : { ...found, key: `${renamed[from] ?? ""}${found.key.slice(from.length)}` };
  };
