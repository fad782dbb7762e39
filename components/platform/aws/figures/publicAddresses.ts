import type { LogfireSettings } from "../../../settings/types";
import type { AwsPlatformSettings } from "../../../settings/aws/types";
import { balancerExposure } from "../../shared/exposure";
import { zoneCount } from "../../shared/nodePlan";

type Edge = Pick<LogfireSettings["edge"], "mode" | "exposure" | "gateway" | "sourceRanges">;

export interface ElasticIps {
  readonly nat: number;
  readonly balancer: number;
}

/**
 * Public addresses of the stack's own, which stay: one in each zone for a public load balancer, and those of NAT. An
 * application load balancer, which the mode `native` has, gets addresses of Amazon's, which change.
 *
 * A regional gateway gets some only where the load balancer lets in nobody but given ranges: pods call it too, by its
 * public name, and have to come from addresses that are known. Elsewhere AWS gives the gateway addresses of its own,
 * which spares the account's limit: a new account has five, and the load balancer takes three.
 */
export function elasticIps(network: AwsPlatformSettings["network"], edge: Edge): ElasticIps {
  const open = balancerExposure(edge) === "public";
  const stays = open && edge.mode !== "native";
  if (network.kind === "existing") return { nat: 0, balancer: stays ? network.publicSubnetIds.length : 0 };
  const known = open && edge.sourceRanges.length > 0;
  const nat = { regional: known ? zoneCount : 0, single: 1, perAz: zoneCount }[network.nat];
  return { nat, balancer: stays ? zoneCount : 0 };
}
