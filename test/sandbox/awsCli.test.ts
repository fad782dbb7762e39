import assert from "node:assert/strict";
import { answer } from "../../sandbox/providers/aws/cli";
import { makeCluster, makeNetwork, testAccount, type TestAccount } from "./awsAccount";
import { describeStandIn, isGood, sandboxToken } from "./cloudCli";

const ask = ({ account }: TestAccount, args: readonly string[]) => answer(args, account, sandboxToken);
const about = (name: string, region: string) => ["eks", "get-token", "--cluster-name", name, "--region", region];
const usual = about("main", "eu-west-1");

describeStandIn(
  {
    ...{ program: "the AWS CLI", testAccount, ask },
    prepare: async (aws) => {
      const { subnets } = await makeNetwork(aws);
      await makeCluster(aws, subnets, {
        accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
      });
    },
    usual: [...usual, "--output", "json"],
    refused: [
      [["s3", "ls"], /knows "eks get-token" only, not "s3 ls"/],
      [["eks", "get-token", "--region", "eu-west-1"], /are required: --cluster-name/],
      [[...usual, "--verbose", "yes"], /Unknown options: --verbose/],
      [[...usual, "--output", "text"], /writes json, not text/],
      [["eks", "get-token", "--cluster-name"], /--cluster-name: expected one argument/],
      [["eks", "get-token", "--cluster-name", "main"], /You must specify a region/],
    ],
    code: 252,
  },
  (account) => {
    it("hands out a token that is good for nothing to whom the cluster does not let in", async () => {
      const aws = account();
      assert.ok(!isGood(ask(aws, about("other", "eu-west-1"))));
      assert.ok(!isGood(ask(aws, about("main", "eu-west-2"))));
      const shut = { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false };
      await aws.account.change((entities) => [
        entities.map((each) => (each.id === "main" ? { ...each, outs: { ...each.outs, accessConfig: shut } } : each)),
        undefined,
      ]);
      assert.ok(!isGood(ask(aws, usual)));
      const principalArn = "arn:aws:iam::123456789012:role/deployer";
      await aws.create("eks/accessEntry:AccessEntry", { clusterName: "main", principalArn });
      await aws.create("eks/accessPolicyAssociation:AccessPolicyAssociation", {
        ...{ clusterName: "main", principalArn, accessScope: { type: "cluster" } },
        policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
      });
      assert.ok(isGood(ask(aws, usual)));
    });
  },
);
