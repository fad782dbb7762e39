import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { apiVersionOf } from "../../sandbox/providers/azure/arm";
import { enumeration } from "../../sandbox/providers/azure/enumerations";
import { usualOptions } from "../../sandbox/providers/azure/kind";
import { kinds } from "../../sandbox/providers/azure/kinds";
import { azure } from "../../sandbox/providers/azure/simulation";
import { lookUp } from "../../sandbox/providers/cloud/lookups";
import { resourceOf } from "../../sandbox/providers/cloud/resource";
import { modulePath } from "../../sandbox/providers/cloud/sdk/resources";
import { describeTables, emptyView } from "./cloudTables";

const known = {
  options: usualOptions,
  configuration: { location: "swedencentral" },
  companions: [],
  requiredByCheck: {},
};

describeTables(azure, known);

describe("the simulated azure-native provider", () => {
  it("speaks the versions of Azure's API that the SDK's classes speak", () => {
    const root = dirname(require.resolve("@pulumi/azure-native/package.json"));
    const wrong = Object.keys(kinds).flatMap((token) => {
      const text = readFileSync(join(root, `${modulePath(`azure-native:${token}`)}.js`), "utf8");
      const spoken = /Uses Azure REST API version ([\w-]+)/.exec(text)?.[1];
      return spoken === apiVersionOf(token) ? [] : [`${token}: ${apiVersionOf(token)}, the SDK ${spoken}`];
    });
    assert.deepEqual(wrong, []);
  });

  it("reads Azure's own enumerations out of the SDK", () => {
    assert.deepEqual(enumeration("containerservice", "OSDiskType"), ["Managed", "Ephemeral"]);
    assert.throws(() => enumeration("containerservice", "Nothing"), /has no enumeration Nothing in containerservice/);
  });

  it("refuses a type, a lookup and an argument that it does not know, in a sentence", () => {
    const view = emptyView(azure, known);
    assert.throws(
      () => resourceOf(azure, "azure-native:sql:Server"),
      /does not have azure-native:sql:Server: add what Azure takes/,
    );
    assert.throws(
      () => lookUp(azure, "azure-native:sql:getServer", {}, view),
      /does not answer azure-native:sql:getServer; it answers/,
    );
    assert.throws(
      () => lookUp(azure, "azure-native:dns:getZone", { resourceGroupName: "g", zoneName: "z", zone: 1 }, view),
      /zone is not an input of/,
    );
  });
});
