import type { LogfireSettings } from "../../../settings/types";
import { plainName } from "../../shared/names";
import { limits, type Names } from "../names";
import type { GatewayParts } from "../nativeManifests";

type Exposure = LogfireSettings["edge"]["exposure"];

/**
 * Of everything in front of the Gateway that there is one of. A load balancer is of one kind for life: what is in front of
 * the other kind is made before this one goes.
 */
export const nativeName = (names: Names, exposure: Exposure): string => names.of(limits.resource, "native", exposure);

/** Most of a hostname that leaves room in a name for the stack: `<a letter>-<six digits of a hash>-native-`. */
const longestHostname = limits.resource - "l-0a1b2c-native-".length;

/** A hostname as part of a name; a long one is cut, and keeps the hash that it ends with. */
function partOf(hostname: string): string {
  const plain = plainName(hostname);
  if (plain.length <= longestHostname) return plain;
  const hash = plain.slice(-"-0a1b2c".length);
  return `${plain.slice(0, longestHostname - hash.length).replace(/-+$/, "")}${hash}`;
}

/** Of what there is one of for each hostname: the certificate, its proof, its entry in the map. */
export const certificateName = (names: Names, hostname: string): string =>
  names.of(limits.resource, "native", partOf(hostname));

/** What the Gateway's objects name, which is known before any of it is there. */
export function gatewayParts(
  names: Names,
  { edge: { exposure, sourceRanges }, hostnames }: Pick<LogfireSettings, "edge" | "hostnames">,
): GatewayParts {
  const native = nativeName(names, exposure);
  return {
    exposure,
    address: native,
    // A load balancer inside the network takes no map.
    certificates:
      exposure === "public"
        ? { map: native }
        : { names: hostnames.map((hostname) => certificateName(names, hostname)) },
    sslPolicy: native,
    ...(sourceRanges.length === 0 ? {} : { securityPolicy: native }),
  };
}
