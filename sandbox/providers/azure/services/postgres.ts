import { CloudError, list, number, record, text, type Entity, type Values } from "../../cloud/model";
import { length, oneOf, whole } from "../../cloud/rules";
import { armId, armKinds, busy, byId, isWithin, partOfId, sameId, type ArmSpec } from "../arm";
import { valueOf } from "../enumerations";
import type { AzureView, Reference } from "../kind";
import { subnetReference } from "./network";

export const serverToken = "dbforpostgresql:Server";
const configurationToken = "dbforpostgresql:Configuration";

const tiers: readonly (readonly [pattern: RegExp, tier: string])[] = [
  [/^Standard_B/, "Burstable"],
  [/^Standard_D/, "GeneralPurpose"],
  [/^Standard_E/, "MemoryOptimized"],
];
/** Sizes of the premium disk below a server. GiB. */
const sizes = [32, 64, 128, 256, 512, 1024, 2048, 4095, 4096, 8192, 16_384, 32_767];
/** Names that PostgreSQL or Azure has for itself. */
const reserved =
  /^(azure_superuser|azuresu|azure_pg_admin|admin|administrator|root|guest|public|postgres|replication|pg_.*)$/;

const zoneReference: Reference = {
  ...{ to: "privatedns:PrivateZone", missing: "PrivateDnsZoneNotFound", holds: "CannotDeleteResource" },
};

const server: ArmSpec = {
  named: {
    ...{ max: 63, pattern: /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/ },
    words: "3 to 63 lower-case letters, digits and hyphens, no hyphen at either end",
  },
  rules: {
    version: valueOf("dbforpostgresql", "PostgresMajorVersion"),
    "sku.tier": valueOf("dbforpostgresql", "SkuTier"),
    "storage.storageSizeGB": oneOf(...sizes),
    "storage.autoGrow": oneOf("Enabled", "Disabled"),
    "backup.backupRetentionDays": whole(7, 35),
    "backup.geoRedundantBackup": oneOf("Enabled", "Disabled"),
    "highAvailability.mode": oneOf("Disabled", "SameZone", "ZoneRedundant"),
    "authConfig.passwordAuth": oneOf("Enabled", "Disabled"),
    "authConfig.activeDirectoryAuth": oneOf("Enabled", "Disabled"),
    "maintenanceWindow.customWindow": oneOf("Enabled", "Disabled"),
    "maintenanceWindow.dayOfWeek": whole(0, 6),
    "maintenanceWindow.startHour": whole(0, 23),
    "maintenanceWindow.startMinute": whole(0, 59),
    createMode: valueOf("dbforpostgresql", "CreateMode"),
    // The SDK writes an empty one where the program says nothing.
    availabilityZone: oneOf("", "1", "2", "3"),
    administratorLogin: (value) =>
      typeof value !== "string" || !/^[A-Za-z_]\w{0,62}$/.test(value) || reserved.test(value.toLowerCase())
        ? "not a name that Flexible Server takes for its administrator"
        : undefined,
    administratorLoginPassword: (value) =>
      isStrong(text(value)) ? undefined : "no password that Azure takes: 8 to 128 characters of at least three kinds",
  },
  references: {
    "network.delegatedSubnetResourceId": subnetReference,
    "network.privateDnsZoneArmResourceId": zoneReference,
    sourceServerResourceId: { to: serverToken, missing: "SourceServerNotFound" },
  },
  secrets: ["administratorLoginPassword"],
  stays: true,
  replaces: [
    ...["administratorLogin", "availabilityZone", "sourceServerResourceId", "pointInTimeUTC"],
    ...["backup.geoRedundantBackup", "network.delegatedSubnetResourceId", "network.privateDnsZoneArmResourceId"],
  ],
  check: serverFaults,
  admit: admitServer,
  seconds: ({ highAvailability }, before) => ({
    create: record(highAvailability).mode === "Disabled" || highAvailability === undefined ? 420 : 720,
    update: before === undefined ? 0 : 120,
    delete: 60,
  }),
  outputs: (inputs, { before, view }) => ({
    fullyQualifiedDomainName: `${text(inputs.serverName)}.postgres.database.azure.com`,
    ...{
      minorVersion: "9",
      state: "Ready",
      privateEndpointConnections: [],
      replicaCapacity: 5,
      replicationRole: "Primary",
    },
    availabilityZone:
      text(inputs.availabilityZone) || text(before?.availabilityZone) || (view.zones.length > 0 ? "1" : ""),
    highAvailability: standbyOf(record(inputs.highAvailability ?? { mode: "Disabled" })),
    backup: {
      ...{ backupRetentionDays: 7, geoRedundantBackup: "Disabled", earliestRestoreDate: new Date().toISOString() },
      ...record(inputs.backup),
    },
  }),
  stateful: true,
};

