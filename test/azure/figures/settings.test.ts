import assert from "node:assert/strict";
import { adoptedNetwork, azureOf, presets, problems, settings, sixInputs, type Values, withAzure } from "./values";

const one = (values: Values): string => {
  const found = problems(values);
  assert.equal(found.length, 1, found.join("\n"));
  return found[0] ?? "";
};
const without = (key: keyof typeof sixInputs): Values => ({ [key]: undefined });

describe("settings of Azure", () => {
  it("are complete with six inputs", () => {
    const { apiAccess } = sixInputs.azure.cluster;
    assert.equal(
      Object.keys(sixInputs).length,
      6,
      "location and apiAccess under one key, the secret with its user name",
    );
    assert.deepEqual(azureOf(), {
      kind: "azure",
      location: "swedencentral",
      tags: {},
      resourceGroup: { kind: "create" },
      network: { kind: "create", cidr: "10.60.0.0/16" },
      cluster: {
        ...{ kind: "create", version: "1.35", apiAccess, administrators: [], logRetentionDays: 30 },
        ...{ podsCidr: "10.244.0.0/16", servicesCidr: "172.20.0.0/16" },
      },
      nodes: {
        general: { type: "Standard_D8ds_v5", osDiskGib: 128, minNodes: 3, maxNodes: 7 },
        scratch: { type: "Standard_E8ds_v6", osDiskGib: 430, minNodes: 3, maxNodes: 18 },
      },
      postgres: {
        ...{ kind: "create", sku: "Standard_D4ds_v5", storageGib: 128, zoneRedundant: true },
        ...{ backupDays: 7, geoBackup: false },
      },
      objectStore: { kind: "create", redundancy: "ZRS" },
      redis: { kind: "create", sku: "Balanced_B5", replica: true },
      dns: { kind: "create", name: "logfire.mycompany.dev" },
    });
  });

  it("need each of these six", () => {
    assert.match(one({ azure: { cluster: sixInputs.azure.cluster } }), /^azure\.location: is missing;/);
    assert.match(
      one({ azure: { location: "swedencentral" } }),
      /^azure\.cluster\.apiAccess: is missing: nobody is inside a network that is made/,
    );
    assert.match(one(without("hostname")), /^hostname: is missing/);
    assert.match(one(without("adminEmail")), /^adminEmail: is missing/);
    assert.match(one(without("secrets")), /^secrets\.registryPassword: is missing: images\.credentials needs it/);
    assert.ok(problems(without("azure")).some((line) => line.startsWith("azure.location: is missing")));
  });

  for (const preset of presets) it(`of ${preset} have no problem`, () => assert.deepEqual(problems({ preset }), []));

  it("of the smallest save where nothing may be lost", () => {
    const { postgres, redis, objectStore } = azureOf({ preset: "tiny", disposable: true });
    assert.ok(postgres.kind === "create" && redis.kind === "create" && objectStore.kind === "create");
    assert.deepEqual(
      [postgres.sku, postgres.zoneRedundant, redis.replica, objectStore.redundancy],
      ["Standard_B2ms", false, false, "ZRS"],
    );
  });

  it("give the certificate the platform's zone, and install cert-manager, which AKS does not bring", () => {
    const { edge } = settings().logfire;
    assert.equal(edge.zone, "logfire.mycompany.dev");
    assert.equal(edge.certificate.source, "acme");
    assert.equal(edge.certManager.controller, "install");
  });

  it("ask how hostnames get a certificate where records are the owner's", () =>
    assert.match(
      one(withAzure({ dns: { manage: false } })),
      /^edge\.certificate: does not say how .* azure\.dns\.manage is false/,
    ));

  it("pull the other bound of a pool along, and the disk after its type", () => {
    const { general, scratch } = azureOf(
      withAzure({ nodes: { general: { minNodes: 9 }, scratch: { type: "Standard_E16ds_v5" } } }),
    ).nodes;
    assert.deepEqual(general, { type: "Standard_D8ds_v5", osDiskGib: 128, minNodes: 9, maxNodes: 9 });
    assert.deepEqual(scratch, { type: "Standard_E16ds_v5", osDiskGib: 590, minNodes: 3, maxNodes: 9 });
  });

  it("count Redis in the cluster among the pods", () =>
    assert.deepEqual(azureOf(withAzure({ redis: { inCluster: true } })).redis, { kind: "inCluster" }));
});

