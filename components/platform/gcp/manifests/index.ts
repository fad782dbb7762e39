import type { Manifest } from "../../../kubernetes/resources";
import { entranceOf } from "../../../logfire/edge/native";
import type { LogfireSettings } from "../../../settings/types";
import { prefixOf } from "../../shared/names";
import { placeholder } from "../figures/plannedFacts";
import { namesOf } from "../names";
import { nativeManifests } from "../nativeManifests";
import { gatewayParts } from "./native";
import { storageClassManifest } from "./storageClass";

export interface PlannedCluster {
  readonly logfire: LogfireSettings;
}

/**
 * Objects that the platform itself makes in the cluster, worked out without a project. The autoscaler, DNS and metrics
 * are GKE's own.
 */
export const plannedObjects = ({ logfire }: PlannedCluster, stack: string): readonly Manifest[] => [
  storageClassManifest(placeholder("PLACEHOLDER-LABELS")),
  ...(logfire.edge.mode === "native"
    ? nativeManifests(entranceOf(logfire), gatewayParts(namesOf(prefixOf(stack)), logfire))
    : []),
];
