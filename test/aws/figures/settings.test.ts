import assert from "node:assert/strict";
import { serviceCidr } from "../../../components/platform/aws/check";
import { adoptedNetwork, awsOf, presets, problems, settings, sixInputs, type Values, withAws } from "./values";

const one = (values: Values): string => {
  const found = problems(values);
  assert.equal(found.length, 1, found.join("\n"));
  return found[0] ?? "";
};
const without = (key: keyof typeof sixInputs): Values => ({ [key]: undefined });

describe("settings of AWS", () => {
  it("are complete with six inputs", () => {
    const { apiAccess } = sixInputs.aws.cluster;
    assert.equal(Object.keys(sixInputs).length, 6, "region and apiAccess under one key, the secret with its user name");
    assert.deepEqual(awsOf(), {
      kind: "aws",
      region: "eu-central-1",
      tags: {},
      network: { kind: "create", cidr: "10.40.0.0/16", zones: [], nat: "regional", flowLogs: false },
      cluster: { kind: "create", version: "1.35", apiAccess, administrators: [], logRetentionDays: 30 },
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
      identity: "podIdentity",
    });
  });

  it("need each of these six", () => {
    assert.match(one({ aws: { cluster: sixInputs.aws.cluster } }), /^aws\.region: is missing;/);
    assert.match(
      one({ aws: { region: "eu-central-1" } }),
      /^aws\.cluster\.apiAccess: is missing: nobody is inside a VPC that is made/,
    );
    assert.match(one(without("hostname")), /^hostname: is missing/);
    assert.match(one(without("adminEmail")), /^adminEmail: is missing/);
    assert.match(one(without("secrets")), /^secrets\.registryPassword: is missing: images\.credentials needs it/);
    assert.ok(problems(without("aws")).some((line) => line.startsWith("aws.region: is missing")));
  });

  for (const preset of presets) it(`of ${preset} have no problem`, () => assert.deepEqual(problems({ preset }), []));

  it("of the smallest save where nothing may be lost", () => {
    const { network, postgres, redis, cluster } = awsOf({ preset: "tiny", disposable: true });
    assert.ok(network.kind === "create" && postgres.kind === "create" && redis.kind === "create");
    assert.ok(cluster.kind === "create");
    assert.deepEqual(
      [network.nat, postgres.multiAz, postgres.instanceClass, redis.nodes, cluster.logRetentionDays],
      ["single", false, "db.t4g.large", 1, 7],
    );
  });

  it("give the certificate the platform's zone, and cert-manager the cluster's add-on", () => {
    const { edge } = settings().logfire;
    assert.equal(edge.zone, "logfire.mycompany.dev");
    assert.equal(edge.certificate.source, "acme");
    assert.equal(edge.certManager.controller, "existing");
  });

  it("ask how hostnames get a certificate where records are the owner's", () =>
    assert.match(
      one(withAws({ dns: { manage: false } })),
      /^edge\.certificate: does not say how .* aws\.dns\.manage is false/,
    ));

  it("pull the other bound of a pool along", () => {
    const { general, scratch } = awsOf(
      withAws({ nodes: { general: { minNodes: 9 }, scratch: { type: "r6id.4xlarge" } } }),
    ).nodes;
    assert.deepEqual(general, { type: "m7i.2xlarge", minNodes: 9, maxNodes: 9 });
    assert.deepEqual(scratch, { type: "r6id.4xlarge", minNodes: 3, maxNodes: 9 });
  });

  it("count Redis in the cluster among the pods", () =>
    assert.deepEqual(awsOf(withAws({ redis: { inCluster: true } })).redis, { kind: "inCluster" }));
});

