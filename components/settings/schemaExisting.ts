import { isIP } from "node:net";
import { z } from "zod";
import { choice, type Fault, matching, number, show, text } from "./fields";
import { cidr, isDnsName, objectName } from "./formats";
import { annotations, environment, labels, wordOr } from "./maps";

/** Lowest versions that Logfire and its objects are known to work with. */
export const floors = { kubernetes: "1.32", postgres: 16 } as const;

const port = (about: Parameters<typeof number>[1]) => number({ min: 1, max: 65535, whole: true }, about);

const serverName = (value: string): Fault | undefined =>
  isDnsName(value) || isIP(value) !== 0
    ? undefined
    : { problem: `${show(value)} is not a host`, remedy: "write a DNS name or an IP address, without scheme and port" };

function kubernetesVersionFault(value: string): Fault | undefined {
  const parts = /^v?1\.(\d+)(\.\d+)?([+-].*)?$/.exec(value);
  if (parts?.[1] === undefined)
    return { problem: `${show(value)} is not a version of Kubernetes`, remedy: "write one such as 1.35" };
  return Number(parts[1]) < Number(floors.kubernetes.slice(2))
    ? { problem: `${show(value)} is too old`, remedy: `upgrade the cluster to ${floors.kubernetes} or later` }
    : undefined;
}

const schemes: Readonly<Record<string, string>> = {
  gcs: "gs",
  s3a: "s3",
  s3n: "s3",
  azure: "az",
  abfs: "az",
  abfss: "az",
  wasb: "az",
  wasbs: "az",
};

