import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import type { Key } from "@pulumi/aws/kms/key";
import { Instance } from "@pulumi/aws/rds/instance";
import { ParameterGroup } from "@pulumi/aws/rds/parameterGroup";
import { SubnetGroup } from "@pulumi/aws/rds/subnetGroup";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import * as pulumi from "@pulumi/pulumi";
import { given, randomPassword } from "../../logfire/secrets/values";
import type { AwsPostgres } from "../../settings/aws/types";
import type { PostgresServer } from "../contract";
import { endsUniquely as endsWithDigits } from "../shared/unique";
import { createKey, type Cluster } from "./cluster";
import type { AwsContext } from "./context";
import { databaseClasses, maxConnections } from "./figures/databaseSizes";
import { adminUser, postgresFacts, storePorts } from "./figures/facts";
import { limits } from "./names";
import type { Network } from "./network";
import { storageKey } from "./policies";

const family = "postgres16";

/** Answers of a server whose nodes and cluster are side by side with it: `ready` holds what a client waits for. */
export type Postgres = Omit<PostgresServer, "ready"> & { readonly ready: readonly pulumi.Resource[] };

export function createPostgres(context: AwsContext, network: Network, cluster: Cluster): Postgres {
  const { settings, secrets } = context;
  const range = network.cidr;
  if (settings.postgres.kind === "external")
    return {
      ...postgresFacts(settings, { host: settings.postgres.host, range }),
      adminPassword: given(secrets, "postgresAdminPassword"),
      ready: [],
    };
  const { instance, password } = createServer(context, settings.postgres, network, (group) =>
    letIn(context, "postgres", storePorts.postgres, group, cluster),
  );
  return {
    ...postgresFacts(settings, { host: instance.server.address, range }),
    adminPassword: password,
    ready: [instance.server, instance.rule],
  };
}

/** A security group in front of a store; only the cluster's nodes and pods come in. */
export function createStoreGroup({ name, names, child }: AwsContext, part: string, network: Network): SecurityGroup {
  return new SecurityGroup(
    `${name}-${part}`,
    {
      namePrefix: names.prefix(255, part),
      description: `Logfire ${part}, from the cluster alone`,
      vpcId: network.vpcId,
      tags: { Name: names.of(255, part) },
    },
    child,
  );
}

/** A rule of its own, so that store and cluster are made side by side. */
export const letIn = (
  { name, child }: AwsContext,
  part: string,
  port: number,
  group: SecurityGroup,
  cluster: Cluster,
): SecurityGroupIngressRule =>
  new SecurityGroupIngressRule(
    `${name}-${part}-from-cluster`,
    {
      securityGroupId: group.id,
      referencedSecurityGroupId: cluster.securityGroupId,
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
      description: "Nodes and pods of the cluster",
    },
    child,
  );

function createServer(
  context: AwsContext,
  settings: AwsPostgres,
  network: Network,
  open: (group: SecurityGroup) => SecurityGroupIngressRule,
) {
  const { name, names, logfire, child, guarded } = context;
  const group = createStoreGroup(context, "postgres", network);
  const subnets = new SubnetGroup(
    `${name}-postgres`,
    { namePrefix: names.prefix(255, "postgres"), subnetIds: [...network.privateSubnetIds] },
    child,
  );
  const parameters = createParameters(context, settings);
  const key = settings.encryption === "kms" ? createStorageKey(context) : undefined;
  const password = randomPassword(`${name}-postgres-admin`, guarded);
  const identifier = endsUniquely(context, "postgres", limits.database);
  const logs = createLogs(context, identifier);
  const server = new Instance(
    `${name}-postgres`,
    {
      identifier,
      engine: "postgres",
      engineVersion: "16",
      autoMinorVersionUpgrade: true,
      instanceClass: settings.instanceClass,
      multiAz: settings.multiAz,
      storageType: "gp3",
      allocatedStorage: settings.storageGib,
      maxAllocatedStorage: settings.maxStorageGib,
      storageEncrypted: true,
      ...(key === undefined ? {} : { kmsKeyId: key.arn, performanceInsightsKmsKeyId: key.arn }),
      username: adminUser,
      password,
      port: storePorts.postgres,
      dbSubnetGroupName: subnets.name,
      vpcSecurityGroupIds: [group.id],
      publiclyAccessible: false,
      parameterGroupName: parameters.name,
      caCertIdentifier: "rds-ca-rsa2048-g1",
      ...keeping(settings, identifier, logfire.disposable),
      performanceInsightsEnabled: true,
      performanceInsightsRetentionPeriod: 7,
      databaseInsightsMode: "standard",
      enabledCloudwatchLogsExports: [...logExports],
      // An update that is done is done, and whoever runs it has chosen the hour.
      applyImmediately: true,
      ...(settings.restoreFrom === undefined ? {} : { snapshotIdentifier: settings.restoreFrom }),
      tags: { Name: names.of(255, "postgres") },
    },
    {
      ...guarded,
      dependsOn: [...logs],
      // Another snapshot would be another server in place of this one.
      ignoreChanges: ["snapshotIdentifier"],
      // Two zones, a first backup, and for a restore the whole snapshot.
      customTimeouts: { create: "90m", update: "90m", delete: "60m" },
    },
  );
  return { instance: { server, rule: open(group) }, password };
}

const createStorageKey = (context: AwsContext): Key => {
  const { facts } = context;
  const policy = storageKey(facts, `rds.${facts.region}`);
  return createKey(context, "postgres", "PostgreSQL of Logfire, with its backups and snapshots", policy);
};

/** What is left of the server's data, by its mistakes or its owner's. */
const keeping = ({ backupDays }: AwsPostgres, identifier: pulumi.Output<string>, disposable: boolean) => ({
  backupRetentionPeriod: backupDays,
  copyTagsToSnapshot: true,
  deleteAutomatedBackups: disposable,
  skipFinalSnapshot: disposable,
  ...(disposable ? {} : { finalSnapshotIdentifier: pulumi.interpolate`${identifier}-final` }),
  deletionProtection: !disposable,
});

/** As in every cloud, with room for what the name of the final snapshot has more. */
export const endsUniquely = (context: AwsContext, part: string, limit: number): pulumi.Output<string> =>
  endsWithDigits(context, part, limit - "-final".length);

function createParameters({ name, names, child }: AwsContext, { instanceClass }: AwsPostgres): ParameterGroup {
  const known = databaseClasses[instanceClass];
  return new ParameterGroup(
    `${name}-postgres`,
    {
      namePrefix: names.prefix(255, "postgres"),
      family,
      description: "PostgreSQL of Logfire",
      parameters: [
        { name: "rds.force_ssl", value: "1", applyMethod: "immediate" },
        { name: "random_page_cost", value: "1.1", applyMethod: "immediate" },
        // Read when the server starts.
        ...(known === undefined
          ? []
          : [{ name: "max_connections", value: String(maxConnections(known)), applyMethod: "pending-reboot" }]),
      ],
    },
    child,
  );
}

const logExports = ["postgresql", "upgrade"] as const;

/** Under the names that RDS would give them, and before: RDS' own have no retention and stay behind. */
function createLogs({ name, settings, child }: AwsContext, identifier: pulumi.Output<string>): readonly LogGroup[] {
  const retentionInDays = settings.cluster.kind === "create" ? settings.cluster.logRetentionDays : 30;
  return logExports.map(
    (log) =>
      new LogGroup(
        `${name}-postgres-${log}`,
        { name: pulumi.interpolate`/aws/rds/instance/${identifier}/${log}`, retentionInDays },
        child,
      ),
  );
}
