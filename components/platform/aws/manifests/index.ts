import type { Manifest } from "../../../kubernetes/resources";
import type { LogfireSettings } from "../../../settings/types";
import type { AwsPlatformSettings } from "../../../settings/aws/types";
import { roleAnnotations } from "../figures/facts";
import { placeholder } from "../figures/plannedFacts";
import { prefixOf } from "../../shared/names";
import { clusterNameOf, namesOf } from "../names";
import { autoscalerImage, autoscalerManifests } from "./autoscaler";
import { storageClassManifest } from "./storageClass";

export interface PlannedCluster {
  readonly platform: AwsPlatformSettings;
  readonly logfire: Pick<LogfireSettings, "images">;
}

/** Objects that the platform itself makes in the cluster, worked out without an account. */
export function plannedObjects({ platform, logfire }: PlannedCluster, stack: string): readonly Manifest[] {
  const { cluster, region, identity } = platform;
  if (cluster.kind === "existing") return [storageClassManifest];
  return [
    storageClassManifest,
    ...autoscalerManifests({
      clusterName: clusterNameOf(platform, namesOf(prefixOf(stack))),
      region,
      image: autoscalerImage(cluster.version, logfire.images),
      pullPolicy: logfire.images.pullPolicy,
      annotations: roleAnnotations(identity, placeholder("PLACEHOLDER-AUTOSCALER-ROLE-ARN")),
    }),
  ];
}
