import { concat, type Text } from "../../lib/text";
import {
  cacheProxyConfig,
  collectorConfig,
  dexConfig,
  edgeProxyConfig,
  frontendAppConfig,
  frontendServerConfig,
  type EdgeProxyInput,
  type ProxyProcess,
  type Upstream,
} from "../config";
import { postgresCa } from "../database/connection";
import { nativeOf } from "../edge/native";
import { maxCompactionJobMb, wholeCores } from "../sizing/formulas";
import { effectiveMemoryMib, maxReplicas, type Size } from "../sizing/sizes";
import { frontendServer } from "./logfire-frontend-service";
import { service } from "./logfire-service";
import {
  authoritiesFile,
  certificateFile,
  collectorTls,
  dexTls,
  fusionfireVariables,
  haproxyTls,
  httpsPort,
  listenOn,
} from "./tls";
import type { ConfigMapName, WorkloadName } from "./names";
import type { Context } from "./workload";

export type ConfigData = Readonly<Record<string, Text>>;

/** What each ConfigMap holds. Nothing in it is secret: addresses with a password are read from Secrets. */
export const configMaps: Readonly<Record<ConfigMapName, (context: Context) => ConfigData>> = {
  "logfire-ff-base-config": ({ platform, settings, service }) => ({
    RUST_BACKTRACE: "full",
    RUST_LOG: "info",
    FF_SEND_TO_LOGFIRE: "true",
    FF_FORCE_CONSOLE_LOGGING: "true",
    FF_COLLECT_STATISTICS_FROM_ZONE_MAP_INDEXES: "false",
    FF_CACHE_OBJECT_STORE_URI: service("logfire-ff-cache-byte").url,
    FF_TOKEN_REDIS_PREFIX: settings.redisPrefixes.token,
    FF_USAGE_REDIS_PREFIX: settings.redisPrefixes.usage,
    FF_OBJECT_STORE_URI: platform.objectStore.uri,
    FF_PG_TRANSACTION_TIMEOUT: "30s",
    ...(settings.inClusterTls === undefined ? {} : fusionfireVariables),
  }),
  "logfire-ff-query-config": ({ service }) => ({
    FF_BACKEND_SERVICE_URL: service("logfire-backend-auth").url,
    FF_DISTRIBUTED_CHANCE: "0",
    FF_RETRY_FAILED_DISTRIBUTED_QUERIES: "false",
    FF_EXTERNAL_TABLES_PG_ENABLED_TABLES: externalTables.map((table) => `logfire.${table}`).join(","),
  }),
  "logfire-ff-write-config": () => ({
    FF_WRITE_INDEX_THRESHOLD_BYTES: "1048576",
    FF_PARQUET_WRITER_MAX_ROWS_PER_ROW_GROUP: "100000",
    FF_PARQUET_WRITER_MAX_ROWS_PER_PAGE: "15000",
  }),
  "logfire-ff-maintenance-config": ({ sizes }) => ({
    FF_CACHE_OBJECT_STORE_HTTP_HEADERS: "x-ff-no-warm-cache=1",
    FF_COMPACTION_LOOP_BACKOFF_DELAY: "1s",
    FF_MAX_COMPACTION_JOB_SIZE_BYTES: `${maxCompactionJobMb(sizes)}MB`,
    FF_INGEST_MAX_TIME_SKEW: "120s",
  }),
  "logfire-ff-ingest-config": ({ platform, service }) => ({
    FF_BACKEND_SERVICE_URL: service("logfire-backend-auth").url,
    FF_FAILOVER_OBJECT_STORE_URI: concat(platform.objectStore.uri, "/_ingest_failover"),
    FF_INGEST_MAX_TIME_SKEW: "120s",
    FF_INGEST_MAX_FUTURE_TIME_DRIFT: "1h",
    FF_INGEST_MAX_PAST_TIME_DRIFT: "24h",
  }),
  "logfire-haproxy-config": (context) => ({ "haproxy.cfg": edgeProxyConfig(edgeProxy(context)) }),
  "logfire-cache-byte-haproxy-config": (context) => ({
    "haproxy.cfg": cacheProxyConfig({
      cache: upstream(context, "logfire-ff-cache-byte-internal", "logfire-ff-cache-byte"),
      listen: proxyListen(context),
      ...threads(context, "logfire-ff-proxy-cache-byte"),
    }),
  }),
  "logfire-frontend-nginx-config": (context) => ({ "nginx.conf": frontendServerConfig(frontendServer(context)) }),
  "logfire-frontend-service-config": ({ settings, urls }) => ({
    "config.1.js": frontendAppConfig({
      url: urls[0],
      hostname: settings.hostnames[0],
      version: settings.images.version,
    }),
  }),
  "logfire-dex-config": (context) => ({ "config.yaml": dexText(context) }),
  "otel-collector-config": ({ settings, sizes, service }) => ({
    "otel-collector-config.yaml": collectorConfig({
      namespace: settings.namespace,
      ingestEndpoint: service("logfire-ff-ingest").url,
      ...(settings.inClusterTls === undefined ? {} : { authorities: authoritiesFile(collectorTls.trusts) }),
      memoryMib: effectiveMemoryMib(sizeOf(sizes, "logfire-otel-collector")),
      prometheusPort: settings.telemetry.prometheusPort,
    }),
  }),
};

