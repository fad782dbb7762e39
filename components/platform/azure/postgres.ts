import { ManagementLockByScope } from "@pulumi/azure-native/authorization/managementLockByScope";
import { Configuration } from "@pulumi/azure-native/dbforpostgresql/configuration";
import { Server } from "@pulumi/azure-native/dbforpostgresql/server";
import type { Workspace } from "@pulumi/azure-native/operationalinsights/workspace";
import type * as pulumi from "@pulumi/pulumi";
import { given, randomPassword } from "../../logfire/secrets/values";
import type { AzurePostgres } from "../../settings/azure/types";
import type { PostgresServer } from "../contract";
import { endsUniquely } from "../shared/unique";
import type { AzureContext } from "./context";
import { databaseParameters, databaseSkuOf } from "./figures/databaseSizes";
import { adminUser, postgresFacts } from "./figures/facts";
import { sendLogs } from "./logs";
import { limits } from "./names";
import type { Network } from "./network";
import { createPrivateZone } from "./privateZone";

/** Answers of a server whose nodes and cluster are side by side with it: `ready` holds what a client waits for. */
export type Postgres = Omit<PostgresServer, "ready"> & { readonly ready: readonly pulumi.Resource[] };

export function createPostgres(context: AzureContext, network: Network, logs: Workspace): Postgres {
  const { settings, secrets } = context;
  const range = network.postgresCidr;
  if (settings.postgres.kind === "external")
    return {
      ...postgresFacts(settings, { host: settings.postgres.host, range }),
      adminPassword: given(secrets, "postgresAdminPassword"),
      ready: [],
    };
  const { server, password } = createServer(context, settings.postgres, network);
  const sent = sendLogs(context, "postgres", server.id, logs);
  const parameters = createParameters(context, server, sent);
  if (!context.logfire.disposable) lock(context, server, [sent, ...parameters]);
  return {
    ...postgresFacts(settings, { host: server.fullyQualifiedDomainName, range }),
    adminPassword: password,
    ready: [server, ...parameters],
  };
}

function createServer(context: AzureContext, settings: AzurePostgres, network: Network) {
  const { name, names, place, guarded } = context;
  // The name ends as Azure wants it, and lies inside of no zone of the owner's.
  const zoneName = `${names.of(limits.database)}.private.postgres.database.azure.com`;
  const { zone, link } = createPrivateZone(context, "postgres", zoneName, network);
  const password = randomPassword(`${name}-postgres-admin`, guarded);
  const server = new Server(
    `${name}-postgres`,
    {
      ...place,
      serverName: endsUniquely(context, "postgres", limits.database),
      version: "16",
      sku: { name: settings.sku, tier: databaseSkuOf(settings.sku).tier },
      // A full disk makes the server read-only, so that it grows. The size here stays the old one then, and Azure refuses
      // to shrink it with the next change of the server: the owner raises the setting first. Nothing can look the size up
      // beforehand, because the server's name ends at random.
      storage: { storageSizeGB: settings.storageGib, autoGrow: "Enabled" },
      administratorLogin: adminUser,
      administratorLoginPassword: password,
      authConfig: { passwordAuth: "Enabled", activeDirectoryAuth: "Disabled" },
      network: { delegatedSubnetResourceId: network.postgresSubnetId, privateDnsZoneArmResourceId: zone.id },
      highAvailability: { mode: settings.zoneRedundant ? "ZoneRedundant" : "Disabled" },
      backup: {
        backupRetentionDays: settings.backupDays,
        geoRedundantBackup: settings.geoBackup ? "Enabled" : "Disabled",
      },
      // Sunday, when nodes are patched too. Azure takes no notice of it when the server is made: it holds from the first
      // later change.
      maintenanceWindow: { customWindow: "Enabled", dayOfWeek: 0, startHour: 3, startMinute: 0 },
      ...beginning(settings),
    },
    {
      ...guarded,
      dependsOn: [link, ...network.wayOut],
      ignoreChanges: [...decidedOnce],
      // Two zones, a first backup, and for a restore the whole server.
      customTimeouts: { create: "90m", update: "90m", delete: "60m" },
    },
  );
  return { server, password };
}

/**
 * What another value of would be another server in the place of this one, or a move of its standby: what it was restored
 * from, and its zones. Azure chooses those, and they change places when a zone is lost; a refresh then writes them into the
 * state, and the SDK an empty one beside it. `createMode` is none of them: Azure takes every request with
 * `PointInTimeRestore` for one to make a server, so that it goes with the setting.
 */
const decidedOnce = [
  "sourceServerResourceId",
  "pointInTimeUTC",
  "availabilityZone",
  "highAvailability.standbyAvailabilityZone",
] as const;

/** Minutes until the latest changes of a server are where a restore takes them from. */
const archiveMinutes = 10;

/** Empty, or with the latest state of another server, whose administrator's password comes along. */
const beginning = ({ restoreFrom }: AzurePostgres) =>
  restoreFrom === undefined
    ? { createMode: "Default" }
    : {
        createMode: "PointInTimeRestore",
        sourceServerResourceId: restoreFrom,
        pointInTimeUTC: new Date(Date.now() - archiveMinutes * 60_000).toISOString(),
      };

/**
 * One after the other: the server takes one change at a time. A new one answers `ServerIsBusy` for a moment after it is
 * ready (Azure/azure-postgresql#134), which the SDK's provider does not wait out: `moment` takes a few seconds.
 */
function createParameters(
  { name, group, child }: AzureContext,
  server: Server,
  moment: pulumi.Resource,
): readonly Configuration[] {
  return databaseParameters.reduce<readonly Configuration[]>((before, { name: configurationName, value }) => {
    const parameter = new Configuration(
      `${name}-postgres-${configurationName}`,
      { ...group, serverName: server.name, configurationName, value, source: "user-override" },
      { ...child, dependsOn: before.length === 0 ? [moment] : before.slice(-1) },
    );
    return [...before, parameter];
  }, []);
}

/**
 * Flexible Server has no protection of its own: a lock refuses whoever would delete it, in the portal as well. It holds for
 * what belongs to the server too, and so comes after all of that and goes before. A `pulumi destroy` that is refused takes
 * the lock along, and the server stays protected by the stack; the next update brings the lock back.
 */
const lock = (
  { name, names, child }: AzureContext,
  server: Server,
  dependsOn: readonly pulumi.Resource[],
): ManagementLockByScope =>
  new ManagementLockByScope(
    `${name}-postgres-lock`,
    {
      scope: server.id,
      lockName: names.of(limits.lock, "postgres"),
      level: "CanNotDelete",
      notes: "Accounts, projects and keys of Logfire. With `disposable: true` the lock goes by itself.",
    },
    { ...child, dependsOn: [...dependsOn] },
  );
