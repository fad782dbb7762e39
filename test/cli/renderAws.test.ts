import assert from "node:assert/strict";
import type { MockResourceArgs } from "@pulumi/pulumi/runtime";
import { stackObjects } from "../../cli/objects";
import { inspectStack } from "../../cli/stack";
import { AwsPlatform, createAwsProvider, type AwsFacts } from "../../components/platform/aws";
import { instanceTypes } from "../../components/platform/aws/figures/machineTypes";
import { placeholders } from "../../components/platform/aws/figures/plannedFacts";
import { fromStackFile, resolveSettings, type Settings } from "../../components/settings";
import { root } from "../../cli/root";
import { awsOutputs } from "../aws/component/support";
import { adoptedNetwork, adoptedVpc } from "../aws/figures/values";
import { factsOf } from "../aws/settings";
import { observedOutputs } from "../support/observed";
import { registeredObjects, renderedObjects } from "./registrations";

/** What AWS computes is called as the plan calls it: whatever else differs, differs. */
function computed(resource: MockResourceArgs): Record<string, unknown> {
  const { type, name } = resource;
  const [, index = ""] = /-(\d+)$/.exec(name) ?? [];
  const known: Readonly<Record<string, Record<string, unknown>>> = {
    "aws:rds/instance:Instance": { address: "PLACEHOLDER-DATABASE-HOST" },
    "aws:s3/bucket:Bucket": { bucket: "PLACEHOLDER-BUCKET" },
    "aws:route53/zone:Zone": { zoneId: "PLACEHOLDER-ZONE-ID" },
    "aws:lb/loadBalancer:LoadBalancer": { dnsName: "PLACEHOLDER-BALANCER-NAME" },
    "aws:acm/certificate:Certificate": {
      domainValidationOptions: [
        {
          ...{ domainName: "logfire.mycompany.dev", resourceRecordName: "_proof.logfire.mycompany.dev." },
          ...{ resourceRecordType: "CNAME", resourceRecordValue: "_answer.acm.test." },
        },
      ],
    },
    "aws:ec2/eip:Eip": { publicIp: `PLACEHOLDER-${name.includes("nat") ? "NAT" : "BALANCER"}-ADDRESS-${index}` },
    "aws:iam/role:Role": { arn: roleArns.find(([part]) => name === `platform-${part}`)?.[1] ?? `arn:role/${name}` },
  };
  return { ...awsOutputs(resource), ...observedOutputs(resource), ...known[type] };
}
const roleArns = [
  ["workloads", "PLACEHOLDER-WORKLOADS-ROLE-ARN"],
  ["cert-manager", "PLACEHOLDER-CERT-MANAGER-ROLE-ARN"],
  ["cluster-autoscaler", "PLACEHOLDER-AUTOSCALER-ROLE-ARN"],
] as const;

/** An account in which what the stack adopts is there. */
const facts = (): AwsFacts =>
  factsOf({
    zones: ["a", "b", "c"].map((zone) => ({ name: `eu-central-1${zone}`, offers: Object.keys(instanceTypes) })),
    vpc: { id: adoptedNetwork.vpcId, ...adoptedVpc },
    cluster: {
      ...{ name: "mine", arn: "arn:aws:eks:eu-central-1:123456789012:cluster/mine", version: "1.35" },
      ...{ endpoint: "https://cluster.test", certificateAuthority: "Y2E=", securityGroupId: "sg-1" },
      ...{ vpcId: adoptedNetwork.vpcId, issuer: "https://oidc.test/id/1" },
    },
  });

const registered = (settings: Settings, stack: string) => {
  const { platform: aws } = settings;
  assert.ok(aws.kind === "aws");
  return registeredObjects(
    settings,
    (secrets) => {
      const provider = createAwsProvider("platform", aws);
      const args = { settings, secrets, facts: facts(), prefix: `logfire-${stack}` };
      return new AwsPlatform("platform", args, { provider });
    },
    { outputs: computed },
  );
};

// Only a range can stand where the program calculates with it.
const rendered = (settings: Settings, stack: string) =>
  renderedObjects(settings, stack, { "PLACEHOLDER-VPC-RANGE": adoptedVpc.cidr });

function changed(aws: object, others: object = {}): Settings {
  const { values, ...raw } = fromStackFile("aws-prod", root);
  const given = values["aws"] as object;
  return resolveSettings({ ...raw, values: { ...values, ...others, aws: { ...given, ...aws } } });
}

const secretsWith = (more: object) => ({ ...(fromStackFile("aws-prod", root).values["secrets"] as object), ...more });
const stacks: Readonly<Record<string, () => Settings>> = {
  "aws-prod": () => inspectStack("aws-prod").settings,
  "aws-dev": () => inspectStack("aws-dev").settings,
  "one with IAM roles for service accounts, NAT in each zone and source ranges": () =>
    changed({ identity: "irsa", network: { nat: "perAz" } }, { edge: { sourceRanges: ["198.51.100.0/24"] } }),
  "one that only given ranges reach, over a regional NAT": () =>
    changed({}, { edge: { sourceRanges: ["198.51.100.0/24"] } }),
  "one inside a network of the owner's, with Redis in the cluster": () =>
    changed({ network: { existing: adoptedNetwork }, redis: { inCluster: true } }, { edge: { exposure: "internal" } }),
  "one on the owner's cluster, stores and zone": () =>
    changed(
      {
        network: { existing: adoptedNetwork },
        cluster: { existing: { name: "mine" } },
        postgres: { existing: { host: "10.9.0.7", port: 5433, adminUser: "owner", cidrs: ["10.9.0.0/24"] } },
        objectStore: { existing: { bucket: "owned" } },
        redis: { existing: { port: 6380, cidrs: ["10.9.1.0/24"] } },
        dns: { existing: { name: "mycompany.dev", zoneId: "Z0123456789ABC" } },
      },
      {
        edge: { sourceRanges: ["198.51.100.0/24"] },
        secrets: secretsWith({ postgresAdminPassword: "canary", redisDsn: "rediss://:canary@cache.test:6380" }),
      },
    ),
  "one with the cloud's own load balancer": () => changed({}, { edge: { mode: "native" } }),
};

/**
 * Rendered without an account, and registered under mocks that hand out the placeholders. Does not prove that AWS hands
 * out what the mocks do, nor that an API server takes the objects: the rehearsal applies the same ones.
 */
describe("render of a stack on AWS", function () {
  this.timeout(60_000);
  for (const [name, settings] of Object.entries(stacks))
    it(`shows every object of ${name} as the program registers it`, async () => {
      const settled = settings();
      const expected = await registered(settled, "aws-prod");
      const found = rendered(settled, "aws-prod");
      assert.ok(expected.size > 80);
      assert.deepEqual([...found.keys()].sort(), [...expected.keys()].sort());
      for (const [key, object] of expected) assert.deepEqual(found.get(key), object, key);
    });

  it("has a placeholder for nothing that the settings say", () => {
    const owned = JSON.stringify(
      stackObjects(stacks["one on the owner's cluster, stores and zone"]?.() ?? assert.fail(), "aws-prod"),
    );
    assert.deepEqual(
      Object.keys(placeholders).filter((name) => owned.includes(name)),
      ["PLACEHOLDER-VPC-RANGE"],
    );
  });
});
