import type { Problem } from "../../../lib/errors";
import type { GcpPlatformSettings } from "../../../settings/gcp/types";
import { checkNodePlan } from "../../shared/checkNodePlan";
import { checkHostnames } from "../../shared/hostnameChecks";
import { quotaWarnings } from "../../shared/quotas";
import { clusterPods } from "../figures/clusterPods";
import { gcpMachines } from "../figures/nodePlan";
import { projectOf, quotaNeeds } from "../figures/quotas";
import { checkAdopted } from "./adopted";
import { checkManagedZone } from "./names";
import { checkRange } from "./network";
import { checkDatabase } from "./stores";
import type { CheckedFacts, CheckedSettings, PlannedSettings } from "./types";
import { checkZones } from "./zones";

export type { AdoptedNetwork, CheckedFacts, CheckedSettings, PlannedSettings, StoresRange } from "./types";
export { chooseZones } from "./zones";

/** What settings say by themselves, whatever the project. */
export const checkSettings = (settings: PlannedSettings): readonly Problem[] => [
  ...checkRange(settings),
  ...checkNodePlan(gcpMachines, settings.platform.nodes, {
    sizes: settings.sizes,
    services: clusterPods(settings.platform, settings.logfire),
  }),
  ...checkDatabase(settings),
  ...checkHostnames("gcp", settings),
];

/** What settings say against the project that they are for. */
export function checkGcp(
  settings: CheckedSettings,
  facts: CheckedFacts,
): { readonly problems: readonly Problem[]; readonly warnings: readonly string[] } {
  const { platform, logfire } = settings;
  return {
    problems: [
      ...checkZones(platform, facts),
      ...checkAdopted(settings, facts),
      ...checkManagedZone(platform, facts),
      ...checkSettings(settings),
    ],
    warnings: [
      ...(facts.quotasUnread === true ? [unreadQuotas(platform)] : []),
      ...quotaWarnings(quotaNeeds(platform, logfire.edge), facts.quotas, projectOf(platform)),
    ],
  };
}

/** Google answers only credentials that name a project which the question counts for. */
const unreadQuotas = ({ project }: GcpPlatformSettings): string =>
  `Google did not tell the limits of ${project}, so that one that is too low is not seen before nodes stay away. Run ` +
  `\`gcloud services enable cloudquotas.googleapis.com --project ${project}\` and ` +
  `\`export GOOGLE_CLOUD_QUOTA_PROJECT=${project}\`, with the rights serviceusage.services.use and cloudquotas.quotas.get`;
