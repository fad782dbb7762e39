import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import type { MockResourceArgs } from "@pulumi/pulumi/runtime";
import { LogfireSecrets, type LogfireSecretsArgs } from "../../components/logfire/secrets/secrets";
import { secretNames } from "../../components/logfire/catalogue/names";
import { secretRefs } from "../../components/logfire/catalogue/secretRefs";
import { forms, secretSources } from "../../components/logfire/secrets/plan";
import { secretForms } from "../../components/settings/secretForms";
import { ProblemsError } from "../../components/lib/errors";
import { isSecret, openTexts, record, reveal, valueOf, type Recording } from "../support/harness";
import { logfireSettings } from "../support/logfireSettings";
import { randomOutputs } from "../support/random";

const platform: LogfireSecretsArgs["platform"] = {
  postgres: {
    host: "pg.example.com",
    port: 5432,
    adminUser: "cloudadmin",
    adminPassword: "admin-canary",
    adminDatabase: "postgres",
    tls: "verify-full",
    caBundle: "-----BEGIN CERTIFICATE-----",
    destination: { port: 5432, to: { cidrs: ["10.0.0.0/8"] } },
  },
  redis: { dsn: "rediss://:redis-canary@redis.example.com:6379", destinations: [], inCluster: false },
  objectStore: {
    uri: "s3://bucket",
    environment: {},
    secretEnvironment: { AWS_SECRET_ACCESS_KEY: "bucket-canary" },
    destination: { port: 443, to: { cidrs: [] } },
  },
};

const everything = logfireSettings({
  features: { queryWorker: true, remoteMcp: true, aiGateway: true },
  smtp: { host: "mail.example.com", port: 587, tls: true, authenticated: true },
  ai: { openAi: {}, azureOpenAi: { endpoint: "https://ai.example.com" } },
  sseC: true,
  images: {
    version: "4ae3e48d",
    pullPolicy: "IfNotPresent",
    pullSecrets: [],
    overrides: {},
    credentials: { server: "registry.example.com", username: "robot" },
  },
  identity: {
    passwordLogin: false,
    connectors: [{ type: "github", id: "github", name: "GitHub", config: {}, secretKeys: ["clientSecret"] }],
  },
  givenSecrets: ["smtpUsername", "smtpPassword", "openAiApiKey", "azureOpenAiApiKey", "objectStoreSseCKey"],
});
const everyValue = Object.fromEntries(
  [...everything.givenSecrets, "registryPassword", "connectors.github.clientSecret"].map((path) => [
    path,
    `${path}-canary`,
  ]),
);

const secretType = "kubernetes:core/v1:Secret";
const outputs = (resource: MockResourceArgs) => randomOutputs(resource);

function create(args: Partial<LogfireSecretsArgs> = {}, options: Parameters<typeof record>[1] = {}) {
  const whole = { settings: logfireSettings(), values: {}, platform, ...args };
  return record(() => new LogfireSecrets("logfire-secrets", whole), { outputs, ...options });
}

/** Decoded contents of the Kubernetes Secrets, by name. */
function contents({ resources }: Recording<unknown>): Record<string, Record<string, string>> {
  const made = resources.filter(({ type, id }) => type === secretType && (id === undefined || id === ""));
  return Object.fromEntries(
    made.map(({ inputs }) => {
      const { metadata, data } = reveal(inputs) as { metadata: { name: string }; data: Record<string, string> };
      const decoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]);
      return [metadata.name, Object.fromEntries(decoded) as Record<string, string>];
    }),
  );
}

