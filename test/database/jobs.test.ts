import { strict as assert } from "node:assert";
import type * as pulumi from "@pulumi/pulumi";
import {
  databaseManifests,
  registerDatabase,
  renderDatabase,
  type DatabaseInput,
} from "../../components/logfire/database";
import { revisionName, type JobManifest } from "../../components/kubernetes/job";
import { LogfireSecrets } from "../../components/logfire/secrets/secrets";
import type { Platform } from "../../components/platform/contract";
import { platformFacts } from "../../components/platform/existing";
import type { LogfireSettings } from "../../components/settings/types";
import { hasUnknown, openTexts, record, reveal } from "../support/harness";
import { logfireSettings } from "../support/logfireSettings";
import { existingSettings, externalPostgres } from "../support/existingSettings";
import { randomOutputs } from "../support/random";

const facts = (overrides: Parameters<typeof existingSettings>[0] = {}) => platformFacts(existingSettings(overrides));
const manifests = (input: Partial<DatabaseInput> = {}, sums?: { passwords: string; dsns: string }) =>
  databaseManifests({ settings: logfireSettings(), platform: facts(), ...input }, sums);

interface Pod {
  readonly spec: {
    readonly restartPolicy: string;
    readonly automountServiceAccountToken: boolean;
    readonly imagePullSecrets?: readonly { readonly name: string }[];
    readonly securityContext?: { readonly runAsUser: number };
    readonly nodeSelector?: object;
    readonly containers: readonly [Container];
    readonly volumes?: readonly object[];
  };
}
interface Container {
  readonly image: string;
  readonly command: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
  readonly securityContext: object;
  readonly resources: { readonly requests: object };
}
interface JobSpec {
  readonly backoffLimit: number;
  readonly activeDeadlineSeconds: number;
  readonly ttlSecondsAfterFinished?: number;
  readonly template: Pod;
}

const specOf = (job: JobManifest) => job.spec as unknown as JobSpec;
const containerOf = (job: JobManifest) => specOf(job).template.spec.containers[0];
const environmentOf = (job: JobManifest) =>
  Object.fromEntries(containerOf(job).env.map(({ name, value, valueFrom }) => [name, value ?? valueFrom]));
const secretKey = (name: string, key: string) => ({ secretKeyRef: { name, key } });

