import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AwsError } from "./model";

/** What goes wrong with the calls that a pattern names, such as `EKS:CreateCluster` or `RDS:.*`. */
export interface Fault {
  readonly call: string;
  /** So many requests are answered with ThrottlingException, all calls together; the provider tries again by itself. */
  readonly throttle?: number;
  /** So many requests fail for good. */
  readonly fail?: { readonly times: number; readonly code: string; readonly message: string };
  /** Times that AWS takes longer. */
  readonly slow?: number;
  /** So many times the provider's process ends while AWS is at work. */
  readonly end?: number;
}

/** What a call meets: seconds more, times longer, and whether the process ends in the middle. */
export interface Met {
  readonly seconds: number;
  readonly times: number;
  readonly ends: boolean;
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html; the provider's default is 25. */
const attempts = 25;
const backoff = (attempt: number): number => Math.min(20, 2 ** attempt * 0.1);

const fileOf = (folder: string): string => join(folder, "faults.json");

export function writeFaults(folder: string, faults: readonly Fault[]): void {
  writeFileSync(`${fileOf(folder)}.part`, JSON.stringify(faults));
  renameSync(`${fileOf(folder)}.part`, fileOf(folder));
}

export const readFaults = (folder: string): readonly Fault[] =>
  existsSync(fileOf(folder)) ? (JSON.parse(readFileSync(fileOf(folder), "utf8")) as Fault[]) : [];

/** Uses up what is in store for a call. Synchronous, so that no other call of this process comes between. */
export function meet(folder: string, call: string): Met {
  const faults = readFaults(folder);
  const at = faults.findIndex((fault) => new RegExp(`^${fault.call}$`).test(call) && isLeft(fault));
  const fault = faults[at];
  if (fault === undefined) return { seconds: 0, times: 1, ends: false };
  const put = (changed: Fault) => writeFaults(folder, [...faults.slice(0, at), changed, ...faults.slice(at + 1)]);
  if (fault.fail !== undefined && fault.fail.times > 0) {
    put({ ...fault, fail: { ...fault.fail, times: fault.fail.times - 1 } });
    throw new AwsError(fault.fail.code, fault.fail.message);
  }
  if (fault.end !== undefined && fault.end > 0) {
    put({ ...fault, end: fault.end - 1 });
    return { seconds: 0, times: 1, ends: true };
  }
  const throttled = Math.min(fault.throttle ?? 0, attempts);
  if (fault.throttle !== undefined) put({ ...fault, throttle: fault.throttle - throttled });
  if (throttled === attempts) throw new AwsError("ThrottlingException", `Rate exceeded (${attempts} attempts)`);
  const seconds = Array.from({ length: throttled }, (_, attempt) => backoff(attempt)).reduce(
    (sum, wait) => sum + wait,
    0,
  );
  return { seconds, times: fault.slow ?? 1, ends: false };
}

const isLeft = ({ throttle = 0, fail, slow = 1, end = 0 }: Fault): boolean =>
  throttle > 0 || (fail?.times ?? 0) > 0 || slow !== 1 || end > 0;
