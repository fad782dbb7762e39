import assert from "node:assert/strict";
import { rehearsalRequest } from "../../cli/rehearse";
import program from "../../index";
import type { RehearsedCloud } from "../../sandbox/rehearsal/cloud";
import { rehearse } from "../../sandbox/rehearsal/rehearsal";
import type { RehearsalReport } from "../../sandbox/rehearsal/report";
import { toolset } from "../support/tools";

export interface BadDay {
  readonly cloud: RehearsedCloud;
  readonly stack: string;
  /** What the cloud refused for good, once each. */
  readonly refused: readonly RegExp[];
  /** Services, as Pulumi's types name them: of which something is made, and of which nothing is. */
  readonly made: readonly string[];
  readonly notMade: readonly string[];
}

/** The disposable stack in the network, with the bucket and the zone of its owner, on a bad day. */
export function describeBadDay({ cloud, stack, refused, made, notMade }: BadDay): void {
  describe(`a rehearsal of stack ${stack} in which everything goes wrong`, function () {
    this.timeout(900_000);
    let report: RehearsalReport;

    before(async () => {
      const options = {
        ...{ stack, scenario: [], speed: 1000, quota: {} },
        fault: ["throttle", "cut", "fail"],
        adopt: ["network", "bucket", "zone"],
      } as const;
      report = await rehearse(rehearsalRequest(options, cloud, await toolset(), program));
    });

    it("gets over throttling, requests that fail for a while and an interruption in the middle", () => {
      assert.deepEqual(report.problems, []);
      const failed = report.up.failedCalls.join("\n");
      for (const each of refused) assert.match(failed, each);
      assert.deepEqual(report.pods.unready, []);
    });

    it("makes nothing of what is the owner's, and leaves it", () => {
      const services = Object.keys(report.up.resources);
      for (const service of made) assert.ok(services.includes(service), service);
      for (const service of notMade) assert.ok(!services.includes(service), service);
      assert.deepEqual(report.destroy?.ownersGone, []);
      assert.deepEqual(report.destroy?.left, []);
    });
  });
}
