import {
  binds,
  checkedTls,
  healthCheck,
  processSections,
  renderSections,
  replicaSlots,
  shortName,
  stickToReplica,
} from "./haproxy";
import type { Section } from "./haproxy";
import type { EdgeProxyInput, Upstream } from "./types";

/** Requests in flight have this long after the signal to stop: a query may take 120 seconds. */
export const edgeDrainSeconds = 120;

const maximumConnections = 10_000;

const leastClientTimeoutSeconds = 600;

/**
 * Idle connections are kept longer than by whatever is in front, which waits 20 s longer than a request may be silent:
 * a load balancer that finds its connection closed answers 502.
 */
const keptBeyondClientSeconds = 40;

/** A year. Not for subdomains, which are not Logfire's to speak for. */
const strictTransportSeconds = 31_536_000;

export type EdgeService = keyof EdgeProxyInput["upstreams"];

export interface PublicRoute {
  readonly to: EdgeService;
  /** Spoken with HTTP/2 only, from the client to the service. */
  readonly grpc?: boolean;
  /** Whole paths. */
  readonly exact?: readonly string[];
  /** Beginnings of paths; each ends with a slash. */
  readonly below?: readonly string[];
  readonly ignoreCase?: boolean;
  /** Pages from Logfire's other hostnames may call these; the edge answers their preflight requests. */
  readonly crossOrigin?: boolean;
}

const tree = (...paths: readonly string[]): Pick<PublicRoute, "exact" | "below"> => ({
  exact: paths,
  below: paths.map((path) => `${path}/`),
});

/** OpenTelemetry's services by signal, as gRPC names them. */
const otlpServices = ["trace", "metrics", "logs"].map(
  (signal) => `/opentelemetry.proto.collector.${signal}.v1.${signal.charAt(0).toUpperCase()}${signal.slice(1)}Service/`,
);

/** Every public path, in order of precedence; what is not listed is the frontend's. */
export const publicRoutes: readonly PublicRoute[] = [
  { to: "ingest", exact: ["/v1/traces", "/v1/metrics", "/v1/logs"], ignoreCase: true, crossOrigin: true },
  { to: "ingest", below: otlpServices, grpc: true },
  { to: "queryApi", exact: ["/v2/query"] },
  { to: "dex", ...tree("/auth-api") },
  { to: "aiGateway", ...tree("/proxy", "/.well-known/oauth-protected-resource/proxy") },
  { to: "remoteMcp", ...tree("/mcp", "/.well-known/oauth-protected-resource/mcp") },
  { to: "backend", below: ["/ui-api/", "/v1/", "/api/"], ignoreCase: true, crossOrigin: true },
  { to: "backend", exact: ["/.well-known/oauth-protected-resource/v1"], ignoreCase: true },
  { to: "backend", ...tree("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration") },
  { to: "backend", below: ["/integrations/"] },
];

/** HAProxy's configuration for the edge: every request from outside enters here. */
export function edgeProxyConfig(input: EdgeProxyInput): string {
  const client = Math.max(leastClientTimeoutSeconds, input.gatewayTimeoutSeconds);
  return renderSections([
    ...processSections(
      input,
      { connections: maximumConnections, drainSeconds: edgeDrainSeconds },
      { client, keepAlive: client + keptBeyondClientSeconds },
    ),
    entrance(input),
    ...backends(input),
  ]);
}

function entrance(input: EdgeProxyInput): Section {
  const routes = publicRoutes.filter(({ to }) => input.upstreams[to] !== undefined);
  return {
    heading: "frontend edge",
    lines: [
      ...binds(input.listen),
      // Live tail's events go on as they come: HAProxy would hold each back for 200 ms, to see whether more follows.
      "option http-no-delay",
      ...(input.repeatsNothing === true ? ["option idle-close-on-response"] : []),
      ...client(input),
      ...publicScheme(input),
      ...routes.flatMap((route, index) => conditions(route, aclName(route, index))),
      ...unknownMethods(routes),
      ...crossOrigin(input.origins, routes),
      ...routes.map((route, index) => `use_backend ${backendName(input, route)} if ${aclName(route, index)}`),
      `default_backend ${backendName(input, { to: "frontend" })}`,
    ],
  };
}

