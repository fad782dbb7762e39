import { parse } from "yaml";
import { hex } from "../../cloud/ids";
import { CloudError, isUnknown, list, record, text, type Values } from "../../cloud/model";
import type { Kinds, ResourceKind } from "../kind";
import { cidr, length, matches, whole } from "../../cloud/rules";
import { valueOf } from "../rules";

const vpcId = { to: "ec2/vpc:Vpc", missing: "InvalidVpcID.NotFound", holds: "DependencyViolation" } as const;
const group = {
  to: "ec2/securityGroup:SecurityGroup",
  missing: "InvalidGroup.NotFound",
  holds: "DependencyViolation",
} as const;

const description = matches(
  /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{0,255}$/,
  "a description of characters that EC2 takes",
);
const groupRules = (direction: string) => ({
  [`${direction}[].fromPort`]: whole(-1, 65535),
  [`${direction}[].toPort`]: whole(-1, 65535),
  [`${direction}[].cidrBlocks[]`]: cidr(),
  [`${direction}[].description`]: description,
});

const securityGroup: ResourceKind = {
  api: ["EC2", "SecurityGroup"],
  rules: { description, ...groupRules("ingress"), ...groupRules("egress") },
  name: {
    ...{ property: "name", prefix: "namePrefix", max: 255, uniqueError: "InvalidGroup.Duplicate" },
    pattern: /^(?!sg-)[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]+$/,
    words: "a name of a security group, which must not begin with sg-",
  },
  references: {
    vpcId,
    "ingress[].securityGroups[]": group,
    "egress[].securityGroups[]": group,
  },
  replaces: ["name", "namePrefix", "description", "vpcId"],
  seconds: { create: 3, delete: 2 },
  id: () => `sg-0${hex(16)}`,
  outputs: (inputs, { id, view }) => ({
    arn: view.arn("ec2", `security-group/${id}`),
    ownerId: view.accountId,
    description: inputs.description ?? "Managed by Pulumi",
  }),
  unset: ["ingress", "egress", "vpcId", "namePrefix"],
};

const sources = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"];

/** One rule as a resource of its own: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html */
const groupRule = (direction: "Ingress" | "Egress"): ResourceKind => ({
  api: ["EC2", `SecurityGroup${direction}`],
  rules: {
    description,
    cidrIpv4: cidr(),
    fromPort: whole(-1, 65535),
    toPort: whole(-1, 65535),
    ipProtocol: matches(/^(-1|tcp|udp|icmp|icmpv6|\d{1,3})$/, "a protocol: tcp, udp, icmp, a number or -1"),
  },
  references: { securityGroupId: { ...group, holds: undefined }, referencedSecurityGroupId: group },
  replaces: ["securityGroupId"],
  check: (inputs) => {
    const given = sources.filter((name) => inputs[name] !== undefined);
    const ports = inputs.fromPort !== undefined && inputs.toPort !== undefined;
    const all = inputs.ipProtocol === "-1";
    return [
      ...(given.length === 1 ? [] : [`exactly one of ${sources.join(", ")} must be given, not ${given.length}`]),
      ...(!all && !isUnknown(inputs.ipProtocol) && !ports
        ? ["fromPort and toPort are required unless ipProtocol is -1"]
        : []),
      ...(ports && Number(inputs.fromPort) > Number(inputs.toPort) ? ["fromPort is above toPort"] : []),
    ];
  },
  admit: (inputs, view, before) => {
    const fields = ["securityGroupId", "ipProtocol", "fromPort", "toPort", ...sources];
    const same = view
      .of(`vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`)
      .find(({ id, inputs: other }) => id !== before?.id && fields.every((field) => other[field] === inputs[field]));
    if (same !== undefined)
      throw new CloudError("InvalidPermission.Duplicate", `the specified rule already exists: ${same.id}`);
  },
  id: () => `sgr-0${hex(16)}`,
  outputs: (_inputs, { id, view }) => ({ arn: view.arn("ec2", `security-group-rule/${id}`), securityGroupRuleId: id }),
});

const oldStyleRule: ResourceKind = {
  api: ["EC2", "SecurityGroupIngress"],
  rules: {
    description,
    type: matches(/^(ingress|egress)$/, "ingress or egress"),
    fromPort: whole(-1, 65535),
    toPort: whole(-1, 65535),
    "cidrBlocks[]": cidr(),
  },
  references: { securityGroupId: { ...group, holds: undefined }, sourceSecurityGroupId: group },
  replaces: [
    "type",
    "fromPort",
    "toPort",
    "protocol",
    "securityGroupId",
    "sourceSecurityGroupId",
    "cidrBlocks",
    "self",
  ],
  id: () => `sgrule-${Number.parseInt(hex(8), 16)}`,
  outputs: () => ({ securityGroupRuleId: `sgr-0${hex(16)}` }),
  unset: ["sourceSecurityGroupId"],
};

/** The group that every VPC comes with: adopted, not made, and left as it is on deletion. */
const defaultSecurityGroup: ResourceKind = {
  api: ["EC2", "SecurityGroup"],
  rules: { ...groupRules("ingress"), ...groupRules("egress") },
  references: { vpcId: { ...vpcId, holds: undefined } },
  replaces: ["vpcId"],
  id: (inputs, view) => text(view.of("ec2/vpc:Vpc").find(({ id }) => id === inputs.vpcId)?.outs.defaultSecurityGroupId),
  outputs: (_inputs, { id, view }) => ({
    ...{ arn: view.arn("ec2", `security-group/${id}`), description: "default VPC security group", name: "default" },
    ...{ namePrefix: "", ownerId: view.accountId },
  }),
  unset: ["ingress", "egress", "vpcId"],
};

