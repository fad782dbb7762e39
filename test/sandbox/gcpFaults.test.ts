import assert from "node:assert/strict";
import { writeFaults } from "../../sandbox/providers/cloud/faults";
import { testAccount, type TestAccount } from "./gcpAccount";

describe("faults of simulated GCP", () => {
  let gcp: TestAccount;
  beforeEach(() => (gcp = testAccount({ speed: 1e6 })));
  afterEach(() => gcp.remove());
  const zone = (name: string) => gcp.create("dns/managedZone:ManagedZone", { name, dnsName: "example.com." });
  const seconds = () => Number(gcp.account.calls().at(-1)?.simulatedSeconds);

  it("throttle a call some times, which the provider gets over by itself and which takes its time", async () => {
    await zone("one");
    const usual = seconds();
    writeFaults(gcp.folder, [{ call: "CloudDNS:.*", throttle: 3 }]);
    await zone("two");
    assert.ok(Math.abs(seconds() - usual - 3.5) < 1e-9, String(seconds()));
  });

  it("throttle a call more often than the provider tries", async () => {
    writeFaults(gcp.folder, [{ call: "CloudDNS:CreateManagedZone", throttle: 30 }]);
    await assert.rejects(zone("one"), /Error 429: Quota exceeded for quota metric 'Queries'/);
    await zone("one");
  });

  it("fail a call for a while, and leave nothing", async () => {
    const fail = { times: 1, code: "backendError", message: "sorry" };
    writeFaults(gcp.folder, [{ call: "CloudDNS:CreateManagedZone", fail }]);
    await assert.rejects(zone("one"), /Error creating ManagedZone: googleapi: Error 503: sorry, backendError/);
    assert.deepEqual(gcp.account.entities(), []);
    await zone("one");
  });
});
