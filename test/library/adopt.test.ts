import assert from "node:assert/strict";
import { Subnet } from "@pulumi/aws/ec2/subnet";
import { Vpc } from "@pulumi/aws/ec2/vpc";
import { Addon } from "@pulumi/aws/eks/addon";
import { Cluster } from "@pulumi/aws/eks/cluster";
import {
  AwsPlatform,
  fromProgram,
  ProblemsError,
  resolveSettings,
  UserError,
  type AwsAdoption,
  type Settings,
} from "../../components";
import { createAwsProvider } from "../../components/platform/aws";
import { adoptedFacts } from "../../components/platform/aws/adopt";
import { awsOutputs, comesAfter, inputsOf, ofType } from "../aws/component/support";
import { factsOf } from "../aws/settings";
import { record, reveal, type RecordOptions } from "../support/harness";

const letters = ["a", "b", "c"];
const values = {
  platform: "aws",
  hostname: "logfire.example.com",
  adminEmail: "sre@example.com",
  images: { credentials: { server: "registry.example.com", username: "reader" } },
};
const aws = { region: "eu-central-1" };
const secrets = { registryPassword: "canary" };

/** The parts as a program has them that makes them in the same update. */
function ownParts(): AwsAdoption {
  const vpc = new Vpc("own-vpc", { cidrBlock: "10.60.0.0/16" });
  const subnets = (kind: string, first: number) =>
    letters.map((letter, index) => {
      const [zone, cidr] = [`eu-central-1${letter}`, `10.60.${first + index * 16}.0/20`];
      const { id } = new Subnet(`${kind}-${letter}`, { vpcId: vpc.id, availabilityZone: zone, cidrBlock: cidr });
      return { id, zone, cidr };
    });
  const cluster = new Cluster("own-cluster", { name: "own", roleArn: "arn:role", vpcConfig: { subnetIds: [] } });
  return {
    network: {
      ...{ vpcId: vpc.id, cidr: "10.60.0.0/16", ready: [vpc] },
      ...{ privateSubnets: subnets("private", 0), publicSubnets: subnets("public", 128) },
    },
    cluster: {
      ...{ name: "own", version: "1.34", endpoint: cluster.endpoint, ready: [cluster] },
      certificateAuthority: cluster.certificateAuthority.data,
      securityGroupId: cluster.vpcConfig.clusterSecurityGroupId,
      afterNodes: (nodes) => [
        new Addon("dns", { clusterName: "own", addonName: "coredns" }, { dependsOn: [...nodes] }),
      ],
    },
  };
}

const plain: AwsAdoption = {
  network: {
    ...{ vpcId: "vpc-1", cidr: "10.60.0.0/16" },
    privateSubnets: letters.map((letter, index) => ({
      ...{ id: `subnet-${letter}`, zone: `eu-central-1${letter}`, cidr: `10.60.${16 * index}.0/20` },
    })),
  },
};

const settingsFor = (adopt: AwsAdoption, more: Readonly<Record<string, unknown>> = {}): Settings =>
  resolveSettings(fromProgram({ ...values, aws, ...more }, { secrets, adopt }));

const account = { accountId: "123456789012", partition: "aws", region: "eu-central-1" };

/** Against mocks: what is asked for. That AWS takes it, in one update, is for the engine test. */
const recordOwn = (options: RecordOptions = {}) =>
  record(
    () => {
      const adopt = ownParts();
      const settings = settingsFor(adopt);
      if (settings.platform.kind !== "aws") throw new Error("not on AWS");
      const provider = createAwsProvider("platform", settings.platform);
      const facts = { ...factsOf({ addonVersions: {} }), ...adoptedFacts(adopt, account) };
      return new AwsPlatform("platform", { settings, secrets, adopt, facts }, { provider });
    },
    { outputs: awsOutputs, ...options },
  );

const problemsOf = (work: () => unknown): readonly string[] => {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof ProblemsError, String(error));
    return error.problems.map(({ key, problem }) => `${key}: ${problem}`);
  }
  return assert.fail("nothing was wrong with it");
};

