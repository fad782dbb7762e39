import type { Problem } from "../../../lib/errors";
import type { AwsPlatformSettings } from "../../../settings/aws/types";
import { at } from "../../shared/problems";
import type { CheckedFacts } from "./types";

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
