import type { GcpPlatformSettings } from "../../../settings/gcp/types";
import { balancerExposure } from "../../shared/exposure";
import type { CloudFigures } from "../../shared/figures";
import { plannedObjects } from "../manifests";
import { clusterPods } from "./clusterPods";
import { billedByUse, monthlyCost } from "./cost";
import { daemonSetTable } from "./daemonSets";
import { gcpMachines } from "./nodePlan";
import { actionsByService } from "./permissions";
import { placeholders, plannedFacts } from "./plannedFacts";
import { priceRegion } from "./prices";
import { quotaNeeds } from "./quotas";

export const gcpFigures: CloudFigures<GcpPlatformSettings> = {
  title: "GCP",
  machines: gcpMachines,
  daemonSets: daemonSetTable,
  billedByUse,
  priceRegion,
  quotaOwner: "project",
  placeholders,
  actionsByService,
  regionOf: ({ region }) => region,
  services: ({ platform, logfire }) => clusterPods(platform, logfire),
  cost: ({ platform, logfire }, volumesGib) =>
    monthlyCost({ platform, exposure: balancerExposure(logfire.edge), volumesGib }),
  quotas: ({ platform, logfire }) => quotaNeeds(platform, logfire.edge),
  facts: plannedFacts,
  objects: plannedObjects,
};
