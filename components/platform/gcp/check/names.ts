import type { Problem } from "../../../lib/errors";
import type { GcpPlatformSettings } from "../../../settings/gcp/types";
import { at } from "../../shared/problems";
import type { CheckedFacts } from "./types";

/** An adopted zone is the one that the settings name, and the world sees it. */
export const checkManagedZone = ({ dns }: GcpPlatformSettings, { managedZone }: CheckedFacts): readonly Problem[] => {
  if (dns.kind !== "existing" || managedZone === undefined) return [];
  const name = managedZone.dnsName.replace(/\.$/, "");
  if (name !== dns.name)
    return at(
      "gcp.dns.existing",
      `${dns.zone} is the zone "${name}", not "${dns.name}"`,
      "write the zone's own name, and what Cloud DNS calls it",
    );
  return managedZone.visibility === "public"
    ? []
    : at(
        "gcp.dns.existing",
        `${dns.zone} is ${managedZone.visibility}`,
        "write a public zone, or gcp.dns.manage: false",
      );
};
