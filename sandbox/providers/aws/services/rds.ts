import { databaseClasses } from "../../../../components/platform/aws/figures/databaseSizes";
import { hex, letters, now } from "../../cloud/ids";
import { CloudError, isUnknown, list, number, record, text, texts, type Values } from "../../cloud/model";
import type { AwsView, Kinds, ResourceKind } from "../kind";
import { length, matches, oneOf, whole } from "../../cloud/rules";

const identifier = /^[a-z](?!.*--)[a-z0-9-]*(?<!-)$/;
const identifierWords = "lower-case letters, digits and single hyphens, beginning with a letter";
const securityGroup = {
  to: "ec2/securityGroup:SecurityGroup",
  missing: "InvalidParameterValue",
  holds: "DependencyViolation",
} as const;

export const zonesOf = (view: AwsView, subnets: unknown): ReadonlySet<unknown> =>
  new Set(
    view
      .of("ec2/subnet:Subnet")
      .flatMap(({ id, outs }) => (texts(subnets).includes(id) ? [outs.availabilityZone] : [])),
  );
export const networkOf = (view: AwsView, subnets: unknown): string =>
  text(view.of("ec2/subnet:Subnet").find(({ id }) => texts(subnets).includes(id))?.outs.vpcId);

const subnetGroup: ResourceKind = {
  api: ["RDS", "DBSubnetGroup"],
  rules: { description: length(1, 255) },
  name: {
    ...{ property: "name", prefix: "namePrefix", max: 255, uniqueError: "DBSubnetGroupAlreadyExists", lower: true },
    pattern: /^(?!default$)[a-z0-9._\- ]+$/,
    words: "lower-case letters, digits and . _ -, not default",
  },
  references: {
    "subnetIds[]": { to: "ec2/subnet:Subnet", missing: "InvalidSubnet", holds: "DependencyViolation" },
  },
  replaces: ["name", "namePrefix"],
  admit: ({ subnetIds }, view) => {
    if (zonesOf(view, subnetIds).size < 2)
      throw new CloudError(
        "DBSubnetGroupDoesNotCoverEnoughAZs",
        "The DB subnet group doesn't meet Availability Zone coverage requirement of at least two zones",
      );
  },
  id: (inputs) => text(inputs.name),
  outputs: (inputs, { view }) => ({
    arn: view.arn("rds", `subgrp:${text(inputs.name)}`),
    supportedNetworkTypes: ["IPV4"],
    vpcId: networkOf(view, inputs.subnetIds),
    description: inputs.description ?? "Managed by Pulumi",
  }),
  unset: ["namePrefix"],
};

interface Parameter {
  readonly value: RegExp | readonly [number, number];
  /** Read at the start of the server only. */
  readonly static?: true;
}

/** Those of family postgres16 that are worth setting, with what they take. */
const parameters: Readonly<Record<string, Parameter>> = {
  "rds.force_ssl": { value: /^[01]$/ },
  "rds.logical_replication": { value: /^[01]$/, static: true },
  max_connections: { value: [6, 262_143], static: true },
  max_wal_size: { value: [128, 201_326_592] },
  min_wal_size: { value: [128, 201_326_592] },
  work_mem: { value: [64, 2_147_483_647] },
  maintenance_work_mem: { value: [1024, 2_147_483_647] },
  random_page_cost: { value: /^\d+(\.\d+)?$/ },
  effective_io_concurrency: { value: [0, 1000] },
  checkpoint_timeout: { value: [30, 3600] },
  checkpoint_completion_target: { value: /^(0(\.\d+)?|1)$/ },
  autovacuum_max_workers: { value: [1, 262_143], static: true },
  autovacuum_naptime: { value: [1, 2_147_483] },
  autovacuum_vacuum_cost_limit: { value: [-1, 10_000] },
  autovacuum_vacuum_cost_delay: { value: [-1, 100] },
  autovacuum_vacuum_scale_factor: { value: /^\d+(\.\d+)?$/ },
  autovacuum_analyze_scale_factor: { value: /^\d+(\.\d+)?$/ },
  autovacuum_vacuum_insert_scale_factor: { value: /^\d+(\.\d+)?$/ },
  log_min_duration_statement: { value: [-1, 2_147_483_647] },
  log_statement: { value: /^(none|ddl|mod|all)$/ },
  log_connections: { value: /^[01]$/ },
  log_disconnections: { value: /^[01]$/ },
  log_lock_waits: { value: /^[01]$/ },
  idle_in_transaction_session_timeout: { value: [0, 2_147_483_647] },
  statement_timeout: { value: [0, 2_147_483_647] },
  lock_timeout: { value: [0, 2_147_483_647] },
  password_encryption: { value: /^(md5|scram-sha-256)$/ },
  shared_preload_libraries: { value: /^[a-z_,]+$/, static: true },
  "pg_stat_statements.track": { value: /^(none|top|all)$/ },
};

