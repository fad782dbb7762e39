import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { shapeFailures } from "../../sandbox/providers/cloud/check";
import { keptIn, leftIn } from "../../sandbox/providers/cloud/operations";
import { resourceShape } from "../../sandbox/providers/cloud/sdk/resources";
import { kinds } from "../../sandbox/providers/gcp/kinds";
import { watchBudgets } from "../../sandbox/rehearsal/budgets";
import { readNodes, readPods } from "../../sandbox/rehearsal/cluster";
import { resourcesOf } from "../../sandbox/rehearsal/state";
import { Timeline } from "../../sandbox/rehearsal/timeline";
import { toolset } from "../support/tools";
import { gcpProgram, type GcpProgramOptions } from "./gcpProgram";
import { startGcpRig, type GcpRig } from "./gcpSupport";

/**
 * A stack of GCP with a workload, through its life on the real engine and control plane. The tests are steps of that life
 * and build on each other in this order. That GCP takes the inputs, and that nodes and disks work, is not proved.
 */
describe("a cluster of simulated GCP", function () {
  this.timeout(120_000);
  let rig: GcpRig;
  const stack = "toy";

  const deploy = (options: GcpProgramOptions, timeline = new Timeline()) =>
    rig.sandbox.engine.deploy({ stack, program: gcpProgram(options), onEvent: timeline.onEvent });
  const names = async () =>
    (await rig.sandbox.controlPlane.kubectl(["get", "nodes", "-o", "jsonpath={.items[*].metadata.name}"]))
      .split(" ")
      .sort();

  before(async function () {
    this.timeout(3_600_000);
    rig = await startGcpRig({ speed: 300 });
  });
  after(() => rig?.down());

  it("says in a preview and in an update what is wrong, and makes nothing of what depends on it", async () => {
    const failing = { module: join(__dirname, "gcpProgram.ts"), factory: "gcpProgram" };
    await assert.rejects(
      rig.deployApart({ stack, ...failing, arguments: [{ withoutApi: true }] }),
      /container\.googleapis\.com has not been used in project/,
    );
    const made = rig.account.entities().map(({ token }) => token);
    assert.ok(made.includes("compute/network:Network") && !made.includes("container/nodePool:NodePool"));
    await assert.rejects(
      rig.sandbox.engine.preview({ stack, program: gcpProgram({ type: "n2" }) }),
      /"n2" is not a machine type such as n2-highmem-8/,
    );
  });

  it("comes up when that is put right, with nodes of its type in every zone and disks in theirs", async () => {
    const { outputs, warnings } = await deploy({});
    assert.deepEqual(warnings, []);
    assert.deepEqual(outputs.labels?.value, { "goog-pulumi-provisioned": "true", stack: "test", part: "edge" });
    assert.deepEqual(await readPods(rig.sandbox.controlPlane.kubectl).then(({ unready }) => unready), []);
    const [pool, ...others] = await readNodes(rig.sandbox.controlPlane.kubectl);
    assert.deepEqual(others, []);
    assert.deepEqual(pool, {
      ...{ pool: "general", type: "n2-standard-8", nodes: 3, versions: ["v1.35.8-gke.1036000"] },
      byZone: { "europe-west1-b": 1, "europe-west1-c": 1, "europe-west1-d": 1 },
    });
    const answer = await rig.sandbox.controlPlane.kubectl(["get", "persistentvolumes", "-o", "json"]);
    const { items } = JSON.parse(answer) as {
      readonly items: readonly { readonly spec: { readonly csi: { readonly driver: string } } }[];
    };
    assert.deepEqual(
      items.map(({ spec }) => spec.csi.driver),
      Array.from({ length: 3 }, () => "pd.csi.storage.gke.io"),
    );
  });

  it("changes nothing the second time", async () => {
    assert.deepEqual(Object.keys((await deploy({})).changes), ["same"]);
  });

  it("answers every output with the type that the SDK says it has", () => {
    const wrong = rig.account.entities().flatMap(({ token, outs }) => {
      if (!(token in kinds)) return [];
      const known = Object.fromEntries(
        Object.entries(outs).filter(([name, value]) => value !== "[secret]" && !name.startsWith("simulated")),
      );
      const { outputs } = resourceShape(`gcp:${token}`);
      return shapeFailures(outputs, known, "", token)
        .filter(({ reason }) => !/is required|is not an input/.test(reason))
        .map(({ property, reason }) => `${token} ${property} ${reason}`);
    });
    assert.deepEqual(wrong, []);
  });

  it("keeps the stack's secrets out of the account and out of the state in the open", async () => {
    const { account } = rig;
    const state = join(rig.sandbox.stateDir, "engine", "backend", ".pulumi", "stacks", "toy", `${stack}.json`);
    for (const file of [join(account.folder, "account.json"), join(account.folder, "calls.jsonl"), state])
      assert.ok(!readFileSync(file, "utf8").includes("canary-of-the-database"), file);
    const user = resourcesOf(await rig.sandbox.engine.exportState({ stack })).find(
      ({ type }) => type === "gcp:sql/user:User",
    );
    assert.ok(JSON.stringify(user?.inputs).includes("canary-of-the-database"));
  });

  it("scales its nodes", async () => {
    await deploy({ nodes: 4 });
    assert.equal((await names()).length, 4);
    await deploy({ nodes: 3 });
    assert.equal((await names()).length, 3);
  });

  it("exchanges nodes whose type changes in place, one after the other, and no pod ends before it has another place", async () => {
    const before = await names();
    const budgets = await watchBudgets(rig.sandbox.controlPlane, await toolset(), "toy");
    const timeline = new Timeline();
    await deploy({ type: "n2-highmem-8" }, timeline);
    const { evicted, violations } = await budgets.end();
    const pools = timeline.steps
      .filter((step) => step.includes("container/nodePool"))
      .map((step) => step.split(" ")[0]);
    assert.deepEqual(pools, ["update"]);
    assert.deepEqual(
      (await names()).filter((name) => before.includes(name)),
      [],
    );
    assert.deepEqual(violations, []);
    assert.ok(evicted >= 3, String(evicted));
    assert.equal((await readNodes(rig.sandbox.controlPlane.kubectl))[0]?.type, "n2-highmem-8");
  });

  it("replaces a pool whose local SSDs change: the new one first", async () => {
    const timeline = new Timeline();
    await deploy({ type: "n2-highmem-8", localSsds: 1 }, timeline);
    const pools = timeline.steps
      .filter((step) => step.includes("container/nodePool"))
      .map((step) => step.split(" ")[0]);
    assert.deepEqual(pools, ["create-replacement", "replace", "delete-replaced"]);
  });

  it("goes to the next version: control plane first, nodes in the same update", async () => {
    await deploy({ type: "n2-highmem-8", localSsds: 1, version: "1.36" });
    const [pool] = await readNodes(rig.sandbox.controlPlane.kubectl);
    assert.deepEqual(pool?.versions, ["v1.36.2-gke.1214000"]);
  });

  it("goes to the last volume, and leaves in the project what Google keeps, with the reason", async () => {
    await rig.sandbox.engine.destroy({ stack });
    assert.deepEqual(leftIn(rig.account.entities()), []);
    const kept = keptIn(rig.account.entities()).map((each) => each.split(" ").slice(0, 2).join(" "));
    assert.deepEqual([...new Set(kept)].sort(), [
      "compute Network",
      "projects Service",
      "servicenetworking Connection",
      "sql InstanceName",
    ]);
    assert.equal(await rig.sandbox.controlPlane.kubectl(["get", "nodes,persistentvolumes", "-o", "name"]), "");
  });
});
