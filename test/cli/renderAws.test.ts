import type { MockResourceArgs } from "@pulumi/pulumi/runtime";
import { AwsPlatform, createAwsProvider, type AwsFacts } from "../../components/platform/aws";
import { instanceTypes } from "../../components/platform/aws/figures/machineTypes";
import { placeholders } from "../../components/platform/aws/figures/plannedFacts";
import { awsOutputs } from "../aws/component/support";
import { adoptedNetwork, adoptedVpc } from "../aws/figures/values";
import { factsOf } from "../aws/settings";
import { describeRendering, office } from "./renderCloud";

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
  return { ...awsOutputs(resource), ...known[type] };
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

describeRendering({
  ...{ kind: "aws", title: "AWS", placeholders, computed },
  make: (args, platform) =>
    new AwsPlatform("platform", { ...args, facts: facts() }, { provider: createAwsProvider("platform", platform) }),
  known: () => ({ "PLACEHOLDER-VPC-RANGE": adoptedVpc.cidr }),
  objects: 80,
  inside: { network: { existing: adoptedNetwork } },
  owned: {
    network: { existing: adoptedNetwork },
    cluster: { existing: { name: "mine" } },
    objectStore: { existing: { bucket: "owned" } },
    dns: { existing: { name: "mycompany.dev", zoneId: "Z0123456789ABC" } },
  },
  left: ["PLACEHOLDER-VPC-RANGE"],
  more: {
    "one with IAM roles for service accounts, NAT in each zone and source ranges": {
      cloud: { identity: "irsa", network: { nat: "perAz" } },
      others: { edge: office },
    },
    "one with the cloud's own load balancer": { others: { edge: { mode: "native" } } },
  },
});