describe("the Jobs before the workloads", () => {
  const { bootstrap, migrations } = manifests();
  const [backend, ff] = migrations;
  const all = [bootstrap, ...migrations];

  it("are bounded, keep the log of a failure, and stay until they are replaced", () => {
    assert.deepEqual(
      all.map((job) => [job.metadata.name, specOf(job).backoffLimit, specOf(job).activeDeadlineSeconds]),
      [
        ["logfire-database-bootstrap", 3, 600],
        ["logfire-backend-migrations", 5, 300],
        ["logfire-ff-migrations", 5, 300],
      ],
    );
    for (const job of all) {
      assert.equal(specOf(job).template.spec.restartPolicy, "Never");
      assert.equal(specOf(job).ttlSecondsAfterFinished, undefined);
    }
  });

  it("run the programs of the migrations with their environment", () => {
    assert.ok(backend && ff);
    assert.deepEqual(containerOf(backend).command, ["python", "src/packages/logfire-db/logfire_db/migrations/main.py"]);
    assert.deepEqual(environmentOf(backend), {
      LOGFIRE_SEND_TO_LOGFIRE: "false",
      ON_PREM: "true",
      CRUD_MIGRATIONS_RESPECT_AUTO_RUN_FLAG: "true",
      CRUD_PG_DSN: secretKey("logfire-postgres", "postgresDsn"),
    });
    assert.deepEqual(containerOf(ff).command, ["fusionfire", "migrate"]);
    assert.deepEqual(environmentOf(ff), {
      PG_DSN: secretKey("logfire-postgres", "postgresFFDsn"),
      FF_SEND_TO_LOGFIRE: "false",
      FF_FORCE_CONSOLE_LOGGING: "true",
      RUST_BACKTRACE: "full",
      RUST_LOG: "info",
    });
    assert.match(containerOf(backend).image, /\/python-prod:4ae3e48d$/);
    assert.match(containerOf(ff).image, /\/fusionfire:4ae3e48d$/);
  });

  it("fit the restricted Pod Security level and get no token", () => {
    for (const job of all) {
      const { spec } = specOf(job).template;
      assert.equal(spec.automountServiceAccountToken, false);
      const user = spec.securityContext?.runAsUser;
      assert.ok(user !== undefined && user > 0, job.metadata.name);
      assert.deepEqual(spec.securityContext, {
        runAsNonRoot: true,
        runAsUser: user,
        runAsGroup: user,
        seccompProfile: { type: "RuntimeDefault" },
      });
      assert.deepEqual(containerOf(job).securityContext, {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
      });
      assert.deepEqual(Object.keys(containerOf(job).resources.requests), ["cpu", "memory"]);
    }
  });

  it("leave user and capabilities to the image at the baseline level", () => {
    const { bootstrap: relaxed } = manifests({ settings: logfireSettings({ podSecurity: "baseline" }) });
    assert.deepEqual(specOf(relaxed).template.spec.securityContext, { seccompProfile: { type: "RuntimeDefault" } });
    assert.deepEqual(containerOf(relaxed).securityContext, { allowPrivilegeEscalation: false });
  });

  it("read every password by reference, from the owner's Secrets too", () => {
    const settings = logfireSettings({ existingSecrets: { postgresFfPassword: { name: "vault", key: "ff" } } });
    const environment = environmentOf(manifests({ settings }).bootstrap);
    assert.deepEqual(environment["PGPASSWORD"], secretKey("logfire-postgres-admin", "password"));
    assert.deepEqual(environment["CRUD_PASSWORD"], secretKey("logfire-postgres-roles", "crud"));
    assert.deepEqual(environment["FF_PASSWORD"], secretKey("vault", "ff"));
    assert.deepEqual(environment["DEX_PASSWORD"], secretKey("logfire-postgres-roles", "dex"));
  });

  it("check the server's certificate where the platform gives what to check it against", () => {
    const postgres = externalPostgres({ tls: "verify-full", caBundle: "PEM" });
    const withCa = manifests({ platform: facts({ postgres }) });
    const environment = environmentOf(withCa.bootstrap);
    assert.equal(environment["PGSSLMODE"], "verify-full");
    assert.equal(environment["PGSSLROOTCERT"], "/etc/logfire/postgres-ca/ca.crt");
    assert.deepEqual(
      withCa.configMaps.map(({ metadata, data }) => [metadata.name, Object.keys(data)]),
      [
        ["logfire-database-bootstrap", ["bootstrap.sql"]],
        ["logfire-postgres-ca", ["ca.crt"]],
      ],
    );
    for (const job of [withCa.bootstrap, ...withCa.migrations])
      assert.ok(JSON.stringify(job).includes(`"configMap":{"name":"logfire-postgres-ca"}`), job.metadata.name);
    assert.equal(JSON.stringify(manifests()).includes("postgres-ca"), false);
  });

  it("pull with the owner's Secrets and the one that is made, and run where the pool is", () => {
    const settings = logfireSettings({
      images: {
        ...logfireSettings().images,
        pullSecrets: ["mine"],
        credentials: { server: "registry.example.com", username: "robot" },
      },
    });
    const placement = { nodeSelector: { pool: "general" }, tolerations: [] };
    const { bootstrap: job } = manifests({ settings, platform: facts({ placement }) });
    assert.deepEqual(specOf(job).template.spec.imagePullSecrets, [{ name: "mine" }, { name: "logfire-image-key" }]);
    assert.deepEqual(specOf(job).template.spec.nodeSelector, { pool: "general" });
  });
});