/** Tables of the crud database that queries may join with. */
const externalTables = [
  ...["annotations", "experiments", "datasets", "dataset_cases", "alerts_ext", "alert_runs_ext"],
  ...["alert_issues_ext", "filter_alert_issue_hits_ext", "saved_searches_ext"],
];

function edgeProxy(context: Context): EdgeProxyInput {
  const { settings, features, urls } = context;
  return {
    origins: urls,
    primaryHostname: settings.hostnames[0],
    upstreams: {
      ingest: upstream(context, "logfire-ff-ingest", "logfire-ff-ingest"),
      queryApi: upstream(context, "logfire-ff-query-api", "logfire-ff-query-api"),
      backend: upstream(context, "logfire-backend"),
      dex: { ...upstream(context, "logfire-dex"), healthPort: context.service("logfire-dex", "telemetry").port },
      frontend: upstream(context, "logfire-frontend-service"),
      ...(features.aiGateway ? { aiGateway: upstream(context, "logfire-ai-gateway") } : {}),
      ...(features.remoteMcp ? { remoteMcp: upstream(context, "logfire-remote-mcp") } : {}),
    },
    ...inFront(context),
    gatewayTimeoutSeconds: settings.oauth.gatewayTimeoutSeconds,
    listen: proxyListen(context),
    drainSeconds: service.longestRequestSeconds(context),
    ...threads(context, "logfire-service"),
  };
}

/** Gateway and Ingress append the client's address; with the owner's own routing layer, `proxiesInFront` counts them all. */
function inFront({ settings, platform }: Context): Pick<EdgeProxyInput, "forwardedHops" | "repeatsNothing"> {
  const { mode, proxiesInFront } = settings.edge;
  if (mode !== "native") return { forwardedHops: proxiesInFront + (mode === "none" ? 0 : 1) };
  return { forwardedHops: proxiesInFront + nativeOf(platform.edge).forwardedHops, repeatsNothing: true };
}

/** A Service, with a slot for each replica the workload may have where the proxy balances by itself. */
function upstream({ clusterHost, service: find, sizes }: Context, name: string, balanced?: WorkloadName): Upstream {
  const { port, certificateName } = find(name);
  return {
    host: clusterHost(name),
    port,
    ...(certificateName === undefined
      ? {}
      : { tls: { name: certificateName, authorities: authoritiesFile(haproxyTls.trusts) } }),
    slots: balanced === undefined ? 1 : maxReplicas(sizeOf(sizes, balanced)),
  };
}

/** Ports of both HAProxies. */
const proxyListen = ({ settings: { inClusterTls } }: Context): ProxyProcess["listen"] => ({
  http: service.ports.http,
  ...(inClusterTls === undefined
    ? {}
    : { https: { port: httpsPort, certificate: certificateFile(haproxyTls.serves) } }),
  stats: service.ports.stats,
});

const threads = ({ sizes }: Context, name: WorkloadName) => ({ threads: wholeCores(sizeOf(sizes, name)) });

function dexText({ settings: { identity, inClusterTls }, platform: { postgres }, urls }: Context): string {
  return dexConfig({
    ...(inClusterTls === undefined ? {} : { https: listenOn(dexTls.serves) }),
    url: urls[0],
    allUrls: urls,
    passwordLogin: identity.passwordLogin,
    connectors: identity.connectors,
    postgres: {
      port: postgres.port,
      database: "dex",
      tls: postgres.tls,
      ...(postgres.caBundle === undefined ? {} : { caFile: postgresCa.file }),
    },
  });
}

export function sizeOf(sizes: Context["sizes"], name: WorkloadName): Size {
  const size = sizes[name];
  if (size === undefined) throw new Error(`${name} is not enabled`);
  return size;
}
