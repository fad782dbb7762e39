import assert from "node:assert/strict";
import type { AzurePlatformSettings } from "../../../components/settings/azure/types";
import { describeAdoptions } from "../../clouds/adoptions";
import { describeBadSettings, describeSettings } from "../../clouds/settings";
import { adoptedNetwork, azure, azureOf, own, problem, problems, type Values, withAzure } from "./values";

const settled: AzurePlatformSettings = {
  kind: "azure",
  location: "swedencentral",
  tags: {},
  resourceGroup: { kind: "create" },
  network: { kind: "create", cidr: "10.60.0.0/16" },
  cluster: {
    kind: "create",
    version: "1.35",
    apiAccess: ["203.0.113.7/32"],
    administrators: [],
    logRetentionDays: 30,
    podsCidr: "10.244.0.0/16",
    servicesCidr: "172.20.0.0/16",
  },
  nodes: {
    general: { type: "Standard_D8ds_v5", osDiskGib: 128, minNodes: 3, maxNodes: 7 },
    scratch: { type: "Standard_E8ds_v6", osDiskGib: 430, minNodes: 3, maxNodes: 18 },
  },
  postgres: {
    kind: "create",
    sku: "Standard_D4ds_v5",
    storageGib: 256,
    zoneRedundant: true,
    backupDays: 7,
    geoBackup: false,
  },
  objectStore: { kind: "create", redundancy: "ZRS" },
  redis: { kind: "create", sku: "Balanced_B5", replica: true },
  dns: { kind: "create", name: "logfire.mycompany.dev" },
};

const lacking = [
  [{ cluster: own.cluster }, /^azure\.location: is missing;/],
  [{ location: own.location }, /^azure\.cluster\.apiAccess: is missing: nobody is inside a network that is made/],
] as const;

describeSettings(azure, { settled, lacking, asked: ["azure.location"], certManager: "install" }, () => {
  it("of the smallest save where nothing may be lost", () => {
    const { postgres, redis, objectStore } = azureOf({ preset: "tiny", disposable: true });
    assert.ok(postgres.kind === "create" && redis.kind === "create" && objectStore.kind === "create");
    assert.deepEqual(
      [postgres.sku, postgres.zoneRedundant, redis.replica, objectStore.redundancy],
      ["Standard_B2ms", false, false, "ZRS"],
    );
  });

  it("pull the other bound of a pool along, and the disk after its type", () => {
    const { general, scratch } = azureOf(
      withAzure({ nodes: { general: { minNodes: 9 }, scratch: { type: "Standard_E16ds_v5" } } }),
    ).nodes;
    assert.deepEqual(general, { type: "Standard_D8ds_v5", osDiskGib: 128, minNodes: 9, maxNodes: 9 });
    assert.deepEqual(scratch, { type: "Standard_E16ds_v5", osDiskGib: 590, minNodes: 3, maxNodes: 9 });
  });
});

const ranges = [
  ["10.60.0.0/25", /is too small for a virtual network of three subnets; write a prefix of \/16 to \/24/],
  ["10.0.0.0/12", /is too large for a virtual network/],
  ["10.60.1.0/16", /begins inside 10\.60\.0\.0\/16/],
  ["10.244.0.0/18", /overlaps 10\.244\.0\.0\/16, azure\.cluster\.podsCidr/],
  ["172.20.0.0/18", /overlaps 172\.20\.0\.0\/16, azure\.cluster\.servicesCidr/],
  ["8.8.0.0/16", /holds addresses of the internet/],
  ["fd00::/16", /is not an IPv4 range/],
] as const;

const values = [
  ["cluster.apiAccess", ["0.0.0.0/0"], /^azure\.cluster\.apiAccess: .* is the whole internet/],
  ["cluster.apiAccess", ["::/0"], /^azure\.cluster\.apiAccess: .* is the whole internet/],
  ["subscriptionId", "production", /is not the id of a subscription/],
  ["tags", { "microsoft-owner": "me" }, /belongs to Microsoft/],
  ["tags", { "owner/team": "me" }, /is not the name of a tag/],
  ["cluster.version", "1.31", /is too old; write 1\.32 or later/],
  ["cluster.version", 1.35, /write it in quotes: "1\.35"/],
  ["cluster.logRetentionDays", 7, /30/],
  ["cluster.administrators", ["sre@mycompany.dev"], /is not the object id of a group, user or service principal/],
  ["redis.sku", "Balanced_B50", /is not a size of Azure Managed Redis that is one shard/],
  ["postgres.backupDays", 3, /7/],
  ["postgres.restoreFrom", "logfire", /is not the id of a Flexible Server/],
  ["objectStore.redundancy", "GRS", /is not a kind of redundancy/],
] as const;

