import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { kinds } from "../../sandbox/providers/azure/kinds";
import { shapeFailures } from "../../sandbox/providers/cloud/check";
import { resourceShape } from "../../sandbox/providers/cloud/sdk/resources";
import { watchBudgets } from "../../sandbox/rehearsal/budgets";
import { readNodes, readPods } from "../../sandbox/rehearsal/cluster";
import { resourcesOf } from "../../sandbox/rehearsal/state";
import { Timeline } from "../../sandbox/rehearsal/timeline";
import { toolset } from "../support/tools";
import { azureProgram, type AzureProgramOptions } from "./azureProgram";
import { startAzureRig, type AzureRig } from "./azureSupport";

/**
 * A stack of Azure with a workload, through its life on the real engine and control plane. The tests are steps of that
 * life and build on each other in this order. That Azure takes the inputs, and that nodes and disks work, is not proved.
 */
describe("a cluster of simulated Azure", function () {
  this.timeout(120_000);
  let rig: AzureRig;
  const stack = "toy";

  const deploy = (options: AzureProgramOptions, timeline = new Timeline()) =>
    rig.sandbox.engine.deploy({ stack, program: azureProgram(options), onEvent: timeline.onEvent });
  const kubectl = (...args: readonly string[]) => rig.sandbox.controlPlane.kubectl([...args]);
  const nodesOf = async (selector: string) =>
    (await kubectl("get", "nodes", "-l", selector, "-o", "jsonpath={.items[*].metadata.name}"))
      .split(" ")
      .filter((name) => name !== "")
      .sort();
  const versions = async () =>
    new Set((await readNodes(rig.sandbox.controlPlane.kubectl)).flatMap(({ versions: kubelets }) => kubelets));

  before(async function () {
    this.timeout(3_600_000);
    rig = await startAzureRig({ speed: 300 });
  });
  after(() => rig?.down());

  it("says in an update what is wrong, with a right and with an input, and makes nothing of what depends on it", async () => {
    const failing = (options: AzureProgramOptions) =>
      rig.deployApart({
        ...{ stack, module: join(__dirname, "azureProgram.ts"), factory: "azureProgram" },
        arguments: [options],
      });
    await assert.rejects(failing({ withoutRight: true }), /AuthorizationFailed.*subnets\/join\/action/);
    const made = rig.account.entities().map(({ token }) => token);
    assert.ok(made.includes("network:Subnet") && !made.includes("containerservice:ManagedCluster"));
    await assert.rejects(failing({ nodes: -1 }), /count: -1 is not a whole number from 0 to 1000/);
  });

  it("comes up when that is put right, with nodes of both pools in every zone and disks that are in all of them", async () => {
    const { outputs, warnings } = await deploy({});
    assert.deepEqual(warnings, []);
    assert.deepEqual(outputs.tags?.value, { stack: "test" });
    assert.match(String(outputs.issuer?.value), /^https:\/\/swedencentral\.oic\.prod-aks\.azure\.com\//);
    assert.deepEqual(await readPods(rig.sandbox.controlPlane.kubectl).then(({ unready }) => unready), []);
    assert.deepEqual((await nodesOf("agentpool=system")).map((name) => name.split(".")[1]).sort(), [
      "swedencentral-1",
      "swedencentral-2",
      "swedencentral-3",
    ]);
    assert.equal((await nodesOf("toy=true")).length, 3);
    assert.deepEqual([...(await versions())], ["v1.34.6"]);
    const { items } = JSON.parse(await kubectl("get", "persistentvolumes", "-o", "json")) as {
      readonly items: readonly {
        readonly spec: { readonly csi: { readonly driver: string }; nodeAffinity?: object };
      }[];
    };
    assert.deepEqual(
      items.map(({ spec }) => [spec.csi.driver, spec.nodeAffinity]),
      Array.from({ length: 3 }, () => ["disk.csi.azure.com", undefined]),
    );
  });

  it("changes nothing the second time", async () => {
    assert.deepEqual(Object.keys((await deploy({})).changes), ["same"]);
  });

  it("answers every output with the type that the SDK says it has", () => {
    const wrong = rig.account.entities().flatMap(({ token, outs, companionOf }) => {
      // What Azure makes along with another has a few of them.
      if (!(token in kinds) || companionOf !== undefined) return [];
      const failures = shapeFailures(resourceShape(`azure-native:${token}`).outputs, outs, "", token);
      const inputs = Object.keys(resourceShape(`azure-native:${token}`).inputs);
      return (
        failures
          // Inputs are kept beside the outputs, and of a part that is empty nothing is there.
          .filter(({ property, reason }) => !(reason.startsWith("is not an input") && inputs.includes(property)))
          .filter(({ reason }) => reason !== "is required")
          .map(({ property, reason }) => `${token} ${property} ${reason}`)
      );
    });
    assert.deepEqual(wrong, []);
  });

  it("keeps the stack's secrets out of the account and out of the state in the open", async () => {
    const { account } = rig;
    const state = join(rig.sandbox.stateDir, "engine", "backend", ".pulumi", "stacks", "toy", `${stack}.json`);
    for (const file of [join(account.folder, "account.json"), join(account.folder, "calls.jsonl"), state])
      assert.ok(!readFileSync(file, "utf8").includes("Canary-of-the-database"), file);
    const database = resourcesOf(await rig.sandbox.engine.exportState({ stack })).find(
      ({ type }) => type === "azure-native:dbforpostgresql:Server",
    );
    assert.ok(JSON.stringify(database?.inputs).includes("Canary-of-the-database"));
  });

  it("scales its nodes", async () => {
    await deploy({ nodes: 4 });
    assert.equal((await nodesOf("toy=true")).length, 4);
    await deploy({ nodes: 3 });
    assert.equal((await nodesOf("toy=true")).length, 3);
  });

  it("replaces a pool whose machine changes: the new nodes first, and no pod ends before it has another place", async () => {
    const before = await nodesOf("toy=true");
    const budgets = await watchBudgets(rig.sandbox.controlPlane, await toolset(), "toy");
    const timeline = new Timeline();
    await deploy({ type: "Standard_D8ds_v5" }, timeline);
    const { evicted, violations } = await budgets.end();
    const pools = timeline.steps.filter((step) => step.includes("AgentPool")).map((step) => step.split(" ")[0]);
    assert.deepEqual(pools, ["create-replacement", "replace", "delete-replaced"]);
    assert.deepEqual(
      (await nodesOf("toy=true")).filter((name) => before.includes(name)),
      [],
    );
    assert.deepEqual(violations, []);
    assert.equal(evicted, 3);
  });

  it("refuses an upgrade that names the first pool's version alone, and takes one that names all", async () => {
    const type = "Standard_D8ds_v5";
    await assert.rejects(deploy({ type, version: "1.35", pools: "first" }), /NotAllAgentPoolOrchestratorVersion/);
    assert.deepEqual([...(await versions())], ["v1.34.6"]);
    const { changes } = await deploy({ type, version: "1.35", pools: "all" });
    assert.deepEqual([...(await versions())], ["v1.35.4"]);
    assert.equal(changes.update, 2);
    assert.deepEqual(await readPods(rig.sandbox.controlPlane.kubectl).then(({ unready }) => unready), []);
  });

  it("goes to the last volume, and leaves nothing in the account", async () => {
    await rig.sandbox.engine.destroy({ stack });
    assert.deepEqual(
      rig.account.entities().map(({ token, id }) => `${token} ${id}`),
      [],
    );
    assert.equal(await kubectl("get", "nodes,persistentvolumes", "-o", "name"), "");
  });
});
