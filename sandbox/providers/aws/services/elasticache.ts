import { cacheNodes } from "../../../../components/platform/aws/figures/databaseSizes";
import { digest } from "../../cloud/ids";
import { CloudError, isUnknown, number, text, texts, type Values } from "../../cloud/model";
import type { Kinds, ResourceKind } from "../kind";
import { length, matches, oneOf, whole } from "../../cloud/rules";
import { valueOf } from "../rules";
import { networkOf, zonesOf } from "./rds";

const subnetGroup: ResourceKind = {
  api: ["ElastiCache", "CacheSubnetGroup"],
  rules: { description: length(1, 255) },
  name: {
    ...{ property: "name", max: 255, uniqueError: "CacheSubnetGroupAlreadyExists", lower: true },
    pattern: /^[a-z0-9-]+$/,
    words: "lower-case letters, digits and hyphens",
  },
  references: { "subnetIds[]": { to: "ec2/subnet:Subnet", missing: "InvalidSubnet", holds: "DependencyViolation" } },
  replaces: ["name"],
  id: (inputs) => text(inputs.name),
  outputs: (inputs, { view }) => ({
    arn: view.arn("elasticache", `subnetgroup:${text(inputs.name)}`),
    vpcId: networkOf(view, inputs.subnetIds),
    description: inputs.description ?? "Managed by Pulumi",
  }),
};

const families = ["redis6.x", "redis7", "valkey7", "valkey8", "valkey9"];

const parameterGroup: ResourceKind = {
  api: ["ElastiCache", "CacheParameterGroup"],
  rules: { family: oneOf(...families), description: length(1, 255) },
  name: {
    ...{ property: "name", max: 255, uniqueError: "CacheParameterGroupAlreadyExists", lower: true },
    pattern: /^[a-z](?!.*--)[a-z0-9-]*(?<!-)$/,
    words: "lower-case letters, digits and single hyphens",
  },
  replaces: ["name", "family", "description"],
  id: (inputs) => text(inputs.name),
  outputs: (inputs, { view }) => ({
    arn: view.arn("elasticache", `parametergroup:${text(inputs.name)}`),
    description: inputs.description ?? "Managed by Pulumi",
  }),
};

