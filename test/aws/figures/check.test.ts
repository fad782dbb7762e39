import assert from "node:assert/strict";
import { checkAws, chooseZones, type CheckedFacts } from "../../../components/platform/aws/check";
import { describeChecks, describeZones, foundIn } from "../../clouds/check";
import { adoptedNetwork, adoptedVpc, aws, awsOf, checked, generous, withAws } from "./values";

const account = { stacks: aws, check: checkAws, generous };
const found = foundIn(account);

const adopted = { network: { kind: "existing" as const, ...adoptedNetwork } };
const inVpc = (subnets: CheckedFacts["vpc"] = adoptedVpc) => found({ vpc: subnets }, {}, adopted);
const changed = (id: string, change: Partial<(typeof adoptedVpc.subnets)[number]>) => ({
  ...adoptedVpc,
  subnets: adoptedVpc.subnets.map((subnet) => (subnet.id === id ? { ...subnet, ...change } : subnet)),
});

describeChecks(account, () => {
  it("is refused in another account than the one it names", () =>
    assert.deepEqual(found({}, withAws({ accountId: "210987654321" })), [
      'aws.accountId: is "210987654321", and the credentials belong to 123456789012; use credentials of that account, or write the other one',
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

describeZones(account, {
  chooseZones,
  owner: "account",
  region: "eu-central-1",
  named: (letter) => `eu-central-1${letter}`,
  general: "m7i.2xlarge",
  scratch: "r6id.2xlarge",
  instead: ["m7i.2xlarge", "i4i.2xlarge", "m7g.large"],
  usable: ["i4i.2xlarge"],
  remedy: "write another region",
});

describe("zones for a new network", () => {
  it("are those that are named", () => {
    const { network } = awsOf();
    assert.ok(network.kind === "create");
    const named = { ...awsOf(), network: { ...network, zones: ["x", "y", "z"] } };
    assert.deepEqual(chooseZones(named, generous), ["x", "y", "z"]);
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
