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
  /** Shortens timings, for instance. */
  readonly rewrite?: (text: string) => string;
}

/** Stand-ins for everything behind the edge, and the names by which the edge finds them. */
export interface Surroundings {
  readonly dns: NameServer;
  readonly dexHealth: Service;
  service(name: EdgeServiceName): Service;
  stop(): Promise<void>;
}

export const nameOf = (service: EdgeServiceName): string => `${service.toLowerCase()}.test`;

export async function startSurroundings(): Promise<Surroundings> {
  const dns = await startNameServer();
  const services = await Promise.all(edgeServices.map((name) => startService(name)));
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
  const upstream = (name: EdgeServiceName) => ({
    host: nameOf(name),
    port: around.service(name).port,
    slots: name === "ingest" || name === "queryApi" ? 3 : 1,
  });
  const optional = (name: "aiGateway" | "remoteMcp") =>
    options.without?.includes(name) ? {} : { [name]: upstream(name) };
  const text = edgeProxyConfig({
    origins: [origin, "https://logfire.internal.example.com", "http://localhost:3000"],
    primaryHostname: hostname,
    gatewayTimeoutSeconds: 600,
    nameservers: [around.dns.address],
    listen: { http, stats, address: "127.0.0.1" },
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
  });
  const proxy = await startProxy(place, options.rewrite?.(text) ?? text, { http, stats });
  return { proxy, port: http, stop: () => proxy.stop() };
}

/** Waits until a path has an upstream that answers. */
export const settled = (edge: Edge, path = "/"): Promise<void> =>
  until(`${path} to have an upstream`, async () => (await ask({ port: edge.port, path })).status === 200);
