import type * as pulumi from "@pulumi/pulumi";
import { register, type Manifest } from "../../kubernetes/resources";
import type { AwsContext } from "./context";
import { associate, createPodRole, type PodIdentities } from "./identity";
import { autoscalerAccount, autoscalerImage, autoscalerManifests } from "./manifests/autoscaler";
import { autoscaling } from "./policies";

/** The autoscaler with its role. An owner's cluster has its own, which finds the node groups by their tags. */
export function createAutoscaler(
  context: AwsContext,
  identities: PodIdentities,
  version: string,
  agent: readonly pulumi.Resource[],
  opts: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  const { settings, logfire, clusterName, clusterArn } = context;
  if (settings.cluster.kind === "existing") return [];
  const role = createPodRole(context, identities, "cluster-autoscaler", autoscalerAccount, {
    own: { scale: autoscaling(clusterArn) },
  });
  const identity = associate(context, "cluster-autoscaler", autoscalerAccount, role, agent);
  const manifests = autoscalerManifests({
    clusterName,
    region: settings.region,
    image: autoscalerImage(version, logfire.images),
    pullPolicy: logfire.images.pullPolicy,
    annotations: role.annotations,
  });
  const made = new Map<Manifest["kind"], pulumi.Resource>();
  for (const manifest of manifests) {
    const first = manifest.kind === "Deployment" ? [...made.values(), ...identity] : [];
    made.set(manifest.kind, register(context.name, manifest, addDependencies(opts, first)));
  }
  return [...made.values()];
}

const addDependencies = (
  opts: pulumi.CustomResourceOptions,
  resources: readonly pulumi.Resource[],
): pulumi.CustomResourceOptions => ({
  ...opts,
  dependsOn: [...((opts.dependsOn ?? []) as readonly pulumi.Resource[]), ...resources],
});
