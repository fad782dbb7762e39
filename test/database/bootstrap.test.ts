import { strict as assert } from "node:assert";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { databases, bootstrapScript, bootstrapSql } from "../../components/logfire/database/sql";
import { postgresDsn } from "../../components/logfire/database/connection";
import { startPostgres, type Postgres } from "../support/postgres";

const adminPassword = `admin's "pass" $HOME \\ %`;
const passwords = {
  CRUD_PASSWORD: `c'r"u$d\\ p@ss/w:ord?#%20`,
  FF_PASSWORD: "ff $(id) `id` ; DROP ROLE x; --",
  DEX_PASSWORD: "päßwörd\t✓",
};
const outsider = "outsider-password";

/** The Job's own program against a real PostgreSQL 16. Does not prove that the container image starts it. */
describe("database bootstrap", function () {
  this.timeout(60_000);
  let server: Postgres;
  let folder: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "logfire-bootstrap-"));
    writeFileSync(join(folder, "bootstrap.sql"), bootstrapSql);
    server = await startPostgres({ auth: "scram", password: "super" });
    asSuperuser(`CREATE ROLE cloudadmin LOGIN CREATEROLE CREATEDB PASSWORD '${adminPassword.replaceAll("'", "''")}'`);
    asSuperuser(`CREATE ROLE outsider LOGIN PASSWORD '${outsider}'`);
  });

  after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const address = () => ({ PGHOST: "127.0.0.1", PGPORT: `${server.port}`, PGCONNECT_TIMEOUT: "5" });
  const query = (user: string, password: string, database: string, sql: string) =>
    spawnSync("psql", ["--no-psqlrc", "-Atqc", sql, "-d", database, "-U", user], {
      env: { PATH: process.env["PATH"], ...address(), PGPASSWORD: password },
      encoding: "utf8",
    });
  const asSuperuser = (sql: string): string => {
    const { status, stdout, stderr } = query("postgres", "super", "postgres", sql);
    assert.equal(status, 0, stderr);
    return stdout.trim();
  };
  const bootstrap = (overrides: Record<string, string> = {}) =>
    spawnSync("sh", ["-c", bootstrapScript], {
      env: {
        PATH: process.env["PATH"],
        ...address(),
        PGUSER: "cloudadmin",
        PGPASSWORD: adminPassword,
        PGDATABASE: "postgres",
        PGSSLMODE: "disable",
        BOOTSTRAP_SQL: join(folder, "bootstrap.sql"),
        ...passwords,
        ...overrides,
      },
      encoding: "utf8",
    });
  const entrance = (role: string, password: string, database: string) =>
    query(role, password, database, "SELECT 1").status === 0;

  it("runs twice as an administrator that is no superuser", () => {
    assert.equal(asSuperuser("SELECT rolsuper FROM pg_roles WHERE rolname = 'cloudadmin'"), "f");
    for (const run of ["first", "second"]) {
      const { status, stderr } = bootstrap();
      assert.equal(stderr, "", run);
      assert.equal(status, 0, run);
    }
  });

  it("lets each role into its own database and into no other", () => {
    const entered = databases.flatMap(({ role, passwordVariable }) =>
      databases
        .filter(({ database }) => entrance(role, passwords[passwordVariable], database))
        .map(({ database }) => `${role} -> ${database}`),
    );
    assert.deepEqual(entered, ["logfire_crud -> crud", "logfire_ff -> ff", "logfire_dex -> dex"]);
    const refusal = query("logfire_ff", passwords.FF_PASSWORD, "crud", "SELECT 1").stderr;
    assert.match(refusal, /permission denied for database "crud"/);
  });

  it("keeps out a role that is not Logfire's", () => {
    assert.equal(entrance("outsider", outsider, "postgres"), true, "the role exists and its password is right");
    for (const { database } of databases) assert.equal(entrance("outsider", outsider, database), false, database);
  });

  it("makes each role the owner of its database, free to migrate it, and nothing more", () => {
    for (const { database, role, passwordVariable } of databases) {
      const migrate =
        "CREATE SCHEMA s; CREATE TABLE s.t (a int); CREATE TABLE t (a int); DROP SCHEMA s CASCADE; DROP TABLE t";
      const { status, stderr } = query(role, passwords[passwordVariable], database, migrate);
      assert.equal(status, 0, stderr);
    }
    const owners = asSuperuser(
      "SELECT string_agg(datname || '=' || pg_get_userbyid(datdba), ' ' ORDER BY datname) FROM pg_database WHERE datname IN ('crud','ff','dex')",
    );
    assert.equal(owners, "crud=logfire_crud dex=logfire_dex ff=logfire_ff");
    const mighty =
      "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'logfire\\_%' AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls)";
    assert.equal(asSuperuser(mighty), "0");
  });

  it("puts the extensions where they are needed", () => {
    const installed = databases.map(({ database }) => [
      database,
      query("postgres", "super", database, "SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1")
        .stdout.trim()
        .split("\n")
        .join(" "),
    ]);
    assert.deepEqual(installed, [
      ["crud", "btree_gist intarray"],
      ["ff", "btree_gist intarray"],
      ["dex", ""],
    ]);
  });

  it("lets in whoever connects with the DSN, whatever the password holds", () => {
    for (const { database, role, passwordVariable } of databases) {
      const dsn = postgresDsn({
        user: role,
        password: passwords[passwordVariable],
        host: "127.0.0.1",
        port: server.port,
        database,
        tls: "disable",
        hasCa: false,
      });
      const answer = execFileSync("psql", ["--no-psqlrc", "-Atqc", "SELECT current_user", dsn], { encoding: "utf8" });
      assert.equal(answer.trim(), role);
    }
  });

  it("rotates a password when it runs with another", () => {
    const rotated = bootstrap({ FF_PASSWORD: "another" });
    assert.equal(rotated.status, 0, rotated.stderr);
    assert.equal(entrance("logfire_ff", passwords.FF_PASSWORD, "ff"), false);
    assert.equal(entrance("logfire_ff", "another", "ff"), true);
    assert.equal(bootstrap().status, 0);
    assert.equal(entrance("logfire_ff", passwords.FF_PASSWORD, "ff"), true);
  });

  it("hands a database that somebody else made over to its role", () => {
    asSuperuser("ALTER DATABASE dex OWNER TO cloudadmin");
    assert.equal(bootstrap().status, 0);
    assert.equal(asSuperuser("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'dex'"), "logfire_dex");
  });

  it("fails at once, and without a password in its output or in a process's arguments, when the administrator's is wrong", () => {
    const { status, stdout, stderr } = bootstrap({ PGPASSWORD: "wrong-password" });
    assert.notEqual(status, 0);
    assert.match(stderr, /password authentication failed for user "cloudadmin"/);
    for (const secret of [...Object.values(passwords), "wrong-password"])
      assert.equal(`${stdout}${stderr}`.includes(secret), false);
    assert.doesNotMatch(bootstrapScript, /psql[^\n]*(PASSWORD|-v )/);
  });

  it("says what is missing to an administrator who did not make the roles, without a password", () => {
    asSuperuser(`CREATE ROLE newcomer LOGIN CREATEROLE CREATEDB PASSWORD '${outsider}'`);
    asSuperuser("GRANT CONNECT ON DATABASE crud, ff, dex TO newcomer");
    const { status, stderr } = bootstrap({ PGUSER: "newcomer", PGPASSWORD: outsider });
    assert.notEqual(status, 0);
    assert.match(stderr, /permission denied to alter role\n.*ADMIN option on role "logfire_crud"/);
    for (const secret of Object.values(passwords)) assert.equal(stderr.includes(secret), false);
  });

  it("gives up on a server that does not answer, and names it", () => {
    const { status, stderr } = bootstrap({ PGPORT: "1", WAIT_ATTEMPTS: "2" });
    assert.equal(status, 1);
    assert.match(stderr, /PostgreSQL at 127\.0\.0\.1:1 accepts no connections/);
  });
});