describe("names of Jobs", () => {
  const name = (settings: Partial<LogfireSettings>, sums?: { passwords: string; dsns: string }) => {
    const { bootstrap, migrations } = manifests({ settings: logfireSettings(settings) }, sums);
    return [bootstrap, ...migrations].map(revisionName);
  };
  const images = logfireSettings().images;

  it("stay the same for the same content and end in its hash", () => {
    assert.deepEqual(name({}), name({}));
    for (const one of name({})) assert.match(one, /^logfire-[a-z-]+-[0-9a-f]{8}$/);
  });

  it("change with the product's version where its image runs", () => {
    const [bootstrap, ...migrations] = name({});
    const [sameBootstrap, ...otherMigrations] = name({ images: { ...images, version: "5bf4f59e" } });
    assert.equal(bootstrap, sameBootstrap);
    for (const migration of migrations) assert.equal(otherMigrations.includes(migration), false);
  });

  it("change with a password, so that a rotation runs and a failure on a wrong one is tried again", () => {
    const before = name({}, { passwords: "a", dsns: "a" });
    const after = name({}, { passwords: "b", dsns: "b" });
    for (const one of before) assert.equal(after.includes(one), false);
  });

  it("are those of the objects applied without an engine", () => {
    const rendered = renderDatabase({ settings: logfireSettings(), platform: facts() }).map(
      ({ metadata }) => metadata.name,
    );
    assert.deepEqual(rendered, ["logfire-database-bootstrap", ...name({})]);
  });
});

describe("the Jobs as resources", () => {
  const platform = (
    host: pulumi.Input<string>,
  ): Pick<Platform, "placement" | "postgres" | "redis" | "objectStore"> => ({
    ...facts(),
    postgres: { ...facts().postgres, host: host as string, adminPassword: "admin-canary" },
    redis: { dsn: "redis://redis-canary", destinations: [], inCluster: false },
    objectStore: { ...facts().objectStore, secretEnvironment: {} },
  });
  const run = (preview: boolean, version = "4ae3e48d", host: pulumi.Input<string> = "pg.example.com") => {
    const settings = logfireSettings({ images: { ...logfireSettings().images, version } });
    return record(
      () => {
        const secrets = new LogfireSecrets("secrets", { settings, values: {}, platform: platform(host) });
        return registerDatabase("logfire", { settings, platform: platform(host), secrets }, {});
      },
      { preview, outputs: randomOutputs },
    );
  };
  const jobs = [
    "logfire-job-logfire-database-bootstrap",
    "logfire-job-logfire-backend-migrations",
    "logfire-job-logfire-ff-migrations",
  ];

  it("come in their order: Secrets and statements, bootstrap, migrations", async () => {
    const { named } = await run(false);
    const [bootstrap, ...migrations] = jobs.map(named);
    assert.ok(bootstrap?.dependsOn.includes("logfire-config-map-logfire-database-bootstrap"));
    assert.ok(bootstrap?.dependsOn.includes("secrets-secret-logfire-postgres-roles"));
    for (const migration of migrations) assert.ok(migration.dependsOn.includes(bootstrap?.name ?? ""));
  });

  it("keep their logical names over versions, and are run again where they failed", async () => {
    const [one, other] = [await run(false), await run(false, "5bf4f59e")];
    for (const job of jobs) {
      const { metadata } = reveal(one.named(job).inputs) as { metadata: { name: string; annotations: object } };
      const changed = reveal(other.named(job).inputs) as { metadata: { name: string } };
      assert.equal(metadata.name === changed.metadata.name, job.includes("bootstrap"), job);
      assert.deepEqual(metadata.annotations, {
        "pulumi.com/patchFieldManager": "logfire-platform",
        "pulumi.com/replaceUnready": "true",
      });
    }
  });

  it("hold no secret in the open", async () => {
    const { resources } = await run(false);
    const open = resources.flatMap(({ inputs }) => openTexts(inputs)).join("\n");
    for (const canary of ["admin-canary", "redis-canary"]) assert.equal(open.includes(canary), false, canary);
    for (const job of jobs) assert.ok(open.includes(job.replace("logfire-job-", "")), "a name is no secret");
  });

  it("are known to a preview that knows neither host nor passwords", async () => {
    const list = ({ resources }: Awaited<ReturnType<typeof run>>) =>
      resources.map(({ type, name }) => `${type} ${name}`).sort();
    const preview = await run(true);
    assert.deepEqual(list(preview), list(await run(false)));
    for (const job of jobs) assert.ok(hasUnknown(preview.named(job).inputs), job);
  });
});
