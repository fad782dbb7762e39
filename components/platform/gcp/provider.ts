import { Provider } from "@pulumi/gcp/provider";
import * as pulumi from "@pulumi/pulumi";
import type { GcpPlatformSettings } from "../../settings/gcp/types";
import { labelsOf } from "./names";

/** The one that asks and makes everything: project, region and labels are the settings', whatever the surroundings say. */
export const createGcpProvider = (
  name: string,
  { project, region, labels }: GcpPlatformSettings,
  opts?: pulumi.ResourceOptions,
): Provider =>
  new Provider(
    `${name}-gcp`,
    {
      project,
      region,
      defaultLabels: labelsOf({ project: pulumi.getProject(), stack: pulumi.getStack() }, labels),
    },
    opts,
  );
