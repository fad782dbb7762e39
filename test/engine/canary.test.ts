import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { filesOf, leaks, objectsBut, plantedCertificate, plantedSecrets } from "./canaries";
import { ended } from "./drain";
import { makeProject, type Project } from "./project";
import { namespace, startRig, unready, type Rig } from "./support";

const stack = "canary";

/** Stores outside the cluster and every option that takes a secret, so that each one is really given. */
const settings = (kubeconfig: string) => ({
  hostname: "logfire.example.com",
  adminEmail: "admin@example.com",
  preset: "tiny",
  disposable: true,
  features: { queryWorker: true, remoteMcp: true, aiGateway: true },
  sseC: true,
  edge: {
    gateway: { controller: "existing", className: "logfire-sandbox" },
    certificate: { source: "given" },
  },
  images: { credentials: { server: "registry.example.com", username: "puller" } },
  smtp: { host: "smtp.example.com" },
  ai: {
    ...{ model: "openai:gpt-5", chatModel: "azure:gpt-5" },
    openAi: {},
    azureOpenAi: { endpoint: "https://example.openai.azure.com" },
  },
  identity: {
    connectors: [
      { type: "github", id: "github", config: { clientID: "logfire" } },
      { type: "oidc", id: "company", config: { clientID: "logfire", issuer: "https://login.example.com" } },
      {
        ...{ type: "ldap", id: "directory" },
        config: {
          ...{ host: "ldap.example.com:636", bindDN: "cn=logfire" },
          userSearch: { baseDN: "ou=people", username: "uid" },
        },
      },
    ],
  },
  existing: {
    kubeconfig,
    placement: { nodeSelector: { "logfire.dev/pool": "general" } },
    scratch: {
      nodeSelector: { "logfire.dev/pool": "scratch" },
      tolerations: [{ key: "logfire.dev/scratch", operator: "Exists" }],
    },
    postgres: { host: "postgres.example.com", adminUser: "admin" },
    objectStore: { uri: "s3://example", environment: { AWS_DEFAULT_REGION: "eu-west-1" } },
    redis: "external",
  },
});

/** The engine also hands over what the SDK logs for its own developers, secrets included; nothing keeps or shows it. */
const shown = (event: EngineEvent): readonly string[] =>
  String(event.diagnosticEvent?.severity) === "debug" ? [] : [JSON.stringify(event)];

/**
 * A stack to which every secret is given, encrypted by `pulumi config set --secret` as its owner would do it. The tests
 * build on each other in this order.
 */
