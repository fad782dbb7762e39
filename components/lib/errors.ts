import { distance } from "fastest-levenshtein";

/** One thing that is wrong with what the user wrote. */
export interface Problem {
  /** Path of the key as the user writes it: `workloads.logfire-ff-query-api.memoryGib`. */
  readonly key: string;
  /** What is wrong, with the value unless it is a secret: `"16 gigs" is not a number of GiB`. */
  readonly problem: string;
  /** What to write instead: `write 16`. */
  readonly remedy: string;
}

/** An error whose message says everything a user needs. It has no stack trace: a mistake, or a port in use, is no crash. */
export class UserError extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
    this.stack = message;
  }
}

/** Everything that is wrong, in one error. */
export class ProblemsError extends UserError {
  /** What the engine knows its `RunError` by: it then prints the message alone, without calling it unhandled. */
  readonly __pulumiRunError = true;

  constructor(
    readonly subject: string,
    readonly problems: readonly Problem[],
  ) {
    super([`${subject}:`, ...problems.map(({ key, problem, remedy }) => `  ${key}: ${problem}; ${remedy}`)].join("\n"));
  }
}

/** Throws all problems at once; returns where there are none. */
export function failOn(subject: string, problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ProblemsError(subject, problems);
}

/** The candidate that a misspelt word most likely means; none where nothing is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  const scored = candidates.map((candidate) => ({ candidate, score: distanceTo(wanted, candidate.toLowerCase()) }));
  const best = scored.sort((left, right) => left.score - right.score)[0];
  return best !== undefined && best.score <= Math.max(1, Math.floor(word.length / 3)) ? best.candidate : undefined;
}

/** A whole part left out at the front is a slip as well: `query-api` means `logfire-ff-query-api`. */
function distanceTo(word: string, candidate: string): number {
  if (word.length > 2 && candidate.endsWith(`-${word}`)) return 0.5;
  const apart = distance(word, candidate);
  // Two letters the wrong way round are one slip, which the distance counts as two.
  return apart === 2 && letters(word) === letters(candidate) ? 1 : apart;
}

const letters = (word: string): string => [...word].sort().join("");

/** What to write instead of a word that is none of the candidates. */
export function suggest(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === undefined ? `choose from ${candidates.join(", ")}` : `did you mean ${near}?`;
}