/** The SDK writes an empty zone where the program says nothing: Azure then chooses another one than the server's. */
const standbyOf = (given: Values): Values => ({
  ...given,
  ...(given.mode === "ZoneRedundant" ? { standbyAvailabilityZone: text(given.standbyAvailabilityZone) || "2" } : {}),
  state: "Healthy",
});

/** Eight characters at least, of three kinds at least. Not in the message: it is a secret. */
const isStrong = (password: string): boolean =>
  password.length >= 8 &&
  password.length <= 128 &&
  [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(password)).length >= 3;

function serverFaults(inputs: Values): readonly string[] {
  const { name, tier } = record(inputs.sku);
  const fitting = tiers.find(([pattern]) => pattern.test(text(name)))?.[1];
  const { mode } = record(inputs.highAvailability);
  const { delegatedSubnetResourceId, privateDnsZoneArmResourceId, publicNetworkAccess } = record(inputs.network);
  const made = inputs.createMode === undefined || inputs.createMode === "Default" || inputs.createMode === "Create";
  return [
    ...(inputs.sku === undefined ? ["sku is needed"] : []),
    ...(name !== undefined && fitting !== tier
      ? [`sku.tier of ${text(name)} is ${fitting ?? "not known"}, not ${text(tier)}`]
      : []),
    ...(tier === "Burstable" && mode !== undefined && mode !== "Disabled"
      ? ["highAvailability is not supported for burstable servers"]
      : []),
    ...((delegatedSubnetResourceId === undefined) === (privateDnsZoneArmResourceId === undefined)
      ? []
      : ["network needs both delegatedSubnetResourceId and privateDnsZoneArmResourceId"]),
    ...(delegatedSubnetResourceId !== undefined && publicNetworkAccess === "Enabled"
      ? ["network.publicNetworkAccess does not go with a delegated subnet"]
      : []),
    ...(made && (inputs.administratorLogin === undefined || inputs.administratorLoginPassword === undefined)
      ? ["administratorLogin and administratorLoginPassword are needed"]
      : []),
    ...(made && inputs.version === undefined ? ["version is needed"] : []),
    ...(!made && inputs.createMode !== "Update" && inputs.sourceServerResourceId === undefined
      ? [`sourceServerResourceId is needed with createMode ${text(inputs.createMode)}`]
      : []),
    ...(inputs.createMode === "PointInTimeRestore" && inputs.pointInTimeUTC === undefined
      ? ["pointInTimeUTC is needed with createMode PointInTimeRestore"]
      : []),
    // Azure takes it and makes none: https://github.com/Azure/azure-rest-api-specs/issues/20600
    ...(inputs.createMode === "PointInTimeRestore" && mode !== undefined && mode !== "Disabled"
      ? ["highAvailability is not made by createMode PointInTimeRestore"]
      : []),
  ];
}

