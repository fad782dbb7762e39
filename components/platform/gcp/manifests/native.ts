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

/** Of what there is one of for each hostname: the certificate, its proof, its entry in the map. */
export const certificateName = (names: Names, hostname: string): string =>
  names.of(limits.resource, "native", plainName(hostname));

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
