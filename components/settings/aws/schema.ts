import { z } from "zod";
import type { PoolName } from "../../platform/shared/nodePlan";
import { type About, choice, type Fault, fault, field, fine, flag, matching, show, text } from "../fields";
import { cidr, hostname } from "../formats";
import { map } from "../maps";
import {
  adopted,
  backupDays,
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

const subnetIds = (about: About) =>
  z
    .array(
      matching(/^subnet-[0-9a-f]{8,17}$/, "the id of a subnet", "subnet-0123456789abcdef0", { means: "A subnet." }),
    )
    .meta({ ...about });

function tagFault(key: string, value: unknown): Fault | undefined {
  if (/^aws:/i.test(key))
    return { problem: "begins with aws:, which belongs to Amazon", remedy: "choose another name" };
  if (!/^[\p{L}\p{N} _.:/=+@-]{1,128}$/u.test(key))
    return { problem: "is not the name of a tag", remedy: "write at most 128 letters, digits, blanks and _.:/=+-@" };
  return typeof value === "string" && /^[\p{L}\p{N} _.:/=+@-]{0,256}$/u.test(value)
    ? undefined
    : { problem: `${show(value)} is not the value of a tag`, remedy: "write text of at most 256 such characters" };
}

const tags = map<string>(
  {
    means: "On everything that can carry tags, beside those that say whose it is.",
    change: "The tags change; nothing restarts.",
  },
  "tags: `key: value`",
  (key, value) => {
    const found = tagFault(key, value);
    return found === undefined ? { value: String(value) } : { faults: [found] };
  },
);

/** What CloudWatch offers between a day and ten years. */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const retention = (about: About) => {
  const type = `a number of days, one of ${retentions.join(", ")}`;
  return field(about, type, (value) => {
    const days = Number(value);
    if (typeof value !== "boolean" && retentions.includes(days)) return fine(days);
    const longer = retentions.find((one) => one >= days) ?? retentions.at(-1);
    return fault(`${show(value)} is not a retention that CloudWatch has`, `write ${longer ?? 30}`);
  });
};

const networkFields = z.strictObject({
  cidr: cidr({
    means: "IPv4 range of the VPC, /16 to /20. Every pod takes an address of it, so it must not overlap your others.",
    change: ofTheStack,
    default: "10.40.0.0/16",
  }).optional(),
  zones: z
    .array(text({ means: "A zone, such as eu-central-1a." }))
    .optional()
    .meta({
      means: "Three availability zones, whose order fixes the subnets.",
      change: "Subnets and what is in them are created anew.",
      default: "the first three of the region that offer every machine type",
    }),
  nat: choice(["regional", "perAz", "single"], "a kind of NAT", {
    means:
      "Way out of the private subnets. `regional` follows the nodes over the zones, `perAz` has addresses that stay, " +
      "`single` is cheapest and fails with its zone.",
    change: "Connections to the outside break while it is replaced.",
    default: "`single` in the preset `tiny`, else `regional`",
  }).optional(),
  flowLogs: flag({
    means: "Records every connection of the VPC in CloudWatch.",
    change: "Nothing restarts; the logs cost by volume.",
    default: "`false`",
  }).optional(),
  existing: z
    .strictObject({
      vpcId: matching(/^vpc-[0-9a-f]{8,17}$/, "the id of a VPC", "vpc-0123456789abcdef0", { means: "Your VPC." }),
      privateSubnetIds: subnetIds({
        means: "Subnets with a way to the outside, in three zones, for nodes, database and cache.",
      }),
      publicSubnetIds: subnetIds({
        means: "Subnets of an internet gateway, one in each of these zones, for the load balancer.",
        default: "none: `edge.exposure` has to be `internal`",
      }).default([]),
    })
    .optional()
    .meta(adopted("your VPC")),
});

const clusterFields = z.strictObject({
  version: clusterVersion("EKS"),
  apiAccess: z
    .array(cidr({ means: "An address range." }))
    .optional()
    .meta({
      means:
        "Ranges from outside the VPC that reach the cluster's API, that of the machine that runs `pulumi up` among " +
        "them. Never the whole internet. May be empty where that machine is inside the network.",
      change: "Nothing restarts.",
      default: "none; required with a VPC that is made, because nobody is inside it yet",
    }),
  administrators: z
    .array(
      matching(
        /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/.+$/,
        "the ARN of a role or user",
        "arn:aws:iam::123456789012:role/operations",
        {
          means: "An ARN.",
        },
      ),
    )
    .optional()
    .meta({
      means: "Roles and users that administer the cluster, beside whoever makes it.",
      change: "Nothing restarts.",
      default: "none",
    }),
  logRetentionDays: retention({
    means: "How long CloudWatch keeps the logs of the control plane.",
    change: "Older logs are deleted.",
    default: "`30`, or `7` in a disposable stack",
  }).optional(),
  existing: z
    .strictObject({
      name: text({ means: "Name of your EKS cluster, in the VPC of `aws.network.existing`." }),
    })
    .optional()
    .meta(adopted("your cluster, with its add-ons,")),
});

const pool = (which: PoolName) => z.strictObject(poolFields(poolNouns[which])).prefault({});

const postgresFields = z.strictObject({
  instanceClass: text({
    means: "Class of the RDS instance for PostgreSQL 16.",
    change: "The database restarts, with a standby within a minute or two.",
    default: byPreset,
  }).optional(),
  storageGib: gib(20, { means: "Storage to begin with. It grows by itself and never shrinks.", default: byPreset }),
  maxStorageGib: gib(22, { means: "Bound of that growth.", default: "five times `aws.postgres.storageGib`" }),
  multiAz: flag({
    means: "Keeps a standby in another zone.",
    change: "Nothing restarts.",
    default: "`true`, but for the preset `tiny`",
  }).optional(),
  backupDays,
  encryption: choice(["rds", "kms"], "a kind of encryption", {
    means:
      "`kms` encrypts storage, backups and snapshots with a key of this stack's own instead of Amazon's. Without the " +
      "key none of them can be read.",
    change: "Fixed when the database is made.",
    default: "`rds`",
  }).optional(),
  restoreFrom: text({
    means: "Snapshot of RDS that the database begins with: its name or ARN.",
    change: "Nothing: it is read when the database is made.",
    default: "an empty database",
  }).optional(),
  existing: existingPostgres,
});

const objectStoreFields = z.strictObject({
  encryption: choice(["s3", "kms"], "a kind of encryption", {
    means: "`kms` encrypts with a key of this stack's own instead of Amazon's.",
    change: "Concerns new objects only.",
    default: "`s3`",
  }).optional(),
  existing: z
    .strictObject({
      bucket: matching(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "the name of a bucket", "example-logfire", {
        means: "Your bucket, in the region of `aws.region`. Versioning has to be off.",
        change: "Telemetry stored in the old bucket is not moved.",
      }),
      kmsKeyArn: matching(
        /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/.+$/,
        "the ARN of a key",
        "arn:aws:kms:eu-central-1:123456789012:key/…",
        {
          means: "KMS key that the bucket is encrypted with, so that the pods get leave to use it.",
          default: "none",
        },
      ).optional(),
    })
    .optional()
    .meta(adopted("your bucket")),
});

const redisFields = z.strictObject({
  nodeType: text({
    means: "Type of the nodes of ElastiCache for Valkey.",
    change: "The nodes are replaced; with a replica within seconds.",
    default: byPreset,
  }).optional(),
  nodes: count(1, 6, {
    means: "Nodes over the zones; 1 has no replica.",
    default: "`1` in the preset `tiny`, else `2`",
  }),
  ...otherRedis,
});

const dnsFields = z.strictObject({
  zone: zoneName("Route 53"),
  existing: z
    .strictObject({
      name: hostname({ means: "Name of your public zone, which holds every hostname." }),
      zoneId: matching(/^Z[A-Z0-9]{6,31}$/, "the id of a zone", "Z0123456789ABCDEFGHIJ", { means: "Its id." }),
    })
    .optional()
    .meta(adopted("your zone")),
  manage: manageRecords,
});

/** Keys below `aws`. What a default depends on is worked out when everything is known. */
export const awsSchema = z
  .strictObject({
    region: matching(/^[a-z]{2}(-[a-z]+)+-\d$/, "a region of AWS", "eu-central-1", {
      means: "Region of everything.",
      change: ofTheStack,
      default: "required",
    }).optional(),
    accountId: matching(/^\d{12}$/, "an account's twelve digits in quotes", '"123456789012"', {
      means: "Account that the credentials have to belong to, so that a stack never lands in another one.",
      default: "not checked",
    }).optional(),
    profile: text({ means: "Profile of the AWS CLI.", default: "the credentials of the environment" }).optional(),
    tags: tags.default({}),
    network: networkFields.prefault({}),
    cluster: clusterFields.prefault({}),
    nodes: z.strictObject({ general: pool("general"), scratch: pool("scratch") }).prefault({}),
    postgres: postgresFields.prefault({}),
    objectStore: objectStoreFields.prefault({}),
    redis: redisFields.prefault({}),
    dns: dnsFields.prefault({}),
    identity: choice(["podIdentity", "irsa"], "a way to an identity", {
      means: "How pods get their role: EKS Pod Identity, or IAM roles for service accounts.",
      change: "The pods that use the bucket restart.",
    }).default("podIdentity"),
  })
  .meta({ means: "Logfire's own place on AWS, with `platform: aws`. Each part is made, or one of yours is used." });

export type AwsConfiguration = z.output<typeof awsSchema>;
