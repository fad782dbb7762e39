import { z } from "zod";
import { imageNames, workloadNames } from "../logfire/catalogue/names";
import { choice, matching, number, text } from "./fields";
import { objectName } from "./formats";
import { annotations, keyed, labels, referencingEnvironment } from "./maps";

const presets = "that of the preset";
const resized = "The pods are replaced one after the other; derived settings follow.";
const formula = "a formula of the pod's resources";
const count = (means: string) =>
  number(
    { min: 1, max: 1000, whole: true },
    { means, default: presets, change: "Pods are added or removed." },
  ).optional();
const target = (of: string) =>
  number(
    { unit: "per cent", min: 1, max: 1000, whole: true },
    { means: `The autoscaler keeps average ${of} here, relative to the request.`, default: presets },
  ).optional();
const megabytes = (means: string) =>
  number({ unit: "MB", min: 1, whole: true }, { means, default: formula, change: resized }).optional();
const whole = (means: string) =>
  number({ min: 1, max: 65536, whole: true }, { means, default: formula, change: resized }).optional();

const tuning = z.strictObject({
  spillQuotaMb: megabytes("Scratch that queries and compactions may spill to."),
  cacheCapacityMb: megabytes("Scratch that the byte cache fills."),
  maxQueryCost: whole("Cost that one worker executes at a time."),
  maxCompactionJobMb: megabytes("Largest compaction job."),
  ingestBufferMb: megabytes("Buffer of one file while it is ingested."),
  ingestConcurrency: whole("Files submitted at a time."),
  ioThreads: whole("Threads for input and output."),
  datafusionThreads: whole("Threads of the query engine."),
  datafusionMemoryMb: megabytes("Memory pool of the query engine."),
  recordBatchMemoryMb: megabytes("Memory for record batches."),
  queryParallelism: whole("Partitions that one query runs in."),
  datafusionBatchSize: whole("Rows of a batch."),
});

const overrides = z.strictObject({
  cpu: number(
    { unit: "cores", min: 0.01, max: 256 },
    {
      means: "CPU requested by each pod, and its limit where the preset limits CPU.",
      default: presets,
      change: resized,
    },
  ).optional(),
  memoryGib: number(
    { unit: "GiB", min: 0.0625, max: 4096 },
    { means: "Memory of each pod, requested and at most.", default: presets, change: resized },
  ).optional(),
  scratchGib: number(
    { unit: "GiB", min: 0.1, max: 65536 },
    { means: "Local disk of each pod. Only for workloads that have scratch.", default: presets, change: resized },
  ).optional(),
  replicas: count("Fixed number of pods, without an autoscaler. Excludes `minReplicas` and `maxReplicas`."),
  minReplicas: count("Fewest pods the autoscaler keeps."),
  maxReplicas: count("Most pods the autoscaler makes."),
  cpuTargetPercent: target("CPU"),
  memoryTargetPercent: target("memory"),
  extraEnv: referencingEnvironment({
    means: "Further variables of the container; they win over Logfire's own.",
    change: "The pods restart.",
  }).optional(),
  podLabels: labels({ means: "Further labels of the pods.", change: "The pods restart." }).optional(),
  podAnnotations: annotations({ means: "Further annotations of the pods.", change: "The pods restart." }).optional(),
  nodeSelector: labels({
    means: "Further labels that a node has to have, over what the platform asks for.",
    change: "The pods move.",
  }).optional(),
  tuning: tuning
    .optional()
    .meta({ means: "Derived settings by hand, where the formula does not fit. Checked against the pod's budget." }),
});

export const workloadsSchema = keyed(workloadNames, "a workload", overrides, {
  means: "Deviations of single workloads from the preset.",
}).prefault({});

const repository = /^[a-z0-9]+([._-][a-z0-9]+)*(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/;
const tag = (about: Parameters<typeof text>[0]) =>
  text(
    about,
    (value) => {
      if (value === "latest")
        return { problem: '"latest" is not a version', remedy: "write the version that is meant to run" };
      return /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(value)
        ? undefined
        : {
            problem: `"${value.slice(0, 80)}" is not a tag`,
            remedy: "write at most 128 letters, digits, dots and dashes",
          };
    },
    "tag of an image",
  );
const pullsAnew = "The pods restart from the other image.";

const imageOverride = z.strictObject({
  repository: matching(repository, "a repository", "registry.example.com/logfire/dex", {
    means: "Registry and path, without tag.",
    change: pullsAnew,
  }).optional(),
  tag: tag({ means: "Tag of this image.", change: pullsAnew }).optional(),
  digest: matching(/^sha256:[0-9a-f]{64}$/, "a digest", "sha256: and 64 hexadecimal digits", {
    means: "Digest of this image; wins over the tag.",
    change: pullsAnew,
  }).optional(),
});

export const imagesSchema = z
  .strictObject({
    version: tag({
      means: "Version of Logfire: the tag of its images.",
      change: "An upgrade: the migrations run, then the pods are replaced.",
    }).default("4ae3e48d"),
    registry: matching(repository, "a registry", "registry.example.com/mirror", {
      means: "Registry (and path) in place of every image's own, for a mirror.",
      change: pullsAnew,
      default: "each image's own",
    }).optional(),
    pullPolicy: choice(["IfNotPresent", "Always"], "a pull policy", {
      means: "When a node pulls an image it has already.",
      change: "The pods restart.",
    }).default("IfNotPresent"),
    pullSecrets: z
      .array(objectName({ means: "Name of a Secret." }))
      .default([])
      .meta({
        means: "Image pull Secrets of your own, in the namespace before the first `pulumi up`.",
        change: "The pods restart.",
      }),
    credentials: z
      .strictObject({
        server: matching(repository, "a registry", "us-docker.pkg.dev", { means: "Registry that they are for." }),
        username: text({ means: "User name at the registry, such as `_json_key`." }),
      })
      .optional()
      .meta({ means: "Makes an image pull Secret. The password is `secrets.registryPassword`." }),
    overrides: keyed(imageNames, "an image", imageOverride, { means: "Deviations of single images." }).prefault({}),
  })
  .prefault({});