/**
 * Each proxy appends the address that it was reached from, so that the entry which the outermost trusted one wrote
 * stands `forwardedHops` from the end; whatever stands before it a client may have made up. Services get that address
 * alone, in both headers, so that it does not matter which end of a list they read.
 */
function client({ forwardedHops = 0 }: EdgeProxyInput): readonly string[] {
  const entry = `req.hdr_ip(x-forwarded-for,-${forwardedHops})`;
  return [
    ...(forwardedHops === 0 ? [] : [`http-request set-src ${entry} if { ${entry} -m found }`]),
    "http-request set-header X-Forwarded-For %[src]",
    "http-request set-header X-Real-IP %[src]",
  ];
}

/** TLS ends before the edge: what ends it says so, and where it does not, or nothing trusted is there, the public address does. */
function publicScheme(input: EdgeProxyInput): readonly string[] {
  const trusted = (input.forwardedHops ?? 0) > 0 ? " unless { req.hdr(x-forwarded-proto) -m found }" : "";
  return [
    `http-request set-header X-Forwarded-Proto ${scheme(input)}${trusted}`,
    "http-request set-var(txn.scheme) req.hdr(x-forwarded-proto),lower",
    ...(scheme(input) === "https"
      ? [
          `http-after-response set-header Strict-Transport-Security max-age=${strictTransportSeconds} if { var(txn.scheme) -m str https }`,
        ]
      : []),
  ];
}

const scheme = ({ origins }: EdgeProxyInput): string => (origins[0]?.startsWith("http:") ? "http" : "https");

const aclName = ({ to }: PublicRoute, index: number): string => `route${index + 1}_${to}`;

function conditions({ exact = [], below = [], ignoreCase }: PublicRoute, name: string): readonly string[] {
  const flag = ignoreCase ? " -i" : "";
  return [
    ...(exact.length > 0 ? [`acl ${name} path${flag} ${exact.join(" ")}`] : []),
    ...(below.length > 0 ? [`acl ${name} path_beg${flag} ${below.join(" ")}`] : []),
  ];
}

/** In a header alone, which is how gRPC answers without a message. */
const unimplemented = 12;

/**
 * Calls by gRPC that nobody here serves get an answer that gRPC knows; a page of the frontend is none. Load balancers ask
 * by such a call whether HAProxy is there.
 */
function unknownMethods(routes: readonly PublicRoute[]): readonly string[] {
  const served = routes.flatMap((route, index) => (route.grpc === true ? [`!${aclName(route, index)}`] : []));
  return [
    "acl grpc req.hdr(content-type) -m reg -i ^application/grpc([+;]|$)",
    ["http-request set-var(txn.unimplemented) bool(true) if grpc", ...served].join(" "),
    `http-request return status 200 hdr grpc-status ${unimplemented} if { var(txn.unimplemented) -m bool }`,
    // `return` gives nothing without a body a type.
    "http-after-response set-header Content-Type application/grpc if { var(txn.unimplemented) -m bool }",
  ];
}

/**
 * Origins are compared whole: a prefix would let `https://HOST.evil.example` in. A foreign preflight is refused for
 * intake, which has no policy of its own; elsewhere the service behind decides, because some OAuth endpoints are meant
 * for any page.
 */
