import assert from "node:assert/strict";
import { join } from "node:path";
import type { UpdateResult } from "../../sandbox";
import { engineEnvironment, engineLayout } from "../../sandbox/engine/workspace";
import { filesOf, leaks, objectsBut } from "./canaries";
import { ended, watchPods, drainNode } from "./drain";
import {
  durable,
  list,
  namespace,
  nodesOf,
  run,
  settled,
  stackName,
  startRig,
  Steps,
  total,
  unready,
  type Config,
  type KubeObject,
  type Rig,
} from "./support";

interface Pod extends KubeObject {
  readonly spec: {
    readonly nodeName: string;
    readonly automountServiceAccountToken?: boolean;
    readonly nodeSelector?: Readonly<Record<string, string>>;
    readonly volumes?: readonly {
      readonly projected?: { readonly sources: readonly Readonly<Record<string, unknown>>[] };
    }[];
  };
}
interface Node extends KubeObject {
  readonly spec: { readonly taints?: readonly { readonly key: string }[] };
}

const component = ({ metadata }: KubeObject): string => metadata.labels?.["app.kubernetes.io/component"] ?? "";
const zoneLabel = "topology.kubernetes.io/zone";

/**
 * One deployment of the stack that `npm start` deploys, through its whole life. The tests are steps of that life and
 * build on each other in this order. Programs in containers, probes and traffic are not simulated: that a pod is Ready
 * says that it was admitted and scheduled, no more.
 */
