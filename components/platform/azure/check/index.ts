import type { Problem } from "../../../lib/errors";
import type { AzurePlatformSettings } from "../../../settings/azure/types";
import { checkNodePlan } from "../../shared/checkNodePlan";
import { at } from "../../shared/problems";
import { quotaWarnings, unknownQuotas } from "../../shared/quotas";
import { clusterPods } from "../figures/clusterPods";
import { azureMachines } from "../figures/nodePlan";
import { quotaNeeds, subscription } from "../figures/quotas";
import { checkAdoptedCluster, checkAdoptedNetwork } from "./adopted";
import { checkLocation, locationWarnings } from "./zones";
import { checkHostnames } from "./names";
import { checkClusterRanges, checkRange } from "./network";
import { checkDatabase, checkCache } from "./stores";
import type { CheckedFacts, CheckedSettings, PlannedSettings } from "./types";

export type { AdoptedCluster, AdoptedNetwork, AdoptedSubnet, WayOut } from "./types";
export type { CheckedFacts, CheckedSettings, PlannedSettings } from "./types";

/** What settings say by themselves, whatever the subscription. */
export const checkSettings = (settings: PlannedSettings): readonly Problem[] => [
  ...checkLocation(settings.platform),
  ...checkRange(settings.platform),
  ...checkClusterRanges(settings.platform),
  ...checkNodePlan(azureMachines, settings.platform.nodes, {
    sizes: settings.sizes,
    services: clusterPods(settings.platform, settings.logfire),
  }),
  ...checkDatabase(settings),
  ...checkCache(settings.platform),
  ...checkHostnames(settings),
];

/** What settings say against the subscription that they are for. */
export function checkAzure(
  settings: CheckedSettings,
  facts: CheckedFacts,
): { readonly problems: readonly Problem[]; readonly warnings: readonly string[] } {
  const { platform } = settings;
  return {
    problems: [
      ...checkSubscription(platform, facts),
      ...checkAdoptedNetwork(platform, facts),
      ...checkAdoptedCluster(platform, facts),
      ...checkSettings(settings),
    ],
    warnings: [
      // A stack that is up has got its standby already; an owner's cluster says nothing of that.
      ...(platform.cluster.kind === "create" && facts.clusterIsUp === true ? [] : locationWarnings(platform)),
      ...checkQuotas(settings, facts),
    ],
  };
}

/** Limits that are known to be too low; before the first node also those that nobody knows, as numbers to compare. */
function checkQuotas({ platform, logfire }: CheckedSettings, facts: CheckedFacts): readonly string[] {
  const needs = quotaNeeds(platform, logfire.edge);
  const owner = subscription(facts.subscriptionId, platform.location);
  return [
    ...quotaWarnings(needs, facts.quotas, owner),
    ...(facts.clusterIsUp === true ? [] : unknownQuotas(needs, facts.quotas, owner)),
  ];
}

const checkSubscription = ({ subscriptionId }: AzurePlatformSettings, facts: CheckedFacts): readonly Problem[] =>
  subscriptionId === undefined || subscriptionId === facts.subscriptionId
    ? []
    : at(
        "azure.subscriptionId",
        `is "${subscriptionId}", and the credentials have chosen ${facts.subscriptionId}`,
        `run az account set --subscription ${subscriptionId}, or write the other one`,
      );
