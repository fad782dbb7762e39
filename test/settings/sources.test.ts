import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { ProblemsError } from "../../components/lib/errors";
import { fromPulumi, fromStackFile, readSecrets, resolveSettings, stacksIn } from "../../components/settings";
import { Encrypted } from "../../components/settings/raw";
import { settingsReference } from "../../components/settings/reference";

const root = join(__dirname, "..", "..");
const messageOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof ProblemsError, String(error));
    return error.message;
  }
  return assert.fail("nothing was thrown");
};

describe("the stacks of this repository", () => {
  it("are the sandbox, an example of a cluster that is there, and two on each cloud", () =>
    assert.deepEqual(
      stacksIn(root),
      ["aws", "azure", "existing", "gcp", "sandbox"].flatMap((place) =>
        ["existing", "sandbox"].includes(place) ? [place] : [`${place}-dev`, `${place}-prod`],
      ),
    ));

  it("the sandbox runs everything inside the cluster, with every optional workload, and may be thrown away", () => {
    const { platform, logfire } = resolveSettings(fromStackFile("sandbox", root));
    assert.deepEqual(
      [platform.postgres.kind, platform.objectStore.kind, platform.redis.kind],
      Array(3).fill("inCluster"),
    );
    assert.deepEqual(logfire.features, { queryWorker: true, remoteMcp: true, aiGateway: true });
    assert.deepEqual(logfire.givenSecrets, []);
    assert.equal(logfire.disposable, true);
    assert.equal(logfire.https, true);
    const { gateway, certManager, certificate } = logfire.edge;
    assert.deepEqual([gateway.controller, certManager.controller], ["existing", "existing"]);
    assert.deepEqual(certificate, { source: "privateCa" });
  });

  it("the example uses stores of its own, and its placeholders count as given", () => {
    const { platform, logfire } = resolveSettings(fromStackFile("existing", root));
    assert.deepEqual(
      [platform.postgres.kind, platform.objectStore.kind, platform.redis.kind],
      Array(3).fill("external"),
    );
    assert.equal(logfire.disposable, false);
    assert.deepEqual(logfire.edge.certificate, {
      source: "issuer",
      kind: "ClusterIssuer",
      name: "company",
      group: "cert-manager.io",
    });
    assert.deepEqual(logfire.network.edgeNamespaces, ["envoy-gateway-system"]);
    assert.deepEqual(logfire.givenSecrets, [
      "connectors.company.clientSecret",
      "postgresAdminPassword",
      "redisDsn",
      "registryPassword",
    ]);
  });

  it("a stack that is not there is answered with those that are and the nearest one", () => {
    assert.equal(
      messageOf(() => fromStackFile("sandbx", root)),
      'No stack "sandbx":\n  stacks: holds no file of this stack; there are aws-dev, aws-prod, azure-dev, azure-prod, existing, gcp-dev, gcp-prod, sandbox; did you mean sandbox?',
    );
    assert.match(
      messageOf(() => fromStackFile("org/project/prod", root)),
      /^No stack "prod":/,
    );
  });
});

describe("a stack's file", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "settings-"));
    mkdirSync(join(folder, "stacks"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (stack: string, project = "") => {
    writeFileSync(join(folder, "Pulumi.yaml"), `name: demo\nruntime: nodejs\nstackConfigDir: stacks\n${project}`);
    writeFileSync(join(folder, "stacks", "Pulumi.s.yaml"), stack);
  };

  it("is laid over the project's defaults, and other projects' keys are left alone", () => {
    write(
      "config:\n  demo:preset: tiny\n  disposable: true\n  aws:region: eu-central-1\n",
      "config:\n  demo:preset: {value: large}\n  namespace: {default: observability}\n  hostname: h.example.com\n  adminEmail: {type: string}\n",
    );
    assert.deepEqual(fromStackFile("s", folder).values, {
      preset: "tiny",
      namespace: "observability",
      hostname: "h.example.com",
      disposable: "true",
    });
  });

  it("hides encrypted values and shows which are not encrypted beside them", () => {
    write("config:\n  demo:secrets:\n    jwtSecret: {secure: AAAB}\n    metaWriteToken: open\n  demo:ai: {model: x}\n");
    const { values, secretKeys, plainBelowSecrets } = fromStackFile("s", folder);
    assert.deepEqual([...secretKeys], ["secrets"]);
    assert.deepEqual(plainBelowSecrets, ["metaWriteToken"]);
    assert.ok((values["secrets"] as Record<string, unknown>)["jwtSecret"] instanceof Encrypted);
  });

  it("that is no YAML is named with the line", () => {
    write("config:\n  demo:preset: [tiny\n");
    assert.match(
      messageOf(() => fromStackFile("s", folder)),
      /cannot be read:\n {2}line \d+: .+; correct the YAML/,
    );
  });

  it("may be empty", () => {
    write("");
    assert.deepEqual(fromStackFile("s", folder).values, {});
  });
});

