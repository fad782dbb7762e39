import { imageReference } from "../components/logfire/catalogue/images";
import { renderDatabase } from "../components/logfire/database/manifests";
import { withRevision } from "../components/kubernetes/job";
import { pullSecretNames, renderLogfire, type ObjectManifest } from "../components/logfire/manifests";
import { minioName, platformFacts, postgresName } from "../components/platform/existing/facts";
import { minioManifests } from "../components/platform/existing/objectStore";
import { postgresManifests } from "../components/platform/existing/postgres";
import { toMib, toMillis } from "../components/lib/quantities";
import { byPlace } from "../components/platform/clouds";
import type { PlatformFacts } from "../components/platform/contract";
import type { Placeholders } from "../components/platform/shared/placeholders";
import type { ExistingPlatformSettings, Settings } from "../components/settings";

/** Every object of a stack that is no Secret, as data: what the engine applies, worked out without it. */
export function stackObjects(settings: Settings, stack: string): readonly ObjectManifest[] {
  const { logfire, platform } = settings;
  const facts = stackFacts(settings);
  const rendered = renderLogfire({
    settings: logfire,
    platform: facts,
    redisInCluster: platform.redis.kind === "inCluster",
  });
  return [
    ...rendered.map(({ manifest }) => manifest),
    ...platformObjects(settings, stack),
    ...renderDatabase({ settings: logfire, platform: facts }),
  ];
}

/** What the renderer may know of the platform before it is there. */
export const stackFacts = (settings: Settings): PlatformFacts =>
  byPlace(settings, {
    existing: ({ platform }) => platformFacts(platform),
    cloud: (figures, stack) => figures.facts(stack),
  });

/** Objects that the platform itself makes. */
const platformObjects = (settings: Settings, name: string): readonly ObjectManifest[] =>
  byPlace(settings, { existing: storeObjects, cloud: (figures, stack) => figures.objects(stack, name) });

function storeObjects({ logfire, platform }: Settings<ExistingPlatformSettings>): readonly ObjectManifest[] {
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

/** What is planned besides the workloads. CPU in millicores, the others in MiB. */
export interface Store {
  readonly name: string;
  readonly cpuMillis: number;
  readonly memoryMib: number;
}

/** A volume on network storage, one for each pod of its owner. */
export interface DurableVolume {
  readonly owner: string;
  readonly sizeMib: number;
}

type SetManifest = Omit<ObjectManifest, "spec"> & {
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly { readonly resources: Resources }[] } };
    readonly volumeClaimTemplates: readonly { readonly spec: { readonly resources: Resources } }[];
  };
};
interface Resources {
  readonly requests: Readonly<Record<string, string>>;
}

const statefulSets = (objects: readonly ObjectManifest[]): readonly SetManifest[] =>
  objects.filter(({ kind }) => kind === "StatefulSet") as unknown as readonly SetManifest[];

/** Stores that run inside the cluster beside the workloads, one pod each. */
export const storesIn = (objects: readonly ObjectManifest[]): readonly Store[] =>
  statefulSets(objects)
    .filter(({ metadata }) => metadata.name === postgresName || metadata.name === minioName)
    .map(({ metadata, spec }) => ({
      name: metadata.name,
      cpuMillis: sum(spec.template.spec.containers, ({ requests }) => toMillis(requests["cpu"] ?? "0")),
      memoryMib: sum(spec.template.spec.containers, ({ requests }) => toMib(requests["memory"] ?? "0Mi")),
    }));

const sum = (parts: readonly { readonly resources: Resources }[], of: (resources: Resources) => number): number =>
  parts.reduce((total, { resources }) => total + of(resources), 0);

/** Volumes that outlive their pods. */
export const durableVolumes = (objects: readonly ObjectManifest[]): readonly DurableVolume[] =>
  statefulSets(objects).map(({ metadata, spec }) => ({
    owner: metadata.name,
    sizeMib: sum(
      spec.volumeClaimTemplates.map((claim) => claim.spec),
      ({ requests }) => toMib(requests["storage"] ?? "0Mi"),
    ),
  }));

/** Secrets that cert-manager fills: nobody has to make them. */
const issuedSecrets = (objects: readonly ObjectManifest[]): ReadonlySet<string> =>
  new Set(
    objects
      .filter(({ kind }) => kind === "Certificate")
      .map(({ spec }) => (spec as { readonly secretName: string }).secretName),
  );

/** Every image that the objects' containers run, once each. */
export function imagesIn(objects: readonly ObjectManifest[]): readonly string[] {
  const images = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [field, inner] of Object.entries(value as Record<string, unknown>)) {
      if (field === "containers" || field === "initContainers")
        for (const { image } of inner as { image?: string }[]) if (image !== undefined) images.add(image);
      visit(inner);
    }
  };
  objects.forEach(visit);
  return [...images].sort();
}

/** Placeholders that stand in the objects, with what belongs there: the account knows it once everything is made. */
export function placeholdersIn(
  settings: Settings,
  written: readonly unknown[],
): readonly (readonly [string, string])[] {
  const text = JSON.stringify(written);
  const placeholders = byPlace<Placeholders>(settings, {
    existing: () => ({}),
    cloud: (figures) => figures.placeholders,
  });
  return Object.entries(placeholders).filter(([name]) => text.includes(name));
}

/** A Kubernetes Secret that the objects read, and what they read of it. */
export interface ReadSecret {
  readonly name: string;
  /** Empty where the whole Secret is read. */
  readonly keys: readonly string[];
}

/** Every Secret that some object names, by name: found in the objects themselves, so none can be forgotten. */
export function secretsRead(objects: readonly ObjectManifest[]): readonly ReadSecret[] {
  const issued = issuedSecrets(objects);
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
      else if (field === "certificateRefs" || field === "caCertificateRefs")
        for (const { kind, name } of inner as { kind: string; name: string }[]) if (kind === "Secret") note(name);
      visit(inner);
    }
  };
  objects.forEach(visit);
  return [...found]
    .filter(([name]) => !issued.has(name))
    .map(([name, keys]) => ({ name, keys: [...keys].sort() }))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}
