import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { clientAddress } from "./client";

/** A forward proxy that leads every host's HTTPS to one port here: programs keep the names they have in production. */
export interface ConnectProxy {
  readonly url: string;
  /** Hosts asked for. */
  readonly asked: ReadonlySet<string>;
  stop(): Promise<void>;
}

export async function startConnectProxy(port: number): Promise<ConnectProxy> {
  const asked = new Set<string>();
  const sockets = new Set<Socket>();
  const server: Server = createServer((_, response) => response.writeHead(405).end());
  server.on("connect", (request, socket: Socket) => {
    asked.add(request.url ?? "");
    const beyond = connect({ host: "127.0.0.1", port, localAddress: clientAddress });
    for (const end of [socket, beyond]) {
      sockets.add(end);
      end.on("error", () => undefined).on("close", () => [socket, beyond].forEach((each) => each.destroy()));
    }
    beyond.once("connect", () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      socket.pipe(beyond).pipe(socket);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async stop() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
