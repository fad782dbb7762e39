import pc from "picocolors";

/** Shows work that takes longer than a blink: one changing line on a terminal, plain lines anywhere else. */
export interface Progress {
  /** Begins a step; several may run at once. `expectedSeconds` is what it took before, for "of about". */
  step(text: string, expectedSeconds?: number): Step;
  /** A line of its own, not a step. */
  note(text: string): void;
  /** The steps begun on the result are counted, `[2/5] …`; the count is what the caller knows to come. */
  counted(count: number): Progress;
}

/** One step. `done`, `skip` or `fail` ends it; whatever comes after has no effect. */
export interface Step {
  /** What is being done right now, shown behind the step's text. */
  update(detail: string): void;
  done(result?: string): void;
  /** It came to nothing, and that is not a fault: there is another way. */
  skip(reason: string): void;
  fail(reason: string): void;
}

export interface ProgressOptions {
  /** Where to write. Default: standard error, so that a command's output can be piped. */
  readonly stream?: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
  /** Milliseconds between signs of life without a terminal. Default 30 000. */
  readonly heartbeat?: number;
  /** Milliseconds since some fixed moment. Default `Date.now`. */
  readonly now?: () => number;
}

/** `125` -> `2 min 05 s`, `4.26` -> `4.3 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

/** `4.3 s`; `1 min 10 s of about 2 min 25 s`; past that, no promise is made any more. */
export function formatElapsed(seconds: number, expected?: number): string {
  const elapsed = formatSeconds(seconds);
  if (expected === undefined) return elapsed;
  const usual = formatSeconds(expected);
  return seconds <= expected ? `${elapsed} of about ${usual}` : `${elapsed}, longer than the usual ${usual}`;
}

interface ActiveStep {
  readonly label: string;
  readonly expected: number | undefined;
  readonly begun: number;
  detail: string;
}

export function createProgress(options: ProgressOptions = {}): Progress {
  const screen = new Screen(options);
  return progressOn(screen, () => "");
}

/** Says nothing: for callers that have no one to tell. */
export const silentProgress: Progress = {
  step: () => ({ update: () => undefined, done: () => undefined, skip: () => undefined, fail: () => undefined }),
  note: () => undefined,
  counted: () => silentProgress,
};

function progressOn(screen: Screen, prefix: () => string): Progress {
  return {
    step: (text, expectedSeconds) => screen.begin(prefix() + text, expectedSeconds),
    note: (text) => screen.note(text),
    counted: (count) => {
      let begun = 0;
      return progressOn(screen, () => `[${++begun}/${count}] `);
    },
  };
}

class Screen {
  private readonly active = new Set<ActiveStep>();
  private readonly stream: NonNullable<ProgressOptions["stream"]>;
  private readonly now: () => number;
  private readonly interval: number;
  private timer: NodeJS.Timeout | undefined;

  constructor(options: ProgressOptions) {
    this.stream = options.stream ?? process.stderr;
    this.now = options.now ?? Date.now;
    this.interval = this.live ? 200 : (options.heartbeat ?? 30_000);
  }

  private get live(): boolean {
    return this.stream.isTTY === true;
  }

  begin(label: string, expected?: number): Step {
    const step: ActiveStep = { label, expected, begun: this.now(), detail: "" };
    this.active.add(step);
    if (!this.live) this.line(expected === undefined ? label : `${label} (about ${formatSeconds(expected)})`);
    this.timer ??= setInterval(() => this.tick(), this.interval).unref();
    this.draw();
    return {
      update: (detail) => {
        step.detail = detail;
      },
      done: (result) => this.end(step, pc.green("✓"), result),
      skip: (reason) => this.end(step, pc.dim("–"), reason),
      fail: (reason) => this.end(step, pc.red("✗"), reason),
    };
  }

  note(text: string): void {
    this.line(text);
    this.draw();
  }

  private end(step: ActiveStep, mark: string, result?: string): void {
    if (!this.active.delete(step)) return;
    const elapsed = formatSeconds((this.now() - step.begun) / 1000);
    this.line(`${mark} ${step.label}${result === undefined ? "" : `: ${result}`} ${pc.dim(`(${elapsed})`)}`);
    if (this.active.size === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
    }
    this.draw();
  }

  private tick(): void {
    if (this.live) this.draw();
    else for (const step of this.active) this.line(`  … ${this.describe(step)}`);
  }

  private describe(step: ActiveStep): string {
    const elapsed = formatElapsed((this.now() - step.begun) / 1000, step.expected);
    return `${step.label}, ${elapsed}${step.detail === "" ? "" : `, ${step.detail}`}`;
  }

  private line(text: string): void {
    this.stream.write(`${this.live ? "\r\u001b[K" : ""}${text}\n`);
  }

  private draw(): void {
    if (!this.live) return;
    const [first, ...others] = this.active;
    if (first === undefined) {
      this.stream.write("\r\u001b[K");
      return;
    }
    const more = others.length === 0 ? "" : ` (+ ${others.length} at once)`;
    // A line that wraps cannot be taken back, so it is cut to the terminal's width.
    const text = `${this.describe(first)}${more}`.slice(0, Math.max(20, (this.stream.columns ?? 80) - 1));
    this.stream.write(`\r\u001b[K${pc.dim(text)}`);
  }
}
