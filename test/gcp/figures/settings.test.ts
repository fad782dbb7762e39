import assert from "node:assert/strict";
import { adoptedNetwork, gcpOf, presets, problems, settings, sixInputs, type Values, withGcp } from "./values";

const one = (values: Values): string => {
  const found = problems(values);
  assert.equal(found.length, 1, found.join("\n"));
  return found[0] ?? "";
};
const without = (key: keyof typeof sixInputs): Values => ({ [key]: undefined });

describe("settings of GCP", () => {
  it("are complete with six inputs", () => {
    assert.equal(Object.keys(sixInputs).length, 6, "project and region under one key, the secret with its user name");
    assert.deepEqual(gcpOf(), {
      kind: "gcp",
      project: "mycompany-logfire",
      region: "europe-west3",
      labels: {},
      network: { kind: "create", cidr: "10.40.0.0/16", zones: [], flowLogs: false },
      cluster: {
        kind: "create",
        version: "1.35",
        channel: "REGULAR",
        apiAccess: "iam",
        administrators: [],
        maintenance: { days: ["SA", "SU"], startHour: 1, hours: 6 },
      },
      nodes: {
        general: { type: "n2d-standard-8", localSsds: 0, minNodes: 3, maxNodes: 7 },
        scratch: { type: "n2-highmem-8", localSsds: 2, minNodes: 3, maxNodes: 18 },
      },
      postgres: {
        kind: "create",
        tier: "db-custom-4-16384",
        storageGib: 100,
        maxStorageGib: 500,
        regional: true,
        backupDays: 7,
        encryption: "google",
      },
      objectStore: { kind: "create", encryption: "google" },
      redis: { kind: "create", memoryGib: 6, replica: true },
      dns: { kind: "create", name: "logfire.mycompany.dev" },
    });
  });

  it("need each of these six", () => {
    assert.match(one({ gcp: { region: "europe-west3" } }), /^gcp\.project: is missing; write the id of the project/);
    assert.match(one({ gcp: { project: "mycompany-logfire" } }), /^gcp\.region: is missing; write the region/);
    assert.match(one(without("hostname")), /^hostname: is missing/);
    assert.match(one(without("adminEmail")), /^adminEmail: is missing/);
    assert.match(one(without("secrets")), /^secrets\.registryPassword: is missing: images\.credentials needs it/);
    assert.deepEqual(
      problems(without("gcp")).map((line) => line.split(";")[0]),
      ["gcp.project: is missing", "gcp.region: is missing"],
    );
  });

  for (const preset of presets) it(`of ${preset} have no problem`, () => assert.deepEqual(problems({ preset }), []));

  it("of the smallest save where nothing may be lost", () => {
    const { postgres, redis, nodes } = gcpOf({ preset: "tiny", disposable: true });
    assert.ok(postgres.kind === "create" && redis.kind === "create");
    assert.deepEqual(
      [postgres.regional, postgres.tier, redis.replica, redis.memoryGib, nodes.scratch.localSsds],
      [false, "db-custom-2-8192", true, 1, 1],
    );
  });

  it("give the certificate the platform's zone, and install cert-manager, which GKE has not", () => {
    const { edge } = settings().logfire;
    assert.equal(edge.zone, "logfire.mycompany.dev");
    assert.equal(edge.certificate.source, "acme");
    assert.equal(edge.certManager.controller, "install");
  });

  it("ask how hostnames get a certificate where records are the owner's", () =>
    assert.match(
      one(withGcp({ dns: { manage: false } })),
      /^edge\.certificate: does not say how .* gcp\.dns\.manage is false/,
    ));

  it("pull the other bound of a pool along, and give another type the SSDs that it takes", () => {
    const { general, scratch } = gcpOf(
      withGcp({ nodes: { general: { minNodes: 9 }, scratch: { type: "n2-highmem-32" } } }),
    ).nodes;
    assert.deepEqual(general, { type: "n2d-standard-8", localSsds: 0, minNodes: 9, maxNodes: 9 });
    assert.deepEqual([scratch.type, scratch.localSsds], ["n2-highmem-32", 4]);
  });

  it("count Redis in the cluster among the pods", () =>
    assert.deepEqual(gcpOf(withGcp({ redis: { inCluster: true } })).redis, { kind: "inCluster" }));
});