const parameterGroup: ResourceKind = {
  api: ["RDS", "DBParameterGroup"],
  rules: {
    description: length(1, 255),
    family: oneOf(...["13", "14", "15", "16", "17", "18"].map((major) => `postgres${major}`)),
    "parameters[].applyMethod": oneOf("immediate", "pending-reboot"),
  },
  name: {
    ...{ property: "name", prefix: "namePrefix", max: 255, uniqueError: "DBParameterGroupAlreadyExists", lower: true },
    pattern: identifier,
    words: identifierWords,
  },
  replaces: ["name", "namePrefix", "family", "description"],
  check: (inputs) => list(inputs.parameters).map(record).flatMap(parameterFaults),
  seconds: { create: 2, delete: 1 },
  id: (inputs) => text(inputs.name),
  outputs: (inputs, { view }) => ({
    arn: view.arn("rds", `pg:${text(inputs.name)}`),
    description: inputs.description ?? "Managed by Pulumi",
  }),
  unset: ["namePrefix"],
};

function parameterFaults({ name, value, applyMethod = "immediate" }: Values): readonly string[] {
  const known = parameters[text(name)];
  if (isUnknown(name) || isUnknown(value)) return [];
  if (known === undefined) return [`parameters: the simulator does not know ${text(name)} of postgres16`];
  const fits =
    known.value instanceof RegExp
      ? known.value.test(text(value))
      : /^-?\d+$/.test(text(value)) && number(value) >= (known.value[0] ?? 0) && number(value) <= (known.value[1] ?? 0);
  return [
    ...(fits ? [] : [`parameters: ${text(value)} is not a value of ${text(name)}`]),
    ...(known.static === true && applyMethod === "immediate"
      ? [`parameters: ${text(name)} is static and needs applyMethod pending-reboot`]
      : []),
  ];
}

