import { mkdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { startProxy, type RunningProxy } from "../config/proxies";
import { freePorts, startNameServer, until, type NameServer } from "../config/standIns";
import { ask, type Answered, type Asking, type Reachable } from "./client";
import { startEnvoy, type RunningEnvoy } from "./envoy";
import type { Replica } from "./envoyConfig";
import { localText, upstreamHosts } from "./haproxyText";
import { certificateFor, certificateSecret, gatewayObjects, rendered, type PathSettings } from "./objects";
import type { Programs } from "./programs";
import { startStandIn, type StandIn } from "./standIns";
import { translate } from "./translate";

export interface ChainOptions extends PathSettings {
  /** Replicas of HAProxy. Default: 1. */
  readonly proxies?: number;
  /** For what a test has to reach, or cannot wait for. */
  readonly rewriteProxy?: (text: string, replica: number) => string;
}

/** A replica of HAProxy, as Envoy finds it. */
export type ProxyReplica = RunningProxy & Replica;

/** Envoy in front of HAProxy in front of stand-ins, all of them as rendered for these settings. */
export interface Chain extends Reachable {
  readonly hostnames: readonly string[];
  readonly envoy: RunningEnvoy;
  readonly proxies: readonly ProxyReplica[];
  readonly dns: NameServer;
  service(this: void, name: string): StandIn;
  ask(this: void, path: string, asking?: Asking): Promise<Answered>;
  /** Another Envoy with the same configuration, in front of the same replicas. */
  anotherEnvoy(): Promise<RunningEnvoy>;
  /** Another replica of HAProxy, which Envoy does not know of yet. */
  anotherProxy(): Promise<ProxyReplica>;
  stop(): Promise<void>;
}

type Keep = <T extends { stop(): Promise<void> }>(thing: T) => T;

/** Starts everything, or leaves nothing behind. */
export async function startChain(programs: Programs, options: ChainOptions = {}): Promise<Chain> {
  const started: { stop(): Promise<void> }[] = [];
  const keep: Keep = (thing) => {
    started.push(thing);
    return thing;
  };
  const stop = async (): Promise<void> => {
    for (const thing of started.splice(0).reverse()) await thing.stop();
  };
  try {
    return { ...(await assemble(programs, options, keep)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function assemble(programs: Programs, options: ChainOptions, keep: Keep): Promise<Omit<Chain, "stop">> {
  const { input, proxyText } = rendered(options);
  const { hostnames, namespace, inClusterTls } = input.settings;
  const certified = await certificateFor(hostnames);
  const translating = translate(programs.egctl, gatewayObjects(input, certified));
  // Awaited below; until then, what else fails shall not leave it unhandled.
  translating.catch(() => undefined);
  const dns = keep(await startNameServer());
  const tls = inClusterTls !== undefined;
  const services = await startServices(proxyText, dns, keep, tls);
  let count = 0;
  const anotherProxy = async (): Promise<ProxyReplica> => {
    const [http = 0, stats = 0, https = 0] = await freePorts(3);
    const folder = tls
      ? keep(await certificateFolder(programs, `logfire-service.${clusterDomain(namespace)}`))
      : undefined;
    const local = localText(proxyText, {
      http,
      stats,
      nameserver: dns.address,
      port: (name, port) => find(services, tls && port === healthInClear ? inClear(name) : name).port,
      ...(folder === undefined ? {} : { tls: { https, folder: folder.inside } }),
    });
    const text = options.rewriteProxy?.(local, count++) ?? local;
    const proxy = keep(await startProxy(programs.haproxy, text, { http, stats }));
    return { ...proxy, port: tls ? https : http, health: stats };
  };
  const proxies: ProxyReplica[] = [];
  for (let index = 0; index < (options.proxies ?? 1); index++) proxies.push(await anotherProxy());
  const translation = await translating;
  const envoyOptions = {
    program: programs.envoy,
    translation,
    certificates: { [`${namespace}/${certificateSecret}`]: certified.issued },
    ...(tls ? { backendCa: certified.authority.certificate } : {}),
  };
  const anotherEnvoy = async (): Promise<RunningEnvoy> =>
    keep(await startEnvoy({ ...envoyOptions, replicas: proxies }));
  const envoy = await anotherEnvoy();
  const reachable: Reachable = { ports: envoy.ports, hostname: hostnames[0], ca: certified.authority.certificate };
  await Promise.all(proxies.map((proxy) => upstreamsFound(proxy, proxyText)));
  return {
    ...{ ...reachable, hostnames, envoy, proxies, dns, anotherEnvoy, anotherProxy },
    service: (name) => find(services, name),
    ask: (path, how) => ask(reachable, path, how),
  };
}

const clusterDomain = (namespace: string): string => `${namespace}.svc.cluster.local`;

/** Dex answers its health check on a port of its own, in clear even where it serves HTTPS. */
const healthInClear = 5558;
const inClear = (name: string): string => `${name} in clear`;

async function startServices(text: string, dns: NameServer, keep: Keep, tls: boolean): Promise<readonly StandIn[]> {
  const hosts = upstreamHosts(text);
  for (const host of hosts) dns.set(host, "127.0.0.1");
  const started = hosts.map(async (host) => {
    const name = host.split(".")[0] ?? host;
    if (!tls) return [keep(await startStandIn(name))];
    const { issued } = await certificateFor([host]);
    return [keep(await startStandIn(name, { tls: issued })), keep(await startStandIn(inClear(name)))];
  });
  return (await Promise.all(started)).flat();
}

function find(services: readonly StandIn[], name: string): StandIn {
  const service = services.find((each) => each.name === name);
  if (service === undefined) throw new Error(`no stand-in for ${name}`);
  return service;
}

/** What HAProxy's pod mounts with HTTPS between services: its certificate, and the authority it checks others with. */
async function certificateFolder(
  { haproxy }: Programs,
  host: string,
): Promise<{ inside: string; stop(): Promise<void> }> {
  const { authority, issued } = await certificateFor([host]);
  const folder = haproxy.folder();
  const files = {
    "tls/tls.crt": issued.chain,
    "tls/tls.crt.key": issued.privateKey,
    "ca/ca.crt": authority.certificate,
  };
  for (const [file, text] of Object.entries(files)) {
    const path = join(folder.outside, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return { inside: folder.inside, stop: () => rm(folder.outside, { recursive: true, force: true }) };
}

/** HAProxy looks names up after it has started: waits until each of its backends has a server. */
const upstreamsFound = (proxy: RunningProxy, text: string): Promise<void> =>
  until("HAProxy to find every service", async () => {
    const backends = [...text.matchAll(/^backend (\S+)$/gm)].map(([, name = ""]) => name);
    const states = await Promise.all(backends.map((name) => proxy.servers(name)));
    return states.every(({ UP = 0 }) => UP > 0);
  });