function crossOrigin(origins: readonly string[], routes: readonly PublicRoute[]): readonly string[] {
  const names = routes.flatMap((route, index) => (route.crossOrigin ? [{ ...route, acl: aclName(route, index) }] : []));
  const ours = "{ var(txn.allowed_origin) -m found }";
  const grant = [
    'hdr Access-Control-Allow-Methods "GET, HEAD, POST, PUT, PATCH, DELETE"',
    'hdr Access-Control-Allow-Headers "Authorization, Content-Type, X-Logfire-Context"',
    "hdr Access-Control-Max-Age 86400",
  ].join(" ");
  return [
    `acl own_origin req.fhdr(origin),lower -m str ${origins.flatMap(spellings).join(" ")}`,
    "http-request set-var(txn.allowed_origin) req.fhdr(origin) if own_origin { req.fhdr_cnt(origin) eq 1 }",
    "acl preflight method OPTIONS",
    "acl preflight_asks req.hdr(access-control-request-method) -m found",
    ...names.map(({ acl }) => `http-request return status 204 ${grant} if preflight preflight_asks ${acl} ${ours}`),
    ...names
      .filter(({ to }) => to === "ingest")
      .map(({ acl }) => `http-request return status 403 if preflight preflight_asks ${acl} !${ours}`),
    // `after`: HAProxy's own answers too, or the page cannot see that a service is down.
    `http-after-response set-header Access-Control-Allow-Origin %[var(txn.allowed_origin)] if ${ours}`,
    "http-after-response add-header Vary Origin unless { res.hdr(vary) -i origin }",
  ];
}

/** Browsers leave the default port out, other clients may not. */
function spellings(origin: string): readonly string[] {
  const { protocol, hostname, port } = new URL(origin);
  if (port !== "") return [`${protocol}//${hostname}:${port}`];
  return [`${protocol}//${hostname}`, `${protocol}//${hostname}:${protocol === "https:" ? 443 : 80}`];
}

const backendName = (input: EdgeProxyInput, { to, grpc }: Pick<PublicRoute, "to" | "grpc">): string =>
  shortName(input.upstreams[to] ?? input.upstreams.frontend) + (grpc === true ? grpcSuffix : "");

const grpcSuffix = "-grpc";

function backends(input: EdgeProxyInput): readonly Section[] {
  const { ingest, queryApi, dex, backend, frontend, aiGateway, remoteMcp } = input.upstreams;
  const { gatewayTimeoutSeconds, primaryHostname } = input;
  return [
    {
      heading: `backend ${shortName(ingest)}`,
      lines: [...healthCheck("/health", shortName(ingest)), ...stickToReplica, replicaSlots(ingest, "hash-key addr")],
    },
    {
      heading: `backend ${shortName(ingest)}${grpcSuffix}`,
      lines: [
        ...healthCheck("/health", shortName(ingest)),
        ...stickToReplica,
        // The check stays with HTTP/1.1, as the pod's own probe: the service must not be told otherwise by TLS.
        replicaSlots(
          ingest,
          "hash-key addr",
          "proto h2",
          "check-proto h1",
          ...(ingest.tls === undefined ? [] : ["alpn h2", "check-alpn http/1.1"]),
        ),
      ],
    },
    {
      heading: `backend ${shortName(queryApi)}`,
      lines: [
        ...healthCheck("/health", shortName(queryApi)),
        "balance roundrobin",
        "option redispatch",
        "timeout server 120s",
        replicaSlots(queryApi),
      ],
    },
    // Dex tells its health in clear, on a port of its own.
    service(dex, { health: "/healthz/ready", timeout: 50 }, `port ${dex.healthPort} no-check-ssl`),
    ...(aiGateway === undefined ? [] : [service(aiGateway, { timeout: gatewayTimeoutSeconds })]),
    // The MCP server refuses hosts that are not its own (DNS rebinding), its health check included.
    ...(remoteMcp === undefined ? [] : [service(remoteMcp, { timeout: 120, host: primaryHostname })]),
    service(backend, { timeout: 120 }),
    service(frontend, { timeout: 50 }),
  ];
}

/**
 * A service with one address for all its replicas: a new connection for every request, or all requests of one edge pod
 * would go to the replica that its first connection reached.
 */
function service(
  upstream: Upstream,
  { health = "/health", host, timeout }: { health?: string; host?: string; timeout: number },
  ...options: readonly string[]
): Section {
  const name = shortName(upstream);
  return {
    heading: `backend ${name}`,
    lines: [
      ...healthCheck(health, host ?? name),
      "option http-server-close",
      `timeout server ${timeout}s`,
      [`server ${name} ${upstream.host}.:${upstream.port}`, ...checkedTls(upstream), ...options].join(" "),
    ],
  };
}
