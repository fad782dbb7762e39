import assert from "node:assert/strict";
import { join } from "node:path";
import type { GcpOptions } from "../../sandbox/providers/gcp/kind";
import { gcp as simulation } from "../../sandbox/providers/gcp/simulation";
import { readNodes } from "../../sandbox/rehearsal/cluster";
import { Timeline } from "../../sandbox/rehearsal/timeline";
import { describeToyLife, stepsOf, type ToyStack } from "./cloudLife";
import { gcpProgram, type GcpProgramOptions } from "./gcpProgram";
import { startGcpRig } from "./gcpSupport";

const type = "n2-highmem-8";
const pool = "container/nodePool:NodePool";

const toy: ToyStack<GcpProgramOptions, GcpOptions> = {
  ...{ simulation, start: startGcpRig },
  ...{ module: join(__dirname, "gcpProgram.ts"), factory: "gcpProgram", program: gcpProgram },
  lacking: {
    options: { withoutApi: true },
    said: /container\.googleapis\.com has not been used in project/,
    ...{ made: "compute/network:Network", notMade: pool },
  },
  wrong: { options: { type: "n2" }, said: /"n2" is not a machine type such as n2-highmem-8/ },
  tags: { "goog-pulumi-provisioned": "true", stack: "test", part: "edge" },
  pools: [
    {
      ...{ pool: "general", type: "n2-standard-8", nodes: 3, versions: ["v1.35.8-gke.1036000"] },
      byZone: { "europe-west1-b": 1, "europe-west1-c": 1, "europe-west1-d": 1 },
    },
  ],
  selector: "logfire.dev/pool=general",
  disks: { driver: "pd.csi.storage.gke.io", zonal: true },
  password: "sql/user:User",
  // In place, one node after the other: a pod may meet a second one that goes.
  exchange: { options: { type }, type, pool, steps: ["update"], evicted: [3, Infinity] },
  kept: ["compute Network", "projects Service", "servicenetworking Connection", "sql InstanceName"],
};

describeToyLife(toy, (life) => {
  it("replaces a pool whose local SSDs change: the new one first", async () => {
    const timeline = new Timeline();
    await life().deploy({ type, localSsds: 1 }, timeline);
    assert.deepEqual(stepsOf(timeline, pool), ["create-replacement", "replace", "delete-replaced"]);
  });

  it("goes to the next version: control plane first, nodes in the same update", async () => {
    await life().deploy({ type, localSsds: 1, version: "1.36" });
    const [nodes] = await readNodes(life().rig.sandbox.controlPlane.kubectl);
    assert.deepEqual(nodes?.versions, ["v1.36.2-gke.1214000"]);
  });
});
