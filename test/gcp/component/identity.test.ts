import assert from "node:assert/strict";
import type { Recording } from "../../support/harness";
import { gcpSettings, logfireOnGcp } from "../settings";
import { inputsOf, ofType, recordPlatform, usualRecording } from "./support";

const agent = (domain: string) => `serviceAccount:service-123456789012@${domain}.iam.gserviceaccount.com`;
const account = (part: string) => `serviceAccount:logfire-test-${part}@mycompany-logfire.iam.gserviceaccount.com`;
const pod = (of: string) => `serviceAccount:mycompany-logfire.svc.id.goog[${of}]`;

/** On what a role is given, by the input that names it. */
const places = ["project", "bucket", "managedZone", "cryptoKeyId", "serviceAccountId"] as const;

const grantsOf = (recording: Recording<unknown>) =>
  recording.resources
    .filter(({ type }) => /:(\w*IAMMember|\w*IamMember)$/.test(type))
    .map((resource) => {
      const { role, member, ...others } = inputsOf(resource);
      const place = places.map((key) => others[key]).find((value) => typeof value === "string");
      return [String(member), String(role), String(place).split("/").at(-1) ?? ""] as const;
    })
    .sort();

describe("identities on GCP", () => {
  /** Whoever may do anything at all here, and on what. The smallest role that each needs. */
  it("have the smallest role that there is, on the one thing that they need it for", async () => {
    const challenges = "projects/mycompany-logfire/roles/logfire_test_cert_manager_0a1b2c3d";
    const expected: ReturnType<typeof grantsOf> = [
      [agent("container-engine-robot"), "roles/cloudkms.cryptoKeyEncrypterDecrypter", "platform-secrets-id"],
      [account("node"), "roles/container.defaultNodeServiceAccount", "mycompany-logfire"],
      [account("workloads"), "roles/storage.objectUser", "logfire-test-objects-0a1b2c3d"],
      [account("cert-manager"), challenges, "logfire-test-zone"],
      [pod("logfire/logfire"), "roles/iam.workloadIdentityUser", account("workloads").replace("serviceAccount:", "")],
      [
        pod("cert-manager/cert-manager"),
        "roles/iam.workloadIdentityUser",
        account("cert-manager").replace("serviceAccount:", ""),
      ],
      ["group:operations@acme.dev", "roles/container.admin", "mycompany-logfire"],
    ];
    assert.deepEqual(grantsOf(await usualRecording()), expected.sort());
  });

  it("are named one by one: nobody gets in because he is anybody, or owns the project", async () => {
    for (const [member] of grantsOf(await usualRecording()))
      assert.ok(!/^(allUsers|allAuthenticatedUsers|domain:|projectEditor:|projectOwner:)/.test(member), member);
  });

  it("of services use a key of the stack's own where they encrypt by it, each only its own", async () => {
    const { postgres } = gcpSettings();
    if (postgres.kind !== "create") throw new Error("the usual settings make a database");
    const recording = await recordPlatform({
      platform: {
        postgres: { ...postgres, encryption: "kms" },
        objectStore: { kind: "create", encryption: "kms" },
      },
      facts: { storageAgent: "service-123456789012@gs-project-accounts.iam.gserviceaccount.com" },
    });
    const keys = grantsOf(recording).filter(([, role]) => role.startsWith("roles/cloudkms"));
    assert.deepEqual(
      keys.map(([member, , key]) => [member, key]),
      [
        [agent("container-engine-robot"), "platform-secrets-id"],
        [agent("gcp-sa-cloud-sql"), "platform-postgres-id"],
        [agent("gs-project-accounts"), "platform-objects-id"],
      ].sort(),
    );
    assert.equal(ofType(recording, "gcp:kms/keyRing:KeyRing").length, 1);
  });

  it("are made for cert-manager only where it proves hostnames by records", async () => {
    const { edge } = logfireOnGcp();
    const { certificate } = edge;
    if (certificate.source !== "acme") throw new Error("the usual certificate comes by ACME");
    for (const changes of [
      { edge: { ...edge, certificate: { ...certificate, http01: true } } },
      { edge: { ...edge, certificate: { source: "given" as const } } },
    ]) {
      const recording = await recordPlatform({ logfire: changes });
      assert.ok(!recording.resources.some(({ name }) => name === "platform-cert-manager"));
      assert.deepEqual(recording.result.edge.certManagerIdentity, { serviceAccountAnnotations: {}, podLabels: {} });
    }
    const none = await recordPlatform({ platform: { dns: { kind: "none" } } });
    assert.ok(!none.resources.some(({ name }) => name === "platform-cert-manager"));
  });
});
