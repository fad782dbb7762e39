import { contentSecurityPolicies } from "./contentSecurityPolicy";
import type { FrontendServerInput } from "./types";

type Line = string | Block;
interface Block {
  readonly heading: string;
  readonly lines: readonly Line[];
}

/** The only outside host the server itself calls, and only where `allowedHosts` names it. */
export const modelPricesHost = "raw.githubusercontent.com";
const modelPricesPath = "/pydantic/genai-prices/main/prices/new_data/v2/data.json";

const day = 24 * 60 * 60;
const noStore = header("Cache-Control", "no-store");
const cached = header("Cache-Control", `public, max-age=${30 * day}`);
const noSniff = header("X-Content-Type-Options", "nosniff", "always");

/** nginx's configuration for the frontend: static files, the application's page for every other path. */
export function frontendServerConfig(input: FrontendServerInput): string {
  const { html, mimeTypes, temporary } = paths(input);
  const folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return render([
    // One per core of the node would be dozens, in a pod with a tenth of a core.
    "worker_processes 2;",
    "worker_rlimit_nofile 8192;",
    "worker_shutdown_timeout 20s;",
    "error_log stderr notice;",
    `pid ${temporary}/nginx.pid;`,
    "daemon off;",
    block("events", "worker_connections 4096;"),
    block(
      "http",
      ...folders.map((folder) => `${folder}_temp_path ${temporary}/${folder};`),
      `include ${mimeTypes};`,
      "default_type application/octet-stream;",
      "access_log off;",
      "server_tokens off;",
      "sendfile on;",
      "tcp_nopush on;",
      // The edge closes first; two timeouts of equal length would race.
      "keepalive_timeout 75s;",
      "gzip on;",
      "gzip_vary on;",
      "gzip_proxied any;",
      "gzip_min_length 1024;",
      "gzip_types text/plain text/css text/xml text/javascript application/javascript application/json application/xml image/svg+xml;",
      "server_names_hash_bucket_size 128;",
      ...(input.https === undefined ? [] : [healthServer(input)]),
      block(
        "server",
        ...listeners(input),
        `server_name ${input.hostnames.join(" ")};`,
        "http2 on;",
        `root ${html};`,
        // Redirects must not name the port that only the pod knows.
        "absolute_redirect off;",
        ...locations(input),
      ),
    ),
  ]);
}

const listen = ({ address }: FrontendServerInput, port: number, ...options: readonly string[]): string =>
  `listen ${[`${address === undefined ? "" : `${address}:`}${port}`, ...options].join(" ")} backlog=4096;`;

function listeners(input: FrontendServerInput): readonly string[] {
  const { https } = input;
  if (https === undefined) return [listen(input, input.listen)];
  return [
    listen(input, https.port, "ssl"),
    `ssl_certificate ${https.certificate};`,
    `ssl_certificate_key ${https.key};`,
    "ssl_protocols TLSv1.2 TLSv1.3;",
    // HAProxy opens a connection for each request: most of them resume a session instead of signing anew.
    "ssl_session_cache shared:tls:2m;",
  ];
}

const healthLocation = block("location = /health", "default_type text/plain;", 'return 200 "ok\\n";');

/** For the kubelet, which asks in clear. */
const healthServer = (input: FrontendServerInput): Block =>
  block("server", listen(input, input.listen), healthLocation, block("location /", "return 404;"));

function paths({ paths = {} }: FrontendServerInput) {
  return {
    html: paths.html ?? "/usr/share/nginx/html",
    mimeTypes: paths.mimeTypes ?? "/etc/nginx/mime.types",
    appConfig: paths.appConfig ?? "/opt/nginx/config.1.js",
    temporary: paths.temporary ?? "/tmp",
    trustedCertificates: paths.trustedCertificates,
  };
}

function locations(input: FrontendServerInput): readonly Line[] {
  const policies = contentSecurityPolicies(input);
  const page = (policy: string): readonly string[] => [
    noStore,
    noSniff,
    header("Content-Security-Policy", policy, "always"),
  ];
  const frame = (file: string, policy: string, ...more: readonly string[]) =>
    block(`location = /${file}`, "try_files $uri =404;", ...page(policy), ...more);
  return [
    healthLocation,
    block(
      "location = /config.1.js",
      `alias ${paths(input).appConfig};`,
      "default_type application/javascript;",
      noStore,
      noSniff,
    ),
    block("location = /frontend-assets.txt", "default_type text/plain;", "try_files $uri =404;", noStore, noSniff),
    ...modelPrices(input),
    ...assets(policies.renderWorker),
    frame("image-iframe.html", policies.imageFrame),
    frame("audio-iframe.html", policies.audioFrame),
    frame(
      "custom-components-iframe.html",
      policies.customComponents,
      header("Cross-Origin-Opener-Policy", "same-origin", "always"),
      header("Referrer-Policy", "no-referrer", "always"),
    ),
    block('location ~ "^/public-trace/[^/]+$"', "try_files /index.html =404;", ...page(policies.publicTrace)),
    block("location = /index.html", "try_files $uri =404;", ...page(policies.application)),
    block("location = /", "try_files /index.html =404;", ...page(policies.application)),
    block("location /", "try_files $uri @application;", noSniff),
    block("location @application", "try_files /index.html =404;", ...page(policies.application)),
    "error_page 404 = @missing;",
    block("location @missing", header("Cache-Control", "no-store", "always"), noSniff, "return 404;"),
  ];
}

