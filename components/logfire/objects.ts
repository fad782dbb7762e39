import * as pulumi from "@pulumi/pulumi";
import { checksum, isPlain, type ObjectManifest, type ObjectRole, type RenderedObject } from "./manifests";
import { register } from "../kubernetes/resources";
import type { LogfireSecrets } from "./secrets/secrets";

export interface ObjectsArgs {
  readonly objects: readonly RenderedObject[];
  readonly secrets: LogfireSecrets;
  /** Whatever must have succeeded before a workload that reads the tables starts. */
  readonly migrations: readonly pulumi.Resource[];
  /** Whatever must be there before the first pod: nodes, network, stores inside the cluster. */
  readonly ready: readonly pulumi.Resource[];
  /** What a Certificate needs before it can be made: cert-manager, where this stack installs it. */
  readonly certManager?: readonly pulumi.Resource[];
  /** Without protection of what holds data. */
  readonly disposable: boolean;
  /** Longest time until a workload is Ready, before the update gives up and says why. Seconds. */
  readonly readyTimeoutSeconds: number;
}

/**
 * Registers what the renderer describes: each workload after exactly what its pods read, and after it what refers to
 * it. An autoscaler or a budget before its workload would have nothing to do but stand in the way of a first update.
 */
export function registerObjects(component: string, args: ObjectsArgs, opts: pulumi.CustomResourceOptions): void {
  const inRole = (...roles: readonly ObjectRole[]) => args.objects.filter(({ role }) => roles.includes(role));
  const create = ({ manifest }: RenderedObject) =>
    [manifest.metadata.name, register(component, manifest, opts)] as const;

  const files = new Map(inRole("config").map(create));
  const access = inRole("access").map(create);
  const certificates = registerCertificates(component, inRole("certificate"), args, opts);
  for (const { manifest } of inRole("service")) register(component, withoutAwait(manifest), opts);
  inRole("policy").forEach(create);

  const workloads = new Map<string, pulumi.Resource>();
  for (const object of inRole("workload")) {
    const read = [...files].flatMap(([name, file]) => (name in object.reads.config ? [file] : []));
    const after = [
      ...access.map(([, resource]) => resource),
      ...read,
      ...args.secrets.resourcesOf(object.reads.secrets),
      ...object.reads.secrets.flatMap((secret) => certificates.get(secret) ?? []),
    ];
    const migrations = object.waitsForMigrations ? args.migrations : [];
    const resource = registerWorkload(
      component,
      object,
      args,
      dependingOn(opts, [...after, ...args.ready, ...migrations]),
    );
    workloads.set(object.manifest.metadata.name, resource);
  }
  for (const { manifest, workload } of inRole("autoscaler", "budget")) {
    const target = workload === undefined ? undefined : workloads.get(workload);
    register(component, manifest, dependingOn(opts, target === undefined ? [] : [target]));
  }
}

/**
 * By the Secret that each fills. A pod whose Secret is missing only waits, but one whose certificate never comes should
 * be told of by the Certificate, which knows why. An issuer that is not yet ready is asked again by cert-manager.
 */
function registerCertificates(
  component: string,
  objects: readonly RenderedObject[],
  { certManager = [], readyTimeoutSeconds }: ObjectsArgs,
  opts: pulumi.CustomResourceOptions,
): ReadonlyMap<string, pulumi.Resource> {
  const bySecret = new Map<string, pulumi.Resource>();
  const timeout = `${readyTimeoutSeconds}s`;
  for (const { manifest } of objects) {
    const { secretName } = manifest.spec as { readonly secretName?: string };
    const awaited =
      secretName === undefined ? manifest : withAnnotation(manifest, "pulumi.com/waitFor", "condition=Ready");
    const resource = register(component, awaited, {
      ...dependingOn(opts, certManager),
      customTimeouts: { create: timeout, update: timeout },
    });
    if (secretName !== undefined) bySecret.set(secretName, resource);
  }
  return bySecret;
}

function registerWorkload(
  component: string,
  { manifest, reads, workload }: RenderedObject,
  { objects, secrets, disposable, readyTimeoutSeconds }: ObjectsArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const autoscaler = objects.find((object) => object.role === "autoscaler" && object.workload === workload);
  const scaled = withReplicas(manifest, autoscaler?.manifest);
  const annotations = {
    "checksum/secrets": secrets.checksumOf(reads.secrets),
    ...outputChecksum(reads),
  };
  // The claims are the ingest queue: their size is fixed at creation, and asking for another would replace the set.
  const claims = manifest.kind === "StatefulSet" ? ["spec.volumeClaimTemplates"] : [];
  return register(component, withPodAnnotations(scaled, annotations), {
    ...opts,
    customTimeouts: {
      create: `${readyTimeoutSeconds}s`,
      update: `${readyTimeoutSeconds + replacingSeconds(manifest, autoscaler?.manifest)}s`,
    },
    ignoreChanges: [...claims, ...(autoscaler === undefined ? [] : ["spec.replicas"])],
    ...(manifest.kind === "StatefulSet" ? { protect: !disposable } : {}),
  });
}

/**
 * What replacing the pods may take beyond one of them getting Ready: a pod may finish its work first, and a StatefulSet
 * replaces one after the other, however many the autoscaler has made.
 */
function replacingSeconds({ kind, spec }: ObjectManifest, autoscaler: ObjectManifest | undefined): number {
  const { template, minReadySeconds = 0, replicas = 1 } = spec as Replaced;
  const { maxReplicas = replicas } = (autoscaler?.spec ?? {}) as { readonly maxReplicas?: number };
  const each = template.spec.terminationGracePeriodSeconds + minReadySeconds;
  return each * (kind === "StatefulSet" ? maxReplicas : 1);
}

interface Replaced {
  readonly template: { readonly spec: { readonly terminationGracePeriodSeconds: number } };
  readonly minReadySeconds?: number;
  readonly replicas?: number;
}

/**
 * A workload begins with its autoscaler's minimum rather than with one pod; from then on the autoscaler counts, and the
 * number is ignored. A fixed number is taken back by force from an autoscaler that had it before.
 */
function withReplicas(manifest: ObjectManifest, autoscaler: ObjectManifest | undefined): ObjectManifest {
  if (autoscaler === undefined) return withAnnotation(manifest, "pulumi.com/patchForce");
  const { minReplicas } = autoscaler.spec as { readonly minReplicas: number };
  return { ...manifest, spec: { ...manifest.spec, replicas: minReplicas } };
}

/** The renderer hashes texts that it knows; texts that the platform makes are hashed once they are known. */
function outputChecksum({ config }: RenderedObject["reads"]): Record<string, pulumi.Output<string>> {
  if (isPlain(config)) return {};
  const known = pulumi.output(config).apply((texts) => checksum(texts as Parameters<typeof checksum>[0]));
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

/** Whoever needs a Service waits for its workload; the provider's own wait for endpoints to settle costs ten seconds. */
const withoutAwait = (manifest: ObjectManifest): ObjectManifest => withAnnotation(manifest, "pulumi.com/skipAwait");

const withAnnotation = (manifest: ObjectManifest, annotation: string, value = "true"): ObjectManifest => ({
  ...manifest,
  metadata: { ...manifest.metadata, annotations: { ...manifest.metadata.annotations, [annotation]: value } },
});

/** The options with further dependencies; what they depend on already stays. */
const dependingOn = (
  opts: pulumi.CustomResourceOptions,
  resources: readonly pulumi.Resource[],
): pulumi.CustomResourceOptions => pulumi.mergeOptions(opts, { dependsOn: [...resources] });
