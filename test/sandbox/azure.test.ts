import assert from "node:assert/strict";
import { join } from "node:path";
import type { AzureOptions } from "../../sandbox/providers/azure/kind";
import { azure as simulation } from "../../sandbox/providers/azure/simulation";
import { readNodes, readPods } from "../../sandbox/rehearsal/cluster";
import { azureProgram, type AzureProgramOptions } from "./azureProgram";
import { startAzureRig } from "./azureSupport";
import { describeToyLife, type ToyStack } from "./cloudLife";

const byZone = { "swedencentral-1": 1, "swedencentral-2": 1, "swedencentral-3": 1 };
const nodes = { type: "Standard_D4ds_v5", nodes: 3, versions: ["v1.34.6"], byZone };
const type = "Standard_D8ds_v5";

const toy: ToyStack<AzureProgramOptions, AzureOptions> = {
  ...{ simulation, start: startAzureRig },
  ...{ module: join(__dirname, "azureProgram.ts"), factory: "azureProgram", program: azureProgram },
  lacking: {
    options: { withoutRight: true },
    said: /AuthorizationFailed.*subnets\/join\/action/,
    ...{ made: "network:Subnet", notMade: "containerservice:ManagedCluster" },
  },
  wrong: { options: { nodes: -1 }, said: /count: -1 is not a whole number from 0 to 1000/ },
  tags: { stack: "test" },
  // The pool that stands by itself, and the cluster's first one.
  pools: [
    { pool: "", ...nodes },
    { pool: "general", ...nodes },
  ],
  selector: "toy=true",
  disks: { driver: "disk.csi.azure.com", zonal: false },
  password: "dbforpostgresql:Server",
  exchange: {
    ...{ options: { type }, type, pool: "containerservice:AgentPool" },
    ...{ steps: ["create-replacement", "replace", "delete-replaced"], evicted: [3, 3] },
  },
  kept: [],
};

describeToyLife(toy, (life) => {
  const versions = async () =>
    new Set((await readNodes(life().rig.sandbox.controlPlane.kubectl)).flatMap(({ versions: kubelets }) => kubelets));

  it("calls nodes by their pool and their zone", async () => {
    const selected = ["-l", "agentpool=system", "-o", "jsonpath={.items[*].metadata.name}"];
    const names = await life().rig.sandbox.controlPlane.kubectl(["get", "nodes", ...selected]);
    const zones = names.split(" ").map((name) => name.split(".")[1]);
    assert.deepEqual(zones.sort(), Object.keys(byZone));
  });

  it("has an issuer of identities for pods", () => {
    assert.match(String(life().outputs.issuer?.value), /^https:\/\/swedencentral\.oic\.prod-aks\.azure\.com\//);
  });

  it("refuses an upgrade that names the first pool's version alone, and takes one that names all", async () => {
    const { deploy, deployApart, rig } = life();
    const first = deployApart({ type, version: "1.35", pools: "first" });
    await assert.rejects(first, /NotAllAgentPoolOrchestratorVersion/);
    assert.deepEqual([...(await versions())], ["v1.34.6"]);
    const { changes } = await deploy({ type, version: "1.35", pools: "all" });
    assert.deepEqual([...(await versions())], ["v1.35.4"]);
    assert.equal(changes.update, 2);
    assert.deepEqual((await readPods(rig.sandbox.controlPlane.kubectl)).unready, []);
  });
});
