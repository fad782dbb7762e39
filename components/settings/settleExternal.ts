import { anyAddress, rangesOf } from "./formats";
import type { Configuration } from "./schema";
import type { ExternalPostgres, ExternalRedis } from "./types";

type Existing = Configuration["existing"];

/** A server that the owner names, on whichever platform. */
export const externalPostgres = (server: Exclude<Existing["postgres"], string>): ExternalPostgres => ({
  kind: "external",
  ...server,
  tls: server.tls ?? (server.caBundle === undefined ? "require" : "verify-full"),
  cidrs: server.cidrs ?? rangesOf(server.host),
});

export function externalOrInCluster(redis: Existing["redis"]): { readonly kind: "inCluster" } | ExternalRedis {
  if (redis === "inCluster") return { kind: "inCluster" };
  if (redis === "external") return { kind: "external", ports: [6379], cidrs: anyAddress };
  const { port, tokenPort = port, usagePort = port, cidrs = anyAddress } = redis;
  return { kind: "external", ports: [...new Set([port, tokenPort, usagePort])], cidrs };
}
