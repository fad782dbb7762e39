import type { Context } from "../catalogue/workload";
import type { RenderedObject } from "../manifests/types";

/** Everything between the load balancer and `logfire-service`, as data. */
export function renderEdge(_context: Context): RenderedObject[] {
  return [];
}
