/** The databases, each with the one role that may enter it. Names as the product's documentation gives them. */
export const databases = [
  { database: "crud", role: "logfire_crud", passwordVariable: "CRUD_PASSWORD", extensions: ["intarray", "btree_gist"] },
  { database: "ff", role: "logfire_ff", passwordVariable: "FF_PASSWORD", extensions: ["intarray", "btree_gist"] },
  { database: "dex", role: "logfire_dex", passwordVariable: "DEX_PASSWORD", extensions: [] },
] as const;
export type DatabaseName = (typeof databases)[number]["database"];

/** The role that owns a database and is the only one let in, besides the administrator. */
export const roleOf = (name: DatabaseName): string => `logfire_${name}`;

/**
 * Makes one role, its database and its extensions, or brings them to this state; safe to repeat, and repeating it with
 * another password is how a password is rotated. Everything comes from the environment: an argument of a process can be
 * read by its neighbours.
 */
export const bootstrapSql = `\\set ON_ERROR_STOP on
\\getenv role BOOTSTRAP_ROLE
\\getenv database BOOTSTRAP_DATABASE
\\getenv password BOOTSTRAP_PASSWORD
\\getenv extensions BOOTSTRAP_EXTENSIONS

SELECT format('CREATE ROLE %I', :'role')
 WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = :'role') \\gexec
ALTER ROLE :"role" LOGIN PASSWORD :'password';

-- Since PostgreSQL 16 the creator of a role administers it without being allowed to act as it, which handing over a
-- database takes; INHERIT lets the administrator add extensions to a database that is no longer its own.
SELECT format('GRANT %I TO CURRENT_USER WITH INHERIT TRUE, SET TRUE', :'role')
 WHERE NOT (pg_catalog.pg_has_role(CURRENT_USER, :'role', 'SET')
        AND pg_catalog.pg_has_role(CURRENT_USER, :'role', 'USAGE')) \\gexec

SELECT format('CREATE DATABASE %I OWNER %I ENCODING ''UTF8'' TEMPLATE template0', :'database', :'role')
 WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = :'database') \\gexec
SELECT format('ALTER DATABASE %I OWNER TO %I', datname, :'role')
  FROM pg_catalog.pg_database
 WHERE datname = :'database' AND pg_catalog.pg_get_userbyid(datdba) <> :'role' \\gexec
REVOKE CONNECT, TEMPORARY ON DATABASE :"database" FROM PUBLIC;

\\connect :"database"
-- As the administrator: where extensions are reserved to it (Cloud SQL), the owner could not.
SELECT format('CREATE EXTENSION %I', wanted)
  FROM unnest(string_to_array(:'extensions', ' ')) AS wanted
 WHERE wanted NOT IN (SELECT extname FROM pg_catalog.pg_extension) \\gexec
`;

/** Waiting is bounded; a server that answers but refuses the password fails at once, with its own message. */
const waitAttempts = 60;

/** The Job's program, for a POSIX shell with PostgreSQL's client tools (14 or newer). */
export const bootstrapScript = `set -eu
attempt=1
until pg_isready --quiet; do
  if [ "$attempt" -ge "\${WAIT_ATTEMPTS:-${waitAttempts}}" ]; then
    echo "PostgreSQL at $PGHOST:$PGPORT accepts no connections: check the address, the network policies and the firewall" >&2
    exit 1
  fi
  echo "waiting for PostgreSQL at $PGHOST:$PGPORT (attempt $attempt)"
  attempt=$((attempt + 1))
  sleep 2
done
bootstrap() {
  echo "database $1 with role $2"
  BOOTSTRAP_DATABASE=$1 BOOTSTRAP_ROLE=$2 BOOTSTRAP_PASSWORD=$3 BOOTSTRAP_EXTENSIONS=$4 \\
    psql --no-psqlrc --quiet --file="$BOOTSTRAP_SQL"
}
${databases
  .map(
    ({ database, role, passwordVariable, extensions }) =>
      `bootstrap ${database} ${role} "$${passwordVariable}" "${extensions.join(" ")}"`,
  )
  .join("\n")}
echo "done"
`;
