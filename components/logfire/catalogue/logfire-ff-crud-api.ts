import type { Size } from "../sizing/sizes";
import { cacheAndTelemetry, fusionfire, ready, resources, startup } from "./fusionfire";
import { connection } from "./secretRefs";
import { fusionfireTls } from "./tls";
import type { Context, Workload } from "./workload";

export const crudApi = {
  name: "logfire-ff-crud-api",
  summary: "Manages what the storage engine knows of projects: tables, retention, deletion.",
  kind: "Deployment",
  image: "fusionfire",
  command: ["fusionfire", "crud", "--host=0.0.0.0", "--port=8011"],
  ports: { http: 8011 },
  services: [{ name: "logfire-ff-crud-api", ports: { http: 8011 } }],
  probes: { port: "http", startup, live: { path: "/health" }, ready },
  calls: { ...cacheAndTelemetry, "logfire-backend-auth": ["http"] },
  needs: ["postgres:ff", "objectStore", "redis"],
  environmentFrom: ["logfire-ff-base-config", "logfire-ff-query-config", "logfire-ff-write-config"],
  environment: (context: Context, size: Size) => ({
    PG_DSN: connection.ffDsn,
    ...fusionfire(context, size),
    FF_DATAFUSION_THREAD_STACK_SIZE: "8MB",
    ...resources(size),
  }),
  tls: fusionfireTls,
  account: "logfire",
  drainSeconds: 5,
  longestRequestSeconds: 50,
} as const satisfies Workload;
