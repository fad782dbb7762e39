import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import lockfile from "proper-lockfile";
import type { ControlPlaneFacts, Entity } from "./model";

/** The account before anything is made in it, and how it behaves. A cloud adds whose it is and who calls. */
export interface AccountOptions {
  /** Zones of the region that stacks are in; at most six. */
  readonly zones: number;
  /** Machine types that are to be had in no zone, or in one zone fewer: `{ "i7ie.large": "region" }`. */
  readonly without: Readonly<Record<string, "region" | "lastZone">>;
  /** Limits by the cloud's own codes. */
  readonly quotas: Readonly<Record<string, number>>;
  /** Simulated seconds in one real second. */
  readonly speed: number;
  readonly controlPlane: ControlPlaneFacts;
  /** Zones that are gone: nothing starts in them. Default none. */
  readonly lost?: readonly string[];
}

/** One request to the cloud, for the report. */
export interface Call {
  /** `EC2:CreateSubnet` */
  readonly call: string;
  readonly token: string;
  readonly urn: string;
  readonly id?: string;
  /** What the cloud would have taken. */
  readonly simulatedSeconds: number;
  /** When the simulated work began and ended. Milliseconds since 1970. */
  readonly begun: number;
  readonly ended: number;
  readonly error?: string;
}

/**
 * The simulated account: a folder that outlives the processes of the provider, of which an update starts several. Values
 * that the SDK calls secret are never written.
 */
export class AccountFolder<O extends AccountOptions = AccountOptions> {
  private readonly state: string;
  private readonly settings: string;
  private readonly log: string;

  constructor(readonly folder: string) {
    this.state = join(folder, "account.json");
    this.settings = join(folder, "options.json");
    this.log = join(folder, "calls.jsonl");
  }

  /** Makes an empty account, or changes how the one that is there behaves. */
  prepare(options: O): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    write(this.settings, options);
    if (!existsSync(this.state)) write(this.state, []);
  }

  exists = (): boolean => existsSync(this.settings);

  options(): O {
    if (!this.exists()) throw new Error(`no simulated account is in ${this.folder}: a rehearsal makes one`);
    return JSON.parse(readFileSync(this.settings, "utf8")) as O;
  }

  entities = (): readonly Entity[] => JSON.parse(readFileSync(this.state, "utf8")) as Entity[];

  /** Changes the account; one process at a time. What `work` returns beside the entities is handed through. */
  async change<T>(work: (entities: readonly Entity[]) => readonly [readonly Entity[], T]): Promise<T> {
    const release = await lockfile.lock(this.state, {
      realpath: false,
      stale: 5000,
      update: 1000,
      retries: { retries: 400, minTimeout: 5, maxTimeout: 50, factor: 1.3 },
    });
    try {
      const [entities, result] = work(this.entities());
      write(this.state, entities);
      return result;
    } finally {
      await release();
    }
  }

  record(call: Call): void {
    appendFileSync(this.log, `${JSON.stringify(call)}\n`, { mode: 0o600 });
  }

  calls(): readonly Call[] {
    if (!existsSync(this.log)) return [];
    return readFileSync(this.log, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Call);
  }
}

function write(file: string, value: unknown): void {
  const part = `${file}.${process.pid}.part`;
  writeFileSync(part, JSON.stringify(value), { mode: 0o600 });
  renameSync(part, file);
}
