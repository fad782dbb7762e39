import assert from "node:assert/strict";
import { serviceCidr } from "../../../components/platform/aws/check";
import type { AwsPlatformSettings } from "../../../components/settings/aws/types";
import { describeAdoptions } from "../../clouds/adoptions";
import { describeBadSettings, describeSettings } from "../../clouds/settings";
import { adoptedNetwork, aws, awsOf, own, problem, problems, withAws } from "./values";

const settled: AwsPlatformSettings = {
  kind: "aws",
  region: "eu-central-1",
  tags: {},
  identity: "podIdentity",
  network: { kind: "create", cidr: "10.40.0.0/16", zones: [], nat: "regional", flowLogs: false },
  cluster: {
    kind: "create",
    version: "1.35",
    apiAccess: ["203.0.113.7/32"],
    administrators: [],
    logRetentionDays: 30,
  },
  nodes: {
    general: { type: "m7i.2xlarge", minNodes: 3, maxNodes: 7 },
    scratch: { type: "r6id.2xlarge", minNodes: 3, maxNodes: 18 },
  },
  postgres: {
    kind: "create",
    instanceClass: "db.m7g.xlarge",
    storageGib: 100,
    maxStorageGib: 500,
    multiAz: true,
    backupDays: 7,
    encryption: "rds",
  },
  objectStore: { kind: "create", encryption: "s3" },
  redis: { kind: "create", nodeType: "cache.m7g.large", nodes: 2 },
  dns: { kind: "create", name: "logfire.mycompany.dev" },
};

const lacking = [
  [{ cluster: own.cluster }, /^aws\.region: is missing;/],
  [{ region: own.region }, /^aws\.cluster\.apiAccess: is missing: nobody is inside a VPC that is made/],
] as const;

describeSettings(aws, { settled, lacking, asked: ["aws.region"], certManager: "existing" }, () => {
  it("of the smallest save where nothing may be lost", () => {
    const { network, postgres, redis, cluster } = awsOf({ preset: "tiny", disposable: true });
    assert.ok(network.kind === "create" && postgres.kind === "create" && redis.kind === "create");
    assert.ok(cluster.kind === "create");
    assert.deepEqual(
      [network.nat, postgres.multiAz, postgres.instanceClass, redis.nodes, cluster.logRetentionDays],
      ["single", false, "db.t4g.large", 1, 7],
    );
  });

  it("pull the other bound of a pool along", () => {
    const { general, scratch } = awsOf(
      withAws({ nodes: { general: { minNodes: 9 }, scratch: { type: "r6id.4xlarge" } } }),
    ).nodes;
    assert.deepEqual(general, { type: "m7i.2xlarge", minNodes: 9, maxNodes: 9 });
    assert.deepEqual(scratch, { type: "r6id.4xlarge", minNodes: 3, maxNodes: 9 });
  });
});

const ranges = [
  ["10.40.0.0/21", /is too small for a VPC of three zones; write a prefix of \/16 to \/20/],
  ["10.0.0.0/12", /is too large for a VPC of three zones/],
  ["10.40.1.0/16", /begins inside 10\.40\.0\.0\/16/],
  [
    "172.20.0.0/18",
    new RegExp(`overlaps ${serviceCidr.replaceAll(".", "\\.")}, the addresses of the cluster's Services`),
  ],
  ["8.8.0.0/16", /holds addresses of the internet/],
  ["fd00::/16", /is not an IPv4 range/],
] as const;

const values = [
  ["cluster.apiAccess", ["0.0.0.0/0"], /^aws\.cluster\.apiAccess: .* is the whole internet/],
  ["cluster.apiAccess", ["::/0"], /^aws\.cluster\.apiAccess: .* is the whole internet/],
  ["region", "europe", /is not a region of AWS/],
  ["accountId", 123456789012, /write it in quotes/],
  ["tags", { "aws:owner": "me" }, /belongs to Amazon/],
  ["cluster.version", "1.31", /is too old; write 1\.32 or later/],
  ["cluster.version", 1.35, /write it in quotes: "1\.35"/],
  ["cluster.logRetentionDays", 20, /write 30/],
  ["network.nat", "per-zone", /is not a kind of NAT/],
  ["redis.nodeType", "cache.m5.large", /not a type whose figures are known/],
  ["nodes.general.type", "m7g.2xlarge", /arm64/],
] as const;

