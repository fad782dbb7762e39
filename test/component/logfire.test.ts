import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword";
import { stringify } from "yaml";
import { Logfire, type Settings } from "../../components";
import { hasSecret, hasUnknown, isSecret, openTexts, reveal, valueOf, type Registered } from "../support/harness";
import { randomOutputs } from "../support/random";
import { canaries, computedPlatform, deploy, inCluster, recorded, settingsOf } from "./programs";

const list = (resources: readonly Registered[]) => resources.map(({ type, name }) => `${type} ${name}`).sort();
/** An object that is made; one that is only looked at has an id beforehand. */
const isKubernetes = ({ type, id }: Registered) => type.startsWith("kubernetes:") && !id;
const inputsOf = <T>({ inputs }: Registered) => reveal(inputs) as T;

interface Named {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly annotations?: Texts };
}
interface Templated extends Named {
  readonly spec: { readonly template: { readonly metadata: { readonly annotations?: Texts } } };
}
type Texts = Readonly<Record<string, string>>;

/**
 * The component against mocks: what is registered, how, and what stands open in it. That a cluster takes it and that
 * the engine encrypts what is marked secret is for the engine tests.
 */
describe("the component Logfire", function () {
  this.timeout(60_000);
  let folder: string;
  let sandbox: Settings;
  let existing: Settings;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "logfire-component-"));
    const kubeconfig = join(folder, "config");
    writeFileSync(
      kubeconfig,
      stringify({
        "current-context": "test",
        clusters: [{ name: "test", cluster: { server: "https://127.0.0.1:1" } }],
        users: [{ name: "test", user: { token: "canary-of-kubeconfig" } }],
        contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
      }),
    );
    sandbox = inCluster(settingsOf("sandbox"), kubeconfig);
    existing = inCluster(settingsOf("existing"), kubeconfig);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const lasting = ({ platform, logfire }: Settings): Settings => ({
    platform,
    logfire: { ...logfire, disposable: false },
  });

  /** Names in a state are fixed for ever: a resource under another name is another resource, and the old one goes. */
  it("registers exactly the resources that are listed for the stack `sandbox`", async () => {
    const file = join(__dirname, "sandbox.resources.txt");
    const found = list((await recorded(() => deploy(sandbox))).resources);
    if (process.env["UPDATE_LISTS"] === "true") writeFileSync(file, `${found.join("\n")}\n`);
    assert.deepEqual(found, readFileSync(file, "utf8").trimEnd().split("\n"), "if it is meant: UPDATE_LISTS=true");
  });

  for (const stack of ["sandbox", "existing"] as const)
    it(`registers in a preview what an update registers (${stack})`, async () => {
      const settings = stack === "sandbox" ? sandbox : existing;
      const update = await recorded(() => deploy(settings));
      const preview = await recorded(() => deploy(settings), { preview: true });
      assert.deepEqual(list(preview.resources), list(update.resources));
    });

  it("protects what holds data or opens it, and nothing of a stack that may be thrown away", async () => {
    const held = async (settings: Settings) =>
      (await recorded(() => deploy(settings))).resources
        .filter((resource) => resource.protect)
        .map(({ name }) => name)
        .sort();
    assert.deepEqual(await held(sandbox), []);
    assert.deepEqual(await held(lasting(sandbox)), [
      "logfire-platform-namespace-logfire",
      "logfire-platform-stateful-set-logfire-minio",
      "logfire-platform-stateful-set-logfire-postgres",
      "logfire-secrets-encryption-key",
      "logfire-secrets-gateway-encryption-key",
      "logfire-secrets-secret-logfire-encryption-key",
      "logfire-stateful-set-logfire-ff-ingest",
    ]);
  });

  for (const stack of ["sandbox", "existing"] as const)
    it(`keeps every secret marked, in Secrets alone (${stack})`, async () => {
      const settings = stack === "sandbox" ? sandbox : existing;
      const { resources, result } = await recorded(() => deploy(settings));
      const generated = resources.flatMap((resource) => Object.values(randomOutputs(resource)).map(String));
      const secrets = [...generated, ...Object.values(canaries(settings)).map(String), "canary-of-kubeconfig"];
      assert.ok(generated.length > 10);
      const encoded = secrets.map((secret) => Buffer.from(secret, "utf8").toString("base64").replace(/=+$/, ""));
      for (const { name, inputs } of resources) {
        const open = openTexts(inputs).join("\n");
        for (const text of [...secrets, ...encoded]) assert.ok(!open.includes(text), `${name} shows a secret`);
      }
      const made = resources.filter(({ type, id }) => type === "kubernetes:core/v1:Secret" && !id);
      assert.ok(made.length > 4);
      for (const { name, inputs } of made) assert.ok(isSecret((inputs as { data: unknown }).data), name);
      const marked = resources.filter(({ inputs }) => hasSecret(inputs));
      assert.deepEqual(
        marked.filter(({ type }) => !["kubernetes:core/v1:Secret", "pulumi:providers:kubernetes"].includes(type)),
        [],
      );
      for (const output of [result.adminPassword, result.adminTotpSecret])
        assert.equal(await pulumi.isSecret(pulumi.output(output)), true);
    });

  it("gives each resource a parent of its own and each object the platform's provider", async () => {
    const { resources } = await recorded(() => deploy(sandbox));
    const components = ["logfire", "logfire-platform", "logfire-secrets", "logfire-edge"];
    for (const { name, parent } of resources) {
      const top = ["logfire", "logfire-platform"].includes(name);
      assert.ok(top || components.includes(parent), `${name} is below "${parent}"`);
    }
    for (const { name, provider } of resources.filter(isKubernetes))
      assert.match(provider ?? "", /::logfire-platform-kubernetes::/, name);
    for (const { name, provider } of resources.filter(({ type }) => type.startsWith("random:")))
      assert.doesNotMatch(provider ?? "", /kubernetes/, name);
  });

  it("stands beside another one in a namespace of its own", async () => {
    const second: Settings = { ...sandbox, logfire: { ...sandbox.logfire, namespace: "team-b" } };
    const { resources } = await recorded(() => [deploy(sandbox, "one"), deploy(second, "two")]);
    const half = (await recorded(() => deploy(sandbox, "one"))).resources.length;
    assert.equal(resources.length, 2 * half);
    assert.equal(new Set(list(resources)).size, resources.length);
    const objects = resources.filter(isKubernetes).map((resource) => {
      const { metadata } = inputsOf<Named>(resource);
      return `${resource.type} ${metadata.namespace} ${metadata.name}`;
    });
    assert.deepEqual(
      objects.filter((object, index) => objects.indexOf(object) !== index),
      [],
    );
  });

  /** `transforms` go the same way, but run in the engine, which the mocks do not have. */
  it("lets whoever uses it change every object below it", async () => {
    const owned: pulumi.ResourceTransformation = ({ props, opts }) => {
      const { metadata } = props as { metadata?: Texts & { annotations?: Texts } };
      if (metadata === undefined) return undefined;
      const annotations = { ...metadata.annotations, owner: "platform-team" };
      return { props: { ...(props as object), metadata: { ...metadata, annotations } }, opts };
    };
    const { resources } = await recorded(() => deploy(sandbox, "logfire", { transformations: [owned] }));
    const below = resources.filter(
      (resource) => isKubernetes(resource) && /^logfire(-secrets|-edge)?$/.test(resource.parent),
    );
    assert.ok(below.length > 80);
    for (const resource of below)
      assert.equal(inputsOf<Named>(resource).metadata.annotations?.["owner"], "platform-team", resource.name);
  });

  it("starts a workload only after what it reads, the migrations before those that use the database", async () => {
    const { named } = await recorded(() => deploy(sandbox));
    const after = (name: string) => named(name).dependsOn;
    for (const dependency of [
      "logfire-job-logfire-backend-migrations",
      "logfire-job-logfire-ff-migrations",
      "logfire-secrets-secret-logfire-jwt-secret",
      "logfire-secrets-secret-logfire-postgres",
      "logfire-platform-stateful-set-logfire-postgres",
    ])
      assert.ok(after("logfire-deployment-logfire-backend").includes(dependency), dependency);
    assert.ok(after("logfire-deployment-logfire-service").includes("logfire-config-map-logfire-haproxy-config"));
    assert.ok(!after("logfire-deployment-logfire-service").some((name) => name.includes("migrations")));
    const autoscaler = "logfire-horizontal-pod-autoscaler-logfire-backend";
    assert.ok(after(autoscaler).includes("logfire-deployment-logfire-backend"));
  });

  it("waits longer where pods are replaced one after the other", async () => {
    const { named } = await recorded(() => deploy(sandbox));
    const { create, update } = named("logfire-stateful-set-logfire-ff-ingest").timeouts;
    assert.equal(create, 600);
    // 75 s to end and 15 s to stay ready, for each of the twelve that the autoscaler may have made.
    assert.equal(update, 600 + 12 * (75 + 15));
    const edge = named("logfire-deployment-logfire-service").timeouts;
    // The longest request through the gateway may end first: drain, 600 s and 10 s to close.
    assert.deepEqual(edge, { create: 600, update: 600 + 615 });
  });

  describe("on a platform that is not made yet", () => {
    const program =
      (settings: Settings, value: (name: string) => string, known: "now" | "later" = "later") =>
      () => {
        // What it computes is what the mocks answer, and in a preview nobody knows it.
        const computed = new RandomPassword("computed", { length: 8 });
        const later = (name: string) => computed.result.apply(() => value(name));
        const text = known === "now" ? value : later;
        const provider = new Provider("elsewhere", { kubeconfig: "{}" });
        const platform = computedPlatform({ provider, ready: [] }, text);
        return new Logfire("logfire", { settings: settings.logfire, platform, secrets: canaries(settings) });
      };
    const plain = (name: string) => `the-${name}`;
    const annotation = (resource: Registered) =>
      inputsOf<Templated>(resource).spec.template.metadata.annotations?.["checksum/config"];
    const workloads = (resources: readonly Registered[]) =>
      resources.filter(({ type }) => /:(Deployment|StatefulSet)$/.test(type));

    it("registers in a preview, where nothing is known, what an update registers", async () => {
      const update = await recorded(program(sandbox, plain));
      const preview = await recorded(program(sandbox, plain), { preview: true });
      assert.deepEqual(list(preview.resources), list(update.resources));
      assert.ok(hasUnknown(preview.named("logfire-config-map-logfire-ff-base-config").inputs));
      assert.ok(hasUnknown(preview.named("logfire-deployment-logfire-ff-crud-api").inputs));
      assert.ok(!hasUnknown(update.resources.map(({ inputs }) => inputs as unknown)));
    });

    it("makes the namespace itself, and everything after it", async () => {
      const { resources, named } = await recorded(program(lasting(sandbox), plain));
      assert.equal(named("logfire-namespace-logfire").protect, true);
      const objects = resources.filter((resource) => isKubernetes(resource) && !resource.type.endsWith(":Namespace"));
      for (const { name, dependsOn } of objects) assert.ok(dependsOn.includes("logfire-namespace-logfire"), name);
    });

    it("rolls exactly the workloads that read a text which has changed", async () => {
      const before = await recorded(program(sandbox, plain));
      const changed = async (name: string) => {
        const other = await recorded(program(sandbox, (each) => (each === name ? "other" : plain(each))));
        return workloads(other.resources)
          .filter((resource) => annotation(resource) !== annotation(before.named(resource.name)))
          .map((resource) => inputsOf<Named>(resource).metadata.name);
      };
      for (const resource of workloads(before.resources))
        assert.match(annotation(resource) ?? "none", /^([0-9a-f]{64}|none)$/, resource.name);
      const bucket = await changed("bucket");
      assert.ok(bucket.length > 0 && bucket.every((name) => name.startsWith("logfire-ff-")), bucket.join());
      assert.ok(!bucket.includes("logfire-ff-proxy-cache-byte"));
      const certificates = await changed("certificates");
      for (const name of ["logfire-backend", "logfire-dex", "logfire-ff-ingest"])
        assert.ok(certificates.includes(name));
      assert.ok(!certificates.includes("logfire-service"));
      assert.deepEqual(await changed("role"), []);
    });

    it("hashes a text that becomes known as one that was known", async () => {
      const hashes = async (known: "now" | "later") => {
        const { resources } = await recorded(program(sandbox, plain, known));
        return Object.fromEntries(workloads(resources).map((resource) => [resource.name, annotation(resource)]));
      };
      assert.deepEqual(await hashes("later"), await hashes("now"));
    });

    it("hands the URL on, and the administrator's password as a secret", async () => {
      const { result } = await recorded(program(sandbox, plain));
      assert.equal(result.url, "https://logfire.localhost");
      assert.match(await valueOf(result.adminPassword ?? ""), /^[A-Za-z0-9]{32}$/);
    });
  });
});
