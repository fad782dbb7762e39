import { isUnknown, text, type Values } from "../../cloud/model";

type Range = readonly [least: number, most: number];

const switched = /^(on|off)$/;
const share = /^\d+(\.\d+)?$/;

/**
 * Flags of PostgreSQL that Cloud SQL lets one set, with what they take; of those that are worth setting:
 * https://docs.cloud.google.com/sql/docs/postgres/flags
 */
const flags: Readonly<Record<string, RegExp | Range>> = {
  max_connections: [14, 262_143],
  max_wal_size: [2, 2_147_483_647],
  work_mem: [64, 2_147_483_647],
  maintenance_work_mem: [1024, 2_147_483_647],
  temp_file_limit: [1_048_576, 2_147_483_647],
  random_page_cost: share,
  effective_io_concurrency: [0, 1000],
  checkpoint_timeout: [30, 86_400],
  checkpoint_completion_target: /^(0(\.\d+)?|1(\.0+)?)$/,
  autovacuum: switched,
  autovacuum_max_workers: [1, 262_143],
  autovacuum_naptime: [1, 2_147_483],
  autovacuum_vacuum_cost_limit: [0, 10_000],
  autovacuum_vacuum_scale_factor: share,
  autovacuum_analyze_scale_factor: share,
  default_statistics_target: [1, 10_000],
  idle_in_transaction_session_timeout: [0, 2_147_483_647],
  statement_timeout: [0, 2_147_483_647],
  lock_timeout: [0, 2_147_483_647],
  log_min_duration_statement: [-1, 2_147_483_647],
  log_statement: /^(none|ddl|mod|all)$/,
  log_connections: switched,
  log_disconnections: switched,
  log_lock_waits: switched,
  log_temp_files: [-1, 2_147_483_647],
  max_locks_per_transaction: [10, 2_147_483_647],
  password_encryption: /^(md5|scram-sha-256)$/,
  track_activity_query_size: [100, 1_048_576],
  "cloudsql.iam_authentication": switched,
  "cloudsql.enable_pgaudit": switched,
  "cloudsql.logical_decoding": switched,
};

export function flagFaults({ name, value }: Values): readonly string[] {
  if (isUnknown(name) || isUnknown(value)) return [];
  const takes = flags[text(name)];
  const where = "settings.databaseFlags";
  if (takes === undefined) return [`${where}: Cloud SQL does not let ${text(name)} of PostgreSQL be set`];
  const fits =
    takes instanceof RegExp
      ? takes.test(text(value))
      : /^-?\d+$/.test(text(value)) && Number(value) >= takes[0] && Number(value) <= takes[1];
  return fits ? [] : [`${where}: ${text(value)} is not a value of ${text(name)}`];
}
