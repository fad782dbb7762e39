import assert from "node:assert/strict";
import { rehearsedGcp } from "../../sandbox/providers/gcp/rehearsed";
import type { Stage } from "../../sandbox/rehearsal/stage";
import { grantsIn } from "./gcpPermissions";
import { describeLife } from "./life";

const production = {
  cloud: rehearsedGcp,
  stack: "gcp-prod",
  scenario: ["upgrade", "zone"],
  chainSeconds: [500, 1000],
  services: [
    ...["projects", "compute", "servicenetworking", "serviceaccount", "kms", "container", "sql", "redis", "storage"],
    "dns",
  ],
  secrets: [/^platform-postgres-admin\./, /^platform-redis\.authString$/],
  see: async (stage: Stage) => grantsIn(await stage.state()),
} as const;

describeLife(production, (life) => {
  it("gives each identity one role, on the one thing that it is for, and no account a key", () => {
    // cert-manager has none: a rehearsal's certificate is of a private authority.
    assert.deepEqual(life().seen, [
      "node: roles/container.defaultNodeServiceAccount on the project to logfire-gcp-prod-node",
      "secrets: roles/cloudkms.cryptoKeyEncrypterDecrypter on the key to container-engine-robot",
      "workloads: roles/iam.workloadIdentityUser on the account to logfire/logfire",
      "workloads: roles/storage.objectUser on the bucket to logfire-gcp-prod-workloads",
    ]);
  });

  it("goes to the next Kubernetes version in order: control plane, nodes", () => {
    const { said } = life().scenario("upgrade");
    assert.match(said[0] ?? "", /from 1\.35 to 1\.36: 1 control plane, then 2 nodes/);
    assert.match(said.join("\n"), /[1-9]\d* pods went/);
  });

  it("stands the loss of a zone: stores fail over, pods find room elsewhere, an `up` has nothing to do", () => {
    const said = life().scenario("zone").said.join("\n");
    assert.match(said, /database \S+ fails over from europe-west3-a to europe-west3-b/);
    assert.match(said, /cache \S+ goes on in europe-west3-b/);
    assert.match(said, /1 pods wait for disks in europe-west3-a \(logfire\/logfire-ff-ingest-\d\)/);
  });

  it("leaves nothing behind but what Google keeps, and says why", () => {
    assert.deepEqual(life().report.destroy?.left, []);
    const kept = life().report.destroy?.kept.map((each) => each.split(" ").slice(0, 2).join(" "));
    assert.deepEqual(kept?.sort(), [
      ...["compute Network", "kms CryptoKey", "kms KeyRing", "projects Service", "servicenetworking Connection"],
      "sql InstanceName",
    ]);
  });
});
