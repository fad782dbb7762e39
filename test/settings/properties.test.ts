import assert from "node:assert/strict";
import fc from "fast-check";
import { ProblemsError } from "../../components/lib/errors";
import { resolveSettings } from "../../components/settings";
import { schema } from "../../components/settings/schema";
import { givableSecretNames } from "../../components/settings/secretForms";
import { keysOf, without } from "../../components/settings/walk";

const canary = "s3cr3t-c4n4ry-value";
const topKeys = Object.keys(schema.shape);
const innerKeys = [...new Set(keysOf(schema).map(({ path }) => path.split(".").at(-1) ?? ""))];

/** JSON that is dense in keys and words that mean something, so that it gets past the outermost checks. */
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(
      "inCluster",
      "external",
      "existing",
      "",
      "s3://logfire",
      "16 gigs",
      "true",
      -1,
      0,
      3,
      1.5,
      null,
      true,
    ),
    fc.string(),
    fc.jsonValue({ maxDepth: 1 }),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...innerKeys), fc.string()), tie("value"), { maxKeys: 4 }),
  ),
}));
const configuration = fc.dictionary(fc.oneof(fc.constantFrom(...topKeys), fc.string()), value, { maxKeys: 8 });
const encryptedKeys = fc.subarray([...topKeys]);

function messageOf(values: Record<string, unknown>, secretKeys: readonly string[]): string {
  try {
    return JSON.stringify(resolveSettings({ values, secretKeys: new Set(secretKeys) }));
  } catch (error) {
    assert.ok(error instanceof ProblemsError, `${String(error)}\n${(error as Error).stack ?? ""}`);
    assert.ok(error.problems.length > 0);
    return error.message;
  }
}

describe("whatever the configuration holds", () => {
  it("it is resolved or refused with problems, and nothing else happens", () =>
    fc.assert(
      fc.property(configuration, encryptedKeys, (values, secretKeys) => {
        messageOf(values, secretKeys);
      }),
      { numRuns: 500 },
    )).timeout(60_000);

  it("no secret below secrets is ever printed, encrypted or not", () =>
    fc.assert(
      fc.property(configuration, fc.constantFrom(...givableSecretNames), fc.boolean(), fc.boolean(), (...args) => {
        const [values, name, encrypted, wrapped] = args;
        const secrets = { [name]: wrapped ? [canary] : canary, connectors: { github: { clientSecret: canary } } };
        assert.ok(!messageOf({ ...values, secrets }, encrypted ? ["secrets"] : []).includes(canary));
      }),
      { numRuns: 300 },
    )).timeout(60_000);

  const places: readonly ((text: string) => Record<string, unknown>)[] = [
    (text) => ({ adminPassword: text }),
    (text) => ({ smtp: { host: "smtp.example.com", password: text } }),
    (text) => ({ smtp: text }),
    (text) => ({ ai: { openAi: text } }),
    (text) => ({ identity: { connectors: [{ type: "oidc", id: "o", config: { clientSecret: text } }] } }),
    (text) => ({ existing: { objectStore: { uri: "s3://logfire", environment: { AWS_SECRET_ACCESS_KEY: text } } } }),
    (text) => ({ workloads: { "logfire-worker": { extraEnv: { API_TOKEN: text } } } }),
    (text) => ({ existing: { redis: `redis://:${text}@redis.example.com` } }),
    (text) => ({ hostname: `https://user:${text}@logfire.example.com` }),
    (text) => ({ existing: { postgres: { host: `postgres://a:${text}@h`, adminUser: "a" } } }),
    (text) => ({ existing: { objectStore: `s3://id:${text}@bucket` } }),
  ];
  it("no secret in plain text is printed where it is refused", () =>
    fc.assert(
      fc.property(configuration, fc.constantFrom(...places), (values, place) => {
        const message = messageOf({ ...values, ...place(canary) }, []);
        assert.ok(!message.includes(canary), message);
      }),
      { numRuns: 300 },
    )).timeout(60_000);
});

describe("taking a part out of a configuration", () => {
  it("always makes it smaller, so that reading it again comes to an end", () =>
    fc.assert(
      fc.property(configuration, (values) => {
        for (const key of Object.keys(values)) assert.ok(!Object.hasOwn(without(values, [key]) ?? {}, key));
      }),
    ));
});
