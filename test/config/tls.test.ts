import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:tls";
import { cacheProxyConfig } from "../../components/logfire/config";
import { renderLogfire } from "../../components/logfire/manifests";
import { everything, ofKind } from "../manifests/objects";
import { certificateAuthority, type CertificateAuthority } from "../support/certificates";
import { edgeServices, hostname, nameOf, startEdge, startSurroundings } from "./edge";
import type { Edge, EdgeServiceName, Surroundings, TlsFolder } from "./edge";
import { startFrontend, type Frontend } from "./frontend";
import { describeWith, placeFor } from "./programs";
import { startProxy } from "./proxies";
import { ask, freePorts, startNameServer, startService, stopAfterEach, until, type TlsIdentity } from "./standIns";

const haproxy = () => placeFor("haproxy");

async function identity(authority: CertificateAuthority, ...hostnames: readonly string[]): Promise<TlsIdentity> {
  const { chain, privateKey } = await authority.issue({ hostnames });
  return { cert: chain, key: privateKey };
}

async function folderOf(authority: CertificateAuthority, name: string): Promise<TlsFolder> {
  const { cert, key } = await identity(authority, name);
  return { "tls.crt": cert, "tls.crt.key": key, "ca.crt": authority.certificate };
}

describeWith("the edge's HAProxy with HTTPS inside the cluster", haproxy, (place) => {
  const name = "logfire-service.logfire.svc.cluster.local";
  let authority: CertificateAuthority;
  let around: Surroundings;
  let edge: Edge;
  let port: number;
  const keep = stopAfterEach();
  const asked = (path: string, more = {}) =>
    ask({ port, path, tls: { servername: name, ca: authority.certificate }, ...more });

  before(async () => {
    authority = await certificateAuthority();
    const identities = new Map<EdgeServiceName, TlsIdentity>();
    for (const service of edgeServices) identities.set(service, await identity(authority, nameOf(service)));
    around = await startSurroundings((service) => ({ tls: identities.get(service) }));
    [port = 0] = await freePorts(1);
    edge = await startEdge(place(), around, { tls: { port, files: await folderOf(authority, name) } });
    for (const path of ["/", "/v1/traces", "/v2/query", "/auth-api", "/api/x", "/proxy", "/mcp"])
      await until(`${path} to have an upstream`, async () => (await asked(path)).status === 200);
  });

  after(async () => {
    await edge?.stop();
    await around?.stop();
  });

  it("starts without a warning", () => {
    assert.doesNotMatch(edge.proxy.log(), /config :|ALERT/);
  });

  it("proves its name, and reaches every service by HTTPS", async () => {
    const routes = { "/": "frontend", "/v1/traces": "ingest", "/v2/query": "queryApi", "/auth-api": "dex" };
    for (const [path, service] of Object.entries(routes))
      assert.equal((await asked(path)).seen().service, service, path);
    await assert.rejects(
      ask({ port, path: "/", tls: { servername: hostname, ca: authority.certificate } }),
      /altnames/,
    );
    const foreign = await certificateAuthority();
    await assert.rejects(ask({ port, path: "/", tls: { servername: name, ca: foreign.certificate } }), /certificate/);
  });

  it("speaks TLS 1.2 at least", async () => {
    const ancient = { minVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    const spoken = async (at: number, maxVersion: "TLSv1.1" | "TLSv1.2" | "TLSv1.3") => {
      const options = { host: "127.0.0.1", port: at, servername: name, ca: authority.certificate, maxVersion };
      const socket = connect({ ...options, ...ancient });
      const protocol = await once(socket, "secureConnect").then(
        () => socket.getProtocol(),
        () => "refused",
      );
      socket.destroy();
      return protocol;
    };
    assert.equal(await spoken(port, "TLSv1.1"), "refused");
    assert.equal(await spoken(port, "TLSv1.2"), "TLSv1.2");
    assert.equal(await spoken(port, "TLSv1.3"), "TLSv1.3");
    // The client can: a server that still takes it is spoken to.
    const lax = createServer({ ...(await identity(authority, name)), ...ancient }).listen(0, "127.0.0.1");
    await once(lax, "listening");
    keep({ stop: () => Promise.resolve(void lax.close()) });
    assert.equal(await spoken((lax.address() as AddressInfo).port, "TLSv1.1"), "TLSv1.1");
  });

  it("carries gRPC from end to end", async () => {
    const path = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    const session = connectHttp2(`https://127.0.0.1:${port}`, { servername: name, ca: authority.certificate });
    try {
      const call = async () => {
        const stream = session.request({ ":method": "POST", ":path": path, te: "trailers" });
        const trailers = once(stream, "trailers") as Promise<[Record<string, unknown>]>;
        trailers.catch(() => undefined);
        stream.end("message");
        const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
        if (headers[":status"] !== 200) return undefined;
        stream.resume();
        return [headers["x-service"], (await trailers)[0]["grpc-status"]];
      };
      await until("the intake", async () => (await call()) !== undefined);
      assert.deepEqual(await call(), ["ingest", "0"]);
    } finally {
      session.close();
    }
  });

  it("still tells its health, and serves HTTP, in clear", async () => {
    assert.equal((await ask({ port: edge.port, path: "/api/x" })).seen().service, "backend");
    assert.deepEqual(await edge.proxy.servers("backend"), { UP: 1 });
  });

  const wrong: readonly (readonly [what: string, show: (name: string) => Promise<TlsIdentity | undefined>])[] = [
    ["another name", () => identity(authority, "someone-else.test")],
    ["a certificate of another authority", async (own) => identity(await certificateAuthority(), own)],
    ["no certificate at all", () => Promise.resolve(undefined)],
  ];
  for (const [what, show] of wrong)
    it(`sends nothing to a service that shows ${what}`, async () => {
      const shown = new Map<EdgeServiceName, TlsIdentity | undefined>();
      for (const service of edgeServices) shown.set(service, await show(nameOf(service)));
      const strangers = keep(await startSurroundings((service) => ({ tls: shown.get(service) })));
      const [https = 0] = await freePorts(1);
      const files = await folderOf(authority, name);
      const careful = keep(await startEdge(place(), strangers, { tls: { port: https, files } }));
      await until("the check to fail", async () => (await careful.proxy.servers("backend"))["DOWN"] === 1);
      for (const path of ["/api/x", "/v1/traces"]) {
        const tls = { servername: name, ca: authority.certificate };
        assert.equal((await ask({ port: https, path, tls })).status, 503);
      }
      for (const service of edgeServices) assert.equal(strangers.service(service).requests, 0);
    });
});

describeWith("the byte cache's HAProxy with HTTPS inside the cluster", haproxy, (place) => {
  const name = "logfire-ff-cache-byte.logfire.svc.cluster.local";
  const keep = stopAfterEach();

  it("uses the replicas that prove the service's name, and no others", async () => {
    const authority = await certificateAuthority();
    const dns = keep(await startNameServer());
    const [port = 0, http = 0, https = 0, stats = 0] = await freePorts(4);
    const shown = [
      await identity(authority, name),
      await identity(await certificateAuthority(), name),
      await identity(authority, "logfire-ff-ingest.logfire.svc.cluster.local"),
    ];
    const replicas = await Promise.all(
      shown.map((tls, index) => startService("cache", { address: `127.8.0.${index + 1}`, port, tls })),
    );
    replicas.forEach(keep);
    dns.set("cache.test", ...replicas.map(({ address }) => address));
    const proxy = keep(
      await startProxy(
        place(),
        (folder) =>
          cacheProxyConfig({
            cache: { host: "cache.test", port, slots: 3, tls: { name, authorities: `${folder}/ca.crt` } },
            nameservers: [dns.address],
            listen: { http, https: { port: https, certificate: `${folder}/tls.crt` }, stats, address: "127.0.0.1" },
          }),
        { http, stats },
        await folderOf(authority, name),
      ),
    );
    await until("one to be trusted and two not", async () => {
      const { UP, DOWN } = await proxy.servers("cache");
      return UP === 1 && DOWN === 2;
    });
    const tls = { servername: name, ca: authority.certificate };
    for (let index = 0; index < 20; index++)
      assert.equal((await ask({ port: https, path: `/part-${index}`, tls })).seen().replica, "127.8.0.1");
    assert.deepEqual(
      replicas.map(({ requests }) => requests > 0),
      [true, false, false],
    );
  });
});

describeWith("both HAProxies", haproxy, (place) => {
  it("accept the texts that a whole stack renders, once their names, ports and folders are there", async () => {
    const authority = await certificateAuthority();
    for (const [config, name] of [
      ["logfire-haproxy-config", "logfire-service"],
      ["logfire-cache-byte-haproxy-config", "logfire-ff-cache-byte"],
    ] as const) {
      const rendered = ofKind(renderLogfire(everything()), "ConfigMap").find(
        ({ metadata }) => metadata.name === config,
      );
      const text = rendered?.data?.["haproxy.cfg"] ?? "";
      assert.match(text, /bind \*:8443 ssl crt \/usr\/local\/etc\/haproxy\/tls\/tls\.crt alpn h2,http\/1\.1\n/);
      const [http = 0, https = 0, stats = 0] = await freePorts(3);
      const proxy = await startProxy(
        place(),
        (folder) =>
          text
            .replaceAll(/\/usr\/local\/etc\/haproxy\/(tls|ca)/g, folder)
            .replaceAll("bind *:8080", `bind 127.0.0.1:${http}`)
            .replaceAll("bind *:8443", `bind 127.0.0.1:${https}`)
            .replaceAll("bind *:8181", `bind 127.0.0.1:${stats}`),
        { http, stats },
        await folderOf(authority, name),
      );
      const log = proxy.log();
      await proxy.stop();
      assert.doesNotMatch(log, /config :|ALERT/);
    }
  });
});

describeWith(
  "the frontend's nginx with HTTPS inside the cluster",
  () => placeFor("nginx"),
  (place) => {
    const name = "logfire-frontend-service.logfire.svc.cluster.local";
    let authority: CertificateAuthority;
    let port: number;
    let frontend: Frontend;

    before(async () => {
      authority = await certificateAuthority();
      const { cert, key } = await identity(authority, name);
      [port = 0] = await freePorts(1);
      frontend = await startFrontend(place(), { tls: { port, files: { "tls.crt": cert, "tls.key": key } } });
    });
    after(() => frontend?.stop());

    const askAs = (servername: string, ca: string, host = hostname) =>
      ask({ port, path: "/", headers: { host }, tls: { servername, ca } });

    it("proves its name, whatever host people asked for", async () => {
      assert.doesNotMatch(frontend.log(), /\[(warn|error|crit|alert|emerg)\]/);
      for (const host of [hostname, "logfire.internal.example.com", "10.0.0.1:8443"])
        assert.equal((await askAs(name, authority.certificate, host)).body, "<title>application</title>");
      await assert.rejects(askAs(hostname, authority.certificate), /altnames/);
      await assert.rejects(askAs(name, (await certificateAuthority()).certificate), /certificate/);
    });

    it("answers nothing but its health in clear", async () => {
      assert.deepEqual((await frontend.get("/health")).body, "ok\n");
      for (const path of ["/", "/index.html", "/config.1.js", "/health/more"])
        assert.equal((await frontend.get(path)).status, 404, path);
    });

    it("speaks HTTP/2 where the client can", async () => {
      const session = connectHttp2(`https://127.0.0.1:${port}`, { servername: name, ca: authority.certificate });
      const stream = session.request({ ":path": "/health" });
      const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
      stream.resume();
      session.close();
      assert.equal(headers[":status"], 200);
    });
  },
);
