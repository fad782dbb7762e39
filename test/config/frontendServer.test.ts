import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { createServer as createTlsServer } from "node:https";
import type { IncomingHttpHeaders } from "node:http";
import { runInNewContext } from "node:vm";
import { gunzipSync } from "node:zlib";
import { modelPricesHost } from "../../components/logfire/config";
import { files, origin, startFrontend, type Frontend, type FrontendOptions } from "./frontend";
import { certificate, describeWith, placeFor } from "./programs";
import { startNameServer, stopAfterEach } from "./standIns";

const policyOf = (headers: IncomingHttpHeaders): ReadonlyMap<string, readonly string[]> =>
  new Map(
    [headers["content-security-policy"] ?? ""].flat().flatMap((text) =>
      text.split(";").map((directive): [string, string[]] => {
        const [name = "", ...sources] = directive.trim().split(" ");
        return [name, sources];
      }),
    ),
  );

const pages = [
  "/",
  "/index.html",
  "/org/project",
  "/org/project/live?x=1",
  "/auth/oauth-consent",
  "/auth/oauth-device",
];
const frames = ["/image-iframe.html", "/audio-iframe.html", "/custom-components-iframe.html"];
const everything = [...pages, ...frames, "/public-trace/abc", "/assets/index-1a.js", "/assets/safeRender-1a.js"].concat(
  [
    "/custom-panels/panel.js",
    "/config.1.js",
    "/frontend-assets.txt",
    "/genai-prices/data.json",
    "/missing.js",
    "/health",
  ],
);

