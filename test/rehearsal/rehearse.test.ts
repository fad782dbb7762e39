import assert from "node:assert/strict";
import { rehearsalRequest } from "../../cli/rehearse";
import program from "../../index";
import { ownerParts } from "../../sandbox/rehearsal/owner";
import { rehearse } from "../../sandbox/rehearsal/rehearsal";
import { toolset } from "../support/tools";

const quietly = { fault: [], scenario: [], adopt: [], speed: 100, quota: {} } as const;

/**
 * The disposable stack as its file has it, from nothing to nothing, on an account as AWS hands it out. What AWS itself
 * takes, that containers run and that traffic arrives is not proved.
 */
describe("a rehearsal of stack aws-dev", function () {
  this.timeout(600_000);

  it("comes up as fast as its dependencies allow, with all pods Ready, and goes without a trace", async () => {
    const report = await rehearse(rehearsalRequest({ stack: "aws-dev", ...quietly }, await toolset(), program));
    assert.deepEqual(report.problems, []);
    const { up, nodes, pods, second, destroy } = report;
    assert.deepEqual(up.late, []);
    assert.ok(
      up.chain.path.some((urn) => urn.includes("aws:rds/instance:Instance")),
      up.chain.path.join("\n"),
    );
    assert.ok(up.chain.seconds > 900 && up.chain.seconds < 1100, String(up.chain.seconds));
    for (const service of ["ec2", "eks", "iam", "rds", "elasticache", "s3", "route53", "lb", "kms", "kubernetes"])
      assert.ok((up.resources[service] ?? 0) > 0, service);
    assert.deepEqual(
      nodes.map(({ pool, added }) => [pool, added]),
      [
        ["general", 0],
        ["scratch", 0],
      ],
    );
    assert.ok(pods.total > 20, String(pods.total));
    assert.deepEqual(
      Object.keys(second).filter((op) => op !== "read"),
      ["same"],
    );
    assert.deepEqual(destroy?.left, []);
  });

  it("gets over throttling, over requests that fail for a while and over an interruption in the middle", async () => {
    const options = { stack: "aws-dev", ...quietly, fault: ["throttle", "cut", "fail"] } as const;
    const report = await rehearse(rehearsalRequest(options, await toolset(), program));
    assert.deepEqual(report.problems, []);
    const refused = report.up.failedCalls.join("\n");
    assert.match(refused, /ElastiCache:CreateReplicationGroup: InternalFailure/);
    assert.match(refused, /EKS:CreateNodegroup: ServerException/);
  });

  it("takes over network, cluster, database, bucket, Redis and zone of the owner's, and leaves them", async () => {
    const options = { stack: "aws-dev", ...quietly, adopt: ownerParts };
    const report = await rehearse(rehearsalRequest(options, await toolset(), program));
    assert.deepEqual(report.problems, []);
    const made = Object.keys(report.up.resources);
    for (const service of ["rds", "s3", "elasticache", "kms"]) assert.ok(!made.includes(service), service);
    assert.deepEqual(report.destroy?.ownersGone, []);
  });
});
