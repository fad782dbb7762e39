import {
  binds,
  healthCheck,
  processSections,
  renderSections,
  replicaSlots,
  shortName,
  stickToReplica,
} from "./haproxy";
import type { CacheProxyInput } from "./types";

/** Requests in flight have this long after the signal to stop; none takes longer than the 50 s it may be silent. */
export const cacheDrainSeconds = 60;

const maximumConnections = 150_000;

/** HTTP clients keep idle connections for 90 s; the proxy must not be the first to close. */
const keepAliveSeconds = 120;

/** HAProxy's configuration in front of the byte cache: a key is cached by one replica, not by all. */
export const cacheProxyConfig = (input: CacheProxyInput): string =>
  renderSections([
    ...processSections(
      input,
      { connections: maximumConnections, drainSeconds: cacheDrainSeconds },
      { client: 80, keepAlive: keepAliveSeconds },
    ),
    {
      heading: "frontend cache",
      lines: [...binds(input.listen), "option forwardfor", `default_backend ${shortName(input.cache)}`],
    },
    {
      heading: `backend ${shortName(input.cache)}`,
      lines: [
        ...healthCheck("/health", shortName(input.cache)),
        ...stickToReplica,
        replicaSlots(input.cache, "hash-key addr"),
      ],
    },
  ]);
