import type { ExternalObjectStore, ExternalPostgres, ExternalRedis } from "../settings/types";
import type { Destination, PlatformFacts } from "./contract";

/** What the renderer is told of stores that are the owner's, on whichever platform. */

/** A server that is known by its name only. */
export const anywhere = (port: number): Destination => outside(port, []);

/** Ranges outside of Logfire's namespace; everywhere where none is given. */
export const outside = (port: number, cidrs: readonly string[]): Destination => ({
  port,
  to: { cidrs: cidrs.length === 0 ? ["0.0.0.0/0", "::/0"] : cidrs },
});

/** Pods of Logfire's own namespace. */
export const inside = (port: number, component: string): Destination => ({ port, to: { component } });

export const externalPostgres = ({
  host,
  port,
  adminUser,
  adminDatabase,
  tls,
  caBundle,
  cidrs,
}: ExternalPostgres): PlatformFacts["postgres"] => ({
  ...{ host, port, adminUser, adminDatabase, tls, caBundle },
  destination: outside(port, cidrs),
});

export const externalObjectStore = ({
  uri,
  environment,
  secretEnvironmentKeys,
  port,
  cidrs,
}: ExternalObjectStore): PlatformFacts["objectStore"] => ({
  ...{ uri, environment, secretEnvironmentKeys },
  destination: outside(port, cidrs),
});

export const externalRedis = ({ ports, cidrs }: ExternalRedis): readonly Destination[] =>
  ports.map((port) => outside(port, cidrs));
