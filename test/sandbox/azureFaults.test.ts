import assert from "node:assert/strict";
import { azure as simulation } from "../../sandbox/providers/azure/simulation";
import { makeGroup, testAccount, urnOf } from "./azureAccount";
import { describeFaults } from "./cloudFaults";

const cloud = {
  ...{ simulation, testAccount, call: "Resources:CreateResourceGroup" },
  thing: {
    type: "resources:ResourceGroup",
    inputs: (name: string) => ({ resourceGroupName: name, location: "swedencentral" }),
  },
  seconds: { usual: 3, throttled: 1 + 2 + 4 },
  throttled: /Code="TooManyRequests"/,
  failure: { code: "InternalServerError", said: /Code="InternalServerError" Message="sorry"/ },
};

describeFaults(cloud, (account) => {
  it("names requests as the report has them", async () => {
    await makeGroup(account());
    const inputs = { resourceGroupName: "group", resourceName: "workloads" };
    await account().provider.create(urnOf("managedidentity:UserAssignedIdentity", "a"), inputs);
    assert.deepEqual(
      account()
        .account.calls()
        .map(({ call }) => call),
      ["Resources:CreateResourceGroup", "ManagedIdentity:CreateUserAssignedIdentity"],
    );
  });
});
