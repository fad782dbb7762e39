import { edgePods, type PodGroup } from "../components/logfire/edge/capacity";
import type { Totals } from "../components/logfire/sizing";
import { byPlace } from "../components/platform/clouds";
import type { DaemonSet } from "../components/platform/shared/daemonSets";
import type { Settings } from "../components/settings";
import { cores, gib, range, table } from "./output";

/** What this stack runs on nodes of the general pool beside Logfire's workloads and its stores. */
export const servicesOf = (settings: Settings): readonly PodGroup[] =>
  byPlace(settings, {
    existing: ({ logfire }) => edgePods(logfire),
    cloud: (figures, stack) => figures.services(stack),
  });

/** What is on every node already; where the platform is the owner's cluster, nobody knows. */
export const daemonSetsOf = (settings: Settings): readonly DaemonSet[] =>
  byPlace(settings, { existing: () => [], cloud: ({ daemonSets }) => daemonSets });

export function serviceTotals(services: readonly PodGroup[], bound: "min" | "max"): Totals {
  const count = ({ pods }: PodGroup) => pods[bound === "min" ? 0 : 1];
  const sum = (of: (one: PodGroup) => number) => services.reduce((total, one) => total + count(one) * of(one), 0);
  return {
    pods: sum(() => 1),
    cpuMillis: sum(({ cpuMillis }) => cpuMillis),
    memoryMib: sum(({ memoryMib }) => memoryMib),
    scratchMib: 0,
  };
}

export const formatServices = (services: readonly PodGroup[], daemonSets: readonly DaemonSet[]): readonly string[] => [
  ...(services.length === 0
    ? []
    : [
        "",
        "Services beside Logfire's own (requests of one pod), on nodes of the general pool",
        table(
          ["service", "pods", "CPU", "GiB", "figures from"],
          services.map(({ name, pods, cpuMillis, memoryMib, source }) => [
            name,
            range(...pods),
            cores(cpuMillis),
            gib(memoryMib),
            source,
          ]),
        ),
      ]),
  ...(daemonSets.length === 0
    ? []
    : [
        "",
        "On every node of both pools, one pod each; what a node has for pods is without them",
        table(
          ["daemon set", "CPU", "GiB", "figures from"],
          daemonSets.map(({ name, cpuMillis, memoryMib, source }) => [name, cores(cpuMillis), gib(memoryMib), source]),
        ),
      ]),
];
