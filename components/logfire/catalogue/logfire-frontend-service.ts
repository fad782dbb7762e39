import { frontendCommand } from "../config/frontendServer";
import type { FrontendServerInput } from "../config/types";
import { listenOn, nginxTls } from "./tls";
import type { Context, Workload } from "./workload";

/** What the web server's configuration is made of. */
export const frontendServer = ({ settings, urls }: Context): FrontendServerInput => ({
  hostnames: settings.hostnames,
  origins: urls,
  allowedHosts: settings.network.allowedHosts,
  listen: 8080,
  ...(settings.inClusterTls === undefined ? {} : { https: listenOn(nginxTls.serves) }),
});

export const frontendService = {
  name: "logfire-frontend-service",
  summary: "nginx with the web application.",
  kind: "Deployment",
  image: "frontend",
  command: (context: Context) => frontendCommand(frontendServer(context), "/usr/local/nginx/nginx.conf"),
  ports: { http: 8080 },
  services: [{ name: "logfire-frontend-service", ports: { http: 8080 } }],
  probes: {
    port: "http",
    startup: { path: "/health", period: 5, timeout: 3, failures: 10 },
    live: { path: "/health", delay: 10 },
    ready: { path: "/health", delay: 5, period: 5 },
  },
  calls: {},
  needs: ["allowedHosts"],
  temporary: { tmp: "/tmp" },
  files: [
    { configMap: "logfire-frontend-nginx-config", mountPath: "/usr/local/nginx" },
    { configMap: "logfire-frontend-service-config", mountPath: "/opt/nginx" },
  ],
  environment: ({ settings, features }: Context) => ({
    APP_VERSION: settings.images.version,
    STRIPE_PUBLISHABLE_KEY: "",
    IMAGE_TAG: "local",
    POSTHOG_API_KEY: "",
    POSTHOG_API_HOST: "",
    OTEL_SERVICE_NAME: "logfire-frontend-service",
    PUBLIC_GATEWAY_HOST: features.aiGateway ? settings.hostnames[0] : undefined,
  }),
  tls: nginxTls,
  account: "logfire-unprivileged",
  readOnlyRootFilesystem: true,
  drainSeconds: 5,
  longestRequestSeconds: 50,
} as const satisfies Workload;
