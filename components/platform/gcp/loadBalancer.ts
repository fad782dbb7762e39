import { Address } from "@pulumi/gcp/compute/address";
import type * as pulumi from "@pulumi/pulumi";
import type { LoadBalancer } from "../contract";
import { balancerExposure } from "../shared/exposure";
import { enabled } from "./apis";
import type { GcpContext } from "./context";
import { loadBalancerFacts } from "./figures/facts";
import { limits } from "./names";
import type { Network } from "./network";

export interface Edge {
  readonly loadBalancer: LoadBalancer;
  /** Goes after everything in the cluster: Google gives up no address that a load balancer still has. */
  readonly made: readonly pulumi.Resource[];
}

/**
 * The address of Envoy's load balancer. GKE makes the load balancer itself for Envoy's Service; the address is there
 * before the cluster is, so that records lead to it, and stays when the Service is made anew.
 */
export function createLoadBalancer(context: GcpContext, network: Network): Edge {
  const { name, names, settings, logfire, child } = context;
  const exposure = balancerExposure(logfire.edge);
  if (exposure === "none" || logfire.edge.mode === "native") return { loadBalancer: loadBalancerFacts([]), made: [] };
  const address = new Address(
    `${name}-edge`,
    {
      // An address is of one kind for life: the other kind is made before this one goes.
      name: names.of(limits.resource, "edge", exposure),
      description: "Load balancer of Logfire",
      region: settings.region,
      ...(exposure === "public"
        ? { addressType: "EXTERNAL", networkTier: "PREMIUM" }
        : { addressType: "INTERNAL", subnetwork: network.subnetworkId }),
    },
    { ...child, dependsOn: enabled(context, "compute") },
  );
  return { loadBalancer: loadBalancerFacts([address.address]), made: [address] };
}
