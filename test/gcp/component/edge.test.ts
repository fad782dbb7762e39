import assert from "node:assert/strict";
import { challengePermissions } from "../../../components/platform/gcp/dns";
import { plannedFacts } from "../../../components/platform/gcp/figures/plannedFacts";
import type { EdgeSettings } from "../../../components/settings/types";
import { record, valueOf, type Recording } from "../../support/harness";
import { createGcpProvider, GcpPlatform } from "../../../components/platform/gcp";
import { factsOf, gcpSettings, logfireOnGcp, settingsOf } from "../settings";
import { comesAfter, gcpOutputs, inputsOf, ofType, recordPlatform, usualRecording } from "./support";

const withEdge = (changes: Partial<EdgeSettings>) => ({ logfire: { edge: { ...logfireOnGcp().edge, ...changes } } });
const address = "gcp:compute/address:Address";
const one = (recording: Recording<unknown>, type: string) => {
  const [found, ...others] = ofType(recording, type);
  assert.ok(found !== undefined && others.length === 0, `${others.length + 1} of ${type}`);
  return inputsOf(found);
};

describe("the load balancer on GCP", () => {
  it("has an address before there is a cluster, which Envoy's Service asks for", async () => {
    const recording = await usualRecording();
    const { addressType, networkTier, region, name } = one(recording, address);
    assert.deepEqual(
      [addressType, networkTier, region, name],
      ["EXTERNAL", "PREMIUM", "europe-west3", "logfire-test-edge-public"],
    );
    const { addresses = [], asksByAddress, annotations, nodePorts } = recording.result.edge.loadBalancer;
    assert.deepEqual([await valueOf(addresses[0] ?? ""), asksByAddress, nodePorts], ["192.0.2.13", true, undefined]);
    assert.deepEqual(annotations.public, { "cloud.google.com/l4-rbs": "enabled" });
    const [made = assert.fail("none")] = ofType(recording, address);
    assert.ok(!made.dependsOn.includes("platform-cluster"));
  });

  it("keeps its address until everything in the cluster is gone, its own load balancer included", async () => {
    const recording = await usualRecording();
    assert.ok(comesAfter(recording, "platform-kubernetes").has("platform-edge"));
  });

  it("stays inside the network where the owner says so", async () => {
    const recording = await recordPlatform(withEdge({ exposure: "internal" }));
    const { addressType, subnetwork, networkTier, name } = one(recording, address);
    assert.deepEqual(
      [addressType, subnetwork, networkTier, name],
      ["INTERNAL", "platform-nodes-id", undefined, "logfire-test-edge-internal"],
    );
    const { annotations } = recording.result.edge.loadBalancer;
    assert.deepEqual(annotations.internal, { "networking.gke.io/load-balancer-type": "Internal" });
  });

  it("is not made where the owner's routing layer leads to Logfire", async () => {
    for (const mode of ["none", "ingress"] as const) {
      const recording = await recordPlatform(withEdge({ mode, certificate: { source: "none" } }));
      assert.equal(ofType(recording, address).length, 0, mode);
      const { addresses, asksByAddress } = recording.result.edge.loadBalancer;
      assert.deepEqual([addresses, asksByAddress], [undefined, false]);
      assert.ok(!recording.resources.some(({ name }) => name === "platform-cert-manager"), mode);
    }
  });

  it("lets the cluster's own pods in beside the owner's ranges, by the addresses that a plan says", async () => {
    const { result } = await recordPlatform(withEdge({ sourceRanges: ["198.51.100.0/24"] }));
    const ranges = await Promise.all(result.edge.clusterRanges.map((range) => valueOf(range)));
    const { clusterRanges } = plannedFacts({
      platform: gcpSettings(),
      logfire: { edge: { ...logfireOnGcp().edge, sourceRanges: ["198.51.100.0/24"] } },
    }).edge;
    assert.deepEqual(ranges, ["10.40.0.0/20", "10.40.128.0/17"]);
    assert.deepEqual(clusterRanges, ranges);
  });
});

