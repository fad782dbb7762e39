/** Of what a rule compares with, ALB takes so many values in all. */
const mostValues = 5;

/** Paths of OpenTelemetry's services as gRPC names them. They reach pods by HTTP/2, which everything else does not need. */
const grpcPaths = ["/opentelemetry.proto.collector.*"] as const;

/** A rule of a listener: requests for one of the hosts, and where they are named on one of the paths. */
export interface HostRule {
  /** For the resource's name. */
  readonly part: string;
  /** Lower comes first; unique in a listener. */
  readonly priority: number;
  readonly hosts: readonly string[];
  readonly paths: readonly string[];
}

/**
 * As few rules as hold all hostnames. Each kind has a band of priorities of its own, so that one more hostname moves no
 * other rule: two rules cannot change places without a moment in which both have the same.
 */
const rulesFor = (
  kind: string,
  from: number,
  hostnames: readonly string[],
  paths: readonly string[],
): readonly HostRule[] => {
  const most = mostValues - paths.length;
  return Array.from({ length: Math.ceil(hostnames.length / most) }, (_, index) => ({
    part: `${kind}-${index}`,
    priority: from + index,
    hosts: hostnames.slice(index * most, (index + 1) * most),
    paths,
  }));
};

export const grpcRules = (hostnames: readonly string[]) => rulesFor("grpc", 1, hostnames, grpcPaths);
export const hostRules = (hostnames: readonly string[]) => rulesFor("hosts", 1001, hostnames, []);
