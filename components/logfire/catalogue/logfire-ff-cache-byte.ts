import type { Size } from "../sizing/sizes";
import { cacheCapacityMb } from "../sizing/formulas";
import { sampled } from "./environment";
import { fusionfire, resources, scratchVolume, startup } from "./fusionfire";
import { fusionfireTls } from "./tls";
import type { Context, Workload } from "./workload";

export const cacheByte = {
  name: "logfire-ff-cache-byte",
  summary: "Keeps parts of the bucket on local SSD, each key on one replica, and its files over a container restart.",
  kind: "Deployment",
  image: "fusionfire",
  command: ["fusionfire", "byte-cache", "--host=0.0.0.0", "--port=9001"],
  ports: { http: 9001 },
  services: [{ name: "logfire-ff-cache-byte-internal", ports: { http: 9001 }, headless: true }],
  probes: { port: "http", startup, live: { path: "/health" }, ready: { path: "/health" } },
  calls: { "logfire-otel-collector": ["otlp-grpc"] },
  needs: ["objectStore", "redis"],
  volume: scratchVolume,
  environmentFrom: ["logfire-ff-base-config"],
  environment: (context: Context, size: Size) => ({
    ...fusionfire(context, size),
    ...resources(size),
    ...sampled,
    FF_CACHE_LOCAL_DIR: "/scratch",
    FF_CACHE_DISK_CAPACITY: `${cacheCapacityMb(size)}MB`,
  }),
  tls: fusionfireTls,
  account: "logfire",
  drainSeconds: 45,
  longestRequestSeconds: 50,
} as const satisfies Workload;
