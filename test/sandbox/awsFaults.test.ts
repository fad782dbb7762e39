import assert from "node:assert/strict";
import { meet, writeFaults } from "../../sandbox/providers/cloud/faults";
import { aws as simulation } from "../../sandbox/providers/aws/simulation";
import { testAccount, type TestAccount } from "./awsAccount";

describe("faults of simulated AWS", () => {
  let aws: TestAccount;
  beforeEach(() => (aws = testAccount({ speed: 1e6 })));
  afterEach(() => aws.remove());
  const zone = () => aws.create("route53/zone:Zone", { name: "example.com" });
  const seconds = () => aws.account.calls().at(-1)?.simulatedSeconds;

  it("throttle a call some times, which the provider gets over by itself and which takes its time", async () => {
    await zone();
    const usual = Number(seconds());
    writeFaults(aws.folder, [{ call: "Route53:.*", throttle: 3 }]);
    await zone();
    assert.ok(Math.abs(Number(seconds()) - usual - 0.7) < 1e-9, String(seconds()));
    await zone();
    assert.equal(seconds(), usual);
  });

  it("throttle a call more often than the provider tries", async () => {
    writeFaults(aws.folder, [{ call: "Route53:CreateHostedZone", throttle: 40 }]);
    await assert.rejects(zone(), /ThrottlingException: Rate exceeded \(25 attempts\)/);
    await zone();
  });

  it("fail a call for a while, and leave nothing", async () => {
    writeFaults(aws.folder, [
      { call: "Route53:CreateHostedZone", fail: { times: 1, code: "InternalFailure", message: "sorry" } },
    ]);
    await assert.rejects(zone(), /creating Route 53 HostedZone: .* InternalFailure: sorry/);
    assert.deepEqual(aws.account.entities(), []);
    await zone();
    assert.equal(aws.account.entities().length, 1);
  });

  it("make a call slow, and end the provider in the middle of one", async () => {
    await zone();
    const usual = Number(seconds());
    writeFaults(aws.folder, [{ call: "Route53:.*", slow: 3 }]);
    await zone();
    assert.equal(seconds(), 3 * usual);
    writeFaults(aws.folder, [{ call: "RDS:.*", end: 1 }]);
    const ends = () => meet(aws.folder, "RDS:CreateDBInstance", simulation.retries).ends;
    assert.deepEqual([ends(), ends()], [true, false]);
  });
});
