import { parse } from "yaml";
import { toMib, toMillis } from "../../components/lib/quantities";
import { entranceFacts } from "./entranceFacts";
import { proxyFacts } from "./proxyFacts";

/** One field of one object, such as `Deployment/logfire-dex container.env.DEX_API_CONNECTORS_CRUD`. */
export type Facts = Record<string, string | number | boolean>;

/** A Kubernetes object as it comes out of YAML or JSON. */
export interface Raw {
  readonly kind: string;
  readonly metadata: Fields & { readonly name: string };
  readonly spec?: Fields;
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly rules?: readonly Fields[];
  readonly roleRef?: Fields;
  readonly subjects?: readonly Fields[];
  readonly automountServiceAccountToken?: boolean;
}
export type Fields = Readonly<Record<string, unknown>>;

/** Named ports by component, to turn names into numbers: names are each side's own business. */
type PortNumbers = ReadonlyMap<string, Readonly<Record<string, number>>>;

/** Objects of the reference that are called otherwise here, so that their fields are compared all the same. */
const aliases: Readonly<Record<string, string>> = {
  "Deployment/logfire-redis-instance": "logfire-redis",
  "Role/logfire-logfire-ff-cache-routing-96d176d2": "logfire-cache-routing",
  "RoleBinding/logfire-logfire-ff-cache-routing-96d176d2": "logfire-cache-routing",
};

const component = "app.kubernetes.io/component";

/**
 * Objects as facts that two renderings can be compared by: quantities as numbers, Kubernetes' defaults filled in, named
 * ports as numbers, one container without its name, volumes joined with their mounts, JSON in order, long texts
 * reduced to what they say.
 */
export function normalise(objects: readonly Raw[]): Facts {
  const ports = portNumbers(objects);
  const entries = objects.flatMap((object) => {
    const { name } = object.metadata;
    const id = `${isConfig(object) ? "Config" : object.kind}/${aliases[`${object.kind}/${name}`] ?? name}`;
    return Object.entries(factsOf(object, ports)).map(([path, value]) => [`${id} ${path}`, value] as const);
  });
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}

function factsOf(object: Raw, ports: PortNumbers): Facts {
  const name = object.metadata.name;
  const own = { present: true, name, ...prefixed("label", flatten(object.metadata["labels"] ?? {})) };
  switch (object.kind) {
    case "Deployment":
    case "StatefulSet":
    case "Job":
      return { ...own, ...workloadFacts(object, ports) };
    case "Service":
      return { ...own, ...serviceFacts(object.spec ?? {}, ports) };
    case "HorizontalPodAutoscaler":
      return { ...own, ...autoscalerFacts(object.spec ?? {}) };
    case "PodDisruptionBudget":
    case "NetworkPolicy":
      return { ...own, ...flatten(object.spec ?? {}) };
    case "ConfigMap":
    case "Secret":
      return isConfig(object) ? { ...own, kind: object.kind, ...configFacts(object) } : { ...own, ...keys(object) };
    case "Role":
      return { ...own, ...ruleFacts(object.rules ?? []) };
    case "RoleBinding":
      return { ...own, role: String(object.roleRef?.["name"]), ...subjectFacts(object.subjects ?? []) };
    case "ServiceAccount":
      return {
        ...own,
        ...prefixed("annotation", flatten(object.metadata["annotations"] ?? {})),
        automountServiceAccountToken: object.automountServiceAccountToken ?? true,
      };
    case "Certificate":
    case "Gateway":
    case "HTTPRoute":
    case "Ingress":
    case "Issuer":
      return { ...own, ...entranceFacts(object.kind, object.spec ?? {}) };
    default:
      return { present: true };
  }
}

/** Configuration, whatever it is kept in; a Secret with secrets in it has one key of its own name or a known one. */
const configNames = ["logfire-haproxy-config", "logfire-cache-byte-haproxy-config", "logfire-dex-config"];
const isConfig = ({ kind, metadata: { name } }: Raw): boolean =>
  kind === "ConfigMap" || (kind === "Secret" && configNames.includes(name));

const keys = ({ data, stringData }: Raw): Facts =>
  Object.fromEntries(Object.keys({ ...data, ...stringData }).map((key) => [`key.${key}`, true]));

function configFacts({ kind, data, stringData }: Raw): Facts {
  const plain = kind === "Secret" ? mapValues(data ?? {}, (text) => Buffer.from(text, "base64").toString()) : data;
  const texts = Object.entries({ ...plain, ...stringData });
  return merge(texts.map(([key, text]) => textFacts(key, text)));
}

