import type { Workload } from "./workload";

export const redis = {
  name: "logfire-redis",
  summary: "Redis for sessions, messages and live tails, for trying out: it keeps nothing over a restart.",
  kind: "Deployment",
  image: "redis",
  ports: { redis: 6379 },
  services: [{ name: "logfire-redis", ports: { redis: 6379 } }],
  probes: { port: "redis", startup: { failures: 30 }, live: { delay: 30 }, ready: { delay: 5 } },
  calls: {},
  needs: [],
  temporary: { data: "/data" },
  environment: () => ({}),
  account: "logfire-unprivileged",
  readOnlyRootFilesystem: true,
  drainSeconds: 0,
  longestRequestSeconds: 5,
  strategy: "recreate",
} as const satisfies Workload;
