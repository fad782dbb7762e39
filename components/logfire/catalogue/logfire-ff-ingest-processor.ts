import type { Size } from "../sizing/sizes";
import { sampled } from "./environment";
import { cacheAndTelemetry, fusionfire, promptLive, ready, resources, startup, threads } from "./fusionfire";
import { connection } from "./secretRefs";
import { fusionfireTls } from "./tls";
import type { Context, Workload } from "./workload";

export const ingestProcessor = {
  name: "logfire-ff-ingest-processor",
  summary: "Turns queued telemetry into files in the bucket and feeds live tails.",
  kind: "Deployment",
  image: "fusionfire",
  command: ["fusionfire", "ingest-processor", "--host=0.0.0.0", "--port=8012"],
  ports: { http: 8012 },
  services: [{ name: "logfire-ff-ingest-processor", ports: { http: 8012 } }],
  probes: { port: "http", startup, live: promptLive, ready },
  calls: { ...cacheAndTelemetry, "logfire-backend-auth": ["http"] },
  needs: ["postgres:ff", "objectStore", "redis"],
  environmentFrom: ["logfire-ff-base-config", "logfire-ff-ingest-config", "logfire-ff-write-config"],
  environment: (context: Context, size: Size) => ({
    ...sampled,
    ...fusionfire(context, size),
    FF_REDIS_TAIL_DSN: connection.redisDsn,
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