const bad = {
  ...{ range: "10.60.0.0/16", ranges, zoneId: { resourceGroup: "dns" }, scratchType: "Standard_E8ds_v6", values },
  staticKey: ["AZURE_STORAGE_ACCOUNT_KEY", "their identity"],
  proxyProtocol: /speaks no such protocol; remove it$/,
} as const;

describeBadSettings(azure, bad, () => {
  it("refuse a location without zones, with its pair, and one that nobody knows", () => {
    assert.equal(
      problem(withAzure({ location: "westus" })),
      "azure.location: westus has no zones, and Logfire is spread over three; write another one, such as eastus, which is its pair",
    );
    assert.match(
      problem(withAzure({ location: "westindia" })),
      /westindia has no zones, .*; choose from australiaeast, .*swedencentral/,
    );
    assert.equal(
      problem(withAzure({ location: "swedencentra" })),
      'azure.location: "swedencentra" is not a location whose zones are known; did you mean swedencentral?',
    );
    assert.match(
      problem(withAzure({ location: "Sweden Central" })),
      /is not how Azure writes a location; write swedencentral/,
    );
  });

  it("refuse what Flexible Server does not have in the location, with what to write", () => {
    assert.equal(
      problem(withAzure({ location: "japanwest" })),
      "azure.postgres.zoneRedundant: is true, and Flexible Server has no standby in another zone in japanwest; " +
        "write azure.postgres.zoneRedundant: false, or another location, such as swedencentral",
    );
    assert.deepEqual(problems(withAzure({ location: "japanwest", postgres: { zoneRedundant: false } })), []);
    assert.match(
      problem(withAzure({ location: "polandcentral" })),
      /^azure\.postgres\.sku: Standard_D4ds_v5 is not offered in polandcentral; write Standard_D4ads_v5 if .* has it, or another/,
    );
    assert.deepEqual(problems(withAzure({ location: "polandcentral", postgres: { sku: "Standard_D4ads_v5" } })), []);
    for (const location of ["brazilsouth", "westus3", "italynorth"])
      assert.match(
        problem(withAzure({ location, postgres: { geoBackup: true } })),
        /^azure\.postgres\.geoBackup: is true, and Flexible Server in \w+ has no other location/,
      );
    assert.deepEqual(problems(withAzure({ location: "swedencentral", postgres: { geoBackup: true } })), []);
  });

  it("refuse a disk that the machine cannot hold, with what it has", () => {
    const disk = (type: string, osDiskGib: number) => problems(withAzure({ nodes: { scratch: { type, osDiskGib } } }));
    assert.deepEqual(disk("Standard_E8ds_v5", 430), [
      "azure.nodes.scratch.osDiskGib: 430 is more than Standard_E8ds_v5 holds: its local disk has 300 GiB; write at most 299, or a type with a larger disk",
    ]);
    assert.deepEqual(disk("Standard_E16ds_v6", 880), [
      "azure.nodes.scratch.osDiskGib: 880 is more than Standard_E16ds_v6 holds: its local disk has 440 GiB, as each of its 2 has, of which an ephemeral OS disk takes one; write at most 439, or a type with a larger disk",
    ]);
    assert.match(disk("Standard_E8ds_v6", 40)[0] ?? "", /40 leaves no room for the images .*; write at least 64/);
  });

  it("refuse machines that are unknown, for arm64, or without a local disk", () => {
    const type = (name: string) => problem(withAzure({ nodes: { general: { type: name } } }));
    assert.match(
      type("Standard_D8s_v5"),
      /"Standard_D8s_v5" is not a machine type whose figures are known; choose from/,
    );
    assert.match(type("Standard_D8pds_v6"), /is an arm64 machine, .* write Standard_D8ds_v5/);
  });

  it("refuse a range that is too small for the nodes at full scale, with the arithmetic", () => {
    const nodes = { general: { maxNodes: 60 }, scratch: { maxNodes: 60 } };
    const found = (cidr: string) => problems(withAzure({ network: { cidr }, nodes }, { preset: "large" }));
    assert.deepEqual(found("10.60.0.0/24"), [
      'azure.network.cidr: "10.60.0.0/24" leaves 123 addresses to nodes, and 162 are needed at full scale ' +
        "(60 general and 20 of an upgrade + 60 scratch and 20 of an upgrade + 2 others); " +
        "write a range of /23 or larger, or lower maxNodes",
    ]);
    assert.deepEqual(found("10.60.0.0/23"), []);
  });

  it("refuse a range of pods that is too small for the nodes", () =>
    assert.equal(
      problem(withAzure({ cluster: { ...own.cluster, podsCidr: "10.244.0.0/20" } })),
      'azure.cluster.podsCidr: "10.244.0.0/20" is enough for 16 nodes, each of which takes a /24, and 34 run at full scale while an upgrade runs; ' +
        "write a range of /18 or larger, or lower azure.nodes' maxNodes",
    ));

  it("refuse ranges of the cluster that AKS keeps, and such as overlap", () => {
    const cluster = (ranges: object) => problem(withAzure({ cluster: { ...own.cluster, ...ranges } }));
    assert.match(cluster({ servicesCidr: "172.31.0.0/16" }), /overlaps 172\.31\.0\.0\/16, which AKS keeps for itself/);
    assert.match(cluster({ podsCidr: "172.20.0.0/16" }), /overlaps 172\.20\.0\.0\/16, azure\.cluster\.servicesCidr/);
    assert.match(cluster({ servicesCidr: "10.0.0.0/12" }), /is too large for services; write a prefix of \/13 to \/24/);
  });

  it("refuse a database that is too small for the preset, unknown, or without a standby that it cannot have", () => {
    const postgres = (values: Values, preset = "standard") => problem(withAzure({ postgres: values }, { preset }));
    assert.equal(
      postgres({ sku: "Standard_D2ds_v5" }),
      "azure.postgres.sku: Standard_D2ds_v5 has 2 vCores and 8 GiB, and the preset standard needs 4 and 16; write Standard_D4ds_v5 or larger, or a smaller preset",
    );
    assert.match(postgres({ sku: "Standard_X9" }), /"Standard_X9" is not a size whose figures are known; choose from/);
    assert.match(
      postgres({ sku: "Standard_B2ms" }, "small"),
      /^azure\.postgres\.zoneRedundant: is true, and Standard_B2ms is a burstable size, which never has a standby; write azure\.postgres\.sku: Standard_D2ds_v5/,
    );
    assert.deepEqual(
      problems(withAzure({ postgres: { sku: "Standard_B2ms", zoneRedundant: false } }, { preset: "small" })),
      [],
    );
    assert.match(postgres({ storageGib: 100 }), /100 is not a size of a disk, .*; write 128/);
  });

  it("refuse a native edge, and keys for S3", () => {
    assert.match(
      problem({ edge: { mode: "native" } }),
      /^edge\.mode: "native" is not there on Azure: .* has no switch for/,
    );
    assert.match(problem({ sseC: true }), /^sseC: is true, and only a bucket in S3 takes such keys/);
  });
});

