import assert from "node:assert/strict";
import { ProblemsError } from "../../components/lib/errors";
import { type RawConfig, resolveSettings } from "../../components/settings";
import { Encrypted } from "../../components/settings/raw";
import { soundsSecret } from "../../components/settings/plainSecrets";
import { least, problemsOf, raw, resolve, set, type Values } from "./helpers";

const canary = "canary-4711-canary";
const plain = (values: Values): RawConfig => ({ values: { ...least, ...values }, secretKeys: new Set() });

/** Checked in every case: no message may hold the value. */
function linesWithoutCanary(config: RawConfig): readonly string[] {
  const lines = problemsOf(config);
  assert.ok(!lines.join("\n").includes(canary), lines.join("\n"));
  return lines;
}

const moved = (key: string, path: string) =>
  `${key}: is a secret in plain text; remove it and set it with ${set(path)}`;
const reference = "reference a Kubernetes Secret: { secret: NAME, key: KEY }";

const misplaced: readonly (readonly [string, Values, string])[] = [
  ["at the top", { adminPassword: canary }, moved("adminPassword", "adminPassword")],
  [
    "of a connector",
    { identity: { connectors: [{ type: "authproxy", id: "proxy", config: { clientSecret: canary } }] } },
    moved("identity.connectors[0].config.clientSecret", "connectors.proxy.clientSecret"),
  ],
  [
    "of LDAP",
    { identity: { connectors: [{ type: "authproxy", id: "proxy", config: { bindPW: canary } }] } },
    moved("identity.connectors[0].config.bindPW", "connectors.proxy.bindPW"),
  ],
  [
    "of S3",
    { existing: { objectStore: { uri: "gs://logfire", environment: { GOOGLE_SERVICE_ACCOUNT_KEY: canary } } } },
    moved("existing.objectStore.environment.GOOGLE_SERVICE_ACCOUNT_KEY", "objectStore.GOOGLE_SERVICE_ACCOUNT_KEY"),
  ],
  [
    "of the mail server",
    { smtp: { host: "smtp.example.com", authenticated: false, password: canary } },
    moved("smtp.password", "smtpPassword"),
  ],
  ["of OpenAI", { ai: { openAi: { apiKey: canary } } }, moved("ai.openAi.apiKey", "openAiApiKey")],
  [
    "of the registry",
    { images: { credentials: { server: "r.example.com", username: "u", password: canary } } },
    moved("images.credentials.password", "registryPassword"),
  ],
  [
    "of PostgreSQL",
    { existing: { postgres: { host: "pg.example.com", adminUser: "a", password: canary } } },
    moved("existing.postgres.password", "postgresAdminPassword"),
  ],
  [
    "in a variable",
    { workloads: { "logfire-worker": { extraEnv: { SOME_TOKEN: canary } } } },
    `workloads.logfire-worker.extraEnv.SOME_TOKEN: is a secret in plain text; ${reference}`,
  ],
  [
    "in an address in a variable",
    { workloads: { "logfire-worker": { extraEnv: { PROXY: `http://user:${canary}@proxy.example.com` } } } },
    `workloads.logfire-worker.extraEnv.PROXY: holds an address with a password in plain text; ${reference}`,
  ],
  [
    "in an address of Redis",
    { existing: { redis: `rediss://:${canary}@redis.example.com` } },
    `existing.redis: holds an address with a password in plain text; remove it and set it with ${set("redisDsn")}`,
  ],
  [
    "in an address of PostgreSQL",
    { postgresDsn: `postgresql://admin:${canary}@pg.example.com/crud` },
    `postgresDsn: holds an address with a password in plain text; write host and adminUser below existing.postgres and set the password with ${set("postgresAdminPassword")}`,
  ],
  [
    "in any address",
    { ai: { openAi: { baseUrl: `https://key:${canary}@ai.example.com` } } },
    "ai.openAi.baseUrl: holds an address with a password in plain text; write it without user name and password",
  ],
];

