import { strict as assert } from "node:assert";
import fc from "fast-check";
import { postgresDsn, type Connection } from "../../components/logfire/database/connection";

const server: Connection = {
  user: "logfire_crud",
  password: "secret",
  host: "pg.example.com",
  port: 5432,
  database: "crud",
  tls: "require",
  hasCa: false,
};

describe("PostgreSQL DSN", () => {
  it("gives back user and password whatever they hold", () => {
    const text = fc.string({ unit: "grapheme", minLength: 1 });
    fc.assert(
      fc.property(text, text, (user, password) => {
        const url = new URL(postgresDsn({ ...server, user, password }));
        assert.equal(decodeURIComponent(url.username), user);
        assert.equal(decodeURIComponent(url.password), password);
        assert.equal(url.host, "pg.example.com:5432");
        assert.equal(url.pathname, "/crud");
      }),
    );
  });

  it("names the CA file in the verifying modes only, and where there is one", () => {
    const parameters = (tls: Connection["tls"], hasCa: boolean) =>
      new URL(postgresDsn({ ...server, tls, hasCa })).search;
    assert.equal(parameters("disable", true), "?sslmode=disable");
    assert.equal(parameters("require", true), "?sslmode=require");
    assert.equal(parameters("verify-full", false), "?sslmode=verify-full");
    for (const tls of ["verify-ca", "verify-full"] as const)
      assert.equal(parameters(tls, true), `?sslmode=${tls}&sslrootcert=/etc/logfire/postgres-ca/ca.crt`);
  });

  it("puts an IPv6 address in brackets", () => {
    assert.equal(new URL(postgresDsn({ ...server, host: "fd00::5" })).host, "[fd00::5]:5432");
  });
});
