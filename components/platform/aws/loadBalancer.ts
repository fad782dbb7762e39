import { Eip } from "@pulumi/aws/ec2/eip";
import { Listener } from "@pulumi/aws/lb/listener";
import { LoadBalancer as Balancer } from "@pulumi/aws/lb/loadBalancer";
import { TargetGroup } from "@pulumi/aws/lb/targetGroup";
import type { LoadBalancer } from "../contract";
import { attachNodes, clientPorts, createGroup, drainSeconds } from "./balancerParts";
import type { Cluster } from "./cluster";
import type { AwsContext } from "./context";
import type { Target } from "./dns";
import { nodePorts } from "./figures/facts";
import { balancerExposure } from "../shared/exposure";
import { limits } from "./names";
import type { Network } from "./network";
import type { Nodes } from "./nodes";

const listeners = (["http", "https"] as const).map((part) => ({
  part,
  port: clientPorts[part],
  nodePort: nodePorts[part],
}));

/** Path that Envoy answers 200 as long as it takes connections, and 503 while it drains. */
const readinessPath = "/ready";

export interface Edge {
  readonly loadBalancer: LoadBalancer;
  /** Undefined where something else leads to Logfire. */
  readonly target?: Target;
}

const annotations = { public: {}, internal: {} };

/**
 * A network load balancer in front of Envoy's nodes. This stack owns it, and no controller in the cluster: it has its
 * addresses before there is a cluster, and goes with the stack.
 */
export function createLoadBalancer(context: AwsContext, network: Network, cluster: Cluster, nodes: Nodes): Edge {
  const { name, names, logfire, child } = context;
  const exposure = balancerExposure(logfire.edge);
  if (exposure === "none" || logfire.edge.mode === "native")
    return { loadBalancer: { annotations, asksByAddress: false } };
  const group = createGroup(context, { part: "edge", nodePorts, network, cluster });
  const addresses =
    exposure === "internal"
      ? []
      : network.publicSubnetIds.map(
          (_subnet, index) =>
            new Eip(
              `${name}-edge-${index}`,
              { domain: "vpc", tags: { Name: names.of(255, "edge", String(index)) } },
              child,
            ),
        );
  const balancer = new Balancer(
    `${name}-edge`,
    {
      name: names.of(limits.loadBalancer, exposure),
      loadBalancerType: "network",
      internal: exposure === "internal",
      ipAddressType: "ipv4",
      securityGroups: [group.id],
      // Nodes of another zone answer where a zone has no Envoy.
      enableCrossZoneLoadBalancing: true,
      ...(exposure === "internal"
        ? { subnets: network.privateByZone.flatMap(([first]) => first ?? []) }
        : {
            subnetMappings: addresses.map((address, index) => ({
              subnetId: network.publicSubnetIds[index] ?? "",
              allocationId: address.allocationId,
            })),
          }),
    },
    child,
  );
  for (const listener of listeners) createListener(context, listener, balancer, network, nodes);
  return {
    loadBalancer: {
      annotations,
      asksByAddress: false,
      nodePorts,
      addresses: exposure === "internal" ? [balancer.dnsName] : addresses.map(({ publicIp }) => publicIp),
    },
    target: { dnsName: balancer.dnsName, zoneId: balancer.zoneId },
  };
}

function createListener(
  context: AwsContext,
  { part, port, nodePort }: { readonly part: string; readonly port: number; readonly nodePort: number },
  balancer: Balancer,
  network: Network,
  nodes: Nodes,
): void {
  const { name, names, logfire, child } = context;
  const logical = `${name}-edge-${part}`;
  const { proxyProtocol } = logfire.edge;
  const targets = new TargetGroup(
    logical,
    {
      // A group belongs to one load balancer and one port: with another of either it is another group, which is made
      // before this one goes.
      name: names.of(limits.targetGroup, logfire.edge.exposure, part, String(nodePort)),
      vpcId: network.vpcId,
      targetType: "instance",
      protocol: "TCP",
      port: nodePort,
      // The address on the connection is the client's, unless the PROXY protocol says it.
      preserveClientIp: String(!proxyProtocol),
      proxyProtocolV2: proxyProtocol,
      deregistrationDelay: drainSeconds,
      healthCheck: {
        protocol: "HTTP",
        port: String(nodePorts.health),
        path: readinessPath,
        matcher: "200",
        interval: 10,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 2,
      },
    },
    child,
  );
  new Listener(
    logical,
    {
      loadBalancerArn: balancer.arn,
      port,
      protocol: "TCP",
      // Of Envoy's own, which gives a silent stream up first and says so.
      tcpIdleTimeoutSeconds: Math.max(700, logfire.oauth.gatewayTimeoutSeconds + 100),
      defaultActions: [{ type: "forward", targetGroupArn: targets.arn }],
    },
    child,
  );
  attachNodes(context, logical, targets, nodes);
}
