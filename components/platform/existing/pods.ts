import type { apps, core } from "@pulumi/kubernetes/types/input";
import type { JobContext } from "../../kubernetes/job";
import { selectorLabels } from "../../kubernetes/labels";
import type { Manifest } from "../../kubernetes/resources";

export interface ServiceManifest extends Manifest {
  readonly kind: "Service";
  readonly spec: core.v1.ServiceSpec;
}

export interface StatefulSetManifest extends Manifest {
  readonly kind: "StatefulSet";
  readonly spec: apps.v1.StatefulSetSpec;
}

export const store = {
  /** One port under the store's own name. */
  service: (namespace: string, name: string, port: number): ServiceManifest => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name,
      namespace,
      labels: selectorLabels(name),
      // Whoever needs it waits for the StatefulSet; waiting for endpoints to settle as well costs ten seconds.
      annotations: { "pulumi.com/skipAwait": "true" },
    },
    spec: { selector: { ...selectorLabels(name) }, ports: [{ name: "store", port, targetPort: "store" }] },
  }),

  /** One pod with one volume: enough to try Logfire, not to keep anything that matters. */
  statefulSet: (context: JobContext, input: StoreInput): StatefulSetManifest => ({
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: input.name, namespace: context.namespace, labels: selectorLabels(input.name) },
    spec: {
      replicas: 1,
      serviceName: input.name,
      selector: { matchLabels: { ...selectorLabels(input.name) } },
      persistentVolumeClaimRetentionPolicy: {
        whenDeleted: input.disposable ? "Delete" : "Retain",
        whenScaled: "Retain",
      },
      template: {
        metadata: { labels: { ...selectorLabels(input.name) }, annotations: { "checksum/config": input.checksum } },
        spec: storePod(context, input),
      },
      volumeClaimTemplates: [
        {
          metadata: { name: "data" },
          spec: {
            accessModes: ["ReadWriteOnce"],
            ...(input.storageClass === undefined ? {} : { storageClassName: input.storageClass }),
            resources: { requests: { storage: `${input.volumeGib}Gi` } },
          },
        },
      ],
    },
  }),
};

export interface StoreInput {
  readonly name: string;
  readonly user: number;
  readonly port: number;
  readonly dataPath: string;
  readonly volumeGib: number;
  readonly storageClass?: string;
  readonly disposable: boolean;
  /** Of what it reads when it starts. */
  readonly checksum: string;
  readonly container: Pick<
    core.v1.Container,
    "image" | "args" | "env" | "resources" | "readinessProbe" | "livenessProbe"
  > & {
    readonly volumeMounts: readonly core.v1.VolumeMount[];
  };
  readonly volumes: readonly core.v1.Volume[];
}

function storePod(context: JobContext, input: StoreInput): core.v1.PodSpec {
  const { nodeSelector, tolerations } = context.placement;
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 60,
    ...(context.pullSecrets.length === 0 ? {} : { imagePullSecrets: context.pullSecrets.map((name) => ({ name })) }),
    ...(context.priorityClassName === undefined ? {} : { priorityClassName: context.priorityClassName }),
    ...(Object.keys(nodeSelector).length === 0 ? {} : { nodeSelector: { ...nodeSelector } }),
    ...(tolerations.length === 0 ? {} : { tolerations: [...tolerations] }),
    // At either Pod Security level: these images are known to run so, and a volume keeps the owner it first got.
    securityContext: {
      runAsNonRoot: true,
      runAsUser: input.user,
      runAsGroup: input.user,
      fsGroup: input.user,
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [
      {
        ...input.container,
        name: input.name,
        imagePullPolicy: context.pullPolicy,
        ports: [{ name: "store", containerPort: input.port }],
        volumeMounts: [{ name: "data", mountPath: input.dataPath }, ...input.container.volumeMounts],
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ["ALL"] },
          readOnlyRootFilesystem: true,
        },
      },
    ],
    volumes: [...input.volumes],
  };
}
