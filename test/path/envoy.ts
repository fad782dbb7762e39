import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { end, type Child } from "../config/programs";
import { ask, freePorts, until } from "../config/standIns";
import { endpointsFile, envoyConfig, type Json, type JsonObject, type Replica, type TlsMaterial } from "./envoyConfig";

/** Ports on which Envoy Gateway lets Envoy listen for a Gateway's 80 and 443, and for the kubelet. */
const translatedPorts = { http: 10080, https: 10443, ready: 19003 } as const;

export interface RunningEnvoy {
  readonly ports: { readonly http: number; readonly https: number; readonly ready: number; readonly admin: number };
  readonly child: Child;
  /** What it has logged, access log included. */
  log(): string;
  /** What stands behind it from now on, as Envoy Gateway would tell it. */
  setReplicas(replicas: readonly Replica[]): void;
  /** Replicas that it sends requests to. */
  healthyReplicas(): Promise<number>;
  /** Asks its administration for something to happen. */
  order(path: string): Promise<void>;
  stop(): Promise<void>;
}

export interface EnvoyOptions {
  readonly program: string;
  readonly translation: Json;
  readonly certificates: Readonly<Record<string, TlsMaterial>>;
  readonly backendCa?: string;
  readonly replicas: readonly Replica[];
}

export async function startEnvoy(options: EnvoyOptions): Promise<RunningEnvoy> {
  const { program, translation, certificates, backendCa } = options;
  const folder = mkdtempSync(join(tmpdir(), "logfire-envoy-"));
  const [http = 0, https = 0, ready = 0, admin = 0] = await freePorts(4);
  const fileOf = (cluster: string): string => join(folder, `endpoints-${cluster.replaceAll(/\W+/g, "-")}.json`);
  const { bootstrap, endpoints } = envoyConfig(translation, {
    ports: { [translatedPorts.http]: http, [translatedPorts.https]: https, [translatedPorts.ready]: ready },
    admin,
    endpointsFile: fileOf,
    certificates,
    backendCa,
  });
  const setReplicas = (replicas: readonly Replica[]): void => {
    for (const [cluster, translated] of Object.entries(endpoints))
      replaceFile(fileOf(cluster), endpointsFile(translated, replicas));
  };
  setReplicas(options.replicas);
  const config = join(folder, "envoy.json");
  writeFileSync(config, JSON.stringify(bootstrap), { mode: 0o600 });
  const running = started(program, folder, config, { http, https, ready, admin }, setReplicas);
  try {
    await until("Envoy to be ready", async () => {
      if (running.child.exitCode !== null) throw new Error(`Envoy ended with ${running.child.exitCode}`);
      return (await isReady(ready)) && (await running.healthyReplicas()) === options.replicas.length;
    });
    return running;
  } catch (error) {
    const log = running.log();
    await running.stop();
    throw new Error(`${String(error)}\n${log}`);
  }
}

/** As Kubernetes and the load balancer see it. */
export const isReady = (port: number): Promise<boolean> =>
  ask({ port, path: "/ready" }).then(
    ({ status }) => status === 200,
    () => false,
  );

/**
 * As Envoy Gateway starts its pods, but for two threads instead of the preset's, no hot restart (it holds a name that
 * all Envoys of a machine share), and a log that is written at once instead of every ten seconds.
 */
const options = [
  ...["--drain-strategy", "immediate", "--drain-time-s", "60"],
  ...["--concurrency", "2", "--disable-hot-restart", "--log-level", "warn", "--file-flush-interval-msec", "100"],
];

function started(
  program: string,
  folder: string,
  config: string,
  ports: RunningEnvoy["ports"],
  setReplicas: RunningEnvoy["setReplicas"],
): RunningEnvoy {
  const logFile = join(folder, "log");
  // A file, because the access log opens /dev/stdout by its path, which a socket does not allow.
  const out = openSync(logFile, "a");
  const child = spawn(program, ["--config-path", config, ...options], {
    stdio: ["ignore", out, out],
  }) as unknown as Child;
  closeSync(out);
  const administer = async (path: string, method = "GET"): Promise<string> => {
    const { status, body } = await ask({ port: ports.admin, path, method });
    if (status !== 200) throw new Error(`Envoy's administration answered ${path} with ${status}: ${body}`);
    return body;
  };
  return {
    ports,
    child,
    setReplicas,
    log: () => readFileSync(logFile, "utf8"),
    async healthyReplicas() {
      const clusters = JSON.parse(await administer("/clusters?format=json")) as ClusterStatus;
      const counts = (clusters.cluster_statuses ?? []).map(
        ({ host_statuses: hosts = [] }) => hosts.filter(({ health_status: health }) => isHealthy(health)).length,
      );
      return counts.length === 0 ? 0 : Math.min(...counts);
    },
    async order(path) {
      await administer(path, "POST");
    },
    async stop() {
      await end(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface ClusterStatus {
  readonly cluster_statuses?: readonly {
    readonly host_statuses?: readonly { readonly health_status: Readonly<Record<string, unknown>> }[];
  }[];
}

/** Envoy lists flags of what failed, beside what the endpoint's discovery says. */
const isHealthy = ({ eds_health_status: _, ...failed }: Readonly<Record<string, unknown>>): boolean =>
  Object.keys(failed).length === 0;

/** Envoy watches for files that are moved into place. */
function replaceFile(file: string, content: JsonObject): void {
  writeFileSync(`${file}.new`, JSON.stringify(content));
  renameSync(`${file}.new`, file);
}