function textFacts(key: string, text: string): Facts {
  if (/^[A-Z][A-Z0-9_]*$/.test(key)) return { [`data.${key}`]: canonical(text) };
  if (/\.ya?ml$/.test(key)) return prefixed(key, flatten(parse(text) as unknown));
  if (key === "haproxy.cfg") return prefixed(key, proxyFacts(text));
  if (key === "config.1.js") return prefixed(key, flatten(appConfig(text)));
  return { [key]: "a text" };
}

/** `window.appConfig = {…}`: a JavaScript literal on one side, JSON on the other; YAML reads both. */
const appConfig = (text: string): unknown => parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));

function workloadFacts({ kind, spec = {} }: Raw, ports: PortNumbers): Facts {
  const { template, selector, volumeClaimTemplates, ...rest } = spec as Fields & { readonly template: Fields };
  const pod = template["spec"] as Fields;
  const metadata = (template["metadata"] ?? {}) as Fields;
  return {
    ...flatten(rest),
    ...prefixed("selector", flatten((selector as Fields | undefined)?.["matchLabels"] ?? {})),
    ...prefixed("podLabel", flatten(metadata["labels"] ?? {})),
    ...annotationFacts((metadata["annotations"] ?? {}) as Fields),
    ...(kind === "Job" ? {} : { terminationGracePeriodSeconds: 30 }),
    ...podFacts(pod),
    ...mountFacts(pod, (volumeClaimTemplates ?? []) as readonly Fields[]),
    ...containerFacts((pod["containers"] as readonly Fields[])[0] ?? {}, portsOfTemplate(template, ports)),
  };
}

/** Hashes change with every text; that something is hashed is the fact. */
const annotationFacts = (annotations: Fields): Facts =>
  Object.fromEntries(Object.entries(annotations).map(([key]) => [`podAnnotation.${key}`, true]));

function podFacts(pod: Fields): Facts {
  const { imagePullSecrets = [], topologySpreadConstraints = [], tolerations = [], ...rest } = pod;
  const list = (value: unknown): readonly Fields[] => value as readonly Fields[];
  return {
    ...flatten(without(rest, "containers", "volumes")),
    ...Object.fromEntries(list(imagePullSecrets).map(({ name }) => [`imagePullSecret.${String(name)}`, true])),
    ...merge(
      list(topologySpreadConstraints).map(({ topologyKey, ...constraint }) =>
        prefixed(`spread.${String(topologyKey)}`, flatten(constraint)),
      ),
    ),
    ...merge(list(tolerations).map(({ key, ...more }) => prefixed(`toleration.${String(key)}`, flatten(more)))),
  };
}

function containerFacts(container: Fields, ports: Readonly<Record<string, number>>): Facts {
  const { name, image, ports: list, env, envFrom, resources, lifecycle, ...rest } = container;
  const { command, args, livenessProbe, readinessProbe, startupProbe, ...more } = rest;
  const probes = { livenessProbe, readinessProbe, startupProbe };
  return prefixed("container", {
    name: String(name),
    image: imageName(String(image)),
    ports: (list as readonly Fields[] | undefined)?.map((port) => port["containerPort"]).join(",") ?? "",
    ...commandFacts((command ?? []) as readonly string[], (args ?? []) as readonly string[]),
    ...environmentFacts((env ?? []) as readonly Fields[], (envFrom ?? []) as readonly Fields[]),
    ...resourceFacts((resources ?? {}) as Fields),
    ...lifecycleFacts(lifecycle as Fields | undefined),
    ...merge(Object.entries(probes).map(([key, probe]) => probeFacts(key, probe as Fields | undefined, ports))),
    ...flatten(without(more, "volumeMounts")),
  });
}

/** `haproxy:3.2` is Docker's short form of `docker.io/library/haproxy:3.2`. */
const imageName = (image: string): string =>
  image.includes("/") ? (/^[^/]*[.:]/.test(image) ? image : `docker.io/${image}`) : `docker.io/library/${image}`;

/** A shell that only empties the temporary folder before the program is reduced to that fact. */
function commandFacts(command: readonly string[], args: readonly string[]): Facts {
  const shell = command[0] === "sh" && command[1] === "-c";
  const sweeps = shell && (command[2] ?? "").includes("FF_TEMP_DIR");
  const program = sweeps ? command.slice(3) : command;
  return {
    ...(program.length === 0 ? {} : { command: program.join(" ") }),
    ...(args.length === 0 ? {} : { args: args.join(" ") }),
    ...(sweeps ? { emptiesFirst: "FF_TEMP_DIR" } : {}),
  };
}

