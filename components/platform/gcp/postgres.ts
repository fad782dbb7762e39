import type { KeyRing } from "@pulumi/gcp/kms/keyRing";
import { DatabaseInstance } from "@pulumi/gcp/sql/databaseInstance";
import { User } from "@pulumi/gcp/sql/user";
import type * as pulumi from "@pulumi/pulumi";
import { given, randomPassword } from "../../logfire/secrets/values";
import type { GcpPostgres } from "../../settings/gcp/types";
import type { PostgresServer } from "../contract";
import { createAgent, enabled } from "./apis";
import type { GcpContext } from "./context";
import { databaseFlags, parseTier } from "./figures/databaseSizes";
import { adminUser, postgresFacts } from "./figures/facts";
import { toldToDatabase } from "./figures/networkPlan";
import { createKey, type UsableKey } from "./keys";
import { limits } from "./names";
import type { Network } from "./network";
import { endsUniquely } from "../shared/unique";

/** Answers of a server whose nodes and cluster are side by side with it: `ready` holds what a client waits for. */
export type Postgres = Omit<PostgresServer, "ready"> & { readonly ready: readonly pulumi.Resource[] };

export function createPostgres(context: GcpContext, network: Network, ring: KeyRing | undefined): Postgres {
  const { settings, secrets } = context;
  const range = network.stores?.cidr ?? "";
  if (settings.postgres.kind === "external")
    return {
      ...postgresFacts(settings, { host: settings.postgres.host, range, caBundle: "" }),
      adminPassword: given(secrets, "postgresAdminPassword"),
      ready: [],
    };
  const { server, user, password } = createServer(context, settings.postgres, network, ring);
  return {
    ...postgresFacts(settings, { host: server.privateIpAddress, range, caBundle: authoritiesOf(server) }),
    adminPassword: password,
    ready: [server, user],
  };
}

/**
 * Cloud SQL gives each server an authority of its own, which signs no other certificate: whoever shows one of it is this
 * server. While it is renewed there are two.
 */
const authoritiesOf = ({ serverCaCerts }: DatabaseInstance): pulumi.Output<string> =>
  serverCaCerts.apply((certificates) => certificates.map(({ cert }) => `${cert.trim()}\n`).join(""));

function createServer(
  context: GcpContext,
  settings: GcpPostgres,
  network: Network,
  ring: KeyRing | undefined,
): { readonly server: DatabaseInstance; readonly user: User; readonly password: pulumi.Output<string> } {
  const { name, logfire, child, guarded } = context;
  const { stores } = network;
  if (stores === undefined) throw new Error("PostgreSQL without a range of the network for it");
  const key = createStorageKey(context, settings, ring);
  const password = randomPassword(`${name}-postgres-admin`, guarded);
  const server = new DatabaseInstance(
    `${name}-postgres`,
    {
      // Nobody gets a server's name again for a week after it went.
      name: endsUniquely(context, "postgres", limits.database),
      databaseVersion: "POSTGRES_16",
      region: context.settings.region,
      ...(key === undefined ? {} : { encryptionKeyName: key.id }),
      deletionProtection: !logfire.disposable,
      ...(logfire.disposable ? {} : { finalBackupDescription: "Logfire, when it was deleted" }),
      ...restoring(context, settings),
      settings: serverSettings(context, settings, network, stores.name),
    },
    {
      ...guarded,
      dependsOn: [...stores.connected, ...(key?.usable ?? []), ...enabled(context, "sqladmin")],
      ignoreChanges: [
        // Another backup would be another server in place of this one.
        "restoreBackupContext",
        // It has grown by itself, and a disk that shrinks is another server.
        "settings.diskSize",
      ],
      // Two zones, a first backup, and for a restore the whole backup.
      customTimeouts: { create: "90m", update: "90m", delete: "60m" },
    },
  );
  const user = new User(
    `${name}-postgres`,
    // It owns databases, and goes with the server.
    { instance: server.name, name: adminUser, password, deletionPolicy: "ABANDON" },
    child,
  );
  return { server, user, password };
}

function createStorageKey(
  context: GcpContext,
  { encryption }: GcpPostgres,
  ring: KeyRing | undefined,
): UsableKey | undefined {
  if (encryption === "google") return undefined;
  if (ring === undefined) throw new Error("a key without a ring");
  return createKey(context, ring, "postgres", createAgent(context, "sqladmin"));
}

const restoring = ({ settings: { project } }: GcpContext, { restoreFrom }: GcpPostgres) =>
  restoreFrom === undefined
    ? {}
    : {
        restoreBackupContext: {
          backupRunId: restoreFrom.backupRun,
          instanceId: restoreFrom.instance,
          project,
        },
      };

/** Days back to which the server can be set, to the minute; more is not to be had of this edition. */
const mostLogDays = 7;

/** Days that the last backup stays after the server was deleted. */
const finalBackupDays = 30;

/** Hours of UTC at the weekend that Google may restart the server in, and at night that it backs up in. */
const quiet = { maintenance: { day: 7, hour: 3 }, backup: "01:00" } as const;

function serverSettings(
  { labels, logfire: { disposable } }: GcpContext,
  settings: GcpPostgres,
  { id: privateNetwork, nodesCidr, podsCidr }: Network,
  allocatedIpRange: pulumi.Input<string>,
) {
  const { tier, storageGib, maxStorageGib, regional, backupDays } = settings;
  const known = parseTier(tier);
  // Of pods, and of nodes for pods in their network.
  const told = toldToDatabase([nodesCidr, podsCidr]);
  return {
    tier,
    // The other one refuses tiers of one's own choice, and is what version 16 gets where nothing is said.
    edition: "ENTERPRISE",
    availabilityType: regional ? "REGIONAL" : "ZONAL",
    diskType: "PD_SSD",
    diskSize: storageGib,
    diskAutoresize: true,
    diskAutoresizeLimit: maxStorageGib,
    deletionProtectionEnabled: !disposable,
    retainBackupsOnDelete: !disposable,
    finalBackupConfig: disposable ? { enabled: false } : { enabled: true, retentionDays: finalBackupDays },
    userLabels: { ...labels },
    ipConfiguration: {
      ipv4Enabled: false,
      privateNetwork,
      allocatedIpRange,
      ...(told.length === 0 ? {} : { authorizedNetworks: told.map((value) => ({ name: "logfire", value })) }),
      sslMode: "ENCRYPTED_ONLY",
      serverCaMode: "GOOGLE_MANAGED_INTERNAL_CA",
    },
    backupConfiguration: {
      enabled: true,
      startTime: quiet.backup,
      pointInTimeRecoveryEnabled: true,
      transactionLogRetentionDays: Math.min(backupDays, mostLogDays),
      backupRetentionSettings: { retainedBackups: backupDays, retentionUnit: "COUNT" },
    },
    ...(known === undefined ? {} : { databaseFlags: databaseFlags(known).map((flag) => ({ ...flag })) }),
    insightsConfig: { queryInsightsEnabled: true },
    maintenanceWindow: { ...quiet.maintenance, updateTrack: "stable" },
  };
}
