import { Bucket } from "@pulumi/aws/s3/bucket";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration";
import type { Key } from "@pulumi/aws/kms/key";
import * as pulumi from "@pulumi/pulumi";
import type { AwsBucket } from "../../settings/aws/types";
import type { ObjectStore, PodIdentity } from "../contract";
import { createKey } from "./cluster";
import { json, type AwsContext } from "./context";
import { secretEnvironment } from "../shared/ownStores";
import { identityFacts, objectStoreFacts } from "./figures/facts";
import { associate, createPodRole, type PodIdentities } from "./identity";
import { limits } from "./names";
import { bucketAccess, tlsOnly, type BucketPlace } from "./policies";
import { endsUniquely } from "./postgres";

export interface AwsObjectStore {
  readonly store: ObjectStore;
  /** Whom the bucket lets in; undefined where the owner's bucket comes with keys of its own. */
  readonly place?: { readonly [K in keyof BucketPlace]: pulumi.Input<BucketPlace[K]> };
  readonly ready: readonly pulumi.Resource[];
}

export function createObjectStore(context: AwsContext): AwsObjectStore {
  const { settings, secrets, facts } = context;
  if (settings.objectStore.kind === "create") return createBucket(context, settings.objectStore);
  const { uri, secretEnvironmentKeys, kmsKeyArn } = settings.objectStore;
  const { secretEnvironmentKeys: _, ...store } = objectStoreFacts(settings, uri);
  const [, bucket, prefix] = /^s3:\/\/([^/]+)\/?(.*?)\/*$/.exec(uri) ?? [];
  return {
    store: { ...store, secretEnvironment: secretEnvironment(secretEnvironmentKeys, secrets) },
    ...(bucket === undefined || secretEnvironmentKeys.length > 0
      ? {}
      : { place: { partition: facts.partition, bucket, prefix: prefix || undefined, kmsKeyArn } }),
    ready: [],
  };
}

function createBucket(context: AwsContext, { encryption }: AwsBucket): AwsObjectStore {
  const { name, settings, logfire, facts, guarded } = context;
  const key = encryption === "kms" ? createKey(context, "objects", "Objects in the bucket of Logfire") : undefined;
  const bucket = new Bucket(
    `${name}-objects`,
    { bucket: endsUniquely(context, "objects", limits.bucket), forceDestroy: logfire.disposable },
    guarded,
  );
  const of = { bucket: bucket.bucket };
  const { secretEnvironmentKeys: _, ...store } = objectStoreFacts(settings, pulumi.interpolate`s3://${bucket.bucket}`);
  return {
    store: { ...store, secretEnvironment: {} },
    place: { partition: facts.partition, ...of, ...(key === undefined ? {} : { kmsKeyArn: key.arn }) },
    ready: [bucket, ...closeBucket(context, of), ...keepBucket(context, of, key)],
  };
}

interface BucketName {
  readonly bucket: pulumi.Output<string>;
}

/** Nobody gets in from the internet, by an access list, or without TLS. */
function closeBucket({ name, facts, child }: AwsContext, of: BucketName): readonly pulumi.Resource[] {
  const publicAccess = new BucketPublicAccessBlock(
    `${name}-objects`,
    {
      ...of,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    child,
  );
  const ownership = new BucketOwnershipControls(
    `${name}-objects`,
    { ...of, rule: { objectOwnership: "BucketOwnerEnforced" } },
    child,
  );
  const policy = new BucketPolicy(
    `${name}-objects`,
    { ...of, policy: json({ ...of }, (known) => tlsOnly({ partition: facts.partition, ...known })) },
    // S3 refuses two changes of a bucket's policies and public access at the same moment.
    { ...child, dependsOn: [publicAccess] },
  );
  return [publicAccess, ownership, policy];
}

/** How objects are kept: encrypted, and parts of uploads that a killed pod left behind, which nobody sees, not at all. */
function keepBucket({ name, child }: AwsContext, of: BucketName, key: Key | undefined): readonly pulumi.Resource[] {
  const encrypted = new BucketServerSideEncryptionConfiguration(
    `${name}-objects`,
    {
      ...of,
      rules: [
        {
          applyServerSideEncryptionByDefault:
            key === undefined ? { sseAlgorithm: "AES256" } : { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn },
          bucketKeyEnabled: true,
        },
      ],
    },
    child,
  );
  const lifecycle = new BucketLifecycleConfiguration(
    `${name}-objects`,
    {
      ...of,
      rules: [
        {
          id: "abort-unfinished-uploads",
          status: "Enabled",
          filter: { prefix: "" },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 2 },
        },
      ],
    },
    child,
  );
  return [encrypted, lifecycle];
}

/** The account that Logfire's pods run under when they read and write the bucket. */
const workloads = "logfire";

/** Lets Logfire's pods into the bucket by a role, without a key that somebody could lose. */
export function createBucketIdentity(
  context: AwsContext,
  identities: PodIdentities,
  { place }: AwsObjectStore,
  agent: readonly pulumi.Resource[],
): { readonly identity: PodIdentity; readonly ready: readonly pulumi.Resource[] } {
  if (place === undefined) return { identity: identityFacts(context.settings, ""), ready: [] };
  const account = { namespace: context.logfire.namespace, serviceAccount: workloads };
  const role = createPodRole(context, identities, "workloads", account, {
    own: { bucket: json<BucketPlace>(place, bucketAccess) },
  });
  return {
    identity: identityFacts(context.settings, role.role.arn),
    ready: associate(context, "workloads", account, role, agent),
  };
}
