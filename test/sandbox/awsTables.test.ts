import assert from "node:assert/strict";
import { usualOptions } from "../../sandbox/providers/aws/kind";
import { aws } from "../../sandbox/providers/aws/simulation";
import { withEmptyParts } from "../../sandbox/providers/cloud/emptyParts";
import { undefinedIn } from "../../sandbox/providers/cloud/outputs";
import { resourceShape } from "../../sandbox/providers/cloud/sdk/resources";
import { describeTables } from "./cloudTables";

describeTables(aws, {
  options: usualOptions,
  configuration: { region: "eu-west-1" },
  companions: ["autoscaling/group:Group", "rds/snapshot:Snapshot"],
  requiredByCheck: { "ec2/vpc:Vpc": ["cidrBlock"], "ec2/subnet:Subnet": ["cidrBlock"] },
  unknown: {
    ...{ type: "aws:sqs/queue:Queue", lookup: "aws:ec2/getAmi:getAmi" },
    argument: ["aws:index/getRegion:getRegion", { zone: "a" }, "zone"],
  },
});

describe("the simulated aws provider", () => {
  it("leaves parts of parts empty that the SDK promises, and no part of what is not there", () => {
    const { outputs } = resourceShape("aws:eks/cluster:Cluster");
    const paths = aws.emptyParts["eks/cluster:Cluster"] ?? [];
    assert.deepEqual(withEmptyParts({ vpcConfig: { vpcId: "vpc-1" } }, outputs, paths), {
      vpcConfig: { vpcId: "vpc-1", controlPlaneEgressMode: "" },
    });
  });

  it("finds parts of parts that the SDK promises and a table does not define", () => {
    const { outputs } = resourceShape("aws:eks/nodeGroup:NodeGroup");
    const found = undefinedIn(
      { resources: outputs["resources"] ?? assert.fail(), launchTemplate: outputs["launchTemplate"] ?? assert.fail() },
      { resources: [{ autoscalingGroups: [{ name: "eks-1" }, {}] }], launchTemplate: { id: "lt-1", version: "1" } },
    );
    assert.deepEqual(found, ["resources[0].remoteAccessSecurityGroupId", "launchTemplate.name"]);
  });

  it("has nothing that the SDK has no class for", () => {
    assert.throws(() => resourceShape("aws:ec2/nothing:Nothing"), /@pulumi\/aws has no aws:ec2\/nothing:Nothing/);
  });
});
