import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CloudError } from "./model";
import type { Retries } from "./simulation";

/** What goes wrong with the calls that a pattern names, such as `EKS:CreateCluster` or `RDS:.*`. */
export interface Fault {
  readonly call: string;
  /** So many requests are answered with "too many", all calls together; the provider tries again by itself. */
  readonly throttle?: number;
  /** So many requests fail for good. */
  readonly fail?: { readonly times: number; readonly code: string; readonly message: string };
  /** Times that the cloud takes longer. */
  readonly slow?: number;
  /** So many times the provider's process ends while the cloud is at work. */
  readonly end?: number;
}

/** What a call meets. */
export interface Met {
  /** Spent on trying again. */
  readonly seconds: number;
  /** Longer than usual. */
  readonly times: number;
  /** The process ends in the middle. */
  readonly ends: boolean;
  /** Refused as one too many as often as the provider tries. */
  readonly throttled: boolean;
}

const nothing: Met = { seconds: 0, times: 1, ends: false, throttled: false };

const fileOf = (folder: string): string => join(folder, "faults.json");

export function writeFaults(folder: string, faults: readonly Fault[]): void {
  writeFileSync(`${fileOf(folder)}.part`, JSON.stringify(faults));
  renameSync(`${fileOf(folder)}.part`, fileOf(folder));
}

export const readFaults = (folder: string): readonly Fault[] =>
  existsSync(fileOf(folder)) ? (JSON.parse(readFileSync(fileOf(folder), "utf8")) as Fault[]) : [];

/** Uses up what is in store for a call. Synchronous, so that no other call of this process comes between. */
export function meet(folder: string, call: string, { attempts, backoff }: Retries): Met {
  const faults = readFaults(folder);
  const at = faults.findIndex((fault) => new RegExp(`^${fault.call}$`).test(call) && isLeft(fault));
  const fault = faults[at];
  if (fault === undefined) return nothing;
  const put = (changed: Fault) => writeFaults(folder, [...faults.slice(0, at), changed, ...faults.slice(at + 1)]);
  if (fault.fail !== undefined && fault.fail.times > 0) {
    put({ ...fault, fail: { ...fault.fail, times: fault.fail.times - 1 } });
    throw new CloudError(fault.fail.code, fault.fail.message);
  }
  if (fault.end !== undefined && fault.end > 0) {
    put({ ...fault, end: fault.end - 1 });
    return { ...nothing, ends: true };
  }
  const throttled = Math.min(fault.throttle ?? 0, attempts);
  if (fault.throttle !== undefined) put({ ...fault, throttle: fault.throttle - throttled });
  if (throttled === attempts) return { ...nothing, throttled: true };
  const seconds = Array.from({ length: throttled }, (_, attempt) => backoff(attempt)).reduce(
    (sum, wait) => sum + wait,
    0,
  );
  return { ...nothing, seconds, times: fault.slow ?? 1 };
}

const isLeft = ({ throttle = 0, fail, slow = 1, end = 0 }: Fault): boolean =>
  throttle > 0 || (fail?.times ?? 0) > 0 || slow !== 1 || end > 0;
