import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { stringify } from "yaml";
import { jobNeeds } from "../../components/logfire/catalogue/jobs";
import { ExistingPlatform, platformFacts } from "../../components/platform/existing";
import { initSql } from "../../components/platform/existing/postgres";
import type { ExistingPlatformSettings, SecretValues } from "../../components/settings/types";
import { existingSettings, externalPostgres } from "../support/existingSettings";
import { logfireSettings } from "../support/logfireSettings";
import { isSecret, openTexts, record, reveal, valueOf, type Registered } from "../support/harness";
import { startPostgres } from "../support/postgres";
import { randomOutputs } from "../support/random";

const external: Partial<ExistingPlatformSettings> = {
  postgres: externalPostgres({ cidrs: ["10.1.0.0/16"] }),
  objectStore: {
    kind: "external",
    uri: "s3://telemetry",
    environment: { AWS_DEFAULT_REGION: "eu-central-1" },
    secretEnvironmentKeys: ["AWS_SECRET_ACCESS_KEY"],
    port: 443,
    cidrs: [],
  },
  redis: { kind: "external", ports: [6380, 6381], cidrs: ["10.2.0.0/16"] },
};
const externalValues = {
  postgresAdminPassword: "admin-canary",
  redisDsn: "rediss://:redis-canary@redis:6380",
  usageRedisDsn: "rediss://:usage-canary@redis:6380",
  "objectStore.AWS_SECRET_ACCESS_KEY": "bucket-canary",
};

interface CreateOptions {
  readonly secrets: SecretValues;
  readonly disposable: boolean;
  readonly preview: boolean;
}

