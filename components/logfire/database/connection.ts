import type { PostgresServer } from "../../platform/contract";

/** Where pods find the certificates that sign the database server's, when the platform gives them. */
export const postgresCa = {
  configMap: "logfire-postgres-ca",
  key: "ca.crt",
  mountPath: "/etc/logfire/postgres-ca",
  file: "/etc/logfire/postgres-ca/ca.crt",
} as const;

/** The administrator's password at the database server, for the bootstrap Job alone. */
export const postgresAdminRef = { secret: "logfire-postgres-admin", key: "password" } as const;

export interface Connection {
  readonly user: string;
  readonly password: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly tls: PostgresServer["tls"];
  /** Whether `postgresCa` is mounted. */
  readonly hasCa: boolean;
}

/**
 * `postgresql://user:password@host:port/database?sslmode=…`, with whatever the password holds escaped. The CA file is
 * named for the verifying modes only: libpq would quietly raise `require` to `verify-ca`.
 */
export function postgresDsn({ user, password, host, port, database, tls, hasCa }: Connection): string {
  const verifies = tls === "verify-ca" || tls === "verify-full";
  const parameters = [`sslmode=${tls}`, ...(verifies && hasCa ? [`sslrootcert=${postgresCa.file}`] : [])];
  const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  return `postgresql://${credentials}@${authority}/${encodeURIComponent(database)}?${parameters.join("&")}`;
}
