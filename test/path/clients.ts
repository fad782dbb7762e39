import assert from "node:assert/strict";
import type { EdgeSettings } from "../../components/settings/types";
import { until } from "../config/standIns";
import { askInClear, clientAddress, dial } from "./client";
import { startChain, type Chain } from "./chain";
import type { Programs } from "./programs";

const documentation = { client: "203.0.113.7", other: "198.51.100.9" } as const;

/** Who the client is, and whether it may come in. */
export function clientTests(programs: () => Programs, chain: () => Chain): void {
  const headersOf = async (from: Chain, headers: Record<string, string>) =>
    (await from.ask("/api/x", { headers })).seen().headers;
  /** Requests that HAProxy has seen, health checks of Envoy's left out. */
  const seenBy = ({ service }: Chain) =>
    ["logfire-backend", "logfire-frontend-service", "logfire-ff-ingest"].reduce(
      (sum, name) => sum + service(name).requests,
      0,
    );

  describe("the client's address", () => {
    it("is the one that it connects from", async () => {
      for (const from of [clientAddress, "127.0.0.77"]) {
        const { headers } = (await chain().ask("/api/x", { from })).seen();
        assert.deepEqual([headers["x-real-ip"], headers["x-forwarded-for"]], [from, from]);
      }
    });

    const forgeries: readonly Readonly<Record<string, string>>[] = [
      { "x-forwarded-for": documentation.client },
      { "x-forwarded-for": `${documentation.client}, ${documentation.other}` },
      { "x-real-ip": documentation.client },
      { "x-forwarded-for": "unknown", "x-real-ip": documentation.client, forwarded: `for=${documentation.client}` },
      { "x-envoy-external-address": documentation.client, "x-client-ip": documentation.client },
    ];
    for (const forged of forgeries)
      it(`is not what the client says in ${Object.keys(forged).join(" and ")}`, async () => {
        const headers = await headersOf(chain(), forged);
        assert.deepEqual([headers["x-real-ip"], headers["x-forwarded-for"]], [clientAddress, clientAddress]);
      });

    it("stands in both logs, and the query in none", async () => {
      const path = "/auth-api/callback";
      await chain().ask(`${path}?code=canary-code&status=500`, { from: "127.0.0.88" });
      const haproxy = () => chain().proxies[0]?.log() ?? "";
      const envoy = () => chain().envoy.log();
      for (const log of [haproxy, envoy]) {
        await until("the line in the log", () => log().includes(path), 15);
        assert.ok(
          log()
            .split("\n")
            .some((line) => line.includes(path) && line.includes("127.0.0.88")),
        );
        assert.doesNotMatch(log(), /canary-code/);
      }
    });
  });

  describeChain("behind one proxy", programs, { proxiesInFront: 1 }, (behind) => {
    it("is the address that the proxy appended, whatever the client wrote before it", async () => {
      for (const written of [documentation.client, `${documentation.other}, ${documentation.client}`]) {
        const headers = await headersOf(behind(), { "x-forwarded-for": written });
        assert.equal(headers["x-real-ip"], documentation.client);
      }
    });

    it("is Envoy's where nothing was appended: who goes around the proxy chooses nothing", async () => {
      assert.equal((await headersOf(behind(), {}))["x-real-ip"], "127.0.0.1");
    });
  });

  describeChain(
    "behind a load balancer that speaks the PROXY protocol",
    programs,
    { proxyProtocol: true },
    (behind) => {
      const preamble = (address: string) => `PROXY TCP4 ${address} 192.0.2.1 51234 443\r\n`;

      it("is the address that the load balancer says", async () => {
        const answer = await behind().ask("/api/x", {
          preamble: preamble(documentation.client),
          headers: { "x-forwarded-for": documentation.other },
        });
        assert.equal(answer.seen().headers["x-real-ip"], documentation.client);
      });

      it("cannot be left out: such connections are closed", async () => {
        await assert.rejects(dial(behind()), /closed before|ECONNRESET|disconnected/i);
      });
    },
  );

  describeChain("with source ranges", programs, { sourceRanges: ["127.0.0.2/32", "127.0.0.128/25"] }, (guarded) => {
    it("who stands in them comes in", async () => {
      for (const from of ["127.0.0.2", "127.0.0.200"])
        assert.equal((await guarded().ask("/api/x", { from })).status, 200, from);
    });

    it("who does not is refused by Envoy, and nothing behind it hears of it", async () => {
      const before = seenBy(guarded());
      for (const path of ["/", "/api/x", "/v1/traces"])
        for (const from of ["127.0.0.3", clientAddress]) {
          const answer = await guarded().ask(path, { from, headers: { "x-forwarded-for": "127.0.0.2" } });
          assert.equal(answer.status, 403);
          assert.match(answer.body, /RBAC/);
        }
      const grpc = { "content-type": "application/grpc" };
      const refused = await guarded().ask("/opentelemetry.proto.collector.trace.v1.TraceService/Export", {
        method: "POST",
        headers: grpc,
      });
      // gRPC's own way to say it: the status in the headers of an answer without a body.
      assert.deepEqual([refused.status, refused.headers["grpc-status"]], [200, "7"]);
      assert.equal(seenBy(guarded()), before);
    });

    it("holds for the way from HTTP to HTTPS as well", async () => {
      const { ports, hostname } = guarded();
      assert.equal((await askInClear(ports.http, "/", { host: hostname })).status, 403);
    });
  });

  const both = { proxiesInFront: 1, sourceRanges: ["203.0.113.0/24"] };
  describeChain("with source ranges behind one proxy", programs, both, (guarded) => {
    it("what the proxy says counts, and not what the client wrote before it", async () => {
      const status = async (written: string) =>
        (await guarded().ask("/api/x", { headers: { "x-forwarded-for": written } })).status;
      assert.equal(await status(documentation.client), 200);
      assert.equal(await status(documentation.other), 403);
      assert.equal(await status(`${documentation.client}, ${documentation.other}`), 403);
    });
  });

  describeChain(
    "for one hostname",
    programs,
    {},
    (only) => {
      it("no other name gets as far as a certificate", async () => {
        await assert.rejects(
          dial(only(), { serverName: "elsewhere.example.com" }),
          /closed before|ECONNRESET|disconnected/i,
        );
        assert.equal((await only().ask("/api/x")).status, 200);
      });
    },
    ["logfire.example.com"],
  );
}

/** Tests on a chain of their own. */
function describeChain(
  title: string,
  programs: () => Programs,
  edge: Partial<EdgeSettings>,
  body: (chain: () => Chain) => void,
  hostnames?: readonly [string, ...string[]],
): void {
  describe(title, () => {
    let chain: Chain | undefined;
    before(async function () {
      this.timeout(30_000);
      chain = await startChain(programs(), { edge, ...(hostnames === undefined ? {} : { settings: { hostnames } }) });
    });
    after(() => chain?.stop());
    body(() => chain ?? assert.fail("used before it was started"));
  });
}
