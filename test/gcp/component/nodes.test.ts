import assert from "node:assert/strict";
import fc from "fast-check";
import { followsByItself, sizeOf } from "../../../components/platform/gcp/nodes";
import type { Recording } from "../../support/harness";
import { gcpSettings } from "../settings";
import { inputsOf, recordPlatform, usualRecording } from "./support";

const poolOf = (recording: Recording<unknown>, pool: string) => inputsOf(recording.named(`platform-${pool}`));
const machineOf = (recording: Recording<unknown>, pool: string) =>
  poolOf(recording, pool)["nodeConfig"] as Record<string, unknown>;

describe("node pools", () => {
  it("are one for each kind over three zones, counted over all of them", async () => {
    const recording = await usualRecording();
    for (const [pool, most] of [
      ["general", 7],
      ["scratch", 18],
    ] as const) {
      const { nodeLocations, autoscaling, initialNodeCount, cluster, maxPodsPerNode } = poolOf(recording, pool);
      assert.deepEqual(
        nodeLocations,
        ["a", "b", "c"].map((letter) => `europe-west3-${letter}`),
      );
      assert.deepEqual(autoscaling, { totalMinNodeCount: 4, totalMaxNodeCount: most, locationPolicy: "BALANCED" });
      assert.deepEqual([initialNodeCount, cluster], [2, "platform-cluster-id"]);
      assert.equal(maxPodsPerNode, 110);
      assert.ok(recording.named(`platform-${pool}`).ignoreChanges.includes("initialNodeCount"));
    }
  });

  it("carry what pods choose them by, and only scratch nodes refuse everybody else", async () => {
    const recording = await usualRecording();
    assert.deepEqual(machineOf(recording, "scratch")["labels"], { "logfire.dev/pool": "scratch" });
    assert.deepEqual(machineOf(recording, "scratch")["taints"], [
      { key: "logfire.dev/scratch", value: "true", effect: "NO_SCHEDULE" },
    ]);
    assert.deepEqual(machineOf(recording, "general")["taints"], []);
  });

  it("put kubelet and containers on the local SSDs of scratch nodes, as many as the settings say", async () => {
    const recording = await usualRecording();
    const { machineType, ephemeralStorageLocalSsdConfig } = machineOf(recording, "scratch");
    assert.deepEqual([machineType, ephemeralStorageLocalSsdConfig], ["n2-highmem-8", { localSsdCount: 2 }]);
    assert.equal(machineOf(recording, "general")["ephemeralStorageLocalSsdConfig"], undefined);
  });

  it("boot from Hyperdisk where the machine takes nothing else", async () => {
    const { nodes } = gcpSettings();
    const scratch = { ...nodes.scratch, type: "c4-highmem-8-lssd", localSsds: 1, maxNodes: 30 };
    const offers = ["n2d-standard-8", "c4-highmem-8-lssd"];
    const zones = ["a", "b", "c"].map((letter) => ({ name: `europe-west3-${letter}`, offers }));
    const recording = await recordPlatform({ platform: { nodes: { ...nodes, scratch } }, facts: { zones } });
    assert.equal(machineOf(recording, "scratch")["diskType"], "hyperdisk-balanced");
    assert.equal(machineOf(recording, "general")["diskType"], "pd-balanced");
  });

  it("give no pod the machine's account, boot what is signed, and answer nobody without a name", async () => {
    const recording = await usualRecording();
    for (const pool of ["general", "scratch"]) {
      const machine = machineOf(recording, pool);
      assert.deepEqual(machine["workloadMetadataConfig"], { mode: "GKE_METADATA" });
      assert.deepEqual(machine["metadata"], { "disable-legacy-endpoints": "true" });
      assert.deepEqual(machine["shieldedInstanceConfig"], { enableSecureBoot: true, enableIntegrityMonitoring: true });
      assert.deepEqual(machine["kubeletConfig"], { insecureKubeletReadonlyPortEnabled: "FALSE" });
      assert.equal(machine["serviceAccount"], "logfire-test-node@mycompany-logfire.iam.gserviceaccount.com");
      assert.deepEqual(poolOf(recording, pool)["networkConfig"], { enablePrivateNodes: true });
    }
  });

  it("leave their name to Pulumi, which names each replacement otherwise", async () => {
    const recording = await usualRecording();
    for (const pool of ["general", "scratch"]) {
      const { name, namePrefix } = poolOf(recording, pool);
      assert.deepEqual([name, namePrefix], [undefined, undefined]);
    }
  });

  it("drain within the disruption budgets when they go", async () => {
    const recording = await usualRecording();
    for (const pool of ["general", "scratch"])
      assert.deepEqual(poolOf(recording, pool)["nodeDrainConfigs"], [{ respectPdbDuringNodePoolDeletion: true }]);
  });

  it("are repaired and replaced with a new node first, so that pods have a place to go", async () => {
    const recording = await usualRecording();
    for (const pool of ["general", "scratch"]) {
      const { management, upgradeSettings } = poolOf(recording, pool);
      assert.deepEqual(management, { autoRepair: true, autoUpgrade: true });
      const { maxSurge, maxUnavailable } = upgradeSettings as Record<string, number>;
      assert.ok(Number(maxSurge) > 0 && maxUnavailable === 0);
    }
  });
});