describe("records in Cloud DNS", () => {
  const written = (type: "A" | "CNAME", values: readonly string[], changes = {}) =>
    record(
      () => {
        const settings = settingsOf(changes);
        const provider = createGcpProvider("platform", settings.platform);
        const platform = new GcpPlatform("platform", { settings, secrets: {}, facts: factsOf() }, { provider });
        platform.edge.zone?.write?.("logfire", { name: "logfire.acme.dev", type, values }, {});
        return platform;
      },
      { outputs: gcpOutputs },
    );
  const recordType = "gcp:dns/recordSet:RecordSet";

  it("hold addresses as they are, and names with the dot that Cloud DNS asks for", async () => {
    const [entry = assert.fail("none")] = ofType(await written("A", ["192.0.2.1"]), recordType);
    const { managedZone, name, type, rrdatas, ttl } = inputsOf(entry);
    assert.deepEqual(
      [managedZone, name, type, rrdatas, ttl],
      ["logfire-test-zone", "logfire.acme.dev.", "A", ["192.0.2.1"], 300],
    );
    assert.equal(entry.name, "logfire-record-logfire.acme.dev-a");
    assert.match(entry.provider ?? "", /::platform-gcp::/);
    assert.deepEqual(one(await written("CNAME", ["edge.acme.dev"]), recordType)["rrdatas"], ["edge.acme.dev."]);
  });

  it("are signed, in a zone whose servers the parent zone has to name", async () => {
    const recording = await usualRecording();
    const { dnsName, visibility, dnssecConfig } = one(recording, "gcp:dns/managedZone:ManagedZone");
    assert.deepEqual([dnsName, visibility, dnssecConfig], ["logfire.acme.dev.", "public", { state: "on" }]);
    assert.deepEqual(await valueOf(recording.result.edge.zone?.nameServers ?? []), ["ns-1.test.", "ns-2.test."]);
  });

  it("are in a zone that goes before one of another name comes: Cloud DNS calls both alike", async () => {
    const [zone = assert.fail("none")] = ofType(await usualRecording(), "gcp:dns/managedZone:ManagedZone");
    assert.ok(zone.deleteBeforeReplace);
  });

  it("can be written by cert-manager for its challenges, in the one zone, whose name it is told", async () => {
    const recording = await usualRecording();
    const { cloudDNS } = recording.result.edge.dns01 as { cloudDNS: { project: string; hostedZoneName: string } };
    assert.equal(cloudDNS.project, "mycompany-logfire");
    assert.equal(await valueOf(cloudDNS.hostedZoneName), "logfire-test-zone");
    const { permissions, roleId } = one(recording, "gcp:projects/iAMCustomRole:IAMCustomRole");
    assert.deepEqual(permissions, [...challengePermissions]);
    assert.ok(challengePermissions.every((permission) => !permission.startsWith("dns.managedZones.")));
    assert.equal(roleId, "logfire_test_cert_manager_0a1b2c3d");
    const { managedZone, role, member } = one(recording, "gcp:dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember");
    assert.deepEqual(
      [managedZone, role, member],
      [
        "logfire-test-zone",
        "projects/mycompany-logfire/roles/logfire_test_cert_manager_0a1b2c3d",
        "serviceAccount:logfire-test-cert-manager@mycompany-logfire.iam.gserviceaccount.com",
      ],
    );
    const [actsAs = assert.fail("nobody acts as it")] = ofType(
      recording,
      "gcp:serviceaccount/iAMMember:IAMMember",
    ).filter(({ name }) => name === "platform-cert-manager");
    assert.equal(inputsOf(actsAs)["member"], "serviceAccount:mycompany-logfire.svc.id.goog[cert-manager/cert-manager]");
    const annotations = recording.result.edge.certManagerIdentity.serviceAccountAnnotations;
    assert.equal(
      await valueOf(annotations["iam.gke.io/gcp-service-account"] ?? ""),
      "logfire-test-cert-manager@mycompany-logfire.iam.gserviceaccount.com",
    );
  });

  it("are written into the owner's zone, which is not made", async () => {
    const dns = { kind: "existing", name: "acme.dev", zone: "acme-dev" } as const;
    const facts = { managedZone: { dnsName: "acme.dev.", visibility: "public" } };
    const recording = await recordPlatform({ platform: { dns }, facts });
    assert.equal(ofType(recording, "gcp:dns/managedZone:ManagedZone").length, 0);
    const { managedZone } = one(recording, "gcp:dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember");
    assert.equal(managedZone, "acme-dev");
    assert.equal(recording.result.edge.zone?.nameServers, undefined);
  });
});
