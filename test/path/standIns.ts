import { createHash } from "node:crypto";
import { once } from "node:events";
import * as http from "node:http";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createServer as createTlsServer, type Server as TlsServer } from "node:tls";
import { Server, ServerCredentials, type Metadata } from "@grpc/grpc-js";
import { WebSocketServer } from "ws";
import type { TlsMaterial } from "./envoyConfig";

/** What a stand-in saw of a request, as it answers it. */
export interface Seen {
  readonly service: string;
  readonly replica: string;
  readonly method: string;
  readonly url: string;
  readonly httpVersion: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly bytes: number;
  readonly sha256: string;
}

/** An export as it arrived. */
export interface Export {
  readonly path: string;
  readonly encoding: string | undefined;
  readonly authorization: string | undefined;
  readonly body: Buffer;
}

export interface StandIn {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** Requests so far, health checks left out. */
  readonly requests: number;
  /** OTLP messages, by HTTP and gRPC. */
  readonly exports: readonly Export[];
  /** Ends as a pod does: takes nothing new, lets what is in flight end. */
  leave(): Promise<void>;
  stop(): Promise<void>;
}

/** Signals by the path that gRPC calls. */
export const otlpMethods = ["trace", "metrics", "logs"].map((signal) => {
  const service = `${signal.charAt(0).toUpperCase()}${signal.slice(1)}Service`;
  return `/opentelemetry.proto.collector.${signal}.v1.${service}/Export`;
});

const health = new Set(["/health", "/healthz/ready"]);
const otlp = "application/x-protobuf";

interface State {
  requests: number;
  readonly exports: Export[];
}

/**
 * Answers with what it saw. `?wait=MS` delays the answer, `?status=N` sets it, `?events=N&every=MS` sends N events with the time;
 * OTLP exports get OTLP's answers, by HTTP and, on the same port, gRPC; a websocket gets back every message.
 */
export async function startStandIn(
  name: string,
  { address = "127.0.0.1", port = 0, tls }: StandInOptions = {},
): Promise<StandIn> {
  const state: State = { requests: 0, exports: [] };
  const replica = { service: name, replica: address };
  const plain = http.createServer((request, response) => {
    // A client that went away in the middle of its request is what some tests are about.
    answer(replica, state, request, response).catch(() => response.destroy());
  });
  plain.keepAliveTimeout = 60_000;
  echoMessages(plain);
  const grpc = grpcServer(state);
  const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
  const sockets = new Set<Socket>();
  const handlers: Handlers = {
    http1: (connection) => void plain.emit("connection", connection),
    http2: (connection) => injector.injectConnection(connection),
  };
  const secure = tls === undefined ? undefined : byAgreement(tls, handlers);
  const server = createServer((socket) => {
    sockets.add(socket.once("close", () => sockets.delete(socket)).on("error", () => undefined));
    if (secure === undefined) byPreface(socket, handlers);
    else secure.emit("connection", socket);
  });
  server.listen(port, address);
  await once(server, "listening");
  const close = () => {
    const closed = once(server, "close");
    server.close();
    return closed;
  };
  return {
    name,
    address,
    port: (server.address() as AddressInfo).port,
    exports: state.exports,
    get requests() {
      return state.requests;
    },
    async leave() {
      const closed = close();
      plain.close();
      plain.closeIdleConnections();
      await closed;
    },
    async stop() {
      const closed = server.listening ? close() : undefined;
      grpc.forceShutdown();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

const preface = "PRI * HTTP/2.0";

export interface StandInOptions {
  readonly address?: string;
  readonly port?: number;
  /** Serves HTTPS with this certificate, and nothing in clear. */
  readonly tls?: TlsMaterial;
}

type Handlers = Readonly<Record<"http1" | "http2", (connection: Socket) => void>>;

/** As a server that speaks both in clear: HTTP/2 begins with its preface. */
function byPreface(socket: Socket, handlers: Handlers): void {
  socket.once("data", (head: Buffer) => {
    socket.pause();
    socket.unshift(head);
    const speaksHttp2 = head.subarray(0, preface.length).toString("latin1") === preface;
    handlers[speaksHttp2 ? "http2" : "http1"](socket);
    if (!speaksHttp2) socket.resume();
  });
}

/** TLS says which of the two it will be. */
const byAgreement = ({ chain: cert, privateKey: key }: TlsMaterial, handlers: Handlers): TlsServer =>
  createTlsServer({ cert, key, ALPNProtocols: ["h2", "http/1.1"] }, (socket) => {
    socket.on("error", () => undefined);
    handlers[socket.alpnProtocol === "h2" ? "http2" : "http1"](socket);
  });

async function answer(
  replica: Pick<Seen, "service" | "replica">,
  state: State,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://stand-in");
  if (health.has(url.pathname)) return void response.writeHead(200).end();
  state.requests++;
  const hash = createHash("sha256");
  const kept: Buffer[] = [];
  const isExport = request.headers["content-type"] === otlp;
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
    if (isExport) kept.push(chunk);
  }
  await pause(url.searchParams.get("wait"));
  if (url.searchParams.has("events")) return sendEvents(url, response);
  if (isExport) {
    const { "content-encoding": encoding, authorization } = request.headers;
    state.exports.push({ path: url.pathname, encoding, authorization, body: Buffer.concat(kept) });
    // An export response without fields is an empty message: everything was taken.
    return void response.writeHead(200, { "content-type": otlp }).end();
  }
  const { method = "", url: path = "", httpVersion, headers } = request;
  const seen: Seen = { ...replica, method, url: path, httpVersion, headers, bytes, sha256: hash.digest("hex") };
  const status = Number(url.searchParams.get("status") ?? 200);
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(seen));
}

/** A run that ends early does not wait for it. */
const pause = async (milliseconds: string | null): Promise<void> => {
  if (milliseconds !== null) await sleep(Number(milliseconds), undefined, { ref: false });
};

async function sendEvents(url: URL, response: http.ServerResponse): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (let event = 0; event < Number(url.searchParams.get("events")); event++) {
    if (event > 0) await pause(url.searchParams.get("every"));
    response.write(`data: ${event} sent at ${Date.now()}\n\n`);
  }
  response.end();
}

function echoMessages(server: http.Server): void {
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, (connection) =>
      connection.on("message", (message, isBinary) => connection.send(message as Buffer, { binary: isBinary })),
    ),
  );
}

/** Takes messages as bytes; what they say is for the test to decode. */
function grpcServer(state: State): Server {
  const server = new Server({ "grpc.max_receive_message_length": -1 });
  const bytes = (value: Buffer): Buffer => value;
  for (const path of otlpMethods) {
    const definition = {
      path,
      requestStream: false,
      responseStream: false,
      requestSerialize: bytes,
      requestDeserialize: bytes,
      responseSerialize: bytes,
      responseDeserialize: bytes,
    };
    const handle = (
      call: { readonly request: Buffer; readonly metadata: Metadata },
      reply: (error: null, value: Buffer) => void,
    ): void => {
      state.requests++;
      const [authorization] = call.metadata.get("authorization").map(String);
      state.exports.push({ path, encoding: undefined, authorization, body: call.request });
      reply(null, Buffer.alloc(0));
    };
    server.addService({ Export: definition }, { Export: handle });
  }
  return server;
}
