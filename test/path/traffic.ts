import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import WebSocket from "ws";
import { ask, askHttp2, dial, http2Session, type Asking } from "./client";
import type { Chain } from "./chain";

const mebibyte = randomBytes(1 << 20);
const size = 64;
const chunks = function* (): Iterable<Buffer> {
  for (let index = 0; index < size; index++) yield mebibyte;
};
const hashOf = (body: Iterable<Buffer>): string => {
  const hash = createHash("sha256");
  for (const chunk of body) hash.update(chunk);
  return hash.digest("hex");
};

/** Bodies, streams and connections that stay. */
export function trafficTests(chain: () => Chain): void {
  describe("bodies of 64 MiB", function () {
    this.timeout(60_000);
    const expected = { bytes: size << 20, sha256: hashOf(chunks()) };
    const arrives = async (asking: Asking, whole: { bytes: number; sha256: string }) => {
      const { status, seen } = await ask(chain(), "/v1/traces", { method: "POST", ...asking });
      assert.equal(status, 200);
      const { service, bytes, sha256 } = seen();
      assert.deepEqual({ service, bytes, sha256 }, { service: "logfire-ff-ingest", ...whole });
    };

    it("arrive whole with a length", () =>
      arrives({ headers: { "content-length": expected.bytes }, body: chunks() }, expected));

    it("arrive whole in chunks", () => arrives({ body: chunks() }, expected));

    it("arrive compressed as they were sent", () => {
      const compressed = gzipSync(Buffer.concat([...chunks()]), { level: 1 });
      return arrives(
        { headers: { "content-encoding": "gzip" }, body: [compressed] },
        { bytes: compressed.length, sha256: hashOf([compressed]) },
      );
    });

    it("arrive whole by HTTP/2", async () => {
      const session = await http2Session(chain());
      const headers = { ":method": "POST" };
      const { status, seen } = await askHttp2(session, "/v1/traces", { headers, body: chunks() });
      session.close();
      assert.equal(status, 200);
      assert.deepEqual({ bytes: seen().bytes, sha256: seen().sha256 }, expected);
    });
  });

  describe("streams", () => {
    it("of events arrive piece by piece", async () => {
      const socket = await dial(chain(), { protocols: ["http/1.1"] });
      const request = httpRequest({
        createConnection: () => socket,
        path: "/ui-api/live?events=4&every=300",
        headers: { host: chain().hostname, accept: "text/event-stream" },
      }).end();
      const [response] = (await once(request, "response")) as [IncomingMessage];
      assertPrompt(await delaysOf(response));
      assert.equal(response.headers["content-type"], "text/event-stream");
    });

    it("of events arrive piece by piece by HTTP/2", async () => {
      const session = await http2Session(chain());
      const stream = session.request({ ":path": "/proxy/openai?events=4&every=300" });
      stream.end();
      assertPrompt(await delaysOf(stream));
      session.close();
    });

    it("of a request arrive before it ends", async () => {
      const socket = await dial(chain(), { protocols: ["http/1.1"] });
      const request = httpRequest({
        createConnection: () => socket,
        path: "/ui-api/upload",
        method: "POST",
        headers: { host: chain().hostname },
      });
      const seenBefore = chain().service("logfire-backend").requests;
      request.write("first");
      while (chain().service("logfire-backend").requests === seenBefore) await sleep(20);
      request.end("last");
      const [response] = (await once(request, "response")) as [IncomingMessage];
      response.resume();
      assert.equal(response.statusCode, 200);
      socket.destroy();
    });
  });

  describe("connections", () => {
    it("carry many requests at once by HTTP/2", async () => {
      const session = await http2Session(chain());
      const started = Date.now();
      const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => askHttp2(session, `/api/${n}?wait=500`)));
      session.close();
      assert.deepEqual(
        answers.map(({ status, seen }) => [status, seen().url]),
        Array.from({ length: 50 }, (_, n) => [200, `/api/${n}?wait=500`]),
      );
      assert.ok(Date.now() - started < 5_000, "one after the other they would take 25 s");
    });

    it("become websockets that carry messages both ways", async () => {
      const socket = await openWebSocket(chain());
      const [text, binary] = ["ünïcödé", randomBytes(100_000)];
      assert.deepEqual(await echo(socket, text), Buffer.from(text));
      assert.deepEqual(await echo(socket, binary), binary);
      socket.close(1000, "done");
      const [code, reason] = (await once(socket, "close")) as [number, Buffer];
      assert.deepEqual([code, reason.toString()], [1000, "done"]);
    });
  });
}

/** How long each event was under way, milliseconds. */
async function delaysOf(stream: AsyncIterable<unknown>): Promise<readonly number[]> {
  const delays: number[] = [];
  for await (const chunk of stream)
    for (const [, sent] of String(chunk).matchAll(/sent at (\d+)/g)) delays.push(Date.now() - Number(sent));
  return delays;
}

/** Sent 300 ms apart. A proxy that waits for more holds back all but the last; a busy machine may hold back one. */
function assertPrompt(delays: readonly number[]): void {
  assert.equal(delays.length, 4);
  assert.ok(delays.filter((delay) => delay < 150).length >= 3, `${delays.join(", ")} ms under way`);
}

export async function openWebSocket(chain: Chain): Promise<WebSocket> {
  const below = await dial(chain, { protocols: ["http/1.1"] });
  const socket = new WebSocket(`wss://${chain.hostname}/ui-api/live`, { createConnection: () => below });
  await once(socket, "open");
  return socket;
}

export async function echo(socket: WebSocket, message: string | Buffer): Promise<Buffer> {
  socket.send(message);
  const [answer] = (await once(socket, "message")) as [Buffer];
  return answer;
}
