import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect as connectHttp2 } from "node:http2";
import { publicRoutes } from "../../components/logfire/config";
import { hostname, origin, settled, startEdge, startSurroundings } from "./edge";
import type { Edge, EdgeOptions, EdgeServiceName, Surroundings } from "./edge";
import { describeWith, placeFor } from "./programs";
import { ask, stopAfterEach, until } from "./standIns";

/** Written by hand from the product's routes, not from the generator's list. */
const expected: readonly (readonly [path: string, service: EdgeServiceName])[] = [
  ["/v1/traces", "ingest"],
  ["/v1/metrics", "ingest"],
  ["/v1/logs", "ingest"],
  ["/V1/Traces", "ingest"],
  ["/v1/traces?x=1", "ingest"],
  ["/v2/query", "queryApi"],
  ["/v2/query?sql=select", "queryApi"],
  ["/auth-api", "dex"],
  ["/auth-api/.well-known/openid-configuration", "dex"],
  ["/v1/traces/more", "backend"],
  ["/v1/query", "backend"],
  ["/api/v1/projects", "backend"],
  ["/ui-api/me", "backend"],
  ["/UI-API/me", "backend"],
  ["/.well-known/oauth-authorization-server", "backend"],
  ["/.well-known/oauth-authorization-server/api", "backend"],
  ["/.well-known/openid-configuration", "backend"],
  ["/.well-known/oauth-protected-resource/v1", "backend"],
  ["/.well-known/openid-configuration/api", "backend"],
  ["/integrations/slack/callback", "backend"],
  ["/proxy", "aiGateway"],
  ["/proxy/openai/v1/chat/completions", "aiGateway"],
  ["/.well-known/oauth-protected-resource/proxy", "aiGateway"],
  ["/.well-known/oauth-protected-resource/proxy/openai", "aiGateway"],
  ["/mcp", "remoteMcp"],
  ["/mcp/session", "remoteMcp"],
  ["/.well-known/oauth-protected-resource/mcp", "remoteMcp"],
  ["/.well-known/oauth-protected-resource/mcp/x", "remoteMcp"],
  ["/", "frontend"],
  ["/org/project/live", "frontend"],
  ["/assets/index-1.js", "frontend"],
  ["/auth-apis", "frontend"],
  ["/proxyish", "frontend"],
  ["/mcpx", "frontend"],
  ["/v2/queries", "frontend"],
  ["/public-trace/abc", "frontend"],
];

const grpc: readonly (readonly [path: string, service: EdgeServiceName])[] = [
  ["/opentelemetry.proto.collector.trace.v1.TraceService/Export", "ingest"],
  ["/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", "ingest"],
  ["/opentelemetry.proto.collector.logs.v1.LogsService/Export", "ingest"],
];

