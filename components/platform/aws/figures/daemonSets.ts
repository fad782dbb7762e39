import { type DaemonSet, ownAgents, sumOf } from "../../shared/daemonSets";

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
  ownAgents,
];

/** All of them together. */
export const daemonSets = sumOf(daemonSetTable);
