import assert from "node:assert/strict";
import { rehearsalRequest } from "../../cli/rehearse";
import program from "../../index";
import { rehearsedAws } from "../../sandbox/providers/aws/rehearsed";
import { rehearse } from "../../sandbox/rehearsal/rehearsal";
import type { RehearsalReport } from "../../sandbox/rehearsal/report";
import { toolset } from "../support/tools";

/** The disposable stack in the network, with the bucket and the zone of its owner, on a bad day. */
describe("a rehearsal of stack aws-dev in which everything goes wrong", function () {
  this.timeout(900_000);
  let report: RehearsalReport;

  before(async () => {
    const options = {
      ...{ stack: "aws-dev", scenario: [], speed: 1000, quota: {} },
      fault: ["throttle", "cut", "fail"],
      adopt: ["network", "bucket", "zone"],
    } as const;
    report = await rehearse(rehearsalRequest(options, rehearsedAws, await toolset(), program));
  });

  it("gets over throttling, requests that fail for a while and an interruption in the middle", () => {
    assert.deepEqual(report.problems, []);
    const refused = report.up.failedCalls.join("\n");
    assert.match(refused, /ElastiCache:CreateReplicationGroup: InternalFailure/);
    assert.match(refused, /EKS:CreateNodegroup: ServerException/);
    assert.deepEqual(report.pods.unready, []);
  });

  it("makes nothing of what is the owner's, and leaves it", () => {
    const made = Object.keys(report.up.resources);
    for (const service of ["vpc", "s3"]) assert.ok(made.includes(service) === (service === "vpc"), service);
    assert.deepEqual(report.destroy?.ownersGone, []);
    assert.deepEqual(report.destroy?.left, []);
  });
});
