import assert from "node:assert/strict";
import { answer } from "../../sandbox/providers/azure/cli";
import { usualOptions } from "../../sandbox/providers/azure/kind";
import { makeCluster, roleId, testAccount, type TestAccount } from "./azureAccount";
import { describeStandIn, isGood, sandboxToken } from "./cloudCli";

const clusterAdmin = "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b";
const aks = "6dae42f8-4368-4678-94ff-3960e28e3630";

const ask = ({ account }: TestAccount, args: readonly string[]) => answer(args, account, sandboxToken);
const usual = ["get-token", "--login", "azurecli", "--server-id", aks];

async function letIn(azure: TestAccount, scope: string): Promise<void> {
  const { objectId } = usualOptions.caller;
  const admin = { principalId: objectId, scope, roleDefinitionId: roleId(clusterAdmin) };
  await azure.create("authorization:RoleAssignment", admin);
}

describeStandIn(
  {
    ...{ program: "kubelogin", testAccount, ask, usual },
    prepare: async (azure) => letIn(azure, (await makeCluster(azure)).cluster.id),
    refused: [
      [["convert-kubeconfig"], /knows "get-token" only, not "convert-kubeconfig"/],
      [["get-token", "--login", "azurecli"], /server-id is required/],
      [["get-token", "--server-id", aks], /login by devicecode asks somebody/],
      [["get-token", "--login", "spn", "--server-id", aks], /login by spn asks somebody/],
      [["get-token", "--server-id"], /flag needs an argument: --server-id/],
      [["get-token", "--cluster", "main"], /unknown flag: --cluster/],
    ],
    code: 1,
  },
  (account) => {
    it("hands out a token that is good for nothing elsewhere than at AKS, and to whom no role lets in", async () => {
      assert.ok(!isGood(ask(account(), ["get-token", "--login", "azurecli", "--server-id", "another"])));
      const shut = testAccount();
      const { cluster } = await makeCluster(shut);
      assert.ok(!isGood(ask(shut, usual)));
      await letIn(shut, cluster.id);
      assert.ok(isGood(ask(shut, usual)));
      shut.remove();
    });
  },
);
