import assert from "node:assert/strict";
import { once } from "node:events";
import { until } from "../config/standIns";
import { certificateAuthority } from "../support/certificates";
import { startChain, type Chain } from "./chain";
import { ask, clientAddress, askHttp2, askInClear, dial, http2Session, type Dial } from "./client";
import type { Programs } from "./programs";
import { startStandIn } from "./standIns";
import { grpcTests } from "./telemetry";

/** TLS, hostnames and the way from HTTP to HTTPS. */
export function secureTests(chain: () => Chain): void {
  const negotiated = async (how: Dial) => {
    const socket = await dial(chain(), how);
    const { name } = socket.getCipher();
    const result = { version: socket.getProtocol(), alpn: socket.alpnProtocol, cipher: name };
    socket.destroy();
    return result;
  };
  const served = () => chain().service("logfire-frontend-service").requests;

  describe("TLS", () => {
    it("is trusted for every hostname by whoever trusts the private authority", async () => {
      for (const serverName of chain().hostnames) {
        const socket = await dial(chain(), { serverName });
        assert.equal(socket.authorized, true);
        socket.destroy();
      }
    });

    it("is not trusted by whoever trusts another authority", async () => {
      const { certificate } = await certificateAuthority("Another");
      await assert.rejects(dial(chain(), { ca: certificate }), { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" });
    });

    for (const version of ["TLSv1", "TLSv1.1"] as const)
      it(`refuses ${version}`, async () => {
        // The client would speak it: it is Envoy that sends the alert.
        const old = { minVersion: version, maxVersion: version, ciphers: "DEFAULT@SECLEVEL=0" };
        await assert.rejects(negotiated(old), /alert protocol version|ALERT_PROTOCOL_VERSION/i);
      });

    it("speaks 1.3 with whoever can, and 1.2 with others", async () => {
      assert.equal((await negotiated({})).version, "TLSv1.3");
      assert.equal((await negotiated({ maxVersion: "TLSv1.2" })).version, "TLSv1.2");
    });

    for (const cipher of [
      "ECDHE-ECDSA-AES128-GCM-SHA256",
      "ECDHE-ECDSA-AES256-GCM-SHA384",
      "ECDHE-ECDSA-CHACHA20-POLY1305",
    ])
      it(`takes ${cipher} by TLS 1.2`, async () => {
        assert.equal((await negotiated({ maxVersion: "TLSv1.2", ciphers: cipher })).cipher, cipher);
      });

    for (const cipher of ["ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA", "AES128-GCM-SHA256"])
      it(`refuses ${cipher}: no authenticated encryption, or no forward secrecy`, async () => {
        const weak = { maxVersion: "TLSv1.2", ciphers: `${cipher}:@SECLEVEL=0` } as const;
        await assert.rejects(negotiated(weak), /alert handshake failure|HANDSHAKE_FAILURE/i);
      });

    it("offers HTTP/2 and HTTP/1.1", async () => {
      const alpn = async (...protocols: string[]) => (await negotiated({ protocols })).alpn;
      assert.equal(await alpn("h2", "http/1.1"), "h2");
      assert.equal(await alpn("http/1.1"), "http/1.1");
    });

    it("has browsers keep to HTTPS for a year, whoever answers", async () => {
      const expected = /^max-age=31536000\b/;
      for (const [path, headers] of [
        ["/", {}],
        ["/api/x?status=500", {}],
        ["/v1/traces", { origin: "https://evil.example", "access-control-request-method": "POST" }],
      ] as const) {
        const method = "origin" in headers ? "OPTIONS" : "GET";
        const answer = await chain().ask(path, { method, headers });
        assert.match(answer.headers["strict-transport-security"] ?? "", expected, `${path} ${answer.status}`);
      }
    });
  });

  describe("hostnames", () => {
    it("lead from HTTP to HTTPS, with path and query", async () => {
      for (const host of chain().hostnames) {
        const answer = await askInClear(chain().ports.http, "/project/live?q=a%20b", { host });
        assert.equal(answer.status, 301);
        assert.equal(answer.headers.location, `https://${host}/project/live?q=a%20b`);
        // RFC 6797, section 7.2.
        assert.equal(answer.headers["strict-transport-security"], undefined);
      }
    });

    it("that are not Logfire's are answered by Envoy alone", async () => {
      const before = served();
      const host = "elsewhere.example.com";
      assert.equal((await askInClear(chain().ports.http, "/", { host })).status, 404);
      assert.equal((await ask(chain(), "/", { headers: { host } })).status, 404);
      // One listener serves all of Logfire's names; whoever wants another sees that the certificate is not for it.
      await assert.rejects(dial(chain(), { serverName: host }), { code: "ERR_TLS_CERT_ALTNAME_INVALID" });
      assert.equal(served(), before);
    });

    it("may carry a port", async () => {
      const host = `${chain().hostname}:443`;
      assert.equal((await ask(chain(), "/", { headers: { host } })).status, 200);
    });

    it("share a certificate, so that browsers may use one HTTP/2 connection for all of them", async () => {
      const [first, second = ""] = chain().hostnames;
      const session = await http2Session(chain(), { serverName: first });
      try {
        assert.equal((await askHttp2(session, "/", { headers: { ":authority": first } })).status, 200);
        assert.equal((await askHttp2(session, "/", { headers: { ":authority": second } })).status, 200);
      } finally {
        session.close();
        await once(session, "close");
      }
    });
  });
}

/** HTTPS all the way: Envoy checks HAProxy's certificate, HAProxy those of the services, and nobody answers in clear. */
export function inClusterTests(programs: () => Programs): void {
  describe("with HTTPS between services", () => {
    let started: Chain | undefined;
    const chain = (): Chain => started ?? assert.fail("used before it was started");

    before(async function () {
      this.timeout(30_000);
      const inClusterTls = { certificates: "certManager", secretPrefix: "logfire" } as const;
      started = await startChain(programs(), { settings: { inClusterTls } });
    });

    after(() => started?.stop());

    it("requests reach every service", async () => {
      for (const [path, service] of [
        ["/v1/traces", "logfire-ff-ingest"],
        ["/v2/query", "logfire-ff-query-api"],
        ["/auth-api", "logfire-dex"],
        ["/proxy", "logfire-ai-gateway"],
        ["/mcp", "logfire-remote-mcp"],
        ["/api/x", "logfire-backend"],
        ["/", "logfire-frontend-service"],
      ] as const) {
        const { seen } = await chain().ask(path);
        assert.deepEqual([seen().service, seen().headers["x-real-ip"]], [service, clientAddress]);
      }
    });

    grpcTests(chain);

    it("Envoy sends nothing to who shows another authority's certificate", async () => {
      const stranger = await certificateAuthority("Another");
      const host = "logfire-service.logfire.svc.cluster.local";
      const impostor = await startStandIn("impostor", { tls: await stranger.issue({ hostnames: [host] }) });
      try {
        const [proxy] = chain().proxies;
        chain().envoy.setReplicas([{ port: impostor.port, health: proxy?.health ?? 0 }]);
        await until("Envoy to find it", async () => (await chain().ask("/")).status !== 200);
        assert.equal((await chain().ask("/")).status, 503);
        await until("the reason in the log", () => chain().envoy.log().includes("CERTIFICATE_VERIFY_FAILED"));
        assert.equal(impostor.requests, 0);
      } finally {
        chain().envoy.setReplicas(chain().proxies);
        await impostor.stop();
      }
    });
  });
}
