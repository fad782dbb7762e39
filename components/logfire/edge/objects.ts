import type { Context } from "../catalogue/workload";
import type { RenderedObject } from "../manifests/types";
import { renderEdgeCertificates } from "./certificate";
import { renderEnvoy } from "./envoy";
import { renderGateway } from "./gateway";
import { renderIngress } from "./ingress";
import { renderNative } from "./native";

/** Everything between the load balancer and `logfire-service`, as data, in the order in which it is made. */
export function renderEdge(context: Context): RenderedObject[] {
  const { edge } = context.settings;
  switch (edge.mode) {
    case "none":
      return [];
    case "ingress":
      return [...renderEdgeCertificates(context), ...renderIngress(context)];
    case "native":
      return renderNative(context);
    case "gateway":
      return [...renderEdgeCertificates(context), ...renderGateway(context), ...renderEnvoy(context)];
  }
}