function objectStoreUriFault(value: string): Fault | undefined {
  const [, scheme, bucket, rest] = /^([a-z0-9+.-]+):\/\/([^/]*)(.*)$/i.exec(value) ?? [];
  const problem = `${show(value)} is not the address of a bucket`;
  if (scheme === undefined || bucket === undefined || rest === undefined)
    return { problem, remedy: "write s3://BUCKET, gs://BUCKET or az://CONTAINER" };
  if (!["s3", "gs", "az"].includes(scheme)) {
    const meant = schemes[scheme.toLowerCase()];
    return {
      problem,
      remedy: meant === undefined ? "write s3://BUCKET, gs://BUCKET or az://CONTAINER" : `write ${meant}://…`,
    };
  }
  if (!/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(bucket))
    return {
      problem: `${show(value)} does not name a bucket`,
      remedy: "use 3 or more small letters, digits and dashes",
    };
  return /[?#\s]|\/\//.test(rest) ? { problem, remedy: `write ${scheme}://${bucket}` } : undefined;
}

const cidrs = z.array(cidr({ means: "An address range." })).optional();

export const externalPostgres = z.strictObject({
  host: text(
    {
      means: "DNS name or address of your PostgreSQL server.",
      change: "The databases are created anew on the new server.",
    },
    serverName,
    "a DNS name or an IP address",
  ),
  port: port({ means: "Its port." }).default(5432),
  adminUser: text({ means: "User who may create roles and databases; need not be a superuser." }),
  adminDatabase: text({ means: "Database to connect to while the others are created." }).default("postgres"),
  version: number(
    { min: 1, max: 99, whole: true },
    { means: "Major version of the server, checked where given." },
  ).optional(),
  tls: choice(["disable", "require", "verify-ca", "verify-full"], "a TLS mode", {
    means: "As libpq's `sslmode`. `disable` only for a server inside the cluster.",
    default: "`verify-full` with `caBundle`, else `require`",
  }).optional(),
  caBundle: matching(/-----BEGIN CERTIFICATE-----/, "PEM text with certificates", "-----BEGIN CERTIFICATE-----…", {
    means: "Certificates that the server's certificate is checked against.",
  }).optional(),
  cidrs: cidrs.meta({
    means: "Addresses of the server, for the NetworkPolicies.",
    default: "the address in `host`, or any address",
  }),
});

const externalObjectStore = z.strictObject({
  uri: text(
    {
      means: "Bucket for telemetry: `s3://bucket`, `gs://bucket` or `az://container`. Versioning has to be off.",
      change: "Telemetry stored in the old bucket is not moved.",
    },
    objectStoreUriFault,
    "the address of a bucket",
  ),
  environment: environment({
    means:
      "Variables for access in clear: `AWS_DEFAULT_REGION` for S3, `AWS_ENDPOINT` for an S3-compatible store, " +
      "`AZURE_STORAGE_ACCOUNT_NAME` for Azure. Keys go to `secrets.objectStore`.",
    change: "The pods that use the bucket restart.",
  }).default({}),
  port: port({
    means: "Port of the store, for the NetworkPolicies.",
    default: "that of `AWS_ENDPOINT`, or 443",
  }).optional(),
  cidrs: cidrs.meta({ means: "Addresses of the store, for the NetworkPolicies.", default: "any address" }),
});

export const externalRedis = z.strictObject({
  port: port({ means: "Port in `secrets.redisDsn`, for the NetworkPolicies." }).default(6379),
  tokenPort: port({ means: "Port in `secrets.tokenRedisDsn`.", default: "`existing.redis.port`" }).optional(),
  usagePort: port({ means: "Port in `secrets.usageRedisDsn`.", default: "`existing.redis.port`" }).optional(),
  cidrs: cidrs.meta({ means: "Addresses of these servers, for the NetworkPolicies.", default: "any address" }),
});

const toleration = z.strictObject({
  key: text({ means: "Key of the taint; every taint where absent." }).optional(),
  operator: choice(["Exists", "Equal"], "an operator", { means: "`Equal` compares the value." }).optional(),
  value: text({ means: "Value of the taint." }).optional(),
  effect: choice(["NoSchedule", "PreferNoSchedule", "NoExecute"], "an effect", {
    means: "Effect of the taint.",
  }).optional(),
});

const placed = (pods: string) => ({
  nodeSelector: labels({ means: `Labels of the nodes for ${pods}.`, change: "These pods move." }).default({}),
  tolerations: z
    .array(toleration)
    .default([])
    .meta({ means: `Taints that ${pods} tolerate.`, change: "These pods restart." }),
});

const volume = (about: Parameters<typeof number>[1]) => number({ unit: "GiB", min: 1, max: 65536, whole: true }, about);
const fixedVolume = "Fixed when the volume is created.";

/** Keys below `existing`. */
export const existingSchema = z.strictObject({
  kubeconfig: text({ means: "Path of the kubeconfig file.", default: "`KUBECONFIG`, or `~/.kube/config`" }).optional(),
  context: text({
    means: "Context in the kubeconfig. Name it, so that a stack never lands in the wrong cluster.",
    change: "Everything is created anew in the other cluster.",
    default: "the current one",
  }).optional(),
  kubernetesVersion: text(
    { means: `Version of the cluster, in quotes; refused below ${floors.kubernetes}.`, default: "not checked" },
    kubernetesVersionFault,
    "a version such as 1.35",
  ).optional(),
  durableStorageClass: objectName({
    means: "StorageClass of the ingest queue: network storage, never local disks.",
    change: "Fixed when the StatefulSet is created.",
    default: "the cluster's default class",
  }).optional(),
  placement: z.strictObject(placed("pods without scratch")).prefault({}),
  scratch: z
    .strictObject({
      storageClass: objectName({
        means: "StorageClass that gives each pod its scratch volume, where nodes have no local NVMe for `emptyDir`.",
        change: "The pods with scratch restart and lose their caches.",
        default: "`emptyDir`",
      }).optional(),
      ...placed("pods with scratch"),
    })
    .prefault({}),
  serviceAccountAnnotations: annotations({
    means: "On the ServiceAccount that reads and writes the bucket: the cloud's workload identity.",
    change: "The pods restart with the other identity.",
  }).default({}),
  podLabels: labels({
    means: "On the pods of that ServiceAccount: `azure.workload.identity/use` on Azure.",
    change: "These pods restart.",
  }).default({}),
  identityEndpoints: z
    .array(
      z.strictObject({
        port: port({ means: "A port." }),
        cidrs: cidrs.meta({ means: "Address ranges.", default: "`network.egressCidrs`" }),
      }),
    )
    .optional()
    .meta({
      means: "Where these pods get the credentials of that identity, for the NetworkPolicies.",
      default: "what the annotations and the bucket imply on EKS, GKE and AKS",
      change: "Wrong, the pods cannot open the bucket.",
    }),
  postgres: wordOr(["inCluster"], externalPostgres, "an object with host and adminUser", {
    means: "`inCluster` runs one development-grade PostgreSQL 16 beside Logfire; production gives a server.",
    change: "The databases are created anew; nothing is moved.",
  }).default("inCluster"),
  objectStore: wordOr(["inCluster"], externalObjectStore, "an object with uri and environment", {
    means: "`inCluster` runs one development-grade MinIO beside Logfire; production gives a bucket.",
    change: "Telemetry in the old store is not moved.",
  }).default("inCluster"),
  redis: wordOr(["inCluster", "external"], externalRedis, "an object with port and cidrs", {
    means: "`inCluster` runs one Redis 7.2 without persistence; `external` takes `secrets.redisDsn`.",
    change: "Caches start empty, queued work is lost.",
  }).default("inCluster"),
  inClusterVolumes: z
    .strictObject({
      postgresGib: volume({ means: "Volume of the PostgreSQL inside the cluster.", change: fixedVolume }).default(10),
      objectStoreGib: volume({ means: "Volume of the MinIO inside the cluster.", change: fixedVolume }).default(50),
    })
    .prefault({}),
});
