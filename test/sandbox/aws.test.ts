import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { watchBudgets } from "../../sandbox/rehearsal/budgets";
import { readNodes, readPods } from "../../sandbox/rehearsal/cluster";
import { resourcesOf } from "../../sandbox/rehearsal/state";
import { Timeline } from "../../sandbox/rehearsal/timeline";
import { shapeFailures } from "../../sandbox/providers/cloud/check";
import { resourceShape } from "../../sandbox/providers/cloud/sdk/resources";
import { kinds } from "../../sandbox/providers/aws/kinds";
import { toolset } from "../support/tools";
import { awsProgram, type AwsProgramOptions } from "./awsProgram";
import { startAwsRig, type AwsRig } from "./awsSupport";

/**
 * A stack of AWS with a workload, through its life on the real engine and control plane. The tests are steps of that life
 * and build on each other in this order. That AWS takes the inputs, and that nodes and disks work, is not proved.
 */
describe("a cluster of simulated AWS", function () {
  this.timeout(120_000);
  let rig: AwsRig;
  const stack = "toy";

  const deploy = (options: AwsProgramOptions, timeline = new Timeline()) =>
    rig.sandbox.engine.deploy({ stack, program: awsProgram(options), onEvent: timeline.onEvent });
  const names = async () =>
    (await rig.sandbox.controlPlane.kubectl(["get", "nodes", "-o", "jsonpath={.items[*].metadata.name}"]))
      .split(" ")
      .sort();

  before(async function () {
    this.timeout(3_600_000);
    rig = await startAwsRig({ speed: 300 });
  });
  after(() => rig?.down());

  it("says in a preview and in an update what is wrong, and makes nothing of what depends on it", async () => {
    const failing = { module: join(__dirname, "awsProgram.ts"), factory: "awsProgram" };
    await assert.rejects(
      rig.deployApart({ stack, ...failing, arguments: [{ withoutCni: true }] }),
      /NodeCreationFailure: .*the cluster has no CNI/,
    );
    const made = rig.account.entities().map(({ token }) => token);
    assert.ok(made.includes("eks/cluster:Cluster") && !made.includes("eks/nodeGroup:NodeGroup"));
    await assert.rejects(
      rig.sandbox.engine.preview({ stack, program: awsProgram({ type: "m7i.tiny" }) }),
      /"m7i.tiny" is not one of AWS' _InstanceType/,
    );
  });

  it("comes up when that is put right, with nodes of its type in every zone and disks in theirs", async () => {
    const { outputs, warnings } = await deploy({});
    assert.deepEqual(warnings, []);
    assert.deepEqual(outputs.tags?.value, { stack: "test" });
    assert.deepEqual(await readPods(rig.sandbox.controlPlane.kubectl).then(({ unready }) => unready), []);
    const [pool, ...others] = await readNodes(rig.sandbox.controlPlane.kubectl);
    assert.deepEqual(others, []);
    assert.deepEqual(pool, {
      ...{ pool: "general", type: "m7i.large", nodes: 3, versions: ["v1.35.0-eks-simulated"] },
      byZone: { "eu-west-1a": 1, "eu-west-1b": 1, "eu-west-1c": 1 },
    });
    const answer = await rig.sandbox.controlPlane.kubectl(["get", "persistentvolumes", "-o", "json"]);
    const { items } = JSON.parse(answer) as {
      readonly items: readonly { readonly spec: { readonly csi: { readonly driver: string } } }[];
    };
    assert.deepEqual(
      items.map(({ spec }) => spec.csi.driver),
      Array.from({ length: 3 }, () => "ebs.csi.aws.com"),
    );
  });

  it("changes nothing the second time", async () => {
    assert.deepEqual(Object.keys((await deploy({})).changes), ["same"]);
  });

  it("answers every output with the type that the SDK says it has", () => {
    const wrong = rig.account.entities().flatMap(({ token, outs }) => {
      if (!(token in kinds) || outs.name === undefined) return [];
      const failures = shapeFailures(resourceShape(`aws:${token}`).outputs, outs, "", token);
      // What AWS makes along with another has a few of them.
      return failures
        .filter(({ reason }) => reason !== "is required")
        .map(({ property, reason }) => `${token} ${property} ${reason}`);
    });
    assert.deepEqual(wrong, []);
  });

  it("keeps the stack's secrets out of the account and out of the state in the open", async () => {
    const { account } = rig;
    const state = join(rig.sandbox.stateDir, "engine", "backend", ".pulumi", "stacks", "toy", `${stack}.json`);
    for (const file of [join(account.folder, "account.json"), join(account.folder, "calls.jsonl"), state])
      assert.ok(!readFileSync(file, "utf8").includes("canary-of-the-database"), file);
    const database = resourcesOf(await rig.sandbox.engine.exportState({ stack })).find(
      ({ type }) => type === "aws:rds/instance:Instance",
    );
    assert.ok(JSON.stringify(database?.inputs).includes("canary-of-the-database"));
  });

  it("scales its nodes", async () => {
    await deploy({ nodes: 4 });
    assert.equal((await names()).length, 4);
    await deploy({ nodes: 3 });
    assert.equal((await names()).length, 3);
  });

  it("replaces a group of nodes whose type changes: the new ones first, and no pod ends before it has another place", async () => {
    const before = await names();
    const budgets = await watchBudgets(rig.sandbox.controlPlane, await toolset(), "toy");
    const timeline = new Timeline();
    await deploy({ type: "m7i.xlarge" }, timeline);
    const { evicted, violations } = await budgets.end();
    const groups = timeline.steps.filter((step) => step.includes("eks/nodeGroup")).map((step) => step.split(" ")[0]);
    assert.deepEqual(groups, ["create-replacement", "replace", "delete-replaced"]);
    assert.deepEqual(
      (await names()).filter((name) => before.includes(name)),
      [],
    );
    assert.deepEqual(violations, []);
    assert.equal(evicted, 3);
    assert.equal((await readNodes(rig.sandbox.controlPlane.kubectl))[0]?.type, "m7i.xlarge");
  });

  it("goes to the last volume, and leaves nothing in the account", async () => {
    await rig.sandbox.engine.destroy({ stack });
    assert.deepEqual(
      rig.account.entities().map(({ token, id }) => `${token} ${id}`),
      [],
    );
    assert.equal(await rig.sandbox.controlPlane.kubectl(["get", "nodes,persistentvolumes", "-o", "name"]), "");
  });
});
