import type { NodePool } from "../../components/platform/contract";

export interface SimulatedNode {
  /** Ends in `.ZONE`: a simulated disk finds its zone by it. */
  readonly name: string;
  readonly region: string;
  readonly zone: string;
  /** Machine type. */
  readonly machine: string;
  readonly architecture: string;
  readonly cpus: number;
  readonly allocatable: NodePool["allocatable"];
  /** Most pods, daemon sets aside, because the sandbox has none. */
  readonly pods: number;
  /** Beside those that every kubelet sets. */
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly object[];
  readonly providerId: string;
  readonly osImage: string;
  readonly kubeletVersion: string;
}

/** A Node as a kubelet would register it, for kwok to play. */
export function simulatedNode(node: SimulatedNode): object {
  const { name, architecture, allocatable, taints } = node;
  const resources = {
    cpu: `${allocatable.cpuMillis}m`,
    memory: `${allocatable.memoryMib}Mi`,
    "ephemeral-storage": `${allocatable.scratchMib}Mi`,
    pods: String(node.pods),
  };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      annotations: { "kwok.x-k8s.io/node": "fake" },
      labels: {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": architecture,
        "node.kubernetes.io/instance-type": node.machine,
        "topology.kubernetes.io/region": node.region,
        "topology.kubernetes.io/zone": node.zone,
        ...node.labels,
      },
    },
    spec: { providerID: node.providerId, ...(taints.length === 0 ? {} : { taints }) },
    status: {
      capacity: { ...resources, cpu: String(node.cpus) },
      allocatable: resources,
      nodeInfo: {
        architecture,
        operatingSystem: "linux",
        osImage: node.osImage,
        kubeletVersion: node.kubeletVersion,
        kubeProxyVersion: "",
        containerRuntimeVersion: "simulated://1",
        kernelVersion: "simulated",
        bootID: "",
        machineID: "",
        systemUUID: "",
      },
    },
  };
}
