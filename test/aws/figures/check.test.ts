import assert from "node:assert/strict";
import { checkAws, chooseZones, type CheckedFacts } from "../../../components/platform/aws/check";
import type { AwsPlatformSettings } from "../../../components/settings/aws/types";
import { adoptedNetwork, adoptedVpc, awsOf, checked, generous, presets, type Values, withAws, zone } from "./values";

/** Lines that come of a stack in an account; both as they are for a stack that is right, but for what is changed. */
function found(
  facts: Partial<CheckedFacts> = {},
  values: Values = {},
  change: Partial<AwsPlatformSettings> = {},
): readonly string[] {
  const { problems } = checkAws(checked(values, change), { ...generous, ...facts });
  return problems.map(({ key, problem, remedy }) => `${key}: ${problem}; ${remedy}`);
}

const adopted = { network: { kind: "existing" as const, ...adoptedNetwork } };
const inVpc = (subnets: CheckedFacts["vpc"] = adoptedVpc) => found({ vpc: subnets }, {}, adopted);
const changed = (id: string, change: Partial<(typeof adoptedVpc.subnets)[number]>) => ({
  ...adoptedVpc,
  subnets: adoptedVpc.subnets.map((subnet) => (subnet.id === id ? { ...subnet, ...change } : subnet)),
});

describe("a stack on AWS against its account", () => {
  for (const preset of presets)
    it(`has no problem and no warning in ${preset} where everything is there`, () =>
      assert.deepEqual(checkAws(checked({ preset }), generous), { problems: [], warnings: [] }));

  it("is refused in another account than the one it names", () =>
    assert.deepEqual(found({}, withAws({ accountId: "210987654321" })), [
      'aws.accountId: is "210987654321", and the credentials belong to 123456789012; use credentials of that account, or write the other one',
    ]));

  it("is refused in a region of two zones", () =>
    assert.deepEqual(found({ zones: generous.zones.slice(0, 2) }), [
      "aws.region: eu-central-1 has 2 zones for this account (eu-central-1a, eu-central-1b), and Logfire is spread over 3; write another region",
    ]));

  it("is refused where the region lacks the machine type, with those that three zones offer", () => {
    const zones = ["a", "b", "c"].map((letter) =>
      zone(`eu-central-1${letter}`, ["m7i.2xlarge", "i4i.2xlarge", "m7g.large"]),
    );
    assert.deepEqual(found({ zones }), [
      "aws.nodes.scratch.type: eu-central-1 offers r6id.2xlarge nowhere, and three zones have to; choose from i4i.2xlarge, which three zones offer",
    ]);
  });

  it("is refused where two zones offer the machine type, by their names", () => {
    const zones = [zone("eu-central-1a"), zone("eu-central-1b"), zone("eu-central-1c", ["m7i.2xlarge"])];
    assert.match(
      found({ zones })[0] ?? "",
      /^aws\.nodes\.scratch\.type: eu-central-1 offers r6id\.2xlarge in eu-central-1a, eu-central-1b only, .*; write another region$/,
    );
  });

  it("is refused where no three zones offer both types together", () => {
    const general = ["m7i.2xlarge"];
    const both = [...general, "r6id.2xlarge"];
    const zones = [
      ["a", both],
      ["b", both],
      ["c", general],
      ["d", ["r6id.2xlarge"]],
    ] as const;
    assert.deepEqual(found({ zones: zones.map(([letter, offers]) => zone(`eu-central-1${letter}`, offers)) }), [
      "aws.nodes.scratch.type: eu-central-1 offers r6id.2xlarge and m7i.2xlarge together in eu-central-1a, eu-central-1b, and three zones have to; write another type for one of the pools",
    ]);
  });

  it("is refused with a zone that the region does not have", () =>
    assert.deepEqual(found({}, withAws({ network: { zones: ["eu-central-1a", "eu-central-1b", "eu-central-1f"] } })), [
      'aws.network.zones: "eu-central-1f" is not a zone of eu-central-1; choose from eu-central-1a, eu-central-1b, eu-central-1c',
    ]));

  it("warns of a limit that is too low, with the numbers and the way to more", () => {
    const quotas = { ...generous.quotas, "L-1216C47A": 32, "L-0263D0A3": 5 };
    const { problems, warnings } = checkAws(checked(withAws({ network: { nat: "perAz" } })), { ...generous, quotas });
    assert.deepEqual(problems, []);
    assert.deepEqual(warnings, [
      "vCPUs of running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances (L-1216C47A): the account has 32, and this stack needs 48 even to come up (7 m7i.2xlarge × 8 + 18 r6id.2xlarge × 8 = 200 at the most, 48 at the least), beside what else runs in it. Ask for more: aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-1216C47A --desired-value 200",
      "EC2-VPC Elastic IPs (L-0263D0A3): the account has 5, and this stack needs 6 even to come up (3 for the load balancer + 3 for NAT), beside what else runs in it. Ask for more: aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-0263D0A3 --desired-value 6",
    ]);
  });

  it("warns of a limit that is met only at full scale", () => {
    const { warnings } = checkAws(checked(), { ...generous, quotas: { "L-1216C47A": 100 } });
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", /has 100, and this stack needs 200 at full scale/);
  });

  it("is refused where the adopted zone has another name", () => {
    const dns = { kind: "existing" as const, name: "mycompany.dev", zoneId: "Z0123456789" };
    assert.deepEqual(found({ hostedZone: { name: "other.dev." } }, {}, { dns }), [
      'aws.dns.existing: Z0123456789 is the zone "other.dev", not "mycompany.dev"; write the zone\'s own name and id',
    ]);
    assert.deepEqual(found({ hostedZone: { name: "mycompany.dev." } }, {}, { dns }), []);
  });
});