const bad = {
  ...{ range: "10.40.0.0/16", ranges, zoneId: { zoneId: "Z0123456789ABC" }, scratchType: "r6id.2xlarge", values },
  staticKey: ["AWS_SECRET_ACCESS_KEY", "their role"],
  proxyProtocol: /it is for edge\.exposure: internal$/,
} as const;

describeBadSettings(aws, bad, () => {
  it("refuse a range that is too small for the nodes at full scale, with the arithmetic", () => {
    const nodes = { general: { maxNodes: 32 }, scratch: { maxNodes: 32 } };
    const found = (cidr: string) => problems(withAws({ network: { cidr }, nodes }, { preset: "large" }));
    assert.deepEqual(found("10.40.0.0/20"), [
      'aws.network.cidr: "10.40.0.0/20" leaves 1019 addresses to each zone, and 1615 are needed when a zone is lost at ' +
        "full scale (127 pods + 16 m7i.2xlarge × 31 held ready + 16 r6id.4xlarge × 61 held ready + 16 others); " +
        "write a range of /19 or larger, or lower maxNodes",
    ]);
    assert.deepEqual(found("10.40.0.0/19"), []);
  });

  it("refuse two zones, the same one twice, and those of another region", () => {
    assert.match(
      problem(withAws({ network: { zones: ["eu-central-1a", "eu-central-1b"] } })),
      /names 2 zones; write 3/,
    );
    assert.match(
      problem(withAws({ network: { zones: ["eu-central-1a", "eu-central-1a", "eu-central-1b"] } })),
      /names 2 zones/,
    );
    assert.match(
      problems(withAws({ network: { zones: ["eu-west-1a", "eu-central-1b", "eu-central-1c"] } }))[0] ?? "",
      /"eu-west-1a" does not lie in eu-central-1/,
    );
  });

  it("refuse a database that is too small for the preset, or unknown", () => {
    assert.equal(
      problem(withAws({ postgres: { instanceClass: "db.m7g.large" } })),
      "aws.postgres.instanceClass: db.m7g.large has 2 vCPUs and 8 GiB, and the preset standard needs 4 and 16; write db.m7g.xlarge or larger, or a smaller preset",
    );
    assert.match(
      problem(withAws({ postgres: { instanceClass: "db.x9" } })),
      /"db\.x9" is not a class whose figures are known; choose from/,
    );
    assert.match(
      problem(withAws({ postgres: { maxStorageGib: 105 } })),
      /105 leaves no room to grow from 100; write at least 110/,
    );
  });

  it("refuse a key of the stack's own for a database that begins with a snapshot, which has one", () => {
    assert.match(
      problem(withAws({ postgres: { encryption: "kms", restoreFrom: "logfire-prod-final" } })),
      /^aws\.postgres\.encryption: "kms" stands beside restoreFrom, .*; remove it; .* copy the snapshot with that key/,
    );
    for (const postgres of [{ encryption: "kms" }, { restoreFrom: "logfire-prod-final" }])
      assert.deepEqual(problems(withAws({ postgres })), []);
  });

  it("refuse a second cert-manager", () =>
    assert.match(
      problem({ edge: { certManager: { controller: "install" } } }),
      /^edge\.certManager\.controller: .*add-on/,
    ));

  it("take the PROXY protocol from a load balancer inside the network", () =>
    assert.deepEqual(problems({ edge: { proxyProtocol: true, exposure: "internal" } }), []));
});

const adoptions = {
  network: "a VPC",
  existing: {
    network: adoptedNetwork,
    cluster: { name: "mine" },
    objectStore: { bucket: "my-bucket" },
    dns: { name: "mycompany.dev", zoneId: "Z0123456789ABC" },
  },
  beside: {
    network: { nat: "single" },
    cluster: { version: "1.35" },
    postgres: { storageGib: 100 },
    objectStore: { encryption: "kms" },
    redis: { nodes: 2 },
    dns: { zone: "mycompany.dev" },
  },
} as const;

describeAdoptions(aws, adoptions, () => {
  it("network needs public subnets for a public load balancer only", () => {
    const existing = { ...adoptedNetwork, publicSubnetIds: [] };
    assert.match(problem(withAws({ network: { existing } })), /^aws\.network\.existing\.publicSubnetIds: is missing/);
    assert.deepEqual(problems(withAws({ network: { existing } }, { edge: { exposure: "internal" } })), []);
  });

  it("network lets the API stay inside it", () => {
    const cluster = { apiAccess: [] };
    assert.deepEqual(problems(withAws({ network: { existing: adoptedNetwork }, cluster })), []);
  });
});
