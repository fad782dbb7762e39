import type { LogfireSettings } from "../../../settings/types";
import type { AzurePlatformSettings } from "../../../settings/azure/types";
import { balancerExposure } from "../../shared/exposure";

type Edge = Pick<LogfireSettings["edge"], "mode" | "exposure" | "gateway">;

export interface PublicAddresses {
  readonly nat: number;
  readonly balancer: number;
}

/** Public addresses of the stack's own, which stay: one for NAT, one for a public load balancer, whatever the zones. */
export const publicAddresses = (network: AzurePlatformSettings["network"], edge: Edge): PublicAddresses => ({
  nat: network.kind === "create" ? 1 : 0,
  balancer: balancerExposure(edge) === "public" ? 1 : 0,
});
