import { healthCheck, processSections, renderSections, replicaSlots, shortName, stickToReplica } from "./haproxy";
import type { Section } from "./haproxy";
import type { EdgeProxyInput, Upstream } from "./types";

/** Requests in flight have this long after the signal to stop: a query may take 120 seconds. */
export const edgeDrainSeconds = 120;

const maximumConnections = 10_000;

/** Google's load balancers keep theirs for 600 s; one that finds its connection closed answers 502. */
const keepAliveSeconds = 620;

const leastClientTimeoutSeconds = 600;

export type EdgeService = keyof EdgeProxyInput["upstreams"];

export interface PublicRoute {
  readonly to: EdgeService;
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

/** Every public path, in order of precedence; what is not listed is the frontend's. */
export const publicRoutes: readonly PublicRoute[] = [
  { to: "ingest", exact: ["/v1/traces", "/v1/metrics", "/v1/logs"], ignoreCase: true, crossOrigin: true },
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
      { client, keepAlive: keepAliveSeconds },
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
      `bind ${input.listen.address ?? "*"}:${input.listen.http}`,
      "http-request set-header X-Real-IP %[src]",
      // TLS ends before the edge; what ends it says so, and where it does not, the public address does.
      `http-request set-header X-Forwarded-Proto ${scheme(input)} unless { req.hdr(x-forwarded-proto) -m found }`,
      ...routes.flatMap((route, index) => conditions(route, aclName(route, index))),
      ...crossOrigin(input.origins, routes),
      ...routes.map((route, index) => `use_backend ${backendName(input, route.to)} if ${aclName(route, index)}`),
      `default_backend ${backendName(input, "frontend")}`,
    ],
  };
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

const backendName = (input: EdgeProxyInput, service: EdgeService): string =>
  shortName(input.upstreams[service] ?? input.upstreams.frontend);

function backends(input: EdgeProxyInput): readonly Section[] {
  const { ingest, queryApi, dex, backend, frontend, aiGateway, remoteMcp } = input.upstreams;
  const { gatewayTimeoutSeconds, primaryHostname } = input;
  return [
    {
      heading: `backend ${shortName(ingest)}`,
      lines: [...healthCheck("/health", shortName(ingest)), ...stickToReplica, replicaSlots(ingest, "hash-key addr")],
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
    service(dex, { health: "/healthz/ready", timeout: 50 }, `port ${dex.healthPort}`),
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
      [`server ${name} ${upstream.host}.:${upstream.port}`, ...options].join(" "),
    ],
  };
}
