/** One thing that is wrong with what the user wrote. */
export interface Problem {
  /** Path of the key as the user writes it: `workloads.logfire-ff-query-api.memoryGib`. */
  readonly key: string;
  /** What is wrong, with the value unless it is a secret: `"16 gigs" is not a number of GiB`. */
  readonly problem: string;
  /** What to write instead: `write 16`. */
  readonly remedy: string;
}

/** Everything that is wrong, in one error without a stack trace: a user's mistake is not a crash. */
export class ProblemsError extends Error {
  constructor(
    readonly subject: string,
    readonly problems: readonly Problem[],
  ) {
    super([`${subject}:`, ...problems.map(({ key, problem, remedy }) => `  ${key}: ${problem}; ${remedy}`)].join("\n"));
    this.name = "ProblemsError";
    this.stack = this.message;
  }
}

/** Throws all problems at once; returns where there are none. */
export function failOn(subject: string, problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ProblemsError(subject, problems);
}
