import type { ProxyProcess, Upstream } from "./types";

/** One HAProxy section: its heading and its lines. */
export interface Section {
  readonly heading: string;
  readonly lines: readonly string[];
}

/** The text of a configuration file. */
export const renderSections = (sections: readonly Section[]): string =>
  sections.map(({ heading, lines }) => [heading, ...lines.map((line) => `    ${line}`), ""].join("\n")).join("\n");

/** The short name of a service, which names its HAProxy backend and servers. */
export const shortName = ({ host }: Upstream): string => host.split(".")[0] ?? host;

/** For listeners, health checks, name servers and the master's sockets. */
const spareDescriptors = 1000;

export interface Timeouts {
  /** Silence of a client in the middle of a request or an answer. */
  readonly client: number;
  /** How long an idle client connection is kept. */
  readonly keepAlive: number;
}

export function processSections(
  input: ProxyProcess,
  limits: { readonly connections: number; readonly drainSeconds: number },
  timeouts: Timeouts,
): readonly Section[] {
  const { address, stats } = input.listen;
  return [
    {
      heading: "global",
      lines: [
        "log stdout format raw local0 info",
        // A bound for descriptors, two per connection; `maxconn` would keep HAProxy from starting on a node that allows fewer.
        `fd-hard-limit ${2 * limits.connections + spareDescriptors}`,
        `hard-stop-after ${input.drainSeconds ?? limits.drainSeconds}s`,
        ...(input.threads === undefined ? [] : [`nbthread ${input.threads}`]),
        "ssl-default-bind-options ssl-min-ver TLSv1.2",
        "ssl-default-server-options ssl-min-ver TLSv1.2",
      ],
    },
    { heading: "defaults", lines: defaultLines(timeouts) },
    resolvers(input.nameservers),
    {
      heading: "frontend stats",
      lines: [`bind ${address ?? "*"}:${stats}`, "stats enable", "stats uri /stats", "stats hide-version"],
    },
  ];
}

const defaultLines = ({ client, keepAlive }: Timeouts): readonly string[] => [
  "mode http",
  "log global",
  // Path without query: a failed sign-in must not leave its authorization code in the log.
  'log-format "%ci %ft %b/%s %HM %HP %ST %tsc %TR/%Tw/%Tc/%Tr/%Ta %B %rc %ac/%fc/%bc/%sc"',
  "option dontlog-normal",
  "option dontlognull",
  "timeout connect 3s",
  "timeout check 2s",
  "timeout queue 10s",
  "timeout http-request 10s",
  `timeout http-keep-alive ${keepAlive}s`,
  `timeout client ${client}s`,
  "timeout server 50s",
  "timeout tunnel 1h",
  "timeout client-fin 30s",
  "timeout server-fin 30s",
  // Names may appear after HAProxy has started: `init-addr none` starts without them, the resolvers fill them in.
  "default-server check resolvers cluster resolve-prefer ipv4 init-addr none",
];

/** Keeps the last known addresses while the name servers are silent: an outage of DNS must not become one of Logfire. */
function resolvers(nameservers: readonly string[] | undefined): Section {
  const sources = nameservers?.map((server, index) => `nameserver dns${index + 1} ${withPort(server)}`);
  return {
    heading: "resolvers cluster",
    lines: [
      ...(sources ?? ["parse-resolv-conf"]),
      "accepted_payload_size 8192",
      "resolve_retries 3",
      "timeout resolve 1s",
      "timeout retry 1s",
      "hold valid 1s",
      "hold other 1h",
      "hold refused 1h",
      "hold timeout 1h",
    ],
  };
}

const withPort = (server: string): string => (/^(\d+\.){3}\d+$/.test(server) ? `${server}:53` : server);

/** Where a proxy takes requests. */
export function binds({ address = "*", http, https }: ProxyProcess["listen"]): readonly string[] {
  return [
    `bind ${address}:${http}`,
    ...(https === undefined ? [] : [`bind ${address}:${https.port} ssl crt ${https.certificate} alpn h2,http/1.1`]),
  ];
}

/** Options of a server that speaks HTTPS, its health checks included: who cannot prove its name gets no request. */
export const checkedTls = ({ tls }: Upstream): readonly string[] =>
  tls === undefined
    ? []
    : [
        `ssl verify required ca-file ${tls.authorities}`,
        `sni str(${tls.name}) verifyhost ${tls.name} check-sni ${tls.name}`,
      ];

/** Asks a service for its health the way the pod's own probe does. */
export const healthCheck = (path: string, host: string): readonly string[] => [
  "option httpchk",
  `http-check send meth GET uri ${path} ver HTTP/1.1 hdr Host ${host}`,
  "http-check expect status 200",
];

/**
 * Sends equal requests to the same replica. The ring is keyed by address, not by slot, so that a replica that comes or
 * goes moves only its own share; a replica with half again as many requests as the average passes some on.
 */
export const stickToReplica: readonly string[] = [
  "http-request set-var-fmt(txn.key) %[req.fhdr(authorization)]|%[pathq]",
  "balance hash var(txn.key)",
  "hash-type consistent",
  "hash-balance-factor 150",
  "retries 4",
  "option redispatch 2",
];

/** One slot per replica behind a headless name. The final dot keeps search domains out. */
export const replicaSlots = (upstream: Upstream, ...options: readonly string[]): string =>
  [
    `server-template ${shortName(upstream)}- 1-${upstream.slots} ${upstream.host}.:${upstream.port} inter 250ms`,
    ...options,
    ...checkedTls(upstream),
  ].join(" ");
