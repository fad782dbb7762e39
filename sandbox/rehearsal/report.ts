import type { Chain } from "./chain";
import type { PodsReport, PoolNodes } from "./cluster";

/** What an update does that has nothing to do: a resource that is only looked up is read each time. */
export const unchanged: readonly string[] = ["same", "read"];

/** What a rehearsal found, as data. */
export interface RehearsalReport {
  readonly stack: string;
  /** For people: `AWS`. */
  readonly cloud: string;
  readonly preset: string;
  readonly speed: number;
  readonly up: UpReport;
  readonly nodes: readonly NodesReport[];
  readonly pods: PodsReport;
  /** What the second `up` did: `{ same: 200 }`. */
  readonly second: Readonly<Record<string, number>>;
  readonly protection: { readonly unprotected: readonly string[]; readonly staticKeys: readonly string[] };
  readonly scenarios: readonly ScenarioReport[];
  readonly destroy?: DestroyReport;
  readonly seconds: number;
  /** What is not as it has to be, in sentences; empty after a clean rehearsal. */
  readonly problems: readonly string[];
}

export interface UpReport {
  /** Real seconds. */
  readonly seconds: number;
  readonly resources: Readonly<Record<string, number>>;
  /** What the preview announced and the update did not do, and the other way round. */
  readonly previewDiffers: readonly string[];
  /** Simulated seconds until every pod was Ready, and of the longest chain of dependencies. */
  readonly simulatedSeconds: number;
  readonly chain: Chain;
  readonly ratio: number;
  /** What waited for something that it does not depend on: `Instance db after Cluster main`. */
  readonly late: readonly string[];
  readonly warnings: readonly string[];
  /** Requests that the cloud refused and that the provider or a second `up` got over. */
  readonly failedCalls: readonly string[];
}

export interface NodesReport extends PoolNodes {
  /** Least number of nodes that the pods fit on, packed tightly. */
  readonly bound: number;
  /** Of them, those that the autoscaler had to add at the minimum, because the scheduler spreads and does not pack. */
  readonly added: number;
}

export interface ScenarioReport {
  readonly name: string;
  readonly seconds: number;
  /** What happened, in sentences. */
  readonly said: readonly string[];
  readonly problems: readonly string[];
}

export interface DestroyReport {
  readonly seconds: number;
  /** Whether a protected stack refused to go before it was made disposable; absent for one that was. */
  readonly refusedAtFirst?: boolean;
  /** What is still in the account: `rds Snapshot logfire-final`. */
  readonly left: readonly string[];
  /** What the cloud keeps whoever asks, or the stack lets go on purpose, with the reason. */
  readonly kept: readonly string[];
  /** What was the owner's, and went with the stack. */
  readonly ownersGone: readonly string[];
}
