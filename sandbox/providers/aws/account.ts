import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import lockfile from "proper-lockfile";
import type { Entity, View, Zone } from "./model";

/** The account before anything is made in it, and how it behaves. */
export interface AccountOptions {
  /** Twelve digits. */
  readonly accountId: string;
  /** ARN of who deploys. */
  readonly caller: string;
  /** Zones of the region that stacks are in; at most six. */
  readonly zones: number;
  /** Machine types that are to be had in no zone, or in one zone fewer: `{ "i7ie.large": "region" }`. */
  readonly without: Readonly<Record<string, "region" | "lastZone">>;
  /** Limits by code, as Service Quotas answers them. */
  readonly quotas: Readonly<Record<string, number>>;
  /** Simulated seconds in one real second. */
  readonly speed: number;
  readonly controlPlane: View["controlPlane"];
  /** Zones that are gone: nothing starts in them. Default none. */
  readonly lost?: readonly string[];
}

/** Limits of an account that runs things already. A new one has 5 vCPUs. */
export const usualOptions: Omit<AccountOptions, "controlPlane"> = {
  accountId: "123456789012",
  caller: "arn:aws:sts::123456789012:assumed-role/deployer/rehearsal",
  zones: 3,
  without: {},
  quotas: { "L-1216C47A": 640, "L-0263D0A3": 5, "L-F678F1CE": 5, "L-FE5A380F": 5 },
  speed: 100,
};

/** One request to AWS, for the report. */
export interface Call {
  readonly call: string;
  readonly token: string;
  readonly urn: string;
  readonly id?: string;
  /** What AWS would have taken. */
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
export class AccountFolder {
  private readonly state: string;
  private readonly settings: string;
  private readonly log: string;

  constructor(readonly folder: string) {
    this.state = join(folder, "account.json");
    this.settings = join(folder, "options.json");
    this.log = join(folder, "calls.jsonl");
  }

  /** Makes an empty account, or changes how the one that is there behaves. */
  prepare(options: AccountOptions): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    write(this.settings, options);
    if (!existsSync(this.state)) write(this.state, []);
  }

  exists = (): boolean => existsSync(this.settings);

  options(): AccountOptions {
    if (!this.exists()) throw new Error(`no simulated account is in ${this.folder}: a rehearsal makes one`);
    return JSON.parse(readFileSync(this.settings, "utf8")) as AccountOptions;
  }

  entities = (): readonly Entity[] => JSON.parse(readFileSync(this.state, "utf8")) as Entity[];

  view(region: string, entities = this.entities()): View {
    const { accountId, caller, quotas, controlPlane, zones, without, lost = [] } = this.options();
    return {
      ...{ accountId, caller, quotas, controlPlane, region, entities },
      partition: partitionOf(region),
      now: Date.now(),
      zones: zonesOf(region, zones, without, lost),
      of: (token) => entities.filter((entity) => entity.token === token),
    };
  }

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

/** Where the account of one sandbox is. */
export const accountFolder = (stateDir: string): AccountFolder => new AccountFolder(join(stateDir, "aws"));

export const partitionOf = (region: string): string =>
  region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";

function zonesOf(
  region: string,
  count: number,
  without: AccountOptions["without"],
  lost: readonly string[],
): readonly Zone[] {
  const short = region.replaceAll(/([a-z])[a-z]*-/g, "$1");
  return Array.from({ length: count }, (_, at) => ({
    name: `${region}${"abcdef".charAt(at)}`,
    lost: lost.includes(`${region}${"abcdef".charAt(at)}`),
    id: `${short}-az${at + 1}`,
    without: Object.entries(without).flatMap(([type, where]) => (where === "region" || at === count - 1 ? [type] : [])),
  }));
}

function write(file: string, value: unknown): void {
  const part = `${file}.${process.pid}.part`;
  writeFileSync(part, JSON.stringify(value), { mode: 0o600 });
  renameSync(part, file);
}
