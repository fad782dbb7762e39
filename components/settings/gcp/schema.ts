import { z } from "zod";
import { limits } from "../../platform/gcp/names";
import type { PoolName } from "../../platform/shared/nodePlan";
import { type About, choice, type Fault, flag, matching, number, show, text } from "../fields";
import { cidr, hostname } from "../formats";
import { map } from "../maps";
import {
  adopted,
  byPreset,
  clusterVersion,
  count,
  existingPostgres,
  gib,
  manageRecords,
  ofTheStack,
  otherRedis,
  poolFields,
  poolNouns,
  zoneName,
} from "../schemaCloud";

/** As most things of Google's are called. */
const named = (type: string, example: string, about: About, most = 63) =>
  matching(new RegExp(`^[a-z]([-a-z0-9]{0,${most - 2}}[a-z0-9])?$`), type, example, about);

function labelFault(key: string, value: unknown): Fault | undefined {
  if (key.startsWith("goog")) return { problem: "begins with goog, which is Google's", remedy: "choose another name" };
  if (!/^[a-z][a-z0-9_-]{0,62}$/.test(key))
    return {
      problem: "is not the name of a label",
      remedy: "write at most 63 lower-case letters, digits, _ and -, a letter first",
    };
  return typeof value === "string" && /^[a-z0-9_-]{0,63}$/.test(value)
    ? undefined
    : { problem: `${show(value)} is not the value of a label`, remedy: "write at most 63 such characters" };
}

const labels = map<string>(
  {
    means: "On everything that can carry labels, beside those that say whose it is.",
    change: "The labels change; nodes are updated one after the other.",
  },
  "labels: `key: value`",
  (key, value) => {
    const found = labelFault(key, value);
    return found === undefined ? { value: String(value) } : { faults: [found] };
  },
);

const networkFields = z.strictObject({
  cidr: cidr({
    means:
      "IPv4 range of the network, /12 to /18, which nodes, pods, Services and Google's stores get their parts of. " +
      "Every node takes 256 addresses for its pods. It must not overlap your others.",
    change: ofTheStack,
    default: "10.40.0.0/16: pods of 128 nodes, more than any preset has at full scale",
  }).optional(),
  zones: z
    .array(text({ means: "A zone, such as europe-west3-a." }))
    .optional()
    .meta({
      means: "Three zones of the region, for nodes.",
      change: "Nodes move, and the volumes of a zone that is left out cannot follow.",
      default: "the first three of the region that offer every machine type",
    }),
  flowLogs: flag({
    means: "Records connections of the subnet in Cloud Logging.",
    change: "Nothing restarts; the logs cost by volume.",
    default: "`false`",
  }).optional(),
  existing: z
    .strictObject({
      network: named("the name of a VPC network", "shared", { means: "Your VPC network, in the project." }),
      subnetwork: named("the name of a subnet", "nodes", {
        means: "Its subnet in `gcp.region`, for nodes, with a way to the outside and Private Google Access.",
      }),
      podsRange: named("the name of a secondary range", "pods", { means: "Secondary range of that subnet for pods." }),
      servicesRange: named("the name of a secondary range", "services", { means: "The one for Services." }),
      storesRange: named("the name of an allocated range", "google-managed-services", {
        means: "Range that the network allocated to private services access, which has to be connected.",
        default: "none: neither PostgreSQL nor Redis is made",
      }).optional(),
    })
    .optional()
    .meta(adopted("your VPC network")),
});

const days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;

const maintenance = z
  .strictObject({
    days: z
      .array(choice(days, "a day", { means: "A day." }))
      .optional()
      .meta({ means: "Days of the week.", change: "Nothing restarts.", default: "SA and SU" }),
    startHour: count(0, 23, { means: "First hour of each, UTC.", change: "Nothing restarts.", default: "`1`" }),
    hours: count(4, 24, { means: "How long each lasts.", change: "Nothing restarts.", default: "`6`" }),
  })
  .optional()
  .meta({ means: "When Google may upgrade the cluster by itself: at least 48 hours in 32 days." });

const clusterFields = z.strictObject({
  version: clusterVersion("GKE", {
    means: "Least version of Kubernetes, in quotes. The release channel moves it on by itself.",
  }),
  channel: choice(["RAPID", "REGULAR", "STABLE", "EXTENDED"], "a release channel", {
    means: "How soon Google upgrades the cluster by itself. `EXTENDED` keeps a version longest, and costs more.",
    change: "Nothing restarts; upgrades come sooner or later.",
    default: "`REGULAR`",
  }).optional(),
  apiAccess: choice(["iam", "vpc"], "a way to the API", {
    means:
      "Who reaches the cluster's API, by its DNS name alone: `iam`, from everywhere whoever IAM lets; `vpc`, the same " +
      "from inside Google's network only.",
    change: "Nothing restarts. With `vpc`, the machine that runs `pulumi up` has to be inside.",
    default: "`iam`",
  }).optional(),
  administrators: z
    .array(
      matching(
        /^(user|group|serviceAccount):[^@\s]+@[^@\s]+\.[^@\s]+$|^principal(Set)?:\/\/\S+$/,
        "a member of IAM",
        "group:sre@example.com",
        { means: "A member." },
      ),
    )
    .optional()
    .meta({
      means: "Members of IAM that administer the clusters of the project, beside those whom it lets already.",
      change: "Nothing restarts.",
      default: "none",
    }),
  maintenance,
  existing: z
    .strictObject({
      name: named("the name of a cluster", "shared", {
        means:
          "Your GKE cluster, Standard, in `gcp.region` and the network of `gcp.network.existing`, with Workload " +
          "Identity. Its DNS-based endpoint is used where that lets in calls from outside, else its address.",
      }),
    })
    .optional()
    .meta(adopted("your cluster")),
});