describe("bad settings of Azure", () => {
  it("of another platform are refused on both sides", () => {
    assert.match(one({ existing: { context: "production" } }), /^existing: stands beside platform: azure/);
    const elsewhere = problems({ platform: "existing", edge: { mode: "none" } });
    assert.deepEqual(elsewhere, ["azure: stands beside platform: existing; remove it, or write platform: azure"]);
  });

  it("refuse a location without zones, with its pair, and one that nobody knows", () => {
    assert.equal(
      one(withAzure({ location: "westus" })),
      "azure.location: westus has no zones, and Logfire is spread over three; write another one, such as eastus, which is its pair",
    );
    assert.match(
      one(withAzure({ location: "westindia" })),
      /westindia has no zones, .*; choose from australiaeast, .*swedencentral/,
    );
    assert.equal(
      one(withAzure({ location: "swedencentra" })),
      'azure.location: "swedencentra" is not a location whose zones are known; did you mean swedencentral?',
    );
    assert.match(
      one(withAzure({ location: "Sweden Central" })),
      /is not how Azure writes a location; write swedencentral/,
    );
  });

  it("refuse what Flexible Server does not have in the location, with what to write", () => {
    assert.equal(
      one(withAzure({ location: "japanwest" })),
      "azure.postgres.zoneRedundant: is true, and Flexible Server has no standby in another zone in japanwest; " +
        "write azure.postgres.zoneRedundant: false, or another location, such as swedencentral",
    );
    assert.deepEqual(problems(withAzure({ location: "japanwest", postgres: { zoneRedundant: false } })), []);
    assert.match(
      one(withAzure({ location: "polandcentral" })),
      /^azure\.postgres\.sku: Standard_D4ds_v5 is not offered in polandcentral; write Standard_D4ads_v5 if .* has it, or another/,
    );
    assert.deepEqual(problems(withAzure({ location: "polandcentral", postgres: { sku: "Standard_D4ads_v5" } })), []);
    for (const location of ["brazilsouth", "westus3", "italynorth"])
      assert.match(
        one(withAzure({ location, postgres: { geoBackup: true } })),
        /^azure\.postgres\.geoBackup: is true, and Flexible Server in \w+ has no other location/,
      );
    assert.deepEqual(problems(withAzure({ location: "swedencentral", postgres: { geoBackup: true } })), []);
  });

  it("never open the API to the whole internet", () => {
    for (const range of ["0.0.0.0/0", "::/0"])
      assert.match(
        one(withAzure({ cluster: { apiAccess: [range] } })),
        /^azure\.cluster\.apiAccess: .* is the whole internet/,
      );
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
    const type = (name: string) => one(withAzure({ nodes: { general: { type: name } } }));
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
      one(withAzure({ cluster: { ...sixInputs.azure.cluster, podsCidr: "10.244.0.0/20" } })),
      'azure.cluster.podsCidr: "10.244.0.0/20" is enough for 16 nodes, each of which takes a /24, and 34 run at full scale while an upgrade runs; ' +
        "write a range of /18 or larger, or lower azure.nodes' maxNodes",
    ));

  for (const [cidr, expected] of [
    ["10.60.0.0/25", /is too small for a virtual network of three subnets; write a prefix of \/16 to \/24/],
    ["10.0.0.0/12", /is too large for a virtual network/],
    ["10.60.1.0/16", /begins inside 10\.60\.0\.0\/16/],
    ["10.244.0.0/18", /overlaps 10\.244\.0\.0\/16, azure\.cluster\.podsCidr/],
    ["172.20.0.0/18", /overlaps 172\.20\.0\.0\/16, azure\.cluster\.servicesCidr/],
    ["8.8.0.0/16", /holds addresses of the internet/],
    ["fd00::/16", /is not an IPv4 range/],
  ] as const)
    it(`refuse ${cidr} for the network`, () => {
      const line = one(withAzure({ network: { cidr } }));
      assert.match(line, /^azure\.network\.cidr: /);
      assert.match(line, expected);
    });

  it("refuse ranges of the cluster that AKS keeps, and such as overlap", () => {
    const cluster = (ranges: object) => one(withAzure({ cluster: { ...sixInputs.azure.cluster, ...ranges } }));
    assert.match(cluster({ servicesCidr: "172.31.0.0/16" }), /overlaps 172\.31\.0\.0\/16, which AKS keeps for itself/);
    assert.match(cluster({ podsCidr: "172.20.0.0/16" }), /overlaps 172\.20\.0\.0\/16, azure\.cluster\.servicesCidr/);
    assert.match(cluster({ servicesCidr: "10.0.0.0/12" }), /is too large for services; write a prefix of \/13 to \/24/);
  });

  it("refuse a network that overlaps the owner's database", () => {
    const existing = { host: "10.60.7.7", adminUser: "admin" };
    const secrets = { ...sixInputs.secrets, postgresAdminPassword: "password-of-the-owner" };
    assert.match(
      one(withAzure({ postgres: { existing } }, { secrets })),
      /^azure\.network\.cidr: "10\.60\.0\.0\/16" overlaps 10\.60\.7\.7\/32, azure\.postgres\.existing\.cidrs/,
    );
  });

  it("refuse a database that is too small for the preset, unknown, or without a standby that it cannot have", () => {
    const postgres = (values: Values, preset = "standard") => one(withAzure({ postgres: values }, { preset }));
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

  it("refuse a hostname outside the zone", () =>
    assert.match(
      one(withAzure({ dns: { existing: { name: "other.dev", resourceGroup: "dns" } } })),
      /^hostname: "logfire\.mycompany\.dev" does not lie in the zone "other\.dev"; .* azure\.dns\.existing\.name$/,
    ));

  it("refuse a plan that cannot place the pods", () =>
    assert.match(
      one(withAzure({ nodes: { scratch: { maxNodes: 2, minNodes: 2 } } })),
      /^azure\.nodes\.scratch\.maxNodes: the 8 pods of this pool ask for 21 cores, 68 GiB, 250 GiB of scratch .* takes 3 × Standard_E8ds_v6 .* maxNodes is 2/,
    ));

  it("refuse static keys, the zone of another platform, a native edge and a protocol that nobody speaks", () => {
    const secrets = { ...sixInputs.secrets, objectStore: { AZURE_STORAGE_ACCOUNT_KEY: "a-static-key" } };
    assert.match(
      one({ secrets }),
      /^secrets\.objectStore\.AZURE_STORAGE_ACCOUNT_KEY: is not used: pods reach the bucket by their identity/,
    );
    assert.match(
      one({ edge: { zone: "mycompany.dev" } }),
      /^edge\.zone: is not used: azure\.dns says which zone it is/,
    );
    assert.match(
      one({ edge: { mode: "native" } }),
      /^edge\.mode: "native" is not there on Azure: .* has no switch for/,
    );
    assert.match(
      one({ edge: { proxyProtocol: true } }),
      /^edge\.proxyProtocol: .* speaks no such protocol; remove it$/,
    );
    assert.match(
      one({ sseC: true, secrets: { ...sixInputs.secrets } }),
      /^sseC: is true, and only a bucket in S3 takes such keys/,
    );
  });

  for (const [path, value, expected] of [
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
  ] as const)
    it(`refuse ${JSON.stringify(value)} as azure.${path}`, () => {
      const [outer = "", inner, leaf] = path.split(".");
      const nested = leaf === undefined ? { [inner ?? ""]: value } : { [inner ?? ""]: { [leaf]: value } };
      const base = outer === "cluster" ? { ...sixInputs.azure.cluster, ...nested } : nested;
      const line = one(withAzure({ [outer]: inner === undefined ? value : base }));
      assert.ok(line.startsWith(`azure.${path}`), line);
      assert.match(line, expected);
    });
});

const adoptions: Readonly<
  Record<string, { readonly azure: Values; readonly secrets?: Values; readonly beside: Values }>
> = {
  network: { azure: { network: { existing: adoptedNetwork } }, beside: { cidr: "10.70.0.0/16" } },
  cluster: {
    azure: {
      network: { existing: adoptedNetwork },
      cluster: { existing: { name: "mine", resourceGroup: "clusters" } },
    },
    beside: { version: "1.35" },
  },
  postgres: {
    azure: { postgres: { existing: { host: "db.mycompany.dev", adminUser: "admin" } } },
    secrets: { postgresAdminPassword: "password-of-the-owner" },
    beside: { storageGib: 128 },
  },
  objectStore: {
    azure: {
      objectStore: { existing: { account: "mycompany", resourceGroup: "data", container: "logfire" } },
    },
    beside: { redundancy: "LRS" },
  },
  redis: {
    azure: { redis: { existing: { port: 6380 } } },
    secrets: { redisDsn: "rediss://:token@redis.mycompany.dev:6380" },
    beside: { replica: true },
  },
  dns: {
    azure: { dns: { existing: { name: "mycompany.dev", resourceGroup: "dns" } } },
    beside: { zone: "mycompany.dev" },
  },
};

describe("bring your own on Azure", () => {
  for (const [part, { azure, secrets = {}, beside }] of Object.entries(adoptions)) {
    const others = { secrets: { ...sixInputs.secrets, ...secrets } };
    it(`${part} is used instead of one that is made, in every preset`, () => {
      for (const preset of presets) {
        const settled = azureOf(withAzure(azure, { ...others, preset }));
        assert.notEqual(settled[part as "network"].kind, "create");
      }
    });

    it(`${part} is refused beside settings of one that is made`, () => {
      const block = { ...(azure[part] as Values), ...beside };
      const key = `azure.${part}.${Object.keys(beside)[0] ?? ""}`;
      assert.equal(
        one(withAzure({ ...azure, [part]: block }, others)),
        `${key}: stands beside azure.${part}.existing; keep one: what is yours is not changed`,
      );
    });
  }

  const everything = () => ({
    azure: Object.assign(
      { resourceGroup: { existing: { name: "logfire" } } },
      ...Object.values(adoptions).map((each) => each.azure),
    ) as Values,
    secrets: Object.assign(
      {},
      sixInputs.secrets,
      ...Object.values(adoptions).map((each) => each.secrets ?? {}),
    ) as Values,
  });

  it("all at once leaves the nodes to be made", () => {
    const { azure, secrets } = everything();
    const { kind: _, ...settled } = azureOf(withAzure(azure, { secrets }));
    const made = Object.entries(settled).filter(([, part]) => (part as { kind?: string }).kind === "create");
    assert.deepEqual(made, []);
    assert.equal(settled.nodes.general.minNodes, 3);
  });

  it("resource group holds what is made", () => {
    const { resourceGroup } = azureOf(withAzure({ resourceGroup: { existing: { name: "logfire" } } }));
    assert.deepEqual(resourceGroup, { kind: "existing", name: "logfire" });
  });

  it("cluster needs its own network", () =>
    assert.match(
      one(withAzure({ cluster: { existing: { name: "mine", resourceGroup: "clusters" } } })),
      /^azure\.network\.existing: is missing: azure\.cluster\.existing has a network already/,
    ));

  it("network needs subnets for the stores that are made, and only for these", () => {
    const { postgresSubnet: _, endpointsSubnet: __, ...nodesOnly } = adoptedNetwork;
    const found = problems(withAzure({ network: { existing: nodesOnly } }));
    assert.deepEqual(
      found.map((line) => line.split(":")[0]),
      ["azure.network.existing.postgresSubnet", "azure.network.existing.endpointsSubnet"],
    );
    const { azure, secrets } = everything();
    assert.deepEqual(problems(withAzure({ ...azure, network: { existing: nodesOnly } }, { secrets })), []);
  });

  it("network lets the API stay inside it", () => {
    const cluster = { apiAccess: [] };
    assert.deepEqual(problems(withAzure({ network: { existing: adoptedNetwork }, cluster })), []);
  });

  it("postgres and redis need their secrets, and only then", () => {
    assert.match(one(withAzure(adoptions["postgres"]?.azure ?? {})), /^secrets\.postgresAdminPassword: is missing/);
    const secrets = { ...sixInputs.secrets, redisDsn: "rediss://:token@redis.mycompany.dev:6379" };
    assert.match(one({ secrets }), /^secrets\.redisDsn: is not used: Redis is made/);
  });
});
