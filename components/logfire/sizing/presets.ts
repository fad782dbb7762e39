import type { PresetName, WorkloadName } from "../catalogue/names";
import type { Tuning } from "../../settings/types";

/** One workload in one preset. Quantities as Kubernetes writes them. */
export interface PresetSize {
  readonly cpu: string;
  readonly memory: string;
  /** `same`: limits equal to requests. Resources without a limit may use what the node has left. */
  readonly limits?: "same" | { readonly cpu?: string; readonly memory?: string };
  /** Scratch on local SSD. */
  readonly scratch?: string;
  /** Node disk for logs and temporary files, requested and limited, of a workload without scratch. */
  readonly disk?: string;
  /** Autoscaling between two counts, or a fixed count. */
  readonly replicas: readonly [min: number, max: number] | number;
  /** Autoscaling targets, per cent of the request. */
  readonly cpuTarget?: number;
  readonly memoryTarget?: number;
  readonly tuning?: Tuning;
}

export type Preset = Readonly<Record<WorkloadName, PresetSize>>;

// In every preset alike: for trying out, where no managed Redis is given.
const redis: PresetSize = { cpu: "100m", memory: "64Mi", limits: { cpu: "200m", memory: "128Mi" }, replicas: 1 };
const same = "same";

const tiny: Preset = {
  "logfire-redis": redis,
  "logfire-otel-collector": {
    cpu: "150m",
    memory: "256Mi",
    limits: same,
    replicas: [1, 4],
    cpuTarget: 60,
    memoryTarget: 70,
  },
  "logfire-dex": { cpu: "50m", memory: "96Mi", limits: same, replicas: [1, 3], cpuTarget: 60, memoryTarget: 65 },
  "logfire-backend-auth": {
    cpu: "100m",
    memory: "384Mi",
    limits: { memory: "768Mi" },
    replicas: [1, 4],
    cpuTarget: 60,
  },
  "logfire-backend": { cpu: "750m", memory: "1Gi", limits: { memory: "2Gi" }, replicas: [1, 4], cpuTarget: 60 },
  "logfire-worker": {
    cpu: "250m",
    memory: "512Mi",
    limits: { memory: "1Gi" },
    disk: "1Gi",
    replicas: [1, 4],
    cpuTarget: 70,
  },
  "logfire-ff-cache-byte": { cpu: "1", memory: "6Gi", limits: same, scratch: "1Gi", replicas: [1, 24], cpuTarget: 25 },
  "logfire-ff-proxy-cache-byte": {
    cpu: "150m",
    memory: "256Mi",
    limits: same,
    replicas: [1, 6],
    cpuTarget: 40,
    memoryTarget: 65,
  },
  "logfire-ff-ingest": { cpu: "500m", memory: "1Gi", limits: same, replicas: [3, 12], cpuTarget: 60, memoryTarget: 40 },
  "logfire-ff-ingest-processor": { cpu: "1", memory: "1Gi", replicas: [3, 32], cpuTarget: 45 },
  "logfire-ff-query-api": {
    cpu: "1",
    memory: "2Gi",
    scratch: "1Gi",
    replicas: [1, 6],
    cpuTarget: 60,
    memoryTarget: 70,
    tuning: { datafusionBatchSize: 4096 },
  },
  "logfire-ff-query-worker": { cpu: "500m", memory: "768Mi", scratch: "1Gi", replicas: 1 },
  "logfire-ff-crud-api": {
    cpu: "100m",
    memory: "192Mi",
    limits: same,
    replicas: [1, 4],
    cpuTarget: 60,
    memoryTarget: 65,
  },
  "logfire-ff-maintenance-scheduler": { cpu: "100m", memory: "192Mi", replicas: [1, 1], cpuTarget: 60 },
  "logfire-ff-maintenance-worker": {
    cpu: "1",
    memory: "6Gi",
    scratch: "16Gi",
    replicas: [1, 32],
    cpuTarget: 50,
    memoryTarget: 50,
  },
  "logfire-ff-compaction-worker": {
    cpu: "1",
    memory: "2Gi",
    scratch: "16Gi",
    replicas: [1, 32],
    cpuTarget: 80,
    memoryTarget: 80,
  },
  "logfire-remote-mcp": {
    cpu: "100m",
    memory: "256Mi",
    limits: { cpu: "250m", memory: "384Mi" },
    replicas: [1, 3],
    cpuTarget: 60,
  },
  "logfire-ai-gateway": {
    cpu: "100m",
    memory: "256Mi",
    limits: same,
    disk: "1Gi",
    replicas: [1, 4],
    cpuTarget: 60,
    memoryTarget: 65,
  },
  "logfire-frontend-service": {
    cpu: "50m",
    memory: "96Mi",
    limits: same,
    replicas: [1, 3],
    cpuTarget: 60,
    memoryTarget: 70,
  },
  "logfire-service": { cpu: "250m", memory: "256Mi", limits: same, replicas: [1, 4], cpuTarget: 60 },
};

