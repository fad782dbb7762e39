import { type DaemonSet, ownAgents, sumOf } from "../../shared/daemonSets";

const described = "public description of a node of GKE";

/** Taken from every node before anything else finds a place. GKE runs them; their requests are what nodes show. */
export const daemonSetTable: readonly DaemonSet[] = [
  {
    ...{ name: "anetd (Dataplane V2)", cpuMillis: 110, memoryMib: 164 },
    source: "public description of a node of Google's own distribution outside of GKE, 2023; none found of GKE",
  },
  { name: "netd", cpuMillis: 8, memoryMib: 65, source: `${described}, 2026-10` },
  { name: "gke-metadata-server", cpuMillis: 100, memoryMib: 100, source: `${described}, 2026-10` },
  { name: "fluentbit-gke", cpuMillis: 105, memoryMib: 230, source: `${described}, 2026-10` },
  { name: "gke-metrics-agent", cpuMillis: 21, memoryMib: 155, source: `${described}, 2026-10; memory of 1.30` },
  {
    ...{ name: "node-local-dns", cpuMillis: 25, memoryMib: 5 },
    source: "manifest of NodeLocal DNSCache in Kubernetes; none found of GKE",
  },
  { name: "pdcsi-node", cpuMillis: 10, memoryMib: 20, source: `${described}, 2026-10` },
  {
    ...{ name: "collector of managed Prometheus", cpuMillis: 5, memoryMib: 36 },
    source: `${described} 1.30`,
  },
  ownAgents,
];

/** All of them together. */
export const daemonSets = sumOf(daemonSetTable);
