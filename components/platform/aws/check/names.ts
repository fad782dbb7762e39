import type { Problem } from "../../../lib/errors";
import type { AwsPlatformSettings } from "../../../settings/typesAws";
import { at, type CheckedFacts, type PlannedSettings } from "./types";

const liesIn = (name: string, zone: string) => name === zone || name.endsWith(`.${zone}`);

export function checkHostnames({ platform: { dns }, logfire: { hostnames } }: PlannedSettings): readonly Problem[] {
  if (dns.kind === "none") return [];
  const key = hostnames.length === 1 ? "hostname" : "hostnames";
  const where = dns.kind === "create" ? "aws.dns.zone" : "aws.dns.existing.name";
  return hostnames
    .filter((name) => !liesIn(name, dns.name))
    .flatMap((name) =>
      at(
        key,
        `"${name}" does not lie in the zone "${dns.name}"`,
        `write a name such as logfire.${dns.name}, or a zone that holds every hostname as ${where}`,
      ),
    );
}

/** An adopted zone is the one that the settings name. */
export const checkHostedZone = ({ dns }: AwsPlatformSettings, { hostedZone }: CheckedFacts): readonly Problem[] => {
  if (dns.kind !== "existing" || hostedZone === undefined) return [];
  const name = hostedZone.name.replace(/\.$/, "");
  return name === dns.name
    ? []
    : at(
        "aws.dns.existing",
        `${dns.zoneId} is the zone "${name}", not "${dns.name}"`,
        "write the zone's own name and id",
      );
};
