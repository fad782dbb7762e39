import { Listener } from "@pulumi/aws/lb/listener";
import { ListenerRule } from "@pulumi/aws/lb/listenerRule";
import { LoadBalancer as Balancer } from "@pulumi/aws/lb/loadBalancer";
import { TargetGroup } from "@pulumi/aws/lb/targetGroup";
import type * as pulumi from "@pulumi/pulumi";
import type { NativeEdge } from "../contract";
import { attachNodes, clientPorts, createGroup, drainSeconds } from "./balancerParts";
import type { Cluster } from "./cluster";
import type { AwsContext } from "./context";
import type { Dns, Target } from "./dns";
import { nativeFacts, nativePorts } from "./figures/facts";
import { limits } from "./names";
import { createCertificate } from "./nativeCertificate";
import { grpcRules, hostRules, type HostRule } from "./nativeRules";
import type { Network } from "./network";
import type { Nodes } from "./nodes";

export interface NativeParts {
  readonly network: Network;
  readonly cluster: Cluster;
  readonly nodes: Nodes;
  readonly dns: Dns;
}

export interface MadeNative {
  readonly native: NativeEdge;
  readonly target: Target;
}

/**
 * An application load balancer in front of HAProxy's nodes, with a certificate of Amazon's: the edge without a proxy of its
 * own in the cluster. Undefined unless the settings ask for it.
 */
export function createNativeEdge(context: AwsContext, parts: NativeParts): MadeNative | undefined {
  const { logfire } = context;
  if (logfire.edge.mode !== "native") return undefined;
  const { zone } = parts.dns;
  if (zone === undefined) throw new Error("a native edge without a zone that proves its certificate");
  const balancer = createBalancer(context, parts);
  const certificateArn = createCertificate(context, zone);
  createRedirect(context, balancer);
  const listener = createListener(context, balancer, certificateArn);
  const groups = createTargets(context, parts);
  createRules(context, listener, grpcRules(logfire.hostnames), forward(groups.grpc));
  createRules(context, listener, hostRules(logfire.hostnames), forward(groups.http));
  return {
    native: nativeFacts([balancer.dnsName], parts.network.cidr),
    target: { dnsName: balancer.dnsName, zoneId: balancer.zoneId },
  };
}

/** With TLS inside the cluster one port takes HTTP/1.1 and HTTP/2, by what both sides agree on. */
function portsOf({ logfire }: AwsContext) {
  const { http, grpc, health } = nativePorts;
  return logfire.inClusterTls === undefined
    ? { protocol: "HTTP", http, grpc, health, open: { http, grpc, health } as Readonly<Record<string, number>> }
    : { protocol: "HTTPS", http, grpc: http, health, open: { http, health } };
}

function createBalancer(context: AwsContext, { network, cluster }: NativeParts): Balancer {
  const { name, names, logfire, child } = context;
  const { exposure } = logfire.edge;
  const group = createGroup(context, { part: "native", nodePorts: portsOf(context).open, network, cluster });
  return new Balancer(
    `${name}-native`,
    {
      // Internal or not is for life: the other kind is another load balancer, made before this one goes.
      name: names.of(limits.loadBalancer, "native", exposure),
      loadBalancerType: "application",
      internal: exposure === "internal",
      ipAddressType: "ipv4",
      securityGroups: [group.id],
      subnets:
        exposure === "internal"
          ? network.privateByZone.flatMap(([first]) => first ?? [])
          : [...network.publicSubnetIds],
      // HAProxy gives a silent request up first and says so, but for the longest one through the AI gateway.
      idleTimeout: Math.max(620, logfire.oauth.gatewayTimeoutSeconds + 20),
      enableHttp2: true,
      // As browsers and SDKs wrote it: HAProxy compares origins with it.
      preserveHostHeader: true,
      xffHeaderProcessingMode: "append",
      // `X_Real_IP` is `X-Real-IP` to many programs.
      dropInvalidHeaderFields: true,
      desyncMitigationMode: "defensive",
      enableDeletionProtection: !logfire.disposable,
    },
    child,
  );
}

