import { auto, cpuCores, memoryBytes } from "../sizing/formulas";
import type { Size } from "../sizing/sizes";
import { codeAttributes, collectorGrpc } from "./environment";
import { connection, connectionSecrets } from "./secretRefs";
import type { Context, Environment, Probe, Workload } from "./workload";

/** What every program of the storage engine is told: who it is, where its data and its telemetry go. */
export function fusionfire(context: Context, { name }: Size): Environment {
  return {
    OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
    COLLECTOR_OTLP_GRPC_HOST: collectorGrpc(context),
    LOGFIRE_SERVICE_NAME: name,
    LOGFIRE_SERVICE_VERSION: context.settings.images.version,
    OTEL_SERVICE_NAME: name,
    OTEL_RESOURCE_ATTRIBUTES: codeAttributes(context),
    FF_SHARED_REDIS_DSN: connection.redisDsn,
    FF_TOKEN_REDIS_DSN: connection.tokenRedisDsn,
    FF_USAGE_REDIS_DSN: connection.usageRedisDsn,
    ...objectStore(context),
  };
}

/** The bucket: its address, and credentials where the platform has no workload identity. */
export function objectStore({ platform, settings, secrets }: Context): Environment {
  const { uri, environment, secretEnvironmentKeys } = platform.objectStore;
  const credentials = secretEnvironmentKeys.map(
    (key) => [key, { secret: connectionSecrets.objectStore.name, key }] as const,
  );
  return {
    FF_OBJECT_STORE_URI: uri,
    FF_S3_SSE_C_KEY_B64: settings.sseC ? secrets.objectStoreSseCKey : undefined,
    ...environment,
    ...Object.fromEntries(credentials),
  };
}

/** What the pod has; the program derives the rest from it. */
export const resources = (size: Size): Environment => ({
  FF_RESOURCE_CPU_CORES: cpuCores(size),
  FF_RESOURCE_MEMORY_BYTES: memoryBytes(size),
});

/** Thread pools. */
export const threads = ({ tuning }: Size): Environment => ({
  FF_IO_THREADS: auto(tuning.ioThreads),
  FF_DATAFUSION_THREADS: auto(tuning.datafusionThreads),
});

/** Where queries and jobs put what does not fit in memory. */
export const spilling: Environment = { FF_ENABLE_SPILL_TO_DISK: "true", FF_TEMP_DIR: "/scratch/fusionfire" };

/** How a query pod finds the byte cache's pods: by watching their EndpointSlices. */
export const cacheRouting = ({ service }: Context): Environment => ({
  FF_BYTE_CACHE_K8S_SERVICE: cacheService,
  FF_BYTE_CACHE_K8S_NAMESPACE: { field: "metadata.namespace" },
  FF_BYTE_CACHE_K8S_PORT_NAME: service(cacheService).portName,
});
const cacheService = "logfire-ff-cache-byte-internal";

export const scratchVolume = { class: "scratch", name: "scratch-data", mountPath: "/scratch" } as const;

export const startup: Probe = { path: "/health", period: 10, timeout: 5, failures: 30 };
export const ready: Probe = { path: "/ready", period: 5, timeout: 5, failures: 5 };
export const patientLive: Probe = { path: "/health", delay: 30, period: 10, timeout: 5, failures: 5 };
export const promptLive: Probe = { path: "/health", period: 5, timeout: 5, failures: 5 };

/** Every storage program reads the bucket through the byte cache, and reports to the collector. */
export const cacheAndTelemetry = {
  "logfire-ff-proxy-cache-byte": ["http"],
  "logfire-otel-collector": ["otlp-grpc"],
} as const satisfies Workload["calls"];