const pool = (which: PoolName) => poolFields(poolNouns[which]);

const nodesFields = z
  .strictObject({
    general: z.strictObject(pool("general")).prefault({}),
    scratch: z
      .strictObject({
        ...pool("scratch"),
        localSsds: count(1, 24, {
          means: "Local SSDs of 375 GiB in each of them; which numbers there are depends on the type.",
          change: "The nodes are replaced one after the other.",
          default: byPreset,
        }),
      })
      .prefault({}),
  })
  .prefault({});

const postgresFields = z.strictObject({
  tier: matching(/^db-custom-\d{1,2}-\d{4,6}$/, "vCPUs and MiB of a machine", "db-custom-4-16384", {
    means: "Machine of Cloud SQL for PostgreSQL 16, edition Enterprise: vCPUs and MiB.",
    change: "The database restarts, with a standby within a minute or two.",
    default: byPreset,
  }).optional(),
  storageGib: gib(10, {
    means: "Storage to begin with. It grows by itself and never shrinks.",
    change: "Nothing: it is read when the database is made.",
    default: byPreset,
  }),
  maxStorageGib: gib(10, { means: "Bound of that growth.", default: "five times `gcp.postgres.storageGib`" }),
  regional: flag({
    means: "Keeps a standby in another zone.",
    change: "Nothing restarts.",
    default: "`true`, but for the preset `tiny`",
  }).optional(),
  backupDays: count(1, 7, {
    means: "Days for which every moment can be restored: Cloud SQL's edition Enterprise has seven at the most.",
    default: "`7`",
  }),
  encryption: choice(["google", "kms"], "a kind of encryption", {
    means:
      "`kms` encrypts storage and backups with a key of this stack's own instead of Google's. Without the key none of " +
      "them can be read.",
    change: "Fixed when the database is made.",
    default: "`google`",
  }).optional(),
  restoreFrom: z
    .strictObject({
      instance: named(
        "the name of an instance",
        "logfire-production-postgres-1a2b3c4d",
        { means: "Instance of Cloud SQL in the project that the backup is of, and that is still there." },
        limits.database,
      ),
      backupRun: number({ min: 1, whole: true }, { means: "Id of the backup, from `gcloud sql backups list`." }),
    })
    .optional()
    .meta({
      means: "Backup that the database begins with.",
      change: "Nothing: it is read when the database is made.",
      default: "an empty database",
    }),
  existing: existingPostgres,
});

const objectStoreFields = z.strictObject({
  encryption: choice(["google", "kms"], "a kind of encryption", {
    means: "`kms` encrypts with a key of this stack's own instead of Google's.",
    change: "Concerns new objects only.",
    default: "`google`",
  }).optional(),
  existing: z
    .strictObject({
      bucket: matching(/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/, "the name of a bucket", "example-logfire", {
        means:
          "Your bucket, in the region of `gcp.region`, with uniform access. Versioning and soft delete have to be off.",
        change: "Telemetry stored in the old bucket is not moved.",
      }),
    })
    .optional()
    .meta(adopted("your bucket")),
});

const redisFields = z.strictObject({
  memoryGib: number(
    { unit: "GiB", min: 1, max: 300, whole: true },
    {
      means: "Memory of Memorystore for Redis.",
      change: "It is resized; without a standby it starts empty.",
      default: byPreset,
    },
  ).optional(),
  replica: flag({
    means: "Keeps a standby in another zone.",
    change: "It is made anew: caches start empty, queued work is lost. Refused unless the stack is disposable.",
    default: "`true`",
  }).optional(),
  ...otherRedis,
});

const dnsFields = z.strictObject({
  zone: zoneName("Cloud DNS"),
  existing: z
    .strictObject({
      name: hostname({ means: "Name of your public zone, which holds every hostname." }),
      zone: named("the name of a zone", "example-com", { means: "What Cloud DNS calls it, in the project." }),
    })
    .optional()
    .meta(adopted("your zone")),
  manage: manageRecords,
});

/** Keys below `gcp`. What a default depends on is worked out when everything is known. */
export const gcpSchema = z
  .strictObject({
    project: matching(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, "the id of a project", "example-logfire", {
      means: "Id of the project of everything, not its name and not its number.",
      change: ofTheStack,
      default: "required",
    }).optional(),
    region: matching(/^[a-z]+-[a-z]+\d{1,2}$/, "a region of Google Cloud", "europe-west3", {
      means: "Region of everything.",
      change: ofTheStack,
      default: "required",
    }).optional(),
    labels: labels.default({}),
    network: networkFields.prefault({}),
    cluster: clusterFields.prefault({}),
    nodes: nodesFields,
    postgres: postgresFields.prefault({}),
    objectStore: objectStoreFields.prefault({}),
    redis: redisFields.prefault({}),
    dns: dnsFields.prefault({}),
  })
  .meta({
    means: "Logfire's own place on Google Cloud, with `platform: gcp`. Each part is made, or one of yours is used.",
  });

export type GcpConfiguration = z.output<typeof gcpSchema>;