const small: Preset = {
  "logfire-redis": redis,
  "logfire-otel-collector": {
    cpu: "250m",
    memory: "512Mi",
    limits: same,
    replicas: [1, 4],
    cpuTarget: 60,
    memoryTarget: 70,
  },
  "logfire-dex": { cpu: "100m", memory: "128Mi", limits: same, replicas: [1, 3], cpuTarget: 60, memoryTarget: 65 },
  "logfire-backend-auth": {
    cpu: "100m",
    memory: "384Mi",
    limits: { memory: "768Mi" },
    replicas: [1, 4],
    cpuTarget: 50,
  },
  "logfire-backend": { cpu: "750m", memory: "1Gi", limits: { memory: "2Gi" }, replicas: [1, 4], cpuTarget: 50 },
  "logfire-worker": {
    cpu: "250m",
    memory: "512Mi",
    limits: { memory: "1Gi" },
    disk: "1Gi",
    replicas: [1, 5],
    cpuTarget: 70,
  },
  "logfire-ff-cache-byte": { cpu: "1", memory: "6Gi", limits: same, scratch: "4Gi", replicas: [1, 24], cpuTarget: 25 },
  "logfire-ff-proxy-cache-byte": {
    cpu: "500m",
    memory: "384Mi",
    limits: same,
    replicas: [1, 8],
    cpuTarget: 40,
    memoryTarget: 65,
  },
  "logfire-ff-ingest": { cpu: "500m", memory: "1Gi", limits: same, replicas: [3, 12], cpuTarget: 60, memoryTarget: 40 },
  "logfire-ff-ingest-processor": { cpu: "1", memory: "1Gi", replicas: [3, 32], cpuTarget: 45 },
  "logfire-ff-query-api": {
    cpu: "2",
    memory: "4Gi",
    scratch: "2Gi",
    replicas: [1, 8],
    cpuTarget: 60,
    memoryTarget: 70,
  },
  "logfire-ff-query-worker": { cpu: "1", memory: "2Gi", scratch: "2Gi", replicas: 1 },
  "logfire-ff-crud-api": {
    cpu: "125m",
    memory: "256Mi",
    limits: same,
    replicas: [1, 6],
    cpuTarget: 60,
    memoryTarget: 65,
  },
  "logfire-ff-maintenance-scheduler": { cpu: "250m", memory: "256Mi", replicas: [1, 2], cpuTarget: 60 },
  "logfire-ff-maintenance-worker": {
    cpu: "2",
    memory: "12Gi",
    scratch: "32Gi",
    replicas: [1, 32],
    cpuTarget: 50,
    memoryTarget: 50,
  },
  "logfire-ff-compaction-worker": {
    cpu: "2",
    memory: "4Gi",
    scratch: "32Gi",
    replicas: [1, 32],
    cpuTarget: 80,
    memoryTarget: 80,
  },
  "logfire-remote-mcp": {
    cpu: "150m",
    memory: "384Mi",
    limits: { cpu: "500m", memory: "512Mi" },
    replicas: [1, 3],
    cpuTarget: 60,
  },
  "logfire-ai-gateway": {
    cpu: "150m",
    memory: "384Mi",
    limits: { cpu: "500m", memory: "768Mi" },
    disk: "1Gi",
    replicas: [1, 6],
    cpuTarget: 60,
    memoryTarget: 65,
  },
  "logfire-frontend-service": {
    cpu: "100m",
    memory: "128Mi",
    limits: same,
    replicas: [1, 3],
    cpuTarget: 60,
    memoryTarget: 70,
  },
  "logfire-service": { cpu: "500m", memory: "512Mi", limits: same, replicas: [2, 6], cpuTarget: 40 },
};