const replicationGroup: ResourceKind = {
  api: ["ElastiCache", "ReplicationGroup"],
  rules: {
    description: length(1, 255),
    engine: oneOf("redis", "valkey"),
    engineVersion: matches(/^(7\.[0-2]|8\.[0-2]|9\.0|6\.x)$/, "a version that ElastiCache runs"),
    nodeType: oneOf(...Object.keys(cacheNodes)),
    numCacheClusters: whole(1, 6),
    numNodeGroups: whole(1, 500),
    replicasPerNodeGroup: whole(0, 5),
    authToken: matches(/^[A-Za-z0-9!&#$^<>-]{16,128}$/, "16 to 128 letters, digits and ! & # $ ^ < > -"),
    authTokenUpdateStrategy: valueOf("elasticache", "AuthTokenUpdateStrategyType"),
    transitEncryptionMode: valueOf("elasticache", "TransitEncryptionMode"),
    clusterMode: valueOf("elasticache", "ClusterMode"),
    networkType: valueOf("elasticache", "NetworkType"),
    snapshotRetentionLimit: whole(0, 35),
    port: whole(1, 65_535),
    maintenanceWindow: matches(/^[a-zA-Z]{3}:\d\d:\d\d-[a-zA-Z]{3}:\d\d:\d\d$/, "a window such as sun:05:00-sun:06:00"),
    snapshotWindow: matches(/^\d\d:\d\d-\d\d:\d\d$/, "a window such as 03:00-04:00"),
  },
  name: {
    ...{ property: "replicationGroupId", max: 40, uniqueError: "ReplicationGroupAlreadyExists", lower: true },
    pattern: /^[a-z](?!.*--)[a-z0-9-]*(?<!-)$/,
    words: "at most 40 lower-case letters, digits and single hyphens, beginning with a letter",
  },
  references: {
    subnetGroupName: {
      to: "elasticache/subnetGroup:SubnetGroup",
      by: "name",
      missing: "CacheSubnetGroupNotFoundFault",
      holds: "CacheSubnetGroupInUse",
    },
    "securityGroupIds[]": {
      to: "ec2/securityGroup:SecurityGroup",
      missing: "InvalidParameterValue",
      holds: "DependencyViolation",
    },
    parameterGroupName: {
      ...{ to: "elasticache/parameterGroup:ParameterGroup", by: "name", missing: "CacheParameterGroupNotFound" },
      ...{
        holds: "InvalidCacheParameterGroupState",
        outside: /^default\.(redis6\.x|redis7|valkey[789])(\.cluster\.on)?$/,
      },
    },
    kmsKeyId: { to: "kms/key:Key", by: "arn", missing: "InvalidKMSKeyFault" },
  },
  replaces: [
    ...["replicationGroupId", "subnetGroupName", "atRestEncryptionEnabled", "kmsKeyId", "port", "dataTieringEnabled"],
    ...["networkType", "globalReplicationGroupId", "snapshotArns", "snapshotName"],
  ],
  check: (inputs) => {
    const nodes = number(inputs.numCacheClusters ?? 1) * number(inputs.numNodeGroups ?? 1);
    const replicas = number(inputs.replicasPerNodeGroup ?? 0);
    const major = text(inputs.engineVersion).split(".")[0];
    const group = text(inputs.parameterGroupName);
    const mixed =
      group.startsWith("default.") &&
      !isUnknown(inputs.engine) &&
      group.startsWith("default.valkey") !== (inputs.engine === "valkey");
    return [
      ...(inputs.authToken !== undefined && inputs.transitEncryptionEnabled !== true
        ? ["authToken needs transitEncryptionEnabled"]
        : []),
      ...(inputs.automaticFailoverEnabled === true && nodes < 2 && replicas < 1
        ? ["automaticFailoverEnabled needs at least two nodes"]
        : []),
      ...(inputs.multiAzEnabled === true && inputs.automaticFailoverEnabled !== true
        ? ["multiAzEnabled needs automaticFailoverEnabled"]
        : []),
      ...(mixed ? [`parameterGroupName ${group} is not one of engine ${text(inputs.engine)}`] : []),
      ...(group.startsWith("default.valkey") && major !== "" && !group.startsWith(`default.valkey${major}`)
        ? [`parameterGroupName ${group} is not one of version ${text(inputs.engineVersion)}`]
        : []),
      ...(inputs.nodeType === undefined ? ["nodeType is required"] : []),
    ];
  },
  admit: (inputs, view) => {
    const of = view.of("elasticache/subnetGroup:SubnetGroup").find(({ outs }) => outs.name === inputs.subnetGroupName);
    if (inputs.multiAzEnabled === true && zonesOf(view, of?.outs.subnetIds).size < 2)
      throw new CloudError("InvalidParameterCombination", "Multi-AZ needs a subnet group with at least two zones");
    const foreign = view
      .of("ec2/securityGroup:SecurityGroup")
      .find(({ id, outs }) => texts(inputs.securityGroupIds).includes(id) && outs.vpcId !== of?.outs.vpcId);
    if (of !== undefined && foreign !== undefined)
      throw new CloudError(
        "InvalidParameterValue",
        `Security group ${foreign.id} is not in the VPC of the subnet group`,
      );
  },
  seconds: { update: 300, delete: 240 },
  id: (inputs) => text(inputs.replicationGroupId),
  outputs: (inputs, { id, view }) => {
    const place = `${digest(`${view.accountId} ${id}`, 6)}.${view.region.replaceAll(/[a-z]*-|-/g, "")}.cache.amazonaws.com`;
    const nodes = number(inputs.numCacheClusters ?? 1);
    const engineVersion = text(inputs.engineVersion) || "8.0";
    return {
      arn: view.arn("elasticache", `replicationgroup:${id}`),
      ...{ clusterEnabled: false, configurationEndpointAddress: "", engineVersionActual: `${engineVersion}.1` },
      memberClusters: Array.from({ length: nodes }, (_, at) => `${id}-${String(at + 1).padStart(3, "0")}`),
      primaryEndpointAddress: `master.${id}.${place}`,
      readerEndpointAddress: `replica.${id}.${place}`,
      ...defaults(inputs, engineVersion),
    };
  },
  unset: [
    ...["durability", "globalReplicationGroupId", "nodeGroupConfigurations", "securityGroupIds", "securityGroupNames"],
    ...["subnetGroupName", "nodeType"],
  ],
  stateful: true,
};

const defaults = (inputs: Values, engineVersion: string): Values => ({
  ...{ applyImmediately: false, atRestEncryptionEnabled: false, autoMinorVersionUpgrade: true },
  ...{ clusterMode: "disabled", dataTieringEnabled: false, engine: "redis", ipDiscovery: "ipv4", networkType: "ipv4" },
  ...{ maintenanceWindow: "sun:05:00-sun:06:00", snapshotWindow: "03:00-04:00", numCacheClusters: 1, numNodeGroups: 1 },
  ...{ replicasPerNodeGroup: number(inputs.numCacheClusters ?? 1) - 1, transitEncryptionEnabled: false },
  transitEncryptionMode: inputs.transitEncryptionEnabled === true ? "required" : "",
  parameterGroupName: `default.${text(inputs.engine)}${engineVersion.split(".")[0]}`,
  engineVersion,
  ...Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined)),
});

export const elasticache: Kinds = {
  "elasticache/subnetGroup:SubnetGroup": subnetGroup,
  "elasticache/parameterGroup:ParameterGroup": parameterGroup,
  "elasticache/replicationGroup:ReplicationGroup": replicationGroup,
};
