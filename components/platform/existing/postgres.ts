import { createHash } from "node:crypto";
import { fromSecret, type JobContext } from "../../kubernetes/job";
import { postgresUser, type ConfigMapManifest } from "../../logfire/database/bootstrap";
import { selectorLabels } from "../../kubernetes/labels";
import { postgresAdmin, postgresName, ports } from "./facts";
import { store, type ServiceManifest, type StatefulSetManifest } from "./pods";

/** Passwords of the superuser and of the administrator, in one Secret. */
export const postgresServerSecret = {
  name: "logfire-postgres-server",
  superuser: "superuser",
  admin: "admin",
} as const;
const initConfigMap = "logfire-postgres-init";

/**
 * Runs once, on an empty volume, as the superuser. The bootstrap then works with what a cloud's administrator has:
 * it may create roles and databases, and is no superuser.
 */
export const initSql = `\\getenv admin_password POSTGRES_ADMIN_PASSWORD
CREATE ROLE ${postgresAdmin} LOGIN CREATEROLE CREATEDB PASSWORD :'admin_password';
REVOKE CONNECT ON DATABASE postgres FROM PUBLIC;
GRANT CONNECT ON DATABASE postgres TO ${postgresAdmin};
`;

export interface InClusterStoreInput {
  readonly context: JobContext;
  readonly image: string;
  readonly volumeGib: number;
  /** The cluster's default class where absent. */
  readonly storageClass?: string;
  /** The volume goes with the StatefulSet. */
  readonly disposable: boolean;
}

export interface PostgresManifests {
  readonly config: ConfigMapManifest;
  readonly service: ServiceManifest;
  readonly statefulSet: StatefulSetManifest;
}

/** PostgreSQL 16 in one pod, development-grade: no replica, no backup, no TLS. */
export function postgresManifests(input: InClusterStoreInput): PostgresManifests {
  const { context } = input;
  return {
    config: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: initConfigMap, namespace: context.namespace, labels: selectorLabels(postgresName) },
      data: { "10-administrator.sql": initSql },
    },
    service: store.service(context.namespace, postgresName, ports.postgres),
    statefulSet: statefulSet(input),
  };
}

function statefulSet({
  context,
  image,
  volumeGib,
  storageClass,
  disposable,
}: InClusterStoreInput): StatefulSetManifest {
  const secret = (key: string) => ({ secret: postgresServerSecret.name, key });
  const probe = { exec: { command: ["pg_isready", "--quiet", "--host=127.0.0.1", "--username=postgres"] } };
  return store.statefulSet(context, {
    name: postgresName,
    user: postgresUser(image),
    port: ports.postgres,
    dataPath: "/var/lib/postgresql/data",
    volumeGib,
    storageClass,
    disposable,
    checksum: createHash("sha256").update(initSql).digest("hex").slice(0, 16),
    container: {
      image,
      args: ["-c", "max_connections=500"],
      env: [
        // A folder below the mount: initdb refuses one that holds `lost+found`.
        { name: "PGDATA", value: "/var/lib/postgresql/data/pgdata" },
        {
          name: "POSTGRES_INITDB_ARGS",
          value: "--auth-host=scram-sha-256 --auth-local=scram-sha-256 --data-checksums",
        },
        fromSecret("POSTGRES_PASSWORD", secret(postgresServerSecret.superuser)),
        fromSecret("POSTGRES_ADMIN_PASSWORD", secret(postgresServerSecret.admin)),
      ],
      // During initialisation the server answers on its socket only: asking by TCP is asking for the real one.
      readinessProbe: { ...probe, periodSeconds: 5, timeoutSeconds: 5 },
      livenessProbe: { ...probe, initialDelaySeconds: 60, periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 6 },
      resources: { requests: { cpu: "250m", memory: "1Gi" }, limits: { memory: "2Gi" } },
      volumeMounts: [
        { name: "init", mountPath: "/docker-entrypoint-initdb.d", readOnly: true },
        { name: "run", mountPath: "/var/run/postgresql" },
        { name: "tmp", mountPath: "/tmp" },
        { name: "shm", mountPath: "/dev/shm" },
      ],
    },
    volumes: [
      { name: "init", configMap: { name: initConfigMap } },
      { name: "run", emptyDir: { sizeLimit: "16Mi" } },
      { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
      // Parallel queries share memory; a container gets 64 MiB of it otherwise.
      { name: "shm", emptyDir: { medium: "Memory", sizeLimit: "256Mi" } },
    ],
  });
}
