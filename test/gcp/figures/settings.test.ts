import assert from "node:assert/strict";
import type { GcpPlatformSettings } from "../../../components/settings/gcp/types";
import { describeAdoptions } from "../../clouds/adoptions";
import { describeBadSettings, describeSettings } from "../../clouds/settings";
import { adoptedNetwork, gcp, gcpOf, problem, problems, sixInputs, withGcp } from "./values";

const settled: GcpPlatformSettings = {
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
};

const lacking = [
  [{ region: "europe-west3" }, /^gcp\.project: is missing; write the id of the project/],
  [{ project: "mycompany-logfire" }, /^gcp\.region: is missing; write the region/],
] as const;

describeSettings(gcp, { settled, lacking, asked: ["gcp.project", "gcp.region"], certManager: "install" }, () => {
  it("of the smallest save where nothing may be lost", () => {
    const { postgres, redis, nodes } = gcpOf({ preset: "tiny", disposable: true });
    assert.ok(postgres.kind === "create" && redis.kind === "create");
    assert.deepEqual(
      [postgres.regional, postgres.tier, redis.replica, redis.memoryGib, nodes.scratch.localSsds],
      [false, "db-custom-2-8192", true, 1, 1],
    );
  });

  it("pull the other bound of a pool along, and give another type the SSDs that it takes", () => {
    const { general, scratch } = gcpOf(
      withGcp({ nodes: { general: { minNodes: 9 }, scratch: { type: "n2-highmem-32" } } }),
    ).nodes;
    assert.deepEqual(general, { type: "n2d-standard-8", localSsds: 0, minNodes: 9, maxNodes: 9 });
    assert.deepEqual([scratch.type, scratch.localSsds], ["n2-highmem-32", 4]);
  });
});

const ranges = [
  ["10.40.0.0/19", /is too small for nodes, pods, Services and stores; write a prefix of \/12 to \/18/],
  ["10.0.0.0/8", /is too large for/],
  ["10.40.1.0/16", /begins inside 10\.40\.0\.0\/16/],
  ["8.8.0.0/16", /holds addresses of the internet/],
  ["fd00::/16", /is not an IPv4 range/],
] as const;

const values = [
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
] as const;

const bad = {
  ...{ range: "10.40.0.0/16", ranges, zoneId: { zone: "other-dev" }, scratchType: "n2-highmem-8", values },
  staticKey: ["GOOGLE_SERVICE_ACCOUNT_KEY", "their service account"],
  proxyProtocol: /with the client's address; remove it$/,
} as const;

describeBadSettings(gcp, bad, () => {
  it("of another cloud are refused", () => {
    const aws = { region: "eu-central-1", cluster: { apiAccess: ["203.0.113.7/32"] } };
    assert.deepEqual(problems({ platform: "aws", aws }), [
      "gcp: stands beside platform: aws; remove it, or write platform: gcp",
    ]);
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
      const line = problem(withGcp({ postgres: { tier } }));
      assert.match(line, /^gcp\.postgres\.tier: /);
      assert.match(line, expected);
    });

  it("refuse storage that is more than its bound", () =>
    assert.match(
      problem(withGcp({ postgres: { maxStorageGib: 50 } })),
      /^gcp\.postgres\.maxStorageGib: 50 is less than storageGib, 100; write at least 100/,
    ));

  it("refuse a number of local SSDs that there is not, before anything is made", () =>
    assert.equal(
      problem(withGcp({ nodes: { scratch: { localSsds: 3 } } })),
      "gcp.nodes.scratch.localSsds: a n2-highmem-8 cannot have 3 local SSDs; write one of 1, 2, 4, 8, 16, 24",
    ));

  it("refuse too little time for Google's upgrades", () => {
    assert.equal(
      problem(withGcp({ cluster: { maintenance: { days: ["SU"], hours: 4 } } })),
      "gcp.cluster.maintenance: leaves 16 hours in four weeks, and GKE needs 48; write more days, or more hours",
    );
    assert.deepEqual(problems(withGcp({ cluster: { maintenance: { days: ["SU"], hours: 12 } } })), []);
  });

  it("refuse keys for S3", () =>
    assert.match(problem({ sseC: true }), /^sseC: is true, and only a bucket in S3 takes such keys/));

  it("refuse source ranges of a native load balancer inside the network, which takes none", () => {
    const native = { mode: "native", exposure: "internal", sourceRanges: ["10.0.0.0/8"] };
    assert.match(
      problem({ edge: native }),
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
});

const adoptions = {
  network: "a network",
  existing: {
    network: adoptedNetwork,
    cluster: { name: "mine" },
    objectStore: { bucket: "my-bucket" },
    dns: { name: "mycompany.dev", zone: "mycompany-dev" },
  },
  beside: {
    network: { cidr: "10.40.0.0/16" },
    cluster: { version: "1.35" },
    postgres: { storageGib: 100 },
    objectStore: { encryption: "kms" },
    redis: { replica: true },
    dns: { zone: "mycompany.dev" },
  },
} as const;

describeAdoptions(gcp, adoptions, () => {
  it("a bucket is known to the pods by its name alone, without keys", () => {
    const { objectStore } = gcpOf(withGcp({ objectStore: { existing: { bucket: "my-bucket" } } }));
    assert.ok(objectStore.kind === "external");
    assert.deepEqual(
      [objectStore.uri, objectStore.environment, objectStore.secretEnvironmentKeys],
      ["gs://my-bucket", {}, []],
    );
  });

  it("a network needs the range of Google's stores exactly where one is made in it", () => {
    const { storesRange: _, ...existing } = adoptedNetwork;
    assert.equal(
      problem(withGcp({ network: { existing } })),
      "gcp.network.existing.storesRange: is missing: PostgreSQL and Redis would be made in your network; " +
        "write the name of the range that the network allocated to private services access",
    );
    assert.match(
      problem(withGcp({ network: { existing }, redis: { inCluster: true } })),
      /is missing: PostgreSQL would be made/,
    );
    const secrets = { ...sixInputs.secrets, postgresAdminPassword: "password-of-the-owner" };
    const postgres = { existing: { host: "db.mycompany.dev", adminUser: "admin" } };
    assert.deepEqual(
      problems(withGcp({ network: { existing }, redis: { inCluster: true }, postgres }, { secrets })),
      [],
    );
  });
});
