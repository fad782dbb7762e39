import assert from "node:assert/strict";
import { usualOptions } from "../../sandbox/providers/gcp/kind";
import { withParts } from "../../sandbox/providers/gcp/promisedParts";
import { gcp } from "../../sandbox/providers/gcp/simulation";
import { resourceShape } from "../../sandbox/providers/cloud/sdk/resources";
import { describeTables } from "./cloudTables";

describeTables(gcp, {
  options: usualOptions,
  configuration: { project: usualOptions.project, region: "europe-west1" },
  companions: [],
  requiredByCheck: {
    "compute/subnetwork:Subnetwork": ["ipCidrRange"],
    "compute/router:Router": ["network"],
    "container/cluster:Cluster": ["location"],
    "container/nodePool:NodePool": ["location"],
    "sql/user:User": ["name"],
  },
  unknown: {
    ...{ type: "gcp:pubsub/topic:Topic", lookup: "gcp:compute/getImage:getImage" },
    argument: ["gcp:compute/getZones:getZones", { zone: "a" }, "zone"],
  },
});

describe("the simulated gcp provider", () => {
  it("answers parts of parts that the SDK promises, empty, and no part of what is not there", () => {
    const { outputs } = resourceShape("gcp:container/nodePool:NodePool");
    const { nodeConfig, networkConfig } = withParts(outputs, {
      nodeConfig: { machineType: "n2-highmem-8", taints: [{ key: "a", effect: "NO_SCHEDULE" }] },
      networkConfig: {},
    });
    assert.deepEqual(networkConfig, {});
    const { machineType, taints, bootDisk, diskSizeGb, spot } = nodeConfig as Record<string, unknown>;
    assert.deepEqual(
      [machineType, taints, bootDisk, diskSizeGb, spot],
      ["n2-highmem-8", [{ key: "a", effect: "NO_SCHEDULE", value: "" }], {}, 0, undefined],
    );
  });
});
