/**
 * From Envoy Gateway's translation to a configuration that Envoy runs by itself: what the controller would serve over
 * xDS stands in the file, and addresses are of this machine.
 */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export interface TlsMaterial {
  readonly chain: string;
  readonly privateKey: string;
}

/** Where the parts of a translated configuration are on this machine. */
export interface EnvoyPlace {
  /** Ports here by the port in the translation; listeners on other ports are left out. */
  readonly ports: Readonly<Record<number, number>>;
  readonly admin: number;
  /** The file that holds the endpoints of a cluster. */
  readonly endpointsFile: (cluster: string) => string;
  /** By name of the Kubernetes Secret, `namespace/name`. */
  readonly certificates: Readonly<Record<string, TlsMaterial>>;
  /** PEM bundle that backends are checked with. */
  readonly backendCa?: string;
}

export interface EnvoyConfig {
  readonly bootstrap: JsonObject;
  /** Endpoints as translated, by cluster. */
  readonly endpoints: Readonly<Record<string, JsonObject>>;
}

/** A process behind the clusters, in place of the translated endpoints. */
export interface Replica {
  readonly port: number;
  readonly health: number;
}

export function envoyConfig(dump: Json, place: EnvoyPlace): EnvoyConfig {
  const parts = onlyGateway(dump);
  const bootstrap = section(parts, "Bootstrap")["bootstrap"];
  const routes = byName(section(parts, "Routes"), "dynamicRouteConfigs", "routeConfig", "name");
  const endpoints = byName(section(parts, "Endpoints"), "dynamicEndpointConfigs", "endpointConfig", "clusterName");
  const clusters = Object.values(byName(section(parts, "Clusters"), "dynamicActiveClusters", "cluster", "name"));
  const listeners = list(section(parts, "Listeners")["dynamicListeners"])
    .map((entry) => object(object(object(entry)["activeState"])["listener"]))
    .filter((listener) => place.ports[portOf(listener)] !== undefined);
  const resolve = (value: Json): Json => withoutXds(value, { routes, place });
  return {
    endpoints,
    bootstrap: {
      ...pick(object(bootstrap), ["layeredRuntime", "overloadManager", "statsConfig"]),
      // Discovery, even by file, asks who is asking.
      node: { id: "test", cluster: "test" },
      admin: { address: localAddress(place.admin) },
      staticResources: {
        listeners: listeners.map((listener) => ({
          ...object(resolve(asField(listener))),
          address: localAddress(place.ports[portOf(listener)] ?? 0),
        })),
        clusters: clusters.map((cluster) => resolve(asField(cluster))),
      },
    },
  };
}

/** The file's content for a cluster that these replicas stand behind: what the translation says of an endpoint stays. */
export function endpointsFile(translated: JsonObject, replicas: readonly Replica[]): JsonObject {
  const [locality] = list(translated["endpoints"]).map(object);
  const [pattern] = list(locality?.["lbEndpoints"] ?? []).map(object);
  if (locality === undefined || pattern === undefined) throw new Error("the translation has no endpoint to follow");
  const hasHealthPort = object(pattern["endpoint"] ?? {})["healthCheckConfig"] !== undefined;
  const lbEndpoints = replicas.map(({ port, health }) => ({
    ...pattern,
    endpoint: {
      address: localAddress(port),
      ...(hasHealthPort ? { healthCheckConfig: { portValue: health } } : {}),
    },
  }));
  const assignment = { ...translated, endpoints: replicas.length === 0 ? [] : [{ ...locality, lbEndpoints }] };
  return { versionInfo: String(replicas.length), resources: [assignment] };
}

interface Context {
  readonly routes: Readonly<Record<string, JsonObject>>;
  readonly place: EnvoyPlace;
}

/** Puts in place what the translation only names. */
function withoutXds(value: Json, context: Context): Json {
  if (Array.isArray(value)) return value.map((item: Json) => withoutXds(item, context));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => replaced(key, inner, context)));
}

function replaced(key: string, value: Json, context: Context): readonly (readonly [string, Json])[] {
  const { routes, place } = context;
  if (key === "rds") return [["routeConfig", asField(known(routes, text(object(value)["routeConfigName"]), "route"))]];
  if (key === "tlsCertificateSdsSecretConfigs")
    return [["tlsCertificates", list(value).map((secret) => tlsCertificate(place, text(object(secret)["name"])))]];
  if (key === "combinedValidationContext") {
    const { defaultValidationContext: own } = object(value);
    return [["validationContext", { ...object(own ?? {}), trustedCa: backendCa(place) }]];
  }
  if (key === "edsClusterConfig") {
    const cluster = text(object(value)["serviceName"]);
    const pathConfigSource = { path: place.endpointsFile(cluster) };
    return [[key, { serviceName: cluster, edsConfig: { pathConfigSource, resourceApiVersion: "V3" } }]];
  }
  return [[key, withoutXds(value, context)]];
}

function tlsCertificate({ certificates }: EnvoyPlace, name: string): JsonObject {
  const { chain, privateKey } = known(certificates, name, "certificate");
  return { certificateChain: { inlineString: chain }, privateKey: { inlineString: privateKey } };
}

function backendCa({ backendCa: pem }: EnvoyPlace): JsonObject {
  if (pem === undefined) throw new Error("the translation checks its backends, but no CA is given for them");
  return { inlineString: pem };
}

function onlyGateway(dump: Json): readonly JsonObject[] {
  const gateways = Object.values(object(object(dump)["xds"]));
  const [gateway] = gateways;
  if (gateways.length !== 1 || gateway === undefined) throw new Error(`${gateways.length} Gateways were translated`);
  return list(object(gateway)["configs"]).map(object);
}

function section(parts: readonly JsonObject[], name: string): JsonObject {
  const found = parts.find((part) => text(part["@type"]).endsWith(`.${name}ConfigDump`));
  if (found === undefined) throw new Error(`the translation has no ${name}`);
  return found;
}

const byName = (dump: JsonObject, listed: string, inside: string, name: string): Record<string, JsonObject> =>
  Object.fromEntries(
    list(dump[listed]).map((entry) => {
      const found = object(object(entry)[inside]);
      return [text(found[name]), found];
    }),
  );

/** A message names its type where it may be any, not where the field says it. */
const asField = ({ "@type": _, ...fields }: JsonObject): JsonObject => fields;

const localAddress = (portValue: number): JsonObject => ({ socketAddress: { address: "127.0.0.1", portValue } });

const portOf = (listener: JsonObject): number =>
  Number(object(object(listener["address"])["socketAddress"])["portValue"]);

function known<T>(table: Readonly<Record<string, T>>, name: string, kind: string): T {
  const found = table[name];
  if (found === undefined) throw new Error(`no ${kind} "${name}" among ${Object.keys(table).join(", ")}`);
  return found;
}

const pick = (from: JsonObject, keys: readonly string[]): JsonObject =>
  Object.fromEntries(keys.flatMap((key) => (from[key] === undefined ? [] : [[key, from[key]]])));

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function object(value: Json | undefined): JsonObject {
  if (!isObject(value)) throw new Error(`an object was expected, not ${JSON.stringify(value)}`);
  return value;
}

function list(value: Json | undefined): readonly Json[] {
  if (!Array.isArray(value)) throw new Error(`a list was expected, not ${JSON.stringify(value)}`);
  return value as readonly Json[];
}

function text(value: Json | undefined): string {
  if (typeof value !== "string") throw new Error(`a text was expected, not ${JSON.stringify(value)}`);
  return value;
}
