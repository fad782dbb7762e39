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
      "gateway",
      "ingress",
      "given",
      "acme",
      "http01",
      "internal",
      "10.0.0.0/8",
      "example.com",
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
    fc.array(tie("value"), { maxLength: 2 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...innerKeys), fc.string()), tie("value"), { maxKeys: 4 }),
  ),
}));
const configuration = fc.dictionary(fc.oneof(fc.constantFrom(...topKeys), fc.string()), value, { maxKeys: 8 });

const optional = <T>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(shape, { requiredKeys: [] });
const name = fc.constantFrom("shared", "logfire", "Not A Name");
const controller = fc.constantFrom("install", "existing");
const issuer = fc.oneof(fc.record({ name }), fc.record({ name, group: fc.constant("pca.example.com") }));
const anyEdge = optional({
  mode: fc.constantFrom("gateway", "ingress", "none", "gatway"),
  exposure: fc.constantFrom("public", "internal"),
  sourceRanges: fc.subarray(["10.0.0.0/8", "fd00::/8", "everybody"]),
  proxiesInFront: fc.integer({ min: -1, max: 11 }),
  proxyProtocol: fc.boolean(),
  zone: fc.constantFrom("example.com", "logfire.example.com", "acme-corp.com"),
  gateway: optional({
    controller,
    implementation: fc.constantFrom("envoyGateway", "other"),
    namespace: name,
    className: name,
    attachTo: fc.oneof(fc.record({ name }), fc.record({ name, namespace: name })),
    serviceAnnotations: fc.constantFrom({}, { a: "b" }),
  }),
  ingress: optional({ className: name }),
  certificate: optional({
    source: fc.constantFrom("acme", "issuer", "privateCa", "given", "existingSecret"),
    server: fc.constantFrom("production", "staging", "https://ca.example.com", "http://ca.example.com"),
    email: fc.constantFrom("sre@example.com", "sre@acme-corp.com"),
    challenge: fc.constantFrom("dns01", "http01"),
    dns01: fc.constantFrom({}, { route53: {} }, { route53: {}, cloudDNS: {} }, { cloudflare: { apiToken: canary } }),
    issuer,
    secretName: name,
  }),
  certManager: optional({ controller, namespace: name }),
});
const rightEdges = [
  { mode: "none" },
  { mode: "ingress", ingress: { className: "shared" }, certificate: { source: "privateCa" } },
  { gateway: { attachTo: { name: "shared" } } },
  { certificate: { source: "issuer", issuer: { name: "shared" } }, sourceRanges: ["10.0.0.0/8"] },
  { zone: "acme-corp.com", certificate: { dns01: { route53: {} } } },
  { certificate: { source: "given" } },
];
/** Right but for a few keys, so that the rules between them are met in every combination and some configurations pass. */
const edge = fc
  .tuple(
    fc.constantFrom<object>(...rightEdges),
    anyEdge,
    fc.subarray(
      ["mode", "exposure", "zone", "gateway", "certificate", "certManager", "sourceRanges", "proxyProtocol"] as const,
      { maxLength: 2 },
    ),
  )
  .map(([right, other, keys]) => ({
    ...right,
    ...Object.fromEntries(keys.flatMap((key) => (key in other ? [[key, other[key]] as const] : []))),
  }));
const inClusterTls = optional({
  certificates: fc.constantFrom("certManager", "existingSecrets"),
  issuer,
  caBundle: optional({ configMap: name, secret: name }),
});
const pem = (kind: string, content: string) => `-----BEGIN ${kind}-----\n${content}\n-----END ${kind}-----`;
const tlsSecret = fc.oneof(
  fc.constantFrom(canary, pem("CERTIFICATE", canary), pem("PRIVATE KEY", canary), pem("ENCRYPTED PRIVATE KEY", canary)),
  fc.base64String().map((content) => pem("CERTIFICATE", `${canary}${content}`)),
);
const seldom = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const reached = fc.record({
  hostname: fc.constantFrom("logfire.acme-corp.com", "logfire.example.com", "logfire.localhost"),
  adminEmail: fc.constantFrom("sre@acme-corp.com", "sre@example.com"),
  https: seldom(fc.boolean()),
  edge,
  inClusterTls: seldom(inClusterTls),
  secrets: seldom(optional({ tlsCertificate: tlsSecret, tlsPrivateKey: tlsSecret })),
});
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

  it("so is every combination of edge, certificate and names, and no message shows a key", () => {
    let resolved = 0;
    fc.assert(
      fc.property(reached, (values) => {
        const message = messageOf(values, values.secrets === undefined ? [] : ["secrets"]);
        resolved += message.startsWith("{") ? 1 : 0;
        assert.ok(!message.includes(canary), message);
      }),
      { numRuns: 1000 },
    );
    assert.ok(resolved > 20, "no combination was right, so that nothing was shown about those");
  }).timeout(60_000);

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
    (text) => ({ edge: { certificate: { dns01: { cloudflare: { apiToken: text } } } } }),
    (text) => ({ edge: { certificate: { privateKey: text } } }),
    (text) => ({ edge: { gateway: { chart: `oci://me:${text}@registry.example.com/chart` } } }),
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
