import type { Destination, Placement } from "../platform/contract";
import { settingsOf } from "./clouds";
import { connectorTypes } from "./connectorTypes";
import { anyAddress, rangesOf } from "./formats";
import { impliedIdentityDestinations } from "./cloudIdentity";
import { secretKeysOf } from "./rules/identity";
import type { Configuration } from "./schema";
import { edgeNamespaces, hostnamesOf, settleEdge, usesHttps } from "./settleEdge";
import { externalOrInCluster, externalPostgres } from "./settleExternal";
import type {
  Connector,
  ExistingPlatformSettings,
  ExternalObjectStore,
  InClusterTls,
  LogfireSettings,
  NetworkSettings,
  OauthSettings,
  PlatformSettings,
  Settings,
} from "./types";

/** Defaults that follow from other settings. Everything has been checked. */
export function settle(config: Configuration, givenSecrets: readonly string[]): Settings {
  const [primary, ...others] = hostnamesOf(config);
  if (primary === undefined || config.adminEmail === undefined) throw new Error("unchecked configuration");
  const https = usesHttps(config);
  const logfire: LogfireSettings = {
    ...pick(config, asWritten),
    hostnames: [primary, ...others],
    adminEmail: config.adminEmail,
    https,
    identity: { ...config.identity, connectors: config.identity.connectors.map((one) => connector(one, givenSecrets)) },
    oauth: oauth(config.oauth, `${https ? "https" : "http"}://${primary}`),
    network: network(config),
    edge: settleEdge({ ...config, adminEmail: config.adminEmail }),
    ...(config.inClusterTls === undefined ? {} : { inClusterTls: inClusterTls(config.inClusterTls) }),
    redisPrefixes: { token: config.redisPrefixes.token ?? "", usage: config.redisPrefixes.usage ?? "" },
    givenSecrets,
  };
  return { platform: platformOf(config, givenSecrets), logfire };
}

function platformOf(config: Configuration, given: readonly string[]): PlatformSettings {
  switch (config.platform) {
    case "existing":
      return existingPlatform(config, given);
    case "aws":
      return settingsOf.aws().settle(config);
    case "gcp":
      return settingsOf.gcp().settle(config);
    case "azure":
      return settingsOf.azure().settle(config);
  }
}

/** Settings that mean the same resolved as written. */
const asWritten = [
  "namespace",
  "preset",
  "disposable",
  "features",
  "workloads",
  "images",
  "groupOrganizationMapping",
  "rateLimits",
  "smtp",
  "ai",
  "telemetry",
  "podSecurity",
  "priorityClassName",
  "sseC",
  "ingestVolumeGib",
  "readyTimeoutSeconds",
  "existingSecrets",
] as const satisfies readonly (keyof Configuration & keyof LogfireSettings)[];

const pick = <T, K extends keyof T>(from: T, keys: readonly K[]) =>
  Object.fromEntries(keys.filter((key) => from[key] !== undefined).map((key) => [key, from[key]])) as Pick<T, K>;

function connector(
  { type, id, name, config }: Configuration["identity"]["connectors"][number],
  given: readonly string[],
): Connector {
  return { type, id, name: name ?? connectorTypes[type].title, config, secretKeys: secretKeysOf(given, id) };
}

const oauth = (given: Configuration["oauth"], url: string): OauthSettings => ({
  intakeResourceUrl: given.intakeResourceUrl ?? `${url}/v1`,
  gatewayResourceUrl: given.gatewayResourceUrl ?? `${url}/proxy`,
  gatewayIssuer: given.gatewayIssuer ?? url,
  mcpServerUrl: given.mcpServerUrl ?? `${url}/mcp`,
  gatewayTimeoutSeconds: given.gatewayTimeoutSeconds,
});

/** The API server's Service has 443 and most servers behind it 6443; policies see the one or the other. */
const kubernetesApiPorts = [443, 6443];

function network(config: Configuration): NetworkSettings {
  const {
    kubernetesApi: { port, cidrs },
    ...rest
  } = config.network;
  const ports = port === undefined ? kubernetesApiPorts : [port];
  const to = { cidrs: cidrs ?? anyAddress };
  return {
    ...rest,
    edgeNamespaces: edgeNamespaces(config),
    kubernetesApi: ports.map((one): Destination => ({ port: one, to })),
  };
}

function inClusterTls({ caBundle, ...same }: NonNullable<Configuration["inClusterTls"]>): InClusterTls {
  if (caBundle === undefined) return same;
  const { configMap, secret, key } = caBundle;
  const name = configMap ?? secret;
  if (name === undefined) throw new Error("unchecked configuration");
  return { ...same, caBundle: { kind: configMap === undefined ? "Secret" : "ConfigMap", name, key } };
}

type Existing = Configuration["existing"];

function existingPlatform(config: Configuration, given: readonly string[]): ExistingPlatformSettings {
  const { scratch, postgres, objectStore, redis, inClusterVolumes, identityEndpoints, ...same } = config.existing;
  const { storageClass, ...placement } = scratch;
  return {
    kind: "existing",
    ...same,
    scratch: {
      ...(placement satisfies Placement),
      ...(storageClass === undefined ? { kind: "emptyDir" } : { kind: "storageClass", storageClass }),
    },
    postgres:
      postgres === "inCluster"
        ? { kind: "inCluster", volumeGib: inClusterVolumes.postgresGib }
        : externalPostgres(postgres),
    objectStore:
      objectStore === "inCluster"
        ? { kind: "inCluster", volumeGib: inClusterVolumes.objectStoreGib }
        : externalObjectStore(objectStore, given),
    redis: externalOrInCluster(redis),
    identityDestinations:
      identityEndpoints?.map(({ port, cidrs }) => ({ port, to: { cidrs: cidrs ?? config.network.egressCidrs } })) ??
      impliedIdentityDestinations(config.existing, given, config.network.egressCidrs),
  };
}

function externalObjectStore(
  store: Exclude<Existing["objectStore"], string>,
  given: readonly string[],
): ExternalObjectStore {
  const address = store.environment["AWS_ENDPOINT"] ?? store.environment["AWS_ENDPOINT_URL"];
  const endpoint = address === undefined ? undefined : new URL(address);
  const implied = endpoint === undefined ? 443 : Number(endpoint.port || (endpoint.protocol === "http:" ? 80 : 443));
  const prefix = "objectStore.";
  return {
    kind: "external",
    ...store,
    secretEnvironmentKeys: given.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length)),
    port: store.port ?? implied,
    cidrs: store.cidrs ?? (endpoint === undefined ? anyAddress : rangesOf(endpoint.hostname)),
  };
}