const standard: Preset = {
  "logfire-redis": redis,
  "logfire-otel-collector": {
    cpu: "1",
    memory: "1Gi",
    limits: same,
    replicas: [1, 2],
    cpuTarget: 60,
    memoryTarget: 70,
  },
  "logfire-dex": { cpu: "100m", memory: "128Mi", limits: same, replicas: [3, 5], cpuTarget: 60, memoryTarget: 65 },
  "logfire-backend-auth": {
    cpu: "200m",
    memory: "512Mi",
    limits: { memory: "1Gi" },
    replicas: [3, 6],
    cpuTarget: 50,
  },
  "logfire-backend": { cpu: "750m", memory: "1Gi", limits: { memory: "2Gi" }, replicas: [3, 6], cpuTarget: 25 },
  "logfire-worker": {
    cpu: "250m",
    memory: "512Mi",
    limits: { memory: "1Gi" },
    disk: "1Gi",
    replicas: [1, 5],
    cpuTarget: 70,
  },
  "logfire-ff-cache-byte": { cpu: "1", memory: "6Gi", limits: same, scratch: "32Gi", replicas: [3, 24], cpuTarget: 25 },
  "logfire-ff-proxy-cache-byte": {
    cpu: "750m",
    memory: "768Mi",
    limits: same,
    replicas: [1, 6],
    cpuTarget: 40,
    memoryTarget: 65,
  },
  "logfire-ff-ingest": { cpu: "1", memory: "2Gi", limits: same, replicas: [3, 12], cpuTarget: 60, memoryTarget: 40 },
  "logfire-ff-ingest-processor": { cpu: "2", memory: "4Gi", replicas: [3, 32], cpuTarget: 45 },
  "logfire-ff-query-api": {
    cpu: "4",
    memory: "8Gi",
    scratch: "6Gi",
    replicas: [3, 8],
    cpuTarget: 60,
    memoryTarget: 70,
  },
  "logfire-ff-query-worker": { cpu: "500m", memory: "4Gi", scratch: "6Gi", replicas: 1 },
  "logfire-ff-crud-api": {
    cpu: "125m",
    memory: "512Mi",
    limits: same,
    replicas: [3, 6],
    cpuTarget: 60,
    memoryTarget: 65,
  },
  "logfire-ff-maintenance-scheduler": { cpu: "500m", memory: "512Mi", replicas: [1, 3], cpuTarget: 60 },
  "logfire-ff-maintenance-worker": {
    cpu: "3",
    memory: "18Gi",
    scratch: "64Gi",
    replicas: [1, 32],
    cpuTarget: 50,
    memoryTarget: 50,
  },
  "logfire-ff-compaction-worker": {
    cpu: "3",
    memory: "8Gi",
    scratch: "64Gi",
    replicas: [1, 32],
    cpuTarget: 80,
    memoryTarget: 80,
  },
  "logfire-remote-mcp": { cpu: "250m", memory: "640Mi", limits: same, replicas: [3, 6], cpuTarget: 60 },
  "logfire-ai-gateway": {
    cpu: "250m",
    memory: "512Mi",
    limits: { cpu: "500m", memory: "2Gi" },
    disk: "1Gi",
    replicas: [3, 6],
    cpuTarget: 60,
    memoryTarget: 65,
  },
  "logfire-frontend-service": {
    cpu: "100m",
    memory: "128Mi",
    limits: same,
    replicas: [3, 5],
    cpuTarget: 60,
    memoryTarget: 70,
  },
  "logfire-service": { cpu: "1", memory: "1Gi", limits: same, replicas: [3, 6], cpuTarget: 20 },
};

const large: Preset = {
  ...standard,
  "logfire-ff-ingest-processor": { ...standard["logfire-ff-ingest-processor"], cpu: "4", memory: "4Gi" },
  "logfire-ff-query-api": { ...standard["logfire-ff-query-api"], replicas: [3, 16] },
  "logfire-service": { ...standard["logfire-service"], replicas: [3, 12] },
  "logfire-ff-cache-byte": { ...standard["logfire-ff-cache-byte"], replicas: [9, 24] },
  "logfire-ff-proxy-cache-byte": { ...standard["logfire-ff-proxy-cache-byte"], replicas: [1, 32] },
  "logfire-ff-maintenance-worker": {
    ...standard["logfire-ff-maintenance-worker"],
    cpu: "4",
    memory: "24Gi",
    scratch: "128Gi",
  },
  "logfire-ff-compaction-worker": {
    ...standard["logfire-ff-compaction-worker"],
    cpu: "6",
    memory: "32Gi",
    scratch: "128Gi",
  },
};

export const presets: Readonly<Record<PresetName, Preset>> = { tiny, small, standard, large };
