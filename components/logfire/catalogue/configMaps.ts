import { concat, type Text } from "../../lib/text";
import {
  cacheProxyConfig,
  collectorConfig,
  dexConfig,
  edgeProxyConfig,
  frontendAppConfig,
  frontendServerConfig,
  type EdgeProxyInput,
  type Upstream,
} from "../config";
import { postgresCa } from "../database/connection";
import { maxCompactionJobMb, wholeCores } from "../sizing/formulas";
import { effectiveMemoryMib, maxReplicas, type Size } from "../sizing/sizes";
import { frontendServer } from "./logfire-frontend-service";
import { service } from "./logfire-service";
import type { ConfigMapName, WorkloadName } from "./names";
import type { Context } from "./workload";

export type ConfigData = Readonly<Record<string, Text>>;

/** What each ConfigMap holds. Nothing in it is secret: addresses with a password are read from Secrets. */
export const configMaps: Readonly<Record<ConfigMapName, (context: Context) => ConfigData>> = {
  "logfire-ff-base-config": ({ platform, settings }) => ({
    RUST_BACKTRACE: "full",
    RUST_LOG: "info",
    FF_SEND_TO_LOGFIRE: "true",
    FF_FORCE_CONSOLE_LOGGING: "true",
    FF_COLLECT_STATISTICS_FROM_ZONE_MAP_INDEXES: "false",
    FF_CACHE_OBJECT_STORE_URI: "http://logfire-ff-cache-byte:9001",
    FF_TOKEN_REDIS_PREFIX: settings.redisPrefixes.token,
    FF_USAGE_REDIS_PREFIX: settings.redisPrefixes.usage,
    FF_OBJECT_STORE_URI: platform.objectStore.uri,
    FF_PG_TRANSACTION_TIMEOUT: "30s",
  }),
  "logfire-ff-query-config": () => ({
    FF_BACKEND_SERVICE_URL: authUrl,
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
  "logfire-ff-ingest-config": ({ platform }) => ({
    FF_BACKEND_SERVICE_URL: authUrl,
    FF_FAILOVER_OBJECT_STORE_URI: concat(platform.objectStore.uri, "/_ingest_failover"),
    FF_INGEST_MAX_TIME_SKEW: "120s",
    FF_INGEST_MAX_FUTURE_TIME_DRIFT: "1h",
    FF_INGEST_MAX_PAST_TIME_DRIFT: "24h",
  }),
  "logfire-haproxy-config": (context) => ({ "haproxy.cfg": edgeProxyConfig(edgeProxy(context)) }),
  "logfire-cache-byte-haproxy-config": (context) => ({
    "haproxy.cfg": cacheProxyConfig({
      cache: upstream(context, "logfire-ff-cache-byte-internal", 9001, "logfire-ff-cache-byte"),
      listen: { http: 8080, stats: 8181 },
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
  "otel-collector-config": ({ settings, sizes }) => ({
    "otel-collector-config.yaml": collectorConfig({
      namespace: settings.namespace,
      ingestEndpoint: "http://logfire-ff-ingest:8012",
      memoryMib: effectiveMemoryMib(sizeOf(sizes, "logfire-otel-collector")),
      prometheusPort: settings.telemetry.prometheusPort,
    }),
  }),
};

const authUrl = "http://logfire-backend-auth:8000";

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
      ingest: upstream(context, "logfire-ff-ingest", 8012, "logfire-ff-ingest"),
      queryApi: upstream(context, "logfire-ff-query-api", 8011, "logfire-ff-query-api"),
      backend: upstream(context, "logfire-backend", 8000),
      dex: { ...upstream(context, "logfire-dex", 5556), healthPort: 5558 },
      frontend: upstream(context, "logfire-frontend-service", 8080),
      ...(features.aiGateway ? { aiGateway: upstream(context, "logfire-ai-gateway", 8788) } : {}),
      ...(features.remoteMcp ? { remoteMcp: upstream(context, "logfire-remote-mcp", 8005) } : {}),
    },
    gatewayTimeoutSeconds: settings.oauth.gatewayTimeoutSeconds,
    listen: { http: 8080, stats: 8181 },
    drainSeconds: service.longestRequestSeconds(context),
    ...threads(context, "logfire-service"),
  };
}

/** A Service, with a slot for each replica the workload may have where the proxy balances by itself. */
function upstream({ clusterHost, sizes }: Context, name: string, port: number, balanced?: WorkloadName): Upstream {
  return {
    host: clusterHost(name),
    port,
    slots: balanced === undefined ? 1 : maxReplicas(sizeOf(sizes, balanced)),
  };
}

const threads = ({ sizes }: Context, name: WorkloadName) => ({ threads: wholeCores(sizeOf(sizes, name)) });

function dexText({ settings: { identity }, platform: { postgres }, urls }: Context): string {
  return dexConfig({
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
