import { edgeProxyConfig, type EdgeProxyInput } from "../../components/logfire/config";
import type { Place } from "./programs";
import { startProxy, type RunningProxy } from "./proxies";
import { ask, freePorts, startNameServer, startService, until, type NameServer, type Service } from "./standIns";

export const edgeServices = ["ingest", "queryApi", "backend", "dex", "frontend", "aiGateway", "remoteMcp"] as const;
export type EdgeServiceName = (typeof edgeServices)[number];

export const hostname = "logfire.example.com";
export const origin = `https://${hostname}`;

export interface Edge {
  readonly proxy: RunningProxy;
  readonly port: number;
  stop(): Promise<void>;
}

export interface EdgeOptions {
  readonly without?: readonly EdgeServiceName[];
  readonly input?: Partial<EdgeProxyInput>;
  /** HTTPS at the edge and to the services; the files are what the pod has in its folders. */
  readonly tls?: { readonly port: number; readonly files: TlsFolder };
  /** Shortens timings, for instance. */
  readonly rewrite?: (text: string) => string;
}

/** As they lie beside HAProxy's configuration. */
export type TlsFolder = Readonly<Record<"tls.crt" | "tls.crt.key" | "ca.crt", string>>;

/** Stand-ins for everything behind the edge, and the names by which the edge finds them. */
export interface Surroundings {
  readonly dns: NameServer;
  readonly dexHealth: Service;
  service(name: EdgeServiceName): Service;
  stop(): Promise<void>;
}

export const nameOf = (service: EdgeServiceName): string => `${service.toLowerCase()}.test`;

export async function startSurroundings(
  optionsOf: (name: EdgeServiceName) => Parameters<typeof startService>[1] = () => ({}),
): Promise<Surroundings> {
  const dns = await startNameServer();
  const services = await Promise.all(edgeServices.map((name) => startService(name, optionsOf(name))));
  const dexHealth = await startService("dex telemetry", { healthPath: "/healthz/ready" });
  for (const name of edgeServices) dns.set(nameOf(name), "127.0.0.1");
  return {
    dns,
    dexHealth,
    service(name) {
      const found = services.find((service) => service.name === name);
      if (found === undefined) throw new Error(`no stand-in for ${name}`);
      return found;
    },
    async stop() {
      await Promise.all([...services, dexHealth, dns].map((thing) => thing.stop()));
    },
  };
}

export async function startEdge(place: Place, around: Surroundings, options: EdgeOptions = {}): Promise<Edge> {
  const [http = 0, stats = 0] = await freePorts(2);
  const text = (folder: string) => edgeProxyConfig(edgeInput(around, options, { http, stats }, folder));
  const proxy = await startProxy(
    place,
    (folder) => options.rewrite?.(text(folder)) ?? text(folder),
    { http, stats },
    options.tls?.files,
  );
  return { proxy, port: http, stop: () => proxy.stop() };
}

function edgeInput(
  around: Surroundings,
  options: EdgeOptions,
  { http, stats }: { readonly http: number; readonly stats: number },
  folder: string,
): EdgeProxyInput {
  const { tls } = options;
  const upstream = (name: EdgeServiceName) => ({
    host: nameOf(name),
    port: around.service(name).port,
    slots: name === "ingest" || name === "queryApi" ? 3 : 1,
    ...(tls === undefined ? {} : { tls: { name: nameOf(name), authorities: `${folder}/ca.crt` } }),
  });
  const optional = (name: "aiGateway" | "remoteMcp") =>
    options.without?.includes(name) ? {} : { [name]: upstream(name) };
  return {
    origins: [origin, "https://logfire.internal.example.com", "http://localhost:3000"],
    primaryHostname: hostname,
    gatewayTimeoutSeconds: 600,
    nameservers: [around.dns.address],
    listen: {
      http,
      stats,
      address: "127.0.0.1",
      ...(tls === undefined ? {} : { https: { port: tls.port, certificate: `${folder}/tls.crt` } }),
    },
    ...options.input,
    upstreams: {
      ingest: upstream("ingest"),
      queryApi: upstream("queryApi"),
      backend: upstream("backend"),
      dex: { ...upstream("dex"), healthPort: around.dexHealth.port },
      frontend: upstream("frontend"),
      ...optional("aiGateway"),
      ...optional("remoteMcp"),
    },
  };
}

/** Waits until a path has an upstream that answers. */
export const settled = (edge: Edge, path = "/"): Promise<void> =>
  until(`${path} to have an upstream`, async () => (await ask({ port: edge.port, path })).status === 200);
