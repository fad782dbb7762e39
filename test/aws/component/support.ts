import type { MockResourceArgs } from "@pulumi/pulumi/runtime";
import { createAwsProvider, AwsPlatform, type AwsFacts } from "../../../components/platform/aws";
import type { LogfireSettings, SecretValues } from "../../../components/settings/types";
import type { AwsPlatformSettings } from "../../../components/settings/aws/types";
import { record, type Recording, type RecordOptions } from "../../support/harness";
import { randomOutputs } from "../../support/random";
import { factsOf, settingsOf } from "../settings";

const account = "123456789012";

/** What AWS would compute of what the program reads. Names in it are made of the logical name. */
export function awsOutputs(resource: MockResourceArgs): Record<string, unknown> {
  const { type, name } = resource;
  const inputs = resource.inputs as Record<string, unknown>;
  const computed: Readonly<Record<string, Record<string, unknown>>> = {
    "random:index/randomId:RandomId": { hex: "0a1b2c3d" },
    "aws:ec2/eip:Eip": { allocationId: `eipalloc-${name}`, publicIp: `192.0.2.${name.length}` },
    "aws:ec2/subnet:Subnet": {},
    "aws:iam/role:Role": { name: `${name}-role`, arn: `arn:aws:iam::${account}:role/${name}` },
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": { arn: `arn:aws:iam::${account}:oidc-provider/oidc.test` },
    "aws:kms/key:Key": { arn: `arn:aws:kms:eu-central-1:${account}:key/${name}`, keyId: name },
    "aws:cloudwatch/logGroup:LogGroup": { arn: `arn:aws:logs:eu-central-1:${account}:log-group:${name}` },
    "aws:eks/cluster:Cluster": {
      endpoint: "https://cluster.test",
      certificateAuthority: { data: "Y2E=" },
      identities: [{ oidcs: [{ issuer: "https://oidc.test/id/1" }] }],
      vpcConfig: { ...(inputs["vpcConfig"] as object), clusterSecurityGroupId: "sg-cluster" },
    },
    "aws:eks/nodeGroup:NodeGroup": { resources: [{ autoscalingGroups: [{ name: `asg-${name}` }] }] },
    "aws:ec2/launchTemplate:LaunchTemplate": { latestVersion: 1 },
    "aws:rds/instance:Instance": { address: "database.test" },
    "aws:rds/subnetGroup:SubnetGroup": { name: `${name}-group` },
    "aws:rds/parameterGroup:ParameterGroup": { name: `${name}-group` },
    "aws:elasticache/replicationGroup:ReplicationGroup": { primaryEndpointAddress: "cache.test" },
    "aws:route53/zone:Zone": { zoneId: "Z1", nameServers: ["ns-1.test", "ns-2.test"] },
    "aws:lb/loadBalancer:LoadBalancer": { arn: "arn:lb", dnsName: "lb.test", zoneId: "ZLB" },
    "aws:lb/targetGroup:TargetGroup": { arn: `arn:${name}` },
  };
  return { ...computed[type], ...randomOutputs(resource) };
}

export interface Given {
  readonly platform?: Partial<AwsPlatformSettings>;
  readonly logfire?: Partial<LogfireSettings>;
  readonly facts?: Partial<AwsFacts>;
  readonly secrets?: SecretValues;
  readonly prefix?: string;
}

/** The platform alone, recorded with mocks: proves what the program asks for, not that AWS accepts it. */
export const recordPlatform = (given: Given = {}, options: RecordOptions = {}): Promise<Recording<AwsPlatform>> =>
  record(
    () => {
      const settings = settingsOf(given);
      const { secrets = {}, prefix } = given;
      const provider = createAwsProvider("platform", settings.platform);
      const args = { settings, secrets, facts: factsOf(given.facts), ...(prefix === undefined ? {} : { prefix }) };
      return new AwsPlatform("platform", args, { provider });
    },
    { outputs: awsOutputs, ...options },
  );

let usual: Promise<Recording<AwsPlatform>> | undefined;

/** The platform with everything made, recorded once for all tests that only look at it. */
export const usualRecording = (): Promise<Recording<AwsPlatform>> => (usual ??= recordPlatform());

export { comesAfter, inputsOf, ofType } from "../../support/recordings";
