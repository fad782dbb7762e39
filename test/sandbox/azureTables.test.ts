import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { apiVersionOf } from "../../sandbox/providers/azure/arm";
import { enumeration } from "../../sandbox/providers/azure/enumerations";
import { usualOptions } from "../../sandbox/providers/azure/kind";
import { kinds } from "../../sandbox/providers/azure/kinds";
import { azure } from "../../sandbox/providers/azure/simulation";
import { modulePath } from "../../sandbox/providers/cloud/sdk/resources";
import { describeTables } from "./cloudTables";

describeTables(azure, {
  options: usualOptions,
  configuration: { location: "swedencentral" },
  companions: [],
  requiredByCheck: {},
  unknown: {
    ...{ type: "azure-native:sql:Server", lookup: "azure-native:sql:getServer" },
    argument: ["azure-native:dns:getZone", { resourceGroupName: "g", zoneName: "z", zone: 1 }, "zone"],
  },
});

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
});