const notFound = {
  type: "fixed-response",
  fixedResponse: { contentType: "text/plain", statusCode: "404" },
} as const;

/** TLS 1.2 and 1.3, ciphers with forward secrecy and authenticated encryption alone. */
const tlsPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06";

const createListener = (
  { name, child }: AwsContext,
  balancer: Balancer,
  certificateArn: pulumi.Input<string>,
): Listener =>
  new Listener(
    `${name}-native-https`,
    {
      loadBalancerArn: balancer.arn,
      port: clientPorts.https,
      protocol: "HTTPS",
      sslPolicy: tlsPolicy,
      certificateArn,
      defaultActions: [notFound],
    },
    child,
  );

function createRedirect(context: AwsContext, balancer: Balancer): void {
  const { name, logfire, child } = context;
  const listener = new Listener(
    `${name}-native-http`,
    { loadBalancerArn: balancer.arn, port: clientPorts.http, protocol: "HTTP", defaultActions: [notFound] },
    child,
  );
  const redirect = { protocol: "HTTPS", port: String(clientPorts.https), statusCode: "HTTP_301" };
  const rules = hostRules(logfire.hostnames).map((rule) => ({ ...rule, part: `redirect-${rule.part}` }));
  createRules(context, listener, rules, { type: "redirect", redirect });
}

type Action =
  ConstructorParameters<typeof ListenerRule>[1]["actions"] extends pulumi.Input<(infer One)[]> ? One : never;

const forward = (targets: TargetGroup): Action => ({ type: "forward", targetGroupArn: targets.arn });

function createRules(
  { name, child }: AwsContext,
  listener: Listener,
  rules: readonly HostRule[],
  action: Action,
): void {
  for (const { part, priority, hosts, paths } of rules)
    new ListenerRule(
      `${name}-native-${part}`,
      {
        listenerArn: listener.arn,
        priority,
        conditions: [
          { hostHeader: { values: [...hosts] } },
          ...(paths.length === 0 ? [] : [{ pathPattern: { values: [...paths] } }]),
        ],
        actions: [action],
      },
      child,
    );
}

type HealthCheck = Readonly<Record<"protocol" | "path" | "matcher", string>> & { readonly port?: string };

/** HAProxy's own pages say whether it is well; to gRPC it says so by knowing no such method, which is ALB's usual check. */
function createTargets(context: AwsContext, { network, nodes }: NativeParts): Record<"http" | "grpc", TargetGroup> {
  const { protocol, ...ports } = portsOf(context);
  const often = { interval: 10, timeout: 5, healthyThreshold: 2, unhealthyThreshold: 2 };
  const make = (part: "http" | "grpc", protocolVersion: string, healthCheck: HealthCheck) => {
    const logical = `${context.name}-native-${part}`;
    const targets = new TargetGroup(
      logical,
      {
        // A group belongs to one load balancer, and keeps its port and protocol: with others of them it is another group,
        // which is made before this one goes.
        name: context.names.of(
          limits.targetGroup,
          context.logfire.edge.exposure,
          protocol === "HTTPS" ? `${part}s` : part,
          String(ports[part]),
        ),
        vpcId: network.vpcId,
        targetType: "instance",
        protocol,
        protocolVersion,
        port: ports[part],
        deregistrationDelay: drainSeconds,
        healthCheck: { ...often, ...healthCheck },
      },
      context.child,
    );
    attachNodes(context, logical, targets, nodes);
    return targets;
  };
  return {
    http: make("http", "HTTP1", { protocol: "HTTP", port: String(ports.health), path: "/stats", matcher: "200" }),
    grpc: make("grpc", "GRPC", { protocol, path: "/AWS.ALB/healthcheck", matcher: "12" }),
  };
}