describeWith(
  "the frontend's nginx configuration",
  () => placeFor("nginx"),
  (place) => {
    let frontend: Frontend;

    before(async () => {
      frontend = await startFrontend(place());
    });
    after(() => frontend?.stop());
    const keep = stopAfterEach();
    const another = async (options: FrontendOptions) => keep(await startFrontend(place(), options));

    it("starts without a complaint, where no outside name can be resolved", () => {
      assert.doesNotMatch(frontend.log(), /\[(warn|error|crit|alert|emerg)\]/);
    });

    for (const path of [...pages, "/public-trace/abc", "/a/b/c/d"])
      it(`answers ${path} with the application's page, never cached`, async () => {
        const { status, headers, body } = await frontend.get(path);
        assert.deepEqual([status, body, headers["cache-control"]], [200, files["html/index.html"], "no-store"]);
        assert.equal(headers["content-type"], "text/html");
        assert.equal(headers["x-content-type-options"], "nosniff");
      });

    for (const path of frames)
      it(`serves ${path} as itself, under its own policy`, async () => {
        const { body, headers } = await frontend.get(path);
        assert.equal(body, files[`html${path}`]);
        assert.notEqual(
          headers["content-security-policy"],
          (await frontend.get("/")).headers["content-security-policy"],
        );
        assert.deepEqual(policyOf(headers).get("frame-ancestors"), ["'self'"]);
      });

    const cacheControl: readonly (readonly [
      path: string,
      status: number,
      cache: string | undefined,
      type: string | undefined,
    ])[] = [
      ["/assets/index-1a.js", 200, "public, max-age=2592000", "application/javascript"],
      ["/assets/safeRender-1a.js", 200, "public, max-age=2592000", "application/javascript"],
      ["/favicon.ico", 200, "public, max-age=2592000", "image/x-icon"],
      ["/custom-panels/panel.js", 200, undefined, "application/javascript"],
      ["/frontend-assets.txt", 200, "no-store", "text/plain"],
      ["/genai-prices/data.json", 200, "no-store", "application/json"],
      ["/config.1.js", 200, "no-store", "application/javascript"],
      ["/assets/gone-0.js", 404, "no-store", "text/html"],
      ["/missing.png", 404, "no-store", "text/html"],
      ["/health", 200, undefined, "text/plain"],
    ];
    for (const [path, status, cache, type] of cacheControl)
      it(`answers ${path} with ${status}, cached: ${cache ?? "unsaid"}`, async () => {
        const answer = await frontend.get(path);
        assert.deepEqual(
          [answer.status, answer.headers["cache-control"], answer.headers["content-type"]],
          [status, cache, type],
        );
      });

    it("answers /health whatever host is asked for", async () => {
      assert.equal((await frontend.get("/health", { host: "10.1.2.3:8080" })).body, "ok\n");
    });

    it("gives the browser its configuration", async () => {
      const window: Record<string, unknown> = {};
      runInNewContext((await frontend.get("/config.1.js")).body, { window });
      assert.deepEqual(JSON.parse(JSON.stringify(window)), {
        appConfig: {
          apiHost: "logfire.example.com",
          region: "local",
          regions: [{ name: "local", frontend_host: origin, api_host: origin, auth_host: origin }],
          dexPublicUrl: origin,
          dexDynamicRedirect: false,
          appVersion: "1.2.3",
          selfHosted: true,
        },
      });
    });

    it("lets the sandboxed frame of custom panels load its files", async () => {
      assert.equal((await frontend.get("/custom-panels/panel.js")).headers["access-control-allow-origin"], "null");
      assert.equal((await frontend.get("/assets/index-1a.js")).headers["access-control-allow-origin"], undefined);
    });

    it("lets only a shared trace be framed by other pages", async () => {
      for (const path of [...pages, ...frames])
        assert.deepEqual(policyOf((await frontend.get(path)).headers).get("frame-ancestors"), ["'self'"]);
      assert.deepEqual(policyOf((await frontend.get("/public-trace/abc")).headers).get("frame-ancestors"), ["*"]);
      assert.deepEqual(policyOf((await frontend.get("/public-trace/abc/more")).headers).get("frame-ancestors"), [
        "'self'",
      ]);
    });

    it("lets the page call Logfire's own hostnames, by HTTPS and WebSocket", async () => {
      assert.deepEqual(policyOf((await frontend.get("/")).headers).get("connect-src"), [
        "'self'",
        origin,
        "https://logfire.internal.example.com",
        "wss://logfire.example.com",
        "wss://logfire.internal.example.com",
      ]);
    });

    it("gives the worker that runs saved code nothing but the code", async () => {
      const policy = policyOf((await frontend.get("/assets/safeRender-1a.js")).headers);
      assert.deepEqual(policy.get("script-src"), ["blob:"]);
      for (const [directive, sources] of policy) if (directive !== "script-src") assert.deepEqual(sources, ["'none'"]);
    });

    it("takes its origin from the frame that runs what users write", async () => {
      const { headers } = await frontend.get("/custom-components-iframe.html");
      assert.deepEqual(policyOf(headers).get("sandbox"), ["allow-scripts"]);
      assert.equal(headers["cross-origin-opener-policy"], "same-origin");
      assert.equal(headers["referrer-policy"], "no-referrer");
    });

    it("names no outside host in any header unless one is allowed", async () => {
      const own = /^(wss|https):\/\/logfire\.(internal\.)?example\.com$/;
      for (const path of everything) {
        const { headers } = await frontend.get(path);
        for (const [directive, sources] of policyOf(headers))
          for (const source of sources) {
            const harmless = /^('[^']+'|blob:|data:|[A-Za-z_-]+)$/.test(source) || own.test(source);
            assert.ok(
              harmless || (directive === "frame-ancestors" && path === "/public-trace/abc"),
              `${path}: ${source}`,
            );
          }
        assert.doesNotMatch(
          JSON.stringify(headers).replaceAll(/(wss|https):\/\/logfire\.(internal\.)?example\.com/g, ""),
          /:\/\//,
        );
      }
    });

    it("names an allowed host where the page connects and shows images, and nowhere else", async () => {
      const allowed = ["avatars.githubusercontent.com", "*.slack-edge.com"];
      const open = await another({ allowedHosts: allowed });
      const places = { "/": ["connect-src", "img-src"], "/image-iframe.html": ["connect-src", "img-src"] };
      const all = { ...places, "/audio-iframe.html": ["connect-src", "media-src"] };
      for (const [path, directives] of Object.entries(all)) {
        const naming = [...policyOf((await open.get(path)).headers)].filter(([, sources]) =>
          allowed.every((host) => sources.includes(`https://${host}`)),
        );
        assert.deepEqual(naming.map(([directive]) => directive).sort(), directives);
      }
    });

    it("lets the page call its hostname in clear where people reach it so", async () => {
      const local = await another({ origins: ["http://localhost:8080"], hostnames: ["localhost"] });
      const { headers } = await local.get("/");
      assert.ok(policyOf(headers).get("connect-src")?.includes("ws://localhost:8080"));
    });

    it("compresses what is large", async () => {
      const chunks: Buffer[] = [];
      const { get } = await import("node:http");
      const request = get({
        port: frontend.port,
        path: "/assets/index-1a.js",
        headers: { "accept-encoding": "gzip", via: "1.1 lb" },
      });
      const [response] = (await once(request, "response")) as [import("node:http").IncomingMessage];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      assert.equal(response.headers["content-encoding"], "gzip");
      assert.equal(gunzipSync(Buffer.concat(chunks)).toString(), files["html/assets/index-1a.js"]);
    });

    it("speaks HTTP/2", async () => {
      const session = connectHttp2(`http://127.0.0.1:${frontend.port}`);
      const stream = session.request({ ":path": "/health" });
      const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
      stream.resume();
      session.close();
      assert.equal(headers[":status"], 200);
    });

    describe("model prices", () => {
      const path = "/genai-prices/data.json";
      const fromImage = files["html/genai-prices/data.json"];

      it("are the image's own while their host is not allowed, and missing cleanly where it has none", async () => {
        assert.equal((await frontend.get(path)).body, fromImage);
        const without = await another({ omit: ["html/genai-prices/data.json"] });
        assert.equal((await without.get(path)).status, 404);
      });

      it("are the image's own while the allowed host cannot be resolved, which is asked when a request comes", async () => {
        const dns = keep(await startNameServer());
        const open = await another({ allowedHosts: [modelPricesHost], nameservers: [dns.address] });
        assert.deepEqual([...dns.asked], []);
        const { status, body } = await open.get(path);
        assert.deepEqual([status, body], [200, fromImage]);
        assert.deepEqual([...dns.asked], [modelPricesHost]);
      });

      it("find the pod's name servers by themselves", async () => {
        const open = await another({ allowedHosts: [modelPricesHost] });
        assert.equal((await open.get("/")).status, 200);
        assert.doesNotMatch(open.log(), /\[(crit|alert|emerg)\]/);
      });

      describeWith(
        "from their host",
        () => Promise.resolve(canListenOn443()),
        () => {
          it("come without the user's cookie and token leaving", async () => {
            const address = `127.${[1, 2, 3].map(() => 1 + Math.floor(Math.random() * 250)).join(".")}`;
            let seen: { url?: string; headers: IncomingHttpHeaders } | undefined;
            const outside = createTlsServer(certificate(modelPricesHost), (request, response) => {
              seen = { url: request.url, headers: request.headers };
              response
                .writeHead(200, { "content-type": "text/plain", "set-cookie": "tracker=1" })
                .end('{"from":"outside"}');
            });
            outside.listen(443, address);
            await once(outside, "listening");
            keep({ stop: () => Promise.resolve(void outside.close()) });
            const dns = keep(await startNameServer());
            dns.set(modelPricesHost, address);
            const open = await another({ allowedHosts: [modelPricesHost], nameservers: [dns.address] });
            const answer = await open.get(path, { cookie: "session=canary", authorization: "Bearer canary" });
            assert.equal(answer.body, '{"from":"outside"}');
            assert.equal(answer.headers["set-cookie"], undefined);
            assert.equal(seen?.url, "/pydantic/genai-prices/main/prices/new_data/v2/data.json");
            assert.deepEqual(seen?.headers, { host: modelPricesHost });
          });
        },
      );
    });
  },
);

/** The proxied port is fixed; 127.0.0.0/8 has room for a server of its own on it. */
const canListenOn443 = () =>
  process.getuid?.() === 0 && process.platform === "linux"
    ? { found: true }
    : { missing: "only root on Linux can listen on port 443" };
