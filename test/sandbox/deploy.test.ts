import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { StartPrograms, UpdateResult } from "../../sandbox";
import { deployInChild, down, EngineError, up, type Sandbox } from "../../sandbox";
import { toolset } from "../support/tools";
import { contents, listeningAddresses, processesOf, smallNodes, temporaryCache, toyProject } from "./support";
import { toyProgram, type ToyOptions } from "./toyProgram";

/** What runs in a container is not simulated: these tests say nothing about programs, probes or traffic. */
describe("a deployment by the real engine into the sandbox", function () {
  this.timeout(180_000);
  let cache: ReturnType<typeof temporaryCache>;
  let tools: StartPrograms;
  let checkout: string;
  let sandbox: Sandbox;
  let first: UpdateResult;
  const listeners = new Set<string>();

  const deploy = (options: Partial<ToyOptions> = {}, stack = "toy") =>
    sandbox.engine.deploy({
      stack,
      program: toyProgram({ namespace: stack, ...options }),
      config: { "toy:tree": "oak" },
    });
  const observeListeners = () => {
    for (const pid of processesOf(sandbox.stateDir))
      for (const address of listeningAddresses(pid)) listeners.add(address);
  };

  before(async function () {
    this.timeout(3_600_000);
    tools = await toolset();
    cache = temporaryCache();
    checkout = toyProject(cache.folder);
    sandbox = await up({ checkout, toolset: tools, nodes: smallNodes() });
  });
  after(async () => {
    await down({ checkout });
    cache.restore();
  });

  it("makes every object, with every pod Ready and every claim bound", async () => {
    const before = contents(checkout);
    const observer = setInterval(observeListeners, 400);
    first = await deploy().finally(() => clearInterval(observer));
    assert.equal(first.changes.create, 19);
    const pods = await sandbox.controlPlane.kubectl(["get", "pods", "-n", "toy", "-o", "json"]);
    const { items } = JSON.parse(pods) as { items: { metadata: { name: string }; status: { phase: string } }[] };
    const phases = items.map(({ metadata, status }) => `${metadata.name.split("-")[0]} ${status.phase}`).sort();
    assert.deepEqual(phases, [
      "migration Succeeded",
      ...Array<string>(3).fill("queue Running"),
      ...Array<string>(6).fill("web Running"),
    ]);
    const claims = await sandbox.controlPlane.kubectl([
      ...["get", "pvc", "-n", "toy", "-o", "jsonpath={.items[*].status.phase}"],
    ]);
    assert.equal(claims, "Bound Bound Bound");
    assert.deepEqual(contents(checkout), before, "the checkout was written to");
  });

  it("keeps every disk in the zone of the pod that uses it", async () => {
    const template =
      "{range .items[*]}{.spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].values[0]} {end}";
    const zones = (await sandbox.controlPlane.kubectl(["get", "pv", "-o", `jsonpath=${template}`])).trim().split(" ");
    const text = await sandbox.controlPlane.kubectl([
      ...["get", "pods", "-n", "toy", "-l", "app=queue", "-o", "jsonpath={.items[*].spec.nodeName}"],
    ]);
    const podZones = text.split(" ").map((node) => node.split(".").at(-1) ?? "");
    assert.deepEqual([...zones].sort(), [...podZones].sort());
  });

  it("marks generated secrets as secret and draws them at random", () => {
    const password = first.outputs.password;
    assert.equal(password?.secret, true);
    assert.match(String(password?.value), /^[A-Za-z0-9]{32}$/);
    assert.ok(!readFileSync(first.log, "utf8").includes(String(password?.value)));
  });

  it("changes nothing the second time", async () => {
    const second = await deploy();
    assert.deepEqual(second.changes, { same: 19 });
    assert.equal(second.outputs.password?.value, first.outputs.password?.value);
  });

  it("reads the stack's file and what is laid over it", async () => {
    const config = await sandbox.engine.exportConfig({ stack: "toy", config: { "toy:tree": "oak" } });
    assert.deepEqual(config, { "toy:fruit": "apple", "toy:tree": "oak" });
  });

  it("says beforehand what it would do", async () => {
    const program = toyProgram({ namespace: "toy", deployments: 4 });
    const preview = await sandbox.engine.preview({ stack: "toy", program });
    assert.deepEqual({ create: preview.changes.create, same: preview.changes.same }, { create: 4, same: 19 });
  });

  it("does what a cloud does: addresses for load balancers and ingresses, disks for claims", async () => {
    const { kubectl } = sandbox.controlPlane;
    const backend = { service: { name: "front", port: { number: 80 } } };
    const resources = { requests: { storage: "5Gi" } };
    const items = [
      object("v1", "Service", { type: "LoadBalancer", ports: [{ port: 80 }] }),
      object("networking.k8s.io/v1", "Ingress", { defaultBackend: backend }),
      object("v1", "PersistentVolumeClaim", {
        ...{ storageClassName: "immediate", accessModes: ["ReadWriteOnce"], resources },
      }),
    ];
    await kubectl(["create", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items }));
    const address = "--for=jsonpath={.status.loadBalancer.ingress[0].ip}";
    await kubectl(["wait", address, "--timeout=20s", "service/front", "ingress/front"]);
    await kubectl(["wait", "--for=jsonpath={.status.phase}=Bound", "--timeout=20s", "pvc/front"]);
    await kubectl(["delete", "--wait", "--timeout=20s", "service/front", "ingress/front", "pvc/front"]);
    const ofFront = "jsonpath={.items[?(@.spec.claimRef.name=='front')].metadata.name}";
    let disks = "?";
    for (const deadline = Date.now() + 20_000; disks !== "" && Date.now() < deadline;)
      disks = await kubectl(["get", "pv", "-o", ofFront]);
    assert.equal(disks, "", "the disk of a deleted claim stays");
  });

  it("refuses a pod that the restricted level forbids, and names it", async () => {
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "bad", namespace: "toy" } };
    const spec = { containers: [{ name: "main", image: "registry.example/toy:1" }] };
    await assert.rejects(
      sandbox.controlPlane.kubectl(["create", "-f", "-"], JSON.stringify({ ...pod, spec })),
      /violates PodSecurity "restricted/,
    );
  });

  it("names the workload that does not become Ready, why, and how to look further, in a few lines", async () => {
    const failing = deploy({ annotations: { "sandbox.logfire.dev/fails": "image-pull" } });
    const error: unknown = await failing.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof EngineError);
    assert.match(error.message, /Deployment web-0/);
    assert.match(error.message, /ImagePullBackOff/);
    assert.match(error.message, /look further: kubectl -n toy describe pod web-0-/);
    assert.ok(error.message.split("\n").length <= 12, error.message);
    assert.match(readFileSync(error.log, "utf8"), /web-0/);
  });

  it("recovers with the next deployment", async () => {
    assert.deepEqual((await deploy()).changes, { same: 18, update: 1 });
  });

  it("puts back an object that was deleted by hand, after a refresh", async () => {
    await sandbox.controlPlane.kubectl(["delete", "service", "web-1", "-n", "toy"]);
    assert.equal((await sandbox.engine.refresh({ stack: "toy" })).changes.delete, 1);
    assert.deepEqual((await deploy()).changes, { same: 18, create: 1 });
  });

  it("tells a mistake of the program without a stack trace", async () => {
    // In a process of its own: the engine's SDK lets the rejection pass by as an unhandled one on its way.
    const { result } = deployInChild({
      ...{ stack: "toy", stateDir: sandbox.stateDir, projectDir: checkout, bin: tools.bin },
      ...{ module: join(__dirname, "toyProgram.ts"), factory: "mistakenProgram", arguments: ["the fruit is missing"] },
    });
    await assert.rejects(result, (error: Error) => {
      assert.match(error.message, /the program\n {4}the fruit is missing\nFull log: /);
      return !/\n\s+at /.test(error.message);
    });
  });

  it("listens on nothing but 127.0.0.1, the engine and its providers included", () => {
    const loopback = /^(0100007F|0000000000000000FFFF00000100007F):/;
    assert.ok(listeners.size >= 3, `only ${[...listeners].join(", ")} seen: API server, engine and providers listen`);
    assert.deepEqual(
      [...listeners].filter((address) => !loopback.test(address)),
      [],
    );
  });

  it("is whole, after one more deployment at most, when the API server is restarted in the middle of one", async () => {
    const interrupted = deploy({ deployments: 6 }, "restart").then(
      () => false,
      () => true,
    );
    await new Promise((resolve) => setTimeout(resolve, 2500));
    await sandbox.controlPlane.restartApiServer(500);
    if (await interrupted) await deploy({ deployments: 6 }, "restart");
    const { changes } = await deploy({ deployments: 6 }, "restart");
    assert.deepEqual(changes, { same: 31 });
    await sandbox.engine.destroy({ stack: "restart", removeStack: true });
  });

  it("destroys everything it made", async () => {
    const result = await sandbox.engine.destroy({ stack: "toy" });
    assert.deepEqual(result.changes, { delete: 19 });
    assert.equal(await sandbox.controlPlane.kubectl(["get", "namespace", "toy", "--ignore-not-found"]), "");
    const state = await sandbox.engine.exportState({ stack: "toy" });
    assert.equal((state.deployment as { resources?: unknown[] }).resources?.length ?? 0, 0);
  });

  it("leaves no provider running", () => {
    assert.deepEqual(processesOf(join(sandbox.stateDir, "engine")), []);
  });
});

const object = (apiVersion: string, kind: string, spec: object) => ({
  ...{ apiVersion, kind, spec, metadata: { name: "front", namespace: "default" } },
});
