import { z } from "zod";
import { presetNames } from "../logfire/catalogue/names";
import { suggest } from "../lib/errors";
import { settingsOf } from "./clouds";
import { block, choice, fault, field, fine, flag, number, show, text } from "./fields";
import { dnsLabel, email, hostname, objectName } from "./formats";
import { edgeSchema, inClusterTlsSchema } from "./schemaEdge";
import { existingSchema } from "./schemaExisting";
import {
  aiSchema,
  existingSecretsSchema,
  groupMappingSchema,
  identitySchema,
  networkSchema,
  oauthSchema,
  rateLimitsSchema,
  smtpSchema,
  telemetrySchema,
} from "./schemaProduct";
import { imagesSchema, workloadsSchema } from "./schemaWorkloads";
import { secretsSchema } from "./schemaSecrets";

const platforms = ["existing", "aws", "gcp", "azure"] as const;

const optionalWorkload = (means: string) => flag({ means, change: "Its pods are added or removed." }).default(false);
const prefix = (of: string) =>
  text({
    means: `Before every key in the Redis server for ${of}.`,
    default: "none",
    change: "Existing keys are not found.",
  });

/** Every key of a stack's configuration, in the order a new user needs them. Types, defaults and `docs/settings.md` follow. */
export const schema = z.strictObject({
  platform: field<(typeof platforms)[number]>(
    {
      means:
        "Where Logfire runs. `existing`: a cluster that is already there. `aws`, `gcp`, `azure`: a place of its own on " +
        "AWS, Google Cloud or Azure.",
      change: "Everything is created anew in the other place; nothing is moved.",
    },
    "one of `existing`, `aws`, `gcp`, `azure`",
    (value) => {
      const found = platforms.find((name) => name === value);
      if (found !== undefined) return fine(found);
      return fault(`${show(value)} is not a platform`, suggest(typeof value === "string" ? value : "", platforms));
    },
  ).default("existing"),
  hostname: hostname({
    means: "Name under which people and SDKs reach Logfire. This or `hostnames` is required.",
    change: "URLs, the issuer and links in e-mails change; SDKs and connectors have to be told.",
    default: "required",
  }).optional(),
  hostnames: z
    .array(hostname({ means: "A name." }))
    .optional()
    .meta({
      means: "Several names, the primary one first, in place of `hostname`.",
      change: "As of `hostname`, when the first changes.",
      default: "`hostname` alone",
    }),
  adminEmail: email({
    means: "E-mail address of the first administrator.",
    change: "Nothing: it is read when the account is created.",
    default: "required",
  }).optional(),
  preset: choice(presetNames, "a preset", {
    means: "Size of everything. See `npm run plan` for what it needs.",
    change: "Pods are replaced one after the other; volumes stay.",
  }).default("standard"),
  images: imagesSchema,
  identity: identitySchema,
  edge: edgeSchema.prefault({}),
  aws: block(() => settingsOf.aws().schema).optional(),
  gcp: block(() => settingsOf.gcp().schema).optional(),
  azure: block(() => settingsOf.azure().schema).optional(),
  existing: existingSchema.prefault({}),
  secrets: secretsSchema.optional(),
  existingSecrets: existingSecretsSchema,
  https: flag({
    means: "Whether people reach the hostnames by HTTPS. Only a laptop says no.",
    change: "URLs, cookies and the issuer change.",
    default: "true, but for `localhost` and names under it without `edge.certificate`",
  }).optional(),
  namespace: dnsLabel({
    means: "Namespace of everything that is deployed; it is created, or taken over where it exists.",
    change: "Everything is created anew in the other namespace, its volumes too.",
  }).default("logfire"),
  disposable: flag({
    means: "Whether the stack may be thrown away: volumes and keys are not protected from deletion.",
    change: "On, `pulumi destroy` deletes data.",
  }).default(false),
  features: z
    .strictObject({
      queryWorker: optionalWorkload("Runs queries in pods of their own (`logfire-ff-query-worker`)."),
      remoteMcp: optionalWorkload("Remote MCP server for coding agents (`logfire-remote-mcp`)."),
      aiGateway: optionalWorkload("Gateway to AI providers (`logfire-ai-gateway`)."),
    })
    .prefault({}),
  workloads: workloadsSchema,
  ingestVolumeGib: number(
    { unit: "GiB", min: 1, max: 65536, whole: true },
    {
      means: "Volume of each ingest pod's queue: what is accepted and not yet in the bucket.",
      change: "Fixed when the StatefulSet is created.",
    },
  ).default(16),
  readyTimeoutSeconds: number(
    { unit: "seconds", min: 30, max: 7200, whole: true },
    {
      means: "Longest time for one workload to become Ready before an update ends and says what is wrong with it.",
      change: "Nothing restarts. Give more where nodes are added or large images are pulled.",
    },
  ).default(600),
  smtp: smtpSchema,
  ai: aiSchema,
  groupOrganizationMapping: groupMappingSchema,
  rateLimits: rateLimitsSchema,
  oauth: oauthSchema,
  telemetry: telemetrySchema,
  network: networkSchema,
  inClusterTls: inClusterTlsSchema,
  podSecurity: choice(["restricted", "baseline"], "a Pod Security level", {
    means: "Level that the namespace enforces. `baseline` is the way back for an image that cannot run `restricted`.",
    change: "Every pod restarts.",
  }).default("restricted"),
  priorityClassName: objectName({
    means: "PriorityClass of every pod.",
    change: "Every pod restarts.",
    default: "the cluster's default",
  }).optional(),
  redisPrefixes: z
    .strictObject({ token: prefix("tokens").optional(), usage: prefix("usage counters").optional() })
    .prefault({}),
  sseC: flag({
    means: "Encrypts objects in S3 with your own key (SSE-C), `secrets.objectStoreSseCKey`.",
    change: "Only on an empty bucket: what was written before cannot be read after.",
  }).default(false),
});

/** A stack's configuration as its owner writes it, with defaults filled in that depend on nothing else. */
export type Configuration = z.output<typeof schema>;
