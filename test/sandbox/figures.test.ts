import assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import fc from "fast-check";
import { nodesFor, sandboxName, stateFolder, statusText } from "../../sandbox";
import { EngineError, failuresIn } from "../../sandbox/engine/failures";
import { UpdateProgress } from "../../sandbox/engine/progress";
import { nodeCount, nodeObjects } from "../../sandbox/nodes/nodes";
import { nodeShapes, regions, type Cloud } from "../../sandbox/nodes/shapes";
import { nodeFigures, podRequest, quantity, workloadFigures } from "../../sandbox/status";

const clouds = Object.keys(nodeShapes) as Cloud[];
const urn = "urn:pulumi:toy::toy::kubernetes:apps/v1:Deployment::web";

describe("simulated nodes", () => {
  it("are the same number in every zone, named apart, and end in their zone", () => {
    for (const cloud of clouds) {
      const pods = Array.from({ length: 25 }, () => ({ cpuMillis: 2000, memoryMib: 4096, scratchMib: 8192 }));
      const nodes = nodesFor({ cloud, pods: { general: pods, scratch: pods } });
      assert.equal(new Set(nodes.map(({ name }) => name)).size, nodes.length);
      for (const pool of ["general", "scratch"] as const) {
        const counts = regions[cloud].zones.map(
          (zone) => nodes.filter((node) => node.pool === pool && node.zone === zone).length,
        );
        assert.equal(new Set(counts).size, 1);
        assert.ok((counts[0] ?? 0) >= 1);
      }
      for (const { name, zone } of nodes) assert.match(name, new RegExp(`^[a-z0-9-]+\\.${zone}$`));
    }
  });

  it("suffice: the pods fit by first fit even without the headroom", () => {
    const pod = fc.record({
      cpuMillis: fc.integer({ min: 50, max: 7400 }),
      memoryMib: fc.integer({ min: 64, max: 27_000 }),
      scratchMib: fc.integer({ min: 0, max: 70 * 1024 }),
    });
    fc.assert(
      fc.property(fc.array(pod, { maxLength: 60 }), fc.constantFrom(...clouds), (pods, cloud) => {
        const shape = nodeShapes[cloud].general[0];
        const count = nodeCount(pods, shape, 0.25);
        const sum = (of: (one: (typeof pods)[number]) => number) => pods.map(of).reduce((a, b) => a + b, 0);
        assert.ok(count >= nodeCount(pods, shape, 0));
        assert.ok(count * shape.cpuMillis >= sum(({ cpuMillis }) => cpuMillis));
        assert.ok(count * shape.memoryGib * 1024 >= sum(({ memoryMib }) => memoryMib));
        assert.ok(count * shape.ephemeralGib * 1024 >= sum(({ scratchMib }) => scratchMib));
      }),
    );
  });

  it("refuse a pod that fits on none, with the figures of both", () => {
    const pod = { cpuMillis: 9000, memoryMib: 1024, scratchMib: 0 };
    assert.throws(
      () => nodesFor({ cloud: "aws", pods: { general: [pod], scratch: [] } }),
      /9000m CPU.*m7i\.2xlarge.*7610m.*choose a larger type/,
    );
  });

  it("keep pods without a toleration off the scratch pool", () => {
    const objects = nodeObjects(nodesFor({ cloud: "gcp", pods: { general: [], scratch: [] } }), "v1.35.4") as {
      metadata: { labels: Record<string, string> };
      spec: { taints?: { key: string; value: string; effect: string }[] };
      status: { allocatable: Record<string, string> };
    }[];
    for (const { metadata, spec, status } of objects) {
      const scratch = metadata.labels["logfire.dev/pool"] === "scratch";
      const taint = { key: "logfire.dev/scratch", value: "true", effect: "NoSchedule" };
      assert.deepEqual(spec.taints, scratch ? [taint] : undefined);
      assert.equal(status.allocatable["ephemeral-storage"], scratch ? `${588 * 1024}Mi` : `${80 * 1024}Mi`);
    }
  });
});

