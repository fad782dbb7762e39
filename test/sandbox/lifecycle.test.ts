import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { deployInChild, down, find, status, up, type StartPrograms, type Sandbox } from "../../sandbox";
import { toolset } from "../support/tools";
import { processesOf, smallNodes, temporaryCache, toyProject } from "./support";
import { toyProgram } from "./toyProgram";

const names = { one: "first", other: "second" };
const etcdRecord = (sandbox: Sandbox) => join(sandbox.stateDir, "processes", "etcd");

describe("the sandbox's life", function () {
  this.timeout(180_000);
  let cache: ReturnType<typeof temporaryCache>;
  let tools: StartPrograms;
  let checkout: string;
  const start = (name = names.one) => up({ checkout, name, toolset: tools, nodes: smallNodes() });
  const nodeNames = (sandbox: Sandbox) => sandbox.controlPlane.kubectl(["get", "nodes", "-o", "name"]);

  before(async function () {
    this.timeout(3_600_000);
    tools = await toolset();
    cache = temporaryCache();
    checkout = toyProject(cache.folder);
  });
  afterEach(async () => {
    for (const name of Object.values(names)) await down({ checkout, name });
    assert.deepEqual(processesOf(cache.folder), []);
    const left = existsSync(join(cache.folder, "sandboxes")) ? readdirSync(join(cache.folder, "sandboxes")) : [];
    assert.deepEqual(left, [], "down leaves nothing");
  });
  after(() => cache.restore());

  it("uses a running sandbox as it is", async () => {
    const first = await start();
    const processes = first.controlPlane.processIds();
    const second = await start();
    assert.deepEqual(second.controlPlane.processIds(), processes);
    assert.equal(Object.values(processes).filter((pid) => pid !== undefined).length, 6);
    assert.deepEqual(find({ checkout, name: names.one, toolset: tools })?.controlPlane.processIds(), processes);
  });

  it("runs two sandboxes at once, and ends one without the other", async () => {
    const [one, other] = await Promise.all([start(), start(names.other)]);
    await one.controlPlane.kubectl(["create", "namespace", "only-here"]);
    assert.equal(await other.controlPlane.kubectl(["get", "namespace", "only-here", "--ignore-not-found"]), "");
    const report = await down({ checkout, name: names.one });
    assert.deepEqual(report, { name: names.one, existed: true, processesEnded: 6 });
    assert.match(await nodeNames(other), /^node\/general-/);
  });

  it("starts what ended, with what it held", async () => {
    const sandbox = await start();
    await sandbox.controlPlane.kubectl(["create", "namespace", "kept"]);
    const killed = ["etcd", "kube-apiserver", "kwok", "cert-manager"] as const;
    for (const component of killed)
      process.kill(sandbox.controlPlane.processIds()[component] ?? assert.fail(component), "SIGKILL");
    while (killed.some((component) => sandbox.controlPlane.processIds()[component] !== undefined))
      await new Promise((resolve) => setTimeout(resolve, 20));
    const again = await start();
    assert.match(await again.controlPlane.kubectl(["get", "namespace", "kept", "-o", "name"]), /kept/);
    await again.controlPlane.stop();
    const third = await start();
    assert.match(await third.controlPlane.kubectl(["get", "namespace", "kept", "-o", "name"]), /kept/);
  });

  it("says plainly that its port is taken, by number and with what to do", async () => {
    const sandbox = await start();
    await sandbox.controlPlane.stop();
    const port = Number(new URL(sandbox.controlPlane.apiServer).port);
    const intruder = await listen(port);
    try {
      await assert.rejects(start(), new RegExp(`Port ${port} of 127.0.0.1[^]*taken[^]*sandbox -- down`));
    } finally {
      await new Promise((resolve) => intruder.close(resolve));
    }
  });

  it("does not take another process for its own when a process id is used again", async () => {
    const sandbox = await start();
    await sandbox.controlPlane.stop();
    const sleeper = fork(join(__dirname, "sleeper.cjs"), [], { stdio: "ignore" });
    const record = readFileSync(etcdRecord(await start()), "utf8").split("\n");
    await down({ checkout, name: names.one });
    const remains = await start();
    await remains.controlPlane.stop();
    writeFileSync(etcdRecord(remains), [String(sleeper.pid), ...record.slice(1)].join("\n"));
    await down({ checkout, name: names.one });
    assert.equal(sleeper.exitCode ?? sleeper.signalCode, null, "a foreign process was ended");
    const gone = once(sleeper, "exit");
    sleeper.kill();
    await gone;
  });

  it("names the component that does not start, and its log", async () => {
    const sandbox = await start();
    await sandbox.controlPlane.stop();
    writeFileSync(join(sandbox.stateDir, "etcd", "member", "snap", "db"), "not a database");
    await assert.rejects(start(), /etcd ended[^]*Its log: .*etcd\.log/);
  });

  it("carries on where an interrupted start stopped", async () => {
    for (const milliseconds of [150, 700, 1500, 3000]) {
      const child = startInChild(tools, checkout, names.one);
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      child.kill("SIGKILL");
      await new Promise((resolve) => child.once("exit", resolve));
    }
    assert.match(await nodeNames(await start()), /^node\/general-/);
  });

  it("ends everything after the command that deployed was killed", async () => {
    const sandbox = await start();
    await killDuringDeployment(sandbox, "readiness");
    const report = await down({ checkout, name: names.one });
    assert.ok(report.processesEnded >= 6, `${report.processesEnded} ended`);
    // afterEach sees that nothing is left, the engine and its providers included.
  });

  it("deploys again after a deployment was killed, and loses nothing", async () => {
    const sandbox = await start();
    await killDuringDeployment(sandbox, undefined);
    const program = toyProgram({ namespace: "toy" });
    await sandbox.engine.deploy({ stack: "toy", program });
    assert.deepEqual((await sandbox.engine.deploy({ stack: "toy", program })).changes, { same: 19 });
  });

  it("forgets a stack whose cluster does not answer only when told to", async () => {
    const sandbox = await start();
    await sandbox.engine.deploy({ stack: "toy", program: toyProgram({ namespace: "toy", deployments: 1 }) });
    await sandbox.controlPlane.stop();
    await assert.rejects(sandbox.engine.destroy({ stack: "toy" }), /unreachable|refused/);
    const result = await sandbox.engine.destroy({ stack: "toy", deleteUnreachable: true });
    assert.ok((result.changes.delete ?? 0) > 0 || (result.changes.discard ?? 0) > 0, JSON.stringify(result.changes));
    const state = await sandbox.engine.exportState({ stack: "toy" });
    assert.equal((state.deployment as { resources?: unknown[] }).resources?.length ?? 0, 0);
  });

  it("knows nothing of a sandbox that is not there", async () => {
    assert.equal(await status({ checkout, name: names.one, toolset: tools, namespace: "toy" }), undefined);
    assert.deepEqual(await down({ checkout, name: names.one }), { name: names.one, existed: false, processesEnded: 0 });
  });

  async function killDuringDeployment(sandbox: Sandbox, fails: string | undefined): Promise<void> {
    const annotations = fails === undefined ? undefined : { "sandbox.logfire.dev/fails": fails };
    const deployment = deployInChild({
      ...{ stack: "toy", stateDir: sandbox.stateDir, projectDir: checkout, bin: tools.bin },
      ...{ module: join(__dirname, "toyProgram.ts"), factory: "toyProgram" },
      arguments: [{ namespace: "toy", annotations }],
    });
    await deployment.changing;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    deployment.kill("SIGKILL");
    await assert.rejects(deployment.result, /SIGKILL/);
  }
});

function listen(port: number): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

const startInChild = ({ bin, definitions }: StartPrograms, checkout: string, name: string) =>
  fork(join(__dirname, "startMain.ts"), [bin, definitions.join(","), checkout, name], {
    execArgv: ["--require", require.resolve("tsx/cjs")],
    stdio: "ignore",
  });
