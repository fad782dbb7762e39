import assert from "node:assert/strict";
import fc from "fast-check";
import { scalingOf } from "../../../components/platform/aws/nodes";
import { inputsOf, ofType, recordPlatform, usualRecording } from "./support";

const group = "aws:eks/nodeGroup:NodeGroup";
const pool = (minNodes: number, maxNodes: number, type = "m7i.2xlarge") => ({ type, minNodes, maxNodes });
const running = (minSize: number, desiredSize: number, maxSize: number, type = "m7i.2xlarge") => ({
  name: "logfire-test-general-0-1",
  instanceTypes: [type],
  minSize,
  maxSize,
  desiredSize,
});

describe("node groups", () => {
  it("are one for each zone of the general pool, and one over all zones of the scratch pool", async () => {
    const recording = await usualRecording();
    const groups = ofType(recording, group).map((one) => [one.name, inputsOf(one)] as const);
    assert.deepEqual(
      groups.map(([name, { subnetIds, scalingConfig }]) => [name, (subnetIds as unknown[]).length, scalingConfig]),
      [
        ["platform-general-0", 1, { minSize: 2, desiredSize: 2, maxSize: 3 }],
        ["platform-general-1", 1, { minSize: 1, desiredSize: 1, maxSize: 2 }],
        ["platform-general-2", 1, { minSize: 1, desiredSize: 1, maxSize: 2 }],
        ["platform-scratch", 3, { minSize: 4, desiredSize: 4, maxSize: 18 }],
      ],
    );
    for (const [name, { nodeGroupName, nodeGroupNamePrefix }] of groups) {
      assert.equal(nodeGroupName, undefined, "a name of its own lets a replacement be made first");
      assert.equal(nodeGroupNamePrefix, `${name.replace("platform", "logfire-test")}-`);
    }
  });

  it("carry what pods choose them by, and only scratch nodes refuse everybody else", async () => {
    const recording = await usualRecording();
    const [node = assert.fail("none")] = ofType(recording, group).filter(({ name }) => name === "platform-scratch");
    const { labels, taints, amiType, version, nodeRepairConfig } = inputsOf(node);
    assert.deepEqual(labels, { "logfire.dev/pool": "scratch" });
    assert.deepEqual(taints, [{ key: "logfire.dev/scratch", value: "true", effect: "NO_SCHEDULE" }]);
    assert.deepEqual([amiType, version], ["AL2023_x86_64_STANDARD", "1.35"]);
    assert.deepEqual(nodeRepairConfig, { enabled: true });
    const [general = assert.fail("none")] = ofType(recording, group);
    assert.deepEqual(inputsOf(general)["taints"], []);
  });

  it("give no pod the node's role, and encrypt their disks", async () => {
    const templates = ofType(await usualRecording(), "aws:ec2/launchTemplate:LaunchTemplate").map(inputsOf);
    assert.equal(templates.length, 2);
    for (const { metadataOptions, blockDeviceMappings, tagSpecifications } of templates) {
      assert.deepEqual(metadataOptions, {
        httpEndpoint: "enabled",
        httpTokens: "required",
        httpPutResponseHopLimit: 1,
      });
      const [disk] = blockDeviceMappings as { deviceName: string; ebs: Record<string, unknown> }[];
      assert.equal(disk?.ebs["encrypted"], "true");
      const specifications = tagSpecifications as { resourceType: string; tags: Record<string, string> }[];
      assert.deepEqual(
        specifications.map(({ resourceType }) => resourceType),
        ["instance", "volume", "network-interface"],
      );
      assert.ok(specifications.every(({ tags }) => tags["logfire.dev/stack"] === "test" && tags["team"]));
    }
  });

  it("put the kubelet on the instance store of scratch nodes", async () => {
    const recording = await usualRecording();
    const [general, scratch] = ofType(recording, "aws:ec2/launchTemplate:LaunchTemplate").map(inputsOf);
    assert.equal(general?.["userData"], undefined);
    const message = Buffer.from(String(scratch?.["userData"]), "base64").toString("utf8");
    const [head = "", part = "", body = ""] = message.split("\r\n\r\n");
    const [, boundary = ""] = /boundary="([^"]+)"/.exec(head) ?? [];
    assert.ok(part.startsWith(`--${boundary}\r\nContent-Type: application/node.eks.aws`));
    assert.ok(message.endsWith(`\r\n--${boundary}--\r\n`));
    assert.deepEqual(JSON.parse(body.split("\r\n")[0] ?? ""), {
      apiVersion: "node.eks.aws/v1alpha1",
      kind: "NodeConfig",
      spec: { instance: { localStorage: { strategy: "RAID0" } } },
    });
  });

  it("are found again by their names, with the number that the autoscaler has made of them", async () => {
    const nodeGroups = [running(2, 3, 3), { ...running(4, 11, 12, "r6id.2xlarge"), name: "logfire-test-scratch-2" }];
    const recording = await recordPlatform({ facts: { nodeGroups } });
    const of = (name: string) => ofType(recording, group).find((one) => one.name === name) ?? assert.fail(name);
    assert.deepEqual(of("platform-general-0").ignoreChanges, ["scalingConfig.desiredSize"]);
    assert.deepEqual(of("platform-scratch").ignoreChanges, [], "its upper bound changes");
    assert.deepEqual(inputsOf(of("platform-scratch"))["scalingConfig"], { minSize: 4, desiredSize: 11, maxSize: 18 });
  });
});

describe("the number of nodes", () => {
  it("is the minimum to begin with, and nobody's business afterwards", () => {
    assert.deepEqual(scalingOf(pool(3, 9), []), {
      config: { minSize: 3, maxSize: 9, desiredSize: 3 },
      asBefore: true,
    });
    assert.ok(scalingOf(pool(3, 9), [running(3, 7, 9)]).asBefore);
  });

  it("is said with new bounds, because EKS refuses a number outside of them", () => {
    assert.deepEqual(scalingOf(pool(5, 9), [running(3, 3, 9)]), {
      config: { minSize: 5, maxSize: 9, desiredSize: 5 },
      asBefore: false,
    });
    assert.deepEqual(scalingOf(pool(1, 2), [running(3, 7, 9)]).config, { minSize: 1, maxSize: 2, desiredSize: 2 });
  });

  it("carries over to other machines, so that pods have a place before the old ones go", () => {
    assert.deepEqual(scalingOf(pool(3, 9, "m7i.4xlarge"), [running(3, 7, 9)]), {
      config: { minSize: 3, maxSize: 9, desiredSize: 7 },
      asBefore: false,
    });
  });

  it("lies within the bounds, whatever runs", () => {
    const sizes = fc.tuple(fc.nat(50), fc.nat(50), fc.nat(50)).map((all) => [...all].sort((a, b) => a - b));
    fc.assert(
      fc.property(sizes, sizes, ([least = 0, , most = 0], [min = 0, now = 0, max = 0]) => {
        const { minSize, desiredSize, maxSize } = scalingOf(pool(least, most), [running(min, now, max)]).config;
        assert.ok(minSize <= desiredSize && desiredSize <= maxSize);
      }),
    );
  });
});
