import { now } from "../../cloud/ids";
import { CloudError, isUnknown, list, record, text, type ResourceKind as Kind } from "../../cloud/model";
import { oneOf, whole } from "../../cloud/rules";
import { ownRefusal } from "../errors";
import type { GcpView, Kinds } from "../kind";
import { regions } from "../regions";
import { agentOf } from "./apis";
import { requireKey } from "./kms";

// https://docs.cloud.google.com/storage/docs/buckets#naming
const bucketName = /^(?!goog)(?!.*(google|g00gle))(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/;

const locations = [...regions, "eu", "us", "asia"];

const bucket: Kind<GcpView> = {
  api: ["Cloud Storage", "Bucket"],
  rules: {
    location: (value) =>
      locations.includes(text(value).toLowerCase()) ? undefined : "not a region or multi-region of Cloud Storage",
    storageClass: oneOf("STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE"),
    publicAccessPrevention: oneOf("inherited", "enforced"),
    "lifecycleRules[].action.type": oneOf("Delete", "SetStorageClass", "AbortIncompleteMultipartUpload"),
    "lifecycleRules[].condition.age": whole(0, 100_000),
    // 0, or 7 to 90 days.
    "softDeletePolicy.retentionDurationSeconds": whole(604_800, 7_776_000, [0]),
  },
  name: {
    ...{ property: "name", max: 63, lower: true },
    pattern: bucketName,
    words: "3 to 63 lower-case letters, digits, dots, hyphens and underscores, without google in it",
  },
  replaces: ["name", "project", "location", "hierarchicalNamespace", "enableObjectRetention", "customPlacementConfig"],
  check: (inputs) =>
    list(inputs.lifecycleRules)
      .map(record)
      .flatMap(({ action, condition }, at) =>
        record(action).type === "AbortIncompleteMultipartUpload" &&
        Object.keys(record(condition)).some((name) => !["age", "matchesPrefixes", "matchesSuffixes"].includes(name))
          ? [`lifecycleRules[${at}] aborts uploads, which takes age, matchesPrefixes and matchesSuffixes alone`]
          : [],
      ),
  admit: (inputs, view) => {
    const agent = agentOf("storage.googleapis.com", view);
    const { defaultKmsKeyName: key } = record(inputs.encryption);
    requireKey(
      ...([view, isUnknown(key) ? "" : key, agent, text(inputs.location).toLowerCase()] as const),
      "Permission denied on Cloud KMS key. Please ensure that your Cloud Storage service account has been authorized to use this key.",
    );
  },
  seconds: { create: 3, update: 2, delete: 3 },
  id: (inputs) => text(inputs.name),
  outputs: (inputs, { id, view, before }) => ({
    ...{ selfLink: `https://www.googleapis.com/storage/v1/b/${id}`, url: `gs://${id}` },
    ...{ projectNumber: Number(view.projectNumber), timeCreated: before?.timeCreated ?? now(), updated: now() },
    location: text(inputs.location).toUpperCase(),
    publicAccessPrevention: inputs.publicAccessPrevention ?? "inherited",
    uniformBucketLevelAccess: inputs.uniformBucketLevelAccess ?? false,
    versioning: inputs.versioning ?? { enabled: false },
    softDeletePolicy: { retentionDurationSeconds: 604_800, effectiveTime: now(), ...record(inputs.softDeletePolicy) },
    ...{ storageClass: inputs.storageClass ?? "STANDARD", forceDestroy: inputs.forceDestroy ?? false },
  }),
  unset: ["rpo", "website"],
  release: ({ id, outs }) => {
    if (Number(outs.simulatedObjects ?? 0) > 0 && outs.forceDestroy !== true)
      throw new CloudError(
        ownRefusal,
        `Error trying to delete bucket ${id} containing objects without force_destroy set to true`,
      );
  },
  stateful: true,
};

export const storage: Kinds = { "storage/bucket:Bucket": bucket };
