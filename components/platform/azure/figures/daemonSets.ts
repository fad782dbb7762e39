import { type DaemonSet, ownAgents, sumOf } from "../../shared/daemonSets";

const seen = "public `kubectl describe node` of AKS";

/** Taken from every node before anything else finds a place: what AKS runs there with the overlay network and Cilium. */
export const daemonSetTable: readonly DaemonSet[] = [
  {
    ...{ name: "cilium", cpuMillis: 0, memoryMib: 100 },
    source: "Azure/AKS#5244: the agent asks for 100Mi, by its init container alone",
  },
  { name: "azure-cns", cpuMillis: 40, memoryMib: 250, source: `${seen}: 40m and 250Mi` },
  { name: "azure-ip-masq-agent", cpuMillis: 100, memoryMib: 50, source: `${seen}: 100m and 50Mi` },
  { name: "cloud-node-manager", cpuMillis: 50, memoryMib: 50, source: "Azure/AKS#5251: 50m and 50Mi" },
  {
    ...{ name: "csi-azuredisk-node", cpuMillis: 30, memoryMib: 60 },
    source: "Azure/AKS#5251: 10m and 20Mi for each of three containers",
  },
  {
    ...{ name: "csi-azurefile-node", cpuMillis: 30, memoryMib: 60 },
    source: `${seen}: 10m and 20Mi for each of three containers`,
  },
  ownAgents,
];

/** All of them together. */
export const daemonSets = sumOf(daemonSetTable);
