import assert from "node:assert/strict";
import type { UpdateResult } from "../../../sandbox";
import { record as recordOf, text, type Entity } from "../../../sandbox/providers/cloud/model";
import { keptIn, leftIn } from "../../../sandbox/providers/cloud/operations";
import { startGcpRig, type GcpRig } from "../../sandbox/gcpSupport";
import { program, type Changes } from "../program";
import { gcpSettings, logfireOnGcp } from "../settings";

const disposable = { disposable: true };
const inside = { ...disposable, edge: { ...logfireOnGcp().edge, exposure: "internal" as const } };
const nodePool = "container/nodePool:NodePool";
const total = ({ changes }: UpdateResult, ...kinds: readonly string[]) =>
  kinds.reduce((sum, kind) => sum + (changes[kind] ?? 0), 0);

/**
 * The platform on the real engine, with a simulated project that checks what is known of Google's rules. Does not prove
 * that Google itself accepts an input, nor that a container runs. Steps of one stack's life, in this order.
 */
describe("the GCP platform on a real engine", function () {
  this.timeout(240_000);
  let rig: GcpRig;
  let made: number;
  const deploy = (changes: Changes, stack = "gcp") =>
    rig.sandbox.engine.deploy({ stack, program: () => program(changes) });
  const scratch = (): Entity => {
    const found = rig.account.entities().find(({ token, id }) => token === nodePool && id.includes("scratch"));
    return found ?? assert.fail("there is no scratch pool");
  };
  const left = () => leftIn(rig.account.entities());

  before(async () => {
    rig = await startGcpRig({ speed: 1000, project: "mycompany-logfire" });
  });
  after(async () => {
    await rig?.down();
  });

  it("comes up from nothing in one run, and a second run has nothing to do", async () => {
    const first = await deploy({ logfire: disposable });
    made = total(first, "create");
    assert.ok(made > 40, String(made));
    assert.equal(first.outputs["clusterName"]?.value, "logfire-gcp");
    const second = await deploy({ logfire: disposable });
    assert.deepEqual(second.changes, { same: made });
  });

  it("changes bounds of a pool in place, and leaves what the autoscaler counts", async () => {
    const nodes = { ...gcpSettings().nodes, scratch: { ...gcpSettings().nodes.scratch, minNodes: 5, maxNodes: 20 } };
    const changed = await deploy({ logfire: disposable, platform: { nodes } });
    assert.deepEqual(changed.changes, { same: made - 1, update: 1 });
    assert.equal(recordOf(scratch().outs["autoscaling"])["totalMinNodeCount"], 5);
    assert.deepEqual((await deploy({ logfire: disposable, platform: { nodes } })).changes, { same: made });
  });

  it("moves its address inside the network, and has the new one before the old one goes", async () => {
    const moved = await deploy({ logfire: inside });
    assert.ok(total(moved, "replace", "create-replacement") > 0);
    const addresses = rig.account.entities().filter(({ token }) => token === "compute/address:Address");
    assert.deepEqual(
      addresses.map(({ outs }) => outs["addressType"]),
      ["INTERNAL"],
    );
  });

  it("follows a new Kubernetes version with the control plane, then with the nodes, and replaces nothing", async () => {
    const { cluster } = gcpSettings();
    if (cluster.kind !== "create") throw new Error("the usual settings make a cluster");
    const newer: Changes = { logfire: inside, platform: { cluster: { ...cluster, version: "1.36" } } };
    const upgraded = await deploy(newer);
    assert.equal(total(upgraded, "replace", "create-replacement", "delete"), 0);
    assert.match(text(scratch().outs["version"]), /^1\.36\./);
    assert.deepEqual(Object.keys((await deploy(newer)).changes), ["same"]);
  });

  it("goes, and leaves only what Google does not let go, which stands in nobody's way", async () => {
    await rig.sandbox.engine.destroy({ stack: "gcp", removeStack: true });
    assert.deepEqual(left(), []);
    const kept = keptIn(rig.account.entities()).join("\n");
    for (const word of ["Network", "KeyRing"]) assert.match(kept, new RegExp(word));
    await deploy({ logfire: disposable });
    await rig.sandbox.engine.destroy({ stack: "gcp", removeStack: true });
    assert.deepEqual(left(), []);
  });

  it("comes up and goes with everything that can be chosen chosen otherwise", async () => {
    const stack = `other_Stack.${"x".repeat(60)}`;
    const { postgres, cluster } = gcpSettings();
    if (postgres.kind !== "create" || cluster.kind !== "create") throw new Error("the usual settings make both");
    const other: Changes = {
      platform: {
        network: { kind: "create", cidr: "10.64.0.0/14", zones: [], flowLogs: true },
        cluster: { ...cluster, channel: "STABLE", apiAccess: "vpc", administrators: [] },
        nodes: {
          general: { type: "n2-standard-4", localSsds: 0, minNodes: 3, maxNodes: 8 },
          scratch: { type: "n2-highmem-4", localSsds: 1, minNodes: 3, maxNodes: 16 },
        },
        postgres: { ...postgres, tier: "db-custom-2-8192", regional: false, encryption: "kms" },
        objectStore: { kind: "create", encryption: "kms" },
        redis: { kind: "create", memoryGib: 1, replica: false },
      },
      logfire: {
        ...disposable,
        preset: "tiny",
        edge: { ...logfireOnGcp().edge, exposure: "internal", sourceRanges: ["10.0.0.0/8"] },
      },
    };
    assert.ok(total(await deploy(other, stack), "create") > 40);
    const keys = rig.account.entities().filter(({ token, urn }) => token === "kms/cryptoKey:CryptoKey" && urn !== "");
    assert.equal(keys.length, 3);
    await rig.sandbox.engine.destroy({ stack, removeStack: true });
    assert.deepEqual(left(), []);
  });

  it("refuses to go in production while anything that holds data is protected", async () => {
    await deploy({}, "production");
    await assert.rejects(rig.sandbox.engine.destroy({ stack: "production" }), /protected/i);
    const tokens = rig.account.entities().map(({ token }) => token);
    for (const token of [
      "sql/databaseInstance:DatabaseInstance",
      "storage/bucket:Bucket",
      "container/cluster:Cluster",
      "dns/managedZone:ManagedZone",
    ])
      assert.ok(tokens.includes(token), token);
  });
});