describe("the whole workload set on a real engine and control plane", function () {
  this.timeout(480_000);
  let rig: Rig;
  let disks: Readonly<Record<string, string>>;

  const deploy = (preset: "tiny" | "large", changes: Config = {}, steps = new Steps()) =>
    rig.sandbox.engine.deploy({
      stack: stackName,
      program: rig.program,
      config: rig.config(preset, changes),
      onEvent: steps.onEvent,
    });
  const assertNothingDurableMoved = async (steps: Steps, result?: UpdateResult) => {
    const touched = steps.of("StatefulSet", "PersistentVolumeClaim").filter((step) => !step.startsWith("update "));
    assert.deepEqual(touched, [], result === undefined ? "" : total(result));
    const now = await durable(rig);
    assert.deepEqual({ ...now, ...disks }, now, "a StatefulSet or claim is another one, or gone");
  };

  before(async function () {
    this.timeout(3_600_000);
    rig = await startRig({ presets: ["tiny"] });
  });
  after(() => rig?.down());

  it("comes up with every optional workload, does exactly what the preview announced, and warns of nothing", async () => {
    const [announced, done] = [new Steps(), new Steps()];
    const { engine } = rig.sandbox;
    const request = { stack: stackName, program: rig.program, config: rig.config("tiny") };
    await engine.preview({ ...request, onEvent: announced.onEvent });
    const result = await deploy("tiny", {}, done);
    assert.deepEqual(announced.with("create"), done.with("create"));
    assert.deepEqual(Object.keys(result.changes), ["create"]);
    assert.deepEqual(result.warnings, []);
    disks = await durable(rig);
  });

  it("has every workload Ready and every Job succeeded the moment the update ends", async () => {
    assert.deepEqual(await unready(rig), []);
    const names = (await list(rig, "deployments,statefulsets,jobs")).map(({ metadata }) => metadata.name);
    for (const optional of ["logfire-ff-query-worker", "logfire-remote-mcp", "logfire-ai-gateway", "logfire-redis"])
      assert.ok(names.includes(optional), `${optional} is not among ${names.join(", ")}`);
  });

  it("changes nothing the second time", async () => {
    const again = await deploy("tiny");
    assert.deepEqual(Object.keys(again.changes), ["same"], total(again));
  });

  it("keeps what it generated in Kubernetes Secrets: not in state, logs, other objects or what pulumi prints", async () => {
    const generated = await generatedSecrets();
    assert.ok(Object.keys(generated).length > 20, Object.keys(generated).join(", "));
    const printed = await run(join(engineLayout(rig.sandbox.stateDir).bin, "pulumi"), ["stack", "output", "--json"], {
      cwd: engineLayout(rig.sandbox.stateDir).project,
      env: { ...process.env, ...engineEnvironment(rig.sandbox.stateDir, rig.tools) },
    });
    assert.match(printed.text, /"adminPassword": "\[secret\]"/);
    const places = new Map([
      ...filesOf(rig.sandbox.stateDir),
      ...(await objectsBut(rig)),
      ["the outputs", printed.text] as const,
    ]);
    assert.ok(places.size > 300, `only ${places.size} places were searched`);
    assert.deepEqual(leaks(generated, places), []);
  });

  it("lives in a namespace where the API server refuses a plain pod that runs as root", async () => {
    const { code, text } = await kubectl("-n", namespace, "run", "plain", "--image=registry.example/plain:1");
    assert.notEqual(code, 0);
    assert.match(text, /violates PodSecurity "restricted:latest"/);
  });

  it("runs no pod that the restricted level would refuse or warn of", async () => {
    const level = ["enforce", "warn"].map((mode) => `pod-security.kubernetes.io/${mode}=restricted`);
    // The API server judges all pods that are there when the label is set; it has to be taken off first to be set.
    await rig.kubectl("label", "namespace", namespace, "pod-security.kubernetes.io/enforce=privileged", "--overwrite");
    const relabelled = await kubectl("label", "namespace", namespace, ...level, "--overwrite");
    assert.equal(relabelled.code, 0, relabelled.text);
    assert.doesNotMatch(relabelled.text, /warning/i);
  });

  it("runs pods with scratch on scratch nodes, and no others", async () => {
    const nodes = await nodesByName();
    const misplaced = (await pods()).filter(({ spec }) => {
      const onScratch =
        nodes.get(spec.nodeName)?.spec.taints?.some(({ key }) => key === "logfire.dev/scratch") ?? false;
      return onScratch !== (spec.nodeSelector?.["logfire.dev/pool"] === "scratch");
    });
    assert.deepEqual(misplaced.map(component), []);
    const scratch = (await pods()).filter(({ spec }) => spec.nodeSelector?.["logfire.dev/pool"] === "scratch");
    assert.ok(scratch.map(component).includes("logfire-ff-cache-byte"), scratch.map(component).join(", "));
  });

  it("gives a service-account token to the pods that watch the Kubernetes API, and to no others", async () => {
    const mounting = (await pods()).filter(({ spec }) =>
      spec.volumes?.some(({ projected }) => projected?.sources.some((source) => "serviceAccountToken" in source)),
    );
    assert.deepEqual([...new Set(mounting.map(component))].sort(), [
      "logfire-ff-query-api",
      "logfire-ff-query-worker",
      "logfire-otel-collector",
    ]);
  });

  it("grows from tiny to large on the running cluster without replacing a StatefulSet or a claim", async () => {
    const steps = new Steps();
    await rig.sandbox.controlPlane.addNodes(nodesOf(["large"]));
    const result = await deploy("large", {}, steps);
    await settled(rig);
    await assertNothingDurableMoved(steps, result);
    assert.ok(steps.of("Deployment").length > 10, "a preset that changes no Deployment is no other preset");
    disks = await durable(rig);
  });

  it("spreads the replicas of every workload over the zones", async () => {
    const nodes = await nodesByName();
    const zones = new Map<string, string[]>();
    for (const pod of (await pods()).filter(
      ({ metadata }) => metadata.labels?.["batch.kubernetes.io/job-name"] === undefined,
    ))
      zones.set(component(pod), [
        ...(zones.get(component(pod)) ?? []),
        nodes.get(pod.spec.nodeName)?.metadata.labels?.[zoneLabel] ?? "",
      ]);
    const replicated = [...zones].filter(([, of]) => of.length > 1);
    assert.ok(replicated.length > 5, `only ${replicated.length} workloads have replicas`);
    const crowded = replicated.filter(([, of]) => new Set(of).size < Math.min(of.length, 2));
    assert.deepEqual(crowded, []);
  });

  it("shrinks back to tiny while the API server is restarted under the update", async () => {
    const steps = new Steps();
    const shrinking = deploy("tiny", {}, steps).then(
      (result) => total(result),
      (error: Error) => error,
    );
    await steps.first;
    await rig.sandbox.controlPlane.restartApiServer(1000);
    // The scheduler may find its cache at odds with the server's and end itself, to be started again.
    const outcome = await rig.supervised(shrinking);
    console.log(`      the update ${outcome instanceof Error ? `failed: ${outcome.message}` : `went on: ${outcome}`}`);
    if (outcome instanceof Error) await rig.supervised(deploy("tiny", {}, steps));
    await rig.supervised(settled(rig));
    await assertNothingDurableMoved(steps);
    const after = await deploy("tiny");
    assert.deepEqual(Object.keys(after.changes), ["same"], total(after));
  });

  it("puts back what was deleted by hand, after a refresh", async () => {
    await rig.kubectl("delete", "-n", namespace, "deployment/logfire-backend", "service/logfire-backend");
    await rig.kubectl("delete", "-n", namespace, "networkpolicy/logfire-backend", "configmap/logfire-dex-config");
    const refreshed = await rig.sandbox.engine.refresh({ stack: stackName });
    assert.equal(refreshed.changes.delete, 4, total(refreshed));
    const steps = new Steps();
    const repaired = await deploy("tiny", {}, steps);
    assert.equal(repaired.changes.create, 4, total(repaired));
    await settled(rig);
    await assertNothingDurableMoved(steps, repaired);
  });

  it("ends in bounded time when a workload cannot become Ready, and says which, why and how to look further", async () => {
    const begun = Date.now();
    const impossible = {
      "logfire-platform:readyTimeoutSeconds": 30,
      "logfire-platform:workloads": { "logfire-worker": { nodeSelector: { "example.com/rack": "nowhere" } } },
    };
    const message = await ended(deploy("tiny", impossible));
    const seconds = (Date.now() - begun) / 1000;
    assert.match(message, /Deployment \S*logfire-worker/);
    assert.match(message, /timed out waiting to be Ready/);
    // The timeout, the 30 s that a pod of this workload may take to end, and what the engine needs on a busy machine;
    // left to itself, the provider would wait for ten minutes.
    assert.ok(seconds < 180, `took ${seconds} s`);
    const [, hint = assert.fail(message)] = /look further: kubectl (.+)/.exec(message) ?? [];
    assert.match(
      (await kubectl(...hint.split(" "))).text,
      /logfire-worker.*didn't match Pod's node affinity\/selector/,
    );
    const repaired = await deploy("tiny");
    assert.deepEqual(Object.keys(repaired.changes).sort(), ["same", "update"], total(repaired));
    await settled(rig);
  });

  it("lets every node be drained, one after the other, and never has more of a workload away than its budget allows", async () => {
    await settled(rig);
    const watch = await watchPods(rig);
    try {
      for (const node of (await nodesByName()).keys()) {
        const { code, text } = await drainNode(rig, node);
        assert.equal(
          code,
          0,
          `${text}\n${code === 0 ? "" : await rig.kubectl("-n", namespace, "get", "poddisruptionbudgets,pods", "-o", "yaml")}`,
        );
        await rig.kubectl("uncordon", node);
        await settled(rig);
      }
      assert.deepEqual(await watch.violations(), []);
    } finally {
      watch.end();
    }
    assert.ok(watch.evicted.size > 15, `only pods of ${[...watch.evicted].join(", ")} moved`);
    await assertNothingDurableMoved(new Steps());
  });

  it("refuses to destroy a stack that is not disposable, and names what is protected", async () => {
    const guarded = await deploy("tiny", { "logfire-platform:disposable": false });
    const before = await durable(rig);
    const message = await ended(rig.sandbox.engine.destroy({ stack: stackName }));
    assert.match(message, /StatefulSet logfire-stateful-set-logfire-ff-ingest/);
    assert.match(message, /cannot be deleted\s+because it is protected/);
    assert.deepEqual(await durable(rig), before, total(guarded));
    assert.deepEqual(await unready(rig), []);
  });

  it("destroys a disposable stack and leaves nothing, the claims included", async () => {
    await deploy("tiny");
    const result = await rig.sandbox.engine.destroy({ stack: stackName });
    assert.deepEqual(Object.keys(result.changes), ["delete"], total(result));
    assert.equal(await rig.kubectl("get", "namespace", namespace, "--ignore-not-found"), "");
    const volumes = await rig.kubectl("get", "persistentvolumes,persistentvolumeclaims", "-A", "-o", "name");
    assert.equal(volumes, "");
    const state = await rig.sandbox.engine.exportState({ stack: stackName });
    assert.equal((state.deployment as { resources?: unknown[] }).resources?.length ?? 0, 0);
  });

  /** Every value in the Secrets that is one: certificates, addresses without a password and names of roles are not. */
  const generatedSecrets = async () => {
    const secrets = await list<KubeObject & { readonly data: Readonly<Record<string, string>> }>(rig, "secrets");
    const values = secrets.flatMap(({ metadata, data }) =>
      Object.entries(data).map(
        ([key, value]) => [`${metadata.name}.${key}`, Buffer.from(value, "base64").toString()] as const,
      ),
    );
    return Object.fromEntries(
      values.filter(([name]) => !/^logfire-dex-postgres\.(host|user)$|\.(tls|ca)\.crt$/.test(name)),
    );
  };
  const kubectl = (...args: string[]) =>
    run(rig.tools.path("kubectl"), ["--kubeconfig", rig.sandbox.controlPlane.kubeconfig, ...args]);
  const pods = () => list<Pod>(rig, "pods");
  const nodesByName = async () =>
    new Map((await list<Node>(rig, "nodes")).map((node) => [node.metadata.name, node] as const));
});