describe("bad settings of AWS", () => {
  it("of another platform are refused on both sides", () => {
    assert.match(one({ existing: { context: "production" } }), /^existing: stands beside platform: aws/);
    const elsewhere = problems({ platform: "existing", edge: { mode: "none" } });
    assert.deepEqual(elsewhere, ["aws: stands beside platform: existing; remove it, or write platform: aws"]);
  });

  it("never open the API to the whole internet", () => {
    for (const range of ["0.0.0.0/0", "::/0"])
      assert.match(
        one(withAws({ cluster: { apiAccess: [range] } })),
        /^aws\.cluster\.apiAccess: .* is the whole internet/,
      );
  });

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

  for (const [cidr, expected] of [
    ["10.40.0.0/21", /is too small for a VPC of three zones; write a prefix of \/16 to \/20/],
    ["10.0.0.0/12", /is too large for a VPC of three zones/],
    ["10.40.1.0/16", /begins inside 10\.40\.0\.0\/16/],
    [
      "172.20.0.0/18",
      new RegExp(`overlaps ${serviceCidr.replaceAll(".", "\\.")}, the addresses of the cluster's Services`),
    ],
    ["8.8.0.0/16", /holds addresses of the internet/],
    ["fd00::/16", /is not an IPv4 range/],
  ] as const)
    it(`refuse ${cidr} for the network`, () => {
      const line = one(withAws({ network: { cidr } }));
      assert.match(line, /^aws\.network\.cidr: /);
      assert.match(line, expected);
    });

  it("refuse a network that overlaps the owner's database", () => {
    const existing = { host: "10.40.7.7", adminUser: "admin" };
    const secrets = { ...sixInputs.secrets, postgresAdminPassword: "password-of-the-owner" };
    assert.match(
      one(withAws({ postgres: { existing } }, { secrets })),
      /^aws\.network\.cidr: "10\.40\.0\.0\/16" overlaps 10\.40\.7\.7\/32, aws\.postgres\.existing\.cidrs/,
    );
  });

  it("refuse two zones, the same one twice, and those of another region", () => {
    assert.match(one(withAws({ network: { zones: ["eu-central-1a", "eu-central-1b"] } })), /names 2 zones; write 3/);
    assert.match(
      one(withAws({ network: { zones: ["eu-central-1a", "eu-central-1a", "eu-central-1b"] } })),
      /names 2 zones/,
    );
    assert.match(
      problems(withAws({ network: { zones: ["eu-west-1a", "eu-central-1b", "eu-central-1c"] } }))[0] ?? "",
      /"eu-west-1a" does not lie in eu-central-1/,
    );
  });

  it("refuse a database that is too small for the preset, or unknown", () => {
    assert.equal(
      one(withAws({ postgres: { instanceClass: "db.m7g.large" } })),
      "aws.postgres.instanceClass: db.m7g.large has 2 vCPUs and 8 GiB, and the preset standard needs 4 and 16; write db.m7g.xlarge or larger, or a smaller preset",
    );
    assert.match(
      one(withAws({ postgres: { instanceClass: "db.x9" } })),
      /"db\.x9" is not a class whose figures are known; choose from/,
    );
    assert.match(
      one(withAws({ postgres: { maxStorageGib: 105 } })),
      /105 leaves no room to grow from 100; write at least 110/,
    );
  });

  it("refuse a key of the stack's own for a database that begins with a snapshot, which has one", () => {
    assert.match(
      one(withAws({ postgres: { encryption: "kms", restoreFrom: "logfire-prod-final" } })),
      /^aws\.postgres\.encryption: "kms" stands beside restoreFrom, .*; remove it; .* copy the snapshot with that key/,
    );
    for (const postgres of [{ encryption: "kms" }, { restoreFrom: "logfire-prod-final" }])
      assert.deepEqual(problems(withAws({ postgres })), []);
  });

  it("refuse a hostname outside the zone", () =>
    assert.match(
      one(withAws({ dns: { existing: { name: "other.dev", zoneId: "Z0123456789ABC" } } })),
      /^hostname: "logfire\.mycompany\.dev" does not lie in the zone "other\.dev"; .* aws\.dns\.existing\.name$/,
    ));

  it("refuse a plan that cannot place the pods", () =>
    assert.match(
      one(withAws({ nodes: { scratch: { maxNodes: 2, minNodes: 2 } } })),
      /^aws\.nodes\.scratch\.maxNodes: the 8 pods of this pool ask for 21 cores, 68 GiB, 250 GiB of scratch .* takes 3 × r6id\.2xlarge .* maxNodes is 2/,
    ));

  it("refuse static keys, the zone of another platform, and a second cert-manager", () => {
    const secrets = { ...sixInputs.secrets, objectStore: { AWS_SECRET_ACCESS_KEY: "a-static-key" } };
    assert.match(
      one({ secrets }),
      /^secrets\.objectStore\.AWS_SECRET_ACCESS_KEY: is not used: pods reach the bucket by their role/,
    );
    assert.match(one({ edge: { zone: "mycompany.dev" } }), /^edge\.zone: is not used: aws\.dns says which zone it is/);
    assert.match(one({ edge: { certManager: { controller: "install" } } }), /^edge\.certManager\.controller: .*add-on/);
    assert.match(
      one({ edge: { proxyProtocol: true } }),
      /^edge\.proxyProtocol: .* it is for edge\.exposure: internal$/,
    );
    assert.deepEqual(problems({ edge: { proxyProtocol: true, exposure: "internal" } }), []);
  });

  for (const [path, value, expected] of [
    ["region", "europe", /is not a region of AWS/],
    ["accountId", 123456789012, /write it in quotes/],
    ["tags", { "aws:owner": "me" }, /belongs to Amazon/],
    ["cluster.version", "1.31", /is too old; write 1\.32 or later/],
    ["cluster.version", 1.35, /write it in quotes: "1\.35"/],
    ["cluster.logRetentionDays", 20, /write 30/],
    ["network.nat", "per-zone", /is not a kind of NAT/],
    ["redis.nodeType", "cache.m5.large", /not a type whose figures are known/],
    ["nodes.general.type", "m7g.2xlarge", /arm64/],
  ] as const)
    it(`refuse ${JSON.stringify(value)} as aws.${path}`, () => {
      const [outer = "", inner, leaf] = path.split(".");
      const nested = leaf === undefined ? { [inner ?? ""]: value } : { [inner ?? ""]: { [leaf]: value } };
      const base = outer === "cluster" ? { ...sixInputs.aws.cluster, ...nested } : nested;
      const line = one(withAws({ [outer]: inner === undefined ? value : base }));
      assert.ok(line.startsWith(`aws.${path}`), line);
      assert.match(line, expected);
    });
});

