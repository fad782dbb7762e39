import type { AzurePlatformSettings } from "../../../settings/azure/types";
import { balancerExposure } from "../../shared/exposure";
import type { CloudFigures } from "../../shared/figures";
import { clusterPods } from "./clusterPods";
import { billedByUse, monthlyCost } from "./cost";
import { daemonSetTable } from "./daemonSets";
import { azureMachines } from "./nodePlan";
import { actionsByService } from "./permissions";
import { placeholders, plannedFacts } from "./plannedFacts";
import { priceRegion } from "./prices";
import { quotaNeeds, quotaOwner } from "./quotas";

export const azureFigures: CloudFigures<AzurePlatformSettings> = {
  title: "Azure",
  machines: azureMachines,
  daemonSets: daemonSetTable,
  billedByUse,
  priceRegion,
  quotaOwner,
  placeholders,
  actionsByService,
  regionOf: ({ location }) => location,
  services: ({ platform, logfire }) => clusterPods(platform, logfire),
  cost: ({ platform, logfire }, volumesGib) =>
    monthlyCost({ platform, exposure: balancerExposure(logfire.edge), volumesGib }),
  quotas: ({ platform, logfire }) => quotaNeeds(platform, logfire.edge),
  facts: plannedFacts,
  // AKS brings the StorageClass and its own autoscaler.
  objects: () => [],
};
