import assert from "node:assert/strict";
import { writeFaults } from "../../sandbox/providers/cloud/faults";
import { makeGroup, testAccount, urnOf, type TestAccount } from "./azureAccount";

describe("faults of simulated Azure", () => {
  let azure: TestAccount;
  beforeEach(() => (azure = testAccount({ speed: 1e6 })));
  afterEach(() => azure.remove());
  const seconds = () => azure.account.calls().at(-1)?.simulatedSeconds;
  const group = () => azure.delete("resources:ResourceGroup", "/nothing").then(() => makeGroup(azure));

  it("throttle a request some times, which the provider gets over by itself and which takes its time", async () => {
    writeFaults(azure.folder, [{ call: "Resources:.*", throttle: 3 }]);
    await group();
    assert.equal(seconds(), 3 + 1 + 2 + 4);
  });

  it("throttle a request more often than the provider tries, and fail one for a while", async () => {
    writeFaults(azure.folder, [{ call: "Resources:CreateResourceGroup", throttle: 20 }]);
    await assert.rejects(group(), /Code="TooManyRequests"/);
    const fail = { times: 1, code: "InternalServerError", message: "sorry" };
    writeFaults(azure.folder, [{ call: "Resources:CreateResourceGroup", fail }]);
    await assert.rejects(group(), /Code="InternalServerError" Message="sorry"/);
    assert.deepEqual(azure.account.entities(), []);
    await group();
  });

  it("names requests as the report has them", async () => {
    await makeGroup(azure);
    const inputs = { resourceGroupName: "group", resourceName: "workloads" };
    await azure.provider.create(urnOf("managedidentity:UserAssignedIdentity", "a"), inputs);
    assert.deepEqual(
      azure.account.calls().map(({ call }) => call),
      ["Resources:CreateResourceGroup", "ManagedIdentity:CreateUserAssignedIdentity"],
    );
  });
});
