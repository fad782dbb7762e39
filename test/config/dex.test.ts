import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { connectorVariable, dexConfig, dexVariables, type DexInput } from "../../components/logfire/config";
import { certificateAuthority, type CertificateAuthority } from "../support/certificates";
import { postgresMissing, startPostgres, type Postgres } from "../support/postgres";
import { certificate, collect, describeWith, end, tool } from "./programs";
import { ask, freePorts, until, type Answered, stopAfterEach } from "./standIns";

const url = "https://logfire.example.com";
const otherUrl = "https://logfire.internal.example.com";

/** Everything that YAML, JSON, a shell, Go's expansion, libpq's quoting and a URL give a meaning to. */
const difficult = `a'b"c\\d$HOME\${HOME}$$ %41&?#@:/\\'; --{}[]`;

const github = {
  type: "github",
  id: "my-github",
  name: 'GitHub: "ours"',
  config: { loadAllGroups: true },
  secretKeys: ["clientID", "clientSecret"],
};

interface Dex {
  readonly telemetryPort: number;
  readonly grpcPort: number;
  readonly log: () => string;
  readonly get: (path: string) => Promise<Answered>;
  readonly post: (path: string, form: Record<string, string>) => Promise<Answered>;
  stop(): Promise<void>;
}

type Options = Partial<Omit<DexInput, "postgres">> & {
  readonly postgres?: Partial<DexInput["postgres"]>;
  readonly env?: Readonly<Record<string, string>>;
};