function admitServer(inputs: Values, view: AzureView, before?: Entity): void {
  const { delegatedSubnetResourceId, privateDnsZoneArmResourceId } = record(inputs.network);
  const zoneRedundant = record(inputs.highAvailability).mode === "ZoneRedundant";
  if (zoneRedundant && view.zones.length < 2)
    throw new CloudError(
      "ZoneRedundantHaNotSupportedInRegion",
      `Zone redundant high availability is not supported in location ${view.region}.`,
    );
  if (before !== undefined) {
    refuseBeginning(inputs);
    refuseShrinking(inputs, before);
    return;
  }
  const subnet = byId(view, "network:Subnet", delegatedSubnetResourceId);
  const delegated = list(subnet?.outs.delegations).some(
    (each) => record(each).serviceName === "Microsoft.DBforPostgreSQL/flexibleServers",
  );
  if (subnet !== undefined && !delegated)
    throw new CloudError(
      "SubnetMissingRequiredDelegation",
      `Subnet ${subnet.id} is missing required delegations Microsoft.DBforPostgreSQL/flexibleServers.`,
    );
  const zone = partOfId(privateDnsZoneArmResourceId, "privateDnsZones");
  if (zone !== "" && !zone.endsWith(".postgres.database.azure.com"))
    throw new CloudError(
      "InvalidPrivateDnsZone",
      `The private DNS zone ${zone} has to end with .postgres.database.azure.com.`,
    );
  const network = subnet?.id.replace(/\/subnets\/[^/]+$/, "");
  const link = view
    .of("privatedns:VirtualNetworkLink")
    .find(
      ({ id, outs }) => isWithin(id, privateDnsZoneArmResourceId) && sameId(record(outs.virtualNetwork).id, network),
    );
  if (zone !== "" && (link === undefined || link.readyAt > view.now))
    throw new CloudError(
      "PrivateDnsZoneNotLinked",
      `The private DNS zone ${zone} is not linked to the virtual network of subnet ${text(subnet?.id)}.`,
    );
}

/** Modes that make a server, of one that is there: https://learn.microsoft.com/javascript/api/@azure/arm-postgresql-flexible/createmode */
function refuseBeginning({ createMode, serverName }: Values): void {
  if (createMode === undefined || createMode === "Default" || createMode === "Update") return;
  throw new CloudError(
    "ServerAlreadyExists",
    `createMode ${text(createMode)} makes a new server, and ${text(serverName)} is there already.`,
  );
}

function refuseShrinking(inputs: Values, before: Entity): void {
  const size = (of: Values) => number(record(of.storage).storageSizeGB ?? 0);
  if (size(inputs) < size(before.outs))
    throw new CloudError("StorageSizeCannotBeReduced", "The storage of a server cannot be made smaller.");
  if (number(inputs.version ?? 0) < number(before.outs.version ?? 0))
    throw new CloudError("InvalidVersionDowngrade", "PostgreSQL goes to a later major version only.");
}

interface Parameter {
  readonly dynamic: boolean;
  readonly type: "Integer" | "Numeric" | "Boolean" | "Enumeration" | "Set" | "String";
  /** Values, or for numbers the least and the largest. */
  readonly allowed: readonly string[] | readonly [min: number, max: number];
}

const extensions = [
  ...["AMCHECK", "BLOOM", "BTREE_GIN", "BTREE_GIST", "CITEXT", "CUBE", "FUZZYSTRMATCH", "HSTORE", "INTARRAY", "LTREE"],
  ...["PG_BUFFERCACHE", "PG_CRON", "PG_STAT_STATEMENTS", "PG_TRGM", "PGCRYPTO", "TABLEFUNC", "UNACCENT", "UUID-OSSP"],
];
const onOff = ["on", "off"];

