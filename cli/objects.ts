import { imageReference } from "../components/logfire/catalogue/images";
import { renderDatabase } from "../components/logfire/database/manifests";
import { withRevision } from "../components/logfire/database/job";
import { pullSecretNames, renderLogfire, type ObjectManifest } from "../components/logfire/manifests";
import { platformFacts } from "../components/platform/existing/facts";
import { minioManifests } from "../components/platform/existing/objectStore";
import { postgresManifests } from "../components/platform/existing/postgres";
import type { Settings } from "../components/settings";

/** Every object of a stack that is no Secret, as data: what the engine applies, worked out without it. */
export function stackObjects(settings: Settings): readonly ObjectManifest[] {
  const { logfire, platform } = settings;
  const facts = platformFacts(platform);
  const rendered = renderLogfire({
    settings: logfire,
    platform: facts,
    redisInCluster: platform.redis.kind === "inCluster",
  });
  return [
    ...rendered.map(({ manifest }) => manifest),
    ...storeObjects(settings),
    ...renderDatabase({ settings: logfire, platform: facts }),
  ];
}

function storeObjects({ logfire, platform }: Settings): readonly ObjectManifest[] {
  const store = {
    context: {
      namespace: logfire.namespace,
      placement: platform.placement,
      pullPolicy: logfire.images.pullPolicy,
      pullSecrets: pullSecretNames({ settings: logfire }),
      priorityClassName: logfire.priorityClassName,
      podSecurity: logfire.podSecurity,
    },
    storageClass: platform.durableStorageClass,
    disposable: logfire.disposable,
  };
  const image = (name: "postgres" | "minio" | "minioClient") => imageReference(name, logfire.images);
  const postgres =
    platform.postgres.kind === "inCluster"
      ? postgresManifests({ ...store, image: image("postgres"), volumeGib: platform.postgres.volumeGib })
      : undefined;
  const minio =
    platform.objectStore.kind === "inCluster"
      ? minioManifests({
          ...store,
          image: image("minio"),
          clientImage: image("minioClient"),
          volumeGib: platform.objectStore.volumeGib,
        })
      : undefined;
  return [
    ...(postgres === undefined ? [] : [postgres.config, postgres.service, postgres.statefulSet]),
    ...(minio === undefined ? [] : [minio.service, minio.statefulSet, withRevision(minio.bucket)]),
  ];
}

/** A Kubernetes Secret that the objects read, and what they read of it. */
export interface ReadSecret {
  readonly name: string;
  /** Empty where the whole Secret is read. */
  readonly keys: readonly string[];
}

/** Every Secret that some object names, by name: found in the objects themselves, so none can be forgotten. */
export function secretsRead(objects: readonly ObjectManifest[]): readonly ReadSecret[] {
  const found = new Map<string, Set<string>>();
  const note = (name: unknown, key?: unknown) => {
    if (typeof name !== "string") return;
    const keys = found.get(name) ?? new Set<string>();
    if (typeof key === "string") keys.add(key);
    found.set(name, keys);
  };
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [field, inner] of Object.entries(value as Record<string, unknown>)) {
      const reference = inner as {
        readonly name?: unknown;
        readonly key?: unknown;
        readonly secretName?: unknown;
      } | null;
      if (field === "secretKeyRef") note(reference?.name, reference?.key);
      else if (field === "secretRef") note(reference?.name);
      else if (field === "secret") note(reference?.secretName);
      else if (field === "imagePullSecrets") for (const { name } of inner as { name: string }[]) note(name);
      visit(inner);
    }
  };
  objects.forEach(visit);
  return [...found]
    .map(([name, keys]) => ({ name, keys: [...keys].sort() }))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}
