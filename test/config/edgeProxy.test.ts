import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { publicRoutes } from "../../components/logfire/config";
import { hostname, origin, settled, startEdge, startSurroundings } from "./edge";
import type { Edge, EdgeOptions, EdgeServiceName, Surroundings } from "./edge";
import { describeWith, placeFor } from "./programs";
import { ask, stopAfterEach } from "./standIns";

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
      before(() => Promise.all(expected.map(([path]) => settled(edge, path))));

      for (const [path, service] of expected)
        it(`sends ${path} to ${service}`, async () => {
          assert.equal((await ask({ port: edge.port, path })).seen().service, service);
          assert.equal((await ask({ port: edge.port, path, method: "POST" })).seen().service, service);
        });

      it("has an example here for every rule of its own list", () => {
        const uncovered = (rule: (typeof publicRoutes)[number]) =>
          [...(rule.exact ?? []), ...(rule.below ?? [])].filter(
            (path) => !expected.some(([example, to]) => to === rule.to && example.split("?")[0]?.startsWith(path)),
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

      it("keep what the load balancer before the edge found out, but not a forged X-Real-IP", async () => {
        const seen = await headersOf({
          "x-forwarded-for": "203.0.113.7",
          "x-forwarded-proto": "http",
          "x-real-ip": "198.51.100.1",
        });
        assert.equal(seen["x-forwarded-for"], "203.0.113.7, 127.0.0.1");
        assert.equal(seen["x-forwarded-proto"], "http");
        assert.equal(seen["x-real-ip"], "127.0.0.1");
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