const instance: ResourceKind = {
  api: ["RDS", "DBInstance"],
  rules: {
    allocatedStorage: whole(20, 65_536),
    maxAllocatedStorage: whole(22, 65_536, [0]),
    backupRetentionPeriod: whole(0, 35),
    engine: oneOf("postgres"),
    engineVersion: matches(/^1[3-8](\.\d{1,2})?$/, "a version of PostgreSQL such as 16 or 16.8"),
    instanceClass: oneOf(...Object.keys(databaseClasses)),
    storageType: oneOf("gp3", "gp2", "io1", "io2"),
    username: matches(
      /^(?!(postgres|admin|rdsadmin|rdsrepladmin)$)[a-zA-Z_][a-zA-Z0-9_]{0,62}$/,
      "a user name that RDS takes",
    ),
    password: matches(/^[!#-.0-?A-~]{8,128}$/, '8 to 128 printable characters without / @ " and space'),
    dbName: matches(/^[a-zA-Z_][a-zA-Z0-9_]{0,62}$/, "a database name"),
    port: whole(1150, 65_535),
    monitoringInterval: oneOf(0, 1, 5, 10, 15, 30, 60),
    performanceInsightsRetentionPeriod: oneOf(7, ...Array.from({ length: 23 }, (_, at) => (at + 1) * 31), 731),
    databaseInsightsMode: oneOf("standard", "advanced"),
    "enabledCloudwatchLogsExports[]": oneOf("postgresql", "upgrade", "iam-db-auth-error"),
    caCertIdentifier: oneOf("rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"),
    backupWindow: matches(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, "a window such as 03:00-04:00"),
    maintenanceWindow: matches(/^[a-zA-Z]{3}:\d\d:\d\d-[a-zA-Z]{3}:\d\d:\d\d$/, "a window such as sun:04:00-sun:05:00"),
    finalSnapshotIdentifier: matches(/^[A-Za-z](?!.*--)[A-Za-z0-9-]{0,254}(?<!-)$/, "a snapshot's name"),
  },
  name: {
    ...{
      property: "identifier",
      prefix: "identifierPrefix",
      max: 63,
      uniqueError: "DBInstanceAlreadyExists",
      lower: true,
    },
    pattern: identifier,
    words: identifierWords,
  },
  references: {
    dbSubnetGroupName: {
      to: "rds/subnetGroup:SubnetGroup",
      by: "name",
      missing: "DBSubnetGroupNotFoundFault",
      holds: "InvalidDBSubnetGroupStateFault",
    },
    parameterGroupName: {
      ...{ to: "rds/parameterGroup:ParameterGroup", by: "name", missing: "DBParameterGroupNotFound" },
      ...{ holds: "InvalidDBParameterGroupState", outside: /^default\.postgres\d+$/ },
    },
    "vpcSecurityGroupIds[]": securityGroup,
    kmsKeyId: { to: "kms/key:Key", by: "arn", missing: "KMSKeyNotAccessibleFault" },
    performanceInsightsKmsKeyId: { to: "kms/key:Key", by: "arn", missing: "KMSKeyNotAccessibleFault" },
    monitoringRoleArn: { to: "iam/role:Role", by: "arn", missing: "InvalidParameterValue" },
    snapshotIdentifier: { to: "rds/snapshot:Snapshot", missing: "DBSnapshotNotFound" },
  },
  replaces: [
    ...["identifier", "identifierPrefix", "engine", "username", "dbName", "kmsKeyId", "storageEncrypted"],
    ...["snapshotIdentifier", "availabilityZone"],
  ],
  check: instanceFaults,
  admit: (inputs, view) => {
    const group = view.of("rds/subnetGroup:SubnetGroup").find(({ outs }) => outs.name === inputs.dbSubnetGroupName);
    const foreign = view
      .of("ec2/securityGroup:SecurityGroup")
      .find(({ id, outs }) => texts(inputs.vpcSecurityGroupIds).includes(id) && outs.vpcId !== group?.outs.vpcId);
    if (group !== undefined && foreign !== undefined)
      throw new CloudError(
        "InvalidVPCNetworkStateFault",
        `The DB instance and EC2 security group ${foreign.id} are in different VPCs.`,
      );
    const family = view
      .of("rds/parameterGroup:ParameterGroup")
      .find(({ outs }) => outs.name === inputs.parameterGroupName);
    const major = text(inputs.engineVersion).split(".")[0];
    if (family !== undefined && major !== "" && family.outs.family !== `postgres${major}`)
      throw new CloudError(
        "InvalidParameterCombination",
        `The parameter group ${text(inputs.parameterGroupName)} with family ${text(family.outs.family)} can't be used for postgres ${major}`,
      );
  },
  seconds: (_inputs, before) => ({ update: before === undefined ? 0 : 300, delete: 300 }),
  id: () => `db-${letters(26)}`,
  outputs: instanceOutputs,
  unset: [
    ...[
      "characterSetName",
      "dbName",
      "domainFqdn",
      "iops",
      "kmsKeyId",
      "masterUserSecretKmsKeyId",
      "monitoringRoleArn",
    ],
    ...["ncharCharacterSetName", "optionGroupName", "performanceInsightsKmsKeyId", "replicaMode", "snapshotIdentifier"],
    ...["timezone", "identifierPrefix", "username", "vpcSecurityGroupIds", "dbSubnetGroupName", "engineVersion"],
    ...["storageThroughput", "parameterGroupName", "allocatedStorage", "engine"],
  ],
  release: ({ outs }) => {
    if (outs.deletionProtection === true)
      throw new CloudError(
        "InvalidParameterCombination",
        "Cannot delete protected DB Instance, please disable deletion protection and try again.",
      );
    if (outs.skipFinalSnapshot !== true && text(outs.finalSnapshotIdentifier) === "")
      throw new CloudError(
        "InvalidParameterCombination",
        "FinalSnapshotIdentifier is required unless SkipFinalSnapshot is specified.",
      );
  },
  makes: (inputs, { view }) =>
    texts(inputs.enabledCloudwatchLogsExports).map((log) => {
      const name = `/aws/rds/instance/${text(inputs.identifier)}/${log}`;
      return {
        token: "cloudwatch/logGroup:LogGroup",
        id: name,
        outs: { name, arn: view.arn("logs", `log-group:${name}`) },
        stays: true,
      };
    }),
  stateful: true,
};

function instanceFaults(inputs: Values): readonly string[] {
  const { allocatedStorage, maxAllocatedStorage, storageType, iops, storageThroughput } = inputs;
  const restored = inputs.snapshotIdentifier !== undefined;
  const needed = ["engine", "username", "allocatedStorage"].filter((name) => inputs[name] === undefined && !restored);
  const withPassword = ["password", "passwordWo", "manageMasterUserPassword"].some(
    (name) => inputs[name] !== undefined,
  );
  const small = storageType === "gp3" && number(allocatedStorage) < 400;
  return [
    ...needed.map((name) => `${name} is required for a server that is not restored`),
    ...(withPassword || restored ? [] : ["password is required"]),
    ...(number(maxAllocatedStorage) > 0 && number(maxAllocatedStorage) < 1.1 * number(allocatedStorage)
      ? ["maxAllocatedStorage must be at least 10 % above allocatedStorage"]
      : []),
    ...(small && (iops !== undefined || storageThroughput !== undefined)
      ? ["iops and storageThroughput cannot be chosen for gp3 below 400 GiB"]
      : []),
    ...(inputs.performanceInsightsRetentionPeriod !== undefined && inputs.performanceInsightsEnabled !== true
      ? ["performanceInsightsRetentionPeriod needs performanceInsightsEnabled"]
      : []),
    ...(number(inputs.monitoringInterval ?? 0) > 0 && inputs.monitoringRoleArn === undefined
      ? ["monitoringInterval needs monitoringRoleArn"]
      : []),
    ...(inputs.kmsKeyId !== undefined && inputs.storageEncrypted !== true ? ["kmsKeyId needs storageEncrypted"] : []),
  ];
}

function instanceOutputs(inputs: Values, { id, view, before }: Parameters<ResourceKind["outputs"]>[1]): Values {
  const name = text(inputs.identifier);
  const address = text(before?.address) || `${name}.c${hex(11)}.${view.region}.rds.amazonaws.com`;
  const port = inputs.port ?? 5432;
  const major = text(inputs.engineVersion) || "16";
  return {
    ...{ address, endpoint: `${address}:${text(port) || number(port)}`, port },
    arn: view.arn("rds", `db:${name}`),
    ...{ engineVersionActual: major.includes(".") ? major : `${major}.11`, hostedZoneId: `Z${letters(13)}` },
    ...{ latestRestorableTime: now(), listenerEndpoints: [], masterUserSecrets: [], replicas: [] },
    ...{ resourceId: id, status: "available", upgradeRolloutOrder: "" },
    availabilityZone: inputs.availabilityZone ?? view.zones[0]?.name,
    ...{ backupRetentionPeriod: inputs.backupRetentionPeriod ?? 0, backupTarget: "region" },
    ...{
      backupWindow: inputs.backupWindow ?? "03:00-03:30",
      maintenanceWindow: inputs.maintenanceWindow ?? "sun:04:00-sun:04:30",
    },
    caCertIdentifier: inputs.caCertIdentifier ?? "rds-ca-rsa2048-g1",
    databaseInsightsMode: inputs.databaseInsightsMode ?? "standard",
    engineLifecycleSupport: inputs.engineLifecycleSupport ?? "open-source-rds-extended-support",
    ...{ licenseModel: "postgresql-license", networkType: "IPV4", multiAz: inputs.multiAz ?? false },
    performanceInsightsRetentionPeriod: inputs.performanceInsightsRetentionPeriod ?? 0,
    storageType: inputs.storageType ?? "gp2",
  };
}

export const rds: Kinds = {
  "rds/subnetGroup:SubnetGroup": subnetGroup,
  "rds/parameterGroup:ParameterGroup": parameterGroup,
  "rds/instance:Instance": instance,
};
