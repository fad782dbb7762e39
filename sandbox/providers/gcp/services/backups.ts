import { now, uuid } from "../../cloud/ids";
import { CloudError, record, text, type Companion, type Entity, type Values } from "../../cloud/model";
import type { GcpView, Made } from "../kind";

/** Backups of a server that is there: known by the server and a number, and gone with it. */
export const backupRuns = "sql/backupRun:BackupRun";
/**
 * Backups of a server that was deleted, where it was asked for: known by a name of the project's, which
 * `restoreBackupContext` does not take (https://github.com/hashicorp/terraform-provider-google/issues/22413).
 */
export const keptBackups = "sql/backup:Backup";

const runsOf = (view: GcpView, server: unknown): readonly Entity[] =>
  view.of(backupRuns).filter(({ outs }) => outs.instance === server);

/** The first one, which comes with the server; those of every night are like it. */
export function firstBackup({ name, region, settings }: Values, { id, view }: Made): readonly Companion[] {
  if (record(record(settings).backupConfiguration).enabled !== true || runsOf(view, name).length > 0) return [];
  const backupId = view.now;
  return [
    {
      ...{ token: backupRuns, id: `${id}/backupRuns/${backupId}` },
      outs: { instance: name, backupId, location: region, startTime: new Date(backupId).toISOString() },
    },
  ];
}

export function requireBackup(view: GcpView, { instanceId, backupRunId }: Values): void {
  if (runsOf(view, instanceId).some(({ outs }) => outs.backupId === backupRunId)) return;
  throw new CloudError(
    "notFound",
    `The backup run ${Number(backupRunId)} of instance ${text(instanceId)} does not exist.`,
  );
}

/**
 * What stays of a server that is deleted, by ids, and costs until it expires: the backups that there are, and a last one
 * (https://docs.cloud.google.com/sql/docs/postgres/backup-recovery/manage-backups-deleted-instance).
 */
export function backupsLeft({ outs }: Entity, view: GcpView): Readonly<Record<string, Values>> {
  const { retainBackupsOnDelete, finalBackupConfig } = record(outs.settings);
  const runs = retainBackupsOnDelete === true ? runsOf(view, outs.name).map(() => "AUTOMATED") : [];
  const last = record(finalBackupConfig).enabled === true ? ["FINAL"] : [];
  const facts = { instance: outs.name, location: outs.region, instanceDeletionTime: now() };
  return Object.fromEntries(
    [...runs, ...last].map((type) => [`projects/${text(outs.project)}/backups/${uuid()}`, { ...facts, type }]),
  );
}
