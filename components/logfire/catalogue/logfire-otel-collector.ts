import { collectorMemory } from "../config/collector";
import { effectiveMemoryMib, type Size } from "../sizing/sizes";
import { resourceAttributes } from "./environment";
import { collectorTls } from "./tls";
import type { Context, Ports, Workload } from "./workload";

export const otelCollector = {
  name: "logfire-otel-collector",
  summary: "OpenTelemetry collector: takes Logfire's own telemetry and stores it in Logfire itself.",
  kind: "Deployment",
  image: "collector",
  command: ["/otelcol-contrib", "--config=/etc/otel-collector/otel-collector-config.yaml"],
  ports: { "otlp-grpc": 4317, "otlp-http": 4318, health: 13133 },
  optionalPorts: ({ settings: { telemetry } }: Context): Ports =>
    telemetry.prometheusPort === undefined ? {} : { "prometheus-http": telemetry.prometheusPort },
  services: [{ name: "logfire-otel-collector", ports: { "otlp-grpc": 4317, "otlp-http": 4318 } }],
  probes: {
    port: "health",
    startup: { path: "/", period: 5, timeout: 3, failures: 12 },
    live: { path: "/", period: 10, timeout: 3 },
    ready: { path: "/", period: 10, timeout: 3 },
  },
  calls: { "logfire-ff-ingest": ["http"] },
  needs: ["kubernetesApi"],
  files: [{ configMap: "otel-collector-config", mountPath: "/etc/otel-collector" }],
  environment: (context: Context, size: Size) => ({
    // The Go runtime collects garbage before the container's limit kills it.
    GOMEMLIMIT: `${collectorMemory(effectiveMemoryMib(size)).hard}MiB`,
    LOGFIRE_META_WRITE_TOKEN: context.secrets.metaWriteToken,
    OTEL_RESOURCE_ATTRIBUTES: resourceAttributes(context, {}) || undefined,
  }),
  tls: collectorTls,
  account: "logfire-otel-collector",
  usesKubernetesApi: true,
  readOnlyRootFilesystem: true,
  drainSeconds: 5,
  longestRequestSeconds: 15,
} as const satisfies Workload;
