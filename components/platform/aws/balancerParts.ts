import { Attachment } from "@pulumi/aws/autoscaling/attachment";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import type { TargetGroup } from "@pulumi/aws/lb/targetGroup";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import type { Text } from "../../lib/text";
import type { Cluster } from "./cluster";
import type { AwsContext } from "./context";
import { clusterRanges, type Network } from "./network";
import type { Nodes } from "./nodes";

/** Ports that clients connect to. */
export const clientPorts = { http: 80, https: 443 } as const;

/** Connections to a node that goes may last as long as it drains. Seconds. */
export const drainSeconds = 600;

export interface GroupArgs {
  /** Part of the logical names: one of each load balancer. */
  readonly part: string;
  /** Ports on the nodes, by a word for the rules' names. */
  readonly nodePorts: Readonly<Record<string, number>>;
  readonly network: Network;
  readonly cluster: Cluster;
}

/** Who may connect to a load balancer, and what it may connect to: its own ports on the nodes alone. */
export function createGroup(context: AwsContext, { part, nodePorts, network, cluster }: GroupArgs): SecurityGroup {
  const { name, names, child } = context;
  const group = new SecurityGroup(
    `${name}-${part}`,
    {
      namePrefix: names.prefix(255, part),
      description: "Load balancer of Logfire",
      vpcId: network.vpcId,
      tags: { Name: names.of(255, part) },
    },
    child,
  );
  for (const [word, port] of Object.entries(clientPorts))
    for (const { what, range } of sources(context, network))
      new SecurityGroupIngressRule(
        `${name}-${part}-${word}-${what}`,
        { securityGroupId: group.id, cidrIpv4: range, ipProtocol: "tcp", fromPort: port, toPort: port },
        child,
      );
  for (const [word, port] of Object.entries(nodePorts)) {
    const tcp = { ipProtocol: "tcp", fromPort: port, toPort: port };
    new SecurityGroupEgressRule(
      `${name}-${part}-${word}`,
      { securityGroupId: group.id, referencedSecurityGroupId: cluster.securityGroupId, ...tcp },
      child,
    );
    new SecurityGroupIngressRule(
      `${name}-${part}-to-${word}`,
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

/** Every general node answers, those that the autoscaler adds included. `logical` is the target group's own name. */
export function attachNodes({ child }: AwsContext, logical: string, targets: TargetGroup, { general }: Nodes): void {
  general.forEach((group, index) => {
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
