import assert from "node:assert/strict";
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import {
  edgeServices,
  hostname,
  nameOf,
  settled,
  startEdge,
  startSurroundings,
  type Edge,
  type EdgeOptions,
  type Surroundings,
} from "./edge";
import { describeWith, placeFor } from "./programs";
import { ask, startNameServer, until, stopAfterEach } from "./standIns";

describeWith(
  "traffic through the edge's HAProxy",
  () => placeFor("haproxy"),
  (place) => {
    let around: Surroundings;
    let edge: Edge;
    const keep = stopAfterEach();
    const another = async (options?: EdgeOptions) => keep(await startEdge(place(), around, options));

    before(async () => {
      around = await startSurroundings();
      edge = await startEdge(place(), around);
    });

    after(async () => {
      await edge?.stop();
      await around?.stop();
    });

    describe("long and large", () => {
      it("passes a body of 64 MiB without changing its size", async function () {
        this.timeout(60_000);
        const chunk = Buffer.alloc(1 << 20, 7);
        const body = (function* () {
          for (let i = 0; i < 64; i++) yield chunk;
        })();
        const answer = await ask({ port: edge.port, path: "/v1/traces", method: "POST", body });
        assert.deepEqual([answer.status, answer.seen().bytes], [200, 64 << 20]);
      });

      it("passes the first bytes of a body before the last are sent", async () => {
        const request = httpRequest({
          host: "127.0.0.1",
          port: edge.port,
          path: "/api/x",
          method: "POST",
          agent: false,
        });
        const seenBefore = around.service("backend").requests;
        request.write("first");
        await until("the service to see the request", () => around.service("backend").requests > seenBefore);
        request.end("last");
        const [response] = (await once(request, "response")) as [IncomingMessage];
        response.resume();
        assert.equal(response.statusCode, 200);
      });

      it("passes the first event of a stream that stays open", async () => {
        const request = httpRequest({
          host: "127.0.0.1",
          port: edge.port,
          path: "/proxy/x?events",
          agent: false,
        }).end();
        const [response] = (await once(request, "response")) as [IncomingMessage];
        const [chunk] = (await once(response, "data")) as [Buffer];
        assert.equal(chunk.toString(), "data: first\n\n");
        request.destroy();
      });

      it("speaks HTTP/2 to a load balancer that prefers it", async () => {
        const session = connectHttp2(`http://127.0.0.1:${edge.port}`);
        const stream = session.request({ ":path": "/api/x", ":authority": hostname });
        const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
        stream.resume();
        await once(stream, "end");
        session.close();
        assert.equal(headers[":status"], 200);
      });

      it("tells a caller by gRPC that it knows no such method, as a load balancer's health check expects", async () => {
        const session = connectHttp2(`http://127.0.0.1:${edge.port}`);
        const call = async (path: string, contentType: string) => {
          const stream = session.request({ ":method": "POST", ":path": path, "content-type": contentType });
          stream.end(Buffer.alloc(5));
          const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
          stream.resume();
          await once(stream, "end");
          return [headers[":status"], headers["content-type"], headers["grpc-status"]];
        };
        const unknown = [200, "application/grpc", "12"];
        assert.deepEqual(await call("/AWS.ALB/healthcheck", "application/grpc"), unknown);
        assert.deepEqual(await call("/api/x", "application/grpc+proto"), unknown);
        // gRPC-Web is plain HTTP, and what OpenTelemetry's services answer is theirs to say.
        assert.equal((await call("/api/x", "application/grpc-web"))[2], undefined);
        const trace = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
        assert.notEqual((await call(trace, "application/grpc"))[2], "12");
        session.close();
      });

      it("waits for an answer longer than any limit on the client's side", async () => {
        // Shortened: a wait of 3 s past limits of 1 s. The 120 s that queries are given are in the text, not in this test.
        const hasty = await another({
          rewrite: (text) =>
            text.replaceAll(/timeout (client|http-request|http-keep-alive|connect|queue) \S+/g, "timeout $1 1s"),
        });
        await settled(hasty, "/v2/query");
        assert.equal((await ask({ port: hasty.port, path: "/v2/query?wait=3000" })).status, 200);
      });

      it("gives each service its own limit", async () => {
        // 120 -> 1 s, 600 -> 3 s: the query ends in a timeout, the gateway's request does not.
        const hasty = await another({
          rewrite: (text) =>
            text
              .replaceAll("timeout server 120s", "timeout server 1s")
              .replaceAll("timeout server 600s", "timeout server 3s"),
        });
        await Promise.all(["/v2/query", "/proxy"].map((path) => settled(hasty, path)));
        const [query, gateway] = await Promise.all(
          ["/v2/query", "/proxy/x"].map((path) => ask({ port: hasty.port, path: `${path}?wait=2000` })),
        );
        assert.deepEqual([query?.status, gateway?.status], [504, 200]);
      });

      it("keeps an upgraded connection open past the limits for requests", async () => {
        const hasty = await another({
          rewrite: (text) =>
            text.replaceAll(/timeout (client|server|http-request|http-keep-alive) \S+/g, "timeout $1 1s"),
        });
        await settled(hasty, "/ui-api/x");
        const socket = connect(hasty.port, "127.0.0.1");
        let received = "";
        socket.setEncoding("utf8").on("data", (chunk: string) => (received += chunk));
        socket.write(
          `GET /ui-api/live HTTP/1.1\r\nHost: ${hostname}\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n` +
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        );
        await until("the upgrade", () => received.includes("\r\n\r\n"));
        assert.match(received, /^HTTP\/1\.1 101 /);
        assert.match(received, /x-service: backend/i);
        for (const message of ["one", "two"]) {
          await new Promise((resolve) => setTimeout(resolve, 1500));
          socket.write(message);
          await until(`the echo of ${message}`, () => received.endsWith(message));
        }
        socket.destroy();
      });
    });

    describe("starting and stopping", () => {
      it("starts where no name can be resolved, and finds the services once they can", async () => {
        const late = keep(await startNameServer());
        const early = await another({ input: { nameservers: [late.address] } });
        assert.equal((await ask({ port: early.port, path: "/api/x" })).status, 503);
        for (const name of edgeServices) late.set(nameOf(name), "127.0.0.1");
        await settled(early, "/api/x");
        assert.ok([...late.asked].every((name) => !/svc|cluster\.local/.test(name)));
      });

      it("starts with the name servers of resolv.conf", async () => {
        const own = await another({ input: { nameservers: undefined } });
        assert.doesNotMatch(own.proxy.log(), /config :|ALERT/);
      });

      it("finishes what is in flight when its configuration is loaded anew, and takes new requests meanwhile", async () => {
        const reloaded = await another();
        await settled(reloaded, "/v2/query");
        const inFlight = ask({ port: reloaded.port, path: "/v2/query?wait=2000" });
        await new Promise((resolve) => setTimeout(resolve, 300));
        reloaded.proxy.child.kill("SIGUSR2");
        await until("the new worker", () => (reloaded.proxy.log().match(/Loading success/g) ?? []).length === 2);
        await settled(reloaded, "/v2/query");
        assert.equal((await inFlight).status, 200);
      });

      it("takes a service out while its health check fails", async function () {
        this.timeout(30_000);
        await settled(edge, "/auth-api");
        around.dexHealth.setHealthy(false);
        await until("Dex to be out", async () => (await ask({ port: edge.port, path: "/auth-api" })).status === 503);
        around.dexHealth.setHealthy(true);
        await settled(edge, "/auth-api");
      });

      it("finishes what is in flight when it is told to stop, and takes nothing new", async () => {
        const leaving = await another();
        await settled(leaving, "/v2/query");
        const inFlight = ask({ port: leaving.port, path: "/v2/query?wait=1500" });
        await new Promise((resolve) => setTimeout(resolve, 300));
        leaving.proxy.child.kill("SIGUSR1");
        await until("the port to be closed", () =>
          ask({ port: leaving.port, path: "/" }).then(
            () => false,
            () => true,
          ),
        );
        assert.equal((await inFlight).status, 200);
        await until("HAProxy to end", () => leaving.proxy.child.exitCode !== null);
      });

      it("answers once more on an idle connection, and says that it was the last time, to whom repeats nothing", async () => {
        const afterSignal = async (repeatsNothing: boolean) => {
          const leaving = await another({ input: { repeatsNothing } });
          await settled(leaving, "/api/x");
          const socket = connect(leaving.port, "127.0.0.1");
          let received = "";
          let closed = false;
          socket.setEncoding("utf8").on("data", (chunk: string) => (received += chunk));
          socket.on("close", () => (closed = true)).on("error", () => undefined);
          const get = `GET /api/x HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`;
          socket.write(get);
          await until("the first answer", () => received.includes("\r\n\r\n"));
          leaving.proxy.child.kill("SIGUSR1");
          await until("the port to be closed", () =>
            ask({ port: leaving.port, path: "/" }).then(
              () => false,
              () => true,
            ),
          );
          await new Promise((resolve) => setTimeout(resolve, 500));
          const closedBefore = closed;
          received = "";
          if (!closedBefore) socket.write(get);
          await until("the connection to end", () => closed);
          return { closedBefore, last: received };
        };
        assert.equal((await afterSignal(false)).closedBefore, true);
        const { closedBefore, last } = await afterSignal(true);
        assert.equal(closedBefore, false);
        assert.match(last, /^HTTP\/1\.1 200 [^]*connection: close/i);
      });

      it("ends by itself when the drain has taken too long", async () => {
        const leaving = await another({ input: { drainSeconds: 1 } });
        await settled(leaving, "/v2/query");
        const inFlight = ask({ port: leaving.port, path: "/v2/query?wait=8000" }).catch((error: Error) => error);
        await new Promise((resolve) => setTimeout(resolve, 300));
        leaving.proxy.child.kill("SIGUSR1");
        await until("HAProxy to end", () => leaving.proxy.child.exitCode !== null, 4);
        assert.ok((await inFlight) instanceof Error);
      });

      it("logs failures without the query, where an authorization code may stand", async () => {
        await ask({ port: edge.port, path: "/auth-api/callback?code=canary-code&status=500" });
        await until("the failure to be logged", () => edge.proxy.log().includes("/auth-api/callback"));
        assert.doesNotMatch(edge.proxy.log(), /canary-code/);
      });
    });
  },
);
