import * as pulumi from "@pulumi/pulumi";
import type { JobContext } from "../../kubernetes/job";
import { registerJob } from "../../kubernetes/registerJob";
import { register } from "../../kubernetes/resources";
import { registerSecret } from "../../kubernetes/secret";
import { randomPassword } from "../../logfire/secrets/values";
import type { ExistingPlatformSettings } from "../../settings/types";
import { minioManifests, minioSecret } from "./objectStore";
import { postgresManifests, postgresServerSecret } from "./postgres";

export interface StoresArgs {
  readonly settings: ExistingPlatformSettings;
  readonly context: JobContext;
  /** Full references. */
  readonly images: { readonly postgres: string; readonly minio: string; readonly minioClient: string };
  readonly disposable: boolean;
}

interface Store {
  readonly ready: readonly pulumi.Resource[];
}

/** The claim's size is fixed when it is made; asking for another would be asking for another StatefulSet. */
const keepClaims = { ignoreChanges: ["spec.volumeClaimTemplates"] };

/** PostgreSQL inside the cluster, and the password of the administrator who is no superuser. */
export function createPostgres(
  component: string,
  { settings, context, images, disposable }: StoresArgs,
  volumeGib: number,
  opts: pulumi.CustomResourceOptions,
): Store & { readonly adminPassword: pulumi.Output<string> } {
  const superuser = randomPassword(`${component}-postgres-superuser`, opts);
  const adminPassword = randomPassword(`${component}-postgres-admin`, opts);
  const { name, superuser: superuserKey, admin } = postgresServerSecret;
  const secret = registerSecret(
    component,
    context.namespace,
    name,
    { [superuserKey]: superuser, [admin]: adminPassword },
    opts,
  );
  const { config, service, statefulSet } = postgresManifests({
    context,
    image: images.postgres,
    volumeGib,
    storageClass: settings.durableStorageClass,
    disposable,
  });
  const dependsOn = [register(component, config, opts), register(component, service, opts), secret];
  const guarded = pulumi.mergeOptions(opts, { ...keepClaims, dependsOn, protect: !disposable });
  return { ready: [register(component, statefulSet, guarded)], adminPassword };
}

/** MinIO inside the cluster with its bucket, and the credentials that open it. */
export function createMinio(
  component: string,
  { settings, context, images, disposable }: StoresArgs,
  volumeGib: number,
  opts: pulumi.CustomResourceOptions,
): Store & { readonly user: pulumi.Output<string>; readonly password: pulumi.Output<string> } {
  const user = randomPassword(`${component}-minio-user`, opts);
  const password = randomPassword(`${component}-minio-password`, opts);
  const { name, user: userKey, password: passwordKey } = minioSecret;
  const secret = registerSecret(component, context.namespace, name, { [userKey]: user, [passwordKey]: password }, opts);
  const { service, statefulSet, bucket } = minioManifests({
    context,
    image: images.minio,
    clientImage: images.minioClient,
    volumeGib,
    storageClass: settings.durableStorageClass,
    disposable,
  });
  const dependsOn = [register(component, service, opts), secret];
  const guarded = pulumi.mergeOptions(opts, { ...keepClaims, dependsOn, protect: !disposable });
  const server = register(component, statefulSet, guarded);
  const job = registerJob(component, bucket, pulumi.mergeOptions(opts, { dependsOn: [server] }));
  return { ready: [server, job], user, password };
}
