import { Release } from "@pulumi/kubernetes/helm/v3/release";
import { Chart } from "@pulumi/kubernetes/helm/v4/chart";
import * as pulumi from "@pulumi/pulumi";
import { namespaceManifest } from "../../kubernetes/namespace";
import { managed, register, type Manifest } from "../../kubernetes/resources";
import { registerSecret } from "../../kubernetes/secret";
import type { LogfireSettings, SecretValues } from "../../settings/types";
import { connectionSecrets } from "../catalogue/secretRefs";
import { dockerConfig } from "../secrets/forms";
import { given } from "../secrets/values";
import { solvesBehindGateway, type ChartInstall, type ControllerName } from "./charts";

/** What there is to wait for: nothing where the cluster has the controller already. */
export type Controllers = Readonly<Record<ControllerName, readonly pulumi.Resource[]>>;

export interface ControllersArgs {
  readonly settings: LogfireSettings;
  readonly charts: readonly ChartInstall[];
  readonly values: SecretValues;
  /** What must be there before the first pod. */
  readonly ready: readonly pulumi.Resource[];
}

/** Installs what is not in the cluster yet: definitions first, then the programs that serve them. */
export function registerControllers(
  component: string,
  args: ControllersArgs,
  opts: pulumi.CustomResourceOptions,
): Controllers {
  const namespaces = new Map<string, readonly pulumi.Resource[]>();
  const made: Record<ControllerName, readonly pulumi.Resource[]> = {
    definitions: [],
    envoyGateway: [],
    certManager: [],
  };
  for (const chart of args.charts) {
    if (chart.definitionsOnly) made[chart.name] = [registerDefinitions(component, chart, opts)];
    else {
      const namespace = namespaces.get(chart.namespace) ?? registerNamespace(component, chart.namespace, args, opts);
      namespaces.set(chart.namespace, namespace);
      const definitions = needsDefinitions(chart, args.settings) ? made.definitions : [];
      made[chart.name] = [
        registerRelease(component, chart, dependingOn(opts, [...namespace, ...definitions, ...args.ready])),
      ];
    }
  }
  return made;
}

const needsDefinitions = ({ name }: ChartInstall, { edge }: LogfireSettings): boolean =>
  name === "envoyGateway" || solvesBehindGateway(edge);

/** The namespace goes with the stack, and with it what the controllers have made in it, the load balancer included. */
function registerNamespace(
  component: string,
  name: string,
  { settings, values }: ControllersArgs,
  opts: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  const namespace = register(component, namespaceManifest(name, "baseline"), opts);
  const { credentials, registry } = settings.images;
  if (credentials === undefined || registry === undefined) return [namespace];
  const { server, username } = credentials;
  const config = given(values, "registryPassword").apply((password) => dockerConfig(server, username, password));
  const within = dependingOn(opts, [namespace]);
  const secret = registerSecret(
    `${component}-${name}`,
    name,
    connectionSecrets.imagePull.name,
    { ".dockerconfigjson": config },
    within,
  );
  return [namespace, secret];
}

/** Kept when the stack goes, or leaves them to somebody else: with a definition go all objects of it, anybody's. */
function registerDefinitions(
  component: string,
  { name, release, chart, version, namespace, values }: ChartInstall,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  return new Chart(
    `${component}-${name}`,
    { name: release, namespace, chart, ...(version === undefined ? {} : { version }), values: { ...values } },
    {
      parent: opts.parent,
      dependsOn: opts.dependsOn,
      transforms: [keepDefinition],
    },
  );
}

const definition = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";

/** One name for who owns the fields, or a stack that finds what an earlier one has left would be in conflict with it. */
export const keepDefinition: pulumi.ResourceTransform = ({ type, props, opts }) => {
  const { metadata, ...rest } = props as { readonly metadata?: Manifest["metadata"] };
  if (metadata === undefined) return undefined;
  return {
    props: { ...rest, metadata: managed(metadata) },
    opts: type === definition ? { ...opts, retainOnDelete: true } : opts,
  };
};

/** A release of Helm's, because the charts need their hooks: certificates of the control plane, a check of the webhook. */
function registerRelease(
  component: string,
  { name, release, chart, version, namespace, values }: ChartInstall,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  return new Release(
    `${component}-${kebab(name)}`,
    {
      name: release,
      namespace,
      chart,
      ...(version === undefined ? {} : { version }),
      values: { ...values },
      // A first try that fails leaves nothing behind that the next one trips over.
      atomic: true,
      timeout: 600,
    },
    opts,
  );
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const dependingOn = (
  opts: pulumi.CustomResourceOptions,
  resources: readonly pulumi.Resource[],
): pulumi.CustomResourceOptions => pulumi.mergeOptions(opts, { dependsOn: [...resources] });
