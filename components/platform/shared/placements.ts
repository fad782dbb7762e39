/** Label of a pool's nodes, and what its pods need to run there. The same on every cloud. */
export const placements = {
  general: { nodeSelector: { "logfire.dev/pool": "general" }, tolerations: [] },
  scratch: {
    nodeSelector: { "logfire.dev/pool": "scratch" },
    tolerations: [{ key: "logfire.dev/scratch", operator: "Equal", value: "true", effect: "NoSchedule" }],
  },
} as const;
