import type { core } from "@pulumi/kubernetes/types/input";
import type { Context, Workload } from "../catalogue/workload";
import { objectLabels, selectorLabels } from "../../kubernetes/labels";
import { plain, type RenderedObject } from "./types";

export function renderServices(context: Context, workload: Workload): RenderedObject[] {
  const { settings } = context;
  return workload.services.map(({ name, ports: usual, headless }, index) => {
    const ports = { ...usual, ...(index === 0 ? workload.optionalPorts?.(context) : {}) };
    const spec: core.v1.ServiceSpec = {
      ...(headless === true ? { clusterIP: "None" } : { type: "ClusterIP" }),
      selector: selectorLabels(workload.name),
      ports: Object.entries(ports).map(([port, number]) => ({
        name: port,
        port: number,
        targetPort: port,
        protocol: "TCP",
      })),
    };
    const metadata = { name, namespace: settings.namespace, labels: objectLabels(settings, workload.name) };
    return plain("service", { apiVersion: "v1", kind: "Service", metadata, spec }, workload.name);
  });
}
