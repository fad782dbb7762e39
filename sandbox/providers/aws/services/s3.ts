import { letters } from "../../cloud/ids";
import { CloudError, list, number, record, text, type Reference } from "../../cloud/model";
import type { Kinds, ResourceKind } from "../kind";
import { length, whole } from "../../cloud/rules";
import { policy, valueOf } from "../rules";

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
const bucketName =
  /^(?!xn--|sthree-|amzn-s3-demo-)(?!.*(\.\.|-s3alias$|--ol-s3$|--x-s3$|\.mrap$))(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

const bucket: ResourceKind = {
  api: ["S3", "Bucket"],
  name: {
    ...{ property: "bucket", prefix: "bucketPrefix", max: 63, uniqueError: "BucketAlreadyOwnedByYou", lower: true },
    pattern: bucketName,
    words: "3 to 63 lower-case letters, digits, dots and hyphens that make a bucket's name",
  },
  replaces: ["bucket", "bucketPrefix", "objectLockEnabled", "bucketNamespace"],
  seconds: { create: 3, delete: 2 },
  id: (inputs) => text(inputs.bucket),
  outputs: (_inputs, { id, view }) => ({
    arn: view.arn("s3", id, { region: false, account: false }),
    bucketDomainName: `${id}.s3.amazonaws.com`,
    bucketRegion: view.region,
    bucketRegionalDomainName: `${id}.s3.${view.region}.amazonaws.com`,
    hostedZoneId: `Z${letters(13)}`,
    ...{ websiteDomain: "", websiteEndpoint: "", objectLockEnabled: false, requestPayer: "BucketOwner" },
    serverSideEncryptionConfiguration: {
      rule: {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256", kmsMasterKeyId: "" },
        bucketKeyEnabled: false,
      },
    },
    versioning: { enabled: false, mfaDelete: false },
    ...{ objectLockConfiguration: {}, replicationConfiguration: {}, logging: {}, website: {} },
  }),
  unset: [
    "accelerationStatus",
    "acl",
    "bucketNamespace",
    "bucketPrefix",
    "corsRules",
    "grants",
    "lifecycleRules",
    "policy",
  ],
  release: ({ id, outs }) => {
    if (number(outs.simulatedObjects ?? 0) > 0 && outs.forceDestroy !== true)
      throw new CloudError("BucketNotEmpty", `The bucket you tried to delete is not empty: ${id}`);
  },
  stateful: true,
};

const ofBucket: Reference = { to: "s3/bucket:Bucket", missing: "NoSuchBucket" };
const onePerBucket = (api: string, kind: Partial<ResourceKind> = {}): ResourceKind => ({
  api: ["S3", api],
  references: { bucket: ofBucket, ...kind.references },
  replaces: ["bucket"],
  id: (inputs) => text(inputs.bucket),
  outputs: () => ({}),
  ...Object.fromEntries(Object.entries(kind).filter(([name]) => name !== "references")),
});

const encryption = onePerBucket("BucketEncryption", {
  rules: { "rules[].applyServerSideEncryptionByDefault.sseAlgorithm": valueOf("s3", "ServerSideEncryption") },
  references: {
    "rules[].applyServerSideEncryptionByDefault.kmsMasterKeyId": {
      to: "kms/key:Key",
      by: "arn",
      missing: "KMS.NotFoundException",
    },
  },
  check: (inputs) =>
    list(inputs.rules)
      .map((rule) => record(record(rule).applyServerSideEncryptionByDefault))
      .filter(({ sseAlgorithm, kmsMasterKeyId }) => sseAlgorithm === "AES256" && kmsMasterKeyId !== undefined)
      .map(() => "kmsMasterKeyId does not go with AES256"),
});

const lifecycle = onePerBucket("BucketLifecycleConfiguration", {
  rules: {
    "rules[].id": length(1, 255),
    "rules[].status": valueOf("s3", "ExpirationStatus"),
    "rules[].abortIncompleteMultipartUpload.daysAfterInitiation": whole(1, 36_500),
    "rules[].expiration.days": whole(1, 36_500),
  },
  outputs: () => ({ transitionDefaultMinimumObjectSize: "all_storage_classes_128K" }),
  unset: ["expectedBucketOwner"],
});

const bucketPolicy = onePerBucket("BucketPolicy", {
  rules: { policy: policy("resource", 20_480) },
  admit: (inputs) => {
    const name = text(inputs.bucket);
    const { Statement } = JSON.parse(text(inputs.policy)) as { readonly Statement: unknown };
    const resources = [Statement].flat().flatMap((statement) => [record(statement).Resource].flat().map(text));
    const foreign = resources.find((arn) => !new RegExp(`^arn:aws[a-z-]*:s3:::${name}(/.*)?$`).test(arn));
    if (foreign !== undefined) throw new CloudError("MalformedPolicy", `Policy has invalid resource: ${foreign}`);
  },
});

const ownership = onePerBucket("BucketOwnershipControls", {
  rules: { "rule.objectOwnership": valueOf("s3", "ObjectOwnership") },
});

export const s3: Kinds = {
  "s3/bucket:Bucket": bucket,
  "s3/bucketPublicAccessBlock:BucketPublicAccessBlock": onePerBucket("PublicAccessBlock"),
  "s3/bucketOwnershipControls:BucketOwnershipControls": ownership,
  "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": encryption,
  "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": lifecycle,
  "s3/bucketPolicy:BucketPolicy": bucketPolicy,
};
