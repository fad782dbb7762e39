import { parseTier, tierFault } from "../../../../components/platform/gcp/figures/databaseSizes";
import { digest, now } from "../../cloud/ids";
import { CloudError, isUnknown, list, record, text, type Entity, type Values } from "../../cloud/model";
import { contains, length, matches, oneOf, parseCidr, whole } from "../../cloud/rules";
import { ownRefusal } from "../errors";
import { byAnyName, lastPart, networkOf, type GcpView, type Kinds, type Made, type ResourceKind } from "../kind";
import { regions } from "../regions";
import { connectionOf, storeAddress } from "./addresses";
import { agentOf } from "./apis";
import { firstBackup, requireBackup } from "./backups";
import { requireKey } from "./kms";
import { networkIn } from "./network";
import { flagFaults } from "./sqlFlags";

export const instances = "sql/databaseInstance:DatabaseInstance";
const versions = ["13", "14", "15", "16", "17", "18"].map((major) => `POSTGRES_${major}`);
const time = matches(/^([01]\d|2[0-3]):[0-5]\d$/, "a time such as 03:00");

const databaseInstance: ResourceKind = {
  api: ["Cloud SQL", "DatabaseInstance"],
  rules: {
    databaseVersion: oneOf(...versions),
    region: oneOf(...regions),
    "settings.tier": tier,
    "settings.edition": oneOf("ENTERPRISE", "ENTERPRISE_PLUS"),
    "settings.availabilityType": oneOf("REGIONAL", "ZONAL"),
    "settings.diskType": oneOf("PD_SSD", "PD_HDD", "HYPERDISK_BALANCED"),
    "settings.diskSize": whole(10, 65_536),
    "settings.diskAutoresizeLimit": whole(10, 65_536, [0]),
    "settings.activationPolicy": oneOf("ALWAYS", "NEVER", "ON_DEMAND"),
    "settings.ipConfiguration.sslMode": oneOf(
      ...["ALLOW_UNENCRYPTED_AND_ENCRYPTED", "ENCRYPTED_ONLY", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"],
    ),
    "settings.ipConfiguration.serverCaMode": oneOf(
      ...["GOOGLE_MANAGED_INTERNAL_CA", "GOOGLE_MANAGED_CAS_CA", "CUSTOMER_MANAGED_CAS_CA"],
    ),
    "settings.backupConfiguration.startTime": time,
    "settings.backupConfiguration.transactionLogRetentionDays": whole(1, 35),
    "settings.backupConfiguration.backupRetentionSettings.retainedBackups": whole(1, 365),
    "settings.backupConfiguration.backupRetentionSettings.retentionUnit": oneOf("COUNT"),
    "settings.maintenanceWindow.day": whole(1, 7),
    "settings.maintenanceWindow.hour": whole(0, 23),
    "settings.maintenanceWindow.updateTrack": oneOf("canary", "stable", "week5"),
    "settings.insightsConfig.queryStringLength": whole(256, 4500),
    "settings.insightsConfig.queryPlansPerMinute": whole(0, 20),
    "settings.finalBackupConfig.retentionDays": whole(1, 365),
  },
  name: {
    ...{ property: "name", max: 97, lower: true },
    pattern: /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
    words: "lower-case letters, digits and hyphens, beginning with a letter, at most 98 characters with the project",
  },
  references: { "settings.ipConfiguration.privateNetwork": networkOf },
  replaces: [
    ...["name", "project", "region", "masterInstanceName", "encryptionKeyName", "restoreBackupContext"],
    ...["settings.ipConfiguration.serverCaMode"],
  ],
  check: instanceFaults,
  admit: admitInstance,
  seconds: (inputs, before) => ({
    create: 720,
    update: before === undefined ? 0 : updateSeconds(inputs, before),
    delete: 60,
  }),
  id: (inputs) => `projects/${text(inputs.project)}/instances/${text(inputs.name)}`,
  outputs: instanceOutputs,
  unset: [
    ...[
      "dnsName",
      "dnsNames",
      "encryptionKeyName",
      "enforceNewSqlNetworkArchitecture",
      "masterInstanceName",
      "nodeCount",
    ],
    ...["pscServiceAttachmentLink", "publicIpAddress", "replicaConfiguration", "replicaNames", "replicationCluster"],
  ],
  makes: (inputs, made) => [
    ...firstBackup(inputs, made),
    // The name is not free again for a week.
    {
      ...{ token: "sql/instanceName:InstanceName", id: `${made.id} (name)`, stays: true },
      outs: {
        ...{ name: inputs.name, network: record(record(inputs.settings).ipConfiguration).privateNetwork },
        simulatedKept:
          "the name of a Cloud SQL instance is taken for a week, and Google holds its side of the peering for days",
      },
    },
  ],
  release: ({ outs }) => {
    if (outs.deletionProtection !== false)
      throw new CloudError(
        ownRefusal,
        "Error, failed to delete instance because deletion_protection is set to true. Set it to false to proceed with instance deletion",
      );
    if (record(outs.settings).deletionProtectionEnabled === true)
      throw new CloudError(
        "invalid",
        "The instance is protected. Please disable the deletion protection and try again.",
      );
  },
  stateful: true,
};

/** Only what the edition Enterprise has for PostgreSQL. */
function tier(value: unknown): string | undefined {
  const name = text(value);
  if (/^db-(f1-micro|g1-small)$/.test(name) || /^db-perf-optimized-N-\d+$/.test(name)) return undefined;
  const parsed = parseTier(name);
  if (parsed === undefined)
    return "not a shared-core or custom tier, which are all that PostgreSQL has: db-custom-4-16384";
  const fault = tierFault(parsed);
  return fault === undefined ? undefined : `a tier that Cloud SQL does not make: ${fault}`;
}

function instanceFaults(inputs: Values): readonly string[] {
  const settings = record(inputs.settings);
  const { edition = "ENTERPRISE_PLUS", availabilityType, diskSize, diskAutoresizeLimit: limit } = settings;
  const backups = record(settings.backupConfiguration);
  const plus = text(settings.tier).startsWith("db-perf-optimized");
  const withoutAddress = record(settings.ipConfiguration).ipv4Enabled === false;
  const days = backups.transactionLogRetentionDays;
  return [
    ...(inputs.settings === undefined ? ["settings is required"] : []),
    ...(!isUnknown(edition) && !isUnknown(settings.tier) && (edition === "ENTERPRISE_PLUS") !== plus
      ? [
          `settings.tier ${text(settings.tier)} is not one of edition ${text(edition)}, the default from PostgreSQL 16 on being ENTERPRISE_PLUS`,
        ]
      : []),
    ...(availabilityType === "REGIONAL" && (backups.enabled !== true || backups.pointInTimeRecoveryEnabled !== true)
      ? ["settings.availabilityType REGIONAL needs backupConfiguration with enabled and pointInTimeRecoveryEnabled"]
      : []),
    ...(backups.pointInTimeRecoveryEnabled === true && backups.enabled !== true
      ? ["settings.backupConfiguration.pointInTimeRecoveryEnabled needs enabled"]
      : []),
    ...(edition === "ENTERPRISE" && Number(days ?? 7) > 7
      ? [
          `settings.backupConfiguration.transactionLogRetentionDays ${String(days)} is above 7, the most of edition ENTERPRISE`,
        ]
      : []),
    ...(Number(limit ?? 0) > 0 && Number(limit) < Number(diskSize)
      ? [`settings.diskAutoresizeLimit ${String(limit)} is below diskSize ${String(diskSize)}`]
      : []),
    ...(withoutAddress && record(settings.ipConfiguration).privateNetwork === undefined
      ? ["settings.ipConfiguration leaves the server without any address"]
      : []),
    ...list(settings.databaseFlags).map(record).flatMap(flagFaults),
    ...list(record(settings.ipConfiguration).authorizedNetworks).map(record).flatMap(authorizedFaults),
  ];
}

const rfc1918 = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map(parseCidr);

/** https://docs.cloud.google.com/sql/docs/postgres/configure-ip */
function authorizedFaults({ value }: Values): readonly string[] {
  if (isUnknown(value)) return [];
  const range = parseCidr(value);
  const inside = rfc1918.some((each) => range !== undefined && each !== undefined && contains(each, range));
  return inside
    ? [`settings.ipConfiguration.authorizedNetworks: ${text(value)} is a private network, which is let in by itself`]
    : [];
}

function updateSeconds(inputs: Values, before: Values): number {
  const restarts = ["tier", "databaseFlags", "availabilityType", "edition"];
  const [now_, then] = [record(inputs.settings), record(before.settings)];
  return restarts.some((name) => JSON.stringify(now_[name]) !== JSON.stringify(then[name])) ? 240 : 60;
}

function admitInstance(inputs: Values, view: GcpView, before?: Entity): void {
  const name = text(inputs.name);
  const remembered = view.of("sql/instanceName:InstanceName").some(({ outs }) => outs.name === name);
  if (before === undefined && remembered)
    throw new CloudError(
      "instanceAlreadyExists",
      "The Cloud SQL instance already exists.  When you delete an instance, you can't reuse the name of the deleted instance until one week from the deletion date.",
    );
  if (`${view.project}:${name}`.length > 98)
    throw new CloudError(
      "invalid",
      `Invalid request: Instance name ${view.project}:${name} is longer than 98 characters.`,
    );
  if (before === undefined && inputs.restoreBackupContext !== undefined)
    requireBackup(view, record(inputs.restoreBackupContext));
  const settings = record(inputs.settings);
  const { privateNetwork, allocatedIpRange } = record(settings.ipConfiguration);
  if (privateNetwork !== undefined) requireConnection(view, privateNetwork, allocatedIpRange, name);
  if (Number(settings.diskSize) < Number(record(before?.outs.settings).diskSize))
    throw new CloudError("invalid", "Invalid request: Disk size cannot be decreased.");
  const agent = agentOf("sqladmin.googleapis.com", view);
  requireKey(
    ...([view, inputs.encryptionKeyName, agent, inputs.region] as const),
    `Per-Product Per-Project Service Account (P4SA) ${agent} does not have the permission to use key ${text(inputs.encryptionKeyName)}.`,
  );
}

function requireConnection(view: GcpView, network: unknown, range: unknown, name: string): void {
  const connection = connectionOf(view, network);
  if (connection === undefined || connection.readyAt > view.now)
    throw new CloudError(
      "invalid",
      `Invalid request: Incorrect Service Networking config for instance: ${view.project}:${name}:SERVICE_NETWORKING_NOT_ENABLED.`,
    );
  if (range !== undefined && !list(connection.outs.reservedPeeringRanges).includes(range))
    throw new CloudError(
      "invalid",
      `Invalid request: allocated IP range ${text(range)} is not among those of the private services connection of '${text(networkIn(view, network)?.id)}'.`,
    );
}

function instanceOutputs(inputs: Values, { id, view, before }: Made): Values {
  const settings = record(inputs.settings);
  const ip = record(settings.ipConfiguration);
  const address = text(before?.privateIpAddress) || storeAddress(view, ip.privateNetwork, ip.allocatedIpRange);
  const edition = settings.edition ?? "ENTERPRISE_PLUS";
  return {
    connectionName: `${view.project}:${text(inputs.region)}:${text(inputs.name)}`,
    selfLink: `https://sqladmin.googleapis.com/sql/v1beta4/${id}`,
    ...{ privateIpAddress: address, firstIpAddress: address, instanceType: "CLOUD_SQL_INSTANCE" },
    ipAddresses: [{ ipAddress: address, type: "PRIVATE", timeToRetire: "" }],
    ...{ availableMaintenanceVersions: [], maintenanceVersion: `${text(inputs.databaseVersion)}_11.R20261020.00_04` },
    serviceAccountEmailAddress: `p${view.projectNumber}-${digest(id, 6)}@gcp-sa-cloud-sql.iam.gserviceaccount.com`,
    serverCaCerts: [
      {
        // A real certificate, so that whoever reads it meets one: the sandbox's own.
        cert: Buffer.from(view.controlPlane.authority, "base64").toString("utf8"),
        commonName: `C=US,O=Google\\, Inc,CN=Google Cloud SQL Server CA,dnQualifier=${digest(id, 8)}`,
        ...{ createTime: before?.createTime ?? now(), expirationTime: "2036-11-27T00:00:00.000Z" },
        sha1Fingerprint: digest(`ca ${id}`, 40),
      },
    ],
    deletionProtection: inputs.deletionProtection ?? true,
    settings: {
      ...settings,
      ...{ edition, version: Number(record(before?.settings).version ?? 0) + 1 },
      effectiveAvailabilityType: settings.availabilityType ?? "ZONAL",
      locationPreference: { zone: record(record(before?.settings).locationPreference).zone ?? view.zones[0]?.name },
      userLabels: record(settings.userLabels),
    },
  };
}

const instanceOf = (view: GcpView, value: unknown): Entity | undefined => byAnyName(view.of(instances), value);

const user: ResourceKind = {
  api: ["Cloud SQL", "User"],
  rules: {
    type: oneOf("BUILT_IN", "CLOUD_IAM_USER", "CLOUD_IAM_SERVICE_ACCOUNT", "CLOUD_IAM_GROUP"),
    password: length(1, 1000),
    deletionPolicy: oneOf("ABANDON", "DELETE", "PREVENT"),
  },
  references: { instance: { to: instances, by: ["name"], missing: "notFound" } },
  replaces: ["instance", "name", "project", "host", "type"],
  // The server has a user `postgres` from the beginning: the provider sets its password.
  repeatable: true,
  check: (inputs) => (inputs.name === undefined ? ["name is required"] : []),
  admit: (inputs, view) => {
    const of = instanceOf(view, inputs.instance);
    if (of !== undefined && of.readyAt > view.now)
      throw new CloudError("conflict", "Operation failed because another operation was already in progress.");
    const policy = record(record(of?.outs.settings).passwordValidationPolicy);
    if (policy.enablePasswordPolicy === true && text(inputs.password).length < Number(policy.minLength ?? 8))
      throw new CloudError("invalid", "Invalid request: Invalid password.");
  },
  seconds: { create: 3, update: 3, delete: 3 },
  id: (inputs) => [inputs.name, inputs.host ?? "", lastPart(inputs.instance)].map(text).join("/"),
  outputs: () => ({}),
  unset: ["host", "iamEmail", "sqlServerUserDetails"],
  // With its server it goes all the same.
  release: ({ outs }) => {
    if (outs.deletionPolicy === "ABANDON") return;
    throw new CloudError(
      "invalid",
      `Invalid request: failed to delete user ${text(outs.name)}: . role "${text(outs.name)}" cannot be dropped because some objects depend on it Details: owner of databases.`,
    );
  },
};

export const sql: Kinds = { [instances]: databaseInstance, "sql/user:User": user };