describe("bad settings of GCP", () => {
  it("of another platform are refused on both sides", () => {
    assert.match(one({ existing: { context: "production" } }), /^existing: stands beside platform: gcp/);
    const elsewhere = problems({ platform: "existing", edge: { mode: "none" } });
    assert.deepEqual(elsewhere, ["gcp: stands beside platform: existing; remove it, or write platform: gcp"]);
    const onAws = problems({
      platform: "aws",
      aws: { region: "eu-central-1", cluster: { apiAccess: ["203.0.113.7/32"] } },
    });
    assert.deepEqual(onAws, ["gcp: stands beside platform: aws; remove it, or write platform: gcp"]);
  });

  it("refuse a range that is too small for the nodes at full scale, with the arithmetic", () => {
    const found = (cidr: string) => problems(withGcp({ network: { cidr } }, { preset: "large" }));
    assert.deepEqual(found("10.40.0.0/18"), [
      'gcp.network.cidr: "10.40.0.0/18" leaves pods addresses for 32 nodes, and there are 39 at full scale ' +
        "(16 n2d-standard-8 + 4 while they are replaced + 16 n2-highmem-16 + 3 while they are replaced); " +
        "write a range of /17 or larger, or lower maxNodes",
    ]);
    assert.deepEqual(found("10.40.0.0/17"), []);
  });

  for (const [cidr, expected] of [
    ["10.40.0.0/19", /is too small for nodes, pods, Services and stores; write a prefix of \/12 to \/18/],
    ["10.0.0.0/8", /is too large for/],
    ["10.40.1.0/16", /begins inside 10\.40\.0\.0\/16/],
    ["8.8.0.0/16", /holds addresses of the internet/],
    ["fd00::/16", /is not an IPv4 range/],
  ] as const)
    it(`refuse ${cidr} for the network`, () => {
      const line = one(withGcp({ network: { cidr } }));
      assert.match(line, /^gcp\.network\.cidr: /);
      assert.match(line, expected);
    });

  it("refuse a network that overlaps the owner's database", () => {
    const existing = { host: "10.40.7.7", adminUser: "admin" };
    const secrets = { ...sixInputs.secrets, postgresAdminPassword: "password-of-the-owner" };
    assert.match(
      one(withGcp({ postgres: { existing } }, { secrets })),
      /^gcp\.network\.cidr: "10\.40\.0\.0\/16" overlaps 10\.40\.7\.7\/32, gcp\.postgres\.existing\.cidrs/,
    );
  });

  it("refuse two zones, the same one twice, and those of another region", () => {
    const found = (...zones: readonly string[]) => problems(withGcp({ network: { zones } }));
    assert.match(found("europe-west3-a", "europe-west3-b")[0] ?? "", /names 2 zones; write 3/);
    assert.match(found("europe-west3-a", "europe-west3-a", "europe-west3-b")[0] ?? "", /names 2 zones/);
    assert.match(
      found("europe-west30-a", "europe-west3-b", "europe-west3-c")[0] ?? "",
      /"europe-west30-a" does not lie in europe-west3; write zones such as europe-west3-a/,
    );
  });

  for (const [tier, expected] of [
    [
      "db-custom-2-8192",
      /has 2 vCPUs and 8192 MiB, and the preset standard needs 4 and 16384; write db-custom-4-16384/,
    ],
    ["db-custom-3-16384", /Cloud SQL makes no .*: 3 vCPUs are none of 1, 2, 4, 6, \.\.\. 96/],
    ["db-custom-4-16400", /16400 MiB are no multiple of 256/],
    ["db-custom-4-65536", /65536 MiB are not between 3840 and 26624 for 4 vCPUs/],
    ["db-f1-micro", /"db-f1-micro" is not vCPUs and MiB of a machine; write .* such as db-custom-4-16384/],
  ] as const)
    it(`refuse ${tier} for the database of standard`, () => {
      const line = one(withGcp({ postgres: { tier } }));
      assert.match(line, /^gcp\.postgres\.tier: /);
      assert.match(line, expected);
    });

  it("refuse storage that is more than its bound", () =>
    assert.match(
      one(withGcp({ postgres: { maxStorageGib: 50 } })),
      /^gcp\.postgres\.maxStorageGib: 50 is less than storageGib, 100; write at least 100/,
    ));

  it("refuse a hostname outside the zone", () =>
    assert.match(
      one(withGcp({ dns: { existing: { name: "other.dev", zone: "other-dev" } } })),
      /^hostname: "logfire\.mycompany\.dev" does not lie in the zone "other\.dev"; .* gcp\.dns\.existing\.name$/,
    ));

  it("refuse a plan that cannot place the pods", () =>
    assert.match(
      one(withGcp({ nodes: { scratch: { maxNodes: 2, minNodes: 2 } } })),
      /^gcp\.nodes\.scratch\.maxNodes: the 8 pods of this pool ask for 21 cores, 68 GiB, 250 GiB of scratch .* takes 3 × n2-highmem-8 .* maxNodes is 2/,
    ));

  it("refuse a number of local SSDs that there is not, before anything is made", () =>
    assert.equal(
      one(withGcp({ nodes: { scratch: { localSsds: 3 } } })),
      "gcp.nodes.scratch.localSsds: a n2-highmem-8 cannot have 3 local SSDs; write one of 1, 2, 4, 8, 16, 24",
    ));

  it("refuse too little time for Google's upgrades", () => {
    assert.equal(
      one(withGcp({ cluster: { maintenance: { days: ["SU"], hours: 4 } } })),
      "gcp.cluster.maintenance: leaves 16 hours in four weeks, and GKE needs 48; write more days, or more hours",
    );
    assert.deepEqual(problems(withGcp({ cluster: { maintenance: { days: ["SU"], hours: 12 } } })), []);
  });

  it("refuse static keys, keys for S3, the zone of another platform, and the PROXY protocol", () => {
    const secrets = { ...sixInputs.secrets, objectStore: { GOOGLE_SERVICE_ACCOUNT_KEY: "a-static-key" } };
    assert.match(
      one({ secrets }),
      /^secrets\.objectStore\.GOOGLE_SERVICE_ACCOUNT_KEY: is not used: pods reach the bucket by their service account/,
    );
    assert.match(one({ sseC: true }), /^sseC: is true, and only a bucket in S3 takes such keys/);
    assert.match(one({ edge: { zone: "mycompany.dev" } }), /^edge\.zone: is not used: gcp\.dns says which zone it is/);
    assert.match(
      one({ edge: { proxyProtocol: true } }),
      /^edge\.proxyProtocol: .* with the client's address; remove it$/,
    );
  });

  it("refuse source ranges of a native load balancer inside the network, which takes none", () => {
    const native = { mode: "native", exposure: "internal", sourceRanges: ["10.0.0.0/8"] };
    assert.match(
      one({ edge: native }),
      /^edge\.sourceRanges: are given, and Google's load balancer inside the network/,
    );
    assert.deepEqual(problems({ edge: { ...native, exposure: "public", sourceRanges: ["203.0.113.0/24"] } }), []);
  });

  it("refuse a name that is too long for a certificate of Google's", () => {
    const name = (length: number) => `${"a".repeat(40)}.${"b".repeat(length - 55)}.mycompany.dev`;
    const native = (length: number) =>
      problems(withGcp({ dns: { zone: "mycompany.dev" } }, { hostname: name(length), edge: { mode: "native" } }));
    assert.deepEqual(native(64), []);
    assert.match(native(65)[0] ?? "", /^hostname: .* has 65 characters, and a certificate of Google's takes 64/);
  });

  for (const [path, value, expected] of [
    ["region", "europe", /is not a region of Google Cloud/],
    ["region", "europe-west3-a", /is not a region of Google Cloud/],
    ["project", "My Project", /is not the id of a project/],
    ["project", 123456789012, /write it in quotes/],
    ["labels", { "goog-owner": "me" }, /is Google's/],
    ["labels", { Team: "me" }, /is not the name of a label/],
    ["labels", { team: "Me" }, /is not the value of a label/],
    ["cluster.version", "1.31", /is too old; write 1\.32 or later/],
    ["cluster.version", 1.35, /write it in quotes: "1\.35"/],
    ["cluster.channel", "REGULR", /did you mean REGULAR/],
    ["cluster.apiAccess", "public", /is not a way to the API/],
    ["cluster.administrators", ["sre@mycompany.dev"], /is not a member of IAM; .* such as group:sre@example\.com/],
    ["redis.memoryGib", 301, /300/],
    ["nodes.general.type", "c4a-standard-8", /arm64/],
  ] as const)
    it(`refuse ${JSON.stringify(value)} as gcp.${path}`, () => {
      const [outer = "", inner, leaf] = path.split(".");
      const nested = leaf === undefined ? { [inner ?? ""]: value } : { [inner ?? ""]: { [leaf]: value } };
      const line = one(withGcp({ [outer]: inner === undefined ? value : nested }));
      assert.ok(line.startsWith(`gcp.${path}`), line);
      assert.match(line, expected);
    });
});

const adoptions: Readonly<
  Record<string, { readonly gcp: Values; readonly secrets?: Values; readonly beside: Values }>
> = {
  network: { gcp: { network: { existing: adoptedNetwork } }, beside: { cidr: "10.40.0.0/16" } },
  cluster: {
    gcp: { network: { existing: adoptedNetwork }, cluster: { existing: { name: "mine" } } },
    beside: { version: "1.35" },
  },
  postgres: {
    gcp: { postgres: { existing: { host: "db.mycompany.dev", adminUser: "admin" } } },
    secrets: { postgresAdminPassword: "password-of-the-owner" },
    beside: { storageGib: 100 },
  },
  objectStore: { gcp: { objectStore: { existing: { bucket: "my-bucket" } } }, beside: { encryption: "kms" } },
  redis: {
    gcp: { redis: { existing: { port: 6380 } } },
    secrets: { redisDsn: "rediss://:token@redis.mycompany.dev:6380" },
    beside: { replica: true },
  },
  dns: {
    gcp: { dns: { existing: { name: "mycompany.dev", zone: "mycompany-dev" } } },
    beside: { zone: "mycompany.dev" },
  },
};

describe("bring your own on GCP", () => {
  for (const [part, { gcp, secrets = {}, beside }] of Object.entries(adoptions)) {
    const others = { secrets: { ...sixInputs.secrets, ...secrets } };
    it(`${part} is used instead of one that is made, in every preset`, () => {
      for (const preset of presets) {
        const settled = gcpOf(withGcp(gcp, { ...others, preset }));
        assert.notEqual(settled[part as "network"].kind, "create");
      }
    });

    it(`${part} is refused beside settings of one that is made`, () => {
      const block = { ...(gcp[part] as Values), ...beside };
      const key = `gcp.${part}.${Object.keys(beside)[0] ?? ""}`;
      assert.equal(
        one(withGcp({ ...gcp, [part]: block }, others)),
        `${key}: stands beside gcp.${part}.existing; keep one: what is yours is not changed`,
      );
    });
  }

  it("all at once leaves the nodes to be made", () => {
    const gcp = Object.assign({}, ...Object.values(adoptions).map((part) => part.gcp)) as Values;
    const secrets = Object.assign(
      {},
      sixInputs.secrets,
      ...Object.values(adoptions).map((part) => part.secrets ?? {}),
    ) as Values;
    const { kind: _, ...settled } = gcpOf(withGcp(gcp, { secrets }));
    const made = Object.entries(settled).filter(([, part]) => (part as { kind?: string }).kind === "create");
    assert.deepEqual(made, []);
    assert.equal(settled.nodes.general.minNodes, 3);
  });

  it("a bucket is known to the pods by its name alone, without keys", () => {
    const { objectStore } = gcpOf(withGcp({ objectStore: { existing: { bucket: "my-bucket" } } }));
    assert.ok(objectStore.kind === "external");
    assert.deepEqual(
      [objectStore.uri, objectStore.environment, objectStore.secretEnvironmentKeys],
      ["gs://my-bucket", {}, []],
    );
  });

  it("a cluster needs its own network", () =>
    assert.match(
      one(withGcp({ cluster: { existing: { name: "mine" } } })),
      /^gcp\.network\.existing: is missing: gcp\.cluster\.existing has a network already/,
    ));

  it("a network needs the range of Google's stores exactly where one is made in it", () => {
    const { storesRange: _, ...existing } = adoptedNetwork;
    assert.equal(
      one(withGcp({ network: { existing } })),
      "gcp.network.existing.storesRange: is missing: PostgreSQL and Redis would be made in your network; " +
        "write the name of the range that the network allocated to private services access",
    );
    assert.match(
      one(withGcp({ network: { existing }, redis: { inCluster: true } })),
      /is missing: PostgreSQL would be made/,
    );
    const secrets = { ...sixInputs.secrets, postgresAdminPassword: "password-of-the-owner" };
    const postgres = { existing: { host: "db.mycompany.dev", adminUser: "admin" } };
    assert.deepEqual(
      problems(withGcp({ network: { existing }, redis: { inCluster: true }, postgres }, { secrets })),
      [],
    );
  });

  it("postgres and redis need their secrets, and only then", () => {
    assert.match(one(withGcp(adoptions["postgres"]?.gcp ?? {})), /^secrets\.postgresAdminPassword: is missing/);
    const secrets = { ...sixInputs.secrets, redisDsn: "rediss://:token@redis.mycompany.dev:6379" };
    assert.match(one({ secrets }), /^secrets\.redisDsn: is not used: Redis is made/);
  });
});
