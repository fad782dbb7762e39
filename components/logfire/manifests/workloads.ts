import type { apps } from "@pulumi/kubernetes/types/input";
import { sizeOf } from "../catalogue/configMaps";
import { connectionSecrets } from "../catalogue/secretRefs";
import { isSecretRef, type Context, type Workload } from "../catalogue/workload";
import { minReplicas, type Size } from "../sizing/sizes";
import { configOf } from "./config";
import { environmentOf } from "./container";
import { objectLabels, selectorLabels } from "../../kubernetes/labels";
import { podTemplate } from "./pod";
import { tlsMounts } from "./tls";
import type { ObjectManifest, RenderedObject } from "./types";
import { claimTemplates } from "./volumes";

export function renderWorkload(context: Context, workload: Workload): RenderedObject {
  const size = sizeOf(context.sizes, workload.name);
  const { settings } = context;
  const manifest: ObjectManifest = {
    apiVersion: "apps/v1",
    kind: workload.kind,
    metadata: {
      name: workload.name,
      namespace: settings.namespace,
      labels: objectLabels(settings, workload.name),
    },
    spec: workload.kind === "Deployment" ? deployment(context, workload, size) : statefulSet(context, workload, size),
  };
  return {
    manifest,
    role: "workload",
    workload: workload.name,
    reads: {
      config: configOf(context, workload),
      secrets: secretsOf(context, workload, size),
    },
    waitsForMigrations: workload.needs.some((need) => need.startsWith("postgres:")),
  };
}

/** Kubernetes Secrets that the pods read, once each, in order. */
function secretsOf(context: Context, workload: Workload, size: Size): string[] {
  const values = Object.values(environmentOf(context, workload, size));
  const read = values.flatMap((value) => (value !== undefined && isSecretRef(value) ? [value.secret] : []));
  const pull = context.settings.images.credentials === undefined ? [] : [connectionSecrets.imagePull.name];
  const certificates = tlsMounts(context, workload).flatMap(({ secret }) => secret ?? []);
  return [...new Set([...read, ...pull, ...certificates])].sort();
}

const common = (context: Context, workload: Workload, size: Size) => ({
  // Where an autoscaler counts, a number here would undo its work at every update.
  ...(size.scaling.kind === "fixed" ? { replicas: minReplicas(size) } : {}),
  revisionHistoryLimit: 2,
  ...(workload.minReadySeconds === undefined ? {} : { minReadySeconds: workload.minReadySeconds }),
  selector: { matchLabels: selectorLabels(workload.name) },
  template: podTemplate(context, workload, size),
});

function deployment(context: Context, workload: Workload, size: Size): apps.v1.DeploymentSpec {
  return { ...common(context, workload, size), ...strategy(workload) };
}

function strategy({ strategy: wanted }: Workload): Pick<apps.v1.DeploymentSpec, "strategy"> {
  if (wanted === undefined) return {};
  if (wanted === "recreate") return { strategy: { type: "Recreate" } };
  return { strategy: { type: "RollingUpdate", rollingUpdate: wanted } };
}

function statefulSet(context: Context, workload: Workload, size: Size): apps.v1.StatefulSetSpec {
  return {
    ...common(context, workload, size),
    serviceName: workload.services[0]?.name ?? workload.name,
    // Each pod owns its queue and needs no other: one that does not start must not hold up the rest.
    podManagementPolicy: "Parallel",
    persistentVolumeClaimRetentionPolicy: {
      whenScaled: "Retain",
      whenDeleted: context.settings.disposable ? "Delete" : "Retain",
    },
    volumeClaimTemplates: claimTemplates(context, workload),
  };
}
