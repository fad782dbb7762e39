import { createHash } from "node:crypto";
import type { batch, core } from "@pulumi/kubernetes/types/input";
import type { Text } from "../lib/text";
import type { Placement } from "../platform/contract";
import type { JobName } from "../logfire/catalogue/names";
import type { SecretRef } from "../logfire/catalogue/workload";
import { selectorLabels } from "./labels";
import type { Manifest } from "./resources";

/** What every pod of Logfire gets, as far as Jobs need it. */
export interface JobContext {
  readonly namespace: string;
  readonly placement: Placement;
  readonly pullPolicy: "IfNotPresent" | "Always";
  /** Names of pull Secrets. */
  readonly pullSecrets: readonly string[];
  readonly priorityClassName?: string;
  /** `baseline` leaves user and capabilities to the image. */
  readonly podSecurity: "restricted" | "baseline";
}

export interface JobManifest extends Manifest {
  readonly kind: "Job";
  readonly metadata: Manifest["metadata"] & { readonly name: string };
  readonly spec: batch.v1.JobSpec;
}

export interface JobInput {
  /** By which the network policies know its pods. */
  readonly name: JobName;
  readonly container: Omit<core.v1.Container, "name" | "imagePullPolicy" | "securityContext">;
  readonly runAsUser: number;
  readonly volumes: readonly core.v1.Volume[];
  readonly backoffLimit: number;
  readonly deadlineSeconds: number;
  /** Hash of the secrets it reads: another value is another run. Absent where nothing is known of them. */
  readonly checksum?: Text;
}

export const fromSecret = (name: string, { secret, key }: SecretRef): core.v1.EnvVar => ({
  name,
  valueFrom: { secretKeyRef: { name: secret, key } },
});

/**
 * A Job that runs once for what it holds. A failed attempt leaves its pod with its log: with `OnFailure` the last
 * attempt's pod is deleted when the limit is reached, and the reason with it. No TTL: a Job that deletes itself would
 * be made anew, and run again, at the next refresh.
 */
export function jobManifest(context: JobContext, input: JobInput): JobManifest {
  const labels = selectorLabels(input.name);
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: input.name, namespace: context.namespace, labels },
    spec: {
      backoffLimit: input.backoffLimit,
      activeDeadlineSeconds: input.deadlineSeconds,
      template: {
        metadata: {
          labels,
          ...(input.checksum === undefined ? {} : { annotations: { "checksum/secrets": input.checksum } }),
        },
        spec: podSpec(context, input),
      },
    },
  };
}

function podSpec(context: JobContext, input: JobInput): core.v1.PodSpec {
  const { nodeSelector, tolerations } = context.placement;
  const restricted = context.podSecurity === "restricted";
  return {
    restartPolicy: "Never",
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    ...(context.pullSecrets.length === 0 ? {} : { imagePullSecrets: context.pullSecrets.map((name) => ({ name })) }),
    ...(context.priorityClassName === undefined ? {} : { priorityClassName: context.priorityClassName }),
    ...(Object.keys(nodeSelector).length === 0 ? {} : { nodeSelector: { ...nodeSelector } }),
    ...(tolerations.length === 0 ? {} : { tolerations: [...tolerations] }),
    securityContext: {
      ...(restricted ? { runAsNonRoot: true, runAsUser: input.runAsUser, runAsGroup: input.runAsUser } : {}),
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [
      {
        ...input.container,
        name: input.name,
        imagePullPolicy: context.pullPolicy,
        securityContext: {
          allowPrivilegeEscalation: false,
          ...(restricted ? { capabilities: { drop: ["ALL"] } } : {}),
        },
      },
    ],
    ...(input.volumes.length === 0 ? {} : { volumes: [...input.volumes] }),
  };
}

/**
 * `<name>-<hash of the whole manifest>`. A Job is immutable, so an upgrade is another Job under another name; the same
 * content keeps its name, and its run.
 */
export function revisionName(job: Pick<JobManifest, "metadata" | "spec">): string {
  const hash = createHash("sha256").update(canonical(job)).digest("hex");
  return `${job.metadata.name}-${hash.slice(0, 8)}`;
}

/** The Job as it is applied without an engine. */
export const withRevision = (job: JobManifest): JobManifest => ({
  ...job,
  metadata: { ...job.metadata, name: revisionName(job) },
});

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
