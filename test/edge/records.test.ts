import assert from "node:assert/strict";
import { pendingSteps, recordsFor, type PendingInput } from "../../components/logfire/edge/records";

const input = (changes: Partial<PendingInput> = {}): PendingInput => ({
  mode: "gateway",
  records: [{ name: "logfire.example.org", type: "A", values: ["203.0.113.7"] }],
  written: false,
  service: "logfire-service.logfire:8080",
  ...changes,
});

describe("what is left to do at the edge", () => {
  it("is a record for each hostname and kind of address", () => {
    assert.deepEqual(recordsFor(["a.example.org", "b.example.org"], ["203.0.113.7", "2001:db8::7"]), [
      { name: "a.example.org", type: "A", values: ["203.0.113.7"] },
      { name: "a.example.org", type: "AAAA", values: ["2001:db8::7"] },
      { name: "b.example.org", type: "A", values: ["203.0.113.7"] },
      { name: "b.example.org", type: "AAAA", values: ["2001:db8::7"] },
    ]);
    assert.deepEqual(recordsFor(["a.example.org"], ["lb-1.elb.example.net"]), [
      { name: "a.example.org", type: "CNAME", values: ["lb-1.elb.example.net"] },
    ]);
    assert.deepEqual(recordsFor(["a.example.org"], []), []);
  });

  it("is said in full where nobody can write the records", () => {
    assert.deepEqual(pendingSteps(input()), [
      "Make the DNS record logfire.example.org A 203.0.113.7, unless it is there.",
    ]);
  });

  it("is nothing where the records are written and the certificate is there", () => {
    const certificate = { name: "logfire-frontend-cert", namespace: "logfire", ready: true };
    assert.deepEqual(pendingSteps(input({ written: true, certificate })), []);
  });

  it("names the delegation, and the certificate that waits for it", () => {
    const steps = pendingSteps(
      input({
        written: true,
        zone: "example.org",
        nameServers: ["ns1.example.net", "ns2.example.net"],
        certificate: { name: "logfire-frontend-cert", namespace: "team", ready: false },
      }),
    );
    assert.equal(steps.length, 2);
    assert.match(steps[0] ?? "", /^Delegate example\.org to ns1\.example\.net, ns2\.example\.net/);
    assert.match(steps[1] ?? "", /kubectl describe certificate logfire-frontend-cert -n team/);
  });

  it("says that a whole zone cannot be a CNAME", () => {
    const records = recordsFor(["example.org"], ["lb.example.net"]);
    assert.match(pendingSteps(input({ zone: "example.org", records })).join("\n"), /ALIAS/);
    const below = recordsFor(["logfire.example.org"], ["lb.example.net"]);
    assert.doesNotMatch(pendingSteps(input({ zone: "example.org", records: below })).join("\n"), /ALIAS/);
  });

  it("is nothing at a whole zone whose records the platform writes, which has an alias for that", () => {
    const records = recordsFor(["example.org"], ["lb.example.net"]);
    assert.deepEqual(pendingSteps(input({ zone: "example.org", records, written: true })), []);
  });

  it("is no delegation where a native certificate is there, which could not be without it", () => {
    const nameServers = ["ns1.example.net"];
    assert.deepEqual(pendingSteps(input({ mode: "native", written: true, zone: "example.org", nameServers })), []);
  });

  it("is to lead an own routing layer to the Service, and nothing else", () => {
    const steps = pendingSteps(input({ mode: "none", records: [] }));
    assert.equal(steps.length, 1);
    assert.match(steps[0] ?? "", /logfire-service\.logfire:8080/);
  });

  it("says so where the load balancer has no address yet", () => {
    assert.match(pendingSteps(input({ records: [] })).join("\n"), /no address yet/);
  });
});
