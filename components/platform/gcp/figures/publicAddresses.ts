import type { LogfireSettings } from "../../../settings/types";
import type { GcpPlatformSettings } from "../../../settings/gcp/types";
import { balancerExposure } from "../../shared/exposure";

type Edge = Pick<LogfireSettings["edge"], "mode" | "exposure" | "gateway" | "sourceRanges">;

/** Static addresses in the region; an address that is not there is not made. */
export interface StaticAddresses {
  /** Public ones of Cloud NAT; 0 where Google hands out its own, as many as it takes. */
  readonly nat: number;
  readonly balancer: "external" | "internal" | "global" | "none";
}

/**
 * The load balancer has one static address, so that records can be written before it is there: in the region, or with
 * the mode `native` and for the public a global one.
 *
 * NAT has one of its own only where pods come back in through it: with the mode `native` and given ranges. Elsewhere
 * the dataplane leads a pod's request for the public address straight to Envoy, and it never leaves the cluster.
 */
export function staticAddresses({ kind }: Pick<GcpPlatformSettings["network"], "kind">, edge: Edge): StaticAddresses {
  const exposure = balancerExposure(edge);
  const native = edge.mode === "native";
  const returns = native && exposure === "public" && edge.sourceRanges.length > 0;
  return {
    nat: kind === "create" && returns ? 1 : 0,
    balancer: exposure === "public" ? (native ? "global" : "external") : exposure,
  };
}
