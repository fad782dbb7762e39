import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "../../cli/root";
import { catalogue } from "../../components/logfire/catalogue";
import { Engine } from "../../sandbox";
import { deployInChild, type ChildDeployment } from "../../sandbox/engine/child";
import { createProgress } from "../../sandbox/tools/progress";
import { bootstrapFailsIn, standInDatabase } from "./database";
import { ended } from "./drain";
import { makeProject, type Project } from "./project";
import {
  durable,
  list,
  namespace,
  settled,
  stackName,
  startRig,
  Steps,
  total,
  unready,
  type Config,
  type Rig,
} from "./support";

const refusedNamespace = "refused";

/** Stores outside the cluster: the password of the database is then the owner's to get wrong. */
const outside = (kubeconfig: string) => ({
  ...{ hostname: "logfire.example.com", adminEmail: "admin@example.com", preset: "tiny", disposable: true },
  namespace: refusedNamespace,
  edge: { mode: "none" },
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

/** The kinds that the stack makes and nobody else does in its namespace. */
const kinds =
  "deployments,statefulsets,jobs,services,configmaps,secrets,serviceaccounts,roles,rolebindings,networkpolicies,horizontalpodautoscalers,poddisruptionbudgets," +
  "gateways,httproutes,envoyproxies,clienttrafficpolicies,backendtrafficpolicies,issuers,certificates";
/** Made by controllers; the last two by cert-manager. */
const ofTheCluster = [
  ...["ConfigMap/kube-root-ca.crt", "ServiceAccount/default"],
  ...["Secret/logfire-edge-ca", "Secret/logfire-frontend-cert"],
];

/**
 * Two stacks in one sandbox. The one with the wrong database password is deployed in the background from the start: its
 * Job's back-off takes more than a minute. The tests build on each other in this order.
 */
describe("faults during an update", function () {
  this.timeout(480_000);
  let rig: Rig;
  let wrong: Project;
  let refusedUpdate: ChildDeployment;
  let database: ReturnType<typeof standInDatabase>;

  const deployTiny = (config: Config = {}, steps = new Steps()) =>
    rig.sandbox.engine.deploy({
      ...{ stack: stackName, program: rig.program, config: rig.config("tiny", config) },
      onEvent: steps.onEvent,
    });
  const inChild = (config: Config = {}) =>
    deployInChild({
      ...{ stack: stackName, stateDir: rig.sandbox.stateDir, projectDir: root, bin: rig.tools.bin },
      ...{ config: rig.config("tiny", config), module: join(root, "index.ts") },
    });

  before(async function () {
    this.timeout(3_600_000);
    rig = await startRig({ presets: ["standard"], stages: [bootstrapFailsIn(refusedNamespace)] });
    const secrets = {
      postgresAdminPassword: "not-the-password",
      redisDsn: "rediss://:password@redis.example.com:6379",
    };
    wrong = await makeProject(rig, "refused", outside(rig.sandbox.controlPlane.kubeconfig), secrets);
    database = standInDatabase(rig, refusedNamespace, "the-password");
    refusedUpdate = wrong.deployInChild();
  });
  after(async () => {
    await database?.close();
    await rig?.down();
    wrong?.remove();
  });

  /** What a disk or the state keeps over a kill: identities of claims and sets, and the passwords in the Secrets. */
  const kept = async () => {
    const secrets = await list<KubeSecret>(rig, "secrets").catch(() => []);
    const names = ["logfire-postgres-server", "logfire-minio-server", "logfire-encryption-key"];
    const values = secrets.filter(({ metadata }) => names.includes(metadata.name));
    const data = values.map(({ metadata, data }) => [metadata.name, JSON.stringify(data)] as const);
    return { ...(await durable(rig)), ...Object.fromEntries(data) };
  };

  for (const whole of [true, false])
    it(`survives that ${whole ? "an update is killed with all its processes" : "the program of an update is killed and the engine left alone"}`, async () => {
      const milliseconds = randomInt(200, 9000);
      const before = await kept();
      const update = inChild();
      await Promise.race([update.changing, update.result]);
      await sleep(milliseconds);
      const atKill = Promise.race([update.result.then(() => "was complete"), Promise.resolve("was under way")]);
      console.log(`      killed ${milliseconds} ms after the first change; it ${await atKill}`);
      if (whole) killTree(update.pid);
      else update.kill("SIGKILL");
      await assert.rejects(update.result, /SIGKILL/);
      const now = await kept();
      assert.deepEqual({ ...now, ...before }, now, `killed after ${milliseconds} ms: something is gone or another one`);
    });

  it("completes with the next update what the killed ones had begun, and loses and doubles nothing", async () => {
    const before = await kept();
    const completed = await deployTiny();
    await settled(rig);
    const after = await kept();
    assert.deepEqual({ ...after, ...before }, after, `${total(completed)}: something is gone or another one`);
    const again = await deployTiny();
    assert.deepEqual(Object.keys(again.changes), ["same"], total(again));
    // A refresh takes in what a controller wrote into a status since; what the stack wants is as it was.
    const refreshed = await rig.sandbox.engine.refresh({ stack: stackName });
    const { same, update, ...others } = refreshed.changes;
    assert.deepEqual(others, {}, `${same} same, ${update} update`);
    const afterwards = await deployTiny();
    assert.deepEqual(Object.keys(afterwards.changes), ["same"], total(afterwards));
    assert.deepEqual(await inCluster(), await inState());
  });

  it("lets a second update of the same stack wait for the first, and says so", async () => {
    const said: string[] = [];
    const { stateDir } = rig.sandbox;
    const progress = createProgress({ stream: { write: (text: string) => said.push(text) } });
    const other = new Engine({ stateDir, toolset: rig.tools, projectDir: root, progress });
    const change = { "logfire-platform:workloads": { "logfire-dex": { podLabels: { "example.com/team": "a" } } } };
    const first = inChild(change);
    await Promise.race([first.changing, first.result]);
    const second = await other.deploy({ stack: stackName, program: rig.program, config: rig.config("tiny", change) });
    assert.ok(((await first.result).changes.update ?? 0) > 0);
    assert.deepEqual(Object.keys(second.changes), ["same"], total(second));
    assert.match(said.join(""), /sandbox is being updated by process \d+ since .*; waiting for it/);
  });

  it("ends at the bootstrap Job when the database refuses the password, and says how to read its log", async () => {
    const message = await ended(refusedUpdate.result);
    assert.ok(database.refused.size > 1, "psql is simulated here; test/database runs it against a real server");
    assert.match(message, /Job \S*logfire-database-bootstrap/);
    assert.ok(!message.includes("not-the-password"), message);
    const [, hint = assert.fail(message)] = /look further: kubectl (.+)/.exec(message) ?? [];
    assert.match(hint, /^-n refused logs job\/logfire-database-bootstrap-[0-9a-f]+$/);
    const waiting = Object.values(catalogue).filter(({ needs }) => needs.some((need) => need.startsWith("postgres:")));
    const started = (await list(rig, "deployments,statefulsets,jobs", refusedNamespace)).map(
      ({ metadata }) => metadata.name,
    );
    assert.deepEqual(
      waiting.filter(({ name }) => started.includes(name)),
      [],
    );
    assert.deepEqual(
      started.filter((name) => name.includes("migrations")),
      [],
    );
  });

  it("succeeds once the password is right", async () => {
    await wrong.setSecrets({ postgresAdminPassword: "the-password" });
    await wrong.engine.deploy({ stack: "refused", program: rig.program });
    assert.deepEqual(await unready(rig, refusedNamespace), []);
  });

  const inCluster = async () => {
    const objects = await list(rig, kinds);
    const names = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    return names.filter((name) => !ofTheCluster.includes(name)).sort();
  };
  const inState = async () => {
    const state = await rig.sandbox.engine.exportState({ stack: stackName });
    const { resources } = state.deployment as { readonly resources: readonly StateResource[] };
    return resources
      .filter(({ type, id, external }) => {
        const made = external !== true && type.startsWith("kubernetes:");
        return made && id?.startsWith(`${namespace}/`);
      })
      .map(({ type, id }) => `${type.split(":").at(-1)}/${id?.slice(namespace.length + 1)}`)
      .sort();
  };
});

interface StateResource {
  readonly type: string;
  readonly id?: string;
  /** Only looked at. */
  readonly external?: boolean;
}

interface KubeSecret {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly uid: string; readonly creationTimestamp: string };
  readonly data: Readonly<Record<string, string>>;
}

/** Kills a process and all that descend from it, the youngest last: none may notice that its parent is gone. */
function killTree(pid: number): void {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  const parents = table
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    parents.flatMap(([child = 0, of]) => (of === parent ? [child, ...below(child)] : []));
  for (const victim of [pid, ...below(pid)])
    try {
      process.kill(victim, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
}
