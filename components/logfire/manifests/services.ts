import type { core } from "@pulumi/kubernetes/types/input";
import { httpsPort } from "../catalogue/tls";
import type { Context, ServiceSpec, Workload } from "../catalogue/workload";
import { objectLabels, selectorLabels } from "../../kubernetes/labels";
import { listenerOf } from "./tls";
import { plain, type RenderedObject } from "./types";

export function renderServices(context: Context, workload: Workload): RenderedObject[] {
  const { settings } = context;
  return workload.services.map((service, index) => {
    const { name, headless } = service;
    const ports = [
      ...servicePorts(context, workload, service),
      ...(index === 0 ? optionalPorts(context, workload) : []),
    ];
    const spec: core.v1.ServiceSpec = {
      ...(headless === true ? { clusterIP: "None" } : { type: "ClusterIP" }),
      selector: selectorLabels(workload.name),
      ports,
    };
    const metadata = { name, namespace: settings.namespace, labels: objectLabels(settings, workload.name) };
    return plain("service", { apiVersion: "v1", kind: "Service", metadata, spec }, workload.name);
  });
}

const tcp = (name: string, port: number, targetPort: string): core.v1.ServicePort => ({
  name,
  port,
  targetPort,
  protocol: "TCP",
});

const optionalPorts = (context: Context, { optionalPorts: open }: Workload): core.v1.ServicePort[] =>
  Object.entries(open?.(context) ?? {}).map(([name, port]) => tcp(name, port, name));

function servicePorts(
  { settings }: Context,
  workload: Workload,
  { ports, aliases = {} }: ServiceSpec,
): core.v1.ServicePort[] {
  const usual = Object.entries(ports).map(([name, port]) => tcp(name, port, name));
  const listener = listenerOf(settings, workload);
  if (listener === undefined || ports["http"] === undefined)
    return [
      ...usual,
      ...Object.entries(aliases).map(([name, { port, to, appProtocol }]) => ({ ...tcp(name, port, to), appProtocol })),
    ];
  // With TLS, client and server agree on the protocol by themselves: no port has to say it.
  return [
    ...usual.filter(({ name }) => name !== "http" || listener.only !== true),
    { ...tcp("https", httpsPort, "https"), appProtocol: "https" },
  ];
}