/** Regular expressions match in order: the two exceptions stand before the rule. */
const assets = (workerPolicy: string): readonly Line[] => [
  block(
    'location ~ "^/assets/safeRender-.+\\.js$"',
    "try_files $uri =404;",
    cached,
    noSniff,
    header("Content-Security-Policy", workerPolicy, "always"),
  ),
  // The sandboxed frame has the origin `null`; without this header it could not load its own files.
  block(
    'location ~ "^/custom-panels/.+\\.(js|css|png|jpg|jpeg|gif|ico|svg)$"',
    "try_files $uri =404;",
    noSniff,
    header("Access-Control-Allow-Origin", "null", "always"),
  ),
  block('location ~* "\\.(js|css|png|jpg|jpeg|gif|ico|svg|woff2?)$"', "try_files $uri =404;", cached, noSniff),
];

/** The image's own price list, or the current one from outside; neither is an error: prices are shown where known. */
function modelPrices(input: FrontendServerInput): readonly Line[] {
  const own = ["try_files $uri =404;", noStore, noSniff];
  if (!callsOutside(input)) return [block("location = /genai-prices/data.json", ...own)];
  const { trustedCertificates } = paths(input);
  return [
    block(
      "location = /genai-prices/data.json",
      resolver(input),
      "resolver_timeout 5s;",
      // A variable is resolved when a request comes; a literal name would keep nginx from starting where DNS has no answer.
      `set $model_prices https://${modelPricesHost}${modelPricesPath};`,
      "proxy_pass $model_prices;",
      // The session's cookie and token are not for the other host.
      "proxy_pass_request_headers off;",
      "proxy_pass_request_body off;",
      `proxy_set_header Host ${modelPricesHost};`,
      'proxy_set_header Connection "";',
      "proxy_http_version 1.1;",
      "proxy_ssl_server_name on;",
      `proxy_ssl_name ${modelPricesHost};`,
      ...(trustedCertificates === undefined
        ? []
        : [
            "proxy_ssl_verify on;",
            `proxy_ssl_trusted_certificate ${trustedCertificates};`,
            "proxy_ssl_verify_depth 3;",
          ]),
      "proxy_connect_timeout 5s;",
      "proxy_read_timeout 15s;",
      ...["Set-Cookie", "Content-Security-Policy", "Strict-Transport-Security", "Access-Control-Allow-Origin"].map(
        (name) => `proxy_hide_header ${name};`,
      ),
      "proxy_intercept_errors on;",
      "error_page 403 404 429 500 502 503 504 = @own_model_prices;",
      noSniff,
    ),
    block("location @own_model_prices", ...own),
  ];
}

const callsOutside = ({ allowedHosts }: FrontendServerInput): boolean => allowedHosts.includes(modelPricesHost);

const resolverFile = (input: FrontendServerInput): string => `${paths(input).temporary}/resolver.conf`;

const resolver = (input: FrontendServerInput): string =>
  input.nameservers === undefined
    ? `include ${resolverFile(input)};`
    : `resolver ${input.nameservers.join(" ")} valid=30s;`;

/**
 * The container's command. nginx does not read resolv.conf: where it calls outside and no name server is given, a line
 * of shell copies the pod's name servers into the file that the configuration includes.
 */
export function frontendCommand(input: FrontendServerInput, configFile: string): readonly string[] {
  const nginx = ["nginx", "-c", configFile];
  if (!callsOutside(input) || input.nameservers !== undefined) return nginx;
  const collect = [
    'servers=""',
    "while read -r key value rest",
    'do case "$key $value" in "nameserver "*:*) servers="$servers [$value]";; "nameserver "*) servers="$servers $value";; esac',
    "done < /etc/resolv.conf",
    `echo "resolver\${servers:- 127.0.0.1} valid=30s;" > ${resolverFile(input)}`,
    `exec ${nginx.join(" ")}`,
  ].join("\n");
  return ["sh", "-c", collect];
}

function header(name: string, value: string, always?: "always"): string {
  return [`add_header ${name} "${value}"`, ...(always === undefined ? [] : [always])].join(" ") + ";";
}

function block(heading: string, ...lines: readonly Line[]): Block {
  return { heading, lines };
}

const render = (lines: readonly Line[], indent = ""): string =>
  lines
    .map((line) =>
      typeof line === "string"
        ? `${indent}${line}\n`
        : `${indent}${line.heading} {\n${render(line.lines, `${indent}    `)}${indent}}\n`,
    )
    .join("");
