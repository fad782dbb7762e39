import { once } from "node:events";
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import * as http from "node:http";
import * as http2 from "node:http2";
import * as https from "node:https";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, type SecureVersion, type TLSSocket } from "node:tls";
import type { Seen } from "./standIns";

/** What a client needs to know of an edge. */
export interface Reachable {
  readonly ports: { readonly http: number; readonly https: number };
  readonly hostname: string;
  /** PEM; what clients trust. */
  readonly ca: string;
}

export interface Dial {
  /** Address that the client connects from. Default: `clientAddress`. */
  readonly from?: string;
  readonly serverName?: string;
  readonly ca?: string;
  readonly protocols?: readonly string[];
  readonly minVersion?: SecureVersion;
  readonly maxVersion?: SecureVersion;
  readonly ciphers?: string;
  /** Sent before the handshake, as a load balancer does. */
  readonly preamble?: string;
}

/** Not 127.0.0.1: Envoy writes its own address into `X-Forwarded-For` where the client's is that. */
export const clientAddress = "127.0.0.9";

/** A connection by TLS, verified. */
export async function dial(edge: Reachable, options: Dial = {}): Promise<TLSSocket> {
  const { from = clientAddress, serverName = edge.hostname, protocols, preamble, ...rest } = options;
  const below = connectTcp({ host: "127.0.0.1", port: edge.ports.https, localAddress: from });
  await connected(below, "connect");
  if (preamble !== undefined) below.write(preamble);
  const socket = connectTls({
    socket: below,
    servername: serverName,
    ca: edge.ca,
    ...(protocols === undefined ? {} : { ALPNProtocols: [...protocols] }),
    ...rest,
  });
  return connected(socket, "secureConnect");
}

async function connected<T extends Socket>(socket: T, event: string): Promise<T> {
  try {
    await Promise.race([
      once(socket, event),
      once(socket, "close").then(() => Promise.reject(new Error("closed before it was connected"))),
    ]);
  } catch (error) {
    socket.destroy();
    throw error;
  }
  // Without a listener an error later on would end the whole run; who uses the socket sees the request fail.
  socket.on("error", () => undefined);
  return socket;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The stand-in's answer, read. */
  seen(this: void): Seen;
}

export interface Asking extends Dial {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  /** Sent piece by piece. */
  readonly body?: Iterable<Buffer>;
}

/** One request by HTTPS and HTTP/1.1, on a connection of its own. */
export async function ask(edge: Reachable, path: string, asking: Asking = {}): Promise<Answered> {
  const { method = "GET", headers = {}, body = [], ...how } = asking;
  const socket = await dial(edge, { protocols: ["http/1.1"], ...how });
  const host = { host: edge.hostname };
  const request = https.request({ createConnection: () => socket, path, method, headers: { ...host, ...headers } });
  return answered(request, body, () => socket.destroy());
}

/** One request by HTTP in clear. */
export function askInClear(port: number, path: string, headers: OutgoingHttpHeaders): Promise<Answered> {
  const request = http.request({ host: "127.0.0.1", port, path, headers, agent: false });
  return answered(request, [], () => request.destroy());
}

export async function answered(
  request: http.ClientRequest,
  body: Iterable<Buffer>,
  end: () => void,
): Promise<Answered> {
  const answer = once(request, "response") as Promise<[http.IncomingMessage]>;
  answer.catch(() => undefined);
  try {
    for (const chunk of body) if (!request.write(chunk)) await Promise.race([once(request, "drain"), answer]);
    request.end();
    const [response] = await answer;
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return answerOf(response.statusCode ?? 0, response.headers, Buffer.concat(chunks).toString("utf8"));
  } finally {
    end();
  }
}

const answerOf = (status: number, headers: IncomingHttpHeaders, body: string): Answered => ({
  status,
  headers,
  body,
  seen: () => JSON.parse(body) as Seen,
});

/** A connection by HTTP/2. Close it. */
export async function http2Session(edge: Reachable, how: Dial = {}): Promise<http2.ClientHttp2Session> {
  const socket = await dial(edge, { protocols: ["h2"], ...how });
  const session = http2.connect(`https://${edge.hostname}`, { createConnection: () => socket });
  session.on("error", () => undefined);
  return session;
}

/** One request of an HTTP/2 connection. */
export async function askHttp2(
  session: http2.ClientHttp2Session,
  path: string,
  { headers = {}, body = [] }: Pick<Asking, "headers" | "body"> = {},
): Promise<Answered> {
  const stream = session.request({ ":path": path, ...headers });
  const response = once(stream, "response") as Promise<[http2.IncomingHttpHeaders]>;
  response.catch(() => undefined);
  for (const chunk of body) if (!stream.write(chunk)) await once(stream, "drain");
  stream.end();
  const [head] = await response;
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return answerOf(Number(head[":status"]), head, Buffer.concat(chunks).toString("utf8"));
}
