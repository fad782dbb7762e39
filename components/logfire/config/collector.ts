import { stringify } from "yaml";
import type { CollectorInput } from "./types";

/** The variable that holds the write token of Logfire's own telemetry. */
export const collectorTokenVariable = "LOGFIRE_META_WRITE_TOKEN";

/** Ports of the collector in its pod. */
export const collectorPorts = { grpc: 4317, http: 4318, health: 13133 } as const;

/**
 * Memory of the collector's own budget, MiB. Data is refused above `soft`, collected garbage forced above `hard`; the
 * rest of the container's memory is for what is not on Go's heap. `hard` is right for `GOMEMLIMIT` too.
 */
export const collectorMemory = (memoryMib: number) => {
  const hard = Math.floor(memoryMib * 0.8);
  const spike = Math.floor(memoryMib * 0.2);
  return { hard, spike, soft: hard - spike };
};

/** The collector's configuration: Logfire's own telemetry, enriched with its pods, to its own intake. */
export function collectorConfig(input: CollectorInput): string {
  const { address, grpc, http, health } = input.listen ?? { address: "0.0.0.0", ...collectorPorts };
  const { hard, spike } = collectorMemory(input.memoryMib);
  const receivers = ["otlp"];
  // The limiter stands first: a refusal must come before work is done and memory is used.
  const processors = ["memory_limiter", "k8s_attributes", "batch"];
  const exporters = ["otlp_http"];
  const metricExporters = [...exporters, ...(input.prometheusPort === undefined ? [] : ["prometheus"])];
  return stringify(
    {
      extensions: { health_check: { endpoint: `${address}:${health}` } },
      receivers: {
        otlp: {
          protocols: { grpc: { endpoint: `${address}:${grpc}` }, http: { endpoint: `${address}:${http}` } },
        },
      },
      processors: {
        memory_limiter: { check_interval: "1s", limit_mib: hard, spike_limit_mib: spike },
        k8s_attributes: podAttributes(input.namespace),
        batch: { timeout: "1s", send_batch_size: 2048 },
      },
      exporters: {
        otlp_http: {
          endpoint: input.ingestEndpoint,
          ...(input.authorities === undefined ? {} : { tls: { ca_file: input.authorities } }),
          headers: { Authorization: `Bearer \${env:${collectorTokenVariable}}` },
        },
        ...(input.prometheusPort === undefined ? {} : { prometheus: prometheus(`${address}:${input.prometheusPort}`) }),
      },
      service: {
        extensions: ["health_check"],
        // Its own metrics would open one more port, which nothing reads.
        telemetry: { metrics: { level: "none" } },
        pipelines: {
          traces: { receivers, processors, exporters },
          metrics: { receivers, processors, exporters: metricExporters },
          logs: { receivers, processors, exporters },
        },
      },
    },
    { aliasDuplicateObjects: false },
  );
}

const workloadKinds = ["deployment", "replicaset", "daemonset", "job", "cronjob", "statefulset"];

const appLabels = ["name", "instance", "version", "component", "part-of", "managed-by"];

const podAttributes = (namespace: string) => ({
  filter: { namespace },
  extract: {
    metadata: [
      ...["k8s.pod.name", "k8s.pod.uid", "k8s.pod.start_time", "k8s.node.name"],
      ...workloadKinds.flatMap((kind) =>
        ["name", ...(kind === "deployment" || kind === "cronjob" ? [] : ["uid"])].map(
          (field) => `k8s.${kind}.${field}`,
        ),
      ),
      ...["k8s.container.name", "container.image.name", "container.image.tag", "container.id"],
    ],
    labels: appLabels.map((label) => ({
      tag_name: `kube_app_${label.replace("-", "_")}`,
      key: `app.kubernetes.io/${label}`,
      from: "pod",
    })),
  },
});

const prometheus = (endpoint: string) => ({
  endpoint,
  send_timestamps: true,
  metric_expiration: "180m",
  enable_open_metrics: true,
  add_metric_suffixes: false,
  resource_to_telemetry_conversion: { enabled: true },
});
