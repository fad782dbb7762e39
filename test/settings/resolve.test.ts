import assert from "node:assert/strict";
import { resolveSettings } from "../../components/settings";
import { Encrypted } from "../../components/settings/raw";
import { givableSecretNames, secretForms } from "../../components/settings/secretForms";
import { externalPostgres, least, problemsOf, raw, resolve, type Values } from "./helpers";

const anywhere = ["0.0.0.0/0", "::/0"];
const privateCa: Values = { certificate: { source: "privateCa" } };
const logfire = (values: Values) => resolve(values).logfire;
const existing = (values: Values, secrets: Values = {}) => resolve({ existing: values, secrets }).platform;

describe("defaults that follow from other settings", () => {
  it("the OAuth addresses are made of the primary name", () => {
    const { oauth, hostnames, https } = logfire({ hostname: undefined, hostnames: ["a.example.com", "b.example.com"] });
    assert.deepEqual(
      { oauth, hostnames, https },
      {
        hostnames: ["a.example.com", "b.example.com"],
        https: true,
        oauth: {
          intakeResourceUrl: "https://a.example.com/v1",
          gatewayResourceUrl: "https://a.example.com/proxy",
          gatewayIssuer: "https://a.example.com",
          mcpServerUrl: "https://a.example.com/mcp",
          gatewayTimeoutSeconds: 600,
        },
      },
    );
  });

  it("an OAuth address that is given stays", () => {
    const { oauth } = logfire({ oauth: { mcpServerUrl: "https://mcp.example.com" } });
    assert.equal(oauth.mcpServerUrl, "https://mcp.example.com");
    assert.equal(oauth.gatewayIssuer, "https://logfire.example.com");
  });

  it("localhost and names under it are reached without HTTPS, unless told otherwise", () => {
    assert.equal(logfire({ hostname: "localhost" }).https, false);
    assert.equal(logfire({ hostname: "logfire.localhost" }).https, false);
    assert.equal(logfire({ hostname: "logfire.localhost", https: true }).https, true);
    assert.equal(logfire({ hostname: "logfire.localhost", edge: privateCa }).https, true);
    assert.equal(logfire({ hostname: "notlocalhost" }).https, true);
  });

  it("the Kubernetes API is on two ports until one is given", () => {
    const to = { cidrs: anywhere };
    assert.deepEqual(logfire({}).network.kubernetesApi, [
      { port: 443, to },
      { port: 6443, to },
    ]);
    const given = { kubernetesApi: { port: 8443, cidrs: ["10.0.0.1/32"] } };
    assert.deepEqual(logfire({ network: given }).network.kubernetesApi, [
      { port: 8443, to: { cidrs: ["10.0.0.1/32"] } },
    ]);
  });

  it("a connector has the name of its type", () => {
    const { identity } = logfire({ identity: { connectors: [{ type: "authproxy", id: "proxy" }] } });
    assert.deepEqual(identity.connectors, [
      { type: "authproxy", id: "proxy", name: "Authenticating proxy", config: {}, secretKeys: [] },
    ]);
  });

  it("everything runs inside the cluster where nothing else is named", () => {
    const { postgres, objectStore, redis, scratch } = existing({});
    assert.deepEqual(
      { postgres, objectStore, redis, scratch },
      {
        postgres: { kind: "inCluster", volumeGib: 10 },
        objectStore: { kind: "inCluster", volumeGib: 50 },
        redis: { kind: "inCluster" },
        scratch: { kind: "emptyDir", nodeSelector: {}, tolerations: [] },
      },
    );
  });

  it("every Redis server has the port of the main one unless it is given its own", () => {
    const secrets = { redisDsn: "redis://r.example.com", usageRedisDsn: "redis://u.example.com:7000" };
    assert.deepEqual(existing({ redis: { usagePort: 7000 } }, secrets).redis, {
      kind: "external",
      ports: [6379, 7000],
      cidrs: anywhere,
    });
  });

  it("a server given by address is opened at that address alone, one given by name anywhere", () => {
    const secrets = { postgresAdminPassword: "given-password" };
    const cidrsOf = (host: string) => {
      const { postgres } = existing({ postgres: { ...externalPostgres, host } }, secrets);
      return postgres.kind === "external" ? postgres.cidrs : [];
    };
    assert.deepEqual(cidrsOf("10.1.2.3"), ["10.1.2.3/32"]);
    assert.deepEqual(cidrsOf("fd00::5"), ["fd00::5/128"]);
    assert.deepEqual(cidrsOf("pg.example.com"), anywhere);
  });

  it("certificates of PostgreSQL are checked as soon as there is something to check them against", () => {
    const secrets = { postgresAdminPassword: "given-password" };
    const tlsOf = (more: Values) => {
      const { postgres } = existing({ postgres: { ...externalPostgres, ...more } }, secrets);
      return postgres.kind === "external" ? postgres.tls : "";
    };
    assert.equal(tlsOf({}), "require");
    assert.equal(tlsOf({ caBundle: "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----" }), "verify-full");
  });

  it("the port of an S3-compatible store is that of its endpoint", () => {
    const portOf = (AWS_ENDPOINT: string) => {
      const environment = { AWS_REGION: "x", AWS_ENDPOINT, AWS_ALLOW_HTTP: "true" };
      const { objectStore } = existing({ objectStore: { uri: "s3://logfire", environment } });
      return objectStore.kind === "external" ? [objectStore.port, objectStore.cidrs] : [];
    };
    assert.deepEqual(portOf("https://minio.example.com:9000"), [9000, anywhere]);
    assert.deepEqual(portOf("https://minio.example.com"), [443, anywhere]);
    assert.deepEqual(portOf("http://10.0.0.9"), [80, ["10.0.0.9/32"]]);
  });

  describe("the addresses that give the cloud's credentials follow from annotations and bucket", () => {
    const tokenService = { port: 443, to: { cidrs: anywhere } };
    const eksAgent = { port: 80, to: { cidrs: ["169.254.170.23/32", "fd00:ec2::23/128"] } };
    const gkeMetadata = [
      { port: 988, to: { cidrs: ["169.254.169.252/32"] } },
      { port: 80, to: { cidrs: ["169.254.169.254/32"] } },
    ];
    const s3 = { uri: "s3://bucket", environment: { AWS_DEFAULT_REGION: "eu-central-1" } };
    const cases: Readonly<Record<string, readonly [Values, readonly unknown[]]>> = {
      "nothing outside": [{}, []],
      "an annotated role on EKS": [
        { objectStore: s3, serviceAccountAnnotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/x" } },
        [tokenService],
      ],
      "EKS Pod Identity": [{ objectStore: s3 }, [eksAgent]],
      "an S3-compatible store": [
        { objectStore: { ...s3, environment: { AWS_ENDPOINT: "https://s3.example.com", AWS_REGION: "x" } } },
        [],
      ],
      GKE: [{ objectStore: { uri: "gs://bucket" } }, gkeMetadata],
      "a key of Google's": [
        { objectStore: { uri: "gs://bucket", environment: { GOOGLE_SERVICE_ACCOUNT: "/keys/it.json" } } },
        [],
      ],
      AKS: [
        {
          objectStore: { uri: "az://container", environment: { AZURE_STORAGE_ACCOUNT_NAME: "name" } },
          serviceAccountAnnotations: { "azure.workload.identity/client-id": "id" },
          podLabels: { "azure.workload.identity/use": "true" },
        },
        [tokenService],
      ],
      "addresses of the owner's own": [
        { objectStore: s3, identityEndpoints: [{ port: 8080, cidrs: ["10.0.0.1/32"] }, { port: 443 }] },
        [{ port: 8080, to: { cidrs: ["10.0.0.1/32"] } }, tokenService],
      ],
    };
    for (const [title, [existing, expected]] of Object.entries(cases))
      it(title, () => assert.deepEqual(resolve({ existing }).platform.identityDestinations, expected));

    it("a static key among the secrets", () => {
      const environment = { ...s3.environment, AWS_ACCESS_KEY_ID: "id" };
      const values = { existing: { objectStore: { ...s3, environment } } };
      const secrets = { objectStore: { AWS_SECRET_ACCESS_KEY: "a-secret" } };
      assert.deepEqual(resolve({ ...values, secrets }).platform.identityDestinations, []);
    });

    it("what is known by name only is where the owner says such hosts are", () => {
      const [, [existing]] = Object.entries(cases)[1] ?? ["", [{}]];
      const { identityDestinations } = resolve({ existing, network: { egressCidrs: ["10.9.0.0/16"] } }).platform;
      assert.deepEqual(identityDestinations, [{ port: 443, to: { cidrs: ["10.9.0.0/16"] } }]);
    });
  });

  it("a host may stand for all names under it where a browser's policy allows it", () => {
    const network = { allowedHosts: ["*.slack-edge.com", "avatars.githubusercontent.com"] };
    assert.deepEqual(resolve({ network }).logfire.network.allowedHosts, network.allowedHosts);
    assert.match(problemsOf(raw({ network: { allowedHosts: ["a.*.com"] } })).join(), /has a wildcard/);
  });

  it("static keys of the store are named, not held", () => {
    const environment = { AWS_REGION: "x", AWS_ACCESS_KEY_ID: "id" };
    const secrets = { objectStore: { AWS_SECRET_ACCESS_KEY: "given-secret" } };
    const { objectStore } = existing({ objectStore: { uri: "s3://logfire", environment } }, secrets);
    assert.deepEqual(objectStore.kind === "external" && objectStore.secretEnvironmentKeys, ["AWS_SECRET_ACCESS_KEY"]);
  });
});

describe("what the engine hands out as text", () => {
  it("is read as the type that is wanted", () => {
    const settings = resolve({
      disposable: "true",
      ingestVolumeGib: "32",
      workloads: { "logfire-worker": { cpu: "1.5" } },
      network: { policies: "false" },
    });
    assert.equal(settings.logfire.disposable, true);
    assert.equal(settings.logfire.ingestVolumeGib, 32);
    assert.equal(settings.logfire.workloads["logfire-worker"]?.cpu, 1.5);
    assert.equal(settings.logfire.network.policies, false);
  });

  it("stays text where text is wanted", () =>
    assert.equal(resolve({ images: { version: "20261121" } }).logfire.images.version, "20261121"));
});

describe("all problems come in one error", () => {
  it("whatever area they belong to, in the order of the documentation", () => {
    const lines = problemsOf({
      values: {
        platform: "gpc",
        hostname: "https://logfire.example.com/",
        presset: "tiny",
        edge: { mode: "none", zone: "example.com", certificate: { source: "given" } },
        workloads: {
          "logfire-worker": { memoryGib: "16 gigs", minReplicas: 9, maxReplicas: 2 },
          "logfire-ff-cache-byte": { scratchGib: 0.5 },
        },
        features: { queryWorker: "maybe" },
        identity: {
          passwordLogin: false,
          connectors: [
            { type: "githb", id: "g" },
            { type: "google", id: "h" },
          ],
        },
        existing: {
          kubernetesVersion: "1.30",
          postgres: { ...externalPostgres, version: 14 },
          objectStore: { uri: "s3://logfire", environment: { AWS_SECRET_ACCESS_KEY: "in-plain-text" } },
        },
        secrets: { jwtSecret: "in-plain-text-too" },
        ai: { model: "openai:gpt-4o" },
      },
      secretKeys: new Set(),
    });
    assert.deepEqual(
      lines.map((line) => line.split(":")[0]),
      [
        "platform",
        "hostname",
        "adminEmail",
        "identity.connectors[0].type",
        "identity.connectors[1].config.clientID",
        "edge.certificate",
        "existing.objectStore.environment.AWS_SECRET_ACCESS_KEY",
        "existing.kubernetesVersion",
        "existing.postgres.version",
        "existing.objectStore.environment.AWS_DEFAULT_REGION",
        "secrets.jwtSecret",
        "secrets.openAiApiKey",
        "secrets.connectors.h.clientSecret",
        "secrets.postgresAdminPassword",
        "features.queryWorker",
        "workloads.logfire-worker.memoryGib",
        "workloads.logfire-worker.minReplicas",
        "workloads.logfire-ff-cache-byte.scratchGib",
        "presset",
      ],
    );
  });

  it("the headline counts them and names the stack", () =>
    assert.throws(
      () =>
        resolveSettings({
          values: { ...least, preset: "huge", sseC: "maybe" },
          secretKeys: new Set(),
          origin: 'stack "prod"',
        }),
      {
        message: [
          '2 problems in the configuration of stack "prod":',
          '  preset: "huge" is not a preset; choose from tiny, small, standard, large',
          '  sseC: "maybe" is not true or false; write true or false',
        ].join("\n"),
      },
    ));
});

/** A value that fits each form; the table itself is what is tested. */
const fitting: Readonly<Record<string, string>> = {
  encryptionKey: `${"A".repeat(42)}E=`,
  gatewayEncryptionKey: `${"-".repeat(42)}8=`,
  gatewayInternalSecret: Buffer.alloc(32, 250).toString("base64"),
  adminTotpSecret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
  adminTotpRecoveryCodes: '["code-1", "code-2"]',
  objectStoreSseCKey: Buffer.alloc(32, 250).toString("base64"),
  redisDsn: "rediss://:password@redis.example.com:6380/0",
  tokenRedisDsn: "redis://redis.example.com",
  usageRedisDsn: "redis://user:password@[fd00::1]:6379",
  tlsCertificate: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
  tlsPrivateKey: "-----BEGIN EC PRIVATE KEY-----\nMIIB\n-----END EC PRIVATE KEY-----",
};
const unfitting: Readonly<Record<string, readonly string[]>> = {
  encryptionKey: [Buffer.alloc(31).toString("base64url"), Buffer.alloc(32, 250).toString("base64"), "x"],
  gatewayEncryptionKey: ["x".repeat(44)],
  gatewayInternalSecret: ["not base64!", "c2hvcnQ="],
  adminTotpSecret: ["jbswy3dpehpk3pxp", "JBSWY3DP", "JBSWY3DPEHPK3P01"],
  adminTotpRecoveryCodes: ["code-1", "[]", "[1]", '{"a": "b"}'],
  objectStoreSseCKey: [Buffer.alloc(31).toString("base64"), Buffer.alloc(33).toString("base64")],
  redisDsn: ["redis.example.com:6379", "http://redis.example.com", "redis://"],
  tokenRedisDsn: ["rediss:/redis.example.com"],
  usageRedisDsn: ["redis:// host"],
  tlsCertificate: ["MIIB", "-----BEGIN PRIVATE KEY-----"],
  tlsPrivateKey: ["MIIB", "-----BEGIN CERTIFICATE-----"],
};

describe("forms of secrets", () => {
  for (const name of givableSecretNames) {
    const form = secretForms[name];
    it(`${name} is accepted as ${form.form}`, () => {
      assert.ok(form.fits(fitting[name] ?? "abcdefghijklmnopqrstuvwxyz012345"));
      for (const bad of unfitting[name] ?? [form.generated ? "has blanks and is short" : " "])
        assert.ok(!form.fits(bad), bad);
    });
  }

  it("an encrypted value that cannot be seen counts as given and right", () =>
    assert.deepEqual(logfire({ secrets: { encryptionKey: new Encrypted() } }).givenSecrets, ["encryptionKey"]));
});