const launchTemplate: ResourceKind = {
  api: ["EC2", "LaunchTemplate"],
  rules: {
    description: length(0, 255),
    userData: matches(/^[A-Za-z0-9+/]*={0,2}$/, "Base64"),
    instanceType: valueOf("ec2", "_InstanceType"),
    "metadataOptions.httpTokens": valueOf("ec2", "LaunchTemplateHttpTokensState"),
    "metadataOptions.httpEndpoint": valueOf("ec2", "LaunchTemplateInstanceMetadataEndpointState"),
    "metadataOptions.httpPutResponseHopLimit": whole(1, 64),
    "metadataOptions.instanceMetadataTags": valueOf("ec2", "LaunchTemplateInstanceMetadataTagsState"),
    "blockDeviceMappings[].deviceName": matches(/^\/dev\/[a-z0-9/]+$/, "a device such as /dev/xvda"),
    "blockDeviceMappings[].ebs.volumeType": valueOf("ec2", "VolumeType"),
    "blockDeviceMappings[].ebs.volumeSize": whole(1, 65536),
    "blockDeviceMappings[].ebs.throughput": whole(125, 2000),
    "blockDeviceMappings[].ebs.encrypted": matches(/^(true|false)$/, '"true" or "false", as text'),
    "blockDeviceMappings[].ebs.deleteOnTermination": matches(/^(true|false)$/, '"true" or "false", as text'),
    "tagSpecifications[].resourceType": valueOf("ec2", "ResourceType"),
  },
  name: {
    ...{
      property: "name",
      prefix: "namePrefix",
      max: 125,
      uniqueError: "InvalidLaunchTemplateName.AlreadyExistsException",
    },
    pattern: /^[a-zA-Z0-9().\-/_]{3,}$/,
    words: "3 to 125 letters, digits and ( ) . - / _",
  },
  references: {
    "vpcSecurityGroupIds[]": { ...group, holds: undefined },
    "blockDeviceMappings[].ebs.kmsKeyId": { to: "kms/key:Key", by: "arn", missing: "InvalidKmsKey.NotFound" },
  },
  replaces: ["name", "namePrefix"],
  renewed: ["latestVersion", "defaultVersion"],
  check: ({ userData }) => (userData === undefined || isUnknown(userData) ? [] : nodeConfigFaults(text(userData))),
  id: () => `lt-0${hex(16)}`,
  outputs: (inputs, { id, view, before }) => {
    const latest = Number(before?.latestVersion ?? 0) + 1;
    const asked =
      inputs.updateDefaultVersion === true ? latest : Number(inputs.defaultVersion ?? before?.defaultVersion ?? 1);
    return {
      arn: view.arn("ec2", `launch-template/${id}`),
      latestVersion: latest,
      defaultVersion: asked,
      metadataOptions: record(inputs.metadataOptions),
    };
  },
  unset: ["namePrefix"],
};

/** The MIME parts of user data that are for nodeadm. */
export function nodeConfigs(userData: unknown): readonly Values[] {
  const decoded = Buffer.from(text(userData), "base64").toString("utf8");
  const boundary = /boundary="?([^"\r\n]+)"?/i.exec(decoded)?.[1];
  if (boundary === undefined) return [];
  return decoded
    .split(`--${boundary}`)
    .filter((part) => /^content-type:\s*application\/node\.eks\.aws/im.test(part))
    .map((part) => record(parse(part.slice(part.search(/\r?\n\r?\n/)))));
}

// https://awslabs.github.io/amazon-eks-ami/nodeadm/doc/api/
const strategies = ["RAID0", "RAID10", "Mount"];

function nodeConfigFaults(userData: string): readonly string[] {
  const decoded = Buffer.from(userData, "base64").toString("utf8");
  if (!/^mime-version:/im.test(decoded) || !/^content-type:\s*multipart\/mixed/im.test(decoded))
    return ["userData is not in the MIME multipart format, which managed node groups require"];
  let configs: readonly Values[];
  try {
    configs = nodeConfigs(userData);
  } catch (error) {
    return [`userData holds a NodeConfig that is not YAML: ${error instanceof Error ? error.message : String(error)}`];
  }
  return configs.flatMap((config) => {
    const storage = record(record(record(config.spec).instance).localStorage).strategy;
    return [
      ...(config.apiVersion === "node.eks.aws/v1alpha1" && config.kind === "NodeConfig"
        ? []
        : [`userData holds a part for nodeadm that is no NodeConfig of node.eks.aws/v1alpha1`]),
      ...(storage === undefined || strategies.includes(text(storage))
        ? []
        : [
            `userData asks for the local storage strategy ${text(storage)}, which is not one of ${strategies.join(", ")}`,
          ]),
    ];
  });
}

/** GiB of the root disk that the template asks for. */
export const rootVolumeGib = (template: Values): number => {
  const root = list(template.blockDeviceMappings)
    .map(record)
    .find(({ deviceName }) => deviceName === "/dev/xvda");
  return Number(record(root?.ebs).volumeSize ?? 20);
};

export const security: Kinds = {
  "ec2/securityGroup:SecurityGroup": securityGroup,
  "vpc/securityGroupIngressRule:SecurityGroupIngressRule": groupRule("Ingress"),
  "vpc/securityGroupEgressRule:SecurityGroupEgressRule": groupRule("Egress"),
  "ec2/securityGroupRule:SecurityGroupRule": oldStyleRule,
  "ec2/defaultSecurityGroup:DefaultSecurityGroup": defaultSecurityGroup,
  "ec2/launchTemplate:LaunchTemplate": launchTemplate,
};
