import type { PublicIPAddress } from "@pulumi/azure-native/network/publicIPAddress";
import type * as pulumi from "@pulumi/pulumi";
import type { LoadBalancer } from "../contract";
import { balancerExposure } from "../shared/exposure";
import type { Cluster } from "./cluster";
import type { AzureContext } from "./context";
import { loadBalancerFacts } from "./figures/facts";
import { internalAddress } from "./figures/networkPlan";
import { grant } from "./identity";
import { addressOf, createPublicAddress, type Network } from "./network";

export interface Edge {
  readonly loadBalancer: LoadBalancer;
  /** What the load balancer cannot be made without, and is gone before. */
  readonly ready: readonly pulumi.Resource[];
}

/** Of a public load balancer. A cluster that is made goes before it: AKS lets go of the address with its last Service. */
export const reserveAddress = (context: AzureContext): PublicIPAddress | undefined =>
  balancerExposure(context.logfire.edge) === "public" ? createPublicAddress(context, "edge") : undefined;

/**
 * AKS makes the load balancer of Envoy's Service, on an address that is this stack's: records are written before it is
 * there, and it comes back to the same one.
 */
export function createLoadBalancer(
  context: AzureContext,
  network: Network,
  cluster: Cluster,
  reserved: PublicIPAddress | undefined,
): Edge {
  if (reserved !== undefined)
    return {
      loadBalancer: loadBalancerFacts({
        exposure: "public",
        address: addressOf(reserved),
        name: reserved.name,
        resourceGroup: context.resourceGroup,
      }),
      ready: [reserved, ...mayUse(context, cluster, reserved.id)],
    };
  const internal = balancerExposure(context.logfire.edge) === "internal";
  return {
    loadBalancer: loadBalancerFacts(
      internal ? { exposure: "internal", address: internalAddress(network.nodesCidr) } : { exposure: "none" },
    ),
    // The nodes' subnet is where the cluster puts things anyway.
    ready: [],
  };
}

/**
 * The cluster's identity puts a load balancer on this one address. It finds the address in a list of all that the resource
 * group has, which takes the right to read there.
 */
const mayUse = (
  context: AzureContext,
  { principalId }: Cluster,
  address: pulumi.Input<string>,
): readonly pulumi.Resource[] =>
  principalId === undefined
    ? []
    : [
        grant(context, "cluster-address", principalId, { role: "networkContributor", scope: address }),
        grant(context, "cluster-group", principalId, { role: "reader", scope: context.groupId }),
      ];
