import { once } from "node:events";
import { Agent, request as httpsRequest, type RequestOptions } from "node:https";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { isReady } from "./envoy";
import { answered, askHttp2, clientAddress, http2Session, type Reachable } from "./client";

export interface Load {
  /** Requests answered with 200 so far. */
  readonly succeeded: number;
  /** What became of the others. */
  readonly failures: readonly string[];
  /** Lets what is under way end, and sends no more. */
  stop(): Promise<void>;
}

/** Clients that send one request after the other on connections that they keep, as SDKs and browsers do. */
export function startLoad(edge: Reachable, paths: readonly string[]): Load {
  const state = { succeeded: 0, failures: [] as string[], ending: false };
  const note = async (path: string, sending: Promise<{ readonly status: number }>): Promise<void> => {
    try {
      const { status } = await sending;
      if (status === 200) state.succeeded++;
      else state.failures.push(`${path}: ${status}`);
    } catch (error) {
      state.failures.push(`${path}: ${String(error)}`);
    }
  };
  const clients = paths.flatMap((path) => [
    keepAliveClient(edge, path, note, () => state.ending),
    http2Client(edge, path, note, () => state.ending),
  ]);
  return {
    get succeeded() {
      return state.succeeded;
    },
    failures: state.failures,
    async stop() {
      state.ending = true;
      await Promise.all(clients);
    },
  };
}

type Note = (path: string, sending: Promise<{ readonly status: number }>) => Promise<void>;
const body = [Buffer.alloc(1000, 7)];

async function keepAliveClient(edge: Reachable, path: string, note: Note, ending: () => boolean): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: edge.ca });
  const options: RequestOptions = {
    agent,
    host: "127.0.0.1",
    port: edge.ports.https,
    localAddress: clientAddress,
    servername: edge.hostname,
    path,
    method: "POST",
    headers: { host: edge.hostname },
  };
  while (!ending()) {
    await note(
      path,
      answered(httpsRequest(options), body, () => undefined),
    );
    await sleep(2);
  }
  agent.destroy();
}

/** Opens a new connection when the other side says that it takes nothing more on this one. */
async function http2Client(edge: Reachable, path: string, note: Note, ending: () => boolean): Promise<void> {
  while (!ending()) {
    const session = await http2Session(edge).catch(() => undefined);
    if (session === undefined) {
      await note(path, Promise.reject(new Error("no connection")));
      continue;
    }
    let leaving = false;
    session.on("goaway", () => (leaving = true)).on("close", () => (leaving = true));
    while (!ending() && !leaving) {
      await note(path, askHttp2(session, path, { headers: { ":method": "POST" }, body }));
      await sleep(2);
    }
    session.close();
  }
}

export interface Balancer {
  readonly port: number;
  /** Connections open now, by port behind it. */
  connections(port: number): number;
  stop(): Promise<void>;
}

/** A load balancer of a cloud: new connections go round those that were ready when last looked, every 200 ms. */
export async function startBalancer(
  behind: readonly { readonly port: number; readonly readyPort: number }[],
): Promise<Balancer> {
  const open = new Map<Socket, number>();
  let ready: readonly number[] = behind.map(({ port }) => port);
  let turn = 0;
  const look = async (): Promise<void> => {
    const checked = await Promise.all(
      behind.map(async ({ port, readyPort }) => ((await isReady(readyPort)) ? [port] : [])),
    );
    ready = checked.flat();
  };
  const looking = setInterval(() => void look(), 200);
  const server = createServer((socket) => {
    const port = ready[turn++ % ready.length] ?? 0;
    const beyond = connect({ host: "127.0.0.1", port, localAddress: clientAddress });
    open.set(socket, port);
    for (const end of [socket, beyond])
      end
        .on("error", () => undefined)
        .on("close", () => {
          open.delete(socket);
          socket.destroySoon();
          beyond.destroySoon();
        });
    socket.pipe(beyond).pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    connections: (port) => [...open.values()].filter((each) => each === port).length,
    async stop() {
      clearInterval(looking);
      const closed = once(server, "close");
      server.close();
      for (const socket of open.keys()) socket.destroy();
      await closed;
    },
  };
}
