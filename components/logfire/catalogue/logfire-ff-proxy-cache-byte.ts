import { haproxyTls } from "./tls";
import type { Workload } from "./workload";

export const proxyCacheByte = {
  name: "logfire-ff-proxy-cache-byte",
  summary: "HAProxy before the byte cache: requests for one key keep reaching the same replica.",
  kind: "Deployment",
  image: "haproxy",
  ports: { http: 8080, stats: 8181 },
  services: [{ name: "logfire-ff-cache-byte", ports: { http: 9001 } }],
  probes: {
    port: "stats",
    startup: { path: "/stats", period: 5, failures: 12 },
    live: { path: "/stats", delay: 10 },
    ready: { path: "/stats", delay: 20, period: 5 },
  },
  calls: { "logfire-ff-cache-byte": ["http"] },
  needs: [],
  files: [
    {
      configMap: "logfire-cache-byte-haproxy-config",
      key: "haproxy.cfg",
      mountPath: "/usr/local/etc/haproxy/haproxy.cfg",
    },
  ],
  environment: () => ({ OTEL_SERVICE_NAME: "logfire-ff-proxy-cache-byte" }),
  tls: { ...haproxyTls, serves: { ...haproxyTls.serves, as: "logfire-ff-cache-byte" } },
  account: "logfire-unprivileged",
  readOnlyRootFilesystem: true,
  drainSeconds: 20,
  longestRequestSeconds: 90,
  minReadySeconds: 10,
  strategy: { maxSurge: "50%", maxUnavailable: 0 },
} as const satisfies Workload;
