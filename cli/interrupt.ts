import { constants } from "node:os";
import { endOwnAtOnce } from "../sandbox/rehearsal/remains";
import type { Progress } from "../sandbox/tools/progress";

export interface Interruption {
  /** Aborted once somebody wants the rehearsal to end. */
  readonly signal: AbortSignal;
  /** Ends this process as interrupted, where it was, after everything was taken down. */
  endIfAsked(): void;
}

/** npm passes a Ctrl-C on to a process that has it from the terminal already: within this time it is one wish. */
const sameWishMs = 500;

/**
 * The first Ctrl-C, or `kill`, ends the rehearsal in order, the next one at once. So does a terminal that is closed: nobody is
 * there any more to be told.
 */
export function onInterrupt(progress: Progress): Interruption {
  const ending = new AbortController();
  let first: { readonly at: number; readonly code: number } | undefined;
  const wish = (name: NodeJS.Signals) => {
    const at = Date.now();
    if (first === undefined) {
      first = { at, code: exitCode(name) };
      progress.note(
        "Interrupted: the step under way ends, then the sandbox is taken down. Ctrl-C again ends all at once.",
      );
      ending.abort();
    } else if (at - first.at > sameWishMs) {
      progress.note(`Ended at once: ${endOwnAtOnce()} processes, and what the rehearsal kept.`);
      process.exit(exitCode(name));
    }
  };
  process.on("SIGINT", wish).on("SIGTERM", wish);
  process.on("SIGHUP", (name) => {
    endOwnAtOnce();
    process.exit(exitCode(name));
  });
  return {
    signal: ending.signal,
    endIfAsked: () => {
      if (first === undefined) return;
      // Nothing to do, unless the sandbox could not be taken down in order.
      endOwnAtOnce();
      progress.note("The rehearsal was interrupted; nothing of it is left.");
      process.exit(first.code);
    },
  };
}

/** As a shell reports a process that a signal has ended: 130 for Ctrl-C. */
const exitCode = (name: NodeJS.Signals): number => 128 + constants.signals[name];