const adoptions = {
  network: "a network",
  existing: {
    network: adoptedNetwork,
    cluster: { name: "mine", resourceGroup: "clusters" },
    objectStore: { account: "mycompany", resourceGroup: "data", container: "logfire" },
    dns: { name: "mycompany.dev", resourceGroup: "dns" },
  },
  others: { resourceGroup: { existing: { name: "logfire" } } },
  beside: {
    network: { cidr: "10.70.0.0/16" },
    cluster: { version: "1.35" },
    postgres: { storageGib: 128 },
    objectStore: { redundancy: "LRS" },
    redis: { replica: true },
    dns: { zone: "mycompany.dev" },
  },
} as const;

describeAdoptions(azure, adoptions, (everything) => {
  it("resource group holds what is made", () => {
    const { resourceGroup } = azureOf(withAzure({ resourceGroup: { existing: { name: "logfire" } } }));
    assert.deepEqual(resourceGroup, { kind: "existing", name: "logfire" });
  });

  it("network needs subnets for the stores that are made, and only for these", () => {
    const { postgresSubnet: _, endpointsSubnet: __, ...nodesOnly } = adoptedNetwork;
    const found = problems(withAzure({ network: { existing: nodesOnly } }));
    assert.deepEqual(
      found.map((line) => line.split(":")[0]),
      ["azure.network.existing.postgresSubnet", "azure.network.existing.endpointsSubnet"],
    );
    assert.deepEqual(
      problems(withAzure({ ...everything.own, network: { existing: nodesOnly } }, { secrets: everything.secrets })),
      [],
    );
  });

  it("network lets the API stay inside it", () => {
    const cluster = { apiAccess: [] };
    assert.deepEqual(problems(withAzure({ network: { existing: adoptedNetwork }, cluster })), []);
  });
});
