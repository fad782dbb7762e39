import assert from "node:assert/strict";
import type { MockCallArgs } from "@pulumi/pulumi/runtime";
import { createAwsPlatform, createAwsProvider, lookUpAws, type AwsFacts } from "../../../components/platform/aws";
import { checkMaker } from "../../../components/platform/aws/create";
import { record, type Recording } from "../../support/harness";
import { awsSettings, settingsOf } from "../settings";
import { awsOutputs, inputsOf } from "./support";

type Answer = Record<string, unknown> | Error;
type Answers = Readonly<Record<string, (inputs: Record<string, unknown>) => Answer>>;

const offers = (zones: readonly string[], types: readonly string[]) => {
  const all = zones.flatMap((zone) => types.map((type) => [zone, type] as const));
  return { locations: all.map(([zone]) => zone), instanceTypes: all.map(([, type]) => type), locationTypes: [] };
};
const zones = ["a", "b", "c", "d"].map((zone) => `eu-central-1${zone}`);

/** An account in a region of four zones, in which nothing is yet. */
const empty: Answers = {
  getCallerIdentity: () => ({ accountId: "123456789012", arn: "arn:aws:sts::123456789012:assumed-role/ci/run" }),
  getPartition: () => ({ partition: "aws", dnsSuffix: "amazonaws.com" }),
  getAvailabilityZones: () => ({ names: zones }),
  getInstanceTypeOfferings: () => offers(zones.slice(1), ["m7i.2xlarge", "r6id.2xlarge"]),
  getServiceQuota: ({ quotaCode }) => ({ value: quotaCode === "L-1216C47A" ? 5 : 50 }),
  getNodeGroups: () => new Error("ResourceNotFoundException: No cluster found for name: logfire-test."),
  getAddonVersion: ({ addonName }) => ({ version: `${String(addonName)} v1` }),
};

/** Answers by the lookup's own name; the engine would have reported the provider that was asked. */
const answering = (answers: Answers) => {
  const asked: MockCallArgs[] = [];
  const call = (args: MockCallArgs): Record<string, unknown> => {
    asked.push(args);
    const name = args.token.split(":").at(-1) ?? "";
    const answer = answers[name]?.(args.inputs as Record<string, unknown>);
    if (answer === undefined) throw new Error(`nobody should ask for ${args.token}`);
    // As the engine hands an error of a provider on.
    if (answer instanceof Error) throw Object.assign(answer, { code: 2, details: answer.message });
    return answer;
  };
  return { asked, call };
};

async function look(given: Parameters<typeof settingsOf>[0], answers: Answers) {
  const { asked, call } = answering(answers);
  const settings = settingsOf(given);
  const recording = await record(
    () => {
      const found = lookUpAws(settings, createAwsProvider("platform", settings.platform));
      found.catch(() => undefined);
      return found;
    },
    { outputs: awsOutputs, call },
  );
  return { facts: await recording.result, asked, resources: recording.resources };
}