async function startDex(program: string, database: Postgres, options: Options = {}): Promise<Dex> {
  const [http = 0, grpc = 0, telemetry = 0] = await freePorts(3);
  const text = dexConfig({
    url,
    allUrls: [url, otherUrl],
    passwordLogin: true,
    connectors: [],
    listen: { address: "127.0.0.1", http, grpc, telemetry },
    ...options,
    postgres: { port: database.port, database: "dex", tls: "disable", ...options.postgres },
  });
  const folder = mkdtempSync(join(tmpdir(), "logfire-dex-"));
  writeFileSync(join(folder, "config.yaml"), text);
  const child = spawn(program, ["serve", join(folder, "config.yaml")], {
    env: {
      [dexVariables.postgresHost]: "127.0.0.1",
      [dexVariables.postgresUser]: "dex",
      [dexVariables.postgresPassword]: difficult,
      [dexVariables.clientSecret]: "client-secret",
      HOME: "/expanded-by-mistake",
      ...options.env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log = collect(child);
  const stop = async () => {
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await until("Dex to be ready", async () => {
      if (child.exitCode !== null) throw new Error(`Dex ended with ${child.exitCode}`);
      return ask({ port: telemetry, path: "/healthz/ready" }).then(
        ({ status }) => status === 200,
        () => false,
      );
    });
  } catch (error) {
    await stop();
    throw new Error(`${String(error)}\n${log()}`);
  }
  return {
    telemetryPort: telemetry,
    grpcPort: grpc,
    log,
    stop,
    get: (path) => ask({ port: http, path: `/auth-api${path}` }),
    post: (path, form) =>
      ask({
        port: http,
        path: `/auth-api${path}`,
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: [Buffer.from(new URLSearchParams(form).toString())],
      }),
  };
}

const both = () => {
  const missing = postgresMissing();
  return Promise.resolve(missing === undefined ? tool("dex") : { missing });
};

const initialSql = [
  `CREATE ROLE dex LOGIN PASSWORD '${difficult.replaceAll("'", "''")}'`,
  "CREATE DATABASE dex OWNER dex",
];

describeWith("Dex's configuration", both, (program) => {
  let database: Postgres;
  let dex: Dex;
  const keep = stopAfterEach();
  const another = async (options: Options) => keep(await startDex(program(), database, options));

  before(async function () {
    this.timeout(60_000);
    database = await startPostgres({ auth: "scram", initialSql });
    dex = await startDex(program(), database, {
      connectors: [github],
      env: {
        [connectorVariable("my-github", "clientID")]: difficult,
        [connectorVariable("my-github", "clientSecret")]: "canary-connector-secret",
      },
    });
  });

  after(async () => {
    await dex?.stop();
    await database?.stop();
  });

  it("serves discovery under the public issuer, with a password that every quoting could break", async () => {
    const { status, body } = await dex.get("/.well-known/openid-configuration");
    assert.equal(status, 200);
    const discovery = JSON.parse(body) as Record<string, unknown>;
    assert.equal(discovery["issuer"], `${url}/auth-api`);
    assert.equal(discovery["token_endpoint"], `${url}/auth-api/token`);
  });

  it("keeps its state in PostgreSQL", async () => {
    assert.equal((await dex.get("/keys")).status, 200);
    assert.match(dex.log(), /storage_type=postgres/);
  });

  it("answers the edge's health check", async () => {
    assert.equal((await ask({ port: dex.telemetryPort, path: "/healthz/ready" })).status, 200);
    assert.equal((await ask({ port: dex.telemetryPort, path: "/healthz/live" })).status, 200);
  });

  const begin = (redirect: string, connector = "my-github", running = dex) =>
    running.get(
      `/auth/${connector}?${new URLSearchParams({
        client_id: "logfire-backend",
        redirect_uri: redirect,
        response_type: "code",
        scope: "openid email profile",
        state: "s",
      }).toString()}`,
    );

  it("sends people to the connector with what the environment holds, and back to the public callback", async () => {
    const { status, headers } = await begin(`${url}/auth/code-callback`);
    assert.equal(status, 302);
    const target = new URL(headers.location ?? "");
    assert.equal(target.origin, "https://github.com");
    assert.equal(target.searchParams.get("client_id"), difficult);
    assert.equal(target.searchParams.get("redirect_uri"), `${url}/auth-api/callback`);
  });

  for (const base of [url, otherUrl])
    for (const path of ["code-callback", "link-provider-code-callback", "authorize-device-token-sso-callback"])
      it(`returns to ${base}/auth/${path}`, async () => {
        assert.equal((await begin(`${base}/auth/${path}`)).status, 302);
      });

  for (const foreign of [`${url}.evil.example/auth/code-callback`, `${url}/auth/other`])
    it(`does not return to ${foreign}`, async () => {
      const { status, body } = await begin(foreign);
      assert.equal(status, 400);
      assert.match(body, /redirect_uri/);
    });

  it("knows the backend by the secret in the environment", async () => {
    const exchange = (secret: string) =>
      dex.post("/token", {
        grant_type: "authorization_code",
        code: "none",
        redirect_uri: `${url}/auth/code-callback`,
        client_id: "logfire-backend",
        client_secret: secret,
      });
    assert.match((await exchange("client-secret")).body, /invalid_(grant|request)/);
    assert.match((await exchange("wrong")).body, /invalid_client/);
  });

  it("offers the password login only where the settings want it", async function () {
    this.timeout(30_000);
    const local = (running: Dex) => begin(`${url}/auth/code-callback`, "local", running);
    const offered = await local(dex);
    assert.deepEqual([offered.status, offered.headers.location?.split("?")[0]], [302, "/auth-api/auth/local/login"]);
    const without = await another({
      passwordLogin: false,
      connectors: [{ ...github, secretKeys: [] }],
    });
    assert.notEqual((await local(without)).status, 302);
    assert.equal((await begin(`${url}/auth/code-callback`, "my-github", without)).status, 302);
  });

  it("does not start as upstream builds it without any way to sign in", async function () {
    this.timeout(30_000);
    await assert.rejects(startDex(program(), database, { passwordLogin: false }), /no connectors specified/);
  });

  it("writes no secret to its log", () => {
    assert.doesNotMatch(dex.log(), /canary-connector-secret|client-secret/);
    assert.ok(!dex.log().includes(difficult));
  });

  it("does not start with another password", async function () {
    this.timeout(30_000);
    const wrong = startDex(program(), database, { env: { [dexVariables.postgresPassword]: "wrong" } });
    await assert.rejects(wrong, /password authentication failed/);
  });
});

describeWith("Dex's configuration with TLS to PostgreSQL", both, (program) => {
  let folder: string;
  let database: Postgres;
  const keep = stopAfterEach();

  before(async function () {
    this.timeout(60_000);
    folder = mkdtempSync(join(tmpdir(), "logfire-dex-tls-"));
    const own = certificate("localhost");
    for (const [name, text] of [
      ["server.key", own.key],
      ["ca.crt", own.cert],
      ["other.crt", certificate("localhost").cert],
    ] as const)
      writeFileSync(join(folder, name), text, { mode: 0o600 });
    // PostgreSQL wants to own its key, and does not run as root.
    if (process.getuid?.() === 0)
      for (const file of [folder, join(folder, "server.key"), join(folder, "ca.crt")]) chownSync(file, 65534, 65534);
    database = await startPostgres({
      auth: "scram",
      initialSql,
      settings: { ssl: "on", ssl_cert_file: join(folder, "ca.crt"), ssl_key_file: join(folder, "server.key") },
    });
  });

  after(async () => {
    await database?.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  const start = (tls: DexInput["postgres"]["tls"], caFile?: string) =>
    startDex(program(), database, {
      postgres: { tls, ...(caFile === undefined ? {} : { caFile: join(folder, caFile) }) },
      env: { [dexVariables.postgresHost]: "localhost" },
    });

  it("checks the server against the given authority and its name", async function () {
    this.timeout(30_000);
    const dex = keep(await start("verify-full", "ca.crt"));
    assert.equal((await dex.get("/.well-known/openid-configuration")).status, 200);
  });

  it("refuses a server of another authority", async function () {
    this.timeout(30_000);
    await assert.rejects(start("verify-full", "other.crt"), /x509|certificate/);
  });
});

describeWith("Dex with HTTPS inside the cluster", both, (program) => {
  let database: Postgres;
  let folder: string;
  let authority: CertificateAuthority;
  let port: number;
  let dex: Dex;
  const name = "logfire-dex.logfire.svc.cluster.local";

  before(async function () {
    this.timeout(60_000);
    folder = mkdtempSync(join(tmpdir(), "logfire-dex-https-"));
    authority = await certificateAuthority();
    const own = await authority.issue({ hostnames: [name] });
    const [certificate, key] = [join(folder, "tls.crt"), join(folder, "tls.key")];
    writeFileSync(certificate, own.chain);
    writeFileSync(key, own.privateKey, { mode: 0o600 });
    [port = 0] = await freePorts(1);
    database = await startPostgres({ auth: "scram", initialSql });
    dex = await startDex(program(), database, { https: { port, certificate, key } });
  });

  after(async () => {
    await dex?.stop();
    await database?.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  const discovery = "/auth-api/.well-known/openid-configuration";
  const askAs = (servername: string, ca = authority.certificate) =>
    ask({ port, path: discovery, tls: { servername, ca } });

  it("proves its name, and only that", async () => {
    assert.equal((await askAs(name)).status, 200);
    await assert.rejects(askAs("logfire-backend.logfire.svc.cluster.local"), /altnames/);
    await assert.rejects(askAs(name, (await certificateAuthority()).certificate), /certificate/);
  });

  it("takes gRPC by TLS alone", async () => {
    const socket = connect({
      host: "127.0.0.1",
      port: dex.grpcPort,
      servername: name,
      ca: authority.certificate,
      ALPNProtocols: ["h2"],
    });
    await once(socket, "secureConnect");
    assert.deepEqual([socket.authorized, socket.alpnProtocol], [true, "h2"]);
    socket.destroy();
  });

  it("keeps telling its health in clear", async () => {
    assert.equal((await ask({ port: dex.telemetryPort, path: "/healthz/ready" })).status, 200);
  });
});
