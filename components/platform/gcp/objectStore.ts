import type { KeyRing } from "@pulumi/gcp/kms/keyRing";
import { Bucket } from "@pulumi/gcp/storage/bucket";
import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember";
import * as pulumi from "@pulumi/pulumi";
import type { GcpBucket } from "../../settings/gcp/types";
import type { ObjectStore, PodIdentity } from "../contract";
import { secretEnvironment } from "../shared/ownStores";
import { enabled } from "./apis";
import type { Cluster } from "./cluster";
import type { GcpContext } from "./context";
import { identityFacts, objectStoreFacts } from "./figures/facts";
import { createPodAccount, memberOf } from "./identity";
import { createKey } from "./keys";
import { bucketNames, limits } from "./names";
import { endsUniquely } from "../shared/unique";

export interface GcpObjectStore {
  readonly store: ObjectStore;
  /** The one that pods are let into; undefined where the owner's comes with keys of its own. */
  readonly bucket?: pulumi.Input<string>;
  readonly ready: readonly pulumi.Resource[];
}

export function createObjectStore(context: GcpContext, ring: KeyRing | undefined): GcpObjectStore {
  const { settings, secrets } = context;
  if (settings.objectStore.kind === "create") return createBucket(context, settings.objectStore, ring);
  const { uri, secretEnvironmentKeys } = settings.objectStore;
  const { secretEnvironmentKeys: _, ...store } = objectStoreFacts(settings, uri);
  const [, bucket] = /^gs:\/\/([^/]+)/.exec(uri) ?? [];
  return {
    store: { ...store, secretEnvironment: secretEnvironment(secretEnvironmentKeys, secrets) },
    ...(bucket === undefined || secretEnvironmentKeys.length > 0 ? {} : { bucket }),
    ready: [],
  };
}

/** Days after which parts of an upload go that a killed pod left behind. */
const unfinishedDays = 2;

function createBucket(context: GcpContext, settings: GcpBucket, ring: KeyRing | undefined): GcpObjectStore {
  const { name, settings: platform, logfire, guarded } = context;
  const key = createObjectsKey(context, settings, ring);
  const bucket = new Bucket(
    `${name}-objects`,
    {
      name: endsUniquely({ ...context, names: bucketNames(context.names) }, "objects", limits.bucket),
      location: platform.region.toUpperCase(),
      storageClass: "STANDARD",
      // Rights of IAM alone, no lists on objects, and nobody from the internet whatever IAM says.
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      // Files are merged into others all day: each that is deleted would be paid for longer.
      versioning: { enabled: false },
      softDeletePolicy: { retentionDurationSeconds: 0 },
      lifecycleRules: [{ action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: unfinishedDays } }],
      ...(key === undefined ? {} : { encryption: { defaultKmsKeyName: key.id } }),
      forceDestroy: logfire.disposable,
    },
    { ...guarded, dependsOn: [...(key?.usable ?? []), ...enabled(context, "storage")] },
  );
  const { secretEnvironmentKeys: _, ...store } = objectStoreFacts(platform, pulumi.interpolate`gs://${bucket.name}`);
  return { store: { ...store, secretEnvironment: {} }, bucket: bucket.name, ready: [bucket] };
}

function createObjectsKey(context: GcpContext, { encryption }: GcpBucket, ring: KeyRing | undefined) {
  if (encryption === "google") return undefined;
  const { storageAgent } = context.facts;
  if (ring === undefined || storageAgent === undefined) throw new Error("a key without a ring, or without its user");
  return createKey(context, ring, "objects", { member: `serviceAccount:${storageAgent}`, made: [] });
}

/** The account that Logfire's pods run under when they read and write the bucket. */
const workloads = "logfire";

/** Lets Logfire's pods into the bucket as a service account, without a key that somebody could lose. */
export function createBucketIdentity(
  context: GcpContext,
  cluster: Cluster,
  { bucket }: GcpObjectStore,
): { readonly identity: PodIdentity; readonly ready: readonly pulumi.Resource[] } {
  if (bucket === undefined) return { identity: identityFacts(context.settings, ""), ready: [] };
  const account = { namespace: context.logfire.namespace, serviceAccount: workloads };
  const identity = createPodAccount(context, cluster, "workloads", "Pods of Logfire that use the bucket", account);
  const right = new BucketIAMMember(
    `${context.name}-workloads`,
    {
      bucket,
      // Objects and unfinished uploads, and nothing of who else may.
      role: "roles/storage.objectUser",
      member: memberOf(identity.account),
    },
    context.child,
  );
  return {
    identity: identityFacts(context.settings, identity.account.email),
    ready: [...identity.ready, right],
  };
}
