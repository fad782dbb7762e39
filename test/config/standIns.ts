import { createHash } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import * as http from "node:http";
import * as http2 from "node:http2";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import * as https from "node:https";
import { createServer as createTlsServer } from "node:tls";
import { decode, encode, RECURSION_DESIRED, type Answer } from "dns-packet";

/** What a stand-in service saw, as it answers. */
export interface Seen {
  readonly service: string;
  readonly replica: string;
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly bytes: number;
}

export interface Service {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly requests: number;
  /** Health checks fail from now on, or pass again. */
  setHealthy(healthy: boolean): void;
  stop(): Promise<void>;
}

/** Answers a gRPC call with the message it got, who it is in the head, and an end that says it went well. */
function echo(name: string, count: () => void): http2.Http2Server {
  const server = http2.createServer();
  server.on("stream", (stream, headers) => {
    count();
    stream.on("error", () => undefined);
    stream.respond(
      {
        "content-type": "application/grpc",
        "x-service": name,
        "x-seen-path": headers[":path"] ?? "",
        "x-seen-client": String(headers["x-real-ip"]),
      },
      { waitForTrailers: true },
    );
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.pipe(stream);
  });
  return server;
}

/** What a stand-in shows, PEM; it speaks HTTPS alone then. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
}

/** One port for both versions of HTTP: a connection of HTTP/2 begins with `PRI`. */
function byPreface(one: http.Server, two: http2.Http2Server, tls: TlsIdentity | undefined): Server {
  const take = (socket: Socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (first: Buffer) => {
      socket.pause();
      socket.unshift(first);
      (first.subarray(0, 3).toString() === "PRI" ? two : one).emit("connection", socket);
      process.nextTick(() => socket.resume());
    });
  };
  return tls === undefined
    ? createServer(take)
    : createTlsServer({ ...tls, ALPNProtocols: ["h2", "http/1.1"] }, take).on("tlsClientError", () => undefined);
}

/**
 * Answers with who it is; by HTTP/2, as a gRPC service. `?wait=MS` delays the answer, `?status=N` sets it, `?events` sends one event and leaves the
 * answer open; a request to upgrade gets back every byte it sends.
 */
export async function startService(
  name: string,
  {
    address = "127.0.0.1",
    port = 0,
    healthPath = "/health",
    tls,
  }: { address?: string; port?: number; healthPath?: string; tls?: TlsIdentity } = {},
): Promise<Service> {
  const state = { healthy: true, requests: 0 };
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://stand-in");
    if (url.pathname === healthPath) {
      response.writeHead(state.healthy ? 200 : 503).end();
      return;
    }
    state.requests++;
    if (url.searchParams.has("events")) {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: first\n\n");
      return;
    }
    let bytes = 0;
    request.on("data", (chunk: Buffer) => (bytes += chunk.length));
    request.on("end", () => {
      const seen: Seen = {
        service: name,
        replica: address,
        method: request.method ?? "",
        url: request.url ?? "",
        headers: request.headers,
        bytes,
      };
      setTimeout(
        () => {
          response.writeHead(Number(url.searchParams.get("status") ?? 200), { "content-type": "application/json" });
          response.end(JSON.stringify(seen));
        },
        Number(url.searchParams.get("wait") ?? 0),
      );
    });
  });
  server.on("upgrade", (request, socket: Socket) => {
    socket.on("error", () => undefined);
    // RFC 6455, section 4.2.2; HAProxy checks it.
    const accept = createHash("sha1")
      .update(`${request.headers["sec-websocket-key"] ?? ""}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest("base64");
    const head = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"];
    socket.write([...head, `Sec-WebSocket-Accept: ${accept}`, `X-Service: ${name}`, "", ""].join("\r\n"));
    socket.pipe(socket);
  });
  const sockets = new Set<Socket>();
  const listener = byPreface(
    server,
    echo(name, () => state.requests++),
    tls,
  );
  listener.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  listener.listen(port, address);
  await once(listener, "listening");
  return {
    name,
    address,
    port: (listener.address() as AddressInfo).port,
    get requests() {
      return state.requests;
    },
    setHealthy: (healthy) => (state.healthy = healthy),
    async stop() {
      const closed = once(listener, "close");
      listener.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

export interface NameServer {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  /** Names asked for so far. */
  readonly asked: ReadonlySet<string>;
  /** Replaces the addresses of a name; none at all makes the name unknown. */
  set(name: string, ...addresses: readonly string[]): void;
  stop(): Promise<void>;
}

/** Answers A queries from a table, in a new order each time, as cluster DNS does; other names do not exist. */
export async function startNameServer(): Promise<NameServer> {
  const table = new Map<string, readonly string[]>();
  const asked = new Set<string>();
  const socket = createSocket("udp4");
  let turn = 0;
  socket.on("message", (message, peer) => {
    const query = decode(message);
    const question = query.questions?.[0];
    if (question === undefined) return;
    asked.add(question.name);
    const addresses = table.get(question.name.toLowerCase()) ?? [];
    const offset = addresses.length === 0 ? 0 : turn++ % addresses.length;
    const turned = [...addresses.slice(offset), ...addresses.slice(0, offset)];
    const answers: Answer[] =
      question.type === "A" ? turned.map((data) => ({ type: "A", name: question.name, ttl: 1, data })) : [];
    const nameError = addresses.length === 0 ? 3 : 0;
    const reply = {
      type: "response",
      id: query.id,
      flags: RECURSION_DESIRED | nameError,
      questions: [question],
      answers,
    };
    socket.send(encode({ ...reply, type: "response" }), peer.port, peer.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    set: (name, ...addresses) => void table.set(name.toLowerCase(), addresses),
    async stop() {
      const closed = once(socket, "close");
      socket.close();
      await closed;
    },
  };
}

export interface Answered {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  /** The stand-in's answer, read. */
  seen(): Seen;
}

export interface Asking {
  readonly port: number;
  readonly path: string;
  readonly method?: string;
  readonly headers?: http.OutgoingHttpHeaders;
  /** Sent piece by piece. */
  readonly body?: Iterable<Buffer>;
  /** By HTTPS: the name that the server must prove, and the authority it must prove it with. PEM. */
  readonly tls?: { readonly servername: string; readonly ca: string };
}

/** One request on a connection of its own. */
export async function ask({ port, path, method = "GET", headers = {}, body = [], tls }: Asking): Promise<Answered> {
  const asked = { host: "127.0.0.1", port, path, method, headers, agent: false };
  const request = tls === undefined ? http.request(asked) : https.request({ ...asked, ...tls });
  const answer = once(request, "response") as Promise<[http.IncomingMessage]>;
  answer.catch(() => undefined);
  for (const chunk of body) if (!request.write(chunk)) await Promise.race([once(request, "drain"), answer]);
  request.end();
  const [response] = await answer;
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: text,
    seen: () => JSON.parse(text) as Seen,
  };
}

/** Ports that were free a moment ago, all different. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}

/** Waits until `check` holds; says what it waited for when it does not. */
export async function until(what: string, check: () => Promise<boolean> | boolean, seconds = 15): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Hands on what a test starts, and stops it after the test, in whatever way that ends. */
export function stopAfterEach(): <T extends { stop(): Promise<void> }>(started: T) => T {
  const running: { stop(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const thing of running.splice(0).reverse()) await thing.stop();
  });
  return (started) => {
    running.push(started);
    return started;
  };
}
