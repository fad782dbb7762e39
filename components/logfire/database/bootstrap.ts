import { createHash } from "node:crypto";
import type { core } from "@pulumi/kubernetes/types/input";
import type { Text } from "../../lib/text";
import type { PostgresServer } from "../../platform/contract";
import { imageUser } from "../catalogue/images";
import type { SecretRef } from "../catalogue/workload";
import { selectorLabels } from "../../kubernetes/labels";
import type { Manifest } from "../../kubernetes/resources";
import { postgresCa } from "./connection";
import { fromSecret, jobManifest, type JobContext, type JobManifest } from "../../kubernetes/job";
import { bootstrapScript, bootstrapSql, databases, type DatabaseName } from "./sql";

/** Component label of the bootstrap's pods, and the name of its ConfigMap. Fixed for ever. */
export const bootstrapName = "logfire-database-bootstrap";

export interface ConfigMapManifest extends Manifest {
  readonly kind: "ConfigMap";
  readonly data: Readonly<Record<string, Text>>;
}

export interface BootstrapInput {
  readonly context: JobContext;
  /** Full reference of the PostgreSQL image, for its client tools. */
  readonly image: string;
  readonly postgres: Omit<PostgresServer, "adminPassword" | "destination">;
  readonly secrets: { readonly admin: SecretRef; readonly passwords: Readonly<Record<DatabaseName, SecretRef>> };
  /** Hash of these passwords: another password is another run, which sets it. */
  readonly checksum?: Text;
}

/** The statements, as the Job mounts them. */
export const bootstrapConfigMap = (namespace: string): ConfigMapManifest => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: bootstrapName, namespace, labels: selectorLabels(bootstrapName) },
  data: { "bootstrap.sql": bootstrapSql },
});

/** The certificates behind the database server's, for every pod that connects to it. */
export const postgresCaConfigMap = (namespace: string, caBundle: Text): ConfigMapManifest => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: postgresCa.configMap, namespace, labels: selectorLabels(postgresCa.configMap) },
  data: { [postgresCa.key]: caBundle },
});

export const postgresCaVolume: core.v1.Volume = { name: "postgres-ca", configMap: { name: postgresCa.configMap } };
export const postgresCaMount: core.v1.VolumeMount = {
  name: "postgres-ca",
  mountPath: postgresCa.mountPath,
  readOnly: true,
};

/** Makes roles, databases, grants and extensions; bounded in attempts and in time. */
export function bootstrapJob({ context, image, postgres, secrets, checksum }: BootstrapInput): JobManifest {
  const hasCa = postgres.caBundle !== undefined;
  const mounts = [{ name: "sql", mountPath: "/bootstrap", readOnly: true }, ...(hasCa ? [postgresCaMount] : [])];
  return jobManifest(context, {
    name: bootstrapName,
    backoffLimit: 3,
    deadlineSeconds: 600,
    runAsUser: postgresUser(image),
    checksum,
    container: {
      image,
      command: ["sh", "-c", bootstrapScript],
      env: [
        { name: "PGHOST", value: postgres.host },
        { name: "PGPORT", value: `${postgres.port}` },
        { name: "PGUSER", value: postgres.adminUser },
        { name: "PGDATABASE", value: postgres.adminDatabase },
        { name: "PGSSLMODE", value: postgres.tls },
        ...(hasCa ? [{ name: "PGSSLROOTCERT", value: postgresCa.file }] : []),
        { name: "PGCONNECT_TIMEOUT", value: "10" },
        { name: "BOOTSTRAP_SQL", value: "/bootstrap/bootstrap.sql" },
        // The statements are in a ConfigMap, outside the Job: without this, new ones would not be a new run.
        { name: "BOOTSTRAP_SQL_SHA256", value: createHash("sha256").update(bootstrapSql).digest("hex") },
        fromSecret("PGPASSWORD", secrets.admin),
        ...databases.map(({ database, passwordVariable }) => fromSecret(passwordVariable, secrets.passwords[database])),
      ],
      resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "500m", memory: "128Mi" } },
      volumeMounts: mounts,
    },
    volumes: [{ name: "sql", configMap: { name: bootstrapName } }, ...(hasCa ? [postgresCaVolume] : [])],
  });
}

/** User `postgres`, which initdb wants to find by name: the official images on Alpine have another one than ours. */
export const postgresUser = (image: string): number => (image.includes("alpine") ? 70 : imageUser("postgres"));
