import assert from "node:assert/strict";
import fc from "fast-check";
import { agrees, countOf, poolName } from "../../../components/platform/azure/nodes";
import type { AzureFacts } from "../../../components/platform/azure";
import { azureSettings } from "../settings";
import { inputsOf, onlyOf, recordPlatform, runningFacts, usualRecording } from "./support";

type Profile = Record<string, unknown>;
const cluster = "containerservice:ManagedCluster";
const agentPool = "containerservice:AgentPool";
const size = (minNodes: number, maxNodes: number) => ({
  ...{ type: "Standard_D8ds_v5", osDiskGib: 128 },
  ...{ minNodes, maxNodes },
});

const profilesOf = (inputs: Record<string, unknown>) => inputs["agentPoolProfiles"] as Profile[];

/** The cluster as it is told, and its scratch pool, with these facts. */
async function told(facts: Partial<AzureFacts>, platform: Parameters<typeof azureSettings>[0] = {}) {
  const recording = await recordPlatform({ facts, platform });
  return { cluster: onlyOf(recording, cluster), scratch: onlyOf(recording, agentPool) };
}

const upgraded = () => {
  const { cluster: usual } = azureSettings();
  assert.ok(usual.kind === "create");
  return { cluster: { ...usual, version: "1.36" } };
};

describe("node pools", () => {
  it("are two over all zones: general as the cluster's first, and scratch by itself", async () => {
    const recording = await usualRecording();
    const [general = assert.fail("no first pool"), ...others] = profilesOf(inputsOf(onlyOf(recording, cluster)));
    assert.deepEqual(others, []);
    const scratch = inputsOf(onlyOf(recording, agentPool));
    assert.deepEqual(
      [general, scratch].map(({ mode, minCount, count, maxCount, availabilityZones }) => [
        ...[mode, minCount, count, maxCount, availabilityZones],
      ]),
      [
        ["System", 4, 4, 7, ["1", "2", "3"]],
        ["User", 4, 4, 18, ["1", "2", "3"]],
      ],
    );
  });

  it("carry what pods choose them by, and only scratch nodes refuse everybody else", async () => {
    const recording = await usualRecording();
    const [general] = profilesOf(inputsOf(onlyOf(recording, cluster)));
    const scratch = inputsOf(onlyOf(recording, agentPool));
    assert.deepEqual(general?.["nodeLabels"], { "logfire.dev/pool": "general" });
    assert.deepEqual(general?.["nodeTaints"], []);
    assert.deepEqual(scratch["nodeLabels"], { "logfire.dev/pool": "scratch" });
    assert.deepEqual(scratch["nodeTaints"], ["logfire.dev/scratch=true:NoSchedule"]);
  });

  it("have the kubelet on the machine's own disk, whose size is said, and as many pods as memory is reserved for", async () => {
    const recording = await usualRecording();
    const [general = {}] = profilesOf(inputsOf(onlyOf(recording, cluster)));
    for (const [pool, type, gib] of [
      [general, "Standard_D8ds_v5", 128],
      [inputsOf(onlyOf(recording, agentPool)), "Standard_E8ds_v6", 430],
    ] as const) {
      assert.deepEqual([pool["osDiskType"], pool["osDiskSizeGB"], pool["vmSize"]], ["Ephemeral", gib, type]);
      assert.equal(pool["maxPods"], 110);
    }
  });

  it("have no name server of AKS' own, which no policy lets pods through to", async () => {
    const recording = await usualRecording();
    const [general = {}] = profilesOf(inputsOf(onlyOf(recording, cluster)));
    for (const pool of [general, inputsOf(onlyOf(recording, agentPool))])
      assert.deepEqual(pool["localDNSProfile"], { mode: "Disabled" });
  });

  it("give pods half an hour to leave a node", async () => {
    const recording = await usualRecording();
    const [general = {}] = profilesOf(inputsOf(onlyOf(recording, cluster)));
    for (const pool of [general, inputsOf(onlyOf(recording, agentPool))])
      assert.deepEqual(pool["upgradeSettings"], { maxSurge: "33%", drainTimeoutInMinutes: 30 });
  });

  it("are another pool with another machine or disk, under a name that AKS takes", () => {
    const usual = { type: "Standard_E8ds_v6", osDiskGib: 430, minNodes: 3, maxNodes: 9 };
    const name = poolName("logfire-test", "scratch", usual);
    assert.match(name, /^scratch[0-9a-f]{5}$/);
    assert.equal(poolName("logfire-test", "scratch", { ...usual, minNodes: 5, maxNodes: 11 }), name);
    for (const [prefix, other] of [
      ["logfire-test", { ...usual, type: "Standard_E16ds_v6" }],
      ["logfire-test", { ...usual, osDiskGib: 420 }],
      ["logfire-other", usual],
    ] as const)
      assert.notEqual(poolName(prefix, "scratch", other), name);
  });
});

