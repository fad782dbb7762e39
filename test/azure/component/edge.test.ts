import assert from "node:assert/strict";
import { AzurePlatform, createAzureProvider } from "../../../components/platform/azure";
import { relativeName } from "../../../components/platform/azure/dns";
import type { DnsRecord } from "../../../components/platform/contract";
import type { EdgeSettings } from "../../../components/settings/types";
import { record, valueOf } from "../../support/harness";
import { subscriptionId } from "../figures/values";
import { factsOf, logfireOnAzure, settingsOf } from "../settings";
import {
  azureCalls,
  azureOutputs,
  comesAfter,
  inputsOf,
  ofType,
  one,
  onlyOf,
  recordPlatform,
  usualRecording,
} from "./support";

const withEdge = (changes: Partial<EdgeSettings>) => ({ logfire: { edge: { ...logfireOnAzure().edge, ...changes } } });
const azure = (name: string) => `service.beta.kubernetes.io/azure-${name}`;
const addresses = "network:PublicIPAddress";

describe("the load balancer on Azure", () => {
  it("is AKS' own, on an address that is there before it and stays", async () => {
    const recording = await usualRecording();
    const { annotations, addresses: reserved = [], asksByAddress, nodePorts } = recording.result.edge.loadBalancer;
    assert.deepEqual([asksByAddress, nodePorts], [false, undefined]);
    assert.deepEqual(await Promise.all(reserved.map((address) => valueOf(address))), ["192.0.2.13"]);
    assert.equal(await valueOf(annotations.public[azure("pip-name")] ?? ""), "logfire-test-edge");
    assert.equal(await valueOf(annotations.public[azure("load-balancer-resource-group")] ?? ""), "logfire-test");
    const { zones, publicIPAllocationMethod } = inputsOf(one(recording, addresses, "platform-edge"));
    assert.deepEqual([zones, publicIPAllocationMethod], [["1", "2", "3"], "Static"]);
  });

  it("gives the address back only after the cluster and everything in it", async () => {
    const recording = await usualRecording();
    for (const later of ["platform-cluster", "platform-kubernetes"])
      assert.ok(comesAfter(recording, later).has("platform-edge"), later);
    assert.ok(comesAfter(recording, "platform-kubernetes").has("platform-cluster-address"));
  });

  it("stays inside the network where the owner says so, on an address of the nodes' subnet", async () => {
    const recording = await recordPlatform(withEdge({ exposure: "internal" }));
    const { annotations, addresses: reserved = [] } = recording.result.edge.loadBalancer;
    assert.equal(annotations.internal[azure("load-balancer-internal")], "true");
    const [address = assert.fail("no address")] = reserved;
    assert.match(await valueOf(address), /^10\.60\.127\.\d+$/);
    assert.equal(await valueOf(annotations.internal[azure("load-balancer-ipv4")] ?? ""), await valueOf(address));
    assert.deepEqual(
      ofType(recording, addresses).map(({ name }) => name),
      ["platform-nat"],
    );
    for (const name of ["platform-cluster-address", "platform-cluster-group"])
      assert.ok(!recording.resources.some((resource) => resource.name === name), name);
  });

  it("is not made where the owner's routing layer leads to Logfire", async () => {
    for (const mode of ["none", "ingress"] as const) {
      const recording = await recordPlatform(withEdge({ mode, certificate: { source: "none" } }));
      assert.ok(!recording.resources.some(({ name }) => name === "platform-edge"), mode);
      const { annotations, addresses: reserved } = recording.result.edge.loadBalancer;
      assert.deepEqual([annotations, reserved], [{ public: {}, internal: {} }, undefined]);
    }
  });
});

describe("records in Azure DNS", () => {
  const written = (...records: readonly DnsRecord[]) =>
    record(
      () => {
        const settings = settingsOf({});
        const provider = createAzureProvider("platform", settings.platform);
        const platform = new AzurePlatform("platform", { settings, secrets: {}, facts: factsOf() }, { provider });
        for (const each of records) platform.edge.zone?.write?.("logfire", each, {});
        return platform;
      },
      { outputs: azureOutputs, call: azureCalls },
    );

  it("are named without their zone, and written by Azure's provider", async () => {
    const recording = await written({ name: "logfire.acme.dev", type: "A", values: ["192.0.2.1", "192.0.2.2"] });
    const entry = onlyOf(recording, "dns:RecordSet");
    const { zoneName, relativeRecordSetName, recordType, ttl, aRecords, resourceGroupName } = inputsOf(entry);
    assert.deepEqual([recordType, ttl, resourceGroupName], ["A", 300, "logfire-test"]);
    assert.equal(`${String(relativeRecordSetName)}.${String(zoneName)}`.replace("@.", ""), "logfire.acme.dev");
    assert.deepEqual(aRecords, [{ ipv4Address: "192.0.2.1" }, { ipv4Address: "192.0.2.2" }]);
    assert.match(entry.provider ?? "", /::platform-azure::/);
    assert.equal(entry.name, "logfire-record-logfire.acme.dev-a");
  });

  it("hold addresses of six bytes more, or another name", async () => {
    const recording = await written(
      { name: "logfire.acme.dev", type: "AAAA", values: ["2001:db8::1"] },
      { name: "www.logfire.acme.dev", type: "CNAME", values: ["edge.acme.dev"] },
    );
    const six = inputsOf(recording.named("logfire-record-logfire.acme.dev-aaaa"));
    assert.deepEqual([six["recordType"], six["aaaaRecords"]], ["AAAA", [{ ipv6Address: "2001:db8::1" }]]);
    const alias = inputsOf(recording.named("logfire-record-www.logfire.acme.dev-cname"));
    assert.deepEqual([alias["recordType"], alias["cnameRecord"]], ["CNAME", { cname: "edge.acme.dev" }]);
  });

  it("are called `@` where the zone is the name", () => {
    assert.equal(relativeName("acme.dev", "acme.dev"), "@");
    assert.equal(relativeName("logfire.acme.dev", "acme.dev"), "logfire");
    assert.equal(relativeName("*.logfire.acme.dev", "acme.dev"), "*.logfire");
    assert.equal(relativeName("notacme.dev", "acme.dev"), "notacme.dev");
  });

  it("can be written by cert-manager for its challenges, by its own identity and in the one zone", async () => {
    const { result } = await usualRecording();
    const { azureDNS } = result.edge.dns01 as { azureDNS: Record<string, unknown> };
    assert.equal(azureDNS["subscriptionID"], subscriptionId);
    assert.equal(await valueOf(azureDNS["resourceGroupName"] as string), "logfire-test");
    const { clientID } = azureDNS["managedIdentity"] as { clientID: string };
    assert.equal(await valueOf(clientID), "client-platform-cert-manager");
    const { serviceAccountAnnotations, podLabels } = result.edge.certManagerIdentity;
    assert.equal(
      await valueOf(serviceAccountAnnotations["azure.workload.identity/client-id"] ?? ""),
      "client-platform-cert-manager",
    );
    assert.deepEqual(podLabels, { "azure.workload.identity/use": "true" });
    assert.deepEqual(await valueOf(result.edge.zone?.nameServers ?? []), ["ns1.test.", "ns2.test."]);
  });
});
