import * as pulumi from "@pulumi/pulumi";
import type { Platform } from "../../platform/contract";
import type { LogfireSettings, SecretValues } from "../../settings/types";
import type { RenderedObject } from "../manifests/types";
import type { ChartInstall } from "./charts";
import { registerControllers } from "./controllers";
import { edgeOutputs, type EdgeOutputs } from "./outputs";
import { registerRecords } from "./dns";
import { entranceOf, nativeOf } from "./native";
import { registerEdgeObjects, type Made } from "./register";

export interface EdgeArgs {
  readonly settings: LogfireSettings;
  readonly platform: Platform;
  /** What the renderer describes; those of the role `edge` are made here. */
  readonly objects: readonly RenderedObject[];
  /** What the cluster lacks for them. */
  readonly charts: readonly ChartInstall[];
  /** Values of `settings.givenSecrets`. */
  readonly values: SecretValues;
  /** Logfire's namespace. */
  readonly namespace: pulumi.Resource;
}

/**
 * Everything between people and `logfire-service`: controllers where the cluster has none, the certificate, the Gateway
 * or Ingress with its routes and policies, or the platform's own way in, and the DNS records where the platform can write
 * them. It waits for no
 * workload, and no workload waits for it.
 */
export class Edge extends pulumi.ComponentResource {
  readonly outputs: EdgeOutputs;
  /** What has to be there before a Certificate can be made; empty where cert-manager is there already. */
  readonly certManager: readonly pulumi.Resource[];

  constructor(name: string, args: EdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("logfire-platform:index:Edge", name, {}, opts);
    const { settings, platform, charts, values, namespace } = args;
    const child = { parent: this };
    const { ready } = platform.kubernetes;

    const controllers = registerControllers(name, { settings, charts, values, ready }, child);
    const made = registerEdgeObjects(name, { ...args, controllers }, { ...child, dependsOn: [namespace] });
    registerNative(name, { settings, platform, made }, { ...child, dependsOn: [namespace] });
    const written = registerRecords(name, { settings, platform }, child);

    this.certManager = controllers.certManager;
    this.outputs = edgeOutputs(name, { settings, platform, made, written }, child);
    this.registerOutputs({ ...this.outputs });
  }
}

/** What the platform's own edge needs in the cluster, after the Service that it leads to. */
function registerNative(
  component: string,
  { settings, platform, made }: Pick<EdgeArgs, "settings" | "platform"> & { readonly made: Made },
  opts: pulumi.CustomResourceOptions,
): void {
  if (settings.edge.mode !== "native") return;
  const { register } = nativeOf(platform.edge);
  register?.(component, entranceOf(settings), pulumi.mergeOptions(opts, { dependsOn: [...made.values()] }));
}