describeWith(
  "the edge's HAProxy configuration",
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

    it("starts without a warning, as a user without rights", () => {
      assert.doesNotMatch(edge.proxy.log(), /config :|ALERT/);
      const status = readFileSync(`/proc/${edge.proxy.child.pid}/status`, "utf8");
      assert.notEqual(/^Uid:\t(\d+)/m.exec(status)?.[1], "0");
    });

    describe("routes", () => {
      before(() => Promise.all([...expected, ...grpc].map(([path]) => settled(edge, path))));

      for (const [path, service] of grpc)
        it(`carries the gRPC call ${path} to ${service}, trailers included`, async () => {
          const session = connectHttp2(`http://127.0.0.1:${edge.port}`);
          try {
            const message = Buffer.from([0, 0, 0, 0, 3, 10, 1, 120]);
            const stream = session.request({
              ":method": "POST",
              ":path": path,
              "content-type": "application/grpc",
              te: "trailers",
              "x-real-ip": "198.51.100.1",
            });
            const trailers = once(stream, "trailers");
            stream.end(message);
            const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
            const chunks: Buffer[] = [];
            for await (const chunk of stream) chunks.push(chunk as Buffer);
            assert.equal(headers["x-service"], service);
            assert.equal(headers["x-seen-path"], path);
            assert.equal(headers["x-seen-client"], "127.0.0.1");
            assert.deepEqual(Buffer.concat(chunks), message);
            assert.equal(((await trailers) as [Record<string, unknown>])[0]["grpc-status"], "0");
          } finally {
            session.close();
          }
        });

      for (const [path, service] of expected)
        it(`sends ${path} to ${service}`, async () => {
          assert.equal((await ask({ port: edge.port, path })).seen().service, service);
          assert.equal((await ask({ port: edge.port, path, method: "POST" })).seen().service, service);
        });

      it("has an example here for every rule of its own list", () => {
        const uncovered = (rule: (typeof publicRoutes)[number]) =>
          [...(rule.exact ?? []), ...(rule.below ?? [])].filter(
            (path) =>
              ![...expected, ...grpc].some(
                ([example, to]) => to === rule.to && example.split("?")[0]?.startsWith(path),
              ),
          );
        assert.deepEqual(publicRoutes.flatMap(uncovered), []);
      });

      it("leaves the paths of features that are off to the frontend", async () => {
        const small = await another({ without: ["aiGateway", "remoteMcp"] });
        await settled(small);
        for (const path of ["/proxy/openai", "/mcp", "/.well-known/oauth-protected-resource/proxy"])
          assert.equal((await ask({ port: small.port, path })).seen().service, "frontend");
      });
    });

    describe("headers for the services", () => {
      const headersOf = async (headers: Record<string, string>) =>
        (await ask({ port: edge.port, path: "/api/x", headers })).seen().headers;

      it("name the client, the public scheme and the host that was asked", async () => {
        const seen = await headersOf({ host: hostname });
        assert.equal(seen["x-real-ip"], "127.0.0.1");
        assert.equal(seen["x-forwarded-for"], "127.0.0.1");
        assert.equal(seen["x-forwarded-proto"], "https");
        assert.equal(seen.host, hostname);
      });

      it("believe no header that the client may have written, where nothing trusted stands before the edge", async () => {
        const seen = await headersOf({
          "x-forwarded-for": "203.0.113.7",
          "x-forwarded-proto": "http",
          "x-real-ip": "198.51.100.1",
        });
        assert.equal(seen["x-forwarded-for"], "127.0.0.1");
        assert.equal(seen["x-forwarded-proto"], "https");
        assert.equal(seen["x-real-ip"], "127.0.0.1");
      });

      const chains: readonly (readonly [hops: number, forwarded: string | readonly string[], client: string])[] = [
        [1, "203.0.113.7", "203.0.113.7"],
        [1, "198.51.100.1, 203.0.113.7", "203.0.113.7"],
        [1, ["198.51.100.1", "203.0.113.7"], "203.0.113.7"],
        [1, "2001:db8::7", "2001:db8::7"],
        [1, "203.0.113.7:51234", "203.0.113.7"],
        [2, "198.51.100.1, 203.0.113.7, 10.0.0.1", "203.0.113.7"],
        [2, ["198.51.100.1, 203.0.113.7", "10.0.0.1"], "203.0.113.7"],
        // Fewer entries than trusted proxies: the request came another way, and nobody trusted wrote them.
        [2, "198.51.100.1", "127.0.0.1"],
        [1, "unknown", "127.0.0.1"],
        [1, [], "127.0.0.1"],
      ];
      for (const [hops, forwarded, client] of chains)
        it(`name ${client} as the client of ${[forwarded].flat().join(" | ") || "nothing"} behind ${hops}`, async () => {
          const behind = await another({ input: { forwardedHops: hops } });
          await settled(behind, "/api/x");
          const headers = { "x-forwarded-for": forwarded as string, "x-real-ip": "198.51.100.9" };
          const seen = (await ask({ port: behind.port, path: "/api/x?status=500", headers })).seen();
          assert.equal(seen.headers["x-real-ip"], client);
          assert.equal(seen.headers["x-forwarded-for"], client);
          await until("the client in the log", () => behind.proxy.log().includes(`${client} edge`));
        });

      it("keep the scheme that a trusted proxy saw", async () => {
        const behind = await another({ input: { forwardedHops: 1 } });
        await settled(behind, "/api/x");
        const schemeOf = async (headers = {}) =>
          (await ask({ port: behind.port, path: "/api/x", headers })).seen().headers["x-forwarded-proto"];
        assert.equal(await schemeOf({ "x-forwarded-proto": "http" }), "http");
        assert.equal(await schemeOf(), "https");
      });
    });

    describe("Strict-Transport-Security", () => {
      const name = "strict-transport-security";
      const year = "max-age=31536000";

      it("stands once on every answer by HTTPS, errors and preflights included", async () => {
        const answers = [
          await ask({ port: edge.port, path: "/" }),
          await ask({ port: edge.port, path: "/api/x?status=500" }),
          await ask({
            port: edge.port,
            path: "/v1/traces",
            method: "OPTIONS",
            headers: { origin, "access-control-request-method": "POST" },
          }),
        ];
        assert.deepEqual(
          answers.map(({ status, headers }) => [status, headers[name]]),
          [
            [200, year],
            [500, year],
            [204, year],
          ],
        );
        const broken = await another({ input: { nameservers: ["127.0.0.1:1"] } });
        const { status, headers } = await ask({ port: broken.port, path: "/api/x" });
        assert.deepEqual([status, headers[name]], [503, year]);
      });

      it("does not stand on answers in clear", async () => {
        const behind = await another({ input: { forwardedHops: 1 } });
        const headers = { "x-forwarded-proto": "http" };
        assert.equal((await ask({ port: behind.port, path: "/", headers })).headers[name], undefined);
        const local = await another({ input: { origins: ["http://localhost:3000"] } });
        assert.equal((await ask({ port: local.port, path: "/" })).headers[name], undefined);
      });
    });

    describe("origins", () => {
      const preflight = (path: string, from: string) =>
        ask({
          port: edge.port,
          path,
          method: "OPTIONS",
          headers: {
            origin: from,
            "access-control-request-method": "POST",
            "access-control-request-headers": "authorization",
          },
        });

      const own = [
        origin,
        "https://LOGFIRE.example.com",
        `${origin}:443`,
        "https://logfire.internal.example.com",
        "http://localhost:3000",
      ];
      const foreign = [
        `${origin}.evil.example`,
        `${origin}:8443`,
        `http://${hostname}`,
        `${origin}@evil.example`,
        `${origin}/`,
        `${origin}, https://evil.example`,
        "https://evil.example",
        "https://sub.logfire.example.com",
        "http://localhost",
        "null",
      ];

      for (const from of own)
        it(`lets a page from ${from} call, and answers its preflight itself`, async () => {
          for (const path of ["/v1/traces", "/api/v1/x", "/ui-api/x"]) {
            const before = around.service("backend").requests;
            const answer = await preflight(path, from);
            assert.equal(answer.status, 204);
            assert.equal(answer.headers["access-control-allow-origin"], from);
            assert.match(answer.headers["access-control-allow-methods"] ?? "", /\bPOST\b.*\bPATCH\b/);
            assert.match(
              answer.headers["access-control-allow-headers"] ?? "",
              /Authorization, Content-Type, X-Logfire-Context/,
            );
            assert.equal(answer.headers.vary, "Origin");
            assert.equal(around.service("backend").requests, before);
          }
          const answer = await ask({ port: edge.port, path: "/api/v1/x", headers: { origin: from } });
          assert.equal(answer.headers["access-control-allow-origin"], from);
          assert.equal(answer.headers.vary, "Origin");
        });

      for (const from of foreign)
        it(`gives a page from ${from} no permission`, async () => {
          const refused = await preflight("/v1/traces", from);
          assert.equal(refused.status, 403);
          for (const answer of [
            refused,
            await preflight("/api/v1/x", from),
            await ask({ port: edge.port, path: "/v1/traces", method: "POST", headers: { origin: from } }),
            await ask({ port: edge.port, path: "/api/v1/x", headers: { origin: from } }),
          ]) {
            assert.equal(answer.headers["access-control-allow-origin"], undefined);
            assert.equal(answer.headers.vary, "Origin");
          }
        });

      it("gives no permission when two origins are claimed", async () => {
        const answer = await ask({
          port: edge.port,
          path: "/api/x",
          headers: { origin: ["https://evil.example", origin] as unknown as string },
        });
        assert.equal(answer.headers["access-control-allow-origin"], undefined);
      });

      it("leaves an OPTIONS request that is no preflight to the service", async () => {
        const answer = await ask({ port: edge.port, path: "/api/x", method: "OPTIONS", headers: { origin } });
        assert.equal(answer.seen().method, "OPTIONS");
      });

      it("lets the page see HAProxy's own errors", async () => {
        const broken = await another({ input: { nameservers: ["127.0.0.1:1"] } });
        const answer = await ask({ port: broken.port, path: "/api/x", headers: { origin } });
        assert.equal(answer.status, 503);
        assert.equal(answer.headers["access-control-allow-origin"], origin);
      });
    });
  },
);
