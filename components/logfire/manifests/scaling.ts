import type { autoscaling, policy } from "@pulumi/kubernetes/types/input";
import { sizeOf } from "../catalogue/configMaps";
import type { Context, Workload } from "../catalogue/workload";
import { objectLabels, selectorLabels } from "../../kubernetes/labels";
import { plain, type RenderedObject } from "./types";

const metadata = ({ settings }: Context, { name }: Workload) => ({
  name,
  namespace: settings.namespace,
  labels: objectLabels(settings, name),
});

export function renderAutoscaler(context: Context, workload: Workload): RenderedObject[] {
  const { scaling } = sizeOf(context.sizes, workload.name);
  if (scaling.kind === "fixed") return [];
  const spec: autoscaling.v2.HorizontalPodAutoscalerSpec = {
    scaleTargetRef: { apiVersion: "apps/v1", kind: workload.kind, name: workload.name },
    minReplicas: scaling.min,
    maxReplicas: scaling.max,
    metrics: [...target("cpu", scaling.cpuPercent), ...target("memory", scaling.memoryPercent)],
  };
  return [
    plain(
      "autoscaler",
      { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", metadata: metadata(context, workload), spec },
      workload.name,
    ),
  ];
}

const target = (name: string, percent: number | undefined): autoscaling.v2.MetricSpec[] =>
  percent === undefined
    ? []
    : [{ type: "Resource", resource: { name, target: { type: "Utilization", averageUtilization: percent } } }];

/**
 * One pod at a time, of every workload. Never `minAvailable`: with one replica it would block a drain for ever; nor do
 * pods that are not ready anyway block one.
 */
export function renderBudget(context: Context, workload: Workload): RenderedObject {
  const spec: policy.v1.PodDisruptionBudgetSpec = {
    maxUnavailable: 1,
    unhealthyPodEvictionPolicy: "AlwaysAllow",
    selector: { matchLabels: selectorLabels(workload.name) },
  };
  return plain(
    "budget",
    { apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata: metadata(context, workload), spec },
    workload.name,
  );
}