describe("asking AWS before anything is made", () => {
  it("says which zones offer which machines, what is installed by default, and the account's limits", async () => {
    const { facts } = await look({}, empty);
    assert.deepEqual(
      facts.zones.map(({ name, offers: has }) => [name, has.length]),
      [
        ["eu-central-1a", 0],
        ["eu-central-1b", 2],
        ["eu-central-1c", 2],
        ["eu-central-1d", 2],
      ],
    );
    assert.equal(facts.accountId, "123456789012");
    assert.equal(facts.quotas["L-1216C47A"], 5);
    assert.equal(facts.addonVersions["vpc-cni"], "vpc-cni v1");
    assert.deepEqual([facts.clusterIsUp, facts.nodeGroups], [false, []]);
  });

  it("asks by the given provider, for the wanted version, and makes nothing", async () => {
    const { asked, resources } = await look({}, empty);
    assert.ok(asked.every(({ provider }) => provider?.includes("::platform-aws::")));
    const versions = asked.filter(({ token }) => token.endsWith("getAddonVersion"));
    assert.deepEqual(
      new Set(versions.map(({ inputs }) => String((inputs as Record<string, unknown>)["kubernetesVersion"]))),
      new Set(["1.35"]),
    );
    assert.deepEqual(
      resources.map(({ type }) => type),
      ["pulumi:providers:aws"],
    );
  });

  it("does without limits that it may not read, and not without anything else", async () => {
    const refused = () => new Error("AccessDeniedException: not authorized to perform this");
    const { facts } = await look({}, { ...empty, getServiceQuota: refused });
    assert.deepEqual(facts.quotas, {});
    await assert.rejects(look({}, { ...empty, getNodeGroups: refused }), /AccessDenied/);
  });

  it("finds the node groups of a cluster that is up, as they are now", async () => {
    const { facts } = await look(
      {},
      {
        ...empty,
        getNodeGroups: () => ({ names: ["logfire-test-scratch-1", "going"] }),
        getNodeGroup: ({ nodeGroupName }) =>
          nodeGroupName === "going"
            ? new Error("ResourceNotFoundException: No node group found for name: going.")
            : {
                instanceTypes: ["r6id.2xlarge"],
                scalingConfigs: [{ minSize: 4, maxSize: 18, desiredSize: 9 }],
              },
      },
    );
    assert.deepEqual(facts.nodeGroups, [
      {
        name: "logfire-test-scratch-1",
        instanceTypes: ["r6id.2xlarge"],
        minSize: 4,
        maxSize: 18,
        desiredSize: 9,
      },
    ]);
  });

  it("looks at an owner's network: its subnets, their room, and whether they lead out", async () => {
    const network = {
      kind: "existing" as const,
      vpcId: "vpc-1",
      privateSubnetIds: ["subnet-1", "subnet-2", "subnet-gone"],
      publicSubnetIds: [],
    };
    const { facts } = await look(
      { platform: { network } },
      {
        ...empty,
        getVpc: () => ({ cidrBlock: "10.9.0.0/16" }),
        getSubnet: ({ id }) =>
          id === "subnet-gone"
            ? new Error("no matching EC2 Subnet found")
            : { availabilityZone: "eu-central-1a", cidrBlock: "10.9.0.0/20", availableIpAddressCount: 4091 },
        getRouteTable: ({ subnetId, filters }) => {
          if (subnetId === "subnet-1") return { routes: [{ cidrBlock: "0.0.0.0/0", natGatewayId: "nat-1" }] };
          return filters === undefined
            ? new Error("query returned no results")
            : { routes: [{ cidrBlock: "10.9.0.0/16" }] };
        },
      },
    );
    const subnet = { zone: "eu-central-1a", cidr: "10.9.0.0/20", freeAddresses: 4091 };
    assert.deepEqual(facts.vpc, {
      id: "vpc-1",
      cidr: "10.9.0.0/16",
      subnets: [
        { id: "subnet-1", ...subnet, routesOut: true },
        { id: "subnet-2", ...subnet, routesOut: false },
      ],
    });
  });

  it("looks at an owner's cluster and zone", async () => {
    const platform = {
      cluster: { kind: "existing" as const, name: "own" },
      dns: { kind: "existing" as const, name: "acme.dev", zoneId: "Z9" },
    };
    const { facts } = await look(
      { platform },
      {
        ...empty,
        getCluster: ({ name }) => ({
          name,
          arn: "arn:own",
          version: "1.34",
          endpoint: "https://own.test",
          certificateAuthorities: [{ data: "b3du" }],
          identities: [{ oidcs: [{ issuer: "https://oidc.test/own" }] }],
          vpcConfig: { clusterSecurityGroupId: "sg-own", vpcId: "vpc-1" },
        }),
        getZone: ({ zoneId }) => ({ zoneId, name: "acme.dev" }),
      },
    );
    const expected: AwsFacts["cluster"] = {
      name: "own",
      arn: "arn:own",
      version: "1.34",
      endpoint: "https://own.test",
      certificateAuthority: "b3du",
      securityGroupId: "sg-own",
      vpcId: "vpc-1",
      issuer: "https://oidc.test/own",
    };
    assert.deepEqual(facts.cluster, expected);
    assert.deepEqual(facts.hostedZone, { id: "Z9", name: "acme.dev" });
    assert.deepEqual(facts.addonVersions, {}, "an owner's cluster keeps its add-ons");
  });
});

describe("making the platform", () => {
  const make = async (given: Parameters<typeof settingsOf>[0], answers: Answers): Promise<Recording<unknown>> => {
    const { call } = answering(answers);
    const recording = await record(
      () => {
        const made = createAwsPlatform("platform", { settings: settingsOf(given), secrets: {} });
        made.catch(() => undefined);
        return made;
      },
      { outputs: awsOutputs, call },
    );
    await recording.result;
    return recording;
  };

  it("says everything that does not fit the account, and then has made nothing", async () => {
    const refused = make(
      { platform: { accountId: "999999999999" } },
      { ...empty, getInstanceTypeOfferings: () => offers(zones, ["m7i.2xlarge"]) },
    );
    await assert.rejects(refused, (error: Error) => {
      assert.match(error.message, /aws\.accountId: is "999999999999", and the credentials belong to 123456789012/);
      assert.match(error.message, /aws\.nodes\.scratch\.type: eu-central-1 offers r6id\.2xlarge nowhere/);
      assert.ok(!error.message.includes("    at "));
      return true;
    });
  });

  it("refuses whoever makes the cluster as a further administrator, which EKS would do halfway through", () => {
    const caller = "arn:aws:sts::123456789012:assumed-role/operations/run";
    const { cluster } = awsSettings();
    const [problem] = checkMaker({ cluster }, { caller, clusterIsUp: false });
    assert.match(problem?.problem ?? "", /role\/operations" is who makes the cluster/);
    assert.deepEqual(checkMaker({ cluster }, { caller, clusterIsUp: true }), [], "another may have made it");
    assert.deepEqual(checkMaker({ cluster }, { caller: "arn:aws:iam::123456789012:user/ci", clusterIsUp: false }), []);
  });

  it("goes on where the account's limits are low: somebody may have asked for more already", async () => {
    const recording = await make({ platform: { network: awsSettings().network } }, empty);
    const subnet = recording.named("platform-private-0");
    assert.ok(inputsOf(subnet));
    assert.ok(recording.resources.some(({ type }) => type === "aws:eks/cluster:Cluster"));
  });
});