function environmentFacts(env: readonly Fields[], envFrom: readonly Fields[]): Facts {
  const from = envFrom.map((source) => (source["configMapRef"] as Fields | undefined)?.["name"]);
  const all = env.map((variable) => environmentFact(variable as Parameters<typeof environmentFact>[0]));
  return { ...(from.length === 0 ? {} : { environmentFrom: from.join(",") }), ...merge(all) };
}

function environmentFact({ name, value, valueFrom }: Fields & { readonly value?: string | number | null }): Facts {
  const key = `env.${String(name)}`;
  const source = valueFrom as { secretKeyRef?: Fields; fieldRef?: Fields } | undefined;
  if (source?.secretKeyRef !== undefined)
    return { [key]: `secret ${String(source.secretKeyRef["name"])} ${String(source.secretKeyRef["key"])}` };
  if (source?.fieldRef !== undefined) return { [key]: `field ${String(source.fieldRef["fieldPath"])}` };
  const text = value === undefined || value === null ? "" : String(value);
  if (name !== "OTEL_RESOURCE_ATTRIBUTES") return { [key]: canonical(text) };
  return Object.fromEntries(
    text.split(",").map((pair) => {
      const at = pair.indexOf("=");
      return [`${key}.${pair.slice(0, at)}`, pair.slice(at + 1)];
    }),
  );
}

