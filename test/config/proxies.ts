import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { collect, end, type Child, type Place } from "./programs";
import { ask, until } from "./standIns";

export interface RunningProxy {
  readonly port: number;
  readonly child: Child;
  log(): string;
  /** Servers of a backend by state, from HAProxy's own statistics: `{ UP: 3, MAINT: 5 }`. */
  servers(backend: string): Promise<Readonly<Record<string, number>>>;
  stop(): Promise<void>;
}

/**
 * Runs HAProxy on a text as its image does: a master with workers, in the foreground. The text may name `files`, which
 * lie in the folder that it is told.
 */
export async function startProxy(
  place: Place,
  text: string | ((folder: string) => string),
  listen: { readonly http: number; readonly stats: number },
  files: Readonly<Record<string, string>> = {},
): Promise<RunningProxy> {
  const folder = place.folder();
  const all = { ...files, "haproxy.cfg": typeof text === "string" ? text : text(folder.inside) };
  for (const [name, content] of Object.entries(all)) {
    const file = join(folder.outside, name);
    writeFileSync(file, content);
    chmodSync(file, 0o644);
  }
  const child = place.start(["haproxy", "-W", "-db", "-f", `${folder.inside}/haproxy.cfg`]);
  const log = collect(child);
  const statistics = () => ask({ port: listen.stats, path: "/stats;csv" });
  const stop = async () => {
    await end(child);
    rmSync(folder.outside, { recursive: true, force: true });
  };
  try {
    await until("HAProxy to answer", async () => {
      if (child.exitCode !== null) throw new Error(`HAProxy ended with ${child.exitCode}:\n${log()}`);
      return statistics().then(
        ({ status }) => status === 200,
        () => false,
      );
    });
  } catch (error) {
    await stop();
    throw new Error(`${String(error)}\n${log()}`);
  }
  return {
    port: listen.http,
    child,
    log,
    stop,
    async servers(backend) {
      const rows = (await statistics()).body.split("\n").map((line) => line.split(","));
      const states = rows
        .filter(([name, server = ""]) => name === backend && !["FRONTEND", "BACKEND"].includes(server))
        .map((row) => row[17]?.split(" ")[0] ?? "?");
      return Object.fromEntries([...new Set(states)].map((state) => [state, states.filter((s) => s === state).length]));
    },
  };
}
