import type * as pulumi from "@pulumi/pulumi";
import type { DnsRecord, Platform } from "../../platform/contract";
import type { LogfireSettings } from "../../settings/types";
import { reservedAddresses } from "./common";

/**
 * Writes the records, where the platform can and where the addresses are reserved, so that they are known before there
 * is a load balancer. Returns whether it does: nothing but plain facts decides.
 */
export function registerRecords(
  component: string,
  { settings, platform }: { readonly settings: LogfireSettings; readonly platform: Platform },
  opts: pulumi.CustomResourceOptions,
): boolean {
  const { write } = platform.edge.zone ?? {};
  const addresses = reservedAddresses(settings, platform.edge);
  if (write === undefined || addresses.length === 0) return false;
  for (const name of settings.hostnames) {
    const record: DnsRecord = { name, type: "A", values: addresses };
    write(component, record, opts);
  }
  return true;
}