/**
 * The configuration as the engine passes it to a program. That the engine really passes it so is proved where a stack
 * with secrets is deployed.
 */
describe("the running stack's configuration", () => {
  const secrets = {
    jwtSecret: "given-jwt-secret-value",
    connectors: { github: { clientSecret: "given-client-secret" } },
  };
  const before = pulumi.runtime.allConfig();
  beforeEach(() =>
    pulumi.runtime.setAllConfig(
      {
        "demo:hostname": "logfire.example.com",
        "demo:adminEmail": "sre@example.com",
        "demo:disposable": "true",
        "demo:edge": JSON.stringify({ mode: "none", sourceRanges: [] }),
        "demo:identity": JSON.stringify({ connectors: [{ type: "github", id: "github", config: { clientID: "l" } }] }),
        "demo:secrets": JSON.stringify(secrets),
        "other:hostname": "other.example.com",
      },
      ["demo:secrets"],
    ),
  );
  afterEach(() => pulumi.runtime.setAllConfig(before));

  it("is read with its types and resolved", () => {
    const { logfire } = resolveSettings(fromPulumi("demo"));
    assert.deepEqual(logfire.hostnames, ["logfire.example.com"]);
    assert.equal(logfire.disposable, true);
    assert.deepEqual(logfire.givenSecrets, ["connectors.github.clientSecret", "jwtSecret"]);
  });

  it("gives each secret as an output that is secret", async () => {
    const values = readSecrets(resolveSettings(fromPulumi("demo")), "demo");
    assert.deepEqual(Object.keys(values), ["connectors.github.clientSecret", "jwtSecret"]);
    for (const [path, expected] of [
      ["jwtSecret", secrets.jwtSecret],
      ["connectors.github.clientSecret", secrets.connectors.github.clientSecret],
    ] as const) {
      const output = pulumi.output(values[path]);
      assert.equal(await pulumi.isSecret(output), true);
      assert.equal(await new Promise((done) => output.apply(done)), expected);
    }
  });

  it("is refused where secrets are not encrypted", () => {
    pulumi.runtime.setAllConfig({ "demo:secrets": JSON.stringify({ jwtSecret: secrets.jwtSecret }) }, []);
    const message = messageOf(() => resolveSettings(fromPulumi("demo")));
    assert.match(message, /secrets\.jwtSecret: is in plain text; encrypt it/);
    assert.ok(!message.includes(secrets.jwtSecret));
  });
});

describe("docs/settings.md", () => {
  it("is what the schema says; `npm run settings-reference` writes it", async () => {
    const file = join(root, "docs", "settings.md");
    const options = { ...(await resolveConfig(file)), filepath: file };
    assert.equal(readFileSync(file, "utf8"), await format(settingsReference(), options));
  });

  it("says of every key what it means and what it is without it", () => {
    const rows = settingsReference()
      .split("\n")
      .filter((line) => line.startsWith("| `"));
    assert.ok(rows.length > 100, String(rows.length));
    for (const row of rows) for (const cell of row.split(" | ")) assert.notEqual(cell.trim(), "", row);
  });
});
