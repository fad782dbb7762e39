import type { Size } from "../sizing/sizes";
import { cacheAndTelemetry, patientLive, ready, scratchVolume, startup } from "./fusionfire";
import { queryEngine, querying } from "./logfire-ff-query-api";
import { fusionfireTls } from "./tls";
import type { Context, Workload } from "./workload";

export const queryWorker = {
  name: "logfire-ff-query-worker",
  summary: "Executes queries for the query API, so that heavy ones do not hold up light ones.",
  kind: "Deployment",
  image: "fusionfire",
  sweepsScratch: true,
  command: ["fusionfire"],
  args: ["query-worker", "--host=0.0.0.0", "--port=8011"],
  ports: { http: 8011 },
  services: [],
  probes: { port: "http", startup, live: patientLive, ready },
  calls: { ...cacheAndTelemetry, "logfire-backend-auth": ["http"], "logfire-ff-cache-byte": ["http"] },
  needs: ["postgres:ff", "postgres:crud", "objectStore", "redis", "kubernetesApi"],
  volume: scratchVolume,
  environmentFrom: ["logfire-ff-base-config", "logfire-ff-query-config"],
  environment: (context: Context, size: Size) => ({
    ...querying(context, size),
    ...queryEngine(size),
    FF_PG_POOL_MAX_CONNECTIONS: "4",
  }),
  tls: fusionfireTls,
  account: "logfire",
  usesKubernetesApi: true,
  drainSeconds: 5,
  longestRequestSeconds: 120,
} as const satisfies Workload;
