import assert from "node:assert/strict";
import { answer } from "../../sandbox/providers/aws/cli";
import { makeCluster, makeNetwork, testAccount, type TestAccount } from "./awsAccount";

describe("the stand-in for the AWS CLI", () => {
  let aws: TestAccount;
  before(async () => {
    aws = testAccount();
    const { subnets } = await makeNetwork(aws);
    await makeCluster(aws, subnets, {
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
    });
  });
  after(() => aws.remove());

  const ask = (...args: readonly string[]) => answer(args, aws.account, "the-token");
  const token = (text: string): unknown => (JSON.parse(text) as { status: { token: unknown } }).status.token;
  const ofMain = ["eks", "get-token", "--cluster-name", "main", "--region", "eu-west-1"];

  it("hands out the sandbox's token as client-go reads it", () => {
    const { code, text } = ask(...ofMain, "--output", "json");
    const { kind, apiVersion, status } = JSON.parse(text) as Record<string, unknown> & {
      status: Record<string, string>;
    };
    assert.deepEqual([code, kind, apiVersion], [0, "ExecCredential", "client.authentication.k8s.io/v1beta1"]);
    assert.equal(status.token, "the-token");
    assert.match(status.expirationTimestamp ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.ok(Date.parse(status.expirationTimestamp ?? "") > Date.now());
  });

  it("hands out a token that is good for nothing to whom the cluster does not let in", async () => {
    assert.notEqual(
      token(ask("eks", "get-token", "--cluster-name", "other", "--region", "eu-west-1").text),
      "the-token",
    );
    assert.notEqual(
      token(ask("eks", "get-token", "--cluster-name", "main", "--region", "eu-west-2").text),
      "the-token",
    );
    const shut = { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false };
    await aws.account.change((entities) => [
      entities.map((each) => (each.id === "main" ? { ...each, outs: { ...each.outs, accessConfig: shut } } : each)),
      undefined,
    ]);
    assert.notEqual(token(ask(...ofMain).text), "the-token");
    const principalArn = "arn:aws:iam::123456789012:role/deployer";
    await aws.create("eks/accessEntry:AccessEntry", { clusterName: "main", principalArn });
    await aws.create("eks/accessPolicyAssociation:AccessPolicyAssociation", {
      ...{ clusterName: "main", principalArn, accessScope: { type: "cluster" } },
      policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
    });
    assert.equal(token(ask(...ofMain).text), "the-token");
  });

  it("refuses everything else", () => {
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [["s3", "ls"], /knows "eks get-token" only, not "s3 ls"/],
      [["eks", "get-token", "--region", "eu-west-1"], /are required: --cluster-name/],
      [[...ofMain, "--verbose", "yes"], /Unknown options: --verbose/],
      [[...ofMain, "--output", "text"], /writes json, not text/],
      [["eks", "get-token", "--cluster-name"], /--cluster-name: expected one argument/],
      [["eks", "get-token", "--cluster-name", "main"], /You must specify a region/],
    ];
    for (const [args, words] of cases) {
      const { code, text } = ask(...args);
      assert.equal(code, 252);
      assert.match(text, words);
    }
  });
});