/** Mocks prove what is asked for; that a control plane admits and runs it is for the engine tests. */
describe("a cluster that is already there", () => {
  let folder: string;
  let kubeconfig: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "logfire-existing-"));
    kubeconfig = join(folder, "config");
    const content = stringify({
      "current-context": "test",
      clusters: [{ name: "test", cluster: { server: "https://127.0.0.1:1" } }],
      users: [{ name: "test", user: { token: "token-canary" } }],
      contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
    });
    writeFileSync(kubeconfig, content);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const create = (
    overrides: Partial<ExistingPlatformSettings> = {},
    { secrets = {}, disposable = false, preview = false }: Partial<CreateOptions> = {},
  ) => {
    const settings = {
      platform: existingSettings({ kubeconfig, ...overrides }),
      logfire: logfireSettings({
        disposable,
        images: { version: "1", pullPolicy: "IfNotPresent", pullSecrets: ["logfire-image-key"], overrides: {} },
      }),
    };
    return record(() => new ExistingPlatform("platform", { settings, secrets }), { preview, outputs: randomOutputs });
  };
  const list = (resources: readonly Registered[]) => resources.map(({ type, name }) => `${type} ${name}`);

  it("makes the namespace and the stores that are not given, and nothing else", async () => {
    const { resources } = await create();
    assert.deepEqual(list(resources).sort(), [
      "kubernetes:apps/v1:StatefulSet platform-stateful-set-logfire-minio",
      "kubernetes:apps/v1:StatefulSet platform-stateful-set-logfire-postgres",
      "kubernetes:batch/v1:Job platform-job-logfire-minio-bucket",
      "kubernetes:core/v1:ConfigMap platform-config-map-logfire-postgres-init",
      "kubernetes:core/v1:Namespace platform-namespace-logfire",
      "kubernetes:core/v1:Secret platform-secret-logfire-minio",
      "kubernetes:core/v1:Secret platform-secret-logfire-postgres-server",
      "kubernetes:core/v1:Service platform-service-logfire-minio",
      "kubernetes:core/v1:Service platform-service-logfire-postgres",
      "logfire-platform:index:ExistingPlatform platform",
      "pulumi:providers:kubernetes platform-kubernetes",
      "random:index/randomPassword:RandomPassword platform-minio-password",
      "random:index/randomPassword:RandomPassword platform-minio-user",
      "random:index/randomPassword:RandomPassword platform-postgres-admin",
      "random:index/randomPassword:RandomPassword platform-postgres-superuser",
    ]);
  });

  it("makes the namespace alone where every store is given", async () => {
    const { resources } = await create(external, { secrets: externalValues });
    assert.deepEqual(list(resources), [
      "logfire-platform:index:ExistingPlatform platform",
      "pulumi:providers:kubernetes platform-kubernetes",
      "kubernetes:core/v1:Namespace platform-namespace-logfire",
    ]);
  });

  it("registers the same resources in a preview", async () => {
    assert.deepEqual(
      list((await create({}, { preview: true })).resources).sort(),
      list((await create()).resources).sort(),
    );
  });

  it("gives every resource the provider of its own package", async () => {
    for (const { name, type, provider } of (await create()).resources.filter(({ custom }) => custom === true)) {
      const expected = type.startsWith("kubernetes:") ? /::platform-kubernetes::/ : /^$/;
      assert.match(provider ?? "", expected, name);
    }
  });

  it("hands out the stores inside the cluster with their credentials as secrets", async () => {
    const { result } = await create();
    assert.equal(result.postgres.host, "logfire-postgres");
    assert.equal(result.postgres.adminUser, "logfire_admin");
    assert.deepEqual(result.postgres.destination, { port: 5432, to: { component: "logfire-postgres" } });
    assert.equal(result.objectStore.uri, "s3://logfire");
    assert.deepEqual(result.objectStore.environment, {
      AWS_ALLOW_HTTP: "true",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_ENDPOINT: "http://logfire-minio:9000",
    });
    const { AWS_ACCESS_KEY_ID: user, AWS_SECRET_ACCESS_KEY: password } = result.objectStore.secretEnvironment;
    for (const secret of [result.postgres.adminPassword, user ?? "", password ?? ""]) {
      assert.equal(await pulumi.isSecret(pulumi.output(secret)), true);
      assert.match(await valueOf(secret), /^[A-Za-z0-9]{32}$/);
    }
    assert.equal(await valueOf(result.redis.dsn), "redis://logfire-redis:6379");
    assert.equal(result.redis.inCluster, true);
    assert.equal(result.kubernetes.ready.length, 3);
  });

  it("hands out the stores that are given", async () => {
    const { result } = await create(external, { secrets: externalValues });
    assert.equal(await valueOf(result.postgres.adminPassword), "admin-canary");
    assert.equal(await valueOf(result.redis.dsn), "rediss://:redis-canary@redis:6380");
    assert.equal(result.redis.tokenDsn, undefined);
    assert.equal(await valueOf(result.redis.usageDsn ?? ""), "rediss://:usage-canary@redis:6380");
    assert.deepEqual(
      result.redis.destinations,
      [6380, 6381].map((port) => ({ port, to: { cidrs: ["10.2.0.0/16"] } })),
    );
    assert.deepEqual(Object.keys(result.objectStore.secretEnvironment), ["AWS_SECRET_ACCESS_KEY"]);
    assert.deepEqual(result.objectStore.destination, { port: 443, to: { cidrs: ["0.0.0.0/0", "::/0"] } });
    assert.equal(result.redis.inCluster, false);
    assert.deepEqual(result.kubernetes.ready, []);
  });

  it("says which secret is missing", async () => {
    await assert.rejects(create(external, { secrets: {} }), /the secret `postgresAdminPassword` is said to be given/);
  });

  it("keeps credentials out of everything that stands open", async () => {
    for (const recording of [await create(), await create(external, { secrets: externalValues })]) {
      const generated = recording.resources.flatMap((resource) => Object.values(randomOutputs(resource)));
      const open = recording.resources.flatMap(({ inputs }) => openTexts(inputs)).join("\n");
      for (const secret of ["canary", ...generated.map(String)]) assert.equal(open.includes(secret), false, secret);
    }
    const { named } = await create();
    for (const name of ["logfire-minio", "logfire-postgres-server"])
      assert.equal(isSecret((named(`platform-secret-${name}`).inputs as { data: unknown }).data), true);
  });

  it("protects what holds data, and lets the volumes go with a stack that may be thrown away", async () => {
    for (const disposable of [false, true]) {
      const { resources } = await create({}, { disposable });
      const holding = [
        "platform-namespace-logfire",
        "platform-stateful-set-logfire-postgres",
        "platform-stateful-set-logfire-minio",
      ];
      assert.deepEqual(
        resources
          .filter((resource) => resource.protect)
          .map(({ name }) => name)
          .sort(),
        disposable ? [] : holding.sort(),
      );
      for (const { inputs } of resources.filter(({ type }) => type.endsWith(":StatefulSet"))) {
        const { spec } = inputs as { spec: { persistentVolumeClaimRetentionPolicy: object } };
        const whenDeleted = disposable ? "Delete" : "Retain";
        assert.deepEqual(spec.persistentVolumeClaimRetentionPolicy, { whenDeleted, whenScaled: "Retain" });
      }
    }
  });

  it("does not replace a store when another size of volume is asked for", async () => {
    const { resources } = await create();
    for (const { name, ignoreChanges } of resources.filter(({ type }) => type.endsWith(":StatefulSet")))
      assert.deepEqual(ignoreChanges, ["spec.volumeClaimTemplates"], name);
  });

  it("keeps the identity of the cluster apart from its address and credentials", async () => {
    const provider = async (overrides: Partial<ExistingPlatformSettings>) =>
      reveal((await create(overrides)).named("platform-kubernetes").inputs) as Record<string, unknown>;
    const current = await provider({});
    assert.equal(current["clusterIdentifier"], "current");
    assert.equal(current["enableServerSideApply"], "true");
    assert.equal(current["enableSecretMutable"], "true");
    assert.equal(current["enableConfigMapMutable"], "true");
    assert.equal((await provider({ context: "test" }))["clusterIdentifier"], "test");
  });

  it("makes every object after the namespace and the bucket after MinIO", async () => {
    const { resources, named } = await create();
    const objects = resources.filter(({ type }) => /^kubernetes:(?!core\/v1:Namespace)/.test(type));
    for (const { name, dependsOn } of objects) assert.ok(dependsOn.includes("platform-namespace-logfire"), name);
    assert.ok(named("platform-job-logfire-minio-bucket").dependsOn.includes("platform-stateful-set-logfire-minio"));
  });

  it("gives every pod the restricted level, a bounded size, no token and no changing image", async () => {
    const { resources } = await create();
    const specs = resources
      .filter(({ type }) => /:(StatefulSet|Job)$/.test(type))
      .map(({ inputs }) => reveal(inputs) as Workload);
    assert.equal(specs.length, 3);
    for (const { metadata, spec } of specs) {
      const pod = spec.template.spec;
      const [container] = pod.containers;
      assert.equal(pod.automountServiceAccountToken, false);
      assert.equal(pod.securityContext.runAsNonRoot, true);
      assert.deepEqual(pod.securityContext.seccompProfile, { type: "RuntimeDefault" });
      assert.equal(container.securityContext.allowPrivilegeEscalation, false);
      assert.deepEqual(container.securityContext.capabilities, { drop: ["ALL"] });
      assert.ok(container.resources.limits.memory);
      assert.doesNotMatch(container.image, /:latest$/);
      assert.deepEqual(pod.imagePullSecrets, [{ name: "logfire-image-key" }], String(metadata.name));
    }
  });

  it("labels its pods as the network policies name them", async () => {
    const { named } = await create();
    const component = (name: string) =>
      (reveal(named(name).inputs) as Workload).spec.template.metadata.labels["app.kubernetes.io/component"];
    const facts = platformFacts(existingSettings());
    for (const { to } of [facts.postgres.destination, facts.objectStore.destination])
      assert.ok("component" in to && component(`platform-stateful-set-${to.component}`) === to.component);
    assert.ok(Object.keys(jobNeeds).includes(component("platform-job-logfire-minio-bucket") ?? ""));
  });
});