describe("parts that a program hands over", function () {
  this.timeout(60_000);

  it("are used by ids that are known only later, in a preview as in an update", async () => {
    const [update, preview] = [await recordOwn(), await recordOwn({ preview: true })];
    const list = ({ resources }: typeof update) => resources.map(({ type, name }) => `${type} ${name}`).sort();
    assert.deepEqual(list(preview), list(update));
    assert.equal(ofType(update, "aws:ec2/vpc:Vpc").length, 1);
    assert.equal(ofType(update, "aws:eks/cluster:Cluster").length, 1);
    const groups = ofType(update, "aws:eks/nodeGroup:NodeGroup");
    assert.equal(groups.length, 4);
    const subnets = groups.map((group) => (inputsOf(group)["subnetIds"] as readonly string[]).join());
    assert.deepEqual(subnets, [
      "private-a-id",
      "private-b-id",
      "private-c-id",
      "private-a-id,private-b-id,private-c-id",
    ]);
    for (const group of groups) {
      assert.deepEqual([inputsOf(group)["clusterName"], inputsOf(group)["version"]], ["own", "1.34"]);
      const before = comesAfter(update, group.name);
      assert.ok(before.has("own-vpc") && before.has("own-cluster"));
    }
    const kubeconfig = String(reveal(inputsOf(update.named("platform-kubernetes"))["kubeconfig"]));
    assert.match(kubeconfig, /"server":"https:\/\/cluster\.test".*"--cluster-name","own"/);
  });

  it("come in order: whatever EKS is told of the cluster, by its name alone, comes after what is ready", async () => {
    const recording = await recordOwn();
    const told = recording.resources.filter(
      (each) => each.type.startsWith("aws:eks/") && inputsOf(each)["clusterName"] === "own",
    );
    assert.ok(told.some(({ type }) => type === "aws:eks/podIdentityAssociation:PodIdentityAssociation"));
    for (const { type, name, dependsOn } of told) {
      const before = new Set(dependsOn.flatMap((each) => [each, ...comesAfter(recording, each)]));
      assert.ok(before.has("own-cluster"), `${type} ${name}`);
    }
  });

  it("come in order: nodes after what is ready, the owner's add-ons after nodes, Logfire after these", async () => {
    const { resources, result, named } = await recordOwn();
    const groups = resources.filter(({ type }) => type === "aws:eks/nodeGroup:NodeGroup").map(({ name }) => name);
    assert.deepEqual([...named("dns").dependsOn].sort(), [...groups].sort());
    const names = await Promise.all(
      result.kubernetes.ready.map((resource) => new Promise<string>((resolve) => resource.urn.apply(resolve))),
    );
    assert.ok(names.some((urn) => urn.endsWith("::dns")));
  });

  it("need no settings of what is not made, and tell nothing of a secret but that it is given", () => {
    const settings = settingsFor(plain, { edge: { exposure: "internal" } });
    assert.deepEqual(settings.logfire.givenSecrets, ["registryPassword"]);
    assert.ok(!JSON.stringify(settings).includes("canary"));
    assert.equal(settings.platform.kind === "aws" && settings.platform.network.kind, "existing");
  });

  it("are refused beside settings of the same part", () => {
    const made = { ...values, aws: { ...aws, network: { cidr: "10.0.0.0/16" } } };
    const found = problemsOf(() => resolveSettings(fromProgram(made, { secrets, adopt: plain })));
    assert.ok(found.some((line) => line === "aws.network.cidr: stands beside aws.network.existing"));
  });

  it("are refused with everything that is wrong, the settings' own mistakes among it", () => {
    const wrong = {
      network: { ...plain.network, cidr: "10.60.0.0" },
      cluster: { name: Promise.resolve("own"), version: "" },
    } as unknown as AwsAdoption;
    const found = problemsOf(() => settingsFor(wrong, { hostname: "https://logfire/" }));
    for (const said of [
      /^adopt\.network\.cidr: "10\.60\.0\.0" is not an IPv4 range/,
      /^adopt\.cluster\.name: is not plain text/,
      /^adopt\.cluster\.version: is empty/,
      /^adopt\.network\.publicSubnets: is missing/,
      /^hostname: /,
    ])
      assert.ok(
        found.some((line) => said.test(line)),
        `${said} is not in\n${found.join("\n")}`,
      );
  });

  it("are refused by the account's facts under the names that they were handed over by", async () => {
    const one = {
      ...plain.network,
      privateSubnets: plain.network?.privateSubnets.map((s) => ({ ...s, zone: "eu-central-1a" })),
    };
    const adopt = { network: one } as AwsAdoption;
    const settings = settingsFor(adopt, { edge: { exposure: "internal" } });
    const facts = { ...factsOf(), ...adoptedFacts(adopt, account) };
    await record(() =>
      assert.deepEqual(
        problemsOf(() => new AwsPlatform("platform", { settings, secrets, adopt, facts })),
        ["adopt.network.privateSubnets: lie in eu-central-1a, and Logfire is spread over 3 zones"],
      ),
    );
  });

  it("are refused as a cluster without its network", async () => {
    const settings = settingsFor({}, { aws: { ...aws, cluster: { apiAccess: ["203.0.113.7/32"] } } });
    const { cluster } = {
      cluster: { name: "own", version: "1.35", endpoint: "", certificateAuthority: "", securityGroupId: "" },
    };
    await assert.rejects(
      () => AwsPlatform.create("platform", { settings, secrets, adopt: { cluster } }),
      /adopt\.network: is missing: adopt\.cluster has a VPC already; hand over/,
    );
  });
});

describe("the platform on AWS, made by hand", function () {
  this.timeout(60_000);

  it("checks facts that somebody wrote down as it checks those that it asked for", async () => {
    const facts = factsOf({
      zones: [{ name: "eu-central-1a", offers: [] }],
      caller: "arn:aws:iam::123456789012:user/me",
    });
    const settings = settingsFor({}, { aws: { ...aws, cluster: { apiAccess: ["203.0.113.7/32"] } } });
    await record(() =>
      assert.deepEqual(
        problemsOf(() => new AwsPlatform("platform", { settings, secrets, facts })).map((line) => line.split(":")[0]),
        ["aws.region"],
      ),
    );
  });

  it("is refused with settings of another platform", async () => {
    const existing = { ...values, platform: "existing", edge: { mode: "none" } };
    const { platform, logfire } = resolveSettings(fromProgram(existing, { secrets }));
    await assert.rejects(
      () => AwsPlatform.create("platform", { settings: { platform, logfire }, secrets }),
      (error) => error instanceof UserError && /for the platform existing: write `platform: aws`/.test(error.message),
    );
  });
});
