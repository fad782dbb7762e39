import { ingestBufferMb, ingestConcurrency } from "../sizing/formulas";
import type { Size } from "../sizing/sizes";
import { sampled } from "./environment";
import { cacheAndTelemetry, fusionfire, promptLive, ready, resources, startup, threads } from "./fusionfire";
import { connection } from "./secretRefs";
import { fusionfireTls } from "./tls";
import type { Context, Workload } from "./workload";

export const ingest = {
  name: "logfire-ff-ingest",
  summary: "Accepts telemetry and keeps it in a durable queue of its own until it is processed.",
  kind: "StatefulSet",
  image: "fusionfire",
  command: ["fusionfire", "ingest-queue", "--host=0.0.0.0", "--port=8012"],
  ports: { http: 8012 },
  services: [{ name: "logfire-ff-ingest", ports: { http: 8012 }, headless: true }],
  probes: { port: "http", startup, live: promptLive, ready },
  calls: { ...cacheAndTelemetry, "logfire-backend-auth": ["http"], "logfire-ff-ingest-processor": ["http"] },
  needs: ["postgres:ff", "objectStore", "redis"],
  volume: { class: "durable", name: "ingest-data", mountPath: "/fusionfire/ingest-data" },
  environmentFrom: ["logfire-ff-base-config", "logfire-ff-ingest-config"],
  environment: (context: Context, size: Size) => ({
    ...sampled,
    ...fusionfire(context, size),
    FF_REDIS_TAIL_DSN: connection.redisDsn,
    FF_INGEST_PATH: "/fusionfire/ingest-data",
    FF_INGEST_DOWNSTREAM_URL: context.service("logfire-ff-ingest-processor").url,
    FF_INGEST_DIRECT_FILE_BUFFER_MAX_BYTES: `${ingestBufferMb(size)}MB`,
    FF_INGEST_DIRECT_FILE_IDLE_BUFFER_TIME: "5s",
    FF_DIRECT_FILE_INGEST_SUBMIT_CONCURRENCY: String(ingestConcurrency(size)),
    ...resources(size),
    ...threads(size),
    PG_DSN: connection.ffDsn,
    RUST_LOG: "warn",
  }),
  tls: fusionfireTls,
  account: "logfire",
  drainSeconds: 15,
  longestRequestSeconds: 50,
  minReadySeconds: 15,
} as const satisfies Workload;
