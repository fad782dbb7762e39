import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { ask, freePorts, stopAfterEach, until } from "../config/standIns";
import { startChain } from "./chain";
import { departures } from "./departures";
import type { Programs } from "./programs";

/** Whatever goes, requests do not fail; whatever is ill, gets none. */
export function drainTests(programs: () => Programs): void {
  describe("no request fails while", function () {
    this.timeout(40_000);

    for (const { title, run } of departures)
      it(title, async () => {
        const { succeeded, failures } = await run(programs());
        assert.deepEqual(failures, [], `beside ${succeeded} that succeeded`);
      });
  });

  describe("health", () => {
    const keep = stopAfterEach();

    it("of HAProxy is what /stats says: Envoy leaves a replica without it alone, though it would answer", async function () {
      this.timeout(40_000);
      const sockets = await freePorts(2);
      // A command line, to close one port of two; Envoy would keep a connection to it that is open already.
      const closable = (text: string, index: number) =>
        text
          .replace(/^global$/m, `global\n    stats socket ipv4@127.0.0.1:${sockets[index]} level admin`)
          .replace(/^frontend stats$/m, "frontend stats\n    option httpclose");
      const chain = keep(await startChain(programs(), { proxies: 2, rewriteProxy: closable }));
      const [ill] = chain.proxies;
      // Failures stand in HAProxy's log, so that it shows who was asked.
      const path = "/api/x?status=500";
      const asked = async (): Promise<readonly boolean[]> => {
        const before = chain.proxies.map((proxy) => proxy.log().length);
        for (let index = 0; index < 40; index++) assert.equal((await chain.ask(path)).status, 500);
        await sleep(200);
        return chain.proxies.map((proxy, index) => proxy.log().slice(before[index]).includes("/api/x"));
      };
      assert.deepEqual(await asked(), [true, true]);
      // Envoy looks once a minute until something has asked for the cluster, and keeps to what it has begun.
      chain.envoy.setReplicas([]);
      await until("Envoy to forget the replicas", async () => (await chain.envoy.healthyReplicas()) === 0);
      chain.envoy.setReplicas(chain.proxies);
      await until("Envoy to find them anew", async () => (await chain.envoy.healthyReplicas()) === 2);
      await command(sockets[0] ?? 0, "shutdown frontend stats");
      await until("Envoy to notice", async () => (await chain.envoy.healthyReplicas()) === 1, 20);
      assert.equal((await ask({ port: ill?.port ?? 0, path: "/api/x" })).status, 200);
      assert.deepEqual(await asked(), [false, true]);
    });
  });
}

/** To HAProxy's own command line. */
async function command(port: number, line: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.end(`${line}\n`);
  return text(socket);
}
