import assert from "node:assert/strict";
import { windowOf } from "../../../components/platform/gcp/cluster";
import type { GcpCluster } from "../../../components/settings/gcp/types";
import type { Recording } from "../../support/harness";
import { gcpSettings, logfireOnGcp } from "../settings";
import { comesAfter, inputsOf, ofType, recordPlatform, usualRecording } from "./support";

const { cluster: settled } = gcpSettings();
if (settled.kind !== "create") throw new Error("the usual settings make a cluster");
const made: GcpCluster = settled;
const clusterOf = (recording: Recording<unknown>) => inputsOf(recording.named("platform-cluster"));

describe("the cluster on GKE", () => {
  it("is regional, with private nodes, a dataplane that enforces policies, and identities for pods", async () => {
    const cluster = clusterOf(await usualRecording());
    assert.deepEqual(
      [cluster["location"], cluster["networkingMode"], cluster["datapathProvider"]],
      ["europe-west3", "VPC_NATIVE", "ADVANCED_DATAPATH"],
    );
    assert.deepEqual(cluster["privateClusterConfig"], { enablePrivateNodes: true });
    assert.deepEqual(cluster["workloadIdentityConfig"], { workloadPool: "mycompany-logfire.svc.id.goog" });
    assert.deepEqual([cluster["releaseChannel"], cluster["minMasterVersion"]], [{ channel: "REGULAR" }, "1.35"]);
  });

  it("answers names on every node, and makes volumes and load balancers", async () => {
    assert.deepEqual(clusterOf(await usualRecording())["addonsConfig"], {
      ...{ horizontalPodAutoscaling: { disabled: false }, httpLoadBalancing: { disabled: false } },
      ...{ gcePersistentDiskCsiDriverConfig: { enabled: true }, dnsCacheConfig: { enabled: true } },
    });
  });

  it("has its DNS name and no address, reached from everywhere by whoever IAM lets, or from inside alone", async () => {
    const reached = (recording: Recording<unknown>) => clusterOf(recording)["controlPlaneEndpointsConfig"];
    const ipEndpointsConfig = { enabled: false };
    assert.deepEqual(reached(await usualRecording()), {
      dnsEndpointConfig: { allowExternalTraffic: true },
      ipEndpointsConfig,
    });
    const inside = await recordPlatform({ platform: { cluster: { ...made, apiAccess: "vpc" } } });
    assert.deepEqual(reached(inside), { dnsEndpointConfig: { allowExternalTraffic: false }, ipEndpointsConfig });
  });

  it("encrypts Secrets by a key of the stack's own, which GKE may use before there is a cluster", async () => {
    const recording = await usualRecording();
    assert.deepEqual(clusterOf(recording)["databaseEncryption"], {
      state: "ENCRYPTED",
      keyName: "platform-secrets-id",
    });
    const [right = assert.fail("nobody may")] = ofType(recording, "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember");
    const { role, member } = inputsOf(right);
    assert.deepEqual(
      [role, member],
      [
        "roles/cloudkms.cryptoKeyEncrypterDecrypter",
        "serviceAccount:service-123456789012@container-engine-robot.iam.gserviceaccount.com",
      ],
    );
    assert.ok(recording.named("platform-cluster").dependsOn.includes("platform-secrets"));
    assert.ok(right.dependsOn.includes("platform-agent-container"));
    const { rotationPeriod, destroyScheduledDuration } = inputsOf(
      ofType(recording, "gcp:kms/cryptoKey:CryptoKey")[0] ?? assert.fail("no key"),
    );
    assert.deepEqual([rotationPeriod, destroyScheduledDuration], ["7776000s", "2592000s"]);
  });

  it("is upgraded by Google in the owner's hours, whatever day it is when the stack is updated", async () => {
    const { maintenancePolicy } = clusterOf(await usualRecording());
    assert.deepEqual(maintenancePolicy, { recurringWindow: windowOf(made.maintenance) });
    assert.deepEqual(windowOf({ days: ["FR"], startHour: 22, hours: 6 }), {
      startTime: "2026-01-03T22:00:00Z",
      endTime: "2026-01-04T04:00:00Z",
      recurrence: "FREQ=WEEKLY;BYDAY=FR",
    });
  });

  it("is administered by those whom the settings name, and by whom the project lets", async () => {
    const recording = await usualRecording();
    const [admin = assert.fail("nobody"), ...others] = ofType(recording, "gcp:projects/iAMMember:IAMMember").filter(
      (member) => inputsOf(member)["role"] === "roles/container.admin",
    );
    assert.equal(others.length, 0);
    assert.equal(inputsOf(admin)["member"], "group:operations@acme.dev");
  });

  it("gives nodes an account that may do what a node has to, and nothing else", async () => {
    const recording = await usualRecording();
    const roles = ofType(recording, "gcp:projects/iAMMember:IAMMember")
      .map(inputsOf)
      .filter(({ member }) => String(member).includes("-node@"))
      .map(({ role }) => role);
    assert.deepEqual(roles, ["roles/container.defaultNodeServiceAccount"]);
    const { serviceAccount } = clusterOf(recording)["nodeConfig"] as Record<string, unknown>;
    assert.equal(serviceAccount, "logfire-test-node@mycompany-logfire.iam.gserviceaccount.com");
    assert.ok(comesAfter(recording, "platform-cluster").has("platform-node"));
  });

  it("forgets the nodes that GKE makes it with, and never looks at them again", async () => {
    const recording = await usualRecording();
    const cluster = recording.named("platform-cluster");
    assert.deepEqual([inputsOf(cluster)["removeDefaultNodePool"], inputsOf(cluster)["initialNodeCount"]], [true, 1]);
    for (const property of ["nodeConfig", "initialNodeCount"]) assert.ok(cluster.ignoreChanges.includes(property));
  });

  it("has Google's Gateway where the edge is native, and leaves the definitions to Envoy Gateway elsewhere", async () => {
    assert.deepEqual(clusterOf(await usualRecording())["gatewayApiConfig"], { channel: "CHANNEL_DISABLED" });
    const edge = { ...logfireOnGcp().edge, mode: "native" as const };
    const native = await recordPlatform({ logfire: { edge } });
    assert.deepEqual(clusterOf(native)["gatewayApiConfig"], { channel: "CHANNEL_STANDARD" });
    const left = await recordPlatform({ facts: { gatewayApiIsOn: true } });
    assert.deepEqual(
      clusterOf(left)["gatewayApiConfig"],
      { channel: "CHANNEL_STANDARD" },
      "its Gateway has to go first",
    );
  });
});
