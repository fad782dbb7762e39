import { auto, maxQueryCost } from "../sizing/formulas";
import type { Size } from "../sizing/sizes";
import {
  cacheAndTelemetry,
  cacheRouting,
  fusionfire,
  patientLive,
  ready,
  resources,
  scratchVolume,
  spilling,
  startup,
  threads,
} from "./fusionfire";
import { connection } from "./secretRefs";
import { fusionfireTls } from "./tls";
import type { Context, Environment, Workload } from "./workload";

/** Settings of the engine, for the pod that executes queries. */
export function queryEngine(size: Size): Environment {
  const { tuning } = size;
  return {
    ...threads(size),
    FF_DATAFUSION_MEMORY_LIMIT: auto(tuning.datafusionMemoryMb, "MB"),
    FF_DATAFUSION_BATCH_SIZE: tuning.datafusionBatchSize?.toString(),
    FF_IO_THREAD_STACK_SIZE: "8MB",
  };
}

/** What query API and query worker have in common. */
export function querying(context: Context, size: Size): Environment {
  return {
    ...fusionfire(context, size),
    ...spilling,
    FF_QUERY_PARALLELISM: auto(size.tuning.queryParallelism),
    FF_MAX_COST_PER_WORKER: String(maxQueryCost(context.sizes)),
    ...resources(size),
    FF_DATAFUSION_THREAD_STACK_SIZE: "8MB",
    FF_TLS_CLIENT_SNI_HOSTNAME: context.features.queryWorker ? "logfire-ff-query-worker" : undefined,
    FF_REDIS_TAIL_DSN: connection.redisDsn,
    PG_DSN: connection.ffDsn,
    FF_EXTERNAL_TABLES_PG_DSN: connection.crudDsn,
    ...cacheRouting(context),
  };
}

export const queryApi = {
  name: "logfire-ff-query-api",
  summary: "Answers SQL over telemetry: metadata from PostgreSQL, data from the byte cache and the bucket.",
  kind: "Deployment",
  image: "fusionfire",
  sweepsScratch: true,
  command: ["fusionfire"],
  args: ({ features }: Context) => [features.queryWorker ? "query" : "query-worker", "--host=0.0.0.0", "--port=8011"],
  ports: { http: 8011 },
  services: [{ name: "logfire-ff-query-api", ports: { http: 8011 } }],
  probes: { port: "http", startup, live: patientLive, ready },
  calls: {
    ...cacheAndTelemetry,
    "logfire-backend-auth": ["http"],
    "logfire-ff-cache-byte": ["http"],
    "logfire-ff-query-worker": ["http"],
  },
  needs: ["postgres:ff", "postgres:crud", "objectStore", "redis", "kubernetesApi"],
  volume: scratchVolume,
  environmentFrom: ["logfire-ff-base-config", "logfire-ff-query-config"],
  environment: (context: Context, size: Size) => ({
    ...querying(context, size),
    ...(context.features.queryWorker ? {} : queryEngine(size)),
  }),
  tls: fusionfireTls,
  account: "logfire",
  usesKubernetesApi: true,
  drainSeconds: 5,
  longestRequestSeconds: 120,
} as const satisfies Workload;
