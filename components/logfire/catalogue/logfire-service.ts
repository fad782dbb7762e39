import { haproxyTls } from "./tls";
import type { Context, Workload } from "./workload";

/** The longest that a route may take; the AI gateway's is a setting. */
const longestRoute = 120;

export const service = {
  name: "logfire-service",
  summary: "HAProxy at the edge: routes every public path to its service, and says which origins may call.",
  kind: "Deployment",
  image: "haproxy",
  ports: { http: 8080, stats: 8181 },
  services: [
    {
      name: "logfire-service",
      ports: { http: 8080 },
      // A proxy in front speaks HTTP/2 where the port says so; HAProxy knows it by its preface.
      aliases: { h2c: { port: 8081, to: "http", appProtocol: "kubernetes.io/h2c" } },
    },
  ],
  probes: {
    port: "stats",
    startup: { path: "/stats", period: 5, timeout: 3, failures: 12 },
    live: { path: "/stats" },
    ready: { path: "/stats" },
  },
  calls: {
    "logfire-ff-ingest": ["http"],
    "logfire-ff-query-api": ["http"],
    "logfire-backend": ["http"],
    "logfire-dex": ["http", "telemetry"],
    "logfire-frontend-service": ["http"],
    "logfire-ai-gateway": ["http"],
    "logfire-remote-mcp": ["http"],
  },
  needs: [],
  files: [{ configMap: "logfire-haproxy-config", key: "haproxy.cfg", mountPath: "/usr/local/etc/haproxy/haproxy.cfg" }],
  environment: () => ({ OTEL_SERVICE_NAME: "logfire-service" }),
  tls: haproxyTls,
  account: "logfire-unprivileged",
  readOnlyRootFilesystem: true,
  drainSeconds: 5,
  longestRequestSeconds: ({ settings, features }: Context) =>
    Math.max(longestRoute, features.aiGateway ? settings.oauth.gatewayTimeoutSeconds : 0),
} as const satisfies Workload;
