import assert from "node:assert/strict";
import { answer } from "../../sandbox/providers/azure/cli";
import { usualOptions } from "../../sandbox/providers/azure/kind";
import { makeCluster, roleId, testAccount, type TestAccount } from "./azureAccount";

const clusterAdmin = "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b";
const aks = "6dae42f8-4368-4678-94ff-3960e28e3630";

describe("the stand-in for kubelogin", () => {
  let azure: TestAccount;
  let clusterId: string;
  before(async () => {
    azure = testAccount();
    clusterId = (await makeCluster(azure)).cluster.id;
  });
  after(() => azure.remove());

  const ask = (...args: readonly string[]) => answer(args, azure.account, "the-token");
  const token = (text: string): unknown => (JSON.parse(text) as { status: { token: unknown } }).status.token;
  const usual = ["get-token", "--login", "azurecli", "--server-id", aks];

  it("hands out a token that is good for nothing to whom no role lets in, and the sandbox's to whom one does", async () => {
    assert.notEqual(token(ask(...usual).text), "the-token");
    const { objectId } = usualOptions.caller;
    const admin = { principalId: objectId, scope: clusterId, roleDefinitionId: roleId(clusterAdmin) };
    await azure.create("authorization:RoleAssignment", admin);
    assert.equal(token(ask(...usual).text), "the-token");
    assert.notEqual(token(ask("get-token", "--login", "azurecli", "--server-id", "another").text), "the-token");
  });

  it("answers as client-go reads it", () => {
    const { code, text } = ask(...usual);
    const { kind, apiVersion, status } = JSON.parse(text) as Record<string, unknown> & {
      status: Record<string, string>;
    };
    assert.deepEqual([code, kind, apiVersion], [0, "ExecCredential", "client.authentication.k8s.io/v1beta1"]);
    assert.ok(Date.parse(status.expirationTimestamp ?? "") > Date.now());
  });

  const refused: readonly (readonly [args: readonly string[], said: RegExp])[] = [
    [["convert-kubeconfig"], /knows "get-token" only, not "convert-kubeconfig"/],
    [["get-token", "--login", "azurecli"], /server-id is required/],
    [["get-token", "--server-id", aks], /login by devicecode asks somebody/],
    [["get-token", "--login", "spn", "--server-id", aks], /login by spn asks somebody/],
    [["get-token", "--server-id"], /flag needs an argument: --server-id/],
    [["get-token", "--cluster", "main"], /unknown flag: --cluster/],
  ];
  for (const [args, said] of refused)
    it(`refuses \`kubelogin ${args.join(" ")}\``, () => {
      const { code, text } = ask(...args);
      assert.equal(code, 1);
      assert.match(text, said);
    });
});
