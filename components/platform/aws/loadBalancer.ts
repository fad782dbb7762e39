import { Attachment } from "@pulumi/aws/autoscaling/attachment";
import { Eip } from "@pulumi/aws/ec2/eip";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { Listener } from "@pulumi/aws/lb/listener";
import { LoadBalancer as Balancer } from "@pulumi/aws/lb/loadBalancer";
import { TargetGroup } from "@pulumi/aws/lb/targetGroup";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import type { Text } from "../../lib/text";
import type { LoadBalancer } from "../contract";
import { balancerExposure } from "./check";
import type { Cluster } from "./cluster";
import type { AwsContext } from "./context";
import type { Target } from "./dns";
import { limits } from "./names";
import { clusterRanges, type Network } from "./network";
import type { Nodes } from "./nodes";

/** In the band of ports that Kubernetes does not give out by itself. */
export const nodePorts = { http: 30080, https: 30043, health: 30021 } as const;

/** Ports that clients connect to, and those on the nodes behind them. */
const listeners = [
  { part: "http", port: 80, nodePort: nodePorts.http },
  { part: "https", port: 443, nodePort: nodePorts.https },
] as const;

/** Path that Envoy answers 200 as long as it takes connections, and 503 while it drains. */
const readinessPath = "/ready";

export interface Edge {
  readonly loadBalancer: LoadBalancer;
  /** Undefined where the owner's routing layer leads to Logfire. */
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
  if (exposure === "none") return { loadBalancer: { annotations, asksByAddress: false } };
  const group = createGroup(context, network, cluster);
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
  { name, names, logfire, child }: AwsContext,
  { part, port, nodePort }: (typeof listeners)[number],
  balancer: Balancer,
  network: Network,
  nodes: Nodes,
): void {
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
      // Connections to a node that goes may last as long as it drains.
      deregistrationDelay: 600,
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
  nodes.general.forEach((group, index) => {
    new Attachment(
      `${logical}-${index}`,
      {
        autoscalingGroupName: group.resources.apply((made) => made[0]?.autoscalingGroups[0]?.name ?? ""),
        lbTargetGroupArn: targets.arn,
      },
      child,
    );
  });
}

/** Who may connect to the load balancer, and what it may connect to: Envoy's ports on the nodes alone. */
function createGroup(context: AwsContext, network: Network, cluster: Cluster): SecurityGroup {
  const { name, names, child } = context;
  const group = new SecurityGroup(
    `${name}-edge`,
    {
      namePrefix: names.prefix(255, "edge"),
      description: "Load balancer of Logfire",
      vpcId: network.vpcId,
      tags: { Name: names.of(255, "edge") },
    },
    child,
  );
  for (const { part, port } of listeners)
    for (const { what, range } of sources(context, network))
      new SecurityGroupIngressRule(
        `${name}-edge-${part}-${what}`,
        { securityGroupId: group.id, cidrIpv4: range, ipProtocol: "tcp", fromPort: port, toPort: port },
        child,
      );
  for (const [part, port] of Object.entries(nodePorts)) {
    const tcp = { ipProtocol: "tcp", fromPort: port, toPort: port };
    new SecurityGroupEgressRule(
      `${name}-edge-${part}`,
      { securityGroupId: group.id, referencedSecurityGroupId: cluster.securityGroupId, ...tcp },
      child,
    );
    new SecurityGroupIngressRule(
      `${name}-edge-to-${part}`,
      {
        securityGroupId: cluster.securityGroupId,
        referencedSecurityGroupId: group.id,
        ...tcp,
        description: "Load balancer of Logfire",
      },
      child,
    );
  }
  return group;
}

/** Ranges that connect, each with a word that stays the same for its resource's name. */
function sources(
  { logfire }: AwsContext,
  network: Network,
): readonly { readonly what: string; readonly range: Text }[] {
  const ranges = logfire.edge.sourceRanges.filter((range) => !range.includes(":"));
  if (logfire.edge.sourceRanges.length === 0) return [{ what: "anywhere", range: "0.0.0.0/0" }];
  return [
    ...ranges.map((range) => ({ what: range.replace("/", "-"), range })),
    ...clusterRanges(network).map((range, index) => ({ what: `cluster-${index}`, range })),
  ];
}