/** Parameters of a server that a stack may set: https://learn.microsoft.com/azure/postgresql/server-parameters */
const parameters: Readonly<Record<string, Parameter>> = {
  "azure.extensions": { dynamic: true, type: "Set", allowed: extensions },
  require_secure_transport: { dynamic: true, type: "Boolean", allowed: onOff },
  ssl_min_protocol_version: { dynamic: true, type: "Enumeration", allowed: ["TLSv1.2", "TLSv1.3"] },
  log_checkpoints: { dynamic: true, type: "Boolean", allowed: onOff },
  log_connections: { dynamic: true, type: "Boolean", allowed: onOff },
  log_disconnections: { dynamic: true, type: "Boolean", allowed: onOff },
  log_lock_waits: { dynamic: true, type: "Boolean", allowed: onOff },
  log_min_duration_statement: { dynamic: true, type: "Integer", allowed: [-1, 2_147_483_647] },
  idle_in_transaction_session_timeout: { dynamic: true, type: "Integer", allowed: [0, 2_147_483_647] },
  statement_timeout: { dynamic: true, type: "Integer", allowed: [0, 2_147_483_647] },
  work_mem: { dynamic: true, type: "Integer", allowed: [4096, 2_097_151] },
  maintenance_work_mem: { dynamic: true, type: "Integer", allowed: [1024, 2_097_151] },
  random_page_cost: { dynamic: true, type: "Numeric", allowed: [0, 1.797_693e308] },
  max_connections: { dynamic: false, type: "Integer", allowed: [25, 5000] },
  shared_buffers: { dynamic: false, type: "Integer", allowed: [16, 1_073_741_823] },
  max_locks_per_transaction: { dynamic: false, type: "Integer", allowed: [10, 8388] },
};

const configuration: ArmSpec = {
  named: { max: 120, pattern: /^[a-z][a-z0-9_.]*$/, words: "the name of a server's parameter" },
  rules: { source: oneOf("user-override", "system-default"), value: length(0, 2000) },
  check: (inputs) => {
    const name = text(inputs.configurationName);
    const known = parameters[name];
    if (known === undefined) return [`configurationName: the simulator does not know ${name} of PostgreSQL 16`];
    return valueFaults(name, known, text(inputs.value));
  },
  admit: (inputs, view, before) => {
    const owner = byId(view, serverToken, armId(view, serverToken, inputs));
    const others = view.of(configurationToken).filter(({ id }) => isWithin(id, owner?.id));
    const working = busy([...(owner === undefined ? [] : [owner]), ...others], view, before);
    if (working !== undefined)
      throw new CloudError(
        "ServerIsBusy",
        `Cannot complete operation while server '${text(inputs.serverName)}' is busy processing another operation ` +
          `(${working.id}). Try again later.`,
      );
  },
  repeatable: true,
  seconds: { create: 20, update: 20, delete: 15 },
  outputs: (inputs) => {
    const known = parameters[text(inputs.configurationName)];
    const { allowed = [], dynamic = true, type = "String" } = known ?? {};
    return {
      allowedValues: allowed.join(type === "Integer" || type === "Numeric" ? "-" : ","),
      ...{ dataType: type, defaultValue: "", description: "", documentationLink: "", unit: "", isReadOnly: false },
      ...{ isDynamicConfig: dynamic, isConfigPendingRestart: !dynamic, source: inputs.source ?? "system-default" },
    };
  },
};

function valueFaults(name: string, { type, allowed }: Parameter, value: string): readonly string[] {
  if (type === "Integer" || type === "Numeric") {
    const [min, max] = allowed as readonly [number, number];
    const fits = value !== "" && number(value) >= min && number(value) <= max;
    return fits ? [] : [`value of ${name} is a number from ${min} to ${max}, not "${value}"`];
  }
  const given = type === "Set" ? value.split(",") : [value];
  const wrong = given.find(
    (each) => !(allowed as readonly string[]).includes(type === "Set" ? each.trim().toUpperCase() : each),
  );
  return wrong === undefined ? [] : [`value of ${name} does not take "${wrong}"`];
}

export const postgres = armKinds({ [serverToken]: server, [configurationToken]: configuration });
