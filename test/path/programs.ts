import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { findEnvoy } from "../support/python";
import { placeFor, type Found, type Place } from "../config/programs";

/** The real programs of the path. */
export interface Programs {
  readonly haproxy: Place;
  readonly envoy: string;
  /** Envoy Gateway's own translator. */
  readonly egctl: string;
}

/** The translator as installed by the caller, or by `LOGFIRE_EGCTL`, or from PATH. */
export async function findPrograms(installedEgctl?: string): Promise<Found<Programs>> {
  const [haproxy, envoy, egctl] = [await placeFor("haproxy"), await findEnvoy(), findEgctl(installedEgctl)];
  const missing = [haproxy, envoy, egctl].flatMap((result) => ("missing" in result ? [result.missing] : []));
  return "found" in haproxy && "found" in envoy && "found" in egctl
    ? { found: { haproxy: haproxy.found, envoy: envoy.found, egctl: egctl.found } }
    : { missing: missing.join("; ") };
}

export function findEgctl(installed: string | undefined): Found<string> {
  if (installed !== undefined) return { found: installed };
  const given = process.env["LOGFIRE_EGCTL"];
  if (given !== undefined)
    return existsSync(given) ? { found: given } : { missing: `LOGFIRE_EGCTL=${given} is not there` };
  const which = spawnSync("sh", ["-c", "command -v egctl"], { encoding: "utf8" });
  return which.status === 0
    ? { found: which.stdout.trim() }
    : { missing: "there is no egctl on PATH and LOGFIRE_EGCTL is not set" };
}