describe("a stack that is given every secret there is", function () {
  this.timeout(480_000);
  let rig: Rig;
  let project: Project;
  let secrets: Readonly<Record<string, string>> = {};

  before(async function () {
    this.timeout(3_600_000);
    secrets = { ...plantedSecrets(), ...(await plantedCertificate("logfire.example.com")) };
    rig = await startRig({ presets: ["tiny"] });
    project = await makeProject(rig, stack, settings(rig.sandbox.controlPlane.kubeconfig), secrets);
  });
  after(async () => {
    await rig?.down();
    project?.remove();
  });

  it("deploys, and every given secret is in a Kubernetes Secret", async () => {
    const events: string[] = [];
    const onEvent = (event: EngineEvent) => void events.push(...shown(event));
    const deployed = await project.engine.deploy({ stack, program: rig.program, onEvent });
    assert.deepEqual(await unready(rig), []);
    project.said.push(...deployed.warnings, ...events);
    const kept = new Map([["Secrets", await rig.kubectl("get", "secrets", "-n", namespace, "-o", "json")]]);
    const found = leaks(secrets, kept).map((leak) => leak.replace(" in Secrets", ""));
    assert.deepEqual(found, Object.keys(secrets), "what the search does not find here it would not find elsewhere");
  });

  it("keeps them out of state, history, configuration, every log, the engine's events and what it said", () => {
    const files = filesOf(rig.sandbox.stateDir);
    for (const expected of [
      /\.pulumi\/stacks\/.*canary\.json/,
      /history\/.*canary/,
      /kube-apiserver\.log/,
      /deploying-/,
    ])
      assert.ok(
        [...files.keys()].some((path) => expected.test(path)),
        `${expected} not among ${[...files.keys()].join(", ")}`,
      );
    assert.ok(project.said.length > 200, "no events");
    assert.deepEqual(leaks(secrets, new Map([...files, ["events and progress", project.said.join("\n")]])), []);
  });

  it("keeps them out of what the pulumi commands print", async () => {
    for (const command of [
      "stack",
      "stack export",
      "stack output",
      "stack output --json",
      "config --json",
      "stack history",
    ]) {
      const text = await project.pulumi(...command.split(" "), "--stack", stack);
      assert.ok(text.length > 20, command);
      assert.deepEqual(leaks(secrets, new Map([[`pulumi ${command}`, text]])), []);
    }
  });

  it("keeps them out of every object in the cluster that is no Secret", async () => {
    const objects = await objectsBut(rig);
    for (const kind of ["ConfigMap ", "Pod ", "Job ", "Event ", "ControllerRevision "])
      assert.ok(
        [...objects.keys()].some((name) => name.startsWith(kind)),
        `no ${kind} was looked at`,
      );
    assert.deepEqual(leaks(secrets, objects), []);
  });

  it("does not quote the kubeconfig's token anywhere", async () => {
    const token = /token: (\S+)/.exec(readFileSync(rig.sandbox.controlPlane.kubeconfig, "utf8"))?.[1];
    assert.ok(token !== undefined && token.length > 20);
    const places = new Map([
      ...filesOf(rig.sandbox.stateDir),
      ["said", project.said.join("\n")] as const,
      ...(await objectsBut(rig)),
    ]);
    assert.deepEqual(leaks({ token }, places), []);
  });

  it("says what is wrong with a kubeconfig without quoting it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "engine-test-kubeconfig-"));
    const broken = join(folder, "broken.yaml");
    const token = plantedSecrets().jwtSecret ?? "";
    writeFileSync(broken, `users:\n  - name: me\n    user: {token: "${token}"\nclusters: [`);
    const { result } = project.deployInChild({ "logfire-platform:existing": settings(broken).existing });
    const message = await ended(result).finally(() => rmSync(folder, { recursive: true }));
    assert.match(message, /existing\.kubeconfig: .* is not a kubeconfig/);
    assertUnquoted({ token }, message);
  });

  it("says that a secret has the wrong form without quoting it", async () => {
    const wrong = `${plantedSecrets().encryptionKey ?? ""}x`;
    await project.setSecrets({ encryptionKey: wrong });
    const message = await ended(project.deployInChild().result);
    assert.match(message, /secrets\.encryptionKey: does not have the form/);
    assertUnquoted({ wrong }, message);
    await project.setSecrets({ encryptionKey: secrets.encryptionKey ?? "" });
  });

  it("says that somebody else changed a Secret without quoting either value", async () => {
    const [theirs, ours] = [plantedSecrets().jwtSecret ?? "", plantedSecrets().jwtSecret ?? ""];
    const data = { "logfire-jwt-secret": Buffer.from(theirs).toString("base64") };
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "logfire-jwt-secret", namespace }, data };
    const apply = ["apply", "--server-side", "--force-conflicts", "--field-manager=somebody", "-f", "-"];
    await rig.sandbox.controlPlane.kubectl(apply, JSON.stringify(secret));
    await project.setSecrets({ jwtSecret: ours });
    const message = await ended(project.engine.deploy({ stack, program: rig.program }));
    assert.match(message, /conflict with "somebody": \.data\.logfire-jwt-secret/);
    assertUnquoted({ theirs, ours }, message);
  });

  it("cannot be destroyed while its cluster does not answer, says so in bounded time, and can be forgotten", async () => {
    await rig.sandbox.controlPlane.stop();
    const begun = Date.now();
    const message = await ended(project.engine.destroy({ stack }));
    assert.match(message, /configured Kubernetes cluster is unreachable/);
    assert.match(message, /PULUMI_K8S_DELETE_UNREACHABLE/);
    assert.ok(Date.now() - begun < 60_000, `took ${(Date.now() - begun) / 1000} s`);
    assert.ok((await resources()) > 100, "the state forgot what is in the cluster");
    await project.engine.destroy({ stack, deleteUnreachable: true });
    assert.equal(await resources(), 0);
  });

  const assertUnquoted = (more: Readonly<Record<string, string>>, message: string) =>
    assert.deepEqual(
      leaks({ ...secrets, ...more }, new Map([["the error", message], ...filesOf(rig.sandbox.stateDir)])),
      [],
    );
  const resources = async () =>
    ((await project.engine.exportState({ stack })).deployment as { resources?: unknown[] }).resources?.length ?? 0;
});
