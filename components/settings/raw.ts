import type { Problem } from "../lib/errors";

/** Stands for a value that is encrypted in the stack's file: it is given, and nothing more is known. */
export class Encrypted {
  toJSON(): string {
    return "[encrypted]";
  }
}

/** A stack's configuration before it is understood. */
export interface RawConfig {
  /** By key, without the project's name in front; objects and lists as such. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Keys that are encrypted, in whole or in part. */
  readonly secretKeys: ReadonlySet<string>;
  /**
   * Paths in plain text below an encrypted key. Only a stack's file shows them: to the program, the engine marks the
   * whole key as secret.
   */
  readonly plainBelowSecrets?: readonly string[];
  /** For the headline of errors: `stack "prod"`. */
  readonly origin?: string;
  /** What is known to be wrong already, to be said with the rest. */
  readonly problems?: readonly Problem[];
  /** The same problem in the words of who wrote the configuration, where that is no stack's file. */
  readonly inOwnTerms?: (problem: Problem) => Problem;
}
