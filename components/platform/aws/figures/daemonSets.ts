/** A daemon set, whose pod is on every node of both pools. */
export interface DaemonSet {
  readonly name: string;
  readonly cpuMillis: number;
  readonly memoryMib: number;
  readonly source: string;
}

/** Taken from every node before anything else finds a place. Requests are those of the add-ons' own defaults. */
export const daemonSetTable: readonly DaemonSet[] = [
  {
    ...{ name: "vpc-cni", cpuMillis: 50, memoryMib: 0 },
    source: "aws/amazon-vpc-cni-k8s, chart aws-vpc-cni: 25m for the CNI, 25m for the agent of NetworkPolicies",
  },
  { name: "kube-proxy", cpuMillis: 100, memoryMib: 0, source: "EKS add-on kube-proxy: 100m" },
  {
    ...{ name: "aws-ebs-csi-driver", cpuMillis: 30, memoryMib: 120 },
    source: "kubernetes-sigs/aws-ebs-csi-driver, chart, node.resources: 10m and 40Mi for each of three containers",
  },
  {
    ...{ name: "eks-pod-identity-agent", cpuMillis: 0, memoryMib: 0 },
    source: "aws/eks-pod-identity-agent, chart: asks for nothing",
  },
  {
    ...{ name: "agents of your own", cpuMillis: 120, memoryMib: 392 },
    source: "room that is kept for what collects logs and metrics on every node",
  },
];

/** All of them together. */
export const daemonSets = {
  pods: daemonSetTable.length,
  cpuMillis: daemonSetTable.reduce((sum, { cpuMillis }) => sum + cpuMillis, 0),
  memoryMib: daemonSetTable.reduce((sum, { memoryMib }) => sum + memoryMib, 0),
} as const;