describe("an adopted network", () => {
  it("is accepted with subnets of three zones, room and ways out", () => assert.deepEqual(inVpc(), []));

  it("is refused with a subnet that is not its own", () => {
    const subnets = adoptedVpc.subnets.filter(({ id }) => id !== "subnet-000000000000000c1");
    assert.deepEqual(inVpc({ ...adoptedVpc, subnets }), [
      'aws.network.existing: "subnet-000000000000000c1" is not a subnet of vpc-0123456789abcdef0; write the ids of its own subnets',
    ]);
  });

  it("is refused in two zones", () =>
    assert.deepEqual(inVpc(changed("subnet-000000000000000c1", { zone: "eu-central-1a" })), [
      "aws.network.existing.privateSubnetIds: lie in eu-central-1a, eu-central-1b, and Logfire is spread over 3 zones; add a subnet in each missing zone",
    ]));

  it("is refused without a public subnet where nodes are", () =>
    assert.match(
      inVpc(changed("subnet-000000000000000c0", { zone: "eu-central-1b" }))[0] ?? "",
      /^aws\.network\.existing\.publicSubnetIds: have none in eu-central-1c, where nodes are; .* edge\.exposure: internal$/,
    ));

  it("is refused where a subnet leads nowhere, private or public", () => {
    assert.match(
      inVpc(changed("subnet-000000000000000a1", { routesOut: false }))[0] ?? "",
      /a1 has no route to the outside/,
    );
    assert.match(
      inVpc(changed("subnet-000000000000000a0", { routesOut: false }))[0] ?? "",
      /a0 has no route to an internet gateway/,
    );
  });

  it("is refused with too few free addresses, with the arithmetic", () =>
    assert.match(
      inVpc(changed("subnet-000000000000000b1", { freeAddresses: 400 }))[0] ?? "",
      /b1 \(10\.80\.128\.0\/19\) has 400 free addresses, and 523 are needed when a zone is lost at full scale \(104 pods \+ 4 m7i\.2xlarge × 31 held ready \+ 9 r6id\.2xlarge × 31 held ready \+ 16 others\)/,
    ));

  it("is refused where it overlaps the cluster's Services, but not for a cluster that is there", () => {
    const vpc = { ...adoptedVpc, cidr: "172.20.0.0/16" };
    assert.match(inVpc(vpc)[0] ?? "", /the VPC has 172\.20\.0\.0\/16, which overlaps 172\.20\.0\.0\/16/);
    assert.deepEqual(found({ vpc }, {}, { ...adopted, cluster: { kind: "existing", name: "mine" } }), []);
  });
});

describe("zones for a new network", () => {
  const { network, nodes } = awsOf();

  it("are the first three, in order, that offer every machine type", () => {
    const zones = [zone("d"), zone("a", []), zone("c"), zone("b"), zone("e")];
    assert.deepEqual(chooseZones(awsOf(), { zones }), ["b", "c", "d"]);
  });

  it("are those that are named", () => {
    assert.ok(network.kind === "create");
    const named = { ...awsOf(), nodes, network: { ...network, zones: ["x", "y", "z"] } };
    assert.deepEqual(chooseZones(named, generous), ["x", "y", "z"]);
  });
});