describe("pools that run already", () => {
  it("are left with the number that the autoscaler has made of them", async () => {
    const { cluster: first, scratch } = await told(
      await runningFacts({ general: { count: 6 }, scratch: { count: 9 } }),
    );
    assert.deepEqual(first.ignoreChanges, ["agentPoolProfiles"]);
    assert.deepEqual(scratch.ignoreChanges, ["count", "orchestratorVersion"]);
  });

  it("are told that number together with new bounds, because AKS would follow the old one", async () => {
    const facts = await runningFacts({ general: { count: 6 }, scratch: { count: 9 } });
    const { nodes } = azureSettings();
    const { cluster: first, scratch } = await told(facts, {
      nodes: { general: { ...nodes.general, maxNodes: 12 }, scratch: { ...nodes.scratch, minNodes: 5 } },
    });
    const [general = assert.fail("no pool"), ...others] = profilesOf(inputsOf(first));
    assert.deepEqual([general["count"], general["maxCount"], general["orchestratorVersion"]], [6, 12, undefined]);
    assert.deepEqual(others, [], "pools of their own are nobody else's business");
    assert.deepEqual([inputsOf(scratch)["count"], inputsOf(scratch)["minCount"]], [9, 5]);
    assert.deepEqual([first.ignoreChanges, scratch.ignoreChanges], [[], []]);
  });

  it("are told it with any other change of the cluster too", async () => {
    const { cluster: usual } = azureSettings();
    assert.ok(usual.kind === "create");
    const facts = await runningFacts({ general: { count: 6 } });
    const { cluster: first } = await told(facts, { cluster: { ...usual, apiAccess: ["198.51.100.0/24"] } });
    assert.deepEqual(first.ignoreChanges, []);
    assert.equal(profilesOf(inputsOf(first))[0]?.["count"], 6);
  });

  it("follow a new version together, each named, because AKS refuses to upgrade the first one alone", async () => {
    const facts = await runningFacts({ general: { count: 6 }, scratch: { count: 9 } });
    const { cluster: first, scratch } = await told(facts, upgraded());
    assert.deepEqual(
      profilesOf(inputsOf(first)).map((pool) => [pool["name"], pool["orchestratorVersion"], pool["count"]]),
      [
        ["general", "1.36", 6],
        [inputsOf(scratch)["agentPoolName"], "1.36", 9],
      ],
    );
    assert.deepEqual(
      [inputsOf(first)["kubernetesVersion"], inputsOf(scratch)["orchestratorVersion"]],
      ["1.36", "1.36"],
    );
    for (const pool of profilesOf(inputsOf(first)))
      for (const readOnly of ["currentOrchestratorVersion", "provisioningState", "nodeImageVersion", "eTag"])
        assert.ok(!(readOnly in pool), readOnly);
  });

  it("are named with a version by a cluster that follows one alone: those that run, not those that are to come", async () => {
    const { nodes } = azureSettings();
    const facts = await runningFacts({});
    const scratch = { ...nodes.scratch, type: "Standard_E16ds_v6" };
    const { cluster: first, scratch: next } = await told(facts, { ...upgraded(), nodes: { ...nodes, scratch } });
    const named = profilesOf(inputsOf(first)).map((pool) => pool["name"]);
    assert.equal(named.length, 2);
    assert.ok(!named.includes(inputsOf(next)["agentPoolName"]));
  });
});

describe("a new pool in a cluster that is up", () => {
  const larger = () => {
    const { nodes } = azureSettings();
    return { nodes: { ...nodes, scratch: { ...nodes.scratch, type: "Standard_E16ds_v6" } } };
  };

  it("gets the patch of its control plane, because Azure's latest may be newer than that", async () => {
    const { scratch } = await told(await runningFacts({}), larger());
    assert.equal(inputsOf(scratch)["orchestratorVersion"], "1.35.8");
  });

  it("gets the version alone where the cluster is on its way to it, or not there yet", async () => {
    const { scratch } = await told(await runningFacts({}), { ...larger(), ...upgraded() });
    assert.equal(inputsOf(scratch)["orchestratorVersion"], "1.36");
    assert.equal(inputsOf((await told({}, larger())).scratch)["orchestratorVersion"], "1.35");
  });
});

describe("the number of nodes", () => {
  it("is the minimum to begin with, and what runs afterwards", () => {
    const running = (count: number) => ({ count }) as Parameters<typeof countOf>[1];
    assert.equal(countOf(size(3, 9), undefined), 3);
    assert.equal(countOf(size(3, 9), running(7)), 7);
    assert.equal(countOf(size(5, 9), running(3)), 5);
    assert.equal(countOf(size(1, 2), running(7)), 2);
  });

  it("lies within the bounds, whatever runs", () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), fc.nat(50), (one, other, count) => {
        const [least, most] = [Math.min(one, other), Math.max(one, other)];
        const told_ = countOf(size(least, most), { count } as Parameters<typeof countOf>[1]);
        assert.ok(least <= told_ && told_ <= most);
      }),
    );
  });
});

describe("what Azure answers", () => {
  it("agrees where it holds what it is told, whatever else it says", () => {
    const found = { maxPods: 110, tags: { team: "a", other: "b" }, zones: ["1", "2"], provisioningState: "Succeeded" };
    assert.ok(agrees({ maxPods: 110, tags: { team: "a" }, zones: ["1", "2"] }, found));
    for (const different of [
      { maxPods: 30 },
      { tags: { team: "c" } },
      { zones: ["1"] },
      { tags: ["a"] },
      { mode: "User" },
    ])
      assert.ok(!agrees(different, found), JSON.stringify(different));
    assert.ok(!agrees({}, undefined));
    for (const empty of [{}, { nodeTaints: null }, { nodeTaints: [] }]) assert.ok(agrees({ nodeTaints: [] }, empty));
    assert.ok(!agrees({ nodeTaints: [] }, { nodeTaints: ["a=b:NoSchedule"] }));
    assert.ok(!agrees({ nodeTaints: ["a=b:NoSchedule"] }, {}));
  });
});
