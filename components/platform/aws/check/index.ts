import type { Problem } from "../../../lib/errors";
import type { AwsPlatformSettings } from "../../../settings/aws/types";
import { clusterPods } from "../figures/clusterPods";
import { checkNodePlan } from "../../shared/checkNodePlan";
import { checkHostnames } from "../../shared/hostnameChecks";
import { quotaWarnings } from "../../shared/quotas";
import { awsMachines } from "../figures/nodePlan";
import { account, quotaNeeds } from "../figures/quotas";
import { checkAdopted } from "./adopted";
import { checkHostedZone } from "./names";
import { checkRange } from "./network";
import { checkCache, checkDatabase } from "./stores";
import type { CheckedFacts, CheckedSettings, PlannedSettings } from "./types";
import { checkZones } from "./zones";

export { serviceCidr } from "./network";
export type { AdoptedSubnet, CheckedFacts, CheckedSettings, PlannedSettings } from "./types";
export { chooseZones } from "./zones";

/** What settings say by themselves, whatever the account. */
export const checkSettings = (settings: PlannedSettings): readonly Problem[] => [
  ...checkRange(settings),
  ...checkNodePlan(awsMachines, settings.platform.nodes, {
    sizes: settings.sizes,
    services: clusterPods(settings.platform, settings.logfire),
  }),
  ...checkDatabase(settings),
  ...checkCache(settings.platform),
  ...checkHostnames("aws", settings),
];

/** What settings say against the account that they are for. */
export function checkAws(
  settings: CheckedSettings,
  facts: CheckedFacts,
): { readonly problems: readonly Problem[]; readonly warnings: readonly string[] } {
  const { platform, logfire } = settings;
  return {
    problems: [
      ...checkAccount(platform, facts),
      ...checkZones(platform, facts),
      ...checkAdopted(settings, facts),
      ...checkHostedZone(platform, facts),
      ...checkSettings(settings),
    ],
    warnings: quotaWarnings(quotaNeeds(platform, logfire.edge), facts.quotas, account),
  };
}

const checkAccount = ({ accountId }: AwsPlatformSettings, facts: CheckedFacts): readonly Problem[] =>
  accountId === undefined || accountId === facts.accountId
    ? []
    : [
        {
          key: "aws.accountId",
          problem: `is "${accountId}", and the credentials belong to ${facts.accountId}`,
          remedy: "use credentials of that account, or write the other one",
        },
      ];