/** Mocks prove what is asked for, not that the API server takes it or that the engine encrypts it. */
describe("secrets", () => {
  it("generates everything a plain installation reads, in the forms the programs parse", async () => {
    const made = contents(await create());
    const own = (name: string) => made[name]?.[name] ?? "";
    for (const name of [
      "jwt-secret",
      "meta-write-token",
      "meta-frontend-token",
      "dex-client-secret",
      "unsubscribe-secret",
    ])
      assert.match(own(`logfire-${name}`), /^[A-Za-z0-9]{32}$/, name);
    assert.match(own("logfire-mcp-oauth-client-secret"), /^[A-Za-z0-9]{32}$/);
    assert.match(own("logfire-admin-password"), /^[A-Za-z0-9]{32}$/);
    assert.match(own("logfire-encryption-key"), /^[A-Za-z0-9_-]{43}=$/);
    assert.match(own("logfire-admin-totp-secret"), /^[A-Z2-7]{32}$/);
    assert.equal((JSON.parse(own("logfire-admin-totp-recovery-codes")) as string[]).length, 10);
    assert.deepEqual(Object.keys(made).sort(), [
      "logfire-admin-password",
      "logfire-admin-totp-recovery-codes",
      "logfire-admin-totp-secret",
      "logfire-dex-client-secret",
      "logfire-dex-postgres",
      "logfire-encryption-key",
      "logfire-jwt-secret",
      "logfire-mcp-oauth-client-secret",
      "logfire-meta-frontend-token",
      "logfire-meta-write-token",
      "logfire-object-store",
      "logfire-postgres",
      "logfire-postgres-admin",
      "logfire-postgres-roles",
      "logfire-redis",
      "logfire-unsubscribe-secret",
    ]);
  });

  it("generates what the settings say is generated, in the form that they ask of a given value", async () => {
    const recording = await create({ settings: everything, values: everyValue });
    const refs = secretRefs(everything);
    const made = contents(recording);
    for (const name of secretNames) {
      assert.equal(name in forms, secretForms[name].generated, name);
      if (name in forms) assert.ok(secretForms[name].fits(made[refs[name].secret]?.[refs[name].key] ?? ""), name);
    }
  });

  it("makes no two generated secrets alike", async () => {
    const { resources } = await create({ settings: everything, values: everyValue });
    const names = resources.filter(({ type }) => type.startsWith("random:")).map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    assert.deepEqual(names.map((name) => name.replace(/^logfire-secrets-/, "")).sort(), [
      "admin-password",
      "admin-totp-recovery-codes",
      "admin-totp-secret",
      "checksum-key",
      "dex-client-secret",
      "encryption-key",
      "gateway-encryption-key",
      "gateway-internal-secret",
      "jwt-secret",
      "mcp-oauth-client-secret",
      "meta-frontend-token",
      "meta-write-token",
      "postgres-crud-password",
      "postgres-dex-password",
      "postgres-ff-password",
      "unsubscribe-secret",
    ]);
  });

  it("builds the connection Secrets of passwords, hosts and TLS", async () => {
    const made = contents(await create());
    const passwords = made["logfire-postgres-roles"] ?? {};
    const parameters = "sslmode=verify-full&sslrootcert=/etc/logfire/postgres-ca/ca.crt";
    assert.deepEqual(made["logfire-postgres"], {
      postgresDsn: `postgresql://logfire_crud:${passwords["crud"]}@pg.example.com:5432/crud?${parameters}`,
      postgresFFDsn: `postgresql://logfire_ff:${passwords["ff"]}@pg.example.com:5432/ff?${parameters}`,
    });
    assert.deepEqual(made["logfire-dex-postgres"], {
      host: "pg.example.com",
      user: "logfire_dex",
      password: passwords["dex"],
    });
    const dsn = "rediss://:redis-canary@redis.example.com:6379";
    assert.deepEqual(made["logfire-redis"], { redisDsn: dsn, tokenRedisDsn: dsn, usageRedisDsn: dsn });
    assert.deepEqual(made["logfire-postgres-admin"], { password: "admin-canary" });
    assert.deepEqual(made["logfire-object-store"], { AWS_SECRET_ACCESS_KEY: "bucket-canary" });
  });

  it("uses the servers for tokens and usage where the platform has them", async () => {
    const redis = { ...platform.redis, tokenDsn: "redis://token", usageDsn: "redis://usage" };
    const made = contents(await create({ platform: { ...platform, redis } }));
    assert.equal(made["logfire-redis"]?.["tokenRedisDsn"], "redis://token");
    assert.equal(made["logfire-redis"]?.["usageRedisDsn"], "redis://usage");
  });

  it("places what the features need, and only with them", async () => {
    const made = contents(await create({ settings: everything, values: everyValue }));
    assert.match(made["logfire-gateway"]?.["key"] ?? "", /^[A-Za-z0-9_-]{43}=$/);
    assert.match(made["logfire-gateway"]?.["internalSecret"] ?? "", /^[A-Za-z0-9+/]{43}=$/);
    assert.deepEqual(made["logfire-smtp"], { username: "smtpUsername-canary", password: "smtpPassword-canary" });
    assert.deepEqual(made["logfire-ai"], {
      openAiApiKey: "openAiApiKey-canary",
      azureOpenAiApiKey: "azureOpenAiApiKey-canary",
    });
    assert.deepEqual(made["logfire-object-store-sse-c"], { key: "objectStoreSseCKey-canary" });
    assert.deepEqual(Object.values(made["logfire-dex-connectors"] ?? {}), ["connectors.github.clientSecret-canary"]);
    const pull = JSON.parse(made["logfire-image-key"]?.[".dockerconfigjson"] ?? "{}") as object;
    assert.deepEqual(pull, {
      auths: {
        "registry.example.com": {
          username: "robot",
          password: "registryPassword-canary",
          auth: Buffer.from("robot:registryPassword-canary").toString("base64"),
        },
      },
    });
  });

  it("marks every value secret and nothing else", async () => {
    const { resources } = await create({ settings: everything, values: everyValue });
    for (const { name, type, inputs } of resources.filter((resource) => resource.type === secretType)) {
      const { data, metadata } = inputs as { data: unknown; metadata: unknown };
      assert.equal(isSecret(data), true, `${type} ${name}: data`);
      assert.equal(isSecret(metadata), false, `${name}: metadata`);
    }
    const open = resources.flatMap(({ name, inputs }) => [name, ...openTexts(inputs)]).join("\n");
    assert.equal(open.includes("-canary"), false);
    assert.equal(open.includes(Buffer.from("-canary").toString("base64").slice(0, 8)), false);
    assert.equal(open.includes("undefined"), false);
  });

  it("takes what is given instead of generating it", async () => {
    const settings = logfireSettings({ givenSecrets: ["jwtSecret", "postgresFfPassword"] });
    const values = { jwtSecret: "jwt-of-the-owner", postgresFfPassword: "p@ss/w:ord" };
    const recording = await create({ settings, values });
    const made = contents(recording);
    assert.equal(made["logfire-jwt-secret"]?.["logfire-jwt-secret"], "jwt-of-the-owner");
    assert.equal(made["logfire-postgres-roles"]?.["ff"], "p@ss/w:ord");
    assert.match(made["logfire-postgres"]?.["postgresFFDsn"] ?? "", /^postgresql:\/\/logfire_ff:p%40ss%2Fw%3Aord@/);
    const random = recording.resources.filter(({ type }) => type.startsWith("random:")).map(({ name }) => name);
    assert.equal(random.includes("logfire-secrets-jwt-secret"), false);
    assert.equal(random.includes("logfire-secrets-postgres-ff-password"), false);
  });

  it("goes to a given value and back in the same Secret, and rolls the pods each time", async () => {
    const given = { settings: logfireSettings({ givenSecrets: ["jwtSecret"] }), values: { jwtSecret: "mine" } };
    const [before, between, after] = [await create(), await create(given), await create()];
    const generated = ({ resources }: Recording<unknown>) =>
      resources.filter(({ name }) => name === "logfire-secrets-jwt-secret").length;
    assert.deepEqual([before, between, after].map(generated), [1, 0, 1]);
    const places = [before, between, after].map(({ named }) => named("logfire-secrets-secret-logfire-jwt-secret"));
    assert.equal(
      new Set(places.map(({ inputs }) => JSON.stringify((inputs as { metadata: object }).metadata))).size,
      1,
    );
    const hash = ({ result }: Recording<LogfireSecrets>) => valueOf(result.checksumOf(["logfire-jwt-secret"]));
    assert.notEqual(await hash(before), await hash(between));
    assert.equal(await hash(after), await hash(before));
  });

  it("neither makes nor reads a secret that is a Kubernetes Secret of the owner's", async () => {
    const settings = logfireSettings({ existingSecrets: { encryptionKey: { name: "vault", key: "fernet" } } });
    const { resources } = await create({ settings });
    const all = JSON.stringify(resources.map(({ name, inputs }) => [name, reveal(inputs)]));
    assert.equal(all.includes("encryption-key"), false);
    assert.equal(all.includes("vault"), false);
  });

  it("reads the owner's database password, because the DSN holds it", async () => {
    const settings = logfireSettings({ existingSecrets: { postgresCrudPassword: { name: "vault", key: "crud" } } });
    const recording = await create(
      { settings },
      {
        outputs: (resource) =>
          resource.id === "logfire/vault"
            ? { data: { crud: Buffer.from("from vault").toString("base64") } }
            : outputs(resource),
      },
    );
    const made = contents(recording);
    assert.match(made["logfire-postgres"]?.["postgresDsn"] ?? "", /^postgresql:\/\/logfire_crud:from%20vault@/);
    assert.deepEqual(Object.keys(made["logfire-postgres-roles"] ?? {}).sort(), ["dex", "ff"]);
  });

  it("registers the same resources in a preview, where no value is known", async () => {
    const args = { settings: everything, values: everyValue };
    const list = ({ resources }: Recording<unknown>) => resources.map(({ type, name }) => `${type} ${name}`).sort();
    assert.deepEqual(list(await create(args, { preview: true })), list(await create(args)));
  });

  it("protects the keys that data is encrypted with, unless the stack may be thrown away", async () => {
    const protectedOnes = async (disposable: boolean) =>
      (await create({ settings: { ...everything, disposable }, values: everyValue })).resources
        .filter((resource) => resource.protect)
        .map(({ name }) => name);
    assert.deepEqual(await protectedOnes(false), [
      "logfire-secrets-encryption-key",
      "logfire-secrets-gateway-encryption-key",
      "logfire-secrets-secret-logfire-encryption-key",
    ]);
    assert.deepEqual(await protectedOnes(true), []);
  });

  it("lets nobody put another value over the key that data is encrypted with, and over nothing else", async () => {
    const { resources } = await create({ settings: everything, values: everyValue });
    const fixed = resources.filter(({ inputs }) => (inputs as { immutable?: boolean }).immutable === true);
    assert.deepEqual(
      fixed.map(({ name }) => name),
      ["logfire-secrets-secret-logfire-encryption-key"],
    );
  });

  it("keeps a generated value when a later version would generate it otherwise", async () => {
    const { resources } = await create({ settings: everything, values: everyValue });
    const random = resources.filter(({ type }) => type.startsWith("random:"));
    for (const { name, ignoreChanges, inputs } of random) {
      assert.ok(ignoreChanges.includes("length"), name);
      assert.equal((inputs as Record<string, unknown>)["keepers"], undefined, name);
    }
  });

  it("gives every Secret a checksum that is open, changes with the content and with nothing else", async () => {
    const sums = async (values: Record<string, string>) => {
      const { result } = await create({ settings: logfireSettings({ givenSecrets: ["jwtSecret"] }), values });
      const pairs = Object.entries(result.checksums).map(async ([name, sum]) => [name, await valueOf(sum)] as const);
      for (const sum of Object.values(result.checksums)) assert.equal(await pulumi.isSecret(sum), false);
      return Object.fromEntries(await Promise.all(pairs));
    };
    const [one, again, other] = [
      await sums({ jwtSecret: "a" }),
      await sums({ jwtSecret: "a" }),
      await sums({ jwtSecret: "b" }),
    ];
    assert.deepEqual(one, again);
    assert.notEqual(one["logfire-jwt-secret"], other["logfire-jwt-secret"]);
    assert.deepEqual({ ...other, "logfire-jwt-secret": one["logfire-jwt-secret"] }, one);
    for (const sum of Object.values(one)) assert.match(sum, /^[0-9a-f]{16}$/);
  });

  it("names what is missing, all at once, before anything is made", () => {
    assert.throws(
      () => secretSources({ ...everything, givenSecrets: ["smtpUsername"] }),
      (error: unknown) => {
        assert.ok(error instanceof ProblemsError);
        assert.deepEqual(
          error.problems.map(({ key }) => key),
          ["secrets.smtpPassword", "secrets.openAiApiKey", "secrets.azureOpenAiApiKey", "secrets.objectStoreSseCKey"],
        );
        return true;
      },
    );
  });
});
