import { selectWorkloads } from "../catalogue";
import { renderEdge } from "../edge/objects";
import { renderAccess, renderNamespace } from "./access";
import { renderCertificates } from "./certificates";
import { renderConfigMaps } from "./config";
import { createContext } from "./context";
import { renderPolicies } from "./policies";
import { renderAutoscaler, renderBudget } from "./scaling";
import { renderServices } from "./services";
import type { RenderedObject, RenderInput } from "./types";
import { renderWorkload } from "./workloads";

/** Every Kubernetes object of Logfire but Secrets and Jobs, in the order in which they are made. Pure. */
export function renderLogfire(input: RenderInput): RenderedObject[] {
  const context = createContext(input);
  const workloads = selectWorkloads(context.features);
  return [
    renderNamespace(context),
    ...renderAccess(context, workloads),
    ...renderCertificates(context, workloads),
    ...renderConfigMaps(context, workloads),
    ...renderPolicies(context),
    ...workloads.flatMap((workload) => renderServices(context, workload)),
    ...workloads.map((workload) => renderWorkload(context, workload)),
    ...workloads.flatMap((workload) => renderAutoscaler(context, workload)),
    ...workloads.map((workload) => renderBudget(context, workload)),
    ...renderEdge(context),
  ];
}

export { checksum, isPlain } from "./config";
export { createContext, featuresOf } from "./context";
export { egress, edges, type Edge } from "./edges";
export { pullSecretNames } from "./pod";
export { objectRoles, type ObjectManifest, type ObjectRole, type RenderedObject, type RenderInput } from "./types";