describe("the storage class of the ingest queue", () => {
  it("labels the disks as everything else of the stack", async () => {
    const storageClass = (await usualRecording()).resources.find(({ type }) => type.endsWith(":StorageClass"));
    const { parameters } = inputsOf(storageClass ?? assert.fail());
    assert.deepEqual(parameters, {
      ...{ type: "pd-ssd", "csi.storage.k8s.io/fstype": "ext4" },
      labels: "logfire-project=logfire-platform,logfire-stack=test,managed-by=pulumi,team=observability",
    });
  });
});

describe("the version of nodes", () => {
  const running = (...versions: readonly string[]) =>
    versions.map((version, index) => ({ name: `pool-${index}`, version }));
  const asked = (version: string) => {
    const { cluster } = gcpSettings();
    if (cluster.kind !== "create") throw new Error("the usual settings make a cluster");
    return { settings: gcpSettings({ cluster: { ...cluster, version } }) };
  };

  it("is Google's to move on as long as it is not behind what the settings ask for", () => {
    assert.ok(followsByItself(asked("1.35"), []));
    assert.ok(followsByItself(asked("1.35"), running("1.35.8-gke.1036000", "1.36.1-gke.100")));
  });

  it("is the control plane's where the settings ask for a newer one, in the same update", async () => {
    assert.ok(!followsByItself(asked("1.36"), running("1.36.1-gke.100", "1.35.8-gke.1036000")));
    assert.ok(!followsByItself(asked("1.10"), running("1.9.7-gke.1")), "versions are no decimals");
    const { settings } = asked("1.36");
    const recording = await recordPlatform({
      platform: settings,
      facts: { clusterIsUp: true, nodePools: running("1.35.8-gke.1036000") },
    });
    const pool = recording.named("platform-scratch");
    assert.ok(!pool.ignoreChanges.includes("version"));
    assert.equal(inputsOf(pool)["version"], "1.35.8-gke.1036000", "what the mocked control plane says of itself");
    assert.ok((await usualRecording()).named("platform-scratch").ignoreChanges.includes("version"));
  });

  it("is nobody's business in an owner's cluster, whose nodes follow its control plane", () => {
    const settings = gcpSettings({ cluster: { kind: "existing", name: "own" } });
    assert.ok(followsByItself({ settings }, running("1.20.1-gke.1")));
  });
});

describe("the number of nodes to begin with", () => {
  it("is the minimum where zones divide it, and a little more where they do not", () => {
    assert.equal(sizeOf({ minNodes: 6, maxNodes: 9 }, 3).initialNodeCount, 2);
    assert.equal(sizeOf({ minNodes: 4, maxNodes: 9 }, 3).initialNodeCount, 2);
    assert.equal(sizeOf({ minNodes: 4, maxNodes: 4 }, 3).initialNodeCount, 1, "six would be above the maximum");
  });

  it("lies within the bounds whenever some number of nodes in each zone does", () => {
    const bounds = fc.tuple(fc.integer({ min: 3, max: 60 }), fc.nat(60)).map(([least, more]) => ({
      minNodes: least,
      maxNodes: least + more,
    }));
    fc.assert(
      fc.property(bounds, ({ minNodes, maxNodes }) => {
        const total = sizeOf({ minNodes, maxNodes }, 3).initialNodeCount * 3;
        const possible = Math.ceil(minNodes / 3) * 3 <= maxNodes;
        assert.ok(total <= maxNodes && (total >= minNodes || !possible) && total > 0);
      }),
    );
  });
});