const adoptions: Readonly<
  Record<string, { readonly aws: Values; readonly secrets?: Values; readonly beside: Values }>
> = {
  network: { aws: { network: { existing: adoptedNetwork } }, beside: { nat: "single" } },
  cluster: {
    aws: { network: { existing: adoptedNetwork }, cluster: { existing: { name: "mine" } } },
    beside: { version: "1.35" },
  },
  postgres: {
    aws: { postgres: { existing: { host: "db.mycompany.dev", adminUser: "admin" } } },
    secrets: { postgresAdminPassword: "password-of-the-owner" },
    beside: { storageGib: 100 },
  },
  objectStore: { aws: { objectStore: { existing: { bucket: "my-bucket" } } }, beside: { encryption: "kms" } },
  redis: {
    aws: { redis: { existing: { port: 6380 } } },
    secrets: { redisDsn: "rediss://:token@redis.mycompany.dev:6380" },
    beside: { nodes: 2 },
  },
  dns: {
    aws: { dns: { existing: { name: "mycompany.dev", zoneId: "Z0123456789ABC" } } },
    beside: { zone: "mycompany.dev" },
  },
};

describe("bring your own", () => {
  for (const [part, { aws, secrets = {}, beside }] of Object.entries(adoptions)) {
    const others = { secrets: { ...sixInputs.secrets, ...secrets } };
    it(`${part} is used instead of one that is made, in every preset`, () => {
      for (const preset of presets) {
        const settled = awsOf(withAws(aws, { ...others, preset }));
        assert.notEqual(settled[part as "network"].kind, "create");
      }
    });

    it(`${part} is refused beside settings of one that is made`, () => {
      const block = { ...(aws[part] as Values), ...beside };
      const key = `aws.${part}.${Object.keys(beside)[0] ?? ""}`;
      assert.equal(
        one(withAws({ ...aws, [part]: block }, others)),
        `${key}: stands beside aws.${part}.existing; keep one: what is yours is not changed`,
      );
    });
  }

  it("all at once leaves the nodes to be made", () => {
    const aws = Object.assign({}, ...Object.values(adoptions).map((one) => one.aws)) as Values;
    const secrets = Object.assign(
      {},
      sixInputs.secrets,
      ...Object.values(adoptions).map((one) => one.secrets ?? {}),
    ) as Values;
    const { kind: _, ...settled } = awsOf(withAws(aws, { secrets }));
    const made = Object.entries(settled).filter(([, part]) => (part as { kind?: string }).kind === "create");
    assert.deepEqual(made, []);
    assert.equal(settled.nodes.general.minNodes, 3);
  });

  it("cluster needs its own network", () =>
    assert.match(
      one(withAws({ cluster: { existing: { name: "mine" } } })),
      /^aws\.network\.existing: is missing: aws\.cluster\.existing has a VPC already/,
    ));

  it("network needs public subnets for a public load balancer only", () => {
    const existing = { ...adoptedNetwork, publicSubnetIds: [] };
    assert.match(one(withAws({ network: { existing } })), /^aws\.network\.existing\.publicSubnetIds: is missing/);
    assert.deepEqual(problems(withAws({ network: { existing } }, { edge: { exposure: "internal" } })), []);
  });

  it("network lets the API stay inside it", () => {
    const cluster = { apiAccess: [] };
    assert.deepEqual(problems(withAws({ network: { existing: adoptedNetwork }, cluster })), []);
  });

  it("postgres and redis need their secrets, and only then", () => {
    assert.match(one(withAws(adoptions["postgres"]?.aws ?? {})), /^secrets\.postgresAdminPassword: is missing/);
    const secrets = { ...sixInputs.secrets, redisDsn: "rediss://:token@redis.mycompany.dev:6379" };
    assert.match(one({ secrets }), /^secrets\.redisDsn: is not used: Redis is made/);
  });
});