interface Workload {
  readonly metadata: { readonly name: unknown };
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: {
        readonly automountServiceAccountToken: boolean;
        readonly imagePullSecrets: object;
        readonly securityContext: { readonly runAsNonRoot: boolean; readonly seccompProfile: object };
        readonly containers: readonly [
          {
            readonly image: string;
            readonly resources: { readonly limits: { readonly memory?: string } };
            readonly securityContext: { readonly allowPrivilegeEscalation: boolean; readonly capabilities: object };
          },
        ];
      };
    };
  };
}

describe("the first start of the PostgreSQL inside the cluster", function () {
  this.timeout(60_000);

  /** The image's entry point runs the statements with psql as the superuser; that it does so is not proved here. */
  it("makes an administrator who can do what a cloud's can, and no more", async () => {
    const server = await startPostgres({ auth: "scram", password: "super" });
    const run = (user: string, password: string, sql: string) =>
      spawnSync(
        "psql",
        [
          "--no-psqlrc",
          "-Atq",
          "-v",
          "ON_ERROR_STOP=1",
          "-h",
          "127.0.0.1",
          "-p",
          `${server.port}`,
          "-U",
          user,
          "-d",
          "postgres",
        ],
        {
          input: sql,
          env: { PATH: process.env["PATH"], PGPASSWORD: password, POSTGRES_ADMIN_PASSWORD: "it's mine" },
          encoding: "utf8",
        },
      );
    try {
      const init = run("postgres", "super", initSql);
      assert.equal(init.status, 0, init.stderr);
      const rights = run(
        "logfire_admin",
        "it's mine",
        "SELECT rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user",
      );
      assert.equal(rights.stdout.trim(), "f|t|t", rights.stderr);
      assert.equal(run("logfire_admin", "it's mine", "CREATE ROLE other LOGIN PASSWORD 'x'").status, 0);
      assert.match(run("other", "x", "SELECT 1").stderr, /permission denied for database "postgres"/);
    } finally {
      await server.stop();
    }
  });
});