describe("a secret in plain text is named with the place where it belongs", () => {
  for (const [title, values, line] of misplaced)
    it(title, () => assert.ok(linesWithoutCanary(plain(values)).includes(line), problemsOf(plain(values)).join("\n")));

  it("below secrets, one by one", () => {
    const secrets = { jwtSecret: canary, connectors: { proxy: { clientSecret: canary } } };
    const identity = { connectors: [{ type: "authproxy", id: "proxy" }] };
    assert.deepEqual(linesWithoutCanary(plain({ secrets, identity })), [
      `secrets.jwtSecret: is in plain text; encrypt it with ${set("jwtSecret")}`,
      `secrets.connectors.proxy.clientSecret: is in plain text; encrypt it with ${set("connectors.proxy.clientSecret")}`,
    ]);
  });

  it("as the whole of secrets", () => {
    assert.deepEqual(linesWithoutCanary(plain({ secrets: canary })), [
      `secrets: is in plain text; encrypt it with ${set("NAME")}`,
    ]);
  });

  it("beside encrypted ones, which only the stack's file shows", () => {
    const config = { ...raw({ secrets: { jwtSecret: new Encrypted(), metaWriteToken: canary } }) };
    assert.deepEqual(linesWithoutCanary({ ...config, plainBelowSecrets: ["metaWriteToken"] }), [
      `secrets.metaWriteToken: is in plain text; encrypt it with ${set("metaWriteToken")}`,
    ]);
  });
});

describe("encrypted values stay where nothing prints them", () => {
  it("a setting that is encrypted is refused, without its value", () => {
    const config = { values: { ...least, namespace: canary }, secretKeys: new Set(["namespace"]) };
    assert.deepEqual(linesWithoutCanary(config), [
      "namespace: is encrypted, but is used in plain objects; set it again without --secret, and secrets below `secrets`",
    ]);
  });

  it("a secret that is encrypted at the top is sent below secrets", () => {
    const config = { values: { ...least, adminPassword: canary }, secretKeys: new Set(["adminPassword"]) };
    assert.deepEqual(linesWithoutCanary(config), [
      `adminPassword: is not a setting; run ${set("adminPassword")} and \`pulumi config rm adminPassword\``,
    ]);
  });

  it("secrets encrypted in one piece are refused, because a plan could not see which are given", () => {
    const config = { values: { ...least, secrets: new Encrypted() }, secretKeys: new Set(["secrets"]) };
    assert.deepEqual(linesWithoutCanary(config), [
      `secrets: is encrypted in one piece, which hides from a plan which secrets are given; run \`pulumi config rm secrets\` and ${set("NAME")} for each`,
    ]);
  });

  it("a secret's value written a second time elsewhere is taken out of the message", () => {
    const lines = linesWithoutCanary(raw({ namespace: `${canary}!`, secrets: { jwtSecret: canary } }));
    assert.match(lines[0] ?? "", /^namespace: "\*\*\*!" is not/);
  });

  it("resolved settings hold the names of secrets and no value", () => {
    const settings = resolve({
      secrets: { jwtSecret: canary, connectors: { github: { clientSecret: canary } } },
      identity: { connectors: [{ type: "github", id: "github", config: { clientID: "logfire" } }] },
    });
    assert.deepEqual(settings.logfire.givenSecrets, ["connectors.github.clientSecret", "jwtSecret"]);
    assert.deepEqual(settings.logfire.identity.connectors[0]?.secretKeys, ["clientSecret"]);
    assert.ok(!JSON.stringify(settings).includes(canary));
  });

  it("an error has no stack trace", () => {
    assert.throws(
      () => resolveSettings(plain({ preset: "huge" })),
      (error) => error instanceof ProblemsError && error.stack === error.message,
    );
  });
});

describe("names that sound secret", () => {
  const secret = [
    "clientSecret",
    "bindPW",
    "AWS_SECRET_ACCESS_KEY",
    "AZURE_STORAGE_ACCOUNT_KEY",
    "API_KEY",
    "PGPASSWORD",
  ];
  const harmless = [
    "clientID",
    "AWS_ACCESS_KEY_ID",
    "tokenURL",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "usernamePrompt",
    "AWS_REGION",
  ];
  for (const name of secret) it(`${name} is one`, () => assert.ok(soundsSecret(name)));
  for (const name of harmless) it(`${name} is none`, () => assert.ok(!soundsSecret(name)));
});