/** JSON with its keys in order; a variable that Kubernetes puts in unquoted is quoted for the comparison. */
function canonical(text: string): string {
  if (!/^[[{]/.test(text)) return text;
  try {
    return JSON.stringify(sorted(JSON.parse(text.replace(/: ?(\$\([A-Z_]+\))/g, ': "$1"'))));
  } catch {
    return text;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

function resourceFacts({ requests = {}, limits = {} }: Fields): Facts {
  const amounts = (side: string, list: unknown): Facts =>
    Object.fromEntries(
      Object.entries(list as Record<string, string | number>).map(([name, amount]) => [
        `${side}.${name}`,
        name === "cpu" ? toMillis(String(amount)) : toMib(String(amount)),
      ]),
    );
  return { ...amounts("requests", requests), ...amounts("limits", limits) };
}

function lifecycleFacts(lifecycle: Fields | undefined): Facts {
  const preStop = lifecycle?.["preStop"] as { exec?: { command: string[] }; sleep?: { seconds: number } } | undefined;
  if (preStop?.sleep !== undefined) return { "preStop.seconds": preStop.sleep.seconds, "preStop.by": "the kubelet" };
  if (preStop?.exec?.command[0] !== "sleep") return {};
  return { "preStop.seconds": Number(preStop.exec.command[1]), "preStop.by": "a program in the image" };
}

function probeFacts(name: string, probe: Fields | undefined, ports: Readonly<Record<string, number>>): Facts {
  if (probe === undefined) return {};
  const { httpGet, tcpSocket, ...times } = probe as Fields & { httpGet?: Fields; tcpSocket?: Fields };
  const port = (httpGet ?? tcpSocket)?.["port"];
  const defaults = {
    initialDelaySeconds: 0,
    periodSeconds: 10,
    timeoutSeconds: 1,
    failureThreshold: 3,
    successThreshold: 1,
  };
  return prefixed(name, {
    asks: httpGet === undefined ? "a connection" : String(httpGet["path"]),
    port: typeof port === "string" ? (ports[port] ?? port) : Number(port),
    ...defaults,
    ...flatten(times),
  });
}

/** What is mounted where, each mount with the volume behind it. */
function mountFacts(pod: Fields, claims: readonly Fields[]): Facts {
  const container = (pod["containers"] as readonly Fields[])[0];
  const volumes = [...((pod["volumes"] ?? []) as readonly Fields[]), ...claims.map(claimVolume)];
  return merge(
    ((container?.["volumeMounts"] ?? []) as readonly Fields[]).map(({ name, mountPath, subPath, readOnly }) => {
      const volume = volumes.find((candidate) => candidate["name"] === name) ?? {};
      return prefixed(`mount.${String(mountPath)}`, {
        ...volumeFacts(volume),
        ...(subPath === undefined ? {} : { key: subPath as string }),
        ...(readOnly === undefined ? {} : { readOnly: readOnly === true }),
      });
    }),
  );
}

const claimVolume = ({ metadata, spec }: Fields): Fields => ({ name: (metadata as Fields)["name"], claim: spec });

function volumeFacts(volume: Fields): Facts {
  const { ephemeral, claim, emptyDir, configMap, secret } = volume as Record<string, Fields | undefined>;
  const spec = claim ?? (ephemeral?.["volumeClaimTemplate"] as Fields | undefined)?.["spec"];
  const storage = (spec as { resources?: { requests?: { storage?: string } } } | undefined)?.resources?.requests
    ?.storage;
  if (storage !== undefined) return { volume: claim === undefined ? "ephemeral claim" : "claim", mib: toMib(storage) };
  if (configMap !== undefined) return { volume: "config", source: String(configMap["name"]) };
  if (secret !== undefined) return { volume: "secret", source: String(secret["secretName"]) };
  const limit = emptyDir?.["sizeLimit"];
  return { volume: "emptyDir", ...(typeof limit === "string" ? { mib: toMib(limit) } : {}) };
}

function serviceFacts({ ports, selector, ...rest }: Fields, known: PortNumbers): Facts {
  const targets = known.get(String((selector as Fields | undefined)?.[component])) ?? {};
  const list = (ports ?? []) as readonly { name?: string; port: number; targetPort?: string | number }[];
  return {
    // What Kubernetes fills in.
    ...(rest["clusterIP"] === "None" ? { type: "ClusterIP" } : {}),
    type: "ClusterIP",
    ...flatten(rest),
    ...prefixed("selector", flatten(selector ?? {})),
    ...merge(
      list.map(({ name, port, targetPort = port }) => ({
        [`port.${port}.name`]: name ?? "",
        [`port.${port}.target`]: typeof targetPort === "string" ? (targets[targetPort] ?? targetPort) : targetPort,
      })),
    ),
  };
}

function autoscalerFacts({ metrics, ...rest }: Fields): Facts {
  const list = metrics as readonly { resource: { name: string; target: { averageUtilization: number } } }[];
  return {
    ...flatten(rest),
    ...Object.fromEntries(list.map(({ resource: { name, target } }) => [`target.${name}`, target.averageUtilization])),
  };
}

const ruleFacts = (rules: readonly Fields[]): Facts =>
  Object.fromEntries(
    rules.flatMap(({ apiGroups, resources, verbs }) =>
      (resources as string[]).map((resource) => [
        `may.${(apiGroups as string[]).join(",")}/${resource}`,
        [...(verbs as string[])].sort().join(","),
      ]),
    ),
  );

const subjectFacts = (subjects: readonly Fields[]): Facts =>
  Object.fromEntries(subjects.map(({ kind, name }) => [`subject.${String(kind)}/${String(name)}`, true]));

function portNumbers(objects: readonly Raw[]): PortNumbers {
  const entries = objects.flatMap(({ spec }) => {
    const template = spec?.["template"] as Fields | undefined;
    return template === undefined ? [] : [templatePorts(template)];
  });
  return new Map(entries);
}

function templatePorts(template: Fields): readonly [string, Readonly<Record<string, number>>] {
  const labels = ((template["metadata"] as Fields)["labels"] ?? {}) as Record<string, string>;
  const [container] = (template["spec"] as Fields)["containers"] as readonly Fields[];
  const ports = (container?.["ports"] ?? []) as readonly { name?: string; containerPort: number }[];
  const named = ports.flatMap(({ name, containerPort }) =>
    name === undefined ? [] : [[name, containerPort] as const],
  );
  return [labels[component] ?? "", Object.fromEntries(named)];
}

const portsOfTemplate = (template: Fields, known: PortNumbers): Readonly<Record<string, number>> =>
  known.get(templatePorts(template)[0]) ?? {};

/** Nested fields as paths; lists of plain values as one text, other lists by position. */
export function flatten(value: unknown, path = ""): Facts {
  if (value === null || value === undefined) return {};
  if (typeof value !== "object") return { [path]: value as string | number | boolean };
  if (Array.isArray(value) && value.every((inner) => typeof inner !== "object"))
    return { [path]: listText(path, value) };
  const entries = Array.isArray(value)
    ? value.map((inner, index) => [String(index), inner as unknown] as const)
    : Object.entries(value);
  return merge(entries.map(([key, inner]) => flatten(inner, path === "" ? key : `${path}.${key}`)));
}

/** The order of what the collector reads of a pod means nothing, nor does a repetition. */
const listText = (path: string, list: readonly unknown[]): string =>
  (path.endsWith(".extract.metadata") ? [...new Set(list)].sort() : list).map(String).join(",");

const prefixed = (prefix: string, facts: Facts): Facts =>
  Object.fromEntries(Object.entries(facts).map(([path, value]) => [`${prefix}.${path}`, value]));

const merge = (list: readonly Facts[]): Facts => Object.fromEntries(list.flatMap((facts) => Object.entries(facts)));

const without = (fields: Fields, ...names: readonly string[]): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));

const mapValues = <Value, Result>(record: Readonly<Record<string, Value>>, change: (value: Value) => Result) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
