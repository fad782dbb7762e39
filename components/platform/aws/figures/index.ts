import type { AwsPlatformSettings } from "../../../settings/aws/types";
import { balancerExposure } from "../../shared/exposure";
import type { CloudFigures } from "../../shared/figures";
import { plannedObjects } from "../manifests";
import { clusterPods } from "./clusterPods";
import { billedByUse, monthlyCost } from "./cost";
import { daemonSetTable } from "./daemonSets";
import { awsMachines } from "./nodePlan";
import { actionsByService } from "./permissions";
import { placeholders, plannedFacts } from "./plannedFacts";
import { priceRegion } from "./prices";
import { account, quotaNeeds } from "./quotas";

export const awsFigures: CloudFigures<AwsPlatformSettings> = {
  title: "AWS",
  machines: awsMachines,
  daemonSets: daemonSetTable,
  billedByUse,
  priceRegion,
  quotaOwner: account.noun,
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
