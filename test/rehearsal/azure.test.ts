import assert from "node:assert/strict";
import { rehearsedAzure } from "../../sandbox/providers/azure/rehearsed";
import type { Stage } from "../../sandbox/rehearsal/stage";
import { grantsIn } from "./azurePermissions";
import { describeLife } from "./life";

const production = {
  cloud: rehearsedAzure,
  stack: "azure-prod",
  scenario: ["upgrade", "zone", "pool"],
  chainSeconds: [500, 1000],
  services: [
    ...["resources", "network", "privatedns", "containerservice", "managedidentity", "authorization", "monitor"],
    ...["dbforpostgresql", "redisenterprise", "storage", "dns", "operationalinsights"],
  ],
  secrets: [/^platform-postgres-admin\./],
  see: async (stage: Stage) => grantsIn(await stage.state()),
} as const;

describeLife(production, (life) => {
  it("gives each identity the smallest role, on the one thing that it is for", () => {
    assert.deepEqual(
      life().seen.map((grant) => grant.replace(/ on (\w+)\/.*$/, " on $1")),
      [
        "cluster-address: Network Contributor on publicIPAddresses",
        "cluster-group: Reader on resourceGroups",
        "cluster-subnet: Network Contributor on subnets",
        "maker: Azure Kubernetes Service RBAC Cluster Admin on resourceGroups",
        "workloads-container: Storage Blob Data Contributor on containers",
      ],
    );
  });

  it("goes to the next Kubernetes version in order: control plane with the first pool, then the others", () => {
    const { said } = life().scenario("upgrade");
    assert.match(said[0] ?? "", /from 1\.34 to 1\.35: 1 control plane and first pool, then 1 node pools/);
    assert.match(said.join("\n"), /[1-9]\d* pods went/);
  });

  it("stands the loss of a zone: stores fail over, disks are in all zones, an `up` has nothing to do", () => {
    const said = life().scenario("zone").said.join("\n");
    assert.match(said, /database \S+ fails over from swedencentral-1 to swedencentral-2/);
    assert.match(said, /cache \S+ goes on in another zone/);
    assert.match(said, /storage account \S+ goes on in two zones/);
    assert.match(said, /0 pods wait for disks in swedencentral-1 \(none\)/);
  });

  it("gives scratch nodes other machines, and leaves those of the cluster's first pool", () => {
    const said = life().scenario("pool").said.join("\n");
    assert.match(said, /3 scratch Standard_E8ds_v6 /);
    assert.match(said, /general Standard_D8ds_v5 /);
  });

  it("leaves nothing behind", () => {
    assert.deepEqual(life().report.destroy?.left, []);
  });
});
