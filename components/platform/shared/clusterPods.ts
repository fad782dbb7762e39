import type { EdgeShape, PodGroup } from "../../logfire/edge/capacity";
import type { NodeShape } from "../../logfire/sizing";

/** The edge of a stack that leaves it to its defaults. */
export const usualEdge = (
  preset: EdgeShape["preset"],
  certManager: EdgeShape["edge"]["certManager"]["controller"],
): EdgeShape => ({
  preset,
  edge: {
    mode: "gateway",
    gateway: { controller: "install", implementation: "envoyGateway" },
    certificate: { source: "acme" },
    certManager: { controller: certManager },
  },
});

/** One entry for each pod. */
export const podsOf = (groups: readonly PodGroup[], bound: "min" | "max"): readonly NodeShape[] =>
  groups.flatMap(({ pods, cpuMillis, memoryMib }) =>
    Array.from({ length: pods[bound === "min" ? 0 : 1] }, () => ({ cpuMillis, memoryMib, scratchMib: 0 })),
  );
