import { aiGateway } from "./logfire-ai-gateway";
import { backend } from "./logfire-backend";
import { backendAuth } from "./logfire-backend-auth";
import { dex } from "./logfire-dex";
import { cacheByte } from "./logfire-ff-cache-byte";
import { compactionWorker } from "./logfire-ff-compaction-worker";
import { crudApi } from "./logfire-ff-crud-api";
import { ingest } from "./logfire-ff-ingest";
import { ingestProcessor } from "./logfire-ff-ingest-processor";
import { maintenanceScheduler } from "./logfire-ff-maintenance-scheduler";
import { maintenanceWorker } from "./logfire-ff-maintenance-worker";
import { proxyCacheByte } from "./logfire-ff-proxy-cache-byte";
import { queryApi } from "./logfire-ff-query-api";
import { queryWorker } from "./logfire-ff-query-worker";
import { frontendService } from "./logfire-frontend-service";
import { otelCollector } from "./logfire-otel-collector";
import { redis } from "./logfire-redis";
import { remoteMcp } from "./logfire-remote-mcp";
import { service } from "./logfire-service";
import { worker } from "./logfire-worker";
import { enabledWorkloads, workloadNames, type Features, type ImageName, type WorkloadName } from "./names";
import type { Workload } from "./workload";

/** Every workload by name. Everything else about workloads is derived from this. */
export const catalogue: Readonly<Record<WorkloadName, Workload>> = {
  "logfire-redis": redis,
  "logfire-otel-collector": otelCollector,
  "logfire-dex": dex,
  "logfire-backend-auth": backendAuth,
  "logfire-backend": backend,
  "logfire-worker": worker,
  "logfire-ff-cache-byte": cacheByte,
  "logfire-ff-proxy-cache-byte": proxyCacheByte,
  "logfire-ff-ingest": ingest,
  "logfire-ff-ingest-processor": ingestProcessor,
  "logfire-ff-query-api": queryApi,
  "logfire-ff-query-worker": queryWorker,
  "logfire-ff-crud-api": crudApi,
  "logfire-ff-maintenance-scheduler": maintenanceScheduler,
  "logfire-ff-maintenance-worker": maintenanceWorker,
  "logfire-ff-compaction-worker": compactionWorker,
  "logfire-remote-mcp": remoteMcp,
  "logfire-ai-gateway": aiGateway,
  "logfire-frontend-service": frontendService,
  "logfire-service": service,
};

/** The workloads that some features ask for. */
export const selectWorkloads = (features: Features): Workload[] =>
  enabledWorkloads(features).map((name) => catalogue[name]);

/**
 * Tiers in which workloads start: each after those it calls. Calls to the collector do not count: programs start
 * without it, and it stores its own telemetry through them.
 */
export function startTiers(features: Features): WorkloadName[][] {
  const enabled = enabledWorkloads(features);
  const depths = new Map<WorkloadName, number>();
  const depth = (name: WorkloadName): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    const called = workloadNames.filter(
      (other) => other !== "logfire-otel-collector" && enabled.includes(other) && catalogue[name].calls[other],
    );
    const value = name === "logfire-otel-collector" ? 0 : Math.max(-1, ...called.map(depth)) + 1;
    depths.set(name, value);
    return value;
  };
  const deepest = Math.max(...enabled.map(depth));
  return Array.from({ length: deepest + 1 }, (_, tier) => enabled.filter((name) => depth(name) === tier));
}

/** Image roles that some features use, once each; migrations use the same images. */
export const workloadImages = (features: Features): ImageName[] => [
  ...new Set(selectWorkloads(features).map(({ image }) => image)),
];
