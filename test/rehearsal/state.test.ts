import assert from "node:assert/strict";
import { keptIn, leftIn } from "../../sandbox/providers/cloud/operations";
import { rehearsedAws } from "../../sandbox/providers/aws/rehearsed";
import { rehearsedGcp } from "../../sandbox/providers/gcp/rehearsed";
import { byService, staticKeysIn, unprotected } from "../../sandbox/rehearsal/state";
import { merged } from "../../sandbox/rehearsal/stage";

const resource = (type: string, more: object = {}) => ({ urn: `urn:pulumi:s::p::${type}::it`, id: "1", type, ...more });

describe("what a rehearsal reads in the state", () => {
  it("counts resources by service", () => {
    const types = [
      "aws:ec2/vpc:Vpc",
      "aws:ec2/subnet:Subnet",
      "aws:eks/cluster:Cluster",
      "kubernetes:core/v1:Secret",
      "pulumi:providers:aws",
    ];
    assert.deepEqual(
      byService(
        types.map((type) => resource(type)),
        rehearsedAws,
      ),
      { ec2: 2, eks: 1, kubernetes: 1 },
    );
  });

  it("names what holds data and is not protected", () => {
    const resources = [
      resource("aws:rds/instance:Instance"),
      resource("aws:s3/bucket:Bucket", { protect: true }),
      resource("aws:kms/key:Key", { protect: false }),
      resource("aws:ec2/subnet:Subnet"),
    ];
    assert.deepEqual(unprotected(resources, rehearsedAws), ["Instance it", "Key it"]);
  });

  it("finds static keys: of a user, of a provider, in a Secret and in a container", () => {
    const container = { env: [{ name: "AWS_SECRET_ACCESS_KEY", valueFrom: { secretKeyRef: { name: "s" } } }] };
    const resources = [
      resource("aws:iam/accessKey:AccessKey"),
      resource("pulumi:providers:aws", { inputs: { region: "eu-west-1", accessKey: "AKIA" } }),
      resource("kubernetes:core/v1:Secret", { inputs: { stringData: { AWS_ACCESS_KEY_ID: "AKIA" } } }),
      resource("kubernetes:apps/v1:Deployment", {
        inputs: { spec: { template: { spec: { containers: [container] } } } },
      }),
      resource("pulumi:providers:aws", { inputs: { region: "eu-west-1", accessKey: "" } }),
      resource("aws:iam/role:Role", { inputs: { name: "accessKeyReader" } }),
    ];
    assert.deepEqual(staticKeysIn(resources, rehearsedAws).length, 4);
  });

  it("finds static keys of Google's: of an account, of a bucket's user, of a provider, in a Secret", () => {
    const resources = [
      resource("gcp:serviceaccount/key:Key"),
      resource("gcp:storage/hmacKey:HmacKey"),
      resource("pulumi:providers:gcp", { inputs: { project: "p", credentials: "{}" } }),
      resource("kubernetes:core/v1:Secret", { inputs: { stringData: { GOOGLE_APPLICATION_CREDENTIALS: "/a" } } }),
      resource("gcp:serviceaccount/account:Account", { inputs: { accountId: "workloads" } }),
    ];
    assert.deepEqual(staticKeysIn(resources, rehearsedGcp).length, 4);
  });

  it("says what a cloud keeps, things of a kind together, with the reason", () => {
    const entity = { urn: "", inputs: {}, begun: 0, readyAt: 0 };
    const kept = (token: string, id: string, why: string) => ({ ...entity, token, id, outs: { simulatedKept: why } });
    const entities = [
      kept("kms/keyRing:KeyRing", "keys", "cannot be deleted"),
      kept("projects/service:Service", "a", "stays on"),
      kept("projects/service:Service", "b", "stays on"),
      { ...entity, token: "compute/networkPeering:NetworkPeering", id: "c", companionOf: "keys", outs: {} },
    ];
    assert.deepEqual(keptIn(entities), [
      "kms KeyRing keys: cannot be deleted",
      "projects Service a and 1 more: stays on",
    ]);
    assert.deepEqual(leftIn(entities), []);
  });

  it("says what is left in an account, but for what was there before", () => {
    const entity = { token: "rds/snapshot:Snapshot", id: "last", urn: "", inputs: {}, begun: 0, readyAt: 0 };
    assert.deepEqual(
      leftIn([
        { ...entity, outs: {} },
        { ...entity, outs: { seeded: true } },
      ]),
      ["rds Snapshot last"],
    );
  });

  it("lays settings over settings key by key, lists as a whole", () => {
    const base = { region: "a", cluster: { version: "1.34", apiAccess: ["x"] } };
    const over = { cluster: { version: "1.35", apiAccess: [] }, nodes: { general: { type: "t" } } };
    assert.deepEqual(merged(base, over), {
      region: "a",
      cluster: { version: "1.35", apiAccess: [] },
      nodes: { general: { type: "t" } },
    });
  });
});
