import * as pulumi from "@pulumi/pulumi";
import { checksum, type ObjectManifest, type ObjectRole, type RenderedObject } from "./manifests";
import { register } from "./resources";
import type { LogfireSecrets } from "./secrets/secrets";

export interface ObjectsArgs {
  readonly objects: readonly RenderedObject[];
  readonly secrets: LogfireSecrets;
  /** Whatever must have succeeded before a workload that reads the tables starts. */
  readonly migrations: readonly pulumi.Resource[];
  /** Whatever must be there before the first pod: nodes, network, stores inside the cluster. */
  readonly ready: readonly pulumi.Resource[];
  /** Without protection of what holds data. */
  readonly disposable: boolean;
  /** Longest time until a workload is Ready, before the update gives up and says why. Seconds. */
  readonly readyTimeoutSeconds: number;
}

/** Registers what the renderer describes; workloads last, each after exactly what its pods read. */
export function registerObjects(
  component: string,
  args: ObjectsArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const made = new Map<string, pulumi.Resource>();
  const accounts: pulumi.Resource[] = [];
  const inRole = (...roles: readonly ObjectRole[]) => args.objects.filter(({ role }) => roles.includes(role));

  for (const object of inRole("access", "config", "policy", "service", "autoscaler", "budget")) {
    const resource = register(component, withoutAwait(object.manifest), opts);
    if (object.role === "config") made.set(object.manifest.metadata.name, resource);
    if (object.manifest.kind === "ServiceAccount") accounts.push(resource);
  }
  return inRole("workload").map((object) => {
    const files = object.reads.configMaps.flatMap((name) => made.get(name) ?? []);
    const after = [...accounts, ...files, ...args.secrets.resources, ...args.ready];
    return registerWorkload(component, object, args, {
      ...opts,
      dependsOn: [...dependencies(opts), ...after, ...(object.waitsForMigrations ? args.migrations : [])],
    });
  });
}

function registerWorkload(
  component: string,
  { manifest, reads }: RenderedObject,
  { objects, secrets, disposable, readyTimeoutSeconds }: ObjectsArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const timeout = `${readyTimeoutSeconds}s`;
  const annotations = {
    "checksum/secrets": secrets.checksumOf(reads.secrets),
    ...outputChecksum(objects, reads.configMaps),
  };
  return register(
    component,
    withPodAnnotations(manifest, annotations),
    pulumi.mergeOptions(opts, {
      customTimeouts: { create: timeout, update: timeout },
      ...(manifest.kind === "StatefulSet"
        ? // The claims are the ingest queue: their size is fixed at creation, and asking for another would replace the set.
          { protect: !disposable, ignoreChanges: ["spec.volumeClaimTemplates"] }
        : {}),
    }),
  );
}

/** The renderer hashes texts that it knows; texts that the platform makes are hashed once they are known. */
function outputChecksum(
  objects: readonly RenderedObject[],
  names: readonly string[],
): Record<string, pulumi.Output<string>> {
  const read = objects.filter(({ role, manifest }) => role === "config" && names.includes(manifest.metadata.name));
  const data = read.map(({ manifest }) => manifest.data ?? {});
  if (data.every((texts) => Object.values(texts).every((text) => typeof text === "string"))) return {};
  const known = pulumi.output(data).apply((all) => checksum(Object.assign({}, ...all) as Record<string, string>));
  return { "checksum/config": known };
}

interface PodTemplate {
  readonly template: { readonly metadata: { readonly annotations?: Readonly<Record<string, string>> } };
}

function withPodAnnotations(
  manifest: ObjectManifest,
  annotations: Readonly<Record<string, pulumi.Input<string>>>,
): ObjectManifest {
  const spec = manifest.spec as PodTemplate;
  const { template } = spec;
  const merged = { ...template.metadata.annotations, ...annotations };
  return {
    ...manifest,
    spec: { ...spec, template: { ...template, metadata: { ...template.metadata, annotations: merged } } },
  };
}

/**
 * Whoever needs a Service waits for its workload; the provider's own wait for endpoints to settle costs ten seconds.
 * Autoscalers and budgets have nothing to wait for.
 */
function withoutAwait(manifest: ObjectManifest): ObjectManifest {
  if (manifest.kind !== "Service") return manifest;
  const annotations = { ...manifest.metadata.annotations, "pulumi.com/skipAwait": "true" };
  return { ...manifest, metadata: { ...manifest.metadata, annotations } };
}

const dependencies = ({ dependsOn }: pulumi.CustomResourceOptions): pulumi.Input<pulumi.Resource>[] =>
  dependsOn === undefined ? [] : ([dependsOn].flat() as pulumi.Input<pulumi.Resource>[]);
