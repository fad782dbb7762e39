import type { LogfireSettings } from "../../settings/types";
import { controllerReplicas, needsCertManager } from "./charts";
import { hasOwnGateway } from "./common";
import { controllers, fleetSizes, shutdownManager } from "./facts";

/** Pods that take room on nodes beside Logfire's own, each like the others. */
export interface PodGroup {
  readonly name: string;
  /** With autoscalers at their minimum and at their maximum. */
  readonly pods: readonly [min: number, max: number];
  /** Requests of one pod; 0 where its chart asks for nothing. */
  readonly cpuMillis: number;
  readonly memoryMib: number;
  /** Where the requests stand. */
  readonly source: string;
}

type Edge = LogfireSettings["edge"];

/** Everything of the settings that decides which programs run at the edge; whole settings are one. */
export interface EdgeShape {
  readonly preset: LogfireSettings["preset"];
  readonly edge: Pick<Edge, "mode"> & {
    readonly gateway: Pick<Edge["gateway"], "controller" | "implementation"> & { readonly attachTo?: object };
    readonly certificate: Pick<Edge["certificate"], "source">;
    readonly certManager: Pick<Edge["certManager"], "controller">;
  };
  readonly inClusterTls?: Pick<NonNullable<LogfireSettings["inClusterTls"]>, "certificates"> & {
    readonly issuer?: object;
  };
}

/** What this stack installs for the edge: controllers, and Envoy itself. */
export const edgePods = (shape: EdgeShape): readonly PodGroup[] => [...controllerPods(shape), ...proxyPods(shape)];

export const certManagerParts = ["controller", "webhook", "cainjector"] as const;

/** Programs that turn the edge's objects into what they describe. */
export function controllerPods(shape: EdgeShape): readonly PodGroup[] {
  const { mode, gateway } = shape.edge;
  const replicas = controllerReplicas(shape);
  const { envoyGateway, certManager } = controllers;
  return [
    ...(mode === "gateway" && gateway.controller === "install"
      ? [
          {
            ...{ name: "Envoy Gateway", pods: [replicas, replicas] as const, cpuMillis: 100, memoryMib: 256 },
            source: `chart gateway-helm ${envoyGateway.version}, deployment.envoyGateway.resources`,
          },
        ]
      : []),
    ...(needsCertManager(shape)
      ? [
          {
            ...{ name: "cert-manager", cpuMillis: 0, memoryMib: 0 },
            pods: [certManagerParts.length * replicas, certManagerParts.length * replicas] as const,
            source: `chart cert-manager ${certManager.version}: asks for nothing`,
          },
        ]
      : []),
  ];
}

/** Envoy, with the container that drains it. */
export function proxyPods(shape: EdgeShape): readonly PodGroup[] {
  if (!hasOwnGateway(shape) || shape.edge.gateway.implementation !== "envoyGateway") return [];
  const { cpuMillis, memoryMib, replicas } = fleetSizes[shape.preset];
  return [
    {
      ...{ name: "Envoy", pods: replicas },
      cpuMillis: cpuMillis + shutdownManager.cpuMillis,
      memoryMib: memoryMib + shutdownManager.memoryMib,
      source: "of the preset",
    },
  ];
}