describe("the sandbox's status", () => {
  it("reads every form of quantity", () => {
    const values = {
      "250m": 0.25,
      "2": 2,
      "1Ki": 1024,
      "1.5Gi": 1.5 * 1024 ** 3,
      "128974848": 128974848,
      "1e3": 1000,
      "5G": 5e9,
    };
    for (const [text, value] of Object.entries(values)) assert.equal(quantity(text), value);
    assert.throws(() => quantity("16 gigs"), /"16 gigs" is not a Kubernetes quantity/);
  });

  it("counts what the scheduler counts: side-cars with the containers, init containers where they are larger", () => {
    const requests = (cpu: string, restartPolicy?: string) => ({ resources: { requests: { cpu } }, restartPolicy });
    const containers = [requests("1"), requests("500m")];
    assert.equal(podRequest({ spec: { containers, initContainers: [requests("1")] } }).cpu, 1.5);
    assert.equal(podRequest({ spec: { containers, initContainers: [requests("3")] } }).cpu, 3);
    assert.equal(podRequest({ spec: { containers, initContainers: [requests("1", "Always")] } }).cpu, 2.5);
  });

  it("leaves out pods that have ended, and shows used of allocatable per node", () => {
    const containers = [{ resources: { requests: { cpu: "1", memory: "2Gi", "ephemeral-storage": "10Gi" } } }];
    const pod = (phase: string) => ({
      metadata: { name: phase },
      spec: { nodeName: "n1", containers },
      status: { phase },
    });
    const labels = {
      "logfire.dev/pool": "scratch",
      "node.kubernetes.io/instance-type": "big",
      "topology.kubernetes.io/zone": "z",
    };
    const allocatable = { cpu: "7610m", memory: "57Gi", "ephemeral-storage": "390Gi" };
    const nodes = nodeFigures(
      [{ metadata: { name: "n1", labels }, spec: { unschedulable: true }, status: { allocatable } }],
      [pod("Running"), pod("Pending"), pod("Succeeded"), pod("Failed")],
    );
    assert.deepEqual(nodes[0]?.used, { cpu: 2, memory: 4, scratch: 20 });
    const text = statusText({ workloads: [], nodes, edge: [] }, false);
    assert.match(text, /^scratch +big +z +n1 \(cordoned\) +2 +2 \/ 7\.6 +4 \/ 57 +20 \/ 390$/m);
    assert.ok(!text.includes("\u001b"), "colours outside a terminal");
  });

  it("shows ready of desired for every kind of workload", () => {
    const figures = workloadFigures([
      { kind: "StatefulSet", metadata: { name: "b" }, spec: { replicas: 3 }, status: { readyReplicas: 2 } },
      { kind: "Deployment", metadata: { name: "a" }, spec: { replicas: 2 } },
      { kind: "Job", metadata: { name: "c" }, status: { succeeded: 1 } },
    ]);
    assert.deepEqual(
      figures.map(({ name, ready, desired }) => `${name} ${ready}/${desired}`),
      ["a 0/2", "b 2/3", "c 1/1"],
    );
  });
});

describe("what an update tells", () => {
  const event = (message: string, about = urn, severity: "error" | "warning" = "error"): EngineEvent => ({
    sequence: 1,
    timestamp: 0,
    diagnosticEvent: { urn: about, message, color: "never", severity },
  });
  const step = (kind: "resourcePreEvent" | "resOutputsEvent", name: string) =>
    ({
      sequence: 1,
      timestamp: 0,
      [kind]: { metadata: { op: "create", urn: urn.replace("web", name) } },
    }) as unknown as EngineEvent;

  it("names what it waits for, longest first", () => {
    let now = 0;
    const progress = new UpdateProgress(() => now);
    for (const name of ["a", "b", "c"]) {
      progress.record(step("resourcePreEvent", name));
      now += 2000;
    }
    progress.record(step("resOutputsEvent", "a"));
    assert.equal(progress.describe(), "1 of 3 so far; waiting for Deployment b (4 s)");
  });

  it("keeps a long message short, and drops what says nothing", () => {
    const lines = Array.from({ length: 40 }, (_, index) => `  * line ${index}`);
    const failures = failuresIn([
      event(["update failed", ...lines].join("\n")),
      event("using pulumi-resource-random from $PATH at /x", ""),
      event("only a warning", urn, "warning"),
    ]);
    assert.equal(failures.length, 1);
    assert.equal(failures[0]?.resource, "Deployment web");
    assert.deepEqual(failures[0]?.reason.split("\n").slice(-2), ["line 5", "… 34 more lines in the log"]);
  });

  it("says where a Gateway tells why it is not ready, which the engine does not", () => {
    const about = "urn:pulumi:a::b::b:index:Edge$kubernetes:gateway.networking.k8s.io/v1:Gateway::edge-gateway";
    const reason = `resource "${about}" was successfully created, but failed to become live: timed out waiting for the condition`;
    const [failure] = failuresIn([event(reason, about)], new Map([[about, "logfire"]]));
    assert.equal(failure?.hint, "kubectl -n logfire describe gateways");
  });

  it("keeps all of what the program itself says, without its stack trace and only once", () => {
    const stack = "urn:pulumi:toy::toy::pulumi:pulumi:Stack::toy-toy";
    const problems = Array.from({ length: 9 }, (_, index) => `key${index}: is wrong`).join("\n");
    const failures = failuresIn([
      event(`Unhandled exception: Error: ${problems}\n    at program (/x/index.ts:1:2)\n`, stack),
      event(problems, ""),
    ]);
    const error = new EngineError("Deploying", failures, "/x.log");
    assert.equal(error.message.match(/key0: is wrong/g)?.length, 1, error.message);
    assert.match(error.message, /key8: is wrong/);
    assert.ok(!error.message.includes("index.ts"));
  });
});

describe("a sandbox's name", () => {
  it("differs between checkouts and does not change", () => {
    assert.equal(sandboxName("/"), sandboxName("/"));
    assert.notEqual(sandboxName("/"), sandboxName("/tmp"));
    assert.match(sandboxName("/tmp"), /^tmp-[0-9a-f]{8}$/);
  });

  it("cannot lead out of the cache", () => {
    for (const name of ["..", "a/b", "", "A", "-a"]) assert.throws(() => stateFolder(name), /is not a sandbox name/);
  });
});
